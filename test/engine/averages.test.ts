// Tallies and means over time against sums over all values.
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { Tally, TimeWeighted } from '../../src/engine/averages.ts'

function tallyOf(values: readonly number[]): Tally {
  const tally = new Tally()
  for (const value of values) tally.add(value)
  return tally
}

describe('a tally', () => {
  test('has the mean and variance of its values, also where a sum of squares would lose all digits', () => {
    const tally = new Tally()
    for (const value of [4, 7, 13, 16]) tally.add(1e9 + value)
    expect([tally.mean, tally.variance, tally.min, tally.max]).toEqual([1e9 + 10, 30, 1e9 + 4, 1e9 + 16])
  })

  test('of nothing has mean 0, no variance, and extremes that any value beats', () => {
    const { count, mean, variance, min, max } = new Tally()
    expect([count, mean, variance, min, max]).toEqual([0, 0, NaN, Infinity, -Infinity])
  })

  test('of one value has no variance; of two, half of the square of their distance', () => {
    const tally = tallyOf([5])
    expect([tally.count, tally.mean, tally.variance, tally.min, tally.max]).toEqual([1, 5, NaN, 5, 5])
    tally.add(-1)
    expect([tally.count, tally.mean, tally.variance, tally.min, tally.max]).toEqual([2, 2, 18, -1, 5])
  })

  test('merges parts of different size and mean, by hand', () => {
    const tally = tallyOf([1, 3])
    tally.merge(tallyOf([6, 7, 8]))
    // Mean 5, squared deviations 16 + 4 + 1 + 4 + 9 = 34 over 5 − 1.
    expect([tally.count, tally.mean, tally.min, tally.max]).toEqual([5, 5, 1, 8])
    expect(tally.variance).toBeCloseTo(8.5, 14)
  })

  test('takes nothing from an empty one, not even when it is empty itself', () => {
    const tally = new Tally()
    tally.merge(new Tally())
    expect([tally.count, tally.mean, tally.min]).toEqual([0, 0, Infinity])
    tally.merge(tallyOf([2, 4]))
    tally.merge(new Tally())
    expect([tally.count, tally.mean, tally.variance, tally.min, tally.max]).toEqual([2, 3, 2, 2, 4])
  })

  test('has the two-pass mean and variance of any values, however they are parted', () => {
    const random = new RandomStream('parts')
    const values = Array.from({ length: 500 }, () => 100 + 3 * random.normal())
    const mean = values.reduce((a, b) => a + b) / 500
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 499
    for (const cut of [0, 1, 250, 499, 500]) {
      const tally = tallyOf(values.slice(0, cut))
      tally.merge(tallyOf(values.slice(cut)))
      expect(tally.mean).toBeCloseTo(mean, 10)
      expect(tally.variance).toBeCloseTo(variance, 10)
      expect([tally.min, tally.max]).toEqual([Math.min(...values), Math.max(...values)])
    }
  })
})

describe('a quantity over time', () => {
  test('is 0 before it is set, and has no mean while no time has passed', () => {
    const level = new TimeWeighted(100)
    expect([level.integral(100), level.mean(100)]).toEqual([0, NaN])
    expect([level.integral(150), level.mean(150)]).toEqual([0, 0])
  })

  test('counts from where it begins, not from 0', () => {
    const level = new TimeWeighted(100, 2)
    expect([level.integral(110), level.mean(110)]).toEqual([20, 2])
    level.set(110, 6)
    // 10 at 2 and 30 at 6; looking changes nothing.
    expect([level.integral(140), level.mean(140), level.mean(140)]).toEqual([200, 5, 5])
    level.set(140, -1)
    expect([level.integral(150), level.mean(150)]).toEqual([190, 3.8])
  })

  test('that is set twice at one instant has held the first value for no time', () => {
    const level = new TimeWeighted(0, 1)
    level.set(10, 1000)
    level.set(10, 3)
    expect(level.integral(20)).toBe(40)
  })

  test('goes on after a restart with the value that holds, and forgets what was', () => {
    const level = new TimeWeighted(0, 4)
    level.set(5, 8)
    level.restart(20)
    expect([level.integral(20), level.mean(20)]).toEqual([0, NaN])
    expect([level.integral(30), level.mean(30)]).toEqual([80, 8])
    level.set(30, 0)
    expect(level.mean(60)).toBe(2)
  })
})

test('a mean over time weighs each value with how long it held', () => {
  const level = new TimeWeighted(0, 3)
  level.set(10, 5)
  level.set(30, 0)
  expect([level.integral(40), level.mean(40)]).toEqual([130, 3.25])
  level.restart(40)
  level.set(50, 8)
  expect(level.mean(60)).toBe(4)
})
