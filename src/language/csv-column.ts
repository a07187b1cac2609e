// Numbers from a column of a CSV file: RFC 4180, a header first, UTF-8. A scenario may name any file, also one that is not for
// the eyes of whoever reads the messages, so they quote none of its cells, and of its header what the scenario nearly says.
import { parse, type CsvError } from 'csv-parse/sync'
import { listed, nearest, quoted, wholeOf } from './faults.ts'
import { measureIn, type Refusal } from './measures.ts'
import { expected, type Measure } from './shapes.ts'
import { decimal } from '../units/units.ts'

/** What is wrong, by the code of the library's error. */
const BROKEN: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is not closed; close it',
  CSV_INVALID_CLOSING_QUOTE: 'has text after a closing quote; double the quotes inside a cell',
  INVALID_OPENING_QUOTE:
    'has a quote in a cell that has none around it; put the cell in quotes and double those inside',
}

/** The library takes microseconds for a row; more of them than these are read where there is no quote to look for. */
const QUOTED_ROWS_MAX = 300_000

/** Rows of a CSV text, the header among them; empty lines are left out. */
export function readCsv(text: string): string[][] | Refusal {
  const rows: string[][] = []
  return eachRow(text, (row) => void rows.push(row)) ?? rows
}

/** Tells of rows one after another, so that no more of them need be kept than are asked for. */
function eachRow(text: string, tell: (row: string[]) => void): Refusal | null {
  return text.includes('"') ? eachQuotedRow(text, tell) : eachPlainRow(text, tell)
}

function eachPlainRow(text: string, tell: (row: string[]) => void): null {
  for (const [line] of text.matchAll(/[^\r\n]+/g)) tell(line.split(','))
  return null
}

function eachQuotedRow(text: string, tell: (row: string[]) => void): Refusal | null {
  let count = 0
  const onRecord = (row: string[]): null => {
    if (++count > QUOTED_ROWS_MAX) throw new TooManyRows()
    tell(row)
    return null
  }
  const asWritten = { record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, skip_empty_lines: true }
  try {
    parse(text, { ...asWritten, on_record: onRecord })
    return null
  } catch (error) {
    if (error instanceof TooManyRows) {
      return { refused: `has more than ${QUOTED_ROWS_MAX} rows and a quote; write them without quotes` }
    }
    const { code } = error as CsvError
    if (!Object.hasOwn(BROKEN, code)) throw error
    return { refused: `row ${count + 1} ${BROKEN[code]}` }
  }
}

class TooManyRows extends Error {}

/** The cells of the column with this header. */
export function columnOf(text: string, column: string): readonly string[] | Refusal {
  let header: readonly string[] = []
  let index = -1
  let rows = 0
  let ragged: Refusal | null = null
  const cells: string[] = []
  const broken = eachRow(text, (row) => {
    if (++rows === 1) {
      header = row
      index = row.indexOf(column)
    } else if (row.length === header.length) cells.push(row[index])
    else {
      const counts = `has ${row.length} cells where the header has ${header.length}`
      ragged ??= { refused: `row ${rows} ${counts}; write as many cells as headers` }
    }
  })
  if (broken !== null) return broken
  if (index < 0) return { refused: `has no column ${quoted(column)}; ${otherColumn(column, header)}` }
  if (header.indexOf(column, index + 1) >= 0) {
    return { refused: `has two columns ${listed([column])}; give each column a header of its own` }
  }
  if (ragged !== null) return ragged
  return cells.length > 0 ? cells : { refused: 'has a header and no rows; give at least one row' }
}

/** Headers that are looked through for one that was meant. */
const HEADERS_MAX = 1000

function otherColumn(column: string, header: readonly string[]): string {
  const close = nearest(column, header.slice(0, HEADERS_MAX))
  if (close.length > 0) return `did you mean ${listed(close, 'or')}?`
  return header.length < 2 ? 'write the header that it has' : `write one of the ${header.length} headers that it has`
}

type Numbers = readonly number[] | Refusal

/** A scenario may name one column in many places. */
const converted = new WeakMap<readonly string[], Map<Measure | 'epoch', Numbers>>()

/** The cells as numbers in base units, or as times in ns after the earliest. */
export function inCells(cells: readonly string[], of: Measure | 'epoch'): Numbers {
  const known = converted.get(cells) ?? new Map<Measure | 'epoch', Numbers>()
  const numbers = known.get(of) ?? (of === 'epoch' ? timesAfterTheFirst(cells) : measuresIn(cells, of))
  converted.set(cells, known.set(of, numbers))
  return numbers
}

function measuresIn(cells: readonly string[], measure: Measure): readonly number[] | Refusal {
  const wanted = expected(measure)
  const numbers: number[] = []
  for (const [index, cell] of cells.entries()) {
    const scalar = { form: 'scalar', at: NOWHERE, value: cell, written: cell.trim(), inQuotes: false } as const
    const number = plainNumber(cell, measure) ?? measureIn(measure, scalar, wanted)
    if (typeof number !== 'number') return { refused: `row ${index + 2}: ${number.unquoted}` }
    numbers.push(number)
  }
  return numbers
}

const NOWHERE = wholeOf('')

/** The shortcut of most cells, of which there may be millions: a whole number of at most 15 digits, in range. */
function plainNumber(cell: string, { bare, min, max }: Measure): number | null {
  if (!bare || !/^(0|[1-9][0-9]{0,14})$/.test(cell)) return null
  const number = Number(cell)
  return number >= min.value && number <= max.value ? number : null
}

const REQUESTS_MAX = 100_000
const SPAN_MAX_NS = 240n * 3_600_000_000_000n

// Seconds since 1970 with a fraction do not fit a double to the nanosecond, so they are subtracted as integers.
function timesAfterTheFirst(cells: readonly string[]): readonly number[] | Refusal {
  if (cells.length > REQUESTS_MAX) return { refused: `has ${cells.length} rows; keep at most ${REQUESTS_MAX}` }
  const times: bigint[] = []
  for (const [index, cell] of cells.entries()) {
    const ns = epochNs(cell.trim())
    if (ns === null) {
      return {
        refused: `row ${index + 2}: is not a time; write seconds since 1970, such as 1568176297`,
      }
    }
    times.push(ns)
  }
  const first = times.reduce((least, time) => (time < least ? time : least))
  const offsets = times.map((time) => time - first).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (offsets.at(-1)! > SPAN_MAX_NS) return { refused: 'spans more than 240 h; keep the rows of at most ten days' }
  return offsets.map(Number)
}

function epochNs(cell: string): bigint | null {
  const seconds = decimal(cell)
  if (seconds === null || seconds.digits < 0n || Math.abs(seconds.exponent) > 30) return null
  const power = seconds.exponent + 9
  const ns = power >= 0 ? seconds.digits * 10n ** BigInt(power) : seconds.digits / 10n ** BigInt(-power)
  return ns < 10n ** 21n ? ns : null
}
