// Histograms and tallies against exact answers from all values.
import { describe, expect, test } from 'vitest'
import { Histogram, type HistogramData } from '../../src/engine/histogram.ts'
import { RandomStream } from '../../src/engine/random.ts'
import { Tally, TimeWeighted } from '../../src/engine/statistics.ts'

const BOUND = 1 / 256

describe('quantiles are within 1/256 of the exact ones', () => {
  const shapes: Record<string, (r: RandomStream) => number> = {
    exponential: (r) => r.exponential(1000),
    'heavy-tailed': (r) => Math.exp(5 * r.exponential(1)),
    'far below 1': (r) => 1e-9 * r.uniform(),
    'half of them 0': (r) => (r.uniform() < 0.5 ? 0 : r.uniform()),
    'all alike': () => 1234.567,
    whole: (r) => r.below(5),
  }
  test.each(Object.entries(shapes))('%s', (name, draw) => {
    const random = new RandomStream(name)
    const values = Float64Array.from({ length: 20_000 }, () => draw(random))
    const histogram = new Histogram()
    for (const value of values) histogram.add(value)
    values.sort()
    for (const q of [0.0001, 0.01, 0.3, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = values[Math.ceil(q * values.length) - 1]
      expect(Math.abs(histogram.quantile(q) - exact)).toBeLessThanOrEqual(BOUND * exact)
    }
    expect([histogram.quantile(0), histogram.quantile(1) <= values.at(-1)!]).toEqual([values[0], true])
    const sum = values.reduce((a, b) => a + b)
    expect(Math.abs(histogram.mean * 20_000 - sum)).toBeLessThanOrEqual(1e-9 * sum)
  })
})

describe('a histogram', () => {
  test('merges as if all values had come to one, through JSON', () => {
    const random = new RandomStream('merge')
    const parts = [new Histogram(), new Histogram(), new Histogram()]
    const whole = new Histogram()
    for (let i = 0; i < 999; i++) {
      const value = random.below(10_000)
      parts[i % 2].add(value, 1 + (i % 3))
      whole.add(value, 1 + (i % 3))
    }
    const merged = new Histogram()
    for (const part of parts) merged.merge(JSON.parse(JSON.stringify(part)) as HistogramData)
    expect(merged.toJSON()).toEqual(whole.toJSON())
  })

  test('is the same in whatever order values come, however far apart they lie', () => {
    const powers = Array.from({ length: 40 }, (_, i) => 3 ** (i - 20))
    const values = [0, Number.MIN_VALUE, 1e-300, 5, Number.MAX_VALUE, ...powers]
    const inwards = values.map((_, i) => values[i % 2 === 0 ? i / 2 : values.length - (i + 1) / 2])
    const of = (all: readonly number[]) => {
      const histogram = new Histogram()
      for (const value of all) histogram.add(value)
      // Beside the largest number all others vanish from the sum, so it does not depend on the order either.
      return histogram.toJSON()
    }
    const { count, bins } = of(values)
    expect([count, bins.length]).toEqual([values.length, values.length - 1]) // 0 and what counts as 0 share a bin
    expect(bins.map(([bin]) => bin)).toEqual(bins.map(([bin]) => bin).toSorted((a, b) => a - b))
    for (const order of [inwards, values.toReversed(), inwards.toReversed()]) expect(of(order)).toEqual(of(values))
  })

  test('says nothing about nothing', () => {
    const empty = new Histogram()
    expect(empty.toJSON()).toEqual({ count: 0, sum: 0, min: 0, max: 0, bins: [] })
    expect([empty.mean, empty.quantile(0.5)]).toEqual([NaN, NaN])
  })

  test('refuses what is not a finite number from 0', () => {
    const histogram = new Histogram()
    for (const value of [-1, NaN, Infinity]) expect(() => histogram.add(value)).toThrow('finite values from 0')
    expect(() => histogram.add(1, 0)).toThrow('positive weight')
    expect(() => histogram.quantile(1.5)).toThrow('from 0 to 1')
    histogram.add(-0)
    histogram.add(Number.MAX_VALUE)
    histogram.add(5e-324)
    expect(histogram.quantile(1) / Number.MAX_VALUE).toBeGreaterThan(1 - BOUND)
  })
})

describe('a tally', () => {
  test('has the mean and variance of its values, also where a sum of squares would lose all digits', () => {
    const tally = new Tally()
    for (const value of [4, 7, 13, 16]) tally.add(1e9 + value)
    expect([tally.mean, tally.variance, tally.min, tally.max]).toEqual([1e9 + 10, 30, 1e9 + 4, 1e9 + 16])
  })

  test('merges as if all values had come to one', () => {
    const random = new RandomStream('tally')
    const parts = [new Tally(), new Tally(), new Tally()]
    const whole = new Tally()
    for (let i = 0; i < 1000; i++) {
      const value = random.normal()
      parts[i % 2].add(value)
      whole.add(value)
    }
    const merged = new Tally()
    for (const part of parts) merged.merge(part)
    expect([merged.count, merged.min, merged.max]).toEqual([1000, whole.min, whole.max])
    expect(merged.mean).toBeCloseTo(whole.mean, 12)
    expect(merged.variance).toBeCloseTo(whole.variance, 12)
    expect([new Tally().mean, new Tally().variance]).toEqual([0, NaN])
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
