// Cells of a column of a CSV file: RFC 4180, a header first, UTF-8; separated by `,`, `;` or tabs, whichever the header has.
// Rows are visited as they are read and not kept, so that a file may have millions. A scenario may name any file, also one that
// is not for the eyes of whoever reads the messages, so they quote none of its cells, and of its header what is nearly said.
import { parse, type CsvError } from 'csv-parse/sync'
import { listed, nearest, quoted, wholeOf } from './faults.ts'
import { measureIn, type Refusal } from './measures.ts'
import { expected, type Measure } from './shapes.ts'

/** What is wrong, by the code of the library's error. */
const BROKEN: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is not closed; close it',
  CSV_INVALID_CLOSING_QUOTE: 'has text after a closing quote; double the quotes inside a cell',
  INVALID_OPENING_QUOTE:
    'has a quote in a cell that has none around it; put the cell in quotes and double those inside',
}

const SEPARATORS = [',', ';', '\t'] as const
type Separator = (typeof SEPARATORS)[number]
const SEPARATOR_NAMES: Readonly<Record<Separator, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }

/** A row was refused, and the rest need not be read. */
class Enough extends Error {}

type Take = (row: readonly string[], line: number) => Refusal | null

/** Visits rows, the header among them, with the line of the file that each ends on; empty lines are left out. */
function eachRow(text: string, separator: Separator, take: Take): Refusal | null {
  return text.includes('"') ? eachQuotedRow(text, separator, take) : eachPlainRow(text, separator, take)
}

/** The library takes microseconds for a row; it is asked only where there is a quote to look for. */
function eachPlainRow(text: string, separator: Separator, take: Take): Refusal | null {
  let line = 0
  for (const [, row] of text.matchAll(/([^\r\n]*)(?:\r\n|\n|\r|$)/g)) {
    line++
    const refusal = row === '' ? null : take(row.split(separator), line)
    if (refusal !== null) return refusal
  }
  return null
}

/** More rows than these are read only without quotes. */
const QUOTED_ROWS_MAX = 300_000

function eachQuotedRow(text: string, separator: Separator, take: Take): Refusal | null {
  let count = 0
  let refusal: Refusal | null = null
  let last = 0
  try {
    parse(text, {
      delimiter: separator,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (row: string[], { lines }) => {
        last = lines
        if (++count > QUOTED_ROWS_MAX)
          refusal = { refused: `has more than ${QUOTED_ROWS_MAX} rows and a quote; write them without quotes` }
        else refusal = take(row, lines)
        if (refusal !== null) throw new Enough()
        return null
      },
    })
  } catch (error) {
    if (refusal !== null) return refusal
    const { code, lines } = error as CsvError & { lines: number }
    if (!Object.hasOwn(BROKEN, code)) throw error
    const line = code === 'CSV_QUOTE_NOT_CLOSED' ? lineAfter(last, text) : lines
    return { refused: `line ${line} ${BROKEN[code]}` }
  }
  return null
}

/** The first line behind line number `last` that is not empty: where a row begins that never ends. */
function lineAfter(last: number, text: string): number {
  const lines = text.split(/\r\n|\n|\r/)
  return lines.findIndex((line, i) => i >= last && line !== '') + 1
}

/** Rows of a CSV text, the header among them; empty lines are left out. */
export function readCsv(text: string): string[][] | Refusal {
  const rows: string[][] = []
  const refusal = eachRow(text, ',', (row) => {
    rows.push([...row])
    return null
  })
  return refusal ?? rows
}

