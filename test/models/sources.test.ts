// Every number of the models rests on something: a row of data/measurements.csv, or an assumption that says why.
import { expect, test } from 'vitest'
import { readCsv } from '../../src/language/csv-column.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { textOf } from '../project-files.ts'

const ROW = /[A-Z]{3}-\d+/g
/** One or more rows, then, behind a colon or in brackets, how the value comes from them. */
const MEASURED = /^[A-Z]{3}-\d+(, [A-Z]{3}-\d+)*(: \S.*)?$/
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

test('what is taken from one row as it stands is that row’s figure', () => {
  // 256 MB of a command are binary ones: 2²⁸ bytes.
  const scale: Record<string, number> = { cycles: 1, displays: 1, crossings: 1, 'MB per command': 1024 * 1024 }
  const figures = costs
    .filter(({ source }) => /^[A-Z]{3}-\d+$/.test(source))
    .map(({ name, value, source }) => {
      const { value: figure, unit } = rows.get(source)!
      return { name, value, figure: Number.parseFloat(figure) * scale[unit] }
    })
  expect(figures.length).toBeGreaterThan(30)
  expect(figures.filter(({ value, figure }) => value !== figure)).toEqual([])
})

test('an extent is two numbers in order, and the value lies between them', () => {
  const outside = costs.filter(({ value, range }) => {
    return range && !(range.length === 2 && range[0] < range[1] && range[0] <= value && value <= range[1])
  })
  expect(outside.map(({ name, value }) => `${name}: ${value}`)).toEqual([])
  expect(costs.filter(({ value, least = 0 }) => value < least).map(({ name }) => name)).toEqual([])
})

test('what is assumed has an extent, or is a choice of words', () => {
  const bare = costs.filter((cost) => isAssumed(cost) && !cost.range && !cost.choices)
  expect(bare.map(({ name }) => name)).toEqual([])
})

/** Units by the end of a cost's name: a name and its unit say the same. */
const UNITS: [name: RegExp, units: RegExp][] = [
  [/CyclesPerPacket$/, /^cycles\/packet$/],
  [/([cC]yclesPerByte|byteCycles)$/, /^cycles\/byte$/],
  [/CyclesPerPixel$/, /^cycles\/pixel$/],
  [/\.packetCycles$/, /^cycles\/(packet|segment)$/],
  [/Cycles$/, /^cycles(\/(packet|segment|message|request|update))?$/],
  [/[nN]sPerByte$/, /^ns\/byte$/],
  [/\.packetNs$/, /^ns\/packet$/],
  [/(Ns|Gap|Patience)$/, /^ns$/],
  [/Bytes$/, /^bytes$/],
  [/\.bytesPerPixel$/, /^bytes\/pixel$/],
  [/PixelsPerS$/, /^pixels\/s$/],
  [/\.streamRate$/, /^bytes\/s$/],
  [/Share$/, /^fraction$/],
  [/Exponent$/, /^exponent$/],
  [/\.remainderScale$/, /^factor$/],
  [/\.guestWork$/, /^cycles\/cycle$/],
  [/\.(place|completion)$/, /^choice$/],
  [
    /(Traps|Packets|accessesPer\w+|PerSegment|PerPacket|Sessions|outstanding|crossings|associations|transitions|engines)$/,
    /^count$/,
  ],
  [/^processor\./, /^cycles$/],
]

test('every unit is one that is known, and the one that the cost’s name says', () => {
  const wrong = costs.filter(({ name, unit }) => !UNITS.find(([end]) => end.test(name))?.[1].test(unit))
  expect(wrong.map(({ name, unit }) => `${name}: ${unit}`)).toEqual([])
})

test('a choice has two names or more, its value is the number of one, and nothing else has names', () => {
  const choices = costs.filter(({ unit }) => unit === 'choice')
  expect(choices.map(({ name, choices: names }) => [name, names])).toEqual([
    ['vpn.place', ['vcpu', 'host']],
    ['vpn.lookaside.completion', ['interrupt', 'polling']],
  ])
  expect(choices.filter(({ value, choices: names }) => names?.[value] === undefined)).toEqual([])
  expect(costs.filter(({ unit, choices: names }) => names && unit !== 'choice')).toEqual([])
})

test('where a figure names the machine it was measured on, it is the one of its row', () => {
  const machines: Record<string, RegExp> = {
    prescott: /Pentium 4|P4 672|Prescott/,
    nehalem: /Nehalem|X5570|Turtles OSDI 2010/,
    'sandy-bridge': /Sandy Bridge|E5-2450/,
    'Xeon E3-1220, rIOMMU 2015': /Xeon E3-1220/,
  }
  const named = costs.filter(({ measuredOn }) => measuredOn !== undefined)
  expect(named.length).toBeGreaterThan(40)
  const wrong = named.filter(({ source, measuredOn }) => {
    const [first] = cited(source)
    const { quantity, context } = rows.get(first)!
    return !machines[measuredOn!]?.test(`${quantity} ${context}`)
  })
  expect(wrong.map(({ name, measuredOn }) => `${name}: ${measuredOn}`)).toEqual([])
  // A figure of a Pentium 4 is a Prescott's wherever it is taken as it stands.
  const figures = costs.filter(
    (cost) => !isAssumed(cost) && cost.unit === 'cycles' && cost.name.startsWith('processor.'),
  )
  const unnamed = figures.filter(({ source, measuredOn, name }) => {
    const isOf = rows.get(cited(source)[0])!['context'].includes('Pentium 4')
    return isOf && measuredOn !== 'prescott' && !name.endsWith('.handler')
  })
  expect(unnamed.map(({ name }) => name)).toEqual([])
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
