// Servers with an urgent class, first come first served, that preempts a class whose members share what is left evenly.
//
// All members are served at one rate, so one virtual time tells how much work each has received: a member that starts at
// virtual time v with work w finishes when it reaches v + w, whatever happens in between. Only the earliest member has an
// event. It is moved only when it would come too late; when it comes too early it is set again.
import { addWhole, exactly, wholeOf } from './exact.ts'
import { FinishOrder } from './finish-order.ts'
import { JobQueue } from './job-queue.ts'
import type { EventHandle, EventKind, Simulation } from './simulation.ts'
import { CELLS, checkOptions, checkWork, type SharedServersOptions } from './sharing-state.ts'
import { DONE, EVENT_TIME, IDLE, MEMBER_RATE, SETTLED, SHARED, URGENT, VIRTUAL } from './sharing-state.ts'
import { widened } from './widened.ts'

const NONE = -1
export class SharedServers {
  readonly servers: number
  readonly rate: number
  /** Members that are done, urgent jobs that shared included. */
  completed = 0
  /** How often a job was done or stopped. */
  ends = 0
  private readonly sim: Simulation
  private readonly urgentShares: boolean
  private readonly memberLimit: number
  private readonly state = new Float64Array(CELLS)
  private readonly queue = new JobQueue()
  private urgentInService = 0
  private readonly idleServers: Int32Array
  private readonly urgentWork: Float64Array
  private readonly urgentFrom: Float64Array
  private readonly urgentDone: Int32Array
  private readonly urgentArg: Int32Array
  private readonly urgentEvent: EventKind
  private readonly order = new FinishOrder()
  private memberWork = new Float64Array(16)
  private memberDone = new Int32Array(16)
  private memberArg = new Int32Array(16)
  private memberUrgent = new Uint8Array(16)
  private freeMembers = new Int32Array(16)
  private freeCount = 0
  private memberCapacity = 0
  private urgentMembers = 0
  private readonly memberEvent: EventKind
  private event = 0 as EventHandle
  /** The member that ends exactly when the event happens; `NONE` when the event has become too early. */
  private planned = NONE

  constructor(sim: Simulation, options: SharedServersOptions) {
    const { name, servers, rate, urgentShares = false, memberLimit = 1 } = options
    checkOptions(options)
    this.sim = sim
    this.servers = servers
    this.rate = rate
    this.urgentShares = urgentShares
    this.memberLimit = memberLimit
    this.idleServers = Int32Array.from({ length: servers }, (_, i) => servers - 1 - i)
    this.urgentWork = new Float64Array(servers)
    this.urgentFrom = new Float64Array(servers)
    this.urgentDone = new Int32Array(servers).fill(NONE)
    this.urgentArg = new Int32Array(servers)
    this.urgentEvent = sim.event(`${name}: urgent job done`, (server) => this.finishUrgent(server))
    this.memberEvent = sim.event(`${name}: member done`, () => this.finishMember())
    this.state[SETTLED] = sim.now
    this.state[EVENT_TIME] = Infinity
  }

  /** Does `work` ≥ 0 before all members' and after the urgent jobs that came earlier, then fires `done` with `arg`. */
  urgent(work: number, done: EventKind, arg: number): void {
    checkWork(work)
    if (this.urgentShares) {
      this.join(work, done, arg, 1)
    } else if (this.urgentInService < this.servers) {
      this.settle()
      this.serve(this.idleServers[this.servers - 1 - this.urgentInService++], work, done, arg)
      this.share()
    } else this.queue.push(work, done, arg)
  }

  /** Starts a member with `work` ≥ 0 to do; fires `done` with `arg` when it is done. Returns the member's number. */
  start(work: number, done: EventKind, arg: number): number {
    checkWork(work)
    return this.join(work, done, arg, 0)
  }

