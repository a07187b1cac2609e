// Devices: what does work without a core. Each has a line of its own and keeps account of what is asked of it.
import type { EventKind } from '../engine/simulation.ts'
import { Resource } from '../engine/resource.ts'
import type { Host } from './host.ts'

/** The account of something that works beside the cores: a device, a link, a path of storage. */
export class Load {
  readonly name: string
  /** How many units it serves at a time. */
  readonly servers: number
  /** Whether only closed work uses it. */
  readonly closed: boolean
  /** Time it has been busy, and would need for what it has to do, ns. */
  readonly server: { readonly busyNs: number; readonly backlogNs: number }
  /** Time that counted units asked of it, ns, by group. */
  readonly demandNs: Float64Array
  readonly #host: Host

  constructor(host: Host, name: string, servers: number, closed: boolean, server: Load['server']) {
    this.#host = host
    this.name = name
    this.servers = servers
    this.closed = closed
    this.server = server
    this.demandNs = new Float64Array(host.groups.length)
    host.loads.push(this)
  }

  /** Enters what a unit asks. */
  ask(unit: number, ns: number): void {
    const { items, groupOfVm } = this.#host
    if (items.counted[items.item[unit]] === 1) this.demandNs[groupOfVm[items.vm[unit]]] += ns
  }
}

/** A device that serves units in turn, so many at a time. */
export class Device {
  readonly #resource: Resource
  readonly #load: Load

  /** `closed`: only clones and loops use it, so it is never saturated. */
  constructor(host: Host, name: string, { servers = 1, closed = false } = {}) {
    this.#resource = new Resource(host.sim, { name, servers, discipline: 'fcfs' })
    this.#load = new Load(host, name, servers, closed, this.#resource)
  }

  /** Does `ns` of work for a unit when its turn comes, then fires `done` with it. */
  work(ns: number, unit: number, done: EventKind): void {
    this.#load.ask(unit, ns)
    this.#resource.work(ns, done, unit)
  }
}
