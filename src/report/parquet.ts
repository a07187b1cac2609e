// Rows as Parquet: typed columns, one row group after the other, so that memory does not grow with the file.
// Cells without a value are null. The same rows give the same bytes.
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { Cell } from './columns.ts'
import type { SweepColumn } from './sweep-csv.ts'

/** Rows that are held in memory. */
const GROUP_ROWS = 10_000

const TYPES = { text: 'STRING', number: 'DOUBLE', whole: 'INT64' } as const
type Value = string | number | bigint | null

export class ParquetRows {
  readonly #columns: readonly SweepColumn[]
  readonly #write: (bytes: Uint8Array) => void
  readonly #bytes = new ByteWriter()
  readonly #parquet: ParquetWriter
  #data: Value[][]

  /** `write` is given the bytes of the file in their order. */
  constructor(columns: readonly SweepColumn[], write: (bytes: Uint8Array) => void) {
    this.#columns = columns
    this.#write = write
    this.#data = columns.map(() => [])
    const columnData = columns.map(({ name, type }) => ({ name, data: [], type: TYPES[type], nullable: true }))
    this.#parquet = new ParquetWriter({ writer: this.#bytes, schema: schemaFromColumnData({ columnData }) })
  }

  add(row: readonly Cell[]): void {
    row.forEach((cell, i) => this.#data[i].push(valueOf(cell, this.#columns[i])))
    if (this.#data[0].length >= GROUP_ROWS) this.#endGroup()
  }

  /** Ends the file. */
  finish(): void {
    this.#endGroup()
    void this.#parquet.finish()
    this.#passOn()
  }

  #endGroup(): void {
    if (this.#data[0].length === 0) return
    const columnData = this.#columns.map(({ name }, i) => ({ name, data: this.#data[i] }))
    void this.#parquet.write({ columnData, rowGroupSize: GROUP_ROWS })
    this.#data = this.#columns.map(() => [])
    this.#passOn()
  }

  /** The writer counts the bytes of the whole file, but keeps those that were not passed on. */
  #passOn(): void {
    this.#write(new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index))
    this.#bytes.index = 0
  }
}

function valueOf(cell: Cell, { type }: SweepColumn): Value {
  if (cell === null || cell === '') return null
  if (type === 'whole') return BigInt(cell)
  return type === 'text' ? String(cell) : cell
}
