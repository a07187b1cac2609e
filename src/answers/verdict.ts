// Whether what a scenario expects is so: judged on the whole interval, not on the mean.
import type { Expectation, Relation } from '../language/asked.ts'
import { batchItems } from './arm-result.ts'
import type { Comparison } from './comparison.ts'
import { intervalOf } from './quantities.ts'
import type { Interval } from '../statistics/interval.ts'

export type Outcome = 'holds' | 'does not hold' | 'undecided'

export interface Verdict {
  readonly expectation: Expectation
  readonly outcome: Outcome
  /** In the column's unit; null when there is no value. */
  readonly interval: Interval | null
  /** What stands against a verdict or explains it, in words; '' when the interval says it all. */
  readonly because: string
}

/** Judges everything that the scenario expects, in its order. */
export function verdicts(comparison: Comparison): Verdict[] {
  return comparison.scenario.expectations.map((expectation) => judge(expectation, comparison))
}

function judge(expectation: Expectation, comparison: Comparison): Verdict {
  const { arms } = comparison
  const arm = arms.find(({ name }) => name === expectation.arm)!
  const baseline = arms.length === 1 ? null : comparison.baseline
  const interval = intervalOf(expectation.column, { comparison, arm, baseline, row: expectation.row })
  const isOfBaseline = expectation.column.startsWith('baseline_')
  const judged = isOfBaseline ? comparison.baseline : arm
  const { saturation } = judged
  const { generated, lost } = batchItems(judged)
  if (expectation.column.endsWith('makespan_s') && lost > 0) {
    const because = `${lost} of ${generated} work items were lost: the work was never done`
    return { expectation, interval: null, outcome: 'does not hold', because }
  }
  if (interval !== null) return { expectation, interval, ...decided(expectation, interval, comparison.replications) }
  if (saturation.length > 0 && /p\d+_us$/.test(expectation.column)) {
    const because = `saturated (${saturation.map(({ resource }) => resource).join(', ')}): there is no steady state`
    return { expectation, interval, outcome: 'does not hold', because }
  }
  return { expectation, interval, outcome: 'undecided', because: 'the row has no such value' }
}

function decided(
  { relation, limit }: Expectation,
  { low, high }: Interval,
  replications: number,
): { outcome: Outcome; because: string } {
  if (low === null || high === null) {
    const isAlone = replications === 1
    const because = isAlone ? 'one replication only: nothing is known of chance' : TOO_LITTLE
    return { outcome: 'undecided', because }
  }
  if (HOLDS[relation](low, limit) && HOLDS[relation](high, limit)) return { outcome: 'holds', because: '' }
  if (!HOLDS[relation](low, limit) && !HOLDS[relation](high, limit)) return { outcome: 'does not hold', because: '' }
  return { outcome: 'undecided', because: 'the interval holds the limit; more replications narrow it' }
}

const TOO_LITTLE = 'too little was seen for an interval; measure longer, or ask for more replications'

const HOLDS: Readonly<Record<Relation, (value: number, limit: number) => boolean>> = {
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
}
