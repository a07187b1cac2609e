// What `offsim/statistics` offers: an interval of means, of shares and of paired differences, by hand.
import { expect, test } from 'vitest'
import { mean, pairedDifference, percentInterval, standardError, studentInterval } from '../../src/statistics/index.ts'

// t of 97.5 % with 2 degrees of freedom.
const T = 4.302652729911275

test('the interval of a mean', () => {
  // Mean 2, deviations −1, 0, 1: standard error √(2 / 2 / 3).
  expect([mean([1, 2, 3]), standardError([1, 2, 3])]).toEqual([2, Math.sqrt(1 / 3)])
  const { low, high, halfWidth } = studentInterval([1, 2, 3], 0.95)
  expect(halfWidth).toBeCloseTo(T * Math.sqrt(1 / 3), 9)
  expect([low, high]).toEqual([2 - halfWidth!, 2 + halfWidth!])
  expect(studentInterval([5], 0.95)).toEqual({ mean: 5, halfWidth: null, low: null, high: null })
})

test('the interval of a paired difference is that of the differences', () => {
  const paired = pairedDifference([10, 20, 30], [9, 18, 27])
  const alone = studentInterval([1, 2, 3], 0.95)
  expect(paired).toEqual({ baseline: 20, arm: 18, saved: 2, low: alone.low, high: alone.high })
})

test('the interval of a share has no width when all parts are the same share, and there is none of nothing', () => {
  const share = percentInterval([1, 2, 3], [4, 8, 12], 0.95)!
  expect([share.mean, share.halfWidth]).toEqual([25, 0])
  expect(percentInterval([1, 2], [0, 0], 0.95)).toBeNull()
  // Parts 1, 3 of wholes 4, 4: residuals ∓1 around a share of a half; t of one degree of freedom is 12.706.
  const wide = percentInterval([1, 3], [4, 4], 0.95)!
  expect(wide.mean).toBe(50)
  expect(wide.halfWidth).toBeCloseTo((100 * 12.706204736174694 * 1) / 4, 6)
})
