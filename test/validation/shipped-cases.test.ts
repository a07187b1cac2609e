// The cases that come with offsim: that there are enough, that every measurement has a use or a reason, that roles are what they
// must be by what a case rests on, worked out here from the text of the files alone.
import { readdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import Ajv from 'ajv'
import { parse } from 'yaml'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { loadCases, measuredRows, type CaseFolder } from '../../src/validation/index.ts'
import { basisOf, roleOf, type Role } from '../../src/validation/roles.ts'
import { forgottenRows } from '../../src/validation/summary.ts'
import { caseLanguage, caseSchema, rowsLanguage } from '../../src/validation/case-language.ts'
import { tablesFor } from '../language/language-reference.ts'
import { textOf } from '../project-files.ts'

const FOLDER = 'scenarios/validation'
const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `${FOLDER}/${file}`)
const rows = measuredRows(textOf('data/measurements.csv'))
const folder: CaseFolder = loadCases(files, { read: textOf, technologies: TECHNOLOGIES, rows })
const roles = new Map(folder.cases.map((one) => [one, roleOf(one, folder, basisOf(one, folder, TECHNOLOGIES))]))
const count = (...wanted: Role[]): number => [...roles.values()].filter((role) => wanted.includes(role)).length

test('there are enough cases of each kind', () => {
  expect(count('predicted', 'calibrated', 'bound', 'unconfirmed')).toBeGreaterThanOrEqual(70)
  expect(count('predicted')).toBeGreaterThanOrEqual(40)
  expect(count('theory')).toBeGreaterThanOrEqual(20)
  expect(count('analytic')).toBeGreaterThanOrEqual(12)
  const peers = new Set(folder.cases.map(({ peer }) => peer).filter((peer) => peer !== null))
  expect([...peers].sort()).toEqual(['accelerometer', 'amdahl', 'laws', 'logca'])
})

test('every row of the measurements has a case, sets a parameter, or is listed with why not; none is listed and used', () => {
  expect(rows.size).toBe(299)
  expect(forgottenRows(folder)).toEqual([])
  const listed = folder.unused.flatMap((one) => one.rows)
  expect(listed.filter((row) => folder.cases.some((one) => one.rows.includes(row)))).toEqual([])
  expect(listed.filter((row, i) => listed.indexOf(row) !== i)).toEqual([])
})

test('every machine has a case', () => {
  const groups = new Set(folder.cases.map(({ group }) => group))
  expect(Object.keys(folder.groups).filter((group) => !groups.has(group))).toEqual([])
})

test('what people reported has its cases', () => {
  const cases = new Set(folder.cases.map(({ id }) => id))
  const reported: Record<string, string[]> = {
    R02: ['r02-strict', 'r02-lazy', 'r02-ratio'],
    R03: ['r03-none', 'r03-lazy', 'r03-strict'],
    R08: ['nic-51-one-queue', 'nic-51-busy', 'nic-51-queues'],
    R12: ['int-69', 'r12-redis', 'r12-sign-flips'],
    R15: ['r15-prescott', 'r15-nehalem'],
    R17: ['sto-36-large', 'sto-36-tiny'],
    R18: ['dsp-31', 'r18-most', 'dsp-32-fhd', 'dsp-32-4k'],
    R21: ['cpu-87-one', 'cpu-87-four'],
    R23: ['r23-merge-small'],
    'an assigned NIC pays from 50,000 packets a second': ['nic-53-light', 'nic-53-heavy'],
    'one IPsec tunnel on one core': ['ips-36-gcm', 'ips-36-cbc', 'ips-37'],
    'receive offload in a guest': ['tcp-52'],
    'a copy of 75 GB': ['sto-35'],
    'five desktops a core': ['dsp-34'],
  }
  expect(Object.values(reported).flatMap((ids) => ids.filter((id) => !cases.has(id)))).toEqual([])
})

/** What a case and what it names say of a source, as text. */
interface Written {
  group: string
  rows?: string[]
  peer?: string
  published: { value?: unknown; side?: string }
  chosen?: { rows: string[] }[]
  scenario: string | Record<string, unknown>
}
interface WrittenRows {
  groups: Record<string, { parameters?: { rows: string[]; cases?: string[] }[] }>
  sameFigure: { rows: string[] }[]
}
const rowsFile = parse(textOf(`${FOLDER}/rows.yaml`)) as WrittenRows

function withFamily(ids: readonly string[]): Set<string> {
  const all = new Set(ids)
  for (let before = -1; before !== all.size;) {
    before = all.size
    for (const { rows } of rowsFile.sameFigure)
      if (rows.some((row) => all.has(row))) rows.forEach((row) => all.add(row))
  }
  return all
}

