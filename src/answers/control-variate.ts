// The offered work as a control variate. How much work a replication happened to be offered moves what it saves, and its
// mean is known exactly; so the part of the scatter that it explains can be taken out. Beside the plain estimate, never
// instead of it: docs/decisions/control-variate.md says why, and docs/STATISTICS.md how well it covers.
//
//   saved_r = μ + β · (surplus_r) + noise        surplus_r = Σ over kinds of work: price × (offered − expected)
//
// The price of a kind of work is what the row saves per unit of it, over all replications; β is the slope of the regression.
import { sumOf } from '../engine/exact.ts'
import { offeredWork, type OfferedWork } from '../models/workload/offered.ts'
import type { LedgerEntry, WorkTally } from '../models/host/tallies.ts'
import type { ArmResult } from './arm-result.ts'
import type { Comparison } from './comparison.ts'
import { chargedTo } from './rows.ts'
import { mean, standardError } from '../statistics/paired.ts'
import { studentQuantile } from '../statistics/student.ts'

export interface Controlled {
  readonly saved: number
  readonly low: number
  readonly high: number
  /** How many times more replications the plain estimate needs for an interval of the same width; null: nothing is left of it. */
  readonly gain: number | null
}

/** A regression takes one degree of freedom more; below this there is little to go on. */
const REPLICATIONS_MIN = 5
/** What is left of an interval is rounding when it is less than this share of the interval, or of what is saved. */
const ROUNDING = 1e-9
const ROUNDING_OF_VALUE = 16 * Number.EPSILON

/**
 * The mean of values that vary with a control whose mean is 0: ordinary least squares, and a Student-t interval with n − 2
 * degrees of freedom. Null when there are fewer than 5 values, or when values or controls do not vary.
 */
export function controlledMean(
  values: readonly number[],
  controls: readonly number[],
  confidence: number,
): Controlled | null {
  const count = values.length
  if (count < REPLICATIONS_MIN) return null
  const [value, control] = [mean(values), mean(controls)]
  const spread = sum(controls.map((other) => (other - control) * (other - control)))
  const error = standardError(values)
  if (!(spread > 0 && error > 0)) return null
  const slope = sum(controls.map((other, i) => (other - control) * (values[i] - value))) / spread
  const residuals = values.map((other, i) => other - value - slope * (controls[i] - control))
  const variance = sum(residuals.map((residual) => residual * residual)) / (count - 2)
  const halfWidth =
    studentQuantile((1 + confidence) / 2, count - 2) * Math.sqrt(variance * (1 / count + (control * control) / spread))
  const plain = studentQuantile((1 + confidence) / 2, count - 1) * error
  const saved = value - slope * control
  const isLeft = halfWidth > Math.max(plain * ROUNDING, Math.abs(value) * ROUNDING_OF_VALUE)
  const gain = isLeft ? (plain / halfWidth) * (plain / halfWidth) : null
  return { saved, low: saved - halfWidth, high: saved + halfWidth, gain }
}

/** What an arm saves in a row, in cycles, with the offered work as control; null where that says nothing. */
export function controlledSaving(comparison: Comparison, arm: ArmResult, row: string): Controlled | null {
  const { baseline, scenario } = comparison
  const isCharged = chargedTo(row)
  const kinds = offeredWork(scenario).map((kind) => ({
    saved: differences(cyclesOf(baseline, kind, isCharged), cyclesOf(arm, kind, isCharged)),
    surplus: offered(baseline, kind).map((amount) => amount - kind.expected),
    offered: sum(offered(baseline, kind)),
  }))
  const priced = kinds.filter((kind) => kind.offered > 0)
  const controls = baseline.tallies.map((_, replication) =>
    sum(priced.map((kind) => (sum(kind.saved) / kind.offered) * kind.surplus[replication])),
  )
  const all = (one: ArmResult) => one.ledgers.map((ledger) => counted(ledger.filter(isCharged)))
  return controlledMean(differences(all(baseline), all(arm)), controls, scenario.confidence)
}

function cyclesOf(arm: ArmResult, { group, work }: OfferedWork, isCharged: (entry: LedgerEntry) => boolean): number[] {
  return arm.ledgers.map((ledger) =>
    counted(ledger.filter((entry) => entry.work === work && entry.group === group && isCharged(entry))),
  )
}

function counted(entries: readonly LedgerEntry[]): number {
  return sumOf(entries.map((entry) => entry.counted))
}

/** What was offered of a kind of work, in each replication. */
function offered({ tallies }: ArmResult, { group, work, isSized }: OfferedWork): number[] {
  const amount = (tally: WorkTally) => (isSized ? tally.offered : tally.generated)
  return tallies.map(({ work: works }) =>
    sum(works.filter((tally) => tally.group === group && tally.work === work).map(amount)),
  )
}

function differences(baseline: readonly number[], arm: readonly number[]): number[] {
  return baseline.map((cycles, replication) => cycles - arm[replication])
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