/** Visits the cells of the column with this header, with their lines. */
export function eachCell(
  text: string,
  column: string,
  take: (cell: string, line: number) => Refusal | null,
): Refusal | null {
  const separator = separatorOf(text, column)
  const by = `(cells are separated by ${SEPARATOR_NAMES[separator]})`
  let header: readonly string[] | null = null
  let index = -1
  let rows = 0
  const refusal = eachRow(text, separator, (row, line) => {
    if (header === null) {
      header = row.map((cell) => cell.trim())
      index = header.indexOf(column)
      return headerProblem(header, column, by)
    }
    rows++
    if (row.length === header.length) return take(row[index], line)
    const instead = 'write as many cells as headers'
    return { refused: `line ${line} has ${row.length} cells where the header has ${header.length} ${by}; ${instead}` }
  })
  if (refusal !== null || rows > 0) return refusal
  return {
    refused: header === null ? 'is empty; give a header and rows' : 'has a header and no rows; give at least one row',
  }
}

/** Headers that are looked through for one that was meant. */
const HEADERS_MAX = 1000

function otherColumn(column: string, header: readonly string[]): string {
  const close = nearest(column, header.slice(0, HEADERS_MAX))
  if (close.length > 0) return `did you mean ${listed(close, 'or')}?`
  return header.length < 2 ? 'write the header that it has' : `write one of the ${header.length} headers that it has`
}

function headerProblem(header: readonly string[], column: string, by: string): Refusal | null {
  const index = header.indexOf(column)
  if (index < 0) return { refused: `has no column ${quoted(column)} ${by}; ${otherColumn(column, header)}` }
  if (header.indexOf(column, index + 1) < 0) return null
  return { refused: `has two columns ${listed([column])}; give each column a header of its own` }
}

/** What separates the cells of the header: what makes the column one of them, else what there is most of. */
function separatorOf(text: string, column: string): Separator {
  const [header = ''] = /[^\r\n]+/.exec(text) ?? []
  const bare = header.replace(/"(?:[^"]|"")*"/g, (cell) => cell.replace(/[,;\t]/g, ' '))
  const counts = SEPARATORS.map((separator) => bare.split(separator).length)
  const ranked = SEPARATORS.toSorted((a, b) => counts[SEPARATORS.indexOf(b)] - counts[SEPARATORS.indexOf(a)])
  const has = (separator: Separator) =>
    bare.split(separator).some((cell) => cell.trim().replace(/^"(.*)"$/, '$1') === column)
  return ranked.find(has) ?? ranked[0]
}

/** What people and programs write where there is no value. */
const NOTHING = /^(|-|na|n\/a|nan|null|none|nil)$/i

/** Whether a cell has no value, and such rows are left out; or what is wrong with one that has none. */
export function leftOut(cell: string, line: number, missing: 'error' | 'skip'): boolean | Refusal {
  if (!NOTHING.test(cell.trim())) return false
  if (missing === 'skip') return true
  return { refused: `line ${line}: has no value; write missing: skip to leave such rows out` }
}

/** The cells of a column as numbers in base units. */
export function measuresIn(
  text: string,
  column: string,
  measure: Measure,
  missing: 'error' | 'skip',
): readonly number[] | Refusal {
  const wanted = expected(measure)
  const at = wholeOf('')
  const numbers: number[] = []
  const refusal = eachCell(text, column, (cell, line) => {
    const isLeftOut = leftOut(cell, line, missing)
    if (typeof isLeftOut !== 'boolean') return isLeftOut
    if (isLeftOut) return null
    const scalar = { form: 'scalar', at, value: cell, written: cell.trim(), inQuotes: false } as const
    const number = plainNumber(cell, measure) ?? measureIn(measure, scalar, wanted)
    if (typeof number !== 'number') return { refused: `line ${line}: ${number.unquoted}` }
    numbers.push(number)
    return null
  })
  if (refusal !== null) return refusal
  return numbers.length > 0 ? numbers : { refused: 'has no value in any row; name another column' }
}

/** The shortcut of most cells, of which there may be millions: a whole number of at most 15 digits, in range. */
function plainNumber(cell: string, { bare, min, max }: Measure): number | null {
  if (!bare || !/^(0|[1-9][0-9]{0,14})$/.test(cell)) return null
  const number = Number(cell)
  return number >= min.value && number <= max.value ? number : null
}
