// docs/VALIDATION.md and its picture are what the cases come to now (UPDATE_REFERENCE=1 rewrites them), and what was promised of
// them: nothing fails that is not declared, no tolerance has changed without being named, no case has gone.
import { readdirSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { runScenario } from '../../src/runs/run-scenario.ts'
import {
  correlationPlot,
  loadCases,
  measuredRows,
  summaryOf,
  validate,
  validationPage,
  type Judged,
} from '../../src/validation/index.ts'
import { readCsv } from '../../src/language/csv-column.ts'
import { textOf } from '../project-files.ts'

const FOLDER = 'scenarios/validation'
const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `${FOLDER}/${file}`)
const folder = loadCases(files, {
  read: textOf,
  technologies: TECHNOLOGIES,
  rows: measuredRows(textOf('data/measurements.csv')),
})
let all: Judged[] = []

beforeAll(async () => {
  all = await validate(folder.cases, folder, TECHNOLOGIES, (scenario) => runScenario(scenario, TECHNOLOGIES))
}, 300_000)

test('docs/VALIDATION.md and docs/VALIDATION.svg are current', async () => {
  const summary = summaryOf(all, folder.groups)
  const named = { plot: 'VALIDATION.svg', command: 'offsim validate --page docs/VALIDATION.md' }
  const page = validationPage(all, summary, folder, named)
  const plot = correlationPlot(all)
  if (process.env.UPDATE_REFERENCE === '1') {
    writeFileSync('docs/VALIDATION.md', page)
    writeFileSync('docs/VALIDATION.svg', plot)
  }
  expect(textOf('docs/VALIDATION.md')).toBe(page)
  expect(textOf('docs/VALIDATION.svg')).toBe(plot)
  expect(
    (await validateXML({ xml: [{ fileName: 'plot.svg', contents: plot }], normalization: 'format' })).errors,
  ).toEqual([])
})

test('what fails is declared, and no prediction has the wrong sign', () => {
  const summary = summaryOf(all, folder.groups)
  expect(summary.undeclared).toEqual([])
  expect(summary.signs.wrong).toBe(0)
})

test('every theorem and every formula that can be run holds', () => {
  const exact = all.filter(({ role }) => role === 'theory' || role === 'analytic')
  expect(exact.filter(({ verdict, case: one }) => verdict === 'fails' && one.lacks === null)).toEqual([])
  expect(exact.filter(({ verdict }) => verdict === 'holds').length).toBeGreaterThanOrEqual(35)
})

test('formulas of two published estimates come out: 15.78 and 8.64 %', () => {
  const valueOf = (id: string) => all.find((one) => one.case.id === id)!.case.value!
  expect(valueOf('mod-03')).toBeCloseTo(15.78, 2)
  expect(valueOf('mod-04')).toBeCloseTo(8.64, 2)
})

test('published values and tolerances are those that were committed before any value was seen, or the change is named', () => {
  const [header, ...committed] = readCsv(textOf(`${FOLDER}/committed.csv`)) as string[][]
  expect(header).toEqual(['case', 'published', 'tolerance'])
  const now = new Map(folder.cases.map((one) => [one.id, [publishedOf(one), String(one.tolerance)]]))
  const before = new Map(committed.map(([id, ...cells]) => [id, cells]))
  const differing = [...new Set([...now.keys(), ...before.keys()])].filter((id) => {
    return JSON.stringify(now.get(id)) !== JSON.stringify(before.get(id))
  })
  const named = folder.changes.map((change) => change.case)
  expect(differing.filter((id) => !named.includes(id))).toEqual([])
})

const publishedOf = ({ value, most, least, side }: Judged['case']): string =>
  [value, most, least, side].map((cell) => (cell === null ? '' : String(cell))).join(' ').trim() // prettier-ignore
