// A row of a result that was written earlier, and everything that its record says it was made from.
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { UsageError } from './arguments.ts'
import { readCsv } from '../experiments/csv-column.ts'
import type { Scenario } from '../experiments/scenario.ts'
import type { SweepRecord } from '../sweeps/sweep-record.ts'

/** What a record of one run says; a sweep's says `sweep_id` and more. */
export interface RunRecord {
  readonly offsim: string
  readonly model_version: number
  readonly plugins: readonly { readonly file: string; readonly sha256: string }[]
  readonly scenario: Readonly<Record<string, unknown>>
  /** Absent in a JSON result. */
  readonly file?: string
  readonly overrides?: readonly string[]
  /** Prices as shipped when it was made. */
  readonly costs?: Readonly<Record<string, number>>
}

export interface RecordedRow {
  /** `FILE#ROW` */
  readonly name: string
  /** The line of a CSV, or the row of a JSON result as one line. */
  readonly text: string
  readonly cells: Readonly<Record<string, string>>
  readonly isJson: boolean
  readonly record: RunRecord | SweepRecord
}

export function isOfSweep(record: RunRecord | SweepRecord): record is SweepRecord {
  return 'sweep_id' in record
}

/** Finds `FILE#ROW`; rows are counted from 1, the header not among them. @throws UsageError */
export async function recordedRow(name: string): Promise<RecordedRow> {
  const [, file = '', written = ''] = /^(.*)#([0-9]+)$/s.exec(name) ?? []
  const number = Number(written)
  if (file === '' || number < 1) {
    throw new UsageError(`${name}: names no row; write FILE#ROW, with the first row behind the header as 1`)
  }
  if (!existsSync(file)) throw new UsageError(`${file}: no such file`)
  const isJson = file.endsWith('.json')
  return isJson ? jsonRow(name, file, number) : csvRow(name, file, number)
}

async function csvRow(name: string, file: string, number: number): Promise<RecordedRow> {
  const companion = `${file}.json`
  if (!existsSync(companion)) {
    throw new UsageError(`${companion}: no such file; it was written with ${file} and says how to run it again`)
  }
  const record = parsed(companion) as unknown as RunRecord | SweepRecord
  if (typeof record.scenario !== 'object' || record.scenario === null) {
    throw new UsageError(`${companion}: does not say how ${file} was made; take the one that was written with it`)
  }
  let header: string | null = null
  let position = 0
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })
  for await (const line of lines) {
    if (header !== null && ++position === number) {
      lines.close()
      return { name, text: line, cells: cellsOf(header, line, name), isJson: false, record }
    }
    header ??= line
  }
  throw noSuchRow(name, file, position)
}

function cellsOf(header: string, line: string, name: string): Record<string, string> {
  const rows = readCsv(`${header}\n${line}\n`)
  if (!Array.isArray(rows) || rows.length !== 2 || rows[0].length !== rows[1].length) {
    throw new UsageError(`${name}: is no row of a result; name a file that offsim has written`)
  }
  return Object.fromEntries(rows[0].map((column, i) => [column, rows[1][i]]))
}

function jsonRow(name: string, file: string, number: number): RecordedRow {
  const result = parsed(file)
  const { rows, costs, ...rest } = result
  if (!Array.isArray(rows) || !Array.isArray(costs)) {
    throw new UsageError(`${file}: is no result of offsim run --json; name one, or a CSV`)
  }
  const row = rows[number - 1] as Record<string, unknown> | undefined
  if (row === undefined) throw noSuchRow(name, file, rows.length)
  const prices = (costs as { name: string; value: number; shipped?: { value: number } }[]).map((cost) => {
    return [cost.name, cost.shipped?.value ?? cost.value]
  })
  const cells = Object.entries(row).map(([column, cell]) => [
    column,
    typeof cell === 'string' ? cell : JSON.stringify(cell),
  ])
  const record = { ...rest, costs: Object.fromEntries(prices) as Record<string, number> } as unknown as RunRecord
  return {
    name,
    text: JSON.stringify(row),
    cells: Object.fromEntries(cells) as Record<string, string>,
    isJson: true,
    record,
  }
}

function noSuchRow(name: string, file: string, rows: number): UsageError {
  return new UsageError(`${name}: ${file} has ${rows} ${rows === 1 ? 'row' : 'rows'}; name one of them`)
}

function parsed(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${(error as Error).message}`)
  }
}

/** The scenario of a run, from its record. Who decided about replications and warm-up is done deciding. */
export function recordedScenario({ scenario }: RunRecord): Scenario {
  const decided = { precision: null, warmup: 'given', expectations: [], confidence: 0.95 }
  return { ...decided, ...scenario } as unknown as Scenario
}
