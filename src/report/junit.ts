// What a scenario expects, as a JUnit file: a test case for each expectation, so that CI shows which one does not hold.
// In a sweep every point is a suite of its own, so that the file can be written point by point.
import type { Comparison } from '../answers/comparison.ts'
import { verdicts } from '../answers/verdict.ts'
import { evidence } from './method.ts'

const XML = '<?xml version="1.0" encoding="UTF-8"?>'

/** What `run --junit` writes; ends with a line break. An undecided expectation is a failure too: it was not shown to hold. */
export function junit(comparison: Comparison): string {
  const { counts, lines } = suite(comparison, comparison.scenario.name)
  return [XML, `<testsuites name="offsim" ${counts}>`, ...lines, '</testsuites>', ''].join('\n')
}

/** What `sweep --junit` writes before the first point and after the last. */
export const JUNIT_START = `${XML}\n<testsuites name="offsim">\n`
export const JUNIT_END = '</testsuites>\n'

/** The suite of one point of a sweep. `label` says which. */
export function junitOfPoint(label: string, comparison: Comparison): string {
  return suite(comparison, `${comparison.scenario.name}, ${label}`)
    .lines.map((line) => `${line}\n`)
    .join('')
}

/** The suite of a point that has no results: nothing that is expected there was shown. */
export function junitOfFailure(label: string, error: string): string {
  return [
    `  <testsuite name=${quoted(label)} ${countsOf(1, 0, 1)}>`,
    `    <testcase classname=${quoted(label)} name="can be simulated">`,
    `      <error type="failed" message=${quoted(error)}/>`,
    '    </testcase>',
    '  </testsuite>',
    '',
  ].join('\n')
}

function suite(comparison: Comparison, name: string): { counts: string; lines: string[] } {
  const { scenario, id, replications } = comparison
  const judged = verdicts(comparison)
  const counts = countsOf(judged.length, judged.filter(({ outcome }) => outcome !== 'holds').length, 0)
  const cases = judged.map((verdict) => {
    const { expectation, outcome } = verdict
    const open = `    <testcase classname=${quoted(name)} name=${quoted(expectation.text)}`
    if (outcome === 'holds') return `${open}/>`
    const message = `${outcome}${evidence(verdict)}`
    return `${open}>\n      <failure type=${quoted(outcome)} message=${quoted(message)}/>\n    </testcase>`
  })
  const lines = [
    `  <testsuite name=${quoted(name)} id=${quoted(id)} ${counts}>`,
    '    <properties>',
    `      <property name="seed" value="${scenario.seed}"/>`,
    `      <property name="replications" value="${replications}"/>`,
    '    </properties>',
    ...cases,
    '  </testsuite>',
  ]
  return { counts, lines }
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
