import fc from 'fast-check'
import { expect, test } from 'vitest'
import { studentQuantile, studentWithin } from '../../src/statistics/student.ts'
// @ts-expect-error jstat has no types
import jstat from 'jstat'

const { studentt } = jstat as {
  studentt: { inv: (p: number, df: number) => number; cdf: (t: number, df: number) => number }
}

test('the quantiles printed in tables', () => {
  const printed = [
    [0.975, 1, 12.7062047],
    [0.975, 2, 4.30265273],
    [0.975, 4, 2.77644511],
    [0.975, 9, 2.26215716],
    [0.99, 4, 3.74694739],
    [0.995, 29, 2.7563859],
    [0.975, 1000, 1.96233908],
  ]
  for (const [probability, degrees, quantile] of printed) {
    expect(studentQuantile(probability, degrees)).toBeCloseTo(quantile, 7)
  }
})

test('one and two degrees of freedom have closed forms', () => {
  for (const p of [0.6, 0.9, 0.975, 0.999, 0.99999]) {
    expect(studentQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 10)
    expect(studentQuantile(p, 2) / ((2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))))).toBeCloseTo(1, 10)
  }
})

test('agrees with jstat from 1 to 10,000 degrees of freedom', () => {
  for (const degrees of [1, 2, 3, 4, 5, 7, 10, 11, 29, 30, 99, 399, 1000, 9999, 10000]) {
    for (const probability of [0.55, 0.9, 0.975, 0.99, 0.9995]) {
      const ratio = studentQuantile(probability, degrees) / studentt.inv(probability, degrees)
      expect(ratio, `${probability} at ${degrees}`).toBeCloseTo(1, 6)
    }
  }
})

test('the quantile is the inverse of the distribution, odd around the median, and grows', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5001, max: 0.9999, noNaN: true }),
      fc.integer({ min: 1, max: 500 }),
      (p, degrees) => {
        const quantile = studentQuantile(p, degrees)
        expect(studentWithin(quantile, degrees)).toBeCloseTo(2 * p - 1, 12)
        expect(studentQuantile(1 - p, degrees)).toBeCloseTo(-quantile, 6)
        expect(studentQuantile(p + 0.00005, degrees)).toBeGreaterThan(quantile)
      },
    ),
  )
  expect(studentQuantile(0.5, 3)).toBe(0)
})

test('refuses what has no quantile', () => {
  for (const probability of [0, 1, -0.1, 1.1, NaN]) expect(() => studentQuantile(probability, 3)).toThrow(RangeError)
  for (const degrees of [0, -1, 1.5, NaN, Infinity]) expect(() => studentQuantile(0.9, degrees)).toThrow(RangeError)
})
