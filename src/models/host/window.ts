// The window of a run: what lies in it is counted, and what cores do in it is executed.
//
//   0 ── warm-up ── opens ═══ measured ═══ closes ── until what is counted is done, at most one more window ── end
//
// Run until idle, the window is the whole run. Run until batches are done, it closes with the last item of a batch.
import { exactly, nearest, product } from '../../engine/exact.ts'
import type { SharedServers } from '../../engine/sharing.ts'
import type { Simulation } from '../../engine/simulation.ts'
import type { Loads } from './devices.ts'
import type { Items } from './items.ts'
import type { Jobs } from './jobs.ts'
import type { Ledger } from './ledger.ts'
import type { WindowLength } from './setup.ts'
import type { Vcpus } from './vcpus.ts'

/** Work in the system at an edge of the window. */
export interface Backlog {
  /** Cycles. */
  readonly cores: number
  /** Cycles, by group. */
  readonly groups: readonly number[]
  /** ns, by load. */
  readonly loads: readonly number[]
}

/** What a window watches. */
export interface WindowParts {
  readonly sim: Simulation
  readonly items: Items
  readonly jobs: Jobs
  readonly ledger: Ledger
  readonly cores: SharedServers
  readonly vcpus: Vcpus
  readonly loads: Loads
  /** Cycles per ns of one core. */
  readonly clock: number
  readonly groupOfVm: Int32Array
  readonly groups: readonly unknown[]
}

export class Window {
  readonly #parts: WindowParts
  readonly opensNs: number
  /** Infinity when run until idle, and as long as the batches it waits for are not done. */
  closesNs: number
  /** Whether the end of all batches closes it. Batches begin with it then. */
  readonly isUntilBatches: boolean
  /** Core cycles idle and busy, and jobs in service across an edge. */
  idleCycles = 0
  /** What rounding has left beside idle and executed cycles, and how many ends of jobs it comes from. */
  restCycles = 0
  jobEnds = 0
  busyCycles = 0
  edgeJobs = 0
  start: Backlog = { cores: 0, groups: [], loads: [] }
  end: Backlog = { cores: 0, groups: [], loads: [] }
  /** Busy time of links and devices within the window, ns. */
  busyNs: number[] = []
  #overtime = false
  #opened = { idle: 0n, done: 0n }
  #isClosing = false
  /** Counted items of batches that there will be. */
  #batchItems = 0

  constructor(parts: WindowParts, warmupNs: number, measureNs: WindowLength) {
    this.#parts = parts
    this.opensNs = warmupNs
    this.closesNs = typeof measureNs === 'number' ? warmupNs + measureNs : Infinity
    this.isUntilBatches = measureNs === 'batches'
  }

  /** Tells of so many counted items of a batch. While wiring. */
  expectBatch(items: number): void {
    this.#batchItems += items
  }