/** The texts of the scenario of a case: its own, and that of the file it names or is laid over. */
function scenarioTexts({ scenario }: Written): string[] {
  if (typeof scenario === 'string') return [textOf(`${FOLDER}/${scenario}`)]
  const base = scenario['scenario']
  return [JSON.stringify(scenario), ...(typeof base === 'string' ? [textOf(`${FOLDER}/${base}`)] : [])]
}

test('every role follows from the text of its files', () => {
  const wrong: string[] = []
  for (const [one, role] of roles) {
    const written = parse(textOf(one.file)) as Written
    const own = withFamily(written.rows ?? [])
    const texts = scenarioTexts(written)
    const parameters = rowsFile.groups[written.group].parameters ?? []
    const said = withFamily([
      ...parameters.filter(({ cases }) => cases === undefined || cases.includes(one.id)).flatMap((p) => p.rows),
      ...(written.chosen ?? []).flatMap((choice) => choice.rows),
      ...texts.flatMap((text) =>
        [...text.matchAll(/source"?: ?['"]([^'"]*)/g)].flatMap(([, source]) => rowsIn(source)),
      ),
    ])
    const rests = [...own].some((row) => said.has(row))
    const expected =
      written.peer !== undefined
        ? ['analytic']
        : (written.rows ?? []).length === 0
          ? ['theory']
          : written.published.value === undefined && written.published.side === undefined
            ? ['bound']
            : rests
              ? ['calibrated']
              : [...own].some((row) => mayBePricedBy(row, texts)) && one.scenario !== null
                ? ['calibrated', 'predicted', 'unconfirmed']
                : one.rows.every((row) => folder.rows.get(row)!.confirmed)
                  ? ['predicted']
                  : ['unconfirmed']
    if (!expected.includes(role)) wrong.push(`${one.id}: ${role}, not ${expected.join(' or ')}`)
  }
  expect(wrong).toEqual([])
})

const rowsIn = (text: string): string[] => text.match(/[A-Z]{3}-\d+/g) ?? []

/** Whether a shipped price that rests on a row is one of a technology that the scenario names at all. */
function mayBePricedBy(row: string, texts: readonly string[]): boolean {
  return TECHNOLOGIES.some(({ name, costs }) => {
    const isNamed = texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)) || name === 'processor'
    return isNamed && Object.values(costs).some(({ source }) => rowsIn(source).includes(row))
  })
}

test('a figure that was not confirmed is never predicted', () => {
  const unconfirmed = [...roles].filter(([one]) => one.rows.some((row) => !folder.rows.get(row)!.confirmed))
  expect(unconfirmed.length).toBeGreaterThan(3)
  expect(unconfirmed.filter(([, role]) => role === 'predicted')).toEqual([])
})

test('docs/CASES.md holds the tables of what may stand in cases (UPDATE_REFERENCE=1 rewrites them)', () => {
  const [begin, end] = ['<!-- cases: begin -->\n', '<!-- cases: end -->']
  const [before, rest] = textOf('docs/CASES.md').split(begin)
  const tables = `${tablesFor(caseLanguage, 'A case')}\n${tablesFor(rowsLanguage, '`rows.yaml`')}`
  const expected = `${before}${begin}\n${tables}\n${rest.slice(rest.indexOf(end))}`
  if (process.env.UPDATE_REFERENCE === '1') writeFileSync('docs/CASES.md', expected)
  expect(textOf('docs/CASES.md')).toBe(expected)
})

test('the case that docs/CASES.md shows has no fault', () => {
  const [shown, beside] = [...textOf('docs/CASES.md').matchAll(/```yaml\n([^`]*)```/g)].map(([, block]) => block)
  const texts: Record<string, string> = { 'our-copy.yaml': shown, 'rows.yaml': beside }
  const read = (path: string): string => texts[path]
  const { cases } = loadCases(Object.keys(texts), { read, technologies: TECHNOLOGIES, rows })
  expect(cases).toMatchObject([{ id: 'our-copy', value: 108, spread: [104, 113], unrunnable: null }])
})

test('scenarios/validation/case.schema.json is the schema of cases (UPDATE_REFERENCE=1 rewrites it), and all have its form', () => {
  const expected = `${JSON.stringify(caseSchema(), null, 2)}\n`
  const file = `${FOLDER}/case.schema.json`
  if (process.env.UPDATE_REFERENCE === '1') writeFileSync(file, expected)
  expect(textOf(file)).toBe(expected)
  const isCase = new Ajv({ schemaId: 'auto' }).compile(caseSchema())
  const refused = folder.cases.filter((one) => isCase(parse(textOf(one.file))) === false).map(({ id }) => id)
  expect(refused).toEqual([])
  expect(isCase({ id: 'a' })).toBe(false)
})
