// The gamma function and Weibull shapes against closed forms, identities and a series of more terms.
import { describe, expect, test } from 'vitest'
import { logGamma, weibullShape } from '../../src/engine/gamma.ts'

/** ζ(2), ζ(3), … ζ(8): DLMF 25.6 and any printed table. */
const ZETA = [
  1.6449340668482264, 1.2020569031595943, 1.0823232337111382, 1.0369277551433699, 1.0173430619844491,
  1.0083492773819228, 1.0040773561979443,
]
const EULER = 0.5772156649015329

/** The distance of two numbers, relative where they are large. */
const apart = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(b))

describe('ln Γ', () => {
  // Abramowitz & Stegun, tables 6.1 and 1.1: Γ(1/4), Γ(1/3), Γ(2/3), Γ(3/4) and the least value of Γ for x > 0.
  const printed: [x: number, gamma: number][] = [
    [1 + 1 / 4, 3.625609908221908 / 4],
    [1 + 1 / 3, 2.678938534707747 / 3],
    [1 + 2 / 3, (2 * 1.3541179394264) / 3],
    [1 + 3 / 4, (3 * 1.225416702465178) / 4],
    [1.4616321449683623, 0.8856031944108887],
  ]
  test.each(printed)('of %d, by printed tables', (x, gamma) => {
    expect(apart(logGamma(x), Math.log(gamma))).toBeLessThan(2e-14)
  })

  test('of whole numbers is the logarithm of a factorial, of halves that of Γ(1/2) = √π times its factors', () => {
    let factorial = 1
    let half = Math.sqrt(Math.PI) / 2
    for (let n = 1; n < 150; n++) {
      expect(apart(logGamma(n), Math.log(factorial))).toBeLessThan(4e-15)
      expect(apart(logGamma(n + 0.5), Math.log(half))).toBeLessThan(4e-15)
      factorial *= n
      half *= n + 0.5
    }
  })

  test("grows as Stirling's series says", () => {
    for (const x of [50, 1e3, 1e6, 1e12]) {
      const corrections = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
      const stirling = (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + corrections
      expect(apart(logGamma(x), stirling)).toBeLessThan(1e-14)
    }
  })

  test('obeys recurrence and duplication everywhere', () => {
    for (let x = 1; x < 40; x += 0.37) {
      expect(apart(logGamma(x + 1), logGamma(x) + Math.log(x))).toBeLessThan(1e-14)
      const doubled = logGamma(x) + logGamma(x + 0.5) + (2 * x - 1) * Math.LN2 - Math.log(Math.PI) / 2
      expect(apart(logGamma(2 * x), doubled)).toBeLessThan(1e-14)
    }
  })
})

/** ln Γ(1 + x) for small x (DLMF 5.7.3). */
function series(x: number): number {
  let sum = -EULER * x
  ZETA.forEach((zeta, i) => (sum += (zeta * Math.pow(-x, i + 2)) / (i + 2)))
  return sum
}

/** ln(1 + cv²) of a Weibull distribution of shape 1/x: the series of ln Γ(1 + 2x) − 2 ln Γ(1 + x), its first terms cancelled. */
function logSpread(x: number): number {
  let sum = 0
  ZETA.forEach((zeta, i) => (sum += (zeta * Math.pow(-x, i + 2) * (2 ** (i + 2) - 2)) / (i + 2)))
  return sum
}

describe('the Weibull shape of a coefficient of variation', () => {
  // The next term of the series, 2 ζ(5) · 3 x⁵, is below 2 · 10⁻¹² of the whole for these. A term in ζ(4) that was wrong
  // by a thousandth would be seen.
  test.each([3e-7, 1e-5, 3e-5, 6e-5, 9e-5, 9.9e-5])('that is small: 1/shape = %d', (x) => {
    const { shape, unitMean } = weibullShape(Math.sqrt(Math.expm1(logSpread(x))))
    expect(Math.abs(shape * x - 1)).toBeLessThan(4e-12)
    expect(Math.abs(unitMean / Math.exp(series(x)) - 1)).toBeLessThan(4e-15)
  })

  // From 10⁻⁴ on two values of ln Γ are subtracted: their last digits are 10⁻¹⁵, the difference is 1.6 x².
  test.each([1.01e-4, 2e-4, 1e-3, 5e-3])('beyond the series: 1/shape = %d', (x) => {
    const { shape } = weibullShape(Math.sqrt(Math.expm1(logSpread(x))))
    expect(Math.abs(shape * x - 1)).toBeLessThan(3e-15 / (x * x))
  })

  // cv² = Γ(1 + 2x)/Γ(1 + x)² − 1, where x = 1/shape; for whole x that is (2x)!/(x!)² − 1.
  test.each([
    [1, 1, 1],
    [2, 5, 2],
    [3, 19, 6],
    [4, 69, 24],
    [5, 251, 120],
    [8, 12869, 40320],
    [10, 184755, 3628800],
  ])('in closed form: 1/shape = %i', (x, squared, unitMean) => {
    const found = weibullShape(Math.sqrt(squared))
    expect(found.shape * x).toBeCloseTo(1, 13)
    expect(found.unitMean / unitMean).toBeCloseTo(1, 12)
  })

  test("that is Rayleigh's, shape 2: cv² = 4/π − 1, mean √π/2", () => {
    const { shape, unitMean } = weibullShape(Math.sqrt(4 / Math.PI - 1))
    expect(shape).toBeCloseTo(2, 13)
    expect(unitMean).toBeCloseTo(Math.sqrt(Math.PI) / 2, 14)
  })

  test('falls as the variation grows, over all of its range', () => {
    let before = Infinity
    for (let cv = 1e-12; cv < 1e6; cv *= 1.7) {
      const { shape } = weibullShape(cv)
      expect(shape).toBeLessThan(before)
      before = shape
    }
  })
})
