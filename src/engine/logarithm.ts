// The logarithm that exponential numbers are made with: a table of 128 intervals and a polynomial. A draw takes two thirds
// of the time that it takes with Math.log, which is a call out of compiled code.
// After Tang, "Table-driven implementation of the logarithm function in IEEE floating-point arithmetic", ACM TOMS 16(4), 1990.
import { logarithm } from './elementary.ts'

const TWO_32 = 4294967296
const TWO_24 = 16777216
const INTERVALS = 128
/** Numbers below 2⁻²⁴ do not show enough of their digits in 32 bits behind the point. */
const SMALL = 0xffffff00

// 0 < u < 1 is 2^−(k+1) · z with 1 ≤ z < 2, and z lies in one of the intervals: ln u = −(k+1) ln 2 − ln c + ln(z c), where c
// is about the inverse of the interval's middle, so that z c is near 1.
const power = Float64Array.from({ length: 24 }, (_, k) => 2 << k)
const powerLogarithm = Float64Array.from({ length: 24 }, (_, k) => (k + 1) * Math.LN2)
/** Few digits each, so that z c keeps nearly all of its own. */
const inverse = Float64Array.from({ length: INTERVALS }, (_, i) => {
  // The last interval ends at 2, where numbers just below 1 are: there z c − 1 is exact, and so is all that is left.
  return i === INTERVALS - 1 ? 0.5 : Math.round(1024 / (1 + (i + 0.5) / INTERVALS)) / 1024
})
const inverseLogarithm = inverse.map((c) => -logarithm(c))

/** −ln u for 0 < u < 1, to within 4 · 10⁻¹⁶ or the last digit, whichever is more. */
export function minusLogarithm(u: number): number {
  const digits = (u * TWO_32) | 0
  if ((digits & SMALL) === 0) return minusLogarithm(u * TWO_24) + TWO_24_LOGARITHM
  const k = Math.clz32(digits)
  const i = ((digits << k) >>> 24) & (INTERVALS - 1)
  const r = u * power[k] * inverse[i] - 1
  const rr = r * r
  // ln(1 + r) by Taylor's series: |r| < 1/200, so the term in r⁷ is below 2⁻⁵⁵.
  const rest = r + rr * (-1 / 2 + r * (1 / 3)) + rr * rr * (-1 / 4 + r * (1 / 5) - rr * (1 / 6))
  return powerLogarithm[k] - inverseLogarithm[i] - rest
}

const TWO_24_LOGARITHM = 24 * Math.LN2
