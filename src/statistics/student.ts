// Student's t for a whole number of degrees of freedom: what intervals and one-sided tests are made of.
// A&S 26.7.3 and 26.7.4 are finite sums for whole degrees of freedom, so nothing is approximated and the same
// bytes come out everywhere; the quantile is found by bisection until the interval cannot be split any more.
import { arcTangent } from '../engine/elementary.ts'

/** P(|T| ≤ `t`) for Student's T with `degrees` (whole, ≥ 1) degrees of freedom, `t` ≥ 0. */
export function studentWithin(t: number, degrees: number): number {
  const slope = t / Math.sqrt(degrees)
  const sin = slope / Math.sqrt(1 + slope * slope)
  const cosSquared = 1 / (1 + slope * slope)
  if (degrees === 1) return (2 / Math.PI) * arcTangent(slope)
  const odd = degrees % 2 === 1
  let term = odd ? Math.sqrt(cosSquared) : 1
  let sum = term
  for (let k = odd ? 3 : 2; k < degrees - 1; k += 2) {
    term *= ((k - 1) / k) * cosSquared
    sum += term
  }
  return odd ? (2 / Math.PI) * (arcTangent(slope) + sin * sum) : sin * sum
}

/**
 * The value that Student's T with `degrees` degrees of freedom stays below with probability `probability`.
 * @param probability between 0 and 1, both excluded
 * @param degrees whole, at least 1
 * @throws RangeError outside of these
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`a probability between 0 and 1, not ${probability}`)
  if (!Number.isInteger(degrees) || degrees < 1) throw new RangeError(`whole degrees of freedom, not ${degrees}`)
  if (probability === 0.5) return 0
  if (probability < 0.5) return -studentQuantile(1 - probability, degrees)
  const key = `${probability}/${degrees}`
  const known = quantiles.get(key)
  if (known !== undefined) return known
  const quantile = solve(2 * probability - 1, degrees)
  quantiles.set(key, quantile)
  return quantile
}

/** A table asks for the same few quantiles in every row. */
const quantiles = new Map<string, number>()

function solve(within: number, degrees: number): number {
  let low = 0
  let high = 1
  while (studentWithin(high, degrees) < within) {
    low = high
    high *= 2
  }
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle === low || middle === high) return middle
    if (studentWithin(middle, degrees) < within) low = middle
    else high = middle
  }
}
