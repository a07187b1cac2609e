// Streams are seedrandom's numbers, a function of their name, and have the moments they should have.
import { describe, expect, test } from 'vitest'
import xor128 from 'seedrandom/lib/xor128.js'
import { minusLogarithm } from '../../src/engine/logarithm.ts'
import { RandomStream, streamSeed } from '../../src/engine/random.ts'
import { Simulation } from '../../src/engine/simulation.ts'

const SEEDS = ['a', streamSeed(42, 0, 'gaps'), streamSeed(2 ** 53 - 1, 9, 'büro/1'), '0'.repeat(32)]

describe('the numbers are those of seedrandom', () => {
  test.each(SEEDS)('uniforms of %j', (seed) => {
    const oracle = xor128(seed)
    const stream = new RandomStream(seed)
    for (let i = 0; i < 3000; i++) expect(stream.uniform()).toBe(oracle.double())
  })

  test.each(SEEDS)('exponentials, uniforms and normals in any mixture, of %j', (seed) => {
    for (let exponentialsFirst = 0; exponentialsFirst < 20; exponentialsFirst++) {
      const oracle = xor128(seed)
      const stream = new RandomStream(seed)
      for (let i = 0; i < exponentialsFirst; i++)
        expect(stream.exponential(2)).toBe(2 * minusLogarithm(oracle.double()))
      for (let i = 0; i < 600; i++) {
        if (i % 3 === 1) expect(stream.exponential(3)).toBe(3 * minusLogarithm(oracle.double()))
        else if (i % 7 === 2) expect(stream.below(10)).toBe(Math.floor(10 * oracle.double()))
        else expect(stream.uniform()).toBe(oracle.double())
      }
    }
  })
})

describe('the numbers are those of seedrandom wherever a block ends', () => {
  // Blocks have 8, 16, 32, 64, 128 and then 256 numbers; a change of kind is tried around each end, and within.
  const ends = [0, 1, 4, 7, 8, 9, 23, 24, 25, 55, 56, 57, 119, 120, 121, 247, 248, 249, 503, 504, 505, 760, 1100]
  const SEED = 'blocks'
  const sequence = (length: number) => {
    const oracle = xor128(SEED)
    return Array.from({ length }, () => oracle.double())
  }
  const numbers = sequence(2000)

  test('exponentials alone', () => {
    const stream = new RandomStream(SEED)
    expect(numbers.map(() => stream.exponential(1))).toEqual(numbers.map(minusLogarithm))
  })

  test.each(ends)('%i exponentials, then uniforms, then exponentials', (first) => {
    const stream = new RandomStream(SEED)
    const draws = numbers.map((_, i) => (i < first || i > first + 600 ? stream.exponential(1) : stream.uniform()))
    expect(draws).toEqual(numbers.map((u, i) => (i < first || i > first + 600 ? minusLogarithm(u) : u)))
  })

  test.each(ends)('%i uniforms, then exponentials', (first) => {
    const stream = new RandomStream(SEED)
    const draws = numbers.map((_, i) => (i < first ? stream.uniform() : stream.exponential(1)))
    expect(draws).toEqual(numbers.map((u, i) => (i < first ? u : minusLogarithm(u))))
  })
})

test('the first block is small, each later one twice as long, up to 256: a million streams that draw little need little', () => {
  for (const draw of [(r: RandomStream) => r.uniform(), (r: RandomStream) => r.exponential(1)]) {
    const stream = new RandomStream('x')
    const lengths: number[] = []
    for (let i = 0; i < 1017; i++) {
      draw(stream)
      lengths.push((stream as unknown as { block: number[] }).block.length)
    }
    expect([0, 7, 8, 23, 24, 55, 56, 119, 120, 247, 248, 503, 504, 1016].map((i) => lengths[i])).toEqual([
      8, 8, 16, 16, 32, 32, 64, 64, 128, 128, 256, 256, 256, 256,
    ])
  }
})

test('0 is no number of the open interval: it is passed over, and no logarithm is infinite', () => {
  /** A stream whose next two words of 32 bits are zeros. */
  const zero = () => Object.assign<RandomStream, object>(new RandomStream('x'), { x: 0, y: 0, z: 12345, w: 0 })
  const uniform = zero().uniform()
  expect(uniform > 0 && uniform < 1).toBe(true)
  expect(zero().exponential(1)).toBe(minusLogarithm(uniform))
  // Seven more of the first block, and the next one, go on from there.
  const [one, other] = [zero(), zero()]
  for (let i = 0; i < 100; i++) expect(one.exponential(2)).toBe(2 * minusLogarithm(other.uniform()))
})

