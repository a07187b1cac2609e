import type { Expectation } from '../../src/language/asked.ts'
import { describe, expect, test } from 'vitest'
import { compare } from '../../src/answers/comparison.ts'
import { expectationIn } from '../../src/language/expectation.ts'
import { verdicts } from '../../src/answers/verdict.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { COLUMNS, QUANTITY_COLUMNS } from '../../src/language/columns.ts'
import { junit } from '../../src/report/junit.ts'
import { entry, histogram, pair, resource, scenario, TECHNOLOGIES } from '../answers/hand-made.ts'

const NAMES = { baseline: 'software', arms: ['software', 'hardware'], technologies: ['nic', 'processor'] }

describe('what is written', () => {
  const read = (text: string) => expectationIn(text, NAMES) as Expectation

  test('a column by its name, with a number in its unit', () => {
    expect(read('hardware.total.saved_percent >= 40')).toEqual({
      ...{ text: 'hardware.total.saved_percent >= 40', arm: 'hardware', row: 'total', column: 'saved_percent' },
      ...{ relation: '>=', limit: 40 },
    })
  })

  test.each([
    ['hardware.nic.p99 <= 60 ms', 'p99_us', 60_000],
    ['hardware.nic.baseline_p50 < 2 us', 'baseline_p50_us', 2],
    ['hardware.total.saved_cpu > 1.5 min', 'saved_cpu_s', 90],
    ['hardware.total.saved >= 40 %', 'saved_percent', 40],
    ['hardware.nic.stored <= 2 GiB', 'stored_bytes', 2 ** 31],
    ['hardware.host.makespan<= 366 s', 'makespan_s', 366],
    ['hardware.host.saved_cores >= -0.5', 'saved_cores', -0.5],
  ])('%s', (text, column, limit) => {
    expect(read(text)).toMatchObject({ column, limit })
  })

  test.each([
    ['hardware.total.saved_percent = 40', /no expectation; write ARM\.ROW\.COLUMN >= NUMBER/],
    ['total.saved_percent >= 40', /not ARM\.ROW\.COLUMN; write all three/],
    ['hardwar.total.saved_percent >= 40', /no arm `hardwar`; did you mean `hardware`\?/],
    ['software.total.cpu_s <= 4', /`software` is the baseline.*name one of them and a `baseline_` column/],
    ['hardware.nix.cpu_s <= 4', /no row `nix`; did you mean `nic`\?/],
    ['hardware.nic.cpus_s <= 4', /no column `cpus_s` with numbers; did you mean `cpu_s`\?/],
    ['hardware.nic.saturated <= 4', /no column `saturated` with numbers/],
    ['hardware.nic.saved_low_cpu_s >= 0', /is an end of an interval; write saved_cpu_s/],
    ['hardware.nic.saved_high_percent >= 0', /is an end of an interval; write saved_percent/],
    ['hardware.host.fit_low >= 80', /is an end of an interval; write fit/],
    ['hardware.nic.p99 <= 60', /`p99` needs a unit; write one behind the number, or p99_us without/],
    ['hardware.nic.p99_us <= 60 us', /`p99_us` names its unit already; write p99 with a unit, or p99_us without/],
    ['hardware.nic.cores <= 2 s', /`cores` has no unit; remove `s`/],
    ['hardware.nic.p99 <= 60 MB', /`MB` is not a unit of time; write one of ns, us, ms/],
    ['hardware.nic.cores <= many', /`many` is not a number/],
    ['hardware.nic.cores <= 1e999', /`1e999` is too large/],
  ])('%s is refused', (text, message) => {
    const { refused } = expectationIn(text, NAMES) as { refused: string }
    expect(refused).toMatch(message)
    expect(refused).toMatch(/; /)
  })

  test('a lone arm has no saving to expect', () => {
    const alone = { ...NAMES, arms: ['software'] }
    expect(expectationIn('software.total.cpu_s <= 4', alone)).toMatchObject({ column: 'cpu_s' })
    expect(expectationIn('software.total.saved_cores > 0', alone)).toHaveProperty('refused')
  })

  test('every numeric column of a row can be expected, by the name it has there', () => {
    const units = ['cpu_s', 'cores', 'percent']
    const ends = ['low', 'high'].flatMap((end) => [`fit_${end}`, ...units.map((unit) => `saved_${end}_${unit}`)])
    const names = ['scenario', 'id', 'baseline_arm', 'arm', 'technology', 'baseline_handler', 'handler']
    const texts = [...names, 'saturated', 'baseline_limit', 'limit', 'seed', 'replications', 'doubt_price']
    const columns = COLUMNS.map(({ name }) => name)
    const numeric = columns.filter((name) => ![...ends, ...texts].includes(name))
    expect(QUANTITY_COLUMNS.map<string>(({ name }) => name).sort()).toEqual(numeric.sort())
  })
})

