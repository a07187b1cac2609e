// What is said behind the rows of a sweep, and the JUnit file of one: all counts, the first few, and a suite for each point.
import { expect, test } from 'vitest'
import { compare, type Comparison } from '../../src/answers/comparison.ts'
import type { Expectation } from '../../src/language/asked.ts'
import { failureLines, FindingsSoFar, findingsLines, isAsExpected, pointLabel } from '../../src/report/findings.ts'
import { JUNIT_END, JUNIT_START, junit, junitOfFailure, junitOfPoint } from '../../src/report/junit.ts'
import { entry, pair, scenario, TECHNOLOGIES } from '../answers/hand-made.ts'

/** 20 of 30 cycles are saved, or so many less in the second replication. */
function comparison(changes: Parameters<typeof scenario>[0] = {}, scatter = 0): Comparison {
  const software = [{ ledger: [entry('nic', 30)] }, { ledger: [entry('nic', 30)] }]
  const hardware = [{ ledger: [entry('nic', 10)] }, { ledger: [entry('nic', 10 + scatter)] }]
  return compare(scenario(changes), TECHNOLOGIES, pair(software, hardware))
}

const percent = (relation: '>=' | '<', limit: number): Expectation => {
  const text = `hardware.nic.saved_percent ${relation} ${limit}`
  return { text, arm: 'hardware', row: 'nic', column: 'saved_percent', relation, limit }
}
const EXPECTATIONS = [percent('>=', 50), percent('<', 50)]

test('a sweep that asks for nothing and goes well has nothing to say', () => {
  const found = new FindingsSoFar()
  found.point(comparison(), () => expect.fail('nobody needs to know which point it was'))
  expect(findingsLines(found.sum)).toEqual([])
  expect(failureLines(found.sum.failed)).toEqual([])
  expect(isAsExpected(found.sum)).toBe(true)
})

test('expectations are counted by outcome, and the first that do not hold are named', () => {
  const found = new FindingsSoFar()
  for (let point = 0; point < 12; point++) {
    found.point(comparison({ expectations: EXPECTATIONS }), () =>
      pointLabel(point, ['host.cores', 'seed'], [point, 'a']),
    )
  }
  const lines = findingsLines(found.sum)
  expect(lines[0]).toBe('expect: 12 hold, 12 do not hold, 0 undecided')
  expect(lines).toHaveLength(12)
  expect(lines[10]).toMatch(
    /^ {2}point 9 \(host\.cores 9, seed a\): does not hold: hardware\.nic\.saved_percent < 50 \(66\.67/,
  )
  expect(lines[11]).toBe('  and 2 more')
  expect(isAsExpected(found.sum)).toBe(false)
  // Undecided is not as expected either.
  const undecided = new FindingsSoFar()
  undecided.point(comparison({ expectations: [percent('>=', 60)] }, 10), () => 'point 0')
  expect(findingsLines(undecided.sum)[0]).toBe('expect: 0 hold, 0 do not hold, 1 undecided')
  expect(isAsExpected(undecided.sum)).toBe(false)
})

test('precision and warm-up are told as ranges, and where the precision was missed', () => {
  const found = new FindingsSoFar()
  const precision = { share: 0.05, maxReplications: 2 }
  const warmup = (warmupNs: number) => ({ warmupNs, warmup: { warmupNs, pilots: 10, arm: '', series: '' } })
  found.point(comparison({ precision, ...warmup(3e8) }), () => expect.fail('it is exact'))
  found.point(comparison({ precision, ...warmup(2e7) }, 10), () => 'point 1')
  found.point(comparison(), () => expect.fail('it asks for nothing'))
  const [first, second, third] = findingsLines(found.sum)
  expect(first).toBe('warm-up: 0.020 to 0.30 s, found by pilot runs at each point')
  expect(second).toBe('precision: reached at 1 of 2 points, with 2 replications')
  expect(third).toMatch(/^ {2}point 1: the precision of 5\.0 % was not reached within 2 replications: /)
  expect(isAsExpected(found.sum)).toBe(false)
})

test('however many points fail, twenty are named and all are counted', () => {
  const found = new FindingsSoFar()
  for (let point = 0; point < 1000; point++) found.failed(point, 'no luck')
  const lines = failureLines(found.sum.failed)
  expect(lines[0]).toBe('1000 of the points failed:')
  expect(lines.slice(1, 3)).toEqual(['point 0: no luck', 'point 1: no luck'])
  expect(lines.at(-1)).toBe('and 980 more points')
  expect(lines).toHaveLength(22)
  expect(isAsExpected(found.sum)).toBe(false)
})

test('a sweep is a suite for each point, with the cases of a run; a point without results is an error', () => {
  const judged = comparison({ expectations: EXPECTATIONS })
  const ofPoint = junitOfPoint('point 3 (host.cores 2)', judged, 0)
  const ofRun = junit(judged).split('\n').slice(2, -2).join('\n')
  expect(ofPoint.replaceAll(', point 3 (host.cores 2)', '')).toBe(`${ofRun}\n`)
  expect(ofPoint).toMatch(
    /<testsuite name="[^"]+, point 3 \(host\.cores 2\)" package="[^"]+" id="0" tests="2" failures="1"/,
  )
  const failure = junitOfFailure('point 4 (arms.a.nic "x" & <y>)', 'it is & <remains>', 1)
  expect(failure).toContain(
    'name="point 4 (arms.a.nic &quot;x&quot; &amp; &lt;y&gt;)" package="sweep" id="1" tests="1" failures="0" errors="1"',
  )
  expect(failure).toContain('message="it is &amp; &lt;remains&gt;"')
  // Every element that is opened is closed.
  const file = JUNIT_START + ofPoint + failure + JUNIT_END
  const open: string[] = []
  for (const [, slash, name, empty] of file.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (slash === '/') expect(open.pop()).toBe(name)
    else if (empty === '') open.push(name)
  }
  expect(open).toEqual([])
})
