// Every number of the models rests on something: a row of data/measurements.csv, or an assumption that says why.
import { expect, test } from 'vitest'
import { readCsv } from '../../src/language/csv-column.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { textOf } from '../project-files.ts'

const ROW = /[A-Z]{3}-\d\d/g
/** One or more rows, then, behind a colon or in brackets, how the value comes from them. */
const MEASURED = /^[A-Z]{3}-\d\d(, [A-Z]{3}-\d\d)*(: \S.*)?$/
const ASSUMED = /^assumption: \S.{10,}$/

const costs = TECHNOLOGIES.flatMap(({ name, costs }) =>
  Object.entries(costs).map(([key, cost]) => ({ name: `${name}.${key}`, ...cost })),
)
const isAssumed = ({ source }: { source: string }): boolean => source.startsWith('assumption:')
const rows = new Map(records(textOf('data/measurements.csv')).map((row) => [row['id'], row]))
const cited = (source: string): string[] => source.match(ROW) ?? []

/** Records of a CSV by the names in its header. */
function records(text: string): Record<string, string>[] {
  const read = readCsv(text)
  if (!Array.isArray(read)) throw new Error(`not a CSV file: ${JSON.stringify(read)}`)
  const [header, ...lines] = read
  return lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i]])))
}

test('the measurements are read: ids are unique, and every row has all its cells', () => {
  const all = records(textOf('data/measurements.csv'))
  expect(rows.size).toBe(all.length)
  expect(all.filter((row) => Object.values(row).includes(undefined as never))).toEqual([])
})

test('every cost has a value, a unit, and a source that is a list of rows or an assumption with its reason', () => {
  expect(costs.length).toBeGreaterThan(100)
  const nameless = costs.filter(({ value, unit }) => !Number.isFinite(value) || unit === '')
  expect(nameless.map(({ name }) => name)).toEqual([])
  const unfounded = costs.filter(({ source }) => !(MEASURED.test(source) || ASSUMED.test(source)))
  expect(unfounded.map(({ name, source }) => `${name}: ${source}`)).toEqual([])
})

test('every row that a source cites exists', () => {
  const unknown = costs.flatMap(({ name, source }) =>
    cited(source)
      .filter((id) => !rows.has(id))
      .map((id) => `${name}: ${id}`),
  )
  expect(unknown).toEqual([])
})

test('what a source cites as measured has a figure', () => {
  const empty = costs
    .filter((cost) => !isAssumed(cost))
    .flatMap(({ name, source }) =>
      cited(source)
        .filter((id) => rows.get(id)?.['value'] === '')
        .map((id) => `${name}: ${id}`),
    )
  expect(empty).toEqual([])
})

test('values lie inside the extent that is given for them', () => {
  const outside = costs.filter(({ value, range }) => range && !(range[0] <= value && value <= range[1]))
  expect(outside.map(({ name, value }) => `${name}: ${value}`)).toEqual([])
})

test('every source of a measured cost is in docs/references.bib', () => {
  const bibliography = textOf('docs/references.bib').replace(/\s+/g, ' ')
  const titles = new Set(
    costs
      .filter((cost) => !isAssumed(cost))
      .flatMap(({ source }) => cited(source))
      .map((id) => rows.get(id)!['source_title']),
  )
  expect(titles.size).toBeGreaterThan(10)
  expect([...titles].filter((title) => !bibliography.includes(`{${title}}`))).toEqual([])
})

test('keys of docs/references.bib are unique', () => {
  const keys = [...textOf('docs/references.bib').matchAll(/^@\w+\{([^,]+),$/gm)].map(([, key]) => key)
  expect(keys.length).toBeGreaterThan(10)
  expect(new Set(keys).size).toBe(keys.length)
})
