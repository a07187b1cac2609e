// Published measurements as validation needs them: what each row says, whether it was confirmed, and which rows are one figure.
import { readCsv } from '../language/csv-column.ts'
import type { WrittenRows } from './case-language.ts'

export interface MeasuredRow {
  readonly id: string
  /** What was measured, in a phrase. */
  readonly fact: string
  readonly value: string
  readonly unit: string
  readonly source: string
  readonly confirmed: boolean
}

/** Rows of data/measurements.csv, by id. */
export function measuredRows(csv: string): Map<string, MeasuredRow> {
  const records = readCsv(csv)
  if (!Array.isArray(records)) throw new RangeError(`measurements: ${records.refused}`)
  const [header, ...body] = records
  const place = (column: string) => header.indexOf(column)
  const cell = (record: readonly string[], column: string) => record[place(column)] ?? ''
  return new Map(
    body.map((record): [string, MeasuredRow] => [
      cell(record, 'id'),
      {
        id: cell(record, 'id'),
        fact: cell(record, 'quantity'),
        value: cell(record, 'value'),
        unit: cell(record, 'unit'),
        source: [cell(record, 'source_authors'), cell(record, 'year'), cell(record, 'source_title')].join(', '),
        confirmed: cell(record, 'confirmed') === 'yes',
      },
    ]),
  )
}

/** Rows that are not independent: each with all that come from its figure, itself included. */
export class Figures {
  readonly #family = new Map<string, ReadonlySet<string>>()

  constructor(sameFigure: WrittenRows['sameFigure']) {
    for (const { rows } of sameFigure) {
      const family = new Set(rows.flatMap((row) => [...this.of(row)]))
      for (const row of family) this.#family.set(row, family)
    }
  }

  of(row: string): ReadonlySet<string> {
    return this.#family.get(row) ?? new Set([row])
  }

  /** The rows of `rows` that rest on one of the same figures as `others`. */
  shared(rows: Iterable<string>, others: Iterable<string>): string[] {
    const known = new Set([...others].flatMap((row) => [...this.of(row)]))
    return [...rows].filter((row) => known.has(row))
  }
}
