import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mean, pairedDifference, standardError } from '../../src/statistics/paired.ts'

test('mean and standard error by hand', () => {
  // Variance of 1, 2, 6: (4 + 1 + 9) / 2 = 7.
  expect(mean([1, 2, 6])).toBe(3)
  expect(standardError([1, 2, 6])).toBeCloseTo(Math.sqrt(7 / 3), 14)
})

test('a difference that is always the same has an interval of no width, however large', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 31), { minLength: 2, maxLength: 60 }), fc.nat(2 ** 40), (arm, difference) => {
      const paired = pairedDifference(
        arm.map((cycles) => cycles + difference),
        arm,
      )
      expect(paired).toMatchObject({ saved: difference, low: difference, high: difference })
    }),
  )
})

test('the interval is about the mean, grows with the spread, and swapping the arms turns its sign', () => {
  const values = fc.array(fc.tuple(fc.nat(1e6), fc.nat(1e6)), { minLength: 2, maxLength: 20 })
  fc.assert(
    fc.property(values, (pairs) => {
      const [baseline, arm] = [pairs.map(([b]) => b), pairs.map(([, a]) => a)]
      const there = pairedDifference(baseline, arm)
      const back = pairedDifference(arm, baseline)
      expect(there.saved + back.saved).toBeCloseTo(0, 6)
      expect(there.low! + back.high!).toBeCloseTo(0, 3)
      expect(there.high! - there.saved).toBeGreaterThanOrEqual(0)
      expect(there.high! - there.saved).toBeCloseTo(there.saved - there.low!, 3)
    }),
  )
})

test('what is not paired is refused', () => {
  expect(() => pairedDifference([1, 2], [1])).toThrow(RangeError)
  expect(() => pairedDifference([], [])).toThrow(RangeError)
})
