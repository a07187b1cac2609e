// Preemptive-resume priority: the most urgent jobs are in service, and one that is stopped goes on where it was.
// Within a class first come, first served: a stopped job goes before the later ones of its class.
import type { EventHandle, EventKind, Simulation } from './simulation.ts'
import { widened } from './widened.ts'

const INITIAL_JOBS = 16

export class Preemptive {
  inService = 0
  completed = 0
  waiting = 0
  private readonly sim: Simulation
  private readonly servers: number
  private readonly places: number
  private readonly finished: EventKind
  /** The job at each server; the first `inService` are in use. */
  private readonly served: Int32Array
  /** The work of the job that comes, and the sum of all work given to servers. Cells, since V8 would box either. */
  readonly amountNs = new Float64Array(1)
  private readonly givenNs = new Float64Array(1)

  private leftNs = new Float64Array(INITIAL_JOBS)
  private endNs = new Float64Array(INITIAL_JOBS)
  private arrival = new Float64Array(INITIAL_JOBS)
  private priority = new Float64Array(INITIAL_JOBS)
  private done = new Int32Array(INITIAL_JOBS)
  private arg = new Int32Array(INITIAL_JOBS)
  private handle = new Int32Array(INITIAL_JOBS)
  private place = new Int32Array(INITIAL_JOBS)
  private free = new Int32Array(INITIAL_JOBS)
  private freeCount = 0
  private jobs = 0
  private arrivals = 0
  /** Waiting jobs, a heap by (priority, arrival). */
  private heap = new Int32Array(INITIAL_JOBS)

  constructor(sim: Simulation, name: string, servers: number, places: number) {
    this.sim = sim
    this.servers = servers
    this.places = places
    this.served = new Int32Array(servers)
    this.finished = sim.event(`${name}: done`, (job) => this.finish(job))
  }

  /** A job of `amountNs[0]`; false when it finds no place. */
  work(done: EventKind, arg: number, priority: number): boolean {
    if (!(Number.isInteger(priority) && priority >= 0))
      throw new RangeError(`priority ${priority}; a whole number from 0`)
    if (this.inService === this.servers && this.waiting >= this.places) return false
    const job = this.freeCount > 0 ? this.free[--this.freeCount] : this.newJob()
    this.leftNs[job] = this.amountNs[0]!
    this.arrival[job] = this.arrivals++
    this.priority[job] = priority
    this.done[job] = done
    this.arg[job] = arg
    if (this.inService < this.servers) this.serve(job)
    else {
      const last = this.lastServed()
      if (this.before(job, last)) {
        this.interrupt(last)
        this.serve(job)
      } else this.wait(job)
    }
    return true
  }

  get busyNs(): number {
    return this.givenNs[0] - this.remainingNs()
  }

  get backlogNs(): number {
    let sum = this.remainingNs()
    for (let i = 0; i < this.waiting; i++) sum += this.leftNs[this.heap[i]]
    return sum
  }

  private serve(job: number): void {
    this.place[job] = this.inService
    this.served[this.inService++] = job
    this.endNs[job] = this.sim.now + this.leftNs[job]
    this.givenNs[0] += this.leftNs[job]
    this.handle[job] = this.sim.after(this.leftNs[job], this.finished, job)
  }

  private interrupt(job: number): void {
    this.sim.cancel(this.handle[job] as EventHandle)
    this.leaveServer(job)
    this.leftNs[job] = Math.max(0, this.endNs[job] - this.sim.now)
    this.givenNs[0] -= this.leftNs[job]
    this.wait(job)
  }

  private finish(job: number): void {
    const done = this.done[job] as EventKind
    const arg = this.arg[job]
    this.completed++
    this.leaveServer(job)
    this.free[this.freeCount++] = job
    if (this.waiting > 0) this.serve(this.takeFirst())
    this.sim.fire(done, arg)
  }

  private leaveServer(job: number): void {
    const moved = this.served[--this.inService]
    const at = this.place[job]
    this.served[at] = moved
    this.place[moved] = at
  }

  /** The job in service that gives way first: of the least urgent class the one that came last. */
  private lastServed(): number {
    let last = this.served[0]
    for (let i = 1; i < this.inService; i++) if (this.before(last, this.served[i])) last = this.served[i]!
    return last
  }

  private remainingNs(): number {
    let sum = 0
    for (let i = 0; i < this.inService; i++) sum += this.endNs[this.served[i]] - this.sim.now
    return sum
  }

  private before(a: number, b: number): boolean {
    const difference = this.priority[a] - this.priority[b]
    return difference < 0 || (difference === 0 && this.arrival[a] < this.arrival[b])
  }

  private wait(job: number): void {
    const { heap } = this
    let at = this.waiting++
    while (at > 0 && this.before(job, heap[(at - 1) >> 1])) {
      heap[at] = heap[(at - 1) >> 1]!
      at = (at - 1) >> 1
    }
    heap[at] = job
  }

  private takeFirst(): number {
    const { heap } = this
    const first = heap[0]
    const last = heap[--this.waiting]
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.waiting) break
      if (child + 1 < this.waiting && this.before(heap[child + 1], heap[child])) child++
      if (!this.before(heap[child], last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return first
  }

  private newJob(): number {
    const job = this.jobs++
    if (job < this.leftNs.length) return job
    this.leftNs = widened(this.leftNs, new Float64Array(2 * job))
    this.endNs = widened(this.endNs, new Float64Array(2 * job))
    this.arrival = widened(this.arrival, new Float64Array(2 * job))
    this.priority = widened(this.priority, new Float64Array(2 * job))
    for (const name of ['done', 'arg', 'handle', 'place', 'free', 'heap'] as const) {
      this[name] = widened(this[name], new Int32Array(2 * job))
    }
    return job
  }
}
