// Histograms against exact answers from all values, their bins, edges and memory.
import { describe, expect, test } from 'vitest'
import { Histogram, type HistogramData } from '../../src/engine/histogram.ts'
import { RandomStream } from '../../src/engine/random.ts'

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

/** The bin of a normal number, by arithmetic: 128 to an octave, counted from the octave of 2^−1023. */
function binOf(value: number): number {
  let exponent = Math.floor(Math.log2(value))
  if (2 ** exponent > value) exponent--
  if (2 ** (exponent + 1) <= value) exponent++
  return (exponent + 1023) * 128 + Math.floor((value / 2 ** exponent - 1) * 128)
}

function histogramOf(...values: readonly (number | readonly [value: number, weight: number])[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) {
    if (typeof value === 'number') histogram.add(value)
    else histogram.add(...value)
  }
  return histogram
}

describe('bins', () => {
  test('are 128 to an octave, of equal width, as numbered by arithmetic', () => {
    const random = new RandomStream('bins')
    for (let i = 0; i < 200; i++) {
      const value = Math.exp(600 * random.uniform() - 300)
      expect(histogramOf(value).toJSON().bins).toEqual([[binOf(value), 1]])
    }
    // 1 is the first number of its octave, and of its first bin; the next bin begins 1/128 above.
    const one = 1023 * 128
    const edges = [1, 1 + 1 / 128 - 2 ** -52, 1 + 1 / 128, 2 - 2 ** -52, 2, 2 + 1 / 64].map(
      (value) => histogramOf(value).toJSON().bins[0][0] - one,
    )
    expect(edges).toEqual([0, 0, 1, 127, 128, 129])
  })

  test('hold every value wherever the next one falls: below, above, far off, and back', () => {
    const octaves = [0, 1, -1, 3, 4, 5, -4, -5, 8, 16, -16]
    const far = [1023, -1022, 500]
    for (const second of [...octaves, ...far]) {
      for (const third of far.includes(second) ? [1, ...far] : octaves) {
        const values = [1.5, 1.5 * 2 ** second, 1.5 * 2 ** third, 1.5]
        const weights = new Map<number, number>()
        for (const value of values) weights.set(binOf(value), (weights.get(binOf(value)) ?? 0) + 1)
        expect(histogramOf(...values).toJSON().bins).toEqual([...weights].sort(([a], [b]) => a - b))
      }
    }
  })

  test('begin at the smallest normal double; what is smaller counts as 0', () => {
    const smallest = 2 ** -1022
    expect(histogramOf(smallest).toJSON().bins).toEqual([[128, 1]])
    const data = histogramOf(0, -0, 5e-324, smallest - 5e-324).toJSON()
    expect([data.bins, data.min, data.max]).toEqual([[[0, 4]], 0, smallest - 5e-324])
  })
})

/** The room that a histogram has taken for weights, 8 bytes a bin: what it costs, which nothing else shows. */
const roomOf = (histogram: Histogram) => (histogram as unknown as { weights: Float64Array }).weights

describe('the memory that is taken', () => {
  test('is 1 KiB for every octave: four at first, then twice as many each time, on the side of the value', () => {
    const histogram = histogramOf(1)
    const octaves = () => roomOf(histogram).byteLength / 1024
    expect(octaves()).toBe(4)
    histogram.add(15.9)
    expect(octaves()).toBe(4)
    histogram.add(16)
    expect(octaves()).toBe(8)
    histogram.add(0.999)
    expect(octaves()).toBe(16)
    // 2^−8 to 2^8 so far.
    for (const value of [2 ** -8, 2 ** 8 - 1e-9]) histogram.add(value)
    expect(octaves()).toBe(16)
    histogram.add(2 ** 8)
    expect(octaves()).toBe(32)
    // Further than twice: as far as is needed.
    histogram.add(2 ** 100)
    expect(octaves()).toBe(109)
    histogram.add(2 ** -200)
    expect(octaves()).toBe(301)
  })

  test('ends where doubles end, and none is taken for zeros', () => {
    expect(roomOf(histogramOf(0)).length).toBe(0)
    const wide = histogramOf(Number.MAX_VALUE)
    // Its octave is number 2046, of 2048 with the infinite.
    expect(roomOf(wide).byteLength / 1024).toBe(2)
    wide.add(2 ** -1022)
    expect(roomOf(wide).byteLength / 1024).toBe(2047)
    const low = histogramOf(2 ** -1022, 2 ** -1022)
    expect(roomOf(low).byteLength / 1024).toBe(4)
    const lower = histogramOf(2 ** -1020, 2 ** -1022)
    // Below octave 1 is only that of the zeros.
    expect(roomOf(lower).byteLength / 1024).toBe(7)
  })

  test('is not taken anew for values within it', () => {
    const histogram = histogramOf(1)
    const room = roomOf(histogram)
    for (const value of [1, 2, 8, 15.99]) histogram.add(value)
    expect(roomOf(histogram)).toBe(room)
  })
})

