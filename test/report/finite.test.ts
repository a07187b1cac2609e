// No output ever holds what is not a number: random scenarios through every kind of output. `npm run test:finite` takes 10,000.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, type Comparison } from '../../src/answers/comparison.ts'
import { densities } from '../../src/answers/density.ts'
import { verdicts } from '../../src/answers/verdict.ts'
import type { Scenario } from '../../src/language/asked.ts'
import { COLUMNS, QUANTITY_COLUMNS } from '../../src/language/columns.ts'
import { expectationIn } from '../../src/language/expectation.ts'
import type { Setup } from '../../src/models/host/setup.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { cells } from '../../src/report/cells.ts'
import { csv } from '../../src/report/csv.ts'
import { json } from '../../src/report/json.ts'
import { junit } from '../../src/report/junit.ts'
import { ledgerCsv } from '../../src/report/ledger-csv.ts'
import { methodObject } from '../../src/report/method.ts'
import { table } from '../../src/report/table.ts'
import { runReplication } from '../../src/runs/replication.ts'
import { randomArm, randomSetup } from '../models/random-setup.ts'

const SCENARIOS = Number(process.env['OFFSIM_RANDOM_SCENARIOS'] ?? 150)

/** A comparison of two arms, or a lone arm, with an expectation on every column that has an interval. */
const randomScenario: fc.Arbitrary<Scenario> = fc
  .record({
    setup: randomSetup,
    a: randomArm,
    b: randomArm,
    isAlone: fc.constantFrom(false, false, false, true),
    replications: fc.constantFrom(1, 1, 2, 5),
    isPrecise: fc.boolean(),
    isSteady: fc.boolean(),
  })
  .map(({ setup, a, b, isAlone, replications, isPrecise, isSteady }) => {
    // All arms name the same technologies.
    const both = Object.fromEntries(Object.entries(b).filter(([name]) => Object.hasOwn(a, name)))
    const first = Object.fromEntries(Object.entries(a).filter(([name]) => Object.hasOwn(both, name)))
    const arms: Scenario['arms'] = isAlone ? { a: first } : { a: first, b: both }
    const names = { baseline: 'a', arms: Object.keys(arms), technologies: Object.keys(first).sort() }
    const rows = ['total', 'host', ...names.technologies]
    const expectations = QUANTITY_COLUMNS.flatMap(({ name }, i) => {
      const read = expectationIn(`${isAlone ? 'a' : 'b'}.${rows[i % rows.length]}.${name} >= 1`, names)
      return 'refused' in read ? [] : [read]
    })
    const precision = isPrecise && !isAlone ? { share: 0.05, maxReplications: 20 } : null
    return {
      ...shortened(isSteady ? withoutChance(setup) : setup),
      ...{ name: 'random', question: '', replications, precision, confidence: 0.95, warmup: 'given' },
      ...{ expectations, baseline: 'a', arms },
    }
  })

/** The same at regular times and of one size each, so that rows are exact. */
function withoutChance(setup: Setup): Setup {
  const text = JSON.stringify(setup, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('kind' in value && 'ratePerS' in value) {
      return { kind: 'periodic', everyNs: Math.round(1e9 / (value.ratePerS as number)) }
    }
    return 'exponential' in value ? value.exponential : value
  })
  return JSON.parse(text) as Setup
}

/** A tenth of the window: the less there is to see, the more there is nothing to divide by. */
function shortened(setup: Setup): Setup {
  const { measureNs, warmupNs } = setup
  if (typeof measureNs !== 'number') return setup
  return { ...setup, measureNs: Math.ceil(measureNs / 10), warmupNs: warmupNs / 10 }
}

function compared(scenario: Scenario): Comparison {
  const all = Object.keys(scenario.arms).map((arm): [string, Tallies[]] => [
    arm,
    Array.from({ length: scenario.replications }, (_, i) => runReplication(scenario, arm, i, TECHNOLOGIES)),
  ])
  return compare(scenario, TECHNOLOGIES, new Map(all))
}

/** Places of numbers that are none. */
function notFinite(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`]
  if (typeof value === 'function' || typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => notFinite(inner, `${path}.${key}`))
}

function faultsOf(comparison: Comparison): string[] {
  const { rows, arms, scenario } = comparison
  const texts = {
    wide: table(comparison, { width: 160, color: false }),
    narrow: table(comparison, { width: 60, color: false }),
    csv: csv(comparison),
    json: json(comparison, '0.0.0'),
    ledger: ledgerCsv(comparison),
    junit: junit(comparison),
  }
  const inTexts = Object.entries(texts).flatMap(([name, text]) =>
    (text.match(/.*\b(?:NaN|Infinity|undefined|null %)\b.*/g) ?? []).map((line) => `${name}: ${line}`),
  )
  // Files leave such numbers out, so what they are made of is looked at too.
  const fits = arms.map(({ tallies }) => densities(scenario, tallies))
  const made = { rows, arms, fits, verdicts: verdicts(comparison), method: methodObject(comparison) }
  return [...inTexts, ...notFinite({ ...made, cells: cells(comparison, COLUMNS) })]
}

test(`no NaN and no Infinity in any output of ${SCENARIOS} random scenarios`, () => {
  fc.assert(
    fc.property(randomScenario, (scenario) => {
      expect(faultsOf(compared(scenario))).toEqual([])
    }),
    { numRuns: SCENARIOS, seed: 20261125, endOnFailure: true },
  )
}, 3_600_000)
