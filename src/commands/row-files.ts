// The files that rows of a sweep are written to, piece by piece: CSV always, Parquet when it is asked for.
import type { Comparison } from '../answers/comparison.ts'
import type { Factor } from '../points/factors.ts'
import { GrowingFile } from '../store/growing-file.ts'
import type { ParquetRows } from '../report/parquet.ts'
import { csvText } from '../report/csv.ts'
import { sweepColumns, sweepHeader, sweepRows } from '../report/sweep-csv.ts'
import type { Cell } from '../report/cells.ts'

/** Rows that are turned into text at once. */
const ROWS_AT_ONCE = 500

interface Parquet {
  readonly rows: ParquetRows
  readonly file: GrowingFile
}

export class RowFiles {
  points = 0
  count = 0
  readonly #csv: GrowingFile
  readonly #parquet: Parquet | null
  #rows: Cell[][] = []
  #isDone = false

  private constructor(csv: GrowingFile, parquet: Parquet | null) {
    this.#csv = csv
    this.#parquet = parquet
  }

  /** Begins the files. */
  static async begin(
    { csv, parquet }: { csv: string; parquet?: string },
    factors: readonly Factor[],
  ): Promise<RowFiles> {
    const file = new GrowingFile(csv)
    file.write(sweepHeader(factors))
    return new RowFiles(file, parquet === undefined ? null : await beginParquet(parquet, factors))
  }

  point(point: number, cells: readonly (number | string)[], comparison: Comparison): void {
    const rows = sweepRows(point, cells, comparison)
    this.points++
    this.count += rows.length
    this.#rows.push(...rows)
    for (const row of rows) this.#parquet?.rows.add(row)
    if (this.#rows.length >= ROWS_AT_ONCE) this.#writeRows()
  }

  /** Gives the files their names. */
  finish(): void {
    this.#writeRows()
    this.#parquet?.rows.finish()
    this.#parquet?.file.finish()
    this.#csv.finish()
    this.#isDone = true
  }

  /** Why files could not be written, one line each. */
  get failures(): string[] {
    return [this.#csv.failure, this.#parquet?.file.failure ?? null].filter((failure) => failure !== null)
  }

  /** Leaves no files behind, unless they are finished. */
  discard(): void {
    if (this.#isDone) return
    this.#csv.discard()
    this.#parquet?.file.discard()
  }

  #writeRows(): void {
    this.#csv.write(csvText(this.#rows))
    this.#rows = []
  }
}

/** The library for it is as large as all of offsim: it is loaded where Parquet is asked for. */
async function beginParquet(name: string, factors: readonly Factor[]): Promise<Parquet> {
  const { ParquetRows } = await import('../report/parquet.ts')
  const file = new GrowingFile(name)
  return { file, rows: new ParquetRows(sweepColumns(factors), (bytes) => file.write(bytes)) }
}
