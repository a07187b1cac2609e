// Distributions: the moments that were asked for, the shapes, what is drawn, and what is refused.
import { describe, expect, test } from 'vitest'
import { meanOf, sampler, type Distribution } from '../../src/engine/distributions.ts'
import { logGamma, weibullShape } from '../../src/engine/gamma.ts'
import { normalQuantile } from '../../src/engine/normal.ts'
import { RandomStream } from '../../src/engine/random.ts'
import { Tally } from '../../src/engine/averages.ts'

const DRAWS = 200_000
function drawn(d: Distribution): number[] {
  const source = sampler(d, new RandomStream(JSON.stringify(d)))
  return Array.from({ length: DRAWS }, () => source.next())
}

describe('mean and coefficient of variation are those asked for', () => {
  const cases: [Distribution, mean: number, cv: number][] = [
    [{ exponential: 3 }, 3, 1],
    [{ uniform: { min: 2, max: 6 } }, 4, Math.sqrt(16 / 12) / 4],
    [{ erlang: { mean: 5, k: 4 } }, 5, 0.5],
    [{ lognormal: { mean: 100, cv: 0.5 } }, 100, 0.5],
    [{ weibull: { mean: 100, cv: 0.3 } }, 100, 0.3],
    [{ weibull: { mean: 100, cv: 1.5 } }, 100, 1.5],
    [{ pareto: { mean: 10, cv: 0.2 } }, 10, 0.2],
    [{ empirical: [1, 1, 4] }, 2, Math.SQRT2 / 2],
  ]
  test.each(cases)('%j', (d, mean, cv) => {
    const tally = new Tally()
    for (const value of drawn(d)) tally.add(value)
    expect(meanOf(d)).toBeCloseTo(mean, 12)
    // Five standard errors of the mean; the deviation of these shapes is known to a few per cent.
    expect(Math.abs(tally.mean / mean - 1)).toBeLessThan((5 * cv) / Math.sqrt(DRAWS))
    expect(Math.abs(Math.sqrt(tally.variance) / tally.mean / cv - 1)).toBeLessThan(0.04)
  })
})

describe('quantiles are those of the closed form', () => {
  const p = [0.01, 0.1, 0.5, 0.9, 0.99]
  const alpha = 1 + Math.sqrt(1 + 1 / 9)
  const least = (10 * (alpha - 1)) / alpha
  const sigma = Math.sqrt(Math.log(10))
  const shapes: [Distribution, (p: number) => number][] = [
    [{ pareto: { mean: 10, cv: 3 } }, (q) => least * (1 - q) ** (-1 / alpha)],
    // Standard normal quantiles of the p above, from printed tables.
    [
      { lognormal: { mean: 10, cv: 3 } },
      (q) =>
        Math.exp(
          Math.log(10) - sigma ** 2 / 2 + sigma * [-2.3263479, -1.2815516, 0, 1.2815516, 2.3263479][p.indexOf(q)],
        ),
    ],
    // A Weibull distribution of shape 1/2 and scale 1 has mean 2 and cv √5.
    [{ weibull: { mean: 2, cv: Math.sqrt(5) } }, (q) => Math.log(1 - q) ** 2],
  ]
  test.each(shapes)('%j', (d, quantile) => {
    const values = drawn(d)
    for (const q of p) {
      const share = values.filter((value) => value <= quantile(q)).length / DRAWS
      expect(Math.abs(share - q)).toBeLessThan(5 * Math.sqrt((q * (1 - q)) / DRAWS))
    }
  })
})

describe('what does not vary draws nothing', () => {
  const degenerate: Distribution[] = [
    7,
    { constant: 7 },
    { lognormal: { mean: 7, cv: 0 } },
    { weibull: { mean: 7, cv: 0 } },
    { pareto: { mean: 7, cv: 0 } },
    { pareto: { mean: 7, cv: 1e-200 } },
    { uniform: { min: 7, max: 7 } },
    { empirical: [7] },
  ]
  test.each(degenerate)('%j', (d) => {
    const stream = new RandomStream('x')
    const source = sampler(d, stream)
    for (let i = 0; i < 5; i++) expect(source.next()).toBe(7)
    expect(stream.uniform()).toBe(new RandomStream('x').uniform())
  })
  test('a mean of 0', () => {
    for (const name of ['lognormal', 'weibull', 'pareto']) {
      const stream = new RandomStream('x')
      expect(sampler({ [name]: { mean: 0, cv: 2 } } as unknown as Distribution, stream).next()).toBe(0)
      expect(stream.uniform()).toBe(new RandomStream('x').uniform())
    }
  })
})

