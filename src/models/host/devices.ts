// Devices: what does work without a core. Each has a queue of its own and keeps account of what is asked of it.
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import { Resource } from '../../engine/resource.ts'
import type { Items } from './items.ts'

/** What serves a load: time it has been busy, and would need for what it has to do, ns. */
export interface Server {
  readonly busyNs: number
  readonly backlogNs: number
}

/** The account of something that works beside the cores: a device, a link, a path of storage. */
export class Load {
  readonly name: string
  /** How many units it serves at a time. */
  readonly servers: number
  /** Whether only closed work uses it. */
  readonly closed: boolean
  readonly server: Server
  /** Time that counted units asked of it, ns, by group. */
  readonly demandNs: Float64Array
  readonly #items: Items
  readonly #groupOfVm: Int32Array

  constructor(
    { items, groupOfVm, groups }: LoadParts,
    name: string,
    { servers, closed }: { readonly servers: number; readonly closed: boolean },
    server: Server,
  ) {
    this.name = name
    this.servers = servers
    this.closed = closed
    this.server = server
    this.demandNs = new Float64Array(groups)
    this.#items = items
    this.#groupOfVm = groupOfVm
  }

  /** Enters what a unit asks. */
  ask(unit: number, ns: number): void {
    const items = this.#items
    if (items.counted[items.item[unit]] === 1) this.demandNs[this.#groupOfVm[items.vm[unit]]] += ns
  }
}

interface LoadParts {
  readonly items: Items
  readonly groupOfVm: Int32Array
  /** How many groups of VMs there are. */
  readonly groups: number
}

/** All loads of a host, in the order they were wired. */
export class Loads {
  readonly all: Load[] = []
  readonly #parts: LoadParts

  constructor(items: Items, groupOfVm: Int32Array, groups: number) {
    this.#parts = { items, groupOfVm, groups }
  }

  /** Opens the account of a device. While wiring. */
  add(name: string, kind: { readonly servers: number; readonly closed: boolean }, server: Server): Load {
    const load = new Load(this.#parts, name, kind, server)
    this.all.push(load)
    return load
  }
}

/** What a device is made in: a host has both. */
export interface DevicePlace {
  readonly sim: Simulation
  readonly loads: Loads
}

/** A device that serves units in turn, so many at a time. */
export class Device {
  readonly #resource: Resource
  readonly #load: Load

  /** `closed`: only clones and loops use it, so it is never saturated. */
  constructor({ sim, loads }: DevicePlace, name: string, { servers = 1, closed = false } = {}) {
    this.#resource = new Resource(sim, { name, servers, discipline: 'fcfs' })
    this.#load = loads.add(name, { servers, closed }, this.#resource)
  }

  /** Does `ns` of work for a unit when its turn comes, then fires `done` with it. */
  work(ns: number, unit: number, done: EventKind): void {
    this.#load.ask(unit, ns)
    this.#resource.work(ns, done, unit)
  }
}
