// The host: where technologies meet. It has cores, the VMs' vCPUs, a port, devices, and the accounts; a run is a host
// wired for one arm of a scenario.
import type { EventKind } from '../engine/simulation.ts'
import { Simulation } from '../engine/simulation.ts'
import { SharedServers } from '../engine/sharing.ts'
import { Histogram } from '../engine/histogram.ts'
import type { Load } from './devices.ts'
import { Items } from './items.ts'
import { Jobs } from './jobs.ts'
import { Ledger } from './ledger.ts'
import type { Merging } from './merging.ts'
import { Port } from './port.ts'
import { Segments } from './segments.ts'
import { WorkDigest } from './digest.ts'
import type { Arm, HostSetup, Setup, VmGroup } from './setup.ts'
import type { Passage, Technology } from './technology.ts'
import { Vcpus } from './vcpus.ts'
import { Window } from './window.ts'
import { Wiring } from './wiring.ts'

/** A group of VMs as it stands in the host: its VMs are numbered `firstVm` … `firstVm + count − 1`. */
export interface Group extends VmGroup {
  readonly name: string
  readonly firstVm: number
}

/** Paths by which technologies are linked, as their handlers name them. */
type PathName = 'enter' | 'transmit' | 'receive' | 'complete' | 'datagram'

export class Host {
  readonly setup: Setup
  readonly arm: Arm
  readonly sim: Simulation
  /** Cycles per ns of one core. */
  readonly clock: number
  readonly groups: readonly Group[]
  readonly groupOfVm: Int32Array
  readonly cores: SharedServers
  readonly jobs = new Jobs()
  readonly ledger = new Ledger()
  readonly items = new Items(this.ledger)
  readonly digest = new WorkDigest()
  readonly vcpus: Vcpus
  readonly segments: Segments
  readonly window: Window
  readonly port: Port | null
  /** Devices, links and storage paths, in the order they were wired. */
  readonly loads: Load[] = []
  /** Bytes allocated and moved by storage work; null when no technology stores anything. */
  storage: { storedBytes: number; movedBytes: number } | null = null
  /** Set by a TCP handler that merges received packets. */
  merging: Merging | null = null
  /** How many streams of messages and requests of closed workloads there are; both are numbered through. */
  streams = 0
  requests = 0
  /** Processor generations that the prices of this run's traps were measured on. */
  readonly generations = new Set<string>()
  /** What the reader of results should know, with a count. */
  readonly notes = new Map<string, number>()
  /** Sojourn times in ns by technology. */
  readonly latencies = new Map<string, Histogram>()
  readonly #technologies: readonly Technology[]
  readonly #wirings = new Map<string, Wiring>()
  readonly #shared = new Map<string, unknown>()

  constructor(setup: Setup, arm: Arm, replication: number, technologies: readonly Technology[]) {
    this.setup = setup
    this.arm = arm
    this.sim = new Simulation(setup.seed, replication)
    this.clock = setup.host.clockHz / 1e9
    this.groups = groupsOf(setup)
    const vcpusOf = this.groups.flatMap(({ count, vcpus }) => new Array<number>(count).fill(vcpus))
    this.groupOfVm = Int32Array.from(this.groups.flatMap(({ count }, i) => new Array<number>(count).fill(i)))
    this.cores = coresOf(this.sim, setup.host, this.clock)
    this.segments = new Segments(this)
    this.vcpus = new Vcpus(this.sim, this.cores, this.jobs, vcpusOf, (job) => this.segments.finish(job))
    this.window = new Window(this)
    this.port = setup.host.nic && new Port(this, setup.host.nic.rateBitPerS, setup.host.nic.partitions)
    this.#technologies = technologies
    for (const name of this.technologyNames) this.latencies.set(name, new Histogram())
  }

  /** Ends wiring. */
  seal(): void {
    this.ledger.seal(this.technologyNames.length + 1, this.items.works.length)
    this.items.seal()
  }

  /** Names of the arm's technologies, in code-point order. */
  get technologyNames(): string[] {
    return Object.keys(this.arm).sort()
  }

