// Rows of results that were written earlier, and everything that their record says they were made from. A file is read once,
// however many of its rows are asked for.
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { UsageError } from './arguments.ts'
import { readCsv } from '../language/csv-column.ts'
import type { Scenario } from '../language/asked.ts'
import { hashOf } from '../language/identity.ts'
import { timesIn, type LogOrigin } from '../language/log-times.ts'
import { LOG_BYTES_MAX, textOf } from '../language/text.ts'
import { contentOf } from '../store/reading-files.ts'
import type { SweepRecord } from '../store/sweep-record.ts'

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

/** A file of rows with its record. */
export interface RecordedFile {
  readonly isJson: boolean
  /** The file that the record stands in. */
  readonly recordFile: string
  readonly record: RunRecord | SweepRecord
  readonly rows: readonly RecordedRow[]
}

export interface RecordedRow {
  /** `FILE#ROW` */
  readonly name: string
  /** The line of a CSV, or the row of a JSON result as one line. */
  readonly text: string
  readonly cells: Readonly<Record<string, string>>
}

export function isOfSweep(record: RunRecord | SweepRecord): record is SweepRecord {
  return 'sweep_id' in record
}

/**
 * Finds rows by `FILE#ROW`; rows are counted from 1, the header not among them. Files come in the order in which they are
 * named first, their rows in the order of the names, each once.
 * @throws UsageError
 */
export async function recordedFiles(names: readonly string[]): Promise<RecordedFile[]> {
  const asked = new Map<string, Set<number>>()
  for (const name of names) {
    const [, file = '', written = ''] = /^(.*)#([0-9]+)$/s.exec(name) ?? []
    const number = Number(written)
    if (file === '' || number < 1) {
      throw new UsageError(`${name}: names no row; write FILE#ROW, with the first row behind the header as 1`)
    }
    if (!existsSync(file)) throw new UsageError(`${file}: no such file`)
    asked.set(file, (asked.get(file) ?? new Set()).add(number))
  }
  const files: RecordedFile[] = []
  for (const [file, numbers] of asked) {
    files.push(file.endsWith('.json') ? jsonFile(file, [...numbers]) : await csvFile(file, [...numbers]))
  }
  return files
}

async function csvFile(file: string, numbers: readonly number[]): Promise<RecordedFile> {
  const companion = `${file}.json`
  if (!existsSync(companion)) {
    throw new UsageError(`${companion}: no such file; it was written with ${file} and says how to run it again`)
  }
  const record = parsed(companion) as unknown as RunRecord | SweepRecord
  if (typeof record.scenario !== 'object' || record.scenario === null) {
    throw new UsageError(`${companion}: does not say how ${file} was made; take the one that was written with it`)
  }
  const { header, lines, count } = await linesOf(file, new Set(numbers))
  const rows = numbers.map((number): RecordedRow => {
    const name = `${file}#${number}`
    const text = lines.get(number)
    if (text === undefined) throw noSuchRow(name, file, count)
    return { name, text, cells: cellsOf(header, text, name) }
  })
  return { isJson: false, recordFile: companion, record, rows }
}

/** Lines with these numbers; `count` is that of all, if one is missing. The file may be longer than memory. */
async function linesOf(file: string, numbers: ReadonlySet<number>) {
  const lines = new Map<number, string>()
  let [header, count] = ['', -1]
  const reader = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })
  for await (const line of reader) {
    count++
    if (count === 0) header = line
    else if (numbers.has(count)) lines.set(count, line)
    if (lines.size === numbers.size) break
  }
  reader.close()
  return { header, lines, count: Math.max(0, count) }
}

function cellsOf(header: string, line: string, name: string): Record<string, string> {
  const rows = readCsv(`${header}\n${line}\n`)
  if (!Array.isArray(rows) || rows.length !== 2 || rows[0].length !== rows[1].length) {
    throw new UsageError(`${name}: is no row of a result; name a file that offsim has written`)
  }
  return Object.fromEntries(rows[0].map((column, i) => [column, rows[1][i]]))
}

function jsonFile(file: string, numbers: readonly number[]): RecordedFile {
  const { rows, costs, ...rest } = parsed(file)
  if (!Array.isArray(rows) || !Array.isArray(costs)) {
    throw new UsageError(`${file}: is no result of offsim run --json; name one, or a CSV`)
  }
  const prices = (costs as { name: string; value: number; shipped?: { value: number } }[]).map((cost) => {
    return [cost.name, cost.shipped?.value ?? cost.value]
  })
  return {
    isJson: true,
    recordFile: file,
    record: { ...rest, costs: Object.fromEntries(prices) as Record<string, number> } as unknown as RunRecord,
    rows: numbers.map((number) => {
      const name = `${file}#${number}`
      const row = (rows as Record<string, unknown>[])[number - 1]
      if (row === undefined) throw noSuchRow(name, file, rows.length)
      return { name, text: JSON.stringify(row), cells: cellTexts(row) }
    }),
  }
}

/** Cells as text, for comparison. */
export function cellTexts(row: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(row).map(([column, cell]): [string, string] => [
    column,
    typeof cell === 'string' ? cell : JSON.stringify(cell),
  ])
  return Object.fromEntries(entries)
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
  const logs = (scenario['logs'] ?? {}) as Readonly<Record<string, LogOrigin | null>>
  const known = new Map(Object.entries(logs).map(([hash, origin]) => [hash, logOf(hash, origin)]))
  return { ...decided, ...(withLogs(scenario, known) as object) } as unknown as Scenario
}

/** The times of a log as they were: a record names them by their hash. */
function logOf(hash: string, origin: LogOrigin | null): Float64Array {
  const file = origin?.file ?? 'a log'
  const text = origin === null ? null : textOf(file, contentOf, LOG_BYTES_MAX)
  if (typeof text !== 'string')
    throw new UsageError(`${file}: ${text?.problem ?? 'is not known'}; the row was made with it`)
  const times = timesIn(text, origin!, file)
  if (times instanceof Float64Array && hashOf(times) === hash) return times
  throw new UsageError(`${file}: has changed since the row was made; put back what it was`)
}

function withLogs(value: unknown, logs: ReadonlyMap<string, Float64Array>): unknown {
  if (typeof value === 'string') return logs.get(value) ?? value
  if (
    typeof value !== 'object' ||
    value === null ||
    (Array.isArray(value) && value.every((item) => typeof item === 'number'))
  )
    return value
  if (Array.isArray(value)) return value.map((item) => withLogs(item, logs))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withLogs(inner, logs)]))
}
