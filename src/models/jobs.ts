// Jobs: what cores run. A job is one unit's neighbouring steps in one place, with the chain of charges they make.
import { grown } from './columns.ts'
import { NONE } from './ledger.ts'

/** Executed cycles of a job are settled: the window has closed over it. */
export const SETTLED = Infinity

export class Jobs {
  /** The unit it works for, and the segment of a path that it is. */
  unit = new Int32Array(64)
  segment = new Int32Array(64)
  /** Its charges. */
  head = new Int32Array(64)
  tail = new Int32Array(64)
  /** Its work in whole cycles, and what was left of it when it last stopped running. */
  cycles = new Float64Array(64)
  left = new Float64Array(64)
  /** Cycles it had done when the window opened; SETTLED once the window has closed over it. */
  before = new Float64Array(64)
  /** The vCPU that runs it or that it stops; NONE for neither. */
  vcpu = new Int32Array(64)
  /** Whether it is the guest's user-level work, which its kernel's work stops. */
  user = new Uint8Array(64)
  /** Whether a vCPU has taken it up. */
  begun = new Uint8Array(64)
  next = new Int32Array(64)
  #used = 0
  #free = NONE

  open(unit: number, segment: number): number {
    let job = this.#free
    if (job !== NONE) this.#free = this.next[job]
    else {
      if (this.#used === this.unit.length) this.#grow()
      job = this.#used++
    }
    this.unit[job] = unit
    this.segment[job] = segment
    this.head[job] = NONE
    this.tail[job] = NONE
    this.cycles[job] = 0
    this.before[job] = 0
    this.vcpu[job] = NONE
    this.begun[job] = 0
    this.next[job] = NONE
    return job
  }

  release(job: number): void {
    this.next[job] = this.#free
    this.#free = job
  }

  #grow(): void {
    this.unit = grown(this.unit)
    this.segment = grown(this.segment)
    this.head = grown(this.head)
    this.tail = grown(this.tail)
    this.cycles = grown(this.cycles)
    this.left = grown(this.left)
    this.before = grown(this.before)
    this.vcpu = grown(this.vcpu)
    this.user = grown(this.user)
    this.begun = grown(this.begun)
    this.next = grown(this.next)
  }
}

/** Lines of jobs, many of them, each first in first out; linked through `jobs.next`. */
export class JobLines {
  readonly #jobs: Jobs
  readonly first: Int32Array
  readonly #last: Int32Array

  constructor(jobs: Jobs, lines: number) {
    this.#jobs = jobs
    this.first = new Int32Array(lines).fill(NONE)
    this.#last = new Int32Array(lines).fill(NONE)
  }

  append(line: number, job: number): void {
    this.#jobs.next[job] = NONE
    if (this.first[line] === NONE) this.first[line] = job
    else this.#jobs.next[this.#last[line]] = job
    this.#last[line] = job
  }

  /** Puts a job that was interrupted back before all others. */
  prepend(line: number, job: number): void {
    this.#jobs.next[job] = this.first[line]
    if (this.first[line] === NONE) this.#last[line] = job
    this.first[line] = job
  }

  /** Takes the first job; NONE if there is none. */
  take(line: number): number {
    const job = this.first[line]
    if (job !== NONE) this.first[line] = this.#jobs.next[job]
    return job
  }
}
