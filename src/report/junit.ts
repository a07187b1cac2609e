// What a scenario expects, as a JUnit file: a test case for each expectation, so that CI shows which one does not hold.
// In a sweep every point is a suite of its own, so that the file can be written point by point.
import type { Comparison } from '../answers/comparison.ts'
import { verdicts } from '../answers/verdict.ts'
import { evidence } from './method.ts'

const XML = '<?xml version="1.0" encoding="UTF-8"?>'

// There are many schemas for such files, and none is the standard. What is written here passes the strict ones of Ant and of
// Jenkins' xUnit plug-in alike, which ask for more than they agree on: a time, a host, a number for each suite. Nobody's
// clock is in it, since the same run gives the same bytes.
const FORM = 'timestamp="1970-01-01T00:00:00" hostname="localhost" time="0"'

/** What `run --junit` writes; ends with a line break. An undecided expectation is a failure too: it was not shown to hold. */
export function junit(comparison: Comparison): string {
  return JUNIT_START + suite(comparison, comparison.scenario.name, 0) + JUNIT_END
}

/** What `sweep --junit` writes before the first point and after the last. */
export const JUNIT_START = `${XML}\n<testsuites>\n`
export const JUNIT_END = '</testsuites>\n'

/** The suite of one point of a sweep. `label` says which; `number`: suites before it in the file. */
export function junitOfPoint(label: string, comparison: Comparison, number: number): string {
  return suite(comparison, `${comparison.scenario.name}, ${label}`, number)
}

/** The suite of a point that has no results: nothing that is expected there was shown. */
export function junitOfFailure(label: string, error: string, number: number): string {
  const failed = `<error type="failed" message=${quoted(error)}/>`
  const only = testcase(label, 'can be simulated', failed)
  return suiteOf({ name: label, from: 'sweep', number, counts: countsOf(1, 0, 1), properties: [], cases: only })
}

function suite(comparison: Comparison, name: string, number: number): string {
  const { scenario, id, replications } = comparison
  const judged = verdicts(comparison)
  const counts = countsOf(judged.length, judged.filter(({ outcome }) => outcome !== 'holds').length, 0)
  const cases = judged.flatMap((verdict) => {
    const { expectation, outcome } = verdict
    const message = `${outcome}${evidence(verdict)}`
    const failed = outcome === 'holds' ? null : `<failure type=${quoted(outcome)} message=${quoted(message)}/>`
    return testcase(name, expectation.text, failed)
  })
  const properties = Object.entries({ id, seed: scenario.seed, replications })
  return suiteOf({ name, from: scenario.name, number, counts, properties, cases })
}

interface Suite {
  readonly name: string
  /** What it belongs to. */
  readonly from: string
  readonly number: number
  readonly counts: string
  readonly properties: readonly (readonly [name: string, value: string | number])[]
  readonly cases: readonly string[]
}

function suiteOf({ name, from, number, counts, properties, cases }: Suite): string {
  const lines = properties.map(([key, value]) => `      <property name="${key}" value=${quoted(String(value))}/>`)
  return [
    `  <testsuite name=${quoted(name)} package=${quoted(from)} id="${number}" ${counts} ${FORM}>`,
    ...(lines.length === 0 ? ['    <properties/>'] : ['    <properties>', ...lines, '    </properties>']),
    ...cases,
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
    '',
  ].join('\n')
}

function testcase(classname: string, name: string, failed: string | null): string[] {
  const open = `    <testcase classname=${quoted(classname)} name=${quoted(name)} time="0"`
  return failed === null ? [`${open}/>`] : [`${open}>`, `      ${failed}`, '    </testcase>']
}

function countsOf(tests: number, failures: number, errors: number): string {
  return `tests="${tests}" failures="${failures}" errors="${errors}" skipped="0"`
}

/** An attribute's value. Characters that XML cannot hold at all become a question mark. */
function quoted(text: string): string {
  const escaped = text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
  return `"${escaped}"`
}
