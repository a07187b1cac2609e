// The JUnit file against the strictest rules of the schemas that CI systems check it by.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { expectationIn } from '../../src/language/expectation.ts'
import type { Expectation } from '../../src/language/asked.ts'
import { JUNIT_END, JUNIT_START, junit, junitOfFailure, junitOfPoint } from '../../src/report/junit.ts'
import { fullComparison } from './hand-made-table.ts'

const schema = { fileName: 'junit-strict.xsd', contents: readFileSync('test/fixtures/junit-strict.xsd', 'utf8') }
const problems = async (contents: string) => {
  const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] })
  return errors.map(({ message }) => message)
}

const NAMES = { baseline: 'software', arms: ['software', 'hardware'], technologies: ['nic', 'processor'] }
const judged = (texts: readonly string[], name = 'by-hand') => {
  const given = fullComparison()
  const expectations = texts.map((text) => expectationIn(text, NAMES) as Expectation)
  return { ...given, scenario: { ...given.scenario, name, expectations } }
}
const HOLDS = 'hardware.nic.cpu_s >= 0'
const FAILS = 'hardware.nic.cpu_s > 1e9'
const OPEN = 'hardware.total.makespan_s > 1'

test.each([
  ['one that holds', [HOLDS]],
  ['one that does not', [FAILS]],
  ['one that is undecided', [OPEN]],
  ['all of them', [HOLDS, FAILS, OPEN]],
])('a run: %s', async (_, texts) => {
  expect(await problems(junit(judged(texts)))).toEqual([])
})

test('names that XML has other plans with', async () => {
  expect(await problems(junit(judged([FAILS], `a<b & "c" 'd' \u0001 é 漢`)))).toEqual([])
})

test('a sweep: points with results and without, and none at all', async () => {
  const point = (number: number) => junitOfPoint(`point ${number} (host.cores 2)`, judged([HOLDS, FAILS]), number)
  const file =
    JUNIT_START + point(0) + junitOfFailure('point 1 (x "y" & <z>)', 'it is & <remains>\n  at line 2', 1) + point(2)
  expect(await problems(file + JUNIT_END)).toEqual([])
  expect(file.match(/ id="\d+"/g)).toEqual([' id="0"', ' id="1"', ' id="2"'])
  expect(await problems(JUNIT_START + JUNIT_END)).toEqual([])
})

test('what is wrong would be noticed', async () => {
  const file = junit(judged([HOLDS]))
  expect((await problems(file.replace(' id="0"', ' id="ab12"'))).join()).toContain('id')
  expect((await problems(file.replace('<testsuites>', '<testsuites name="offsim">'))).join()).toContain('name')
  expect((await problems(file.replace(/ hostname="[^"]*"/, ''))).join()).toContain('hostname')
})

test('the id of the results is a property, and no clock is in the file', () => {
  const given = judged([HOLDS])
  expect(junit(given)).toContain(`<property name="id" value="${given.id}"/>`)
  expect(junit(given)).toBe(junit(given))
})
