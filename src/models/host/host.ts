// The host: where technologies meet. It has cores, the VMs' vCPUs, a port, devices, and the accounts; a run is a host
// wired for one arm of a scenario.
import type { EventKind } from '../../engine/simulation.ts'
import { Simulation } from '../../engine/simulation.ts'
import { SharedServers } from '../../engine/sharing.ts'
import { Histogram } from '../../engine/histogram.ts'
import { Loads } from './devices.ts'
import { Items } from './items.ts'
import { Jobs } from './jobs.ts'
import { Ledger } from './ledger.ts'
import { Merging } from './merging.ts'
import { Port } from './port.ts'
import { Segments } from './segments.ts'
import { WorkDigest } from './digest.ts'
import { Prices } from './prices.ts'
import type { Arm, Group, HostSetup, Setup } from './setup.ts'
import { StorageAccount } from './storage.ts'
import type { Formula, HostParts, Passage, PathName, Technology } from './technology.ts'
import { Vcpus } from './vcpus.ts'
import { Window } from './window.ts'
import { HandlerWiring } from './wiring.ts'

export class Host implements HostParts {
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
  readonly loads: Loads
  readonly storage = new StorageAccount()
  readonly merging: Merging
  readonly prices: Prices
  readonly formulas = new Map<string, Formula>()
  /** Processor generations that the prices of this run's traps were measured on. */
  readonly generations = new Set<string>()
  /** What the reader of results should know, with a count. */
  readonly notes = new Map<string, number>()
  /** Sojourn times in ns by technology. */
  readonly latencies = new Map<string, Histogram>()
  readonly #technologies: readonly Technology[]
  readonly #wirings = new Map<string, HandlerWiring>()
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
    this.loads = new Loads(this.items, this.groupOfVm, this.groups.length)
    this.merging = new Merging(this.items, this.sim)
    this.prices = new Prices(technologies, setup.costs, setup.assumed)
    this.vcpus = new Vcpus(this.sim, this.cores, this.jobs, vcpusOf, (job) => this.segments.finish(job))
    this.segments = new Segments(this)
    this.window = new Window(this, setup.warmupNs, setup.measureNs)
    const { nic } = setup.host
    this.port = nic && new Port(this.sim, this.loads, nic.rateBitPerS, nic.partitions)
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
  wiring(technology: string): HandlerWiring | undefined {
    const handler = this.arm[technology]
    if (handler === undefined) return undefined
    let wiring = this.#wirings.get(technology)
    if (!wiring) {
      wiring = new HandlerWiring(this, this.prices, this.#technology(technology), handler)
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
    const { admission } = wiring.technology
    const histogram = this.latencies.get(technology)!
    const left = this.segments.mark((unit, nowNs) => {
      // Both marks may lie inside jobs, and rounding may put the later one a trifle before the earlier.
      if (items.counted[items.item[unit]] === 1) histogram.add(Math.max(0, nowNs - items.entered[unit]))
    }, done)
    return this.segments.mark(
      (unit, nowNs) => {
        items.entered[unit] = nowNs
      },
      path === 'enter' && admission
        ? admission(wiring, (served) => wiring.path(taken, served), left)
        : wiring.path(taken, left),
    )
  }

  /** Technologies of the arm that lie before `next` on the way out of a VM, in the order of their names. */
  passedBefore(next: Passage): string[] {
    return this.technologyNames.filter((name) => this.#technology(name).passedBefore === next)
  }

  passing(request: string): string[] {
    return this.technologyNames.filter((name) => this.#technology(name).passes === request)
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