describe('extreme variation stays finite', () => {
  for (const cv of [1e-8, 1e-3, 10, 100]) {
    for (const name of ['lognormal', 'weibull', 'pareto']) {
      test(`${name}, cv ${cv}`, () => {
        const source = sampler({ [name]: { mean: 1, cv } } as unknown as Distribution, new RandomStream('x'))
        const values = Array.from({ length: 10_000 }, () => source.next())
        const strange = values.filter((v) => !(v >= 0 && v < Infinity) || (cv < 1e-2 && Math.abs(v - 1) > 20 * cv))
        expect(strange).toEqual([])
      })
    }
  }
})

describe('special functions', () => {
  test('ln Γ at whole and half numbers', () => {
    let factorial = 1
    for (let n = 1; n < 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 12)
      factorial *= n
    }
    expect(logGamma(1.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI) / 2), 13)
  })
  test('Weibull shapes known in closed form', () => {
    expect(weibullShape(1).shape).toBeCloseTo(1, 12)
    expect(weibullShape(Math.sqrt(5)).shape).toBeCloseTo(0.5, 12)
    // Shape 2 is Rayleigh's distribution: cv² = 4/π − 1.
    expect(weibullShape(Math.sqrt(4 / Math.PI - 1)).shape).toBeCloseTo(2, 11)
    // As cv goes to 0 the shape goes to π / (√6 cv).
    expect(weibullShape(1e-6).shape / (Math.PI / Math.sqrt(6) / 1e-6)).toBeCloseTo(1, 5)
  })
  test('normal quantiles, by tables of 15 digits', () => {
    expect(normalQuantile(0.5)).toBe(0)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 13)
    // These two are examples in Wichura's paper, AS 241.
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15)
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798408, 13)
  })
})

describe('what makes no sense is refused', () => {
  const cases: [Distribution, string][] = [
    [NaN, 'constant'],
    [{ exponential: -1 }, 'exponential'],
    [{ uniform: { min: 2, max: 1 } }, 'uniform.min'],
    [{ erlang: { mean: 1, k: 0 } }, 'erlang.k'],
    [{ erlang: { mean: 1, k: 1.5 } }, 'erlang.k'],
    [{ lognormal: { mean: 1, cv: -1 } }, 'lognormal.cv'],
    [{ weibull: { mean: Infinity, cv: 1 } }, 'weibull.mean'],
    [{ pareto: { mean: -1, cv: 1 } }, 'pareto.mean'],
    [{ empirical: [] }, 'empirical'],
    [{ empirical: [1, NaN] }, 'empirical'],
  ]
  test.each(cases)('%j', (d, words) => {
    expect(() => sampler(d, new RandomStream('x'))).toThrow(words)
  })
})

describe('each value is the closed form of the numbers that are drawn for it', () => {
  // −ln(1 − F(x)) = E for a standard exponential E; the streams on both sides are the same.
  const weibull = (cv: number, shape: number, mean: number) => ({
    d: { weibull: { mean, cv } },
    of: (r: RandomStream) => (mean / Math.exp(logGamma(1 + 1 / shape))) * r.exponential(1) ** (1 / shape),
  })
  const pareto = (mean: number, cv: number) => {
    // Mean α m / (α − 1) and cv² = 1 / (α (α − 2)) of a Pareto distribution from m on.
    const alpha = 1 + Math.sqrt(1 + cv ** -2)
    const least = (mean * (alpha - 1)) / alpha
    return { d: { pareto: { mean, cv } }, of: (r: RandomStream) => least * Math.exp(r.exponential(1)) ** (1 / alpha) }
  }
  const lognormal = (mean: number, cv: number) => {
    // Mean exp(μ + σ²/2) and cv² = exp(σ²) − 1.
    const variance = Math.log(1 + cv * cv)
    return {
      d: { lognormal: { mean, cv } },
      of: (r: RandomStream) => mean * Math.exp(Math.sqrt(variance) * r.normal() - variance / 2),
    }
  }
  const cases: { d: Distribution; of: (r: RandomStream) => number }[] = [
    { d: { exponential: 3 }, of: (r) => -3 * Math.log(r.uniform()) },
    { d: { uniform: { min: -2, max: 6 } }, of: (r) => 8 * r.uniform() - 2 },
    { d: { erlang: { mean: 5, k: 1 } }, of: (r) => r.exponential(5) },
    { d: { erlang: { mean: 6, k: 3 } }, of: (r) => r.exponential(2) + r.exponential(2) + r.exponential(2) },
    lognormal(100, 0.5),
    lognormal(0.01, 30),
    weibull(1, 1, 7),
    weibull(Math.sqrt(5), 0.5, 100),
    weibull(Math.sqrt(4 / Math.PI - 1), 2, 3),
    pareto(10, 0.2),
    pareto(10, 3),
    pareto(1, 1000),
    { d: { empirical: [5, 6, 9] }, of: (r) => [5, 6, 9][Math.floor(3 * r.uniform())] },
  ]
  test.each(cases)('$d', ({ d, of }) => {
    const stream = new RandomStream('beside')
    const other = new RandomStream('beside')
    const source = sampler(d, stream)
    for (let i = 0; i < 100; i++) {
      const expected = of(other)
      expect(Math.abs(source.next() - expected)).toBeLessThanOrEqual(2e-12 * Math.abs(expected))
    }
    // Neither has drawn more than the other.
    expect(stream.uniform()).toBe(other.uniform())
  })
})

