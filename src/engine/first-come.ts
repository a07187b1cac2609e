// First come, first served: jobs wait in one queue for any of n servers.
import { JobQueue } from './job-queue.ts'
import type { EventKind, Simulation } from './simulation.ts'

export class FirstCome {
  inService = 0
  completed = 0
  private readonly sim: Simulation
  private readonly servers: number
  private readonly places: number
  private readonly queue = new JobQueue()
  private readonly idle: Int32Array
  private readonly done: Int32Array
  private readonly arg: Int32Array
  private readonly endNs: Float64Array
  /** The work of the job that comes or is started, and the sum of all work started. Cells, since V8 would box either. */
  readonly amountNs = new Float64Array(1)
  private readonly startedNs = new Float64Array(1)
  private readonly finished: EventKind

  constructor(sim: Simulation, name: string, servers: number, places: number) {
    this.sim = sim
    this.servers = servers
    this.places = places
    this.idle = Int32Array.from({ length: servers }, (_, i) => servers - 1 - i)
    this.done = new Int32Array(servers)
    this.arg = new Int32Array(servers)
    this.endNs = new Float64Array(servers)
    this.finished = sim.event(`${name}: done`, (server) => this.finish(server))
  }

  /** A job of `amountNs[0]`; false when it finds no place. */
  work(done: EventKind, arg: number): boolean {
    if (this.inService < this.servers) {
      this.serve(this.idle[this.servers - 1 - this.inService++], done, arg)
      return true
    }
    if (this.queue.length >= this.places) return false
    this.queue.push(this.amountNs[0], done, arg)
    return true
  }

  get waiting(): number {
    return this.queue.length
  }

  get busyNs(): number {
    return this.startedNs[0] - this.remainingNs()
  }

  get backlogNs(): number {
    return this.queue.total + this.remainingNs()
  }

  private serve(server: number, done: EventKind, arg: number): void {
    const amountNs = this.amountNs[0]
    this.done[server] = done
    this.arg[server] = arg
    this.endNs[server] = this.sim.now + amountNs
    this.startedNs[0] += amountNs
    this.sim.after(amountNs, this.finished, server)
  }

  private finish(server: number): void {
    const done = this.done[server] as EventKind
    const arg = this.arg[server]
    const { queue } = this
    this.completed++
    if (queue.length > 0) {
      this.amountNs[0] = queue.amount
      this.serve(server, queue.done, queue.arg)
      queue.shift()
    } else {
      this.idle[this.servers - this.inService--] = server
      this.endNs[server] = 0
    }
    this.sim.fire(done, arg)
  }

  /** Work that remains in service. A server that is idle ended in the past. */
  private remainingNs(): number {
    const now = this.sim.now
    let sum = 0
    for (const end of this.endNs) if (end > now) sum += end - now
    return sum
  }
}
