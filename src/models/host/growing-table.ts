// Tables: columns of typed arrays that double when they are full; a row is an integer. Rows are given out and taken back.
import { widened } from '../../engine/widened.ts'

/** No row: the end of a chain, an empty queue. */
export const NONE = -1

export type Column = Int32Array | Float64Array | Uint8Array

/** A table links its rows through `next`: those that are free, and those that wait in a queue. */
export interface Linked {
  next: Int32Array
}

type ColumnName<T> = { [Name in keyof T]: T[Name] extends Column ? Name : never }[keyof T]

/** Gives out the rows of a table, and makes its columns longer when they are full. */
export class Rows<T extends Linked> {
  readonly #table: T
  readonly #columns: readonly ColumnName<T>[]
  /** The same array as the table's: here it is found without asking what table it is. */
  #next: Int32Array
  #used = 0
  #free = NONE

  /** `columns`: all columns of the table, `next` among them, of one length. */
  constructor(table: T, columns: readonly ColumnName<T>[]) {
    this.#table = table
    this.#columns = columns
    this.#next = table.next
  }

  /** A row that is free; its cells hold whatever they held before. */
  take(): number {
    const row = this.#free
    if (row !== NONE) {
      this.#free = this.#next[row]
      return row
    }
    if (this.#used === this.#next.length) this.#grow()
    return this.#used++
  }

  /** Gives a row back. */
  release(row: number): void {
    this.#next[row] = this.#free
    this.#free = row
  }

  /** Gives back a chain of rows that are linked through `next`; NONE: an empty one. */
  releaseChain(first: number, last: number): void {
    if (first === NONE) return
    this.#next[last] = this.#free
    this.#free = first
  }

  #grow(): void {
    const columns = this.#table as Record<ColumnName<T>, Column>
    for (const name of this.#columns) columns[name] = grown(columns[name])
    this.#next = this.#table.next
  }
}

/** The same column with room for twice as many rows. */
function grown(column: Column): Column {
  const longer = new (column.constructor as new (length: number) => Column)(column.length * 2)
  return widened<Column>(column, longer)
}