  /** Takes a member away before it is done; returns the work that remains, ≥ 0. */
  stop(member: number): number {
    const left = this.remaining(member)
    this.credit(this.memberWork[member])
    addWhole(this.state, DONE, -left)
    this.leave(member)
    this.share()
    return left
  }

  /** The work that a member still has to do, ≥ 0. Throws a RangeError when there is no such member. */
  remaining(member: number): number {
    if (!this.order.has(member)) throw new RangeError(`${member} is not a member: it is done or was stopped`)
    this.settle()
    return Math.max(0, this.order.finish[member] - this.state[VIRTUAL])
  }

  get members(): number {
    return this.order.length
  }

  /** Idle server time so far, server·ns. */
  get idle(): number {
    this.settle()
    return this.state[IDLE] + this.state[IDLE + 1]
  }

  /** Server time spent on urgent jobs so far, server·ns. */
  get busyUrgent(): number {
    this.settle()
    return this.state[URGENT]
  }

  /** Server time spent on members so far, server·ns. */
  get busyShared(): number {
    this.settle()
    return this.state[SHARED]
  }

  /** Idle server time so far, server·ns, and the work that jobs have got so far: without rounding. */
  exact(): { idle: bigint; done: bigint } {
    this.settle()
    let done = wholeOf(this.state, DONE)
    this.eachUrgent((_, workDone) => (done += exactly(workDone)))
    for (let i = 0; i < this.order.length; i++) {
      const member = this.order.at(i)
      if (this.memberUrgent[member] === 0) done += exactly(this.memberWork[member]) - exactly(this.remaining(member))
    }
    return { idle: wholeOf(this.state, IDLE), done }
  }

  /** Work of the urgent jobs that wait for a server. */
  get urgentWaitingWork(): number {
    return this.queue.total
  }

  /** All work that is waiting or remains to be done. */
  get backlog(): number {
    let sum = this.queue.total
    this.eachUrgent((_, workDone, work) => (sum += work - workDone))
    this.eachMember((_, remaining) => (sum += remaining))
    return sum
  }

  /** Visits the urgent jobs in service. */
  eachUrgent(visit: (arg: number, workDone: number, work: number) => void): void {
    for (let server = 0; server < this.servers; server++) {
      if (this.urgentDone[server] === NONE) continue
      const work = this.urgentWork[server]
      visit(this.urgentArg[server], Math.min(work, (this.sim.now - this.urgentFrom[server]) * this.rate), work)
    }
    for (let i = 0; i < this.order.length; i++) {
      const member = this.order.at(i)
      if (this.memberUrgent[member] === 0) continue
      const work = this.memberWork[member]
      visit(this.memberArg[member], work - Math.min(work, this.remaining(member)), work)
    }
  }

  /** Visits the members, urgent jobs that share apart. */
  eachMember(visit: (arg: number, remaining: number) => void): void {
    for (let i = 0; i < this.order.length; i++) {
      const member = this.order.at(i)
      if (this.memberUrgent[member] === 0) visit(this.memberArg[member], this.remaining(member))
    }
  }

  private serve(server: number, work: number, done: EventKind, arg: number): void {
    this.urgentWork[server] = work
    this.urgentFrom[server] = this.sim.now
    this.urgentDone[server] = done
    this.urgentArg[server] = arg
    this.sim.after(work / this.rate, this.urgentEvent, server)
  }

  private finishUrgent(server: number): void {
    this.credit(this.urgentWork[server])
    const done = this.urgentDone[server] as EventKind
    const arg = this.urgentArg[server]
    if (this.queue.length > 0) {
      this.serve(server, this.queue.amount, this.queue.done, this.queue.arg)
      this.queue.shift()
    } else {
      this.settle()
      this.urgentDone[server] = NONE
      this.idleServers[this.servers - this.urgentInService--] = server
      this.share()
    }
    this.sim.fire(done, arg)
  }

