// What a scenario expects, as a JUnit file: a test case for each expectation, so that CI shows which one does not hold.
import type { Comparison } from '../experiments/comparison.ts'
import { verdicts } from '../experiments/verdict.ts'
import { evidence } from './precision.ts'

/** What `--junit` writes; ends with a line break. An undecided expectation is a failure too: it was not shown to hold. */
export function junit(comparison: Comparison): string {
  const { scenario, id, replications } = comparison
  const judged = verdicts(comparison)
  const failures = judged.filter(({ outcome }) => outcome !== 'holds').length
  const counts = `tests="${judged.length}" failures="${failures}" errors="0" skipped="0"`
  const cases = judged.map((verdict) => {
    const { expectation, outcome } = verdict
    const open = `    <testcase classname=${quoted(scenario.name)} name=${quoted(expectation.text)}`
    if (outcome === 'holds') return `${open}/>`
    const message = `${outcome}${evidence(verdict)}`
    return `${open}>\n      <failure type=${quoted(outcome)} message=${quoted(message)}/>\n    </testcase>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="offsim" ${counts}>`,
    `  <testsuite name=${quoted(scenario.name)} id=${quoted(id)} ${counts}>`,
    '    <properties>',
    `      <property name="seed" value="${scenario.seed}"/>`,
    `      <property name="replications" value="${replications}"/>`,
    '    </properties>',
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
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
