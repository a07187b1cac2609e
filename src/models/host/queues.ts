// Queues of rows of a table: many of them, each first in first out, linked through the rows' `next`. So a row waits in
// one queue at a time, and waiting allocates nothing.
import { NONE, type Linked } from './growing-table.ts'

export class Queues {
  readonly #table: Linked
  /** The row at the head of each queue; NONE: it is empty. */
  readonly first: Int32Array
  readonly #last: Int32Array

  constructor(table: Linked, queues = 1) {
    this.#table = table
    this.first = new Int32Array(queues).fill(NONE)
    this.#last = new Int32Array(queues)
  }

  append(row: number, queue = 0): void {
    const { next } = this.#table
    next[row] = NONE
    if (this.first[queue] === NONE) this.first[queue] = row
    else next[this.#last[queue]] = row
    this.#last[queue] = row
  }

  /** Puts a row before all others. */
  prepend(row: number, queue = 0): void {
    this.#table.next[row] = this.first[queue]
    if (this.first[queue] === NONE) this.#last[queue] = row
    this.first[queue] = row
  }

  /** Takes the row at the head; NONE if there is none. */
  take(queue = 0): number {
    const row = this.first[queue]
    if (row !== NONE) this.first[queue] = this.#table.next[row]
    return row
  }

  /** Takes all rows: the head of their chain, NONE if there is none. */
  takeAll(queue = 0): number {
    const row = this.first[queue]
    this.first[queue] = NONE
    return row
  }
}