test('a variation that doubles can tell from none is drawn, one that they cannot is not', () => {
  for (const name of ['lognormal', 'weibull', 'pareto']) {
    const first = (cv: number) => {
      const stream = new RandomStream('x')
      const d = { [name]: { mean: 1, cv } } as unknown as Distribution
      return [sampler(d, stream).next(), stream.uniform()]
    }
    const [one, two] = [new RandomStream('x'), new RandomStream('x')]
    two.uniform()
    expect(first(2 ** -52)).toEqual([1, one.uniform()])
    expect(first(2 ** -40)[1]).toBe(two.uniform())
  }
})

describe('means', () => {
  const cases: [Distribution, number][] = [
    [-3, -3],
    [{ constant: -4 }, -4],
    [{ exponential: 0 }, 0],
    [{ uniform: { min: -1, max: 4 } }, 1.5],
    [{ uniform: { min: Number.MAX_VALUE, max: Number.MAX_VALUE } }, Number.MAX_VALUE],
    [{ erlang: { mean: 2, k: 7 } }, 2],
    [{ lognormal: { mean: 3, cv: 9 } }, 3],
    [{ weibull: { mean: 4, cv: 9 } }, 4],
    [{ pareto: { mean: 5, cv: 9 } }, 5],
    [{ empirical: [1, 2, 6] }, 3],
    [{ empirical: [-8] }, -8],
  ]
  test.each(cases)('of %j', (d, mean) => {
    expect(meanOf(d)).toBe(mean)
    // And the sampler takes it.
    expect(sampler(d, new RandomStream('x')).next()).toBeTypeOf('number')
  })
})

describe('what is refused is named in full', () => {
  const notFinite = (name: string, value: number) => `${name} is ${value}; it must be a finite number`
  const negative = (name: string, value: number) => `${name} is ${value}; it must not be negative`
  const both: [Distribution, string][] = [
    [NaN, notFinite('constant', NaN)],
    [{ constant: Infinity }, notFinite('constant', Infinity)],
    [{ exponential: -1 }, negative('exponential', -1)],
    [{ exponential: NaN }, notFinite('exponential', NaN)],
    [{ erlang: { mean: -2, k: 2 } }, negative('erlang.mean', -2)],
    [{ lognormal: { mean: -1, cv: 1 } }, negative('lognormal.mean', -1)],
    [{ weibull: { mean: -1, cv: 1 } }, negative('weibull.mean', -1)],
    [{ pareto: { mean: Infinity, cv: 1 } }, notFinite('pareto.mean', Infinity)],
  ]
  test.each(both)('by mean and sampler: %j', (d, message) => {
    expect(() => meanOf(d)).toThrow(new RangeError(message))
    expect(() => sampler(d, new RandomStream('x'))).toThrow(new RangeError(message))
  })

  const shapes: [Distribution, string][] = [
    [{ uniform: { min: 2, max: 1 } }, 'uniform.min is 2, above uniform.max, 1'],
    [{ uniform: { min: -Infinity, max: 1 } }, notFinite('uniform.min', -Infinity)],
    [{ uniform: { min: 0, max: NaN } }, notFinite('uniform.max', NaN)],
    [{ erlang: { mean: 1, k: 0 } }, 'erlang.k is 0; it must be a whole number from 1'],
    [{ erlang: { mean: 1, k: 2.5 } }, 'erlang.k is 2.5; it must be a whole number from 1'],
    [{ lognormal: { mean: 1, cv: -0.1 } }, negative('lognormal.cv', -0.1)],
    [{ weibull: { mean: 1, cv: NaN } }, notFinite('weibull.cv', NaN)],
    [{ pareto: { mean: 1, cv: Infinity } }, notFinite('pareto.cv', Infinity)],
    [{ empirical: [] }, 'empirical needs at least one value'],
    [{ empirical: [1, 2, -Infinity] }, notFinite('empirical value', -Infinity)],
  ]
  test.each(shapes)('by the sampler: %j', (d, message) => {
    expect(() => sampler(d, new RandomStream('x'))).toThrow(new RangeError(message))
  })
})
