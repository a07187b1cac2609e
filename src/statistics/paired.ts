// Comparing two arms that saw the same luck: replication by replication, then the mean and its interval.
import { studentQuantile } from './student.ts'

/** Mean of paired differences and its interval; no interval from a single replication. */
export interface PairedDifference {
  readonly baseline: number
  readonly arm: number
  /** Baseline − arm: positive when the arm needs less. */
  readonly saved: number
  readonly low: number | null
  readonly high: number | null
}

/** Mean over replications; whole cycles add up exactly, so the order of replications does not matter. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Standard error of the mean; 0 when all values are equal. Needs at least two values. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}

/**
 * Compares two arms by what each replication needed, in any one unit. Both lists are in replication order.
 * @param confidence of the interval, between 0 and 1
 * @param differences of the replications, where they are known better than from numbers that were rounded
 */
export function pairedDifference(
  baseline: readonly number[],
  arm: readonly number[],
  confidence = 0.95,
  differences = baseline.map((value, replication) => value - arm[replication]),
): PairedDifference {
  if (baseline.length !== arm.length || arm.length === 0) {
    throw new RangeError(`paired replications: ${baseline.length} of the baseline, ${arm.length} of the arm`)
  }
  const saved = mean(differences)
  const means = { baseline: mean(baseline), arm: mean(arm), saved }
  if (differences.length === 1) return { ...means, low: null, high: null }
  const halfWidth = studentQuantile((1 + confidence) / 2, differences.length - 1) * standardError(differences)
  return { ...means, low: saved - halfWidth, high: saved + halfWidth }
}