  /** How a technology of the arm is wired; undefined if the arm does not name it. */
  wiring(technology: string): Wiring | undefined {
    const handler = this.arm[technology]
    if (handler === undefined) return undefined
    let wiring = this.#wirings.get(technology)
    if (!wiring) {
      wiring = new Wiring(this, this.#technology(technology), handler)
      this.#wirings.set(technology, wiring)
    }
    return wiring
  }

  /**
   * Where a unit enters a technology's path, given where it goes afterwards; `done` itself when the arm does not name the
   * technology or its handler has no such path. With `measured`, sojourn times go into the technology's row.
   */
  via(technology: string, path: PathName, done: EventKind, measured = true): EventKind {
    const wiring = this.wiring(technology)
    const taken = wiring?.handler[path]
    if (!wiring || !taken) return done
    if (!measured) return wiring.path(taken, done)
    const { items } = this
    const histogram = this.latencies.get(technology)!
    const left = this.segments.mark((unit, nowNs) => {
      // Both marks may lie inside jobs, and rounding may put the later one a trifle before the earlier.
      if (items.counted[items.item[unit]] === 1) histogram.add(Math.max(0, nowNs - items.entered[unit]))
    }, done)
    return this.segments.mark(
      (unit, nowNs) => {
        items.entered[unit] = nowNs
      },
      wiring.path(taken, left),
    )
  }

  /** Technologies of the arm that lie before `next` on the way out of a VM, in the order of their names. */
  passedBefore(next: Passage): string[] {
    return this.technologyNames.filter((name) => this.#technology(name).passedBefore === next)
  }

  /** As `via`, for all technologies that lie before `next`: one after another, on the way in the other way round. */
  viaThoseBefore(next: Passage, path: PathName, done: EventKind): EventKind {
    const names = this.passedBefore(next)
    const fromTheEnd = path === 'receive' ? names : names.toReversed()
    return fromTheEnd.reduce((entry, name) => this.via(name, path, entry), done)
  }

  /** 1 + the index of a technology, as items and charges name a cause. */
  causeOf(technology: string): number {
    return 1 + this.technologyNames.indexOf(technology)
  }

  /** What a caused trap costs on bare hardware: for arms that do not name `processor`. */
  nativeTrap(kind: string): { cycles: number; assumed: boolean } {
    const costs = this.#technologies.find(({ name }) => name === 'processor')?.costs
    const cost = costs?.[`native.${kind}`]
    if (!cost) return { cycles: 0, assumed: true }
    const given = this.setup.costs[`processor.native.${kind}`]
    return { cycles: given ?? cost.value, assumed: given === undefined && cost.source.startsWith('assumption:') }
  }

  /** Calls `done` with the request's number less `offset` when an item of requests `offset` … `offset + count − 1` is done. */
  onRequest(offset: number, count: number, done: (request: number) => void): void {
    const others = this.items.onRequestDone
    this.items.onRequestDone = (request) => {
      if (request >= offset && request < offset + count) done(request - offset)
      else others(request)
    }
  }

  shared<T>(name: string, make: () => T): T {
    if (!this.#shared.has(name)) this.#shared.set(name, make())
    return this.#shared.get(name) as T
  }

  note(text: string, count = 1): void {
    this.notes.set(text, (this.notes.get(text) ?? 0) + count)
  }

  #technology(name: string): Technology {
    const technology = this.#technologies.find((candidate) => candidate.name === name)
    if (!technology) throw new Error(`unknown technology ${name}`)
    return technology
  }
}

function groupsOf({ vms }: Setup): Group[] {
  let firstVm = 0
  return Object.keys(vms)
    .sort()
    .map((name) => {
      const group = { name, firstVm, ...vms[name] }
      firstVm += group.count
      return group
    })
}

function coresOf(sim: Simulation, host: HostSetup, clock: number): SharedServers {
  const urgentShares = host.hypervisor === 'shares'
  return new SharedServers(sim, { name: 'cores', servers: host.cores, rate: clock, urgentShares })
}
