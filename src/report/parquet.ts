// Rows as Parquet: typed columns, one row group after the other, so that memory does not grow with the file.
// Cells without a value are null. The same rows give the same bytes.
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { Cell } from './cells.ts'
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
  readonly #data: readonly ColumnData[]
  #rows = 0

  /** `write` is given the bytes of the file in their order. */
  constructor(columns: readonly SweepColumn[], write: (bytes: Uint8Array) => void) {
    this.#columns = columns
    this.#write = write
    this.#data = columns.map(columnData)
    const empty = columns.map(({ name, type }) => ({ name, data: [], type: TYPES[type], nullable: true }))
    this.#parquet = new ParquetWriter({ writer: this.#bytes, schema: schemaFromColumnData({ columnData: empty }) })
  }

  add(row: readonly Cell[]): void {
    row.forEach((cell, i) => this.#data[i].set(this.#rows, cell))
    if (++this.#rows >= GROUP_ROWS) this.#endGroup()
  }

  /** Ends the file. */
  finish(): void {
    this.#endGroup()
    void this.#parquet.finish()
    this.#passOn()
  }

  #endGroup(): void {
    if (this.#rows === 0) return
    const columnData = this.#columns.map(({ name }, i) => ({ name, data: this.#data[i].values(this.#rows) }))
    void this.#parquet.write({ columnData, rowGroupSize: GROUP_ROWS })
    this.#rows = 0
    this.#passOn()
  }

  /** The writer counts the bytes of the whole file, but keeps those that were not passed on. */
  #passOn(): void {
    this.#write(new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index))
    this.#bytes.index = 0
  }
}

/** The cells of one column, until their group is complete. */
interface ColumnData {
  set(row: number, cell: Cell): void
  values(rows: number): Value[]
}

/** Numbers lie in a typed array, so that a group of rows is not as many objects. */
function columnData({ type }: SweepColumn): ColumnData {
  if (type === 'text') {
    const texts = new Array<Value>(GROUP_ROWS).fill(null)
    return {
      set: (row, cell) => void (texts[row] = cell === null || cell === '' ? null : String(cell)),
      values: (rows) => texts.slice(0, rows),
    }
  }
  const numbers = new Float64Array(GROUP_ROWS)
  const valueOf = (number: number) => (Number.isNaN(number) ? null : type === 'whole' ? BigInt(number) : number)
  return {
    set: (row, cell) => void (numbers[row] = cell === null || cell === '' ? NaN : Number(cell)),
    values: (rows) => Array.from(numbers.subarray(0, rows), valueOf),
  }
}