test('a mean of 0 gives 0, and each draw of whatever kind takes one number', () => {
  const [stream, other] = [new RandomStream('x'), new RandomStream('x')]
  expect(stream.exponential(0)).toBe(0)
  stream.normal()
  stream.below(2 ** 32)
  for (let i = 0; i < 3; i++) other.uniform()
  expect(stream.uniform()).toBe(other.uniform())
})

test('an empty seed, from which xor128 never gets anywhere, is refused', () => {
  expect(() => new RandomStream('')).toThrow(new RangeError('the seed of a random stream must not be empty'))
})

describe('a stream is a function of seed, replication and name', () => {
  const first = (seed: number, replication: number, name: string) =>
    new Simulation(seed, replication).stream(name).uniform()

  test('and of nothing else', () => {
    const sim = new Simulation(5, 2)
    for (let i = 0; i < 100; i++) sim.stream(`other ${i}`).uniform()
    expect(sim.stream('gaps').uniform()).toBe(first(5, 2, 'gaps'))
  })

  test('and of each of them', () => {
    const values = [first(5, 2, 'gaps'), first(6, 2, 'gaps'), first(5, 3, 'gaps'), first(5, 2, 'Gaps'), first(0, 0, '')]
    expect(new Set(values).size).toBe(values.length)
  })

  test('a name cannot pose as another seed and replication', () => {
    expect(streamSeed(1, 2, '3/x')).not.toBe(streamSeed(1, 23, 'x'))
    expect(streamSeed(1, 2, '3')).not.toBe(streamSeed(12, 3, ''))
  })
})

describe('moments', () => {
  const n = 400_000
  /** Mean of `draw` over n draws, in standard errors from `mean`. */
  function errorsFrom(mean: number, deviation: number, draw: () => number): number {
    let sum = 0
    for (let i = 0; i < n; i++) sum += draw()
    return Math.abs(sum / n - mean) / (deviation / Math.sqrt(n))
  }
  const stream = new RandomStream(streamSeed(1, 0, 'moments'))

  // 4.5 standard errors: one false alarm in 150,000 draws of the seed.
  test('uniform', () => {
    expect(errorsFrom(1 / 2, Math.sqrt(1 / 12), () => stream.uniform())).toBeLessThan(4.5)
    expect(errorsFrom(1 / 3, Math.sqrt(4 / 45), () => stream.uniform() ** 2)).toBeLessThan(4.5)
  })
  test('exponential', () => {
    expect(errorsFrom(3, 3, () => stream.exponential(3))).toBeLessThan(4.5)
    expect(errorsFrom(2, Math.sqrt(20), () => stream.exponential(1) ** 2)).toBeLessThan(4.5)
  })
  test('normal', () => {
    expect(errorsFrom(0, 1, () => stream.normal())).toBeLessThan(4.5)
    expect(errorsFrom(1, Math.sqrt(2), () => stream.normal() ** 2)).toBeLessThan(4.5)
    expect(errorsFrom(3, Math.sqrt(96), () => stream.normal() ** 4)).toBeLessThan(4.5)
  })
  test('below: all of 0 … n−1, equally often, and never n', () => {
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < n; i++) counts[stream.below(7)]++
    expect(counts.length).toBe(7)
    for (const count of counts) expect(Math.abs(count - n / 7) / Math.sqrt((n / 7) * (6 / 7))).toBeLessThan(4.5)
  })
  test('neighbouring streams are not correlated', () => {
    const streams = Array.from({ length: 400 }, (_, i) => new RandomStream(streamSeed(1, 0, `web.${i}.gaps`)))
    const firsts = streams.map((s) => s.uniform() - 0.5)
    const products = firsts.slice(1).map((value, i) => value * firsts[i])
    const mean = products.reduce((a, b) => a + b) / products.length
    expect(Math.abs(mean) / (1 / 12 / Math.sqrt(products.length))).toBeLessThan(4.5)
  })
})