describe('a quantile', () => {
  const zerosAndOnes = histogramOf([0, 5], [1, 5])

  test('at the edge of the zeros is 0, and just beyond it is not', () => {
    // 5 of 10 values are 0, and they are a share of 0.5.
    expect([0, 0.1, 0.5].map((q) => zerosAndOnes.quantile(q))).toEqual([0, 0, 0])
    expect([0.5 + 2 ** -53, 0.6, 1].map((q) => zerosAndOnes.quantile(q))).toEqual([1, 1, 1])
    expect([histogramOf(0).quantile(1), histogramOf([0, 3], 8).quantile(0.75)]).toEqual([0, 0])
  })

  test('at the edge of any value is that value, and just beyond it the next', () => {
    const powers = histogramOf(8, 1, 4, 2)
    // With one value in a bin, the middle of the bin is within 1/256 of it.
    const near = (q: number) => 2 ** Math.floor(Math.log2(powers.quantile(q)))
    expect([0.25, 0.5, 0.75, 1].map(near)).toEqual([1, 2, 4, 8])
    expect([0.2500001, 0.5000001, 0.7500001].map(near)).toEqual([2, 4, 8])
    expect([powers.quantile(0), powers.quantile(1)]).toEqual([1, 8])
  })

  test('is the middle of a bin, but never beyond the values that came', () => {
    const middle = 1 + 1 / 256
    // The value that came last has digits in its lower half, which are not the middle's.
    const wide = histogramOf(1, 1.0000001)
    wide.add(1.0077777)
    expect(wide.quantile(0.5)).toBe(middle)
    expect([0, 0.5, 1].map((q) => histogramOf(1, 1.002).quantile(q))).toEqual([1, 1.002, 1.002])
    expect([0.1, 1].map((q) => histogramOf(1.006, 1.007).quantile(q))).toEqual([1.006, 1.006])
    expect([0, 0.3, 1].map((q) => histogramOf(1 / 3).quantile(q))).toEqual([1 / 3, 1 / 3, 1 / 3])
  })

  test('of everything is the largest value, even where rounding has lost a share of it', () => {
    // In order of adding 0.1 + 0.2 + 0.3 is above 0.6, in order of value it is 0.6.
    const rounded = histogramOf([4, 0.1], [2, 0.2], [1, 0.3])
    expect([rounded.count > 0.6, rounded.quantile(1)]).toEqual([true, 4])
  })

  test('is asked for from 0 to 1', () => {
    for (const q of [-1e-9, 1 + 1e-9, NaN, Infinity]) {
      expect(() => zerosAndOnes.quantile(q)).toThrow(
        new RangeError(`a quantile is asked for at ${q}; it must be from 0 to 1`),
      )
      expect(() => new Histogram().quantile(q)).toThrow('a quantile')
    }
    expect([0, 1].map((q) => new Histogram().quantile(q))).toEqual([NaN, NaN])
  })
})

describe('what a histogram leaves behind', () => {
  test('is plain, by hand', () => {
    const data = histogramOf([3, 2], 0, 1, 1 + 1 / 512).toJSON()
    const one = 1023 * 128
    expect(data).toEqual({
      count: 5,
      sum: 8 + 1 / 512,
      min: 0,
      max: 3,
      bins: [
        [0, 1],
        [one, 2],
        [one + 128 + 64, 2],
      ],
    })
    expect(histogramOf(2, 6).mean).toBe(4)
  })

  test('merges into an empty one as it is, and an empty one changes nothing', () => {
    const some = histogramOf(2, 7)
    const merged = new Histogram()
    merged.merge(some.toJSON())
    merged.merge(new Histogram().toJSON())
    expect(merged.toJSON()).toEqual(some.toJSON())
    expect([merged.min, merged.max, merged.quantile(0)]).toEqual([2, 7, 2])
    merged.merge(histogramOf(1, 3).toJSON())
    expect([merged.count, merged.sum, merged.min, merged.max]).toEqual([4, 13, 1, 7])
    merged.merge(histogramOf(9).toJSON())
    expect([merged.count, merged.min, merged.max, merged.quantile(1)]).toEqual([5, 1, 9, 9])
  })
})

test('a histogram refuses strange values and weights in full, and is as it was', () => {
  const histogram = histogramOf(4)
  for (const [value, weight] of [
    [-1, 1],
    [NaN, 1],
    [Infinity, 1],
    [1, 0],
    [1, -1],
    [1, NaN],
  ]) {
    expect(() => histogram.add(value, weight)).toThrow(
      new RangeError(`a histogram takes finite values from 0 of positive weight, not ${value} × ${weight}`),
    )
  }
  expect(histogram.toJSON()).toEqual(histogramOf(4).toJSON())
})
