// The gamma function as far as the Weibull distribution needs it, and the shape that gives a wanted variation.
import { exponential, logarithm, logarithmOnePlus } from './elementary.ts'

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x ≥ 1, by Lanczos' series (g = 7, n = 9): about 15 digits. */
export function logGamma(x: number): number {
  const z = x - 1
  let sum = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (z + i)
  const t = z + 7.5
  return 0.5 * logarithm(2 * Math.PI) + (z + 0.5) * logarithm(t) - t + logarithm(sum)
}

/** ln(1 + cv²) of a Weibull distribution of shape 1/x; it grows with x. */
function logSpread(x: number): number {
  // Near 0 the two terms below cancel, so the first terms of the series in ζ(2), ζ(3), ζ(4) are used.
  if (x < 1e-4) return x * x * (1.6449340668482264 - x * (2.4041138063191885 - x * 3.7881313179889845))
  return logGamma(1 + 2 * x) - 2 * logGamma(1 + x)
}

/** The shape of the Weibull distribution whose coefficient of variation is `cv` > 0, and its mean at scale 1. */
export function weibullShape(cv: number): { shape: number; unitMean: number } {
  const wanted = logarithmOnePlus(cv * cv)
  let low = 0
  let high = 1
  while (logSpread(high) < wanted) high *= 2
  for (;;) {
    const middle = low + (high - low) / 2
    // Neighbouring numbers: no number lies between them.
    if (middle === low || middle === high) break
    if (logSpread(middle) < wanted) low = middle
    else high = middle
  }
  return { shape: 1 / high, unitMean: exponential(logGamma(1 + high)) }
}