describe('the verdict', () => {
  const expecting = (...texts: string[]) => texts.map((text) => expectationIn(text, NAMES) as Expectation)
  const runs = (cycles: readonly number[], changes: Partial<Tallies> = {}) =>
    cycles.map((counted) => ({ ledger: [entry('nic', counted)], latencies: { nic: histogram(900e3) }, ...changes }))
  const judged = (texts: string[], hardware: Partial<Tallies>[] = runs([400e6, 600e6])) =>
    verdicts(
      compare(scenario({ expectations: expecting(...texts) }), TECHNOLOGIES, pair(runs([1000e6, 1000e6]), hardware)),
    )

  test('is that of the whole interval', () => {
    // Saved 0.6 and 0.4 s: 0.5 ± 12.706 × 0.1, so from -0.77 to 1.77.
    const found = judged([
      'hardware.nic.saved_cpu_s >= -0.8',
      'hardware.nic.saved_cpu_s >= 0.4',
      'hardware.nic.saved_cpu_s >= 1.8',
      'hardware.nic.saved_cpu_s < 1.8',
      'hardware.nic.saved_cpu_s < -0.8',
    ])
    expect(found.map(({ outcome }) => outcome)).toEqual([
      ...['holds', 'undecided', 'does not hold', 'holds', 'does not hold'],
    ])
    expect(found[0].interval!.low).toBeCloseTo(0.5 - 1.2706, 3)
  })

  test('of a share takes the scatter of baseline and arm together', () => {
    // Arms that are always half of the baseline save exactly 50 %, however much both scatter.
    const comparison = compare(
      scenario({ expectations: expecting('hardware.nic.saved_percent >= 50', 'hardware.nic.saved_percent > 50') }),
      TECHNOLOGIES,
      pair(runs([800e6, 1200e6, 1000e6]), runs([400e6, 600e6, 500e6])),
    )
    expect(verdicts(comparison).map(({ outcome }) => outcome)).toEqual(['holds', 'does not hold'])
  })

  test('of a percentile is made wider by the error of the histogram, and reaches to that of all replications', () => {
    // All at 900 us: Student's interval has no width, the histogram's is 1/256, 3.5 us.
    const texts = ['hardware.nic.p99 <= 899 us', 'hardware.nic.p99 <= 902 us', 'hardware.nic.p99 <= 910 us']
    expect(judged(texts).map(({ outcome }) => outcome)).toEqual(['undecided', 'undecided', 'holds'])
    // One slow item in the third replication: 99 % of all lies there, 99 % of most replications does not.
    const slow = [100, 100, 9000].map((ns) => ({ latencies: { nic: histogram(ns * 1e3, ns * 1e3) } }))
    const [{ interval }] = judged(['hardware.nic.p99 <= 1 s'], slow.slice(1))
    expect(interval!.high).toBeGreaterThanOrEqual(9000)
  })

  test('of a percentile of a saturated arm is that it does not hold', () => {
    const saturated = runs([1, 1], { resources: [resource('cores', { demand: 200 })] })
    expect(judged(['hardware.nic.p99 <= 1 s'], saturated)[0]).toMatchObject({
      outcome: 'does not hold',
      because: 'saturated (cores): there is no steady state',
    })
  })

  test('of what a row does not have, or of one replication, is open', () => {
    expect(judged(['hardware.total.p99 <= 1 s'])[0]).toMatchObject({ outcome: 'undecided', interval: null })
    const one = compare(
      scenario({ expectations: expecting('hardware.nic.cpu_s <= 100') }),
      TECHNOLOGIES,
      pair(runs([5]), runs([4])),
    )
    expect(verdicts(one)[0].outcome).toBe('undecided')
  })

  test('as JUnit: a case for each, a failure for what was not shown to hold', () => {
    const texts = ['hardware.nic.saved_cpu_s >= -0.8', 'hardware.nic.saved_cpu_s >= 0.4', 'hardware.nic.cores < 0.1']
    const expectations = expecting(...texts)
    const named = scenario({ expectations, name: 'a<b & "c"' })
    const lines = junit(compare(named, TECHNOLOGIES, pair(runs([1e9, 1e9]), runs([4e8, 6e8])))).split('\n')
    expect(lines[2]).toContain(' tests="3" failures="2" errors="0" skipped="0" ')
    const cases = lines.filter((line) => line.includes('<testcase')).map((line) => line.trim())
    const name = 'classname="a&lt;b &amp; &quot;c&quot;"'
    expect(cases[0]).toBe(`<testcase ${name} name="hardware.nic.saved_cpu_s &gt;= -0.8" time="0"/>`)
    expect(lines.join('\n')).toContain('<failure type="undecided" message="undecided (-0.7706 to 1.771 s; the interval')
  })
})
