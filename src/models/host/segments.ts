// Segments: what a path is compiled into. Neighbouring steps in one place are one segment, also across technologies, and
// run as one job that makes one charge per step. Segments are fused while wiring, back to front: a path is built from
// where it ends to where it starts, so a new piece looks at the segment that it leads to and joins it when both run in
// the same place.
import type { SharedServers } from '../../engine/sharing.ts'
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import { NONE } from './growing-table.ts'
import type { Items } from './items.ts'
import type { Jobs } from './jobs.ts'
import { AmountError, CARRY, type Ledger } from './ledger.ts'
import type { Vcpus } from './vcpus.ts'

/** Where a step runs. `user` is a vCPU too, for work that takes turns with the guest's own; a trap's `exit` stops its vCPU. */
export type Place = 'vcpu' | 'user' | 'exit' | 'host'

/** One charge that a segment makes for each unit. Cycles = each + perPacket × packets + perByte × size, rounded once. */
export interface Charge {
  readonly step: number
  /** Who is to blame: NONE for the unit's own cause, else 1 + the index of a technology. */
  readonly cause: number
  readonly each: number
  readonly perPacket: number
  readonly perByte: number
  /** How often the step is done per unit, for the ledger; BY_SIZE: as often as the unit is large. */
  readonly times: number
}
export const BY_SIZE = -1
/** A spinning job is given so much work at a time: it is seldom given some twice, and what is left of it is no backlog to speak of. */
const SPIN_CYCLES = 65_536

/** Something to note when a unit passes a point of its path. */
export type Mark = (unit: number, nowNs: number) => void

interface Segment {
  /** null: marks alone, which take no time and run nowhere. */
  readonly place: Place | null
  readonly charges: readonly Charge[]
  /** What a unit passes as it comes, before it waits for its turn. */
  readonly entered: readonly Mark[]
  /** Marks further on, by the number of charges that lie before them. */
  readonly marks: readonly { readonly after: number; readonly mark: Mark }[]
  readonly next: EventKind
}

/** What segments need of a host. */
export interface SegmentParts {
  readonly sim: Simulation
  readonly jobs: Jobs
  readonly items: Items
  readonly ledger: Ledger
  readonly cores: SharedServers
  readonly vcpus: Vcpus
  /** Cycles per ns of one core. */
  readonly clock: number
}

export class Segments {
  readonly #parts: SegmentParts
  readonly #segments: Segment[] = []
  readonly #byEntry = new Map<EventKind, Segment>()
  readonly #hostDone: EventKind
  /** The job that was opened last. */
  latest = NONE

  constructor(parts: SegmentParts) {
    this.#parts = parts
    this.#hostDone = parts.sim.event('hypervisor job done', (job) => this.finish(job))
  }

  /** A step before `next`. While wiring. */
  charge(place: Place, name: string, charge: Charge, next: EventKind): EventKind {
    return this.#add({ place, charges: [charge], entered: [], marks: [], next }, name)
  }

  /**
   * A job that goes on until it is told, before `next`: its vCPU spins meanwhile. `served` is what tells it, with the unit, and
   * `serve` says where the unit enters what it waits for. While wiring.
   */
  spin(name: string, charge: Charge, serve: (served: EventKind) => EventKind, next: EventKind): EventKind {
    const { sim, items, jobs, ledger, vcpus } = this.#parts
    const segment = { place: 'vcpu', charges: [charge], entered: [], marks: [], next } as const
    const id = this.#segments.push(segment) - 1
    const served = sim.event(`${name}: served`, (unit) => {
      const job = items.spin[unit]
      jobs.spins[job] = 0
      vcpus.settle(job)
      ledger.cycles[jobs.head[job]] = jobs.cycles[job]
    })
    const entry = serve(served)
    return sim.event(name, (unit) => {
      const job = jobs.open(unit, id)
      items.spin[unit] = job
      this.#charge(job)
      jobs.spins[job] = 1
      this.#goOn(job)
      sim.fire(entry, unit)
    })
  }

