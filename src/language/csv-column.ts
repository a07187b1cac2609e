// Numbers from a column of a CSV file: RFC 4180, a header first, UTF-8.
import { parse, type CsvError } from 'csv-parse/sync'
import { listed, quoted, remedy, wholeOf } from './faults.ts'
import { measureIn, type Refusal } from './measures.ts'
import { expected, type Measure } from './shapes.ts'
import { decimal } from './units.ts'

/** What is wrong, by the code of the library's error. */
const BROKEN: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is not closed; close it',
  CSV_INVALID_CLOSING_QUOTE: 'has text after a closing quote; double the quotes inside a cell',
  INVALID_OPENING_QUOTE:
    'has a quote in a cell that has none around it; put the cell in quotes and double those inside',
}

/** Rows of a CSV text, the header among them; empty lines are left out. */
export function readCsv(text: string): string[][] | Refusal {
  try {
    return parse(text, { record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, skip_empty_lines: true })
  } catch (error) {
    const { code, records } = error as CsvError & { records: number }
    if (!Object.hasOwn(BROKEN, code)) throw error
    return { refused: `row ${records + 1} ${BROKEN[code]}` }
  }
}

/** The cells of the column with this header. */
export function columnOf(text: string, column: string): readonly string[] | Refusal {
  const rows = readCsv(text)
  if (!Array.isArray(rows)) return rows
  const [header = [], ...body] = rows
  const index = header.indexOf(column)
  if (index < 0) return { refused: `has no column ${quoted(column)}; ${remedy(column, header)}` }
  if (header.indexOf(column, index + 1) >= 0) {
    return { refused: `has two columns ${listed([column])}; give each column a header of its own` }
  }
  const ragged = body.findIndex((row) => row.length !== header.length)
  if (ragged >= 0) {
    const [has, needs] = [body[ragged].length, header.length]
    return {
      refused: `row ${ragged + 2} has ${has} cells where the header has ${needs}; write as many cells as headers`,
    }
  }
  if (body.length === 0) return { refused: 'has a header and no rows; give at least one row' }
  return body.map((row) => row[index])
}

/** The cells as numbers in base units, or as times in ns after the earliest. */
export function inCells(cells: readonly string[], of: Measure | 'epoch'): readonly number[] | Refusal {
  return of === 'epoch' ? timesAfterTheFirst(cells) : measuresIn(cells, of)
}

function measuresIn(cells: readonly string[], measure: Measure): readonly number[] | Refusal {
  const wanted = expected(measure)
  const numbers: number[] = []
  for (const [index, cell] of cells.entries()) {
    const at = wholeOf('')
    const number = measureIn(
      measure,
      { form: 'scalar', at, value: cell, written: cell.trim(), inQuotes: false },
      wanted,
    )
    if (typeof number !== 'number') return { refused: `row ${index + 2}: ${number.refused}` }
    numbers.push(number)
  }
  return numbers
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
        refused: `row ${index + 2}: ${quoted(cell)} is not a time; write seconds since 1970, such as 1568176297`,
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
