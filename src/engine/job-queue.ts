// Jobs that wait in one queue, first in, first out: amount of work, what is fired when it is done, and its integer.
import type { EventKind } from './simulation.ts'

export class JobQueue {
  length = 0
  private first = 0
  private amounts = new Float64Array(16)
  private kinds = new Int32Array(16)
  private args = new Int32Array(16)

  push(amount: number, done: EventKind, arg: number): void {
    if (this.length === this.amounts.length) this.grow()
    const at = (this.first + this.length++) & (this.amounts.length - 1)
    this.amounts[at] = amount
    this.kinds[at] = done
    this.args[at] = arg
  }

  /** Takes the first job away; read it before. */
  shift(): void {
    this.first = (this.first + 1) & (this.amounts.length - 1)
    this.length--
  }

  get amount(): number {
    return this.amounts[this.first]
  }

  get done(): EventKind {
    return this.kinds[this.first] as EventKind
  }

  get arg(): number {
    return this.args[this.first]
  }

  /** All the work that waits, summed anew: a running sum would gather rounding errors. */
  get total(): number {
    let sum = 0
    for (let i = 0; i < this.length; i++) sum += this.amounts[(this.first + i) & (this.amounts.length - 1)]
    return sum
  }

  /** Doubles the ring and moves its first job to the front. Its length stays a power of two. */
  private grow(): void {
    const { amounts, kinds, args, first } = this
    const size = amounts.length
    this.amounts = new Float64Array(2 * size)
    this.kinds = new Int32Array(2 * size)
    this.args = new Int32Array(2 * size)
    for (let i = 0; i < size; i++) {
      const from = (first + i) & (size - 1)
      this.amounts[i] = amounts[from]!
      this.kinds[i] = kinds[from]!
      this.args[i] = args[from]!
    }
    this.first = 0
  }
}