  /** When the run will end, as far as it can be told by now; null if it cannot. Only for those who watch. */
  get expectedEndNs(): number | null {
    const { sim, items } = this.#parts
    const done = items.patientDone()
    const startNs = this.opensNs
    const batchEndNs = done === 0 ? 0 : startNs + ((sim.now - startNs) * this.#batchItems) / done
    const isLate = sim.now >= this.closesNs && done === 0 && this.#batchItems > 0
    if (this.closesNs < Infinity && !isLate) return Math.max(this.closesNs, batchEndNs)
    return done === 0 ? null : batchEndNs
  }

  /** Schedules the edges. To be called after the generators have been started. */
  schedule(): void {
    const { sim, items } = this.#parts
    sim.after(
      this.opensNs,
      sim.event('window opens', () => this.#open()),
      0,
    )
    const isMeasured = this.closesNs < Infinity
    if (!isMeasured && !this.isUntilBatches) return
    const closing = sim.event('window closes', () => this.#close())
    const overtime = sim.event('one more window', () => this.#onOvertime())
    if (isMeasured) {
      sim.after(this.closesNs, closing, 0)
      sim.after(this.closesNs + (this.closesNs - this.opensNs), overtime, 0)
    }
    items.onCountedDone = () => {
      if (sim.now >= this.closesNs) {
        if (this.#isDone()) sim.stop()
      } else if (this.isUntilBatches && !this.#isClosing && items.patientDone() === this.#batchItems) {
        this.#isClosing = true
        // A window has a length, even where batches cost nothing.
        const delayNs = sim.now > this.opensNs ? 0 : 1
        sim.after(delayNs, closing, 0)
        sim.after(delayNs + (sim.now + delayNs - this.opensNs), overtime, 0)
      }
    }
  }

  /**
   * Whether an item generated now has to be the same in every arm. How much other work there is before the batches are done
   * is each arm's own doing.
   */
  isCommon(nowNs: number, isBatch: boolean): boolean {
    return this.isUntilBatches ? isBatch || nowNs < this.opensNs : nowNs < this.closesNs
  }

  /** Whether an item generated now is counted. */
  covers(nowNs: number): boolean {
    return nowNs >= this.opensNs && nowNs < this.closesNs
  }

  /** Ends a run until idle. */
  closeIdle(): void {
    if (this.closesNs === Infinity && !this.isUntilBatches) this.#close()
  }

  #open(): void {
    const { cores, jobs, ledger, clock, loads } = this.#parts
    ledger.isExecuting = true
    this.#opened = cores.exact()
    this.jobEnds = -cores.ends
    this.busyCycles = -(cores.busyUrgent + cores.busyShared) * clock
    this.busyNs = loads.all.map(({ server }) => -server.busyNs)
    this.start = this.#backlog((job, done) => {
      jobs.before[job] = done
    })
  }

  #close(): void {
    const { cores, jobs, ledger, clock, loads, sim } = this.#parts
    if (this.isUntilBatches) this.closesNs = sim.now
    this.end = this.#backlog((job, done) => {
      ledger.execute(jobs.head[job], jobs.before[job], done)
    })
    ledger.isExecuting = false
    this.#closeCores()
    this.busyCycles += (cores.busyUrgent + cores.busyShared) * clock
    this.busyNs = loads.all.map(({ server }, i) => server.busyNs + this.busyNs[i])
    if (this.#isDone()) sim.stop()
  }

  /** Idle cycles, and what the cores' own time has beyond the work that they did in it. */
  #closeCores(): void {
    const { cores, clock, sim } = this.#parts
    const { idle, done } = cores.exact()
    const all = BigInt(cores.servers) * product(exactly(sim.now) - exactly(this.opensNs), exactly(clock))
    this.idleCycles = nearest(product(idle - this.#opened.idle, exactly(clock)))
    this.restCycles = nearest(all - exactly(this.idleCycles) - (done - this.#opened.done))
    this.jobEnds += cores.ends
  }

  #onOvertime(): void {
    this.#overtime = true
    if (this.#isDone()) this.#parts.sim.stop()
  }

  /** All that is counted is done; past one more window, all clones: they may take as long as they need. */
  #isDone(): boolean {
    return this.#overtime ? this.#parts.items.patientOpen() === 0 : this.#parts.items.countedOpen === 0
  }

  /** Sums what is left of every job, and visits each that has begun with its whole cycles done. */
  #backlog(visit: (job: number, doneCycles: number) => void): Backlog {
    const { cores, jobs, vcpus, groupOfVm, loads, items } = this.#parts
    const groups = this.#parts.groups.map(() => 0)
    const see = (job: number, left: number, inGuest: boolean): void => {
      if (inGuest) groups[groupOfVm[items.vm[jobs.unit[job]]]] += left
      if (left >= jobs.cycles[job]) return
      this.edgeJobs++
      visit(job, Math.round(jobs.cycles[job] - left))
    }
    cores.eachUrgent((job, workDone, work) => see(job, work - workDone, jobs.vcpu[job] >= 0))
    cores.eachMember((job, left) => see(job, left, jobs.vcpu[job] >= 0))
    let waiting = 0
    for (let vm = 0; vm < groupOfVm.length; vm++)
      vcpus.eachWaiting(vm, (job) => {
        waiting += jobs.left[job]
        see(job, jobs.left[job], true)
      })
    return { cores: cores.backlog + waiting, groups, loads: loads.all.map(({ server }) => server.backlogNs) }
  }
}