  /** A job that spins is given some more work. */
  #goOn(job: number): void {
    const { jobs, items, ledger, vcpus } = this.#parts
    jobs.cycles[job] += SPIN_CYCLES
    jobs.left[job] = SPIN_CYCLES
    ledger.cycles[jobs.head[job]] = jobs.cycles[job]
    vcpus.keep(items.vm[jobs.unit[job]], job)
  }

  /** A mark before `next`. While wiring. */
  mark(mark: Mark, next: EventKind): EventKind {
    return this.#add({ place: null, charges: [], entered: [mark], marks: [], next }, 'mark')
  }

  #add(segment: Segment, name: string): EventKind {
    const following = this.#byEntry.get(segment.next)
    const joins = following && (following.place === segment.place || following.place === null || segment.place === null)
    const joined = joins ? join(segment, following) : segment
    const id = this.#segments.push(joined) - 1
    const start = joined.place === null ? this.#marking(joined) : (unit: number) => this.#start(id, unit)
    const entry = this.#parts.sim.event(name, start)
    this.#byEntry.set(entry, joined)
    return entry
  }

  /** Marks alone need no job: nothing is charged, and nothing runs. */
  #marking({ entered, next }: Segment): (unit: number) => void {
    const { sim } = this.#parts
    return (unit) => {
      for (let i = 0; i < entered.length; i++) entered[i](unit, sim.now)
      sim.fire(next, unit)
    }
  }

  /** A unit enters: its charges are made, and the job that carries them is submitted. */
  #start(id: number, unit: number): void {
    const { jobs, items, sim } = this.#parts
    const { place, entered } = this.#segments[id]
    for (let i = 0; i < entered.length; i++) entered[i](unit, sim.now)
    const job = jobs.open(unit, id)
    this.latest = job
    this.#charge(job)
    if (jobs.cycles[job] === 0) this.finish(job)
    else this.#submit(place, job, items.vm[unit])
  }

  /**
   * Gives a job that has not begun another unit of the same VM instead of its own, in its place in the queue, and returns
   * the unit it had. To be called only for a job that is not done; NONE if it has begun.
   */
  supersede(job: number, unit: number): number {
    const { jobs, ledger, sim } = this.#parts
    if (jobs.begun[job] === 1) return NONE
    const superseded = jobs.unit[job]
    ledger.release(jobs.head[job], jobs.tail[job])
    jobs.unit[job] = unit
    jobs.head[job] = NONE
    for (const mark of this.#segments[jobs.segment[job]].entered) mark(unit, sim.now)
    this.#charge(job)
    return superseded
  }

  /** Makes the charges of a job's segment for its unit. */
  #charge(job: number): void {
    const { jobs, ledger, items } = this.#parts
    const { charges } = this.#segments[jobs.segment[job]]
    const unit = jobs.unit[job]
    const work = items.work[items.item[unit]]
    const packets = items.packets[unit]
    const size = items.size[unit]
    let total = 0
    let tail = NONE
    for (let i = 0; i < charges.length; i++) {
      const charge = charges[i]
      const cycles = Math.round(charge.each + charge.perPacket * packets + charge.perByte * size)
      const cause = charge.cause === NONE ? items.cause[unit] : charge.cause
      const times = charge.times === BY_SIZE ? size : charge.times
      tail = ledger.charge(tail, ledger.entryOf(charge.step, cause, work), cycles, times)
      if (i === 0) jobs.head[job] = tail
      total += cycles
    }
    if (!(total <= CARRY)) throw tooMuch(total)
    jobs.tail[job] = tail
    jobs.cycles[job] = total
    jobs.left[job] = total
  }

  #submit(place: Place | null, job: number, vm: number): void {
    const { jobs, vcpus, cores } = this.#parts
    jobs.user[job] = place === 'user' ? 1 : 0
    if (place === 'host') cores.urgent(jobs.left[job], this.#hostDone, job)
    else if (place === 'exit') vcpus.trap(vm, job)
    else vcpus.run(vm, job)
  }

  /** A job has run: it is entered into the accounts, and its unit goes on. */
  finish(job: number): void {
    const { jobs, ledger, items, sim } = this.#parts
    if (jobs.spins[job] === 1) return this.#goOn(job)
    const segment = this.#segments[jobs.segment[job]]
    const unit = jobs.unit[job]
    const head = jobs.head[job]
    if (segment.marks.length > 0) this.#pass(segment, job, unit)
    if (ledger.isExecuting) ledger.execute(head, jobs.before[job], jobs.cycles[job])
    items.charged(unit, head, jobs.tail[job])
    jobs.release(job)
    sim.fire(segment.next, unit)
  }

  /** Marks inside a job lie as long before its end as what follows them takes on a core of its own. */
  #pass(segment: Segment, job: number, unit: number): void {
    const { jobs, ledger, sim, clock } = this.#parts
    let left = jobs.cycles[job]
    let charge = jobs.head[job]
    let passed = 0
    for (const { after, mark } of segment.marks) {
      for (; passed < after; passed++) {
        left -= ledger.cycles[charge]
        charge = ledger.next[charge]
      }
      mark(unit, sim.now - left / clock)
    }
  }
}

function tooMuch(cycles: number): AmountError {
  const most = 'one job can have 2^52 cycles; lower `costs`, or sizes and counts of the work'
  return new AmountError(`a piece of work costs ${cycles} cycles at once, and ${most}`)
}

function join(first: Segment, second: Segment): Segment {
  const shift = first.charges.length
  const later = second.marks.map(({ after, mark }) => ({ after: after + shift, mark }))
  const between = second.entered.map((mark) => ({ after: shift, mark }))
  return {
    place: first.place ?? second.place,
    charges: [...first.charges, ...second.charges],
    entered: shift === 0 ? [...first.entered, ...second.entered] : first.entered,
    marks: shift === 0 ? later : [...first.marks, ...between, ...later],
    next: second.next,
  }
}
