// Intervals of means over replications, by Student's t.
import { mean, standardError } from './paired.ts'
import { studentQuantile } from './student.ts'

/** Half-width and ends are null when a single replication says nothing of chance. */
export interface Interval {
  readonly mean: number
  readonly halfWidth: number | null
  readonly low: number | null
  readonly high: number | null
}

/** The interval of the mean of independent values. `confidence`: between 0 and 1, such as 0.95. */
export function studentInterval(values: readonly number[], confidence: number): Interval {
  const centre = mean(values)
  if (values.length < 2) return { mean: centre, halfWidth: null, low: null, high: null }
  return around(centre, halfWidthOf(values, confidence))
}

/**
 * The interval of `100 × Σ parts ÷ Σ wholes` of paired values: of a share of means, by the residuals of its linear
 * approximation (the delta method). Null when the whole is 0.
 */
export function percentInterval(
  parts: readonly number[],
  wholes: readonly number[],
  confidence: number,
): Interval | null {
  const whole = mean(wholes)
  if (whole === 0) return null
  const share = mean(parts) / whole
  if (parts.length < 2) return { mean: 100 * share, halfWidth: null, low: null, high: null }
  const residuals = parts.map((part, i) => part - share * wholes[i])
  return around(100 * share, (100 * halfWidthOf(residuals, confidence)) / Math.abs(whole))
}

function halfWidthOf(values: readonly number[], confidence: number): number {
  return studentQuantile((1 + confidence) / 2, values.length - 1) * standardError(values)
}

function around(centre: number, halfWidth: number): Interval {
  return { mean: centre, halfWidth, low: centre - halfWidth, high: centre + halfWidth }
}