  private join(work: number, done: EventKind, arg: number, urgent: number): number {
    this.settle()
    const member = this.freeCount > 0 ? this.freeMembers[--this.freeCount] : this.newMember()
    this.memberWork[member] = work
    this.memberDone[member] = done
    this.memberArg[member] = arg
    this.memberUrgent[member] = urgent
    this.urgentMembers += urgent
    this.order.finish[member] = this.state[VIRTUAL] + work
    this.order.insert(member)
    this.share()
    return member
  }

  private newMember(): number {
    const member = this.memberCapacity++
    if (member < this.memberWork.length) return member
    this.memberWork = widened(this.memberWork, new Float64Array(2 * member))
    this.memberUrgent = widened(this.memberUrgent, new Uint8Array(2 * member))
    for (const name of ['memberDone', 'memberArg', 'freeMembers'] as const)
      this[name] = widened(this[name], new Int32Array(2 * member))
    this.order.reserve(2 * member)
    return member
  }

  private leave(member: number): void {
    this.order.remove(member)
    this.freeMembers[this.freeCount++] = member
    this.urgentMembers -= this.memberUrgent[member]
    if (member === this.planned) this.planned = NONE
    if (this.order.length > 0) return
    // Nobody remembers an earlier virtual time, and small numbers are exact.
    this.state[VIRTUAL] = 0
    if (this.state[EVENT_TIME] < Infinity) this.sim.cancel(this.event)
    this.state[EVENT_TIME] = Infinity
  }

  /** Brings all cells up to now. To be called before anything changes. */
  private settle(): void {
    const { state, servers } = this
    const elapsed = this.sim.now - state[SETTLED]
    if (elapsed === 0) return
    state[SETTLED] = this.sim.now
    const members = this.order.length
    const busy = Math.min(members * this.memberLimit, servers - this.urgentInService)
    const urgentShare = members === 0 ? 0 : (busy * this.urgentMembers) / members
    state[VIRTUAL] += elapsed * state[MEMBER_RATE]
    addWhole(state, IDLE, elapsed * (servers - this.urgentInService - busy))
    state[URGENT] += elapsed * (this.urgentInService + urgentShare)
    state[SHARED] += elapsed * (busy - urgentShare)
  }

  /** Enters work that was done. */
  private credit(work: number): void {
    this.ends++
    addWhole(this.state, DONE, work)
  }

  /** Divides the servers anew after a change, and sees that the earliest member's event does not come too late. */
  private share(): void {
    const { state } = this
    const members = this.order.length
    if (members === 0) {
      state[MEMBER_RATE] = 0
      return
    }
    const rate = this.rate * Math.min(this.memberLimit, (this.servers - this.urgentInService) / members)
    if (rate !== state[MEMBER_RATE]) this.planned = NONE
    state[MEMBER_RATE] = rate
    if (rate > 0) this.plan()
  }

  private plan(): void {
    const { state, sim } = this
    const first = this.order.first
    const delay = Math.max(0, this.order.finish[first] - state[VIRTUAL]) / state[MEMBER_RATE]
    const time = sim.now + delay
    if (time >= state[EVENT_TIME]) return
    if (state[EVENT_TIME] < Infinity) sim.cancel(this.event)
    this.event = sim.after(delay, this.memberEvent, 0)
    state[EVENT_TIME] = time
    this.planned = first
  }

  private finishMember(): void {
    const { state, order, sim } = this
    state[EVENT_TIME] = Infinity
    this.settle()
    const first = order.first
    const left = order.finish[first] - state[VIRTUAL]
    // No work is forgiven: only what rounding has left, and what would take less than the clock can tell.
    if (first !== this.planned && sim.now + left / state[MEMBER_RATE] > sim.now) {
      if (state[MEMBER_RATE] > 0) this.plan()
      return
    }
    if (left > 0) state[VIRTUAL] = order.finish[first]!
    this.credit(this.memberWork[first])
    this.completed++
    this.leave(first)
    this.share()
    sim.fire(this.memberDone[first] as EventKind, this.memberArg[first])
  }
}
