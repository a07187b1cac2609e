// Jobs: what cores run. A job is one unit's neighbouring steps in one place, with the chain of charges they make.
import { NONE, Rows } from './growing-table.ts'

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
  /** Cycles it had done when the window opened. Once the window has closed nobody asks. */
  before = new Float64Array(64)
  /** The vCPU that runs it or that it stops; NONE for neither. */
  vcpu = new Int32Array(64)
  /** Whether it is the guest's user-level work, which its kernel's work stops. */
  user = new Uint8Array(64)
  /** Whether a vCPU has taken it up. */
  begun = new Uint8Array(64)
  /** Whether it spins: what it has as work is only what is known of it so far. */
  spins = new Uint8Array(64)
  next = new Int32Array(64)
  readonly #rows = new Rows<Jobs>(this, [
    'unit',
    'segment',
    'head',
    'tail',
    'cycles',
    'left',
    'before',
    'vcpu',
    'user',
    'begun',
    'spins',
    'next',
  ])

  open(unit: number, segment: number): number {
    const job = this.#rows.take()
    this.unit[job] = unit
    this.segment[job] = segment
    this.head[job] = NONE
    this.tail[job] = NONE
    this.cycles[job] = 0
    this.before[job] = 0
    this.vcpu[job] = NONE
    this.begun[job] = 0
    this.spins[job] = 0
    this.next[job] = NONE
    return job
  }

  release(job: number): void {
    this.#rows.release(job)
  }
}
