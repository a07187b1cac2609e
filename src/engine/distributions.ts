// Distributions of quantities: what may be written for one, its mean, and a sampler that draws from a stream.
import { exponential as powerOfE, logarithm, logarithmOnePlus } from './elementary.ts'
import { weibullShape } from './gamma.ts'
import type { RandomStream } from './random.ts'

/** A number is a constant. `cv` is the coefficient of variation, ≥ 0; means are ≥ 0; `k` is a whole number ≥ 1. */
export type Distribution =
  | number
  | { readonly constant: number }
  | { readonly exponential: number }
  | { readonly uniform: { readonly min: number; readonly max: number } }
  | { readonly erlang: { readonly mean: number; readonly k: number } }
  | { readonly lognormal: { readonly mean: number; readonly cv: number } }
  | { readonly weibull: { readonly mean: number; readonly cv: number } }
  | { readonly pareto: { readonly mean: number; readonly cv: number } }
  | { readonly empirical: readonly number[] }

export interface Sampler {
  /** The next value. */
  next(): number
}

/** The expected value of `d`. Throws a RangeError when a parameter is out of range. */
export function meanOf(d: Distribution): number {
  if (typeof d === 'number') return finite(d, 'constant')
  if ('constant' in d) return finite(d.constant, 'constant')
  if ('exponential' in d) return positive(d.exponential, 'exponential')
  if ('uniform' in d) return d.uniform.min / 2 + d.uniform.max / 2
  if ('erlang' in d) return positive(d.erlang.mean, 'erlang.mean')
  if ('lognormal' in d) return positive(d.lognormal.mean, 'lognormal.mean')
  if ('weibull' in d) return positive(d.weibull.mean, 'weibull.mean')
  if ('pareto' in d) return positive(d.pareto.mean, 'pareto.mean')
  const values = d.empirical
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * A sampler of `d` that draws from `stream`. What does not vary (a constant, or cv 0) draws nothing; `erlang` draws k
 * numbers a value, every other distribution one. Throws a RangeError when a parameter is out of range.
 */
export function sampler(d: Distribution, stream: RandomStream): Sampler {
  if (typeof d === 'number') return always(finite(d, 'constant'))
  if ('constant' in d) return always(finite(d.constant, 'constant'))
  if ('exponential' in d) return exponential(positive(d.exponential, 'exponential'), stream)
  if ('uniform' in d) return uniform(d.uniform.min, d.uniform.max, stream)
  if ('erlang' in d) return erlang(positive(d.erlang.mean, 'erlang.mean'), d.erlang.k, stream)
  if ('lognormal' in d) return spread(d.lognormal, 'lognormal', stream, lognormal)
  if ('weibull' in d) return spread(d.weibull, 'weibull', stream, weibull)
  if ('pareto' in d) return spread(d.pareto, 'pareto', stream, pareto)
  return empirical(d.empirical, stream)
}

const always = (value: number): Sampler => ({ next: () => value })

const exponential = (mean: number, stream: RandomStream): Sampler => ({ next: () => stream.exponential(mean) })

function uniform(min: number, max: number, stream: RandomStream): Sampler {
  if (!(finite(min, 'uniform.min') <= finite(max, 'uniform.max'))) {
    throw new RangeError(`uniform.min is ${min}, above uniform.max, ${max}`)
  }
  const width = max - min
  return width === 0 ? always(min) : { next: () => min + width * stream.uniform() }
}

function erlang(mean: number, k: number, stream: RandomStream): Sampler {
  if (!(Number.isInteger(k) && k >= 1)) throw new RangeError(`erlang.k is ${k}; it must be a whole number from 1`)
  const stage = mean / k
  const next = () => {
    let sum = 0
    for (let i = 0; i < k; i++) sum += stream.exponential(stage)
    return sum
  }
  return { next }
}

/** Checks mean and cv, and makes a constant of what does not vary. */
function spread(
  { mean, cv }: { readonly mean: number; readonly cv: number },
  name: string,
  stream: RandomStream,
  make: (mean: number, cv: number, stream: RandomStream) => Sampler,
): Sampler {
  positive(mean, `${name}.mean`)
  positive(cv, `${name}.cv`)
  // A spread below the resolution of a double is none.
  return mean === 0 || cv <= Number.EPSILON ? always(mean) : make(mean, cv, stream)
}

function lognormal(mean: number, cv: number, stream: RandomStream): Sampler {
  const variance = logarithmOnePlus(cv * cv)
  const centre = logarithm(mean) - variance / 2
  const deviation = Math.sqrt(variance)
  return { next: () => powerOfE(centre + deviation * stream.normal()) }
}

function weibull(mean: number, cv: number, stream: RandomStream): Sampler {
  const { shape, unitMean } = weibullShape(cv)
  const scale = mean / unitMean
  // x = scale · E^(1/shape) for a standard exponential E.
  return { next: () => scale * powerOfE(logarithm(stream.exponential(1)) / shape) }
}

/** Type I: from a least value on, P(X > x) = (least / x)^α, where α = 1 + √(1 + 1/cv²). */
function pareto(mean: number, cv: number, stream: RandomStream): Sampler {
  const excess = Math.sqrt(1 + 1 / (cv * cv))
  const alpha = 1 + excess
  const least = (mean * excess) / alpha
  return { next: () => least * powerOfE(stream.exponential(1) / alpha) }
}

function empirical(values: readonly number[], stream: RandomStream): Sampler {
  if (values.length === 0) throw new RangeError('empirical needs at least one value')
  for (const value of values) finite(value, 'empirical value')
  return values.length === 1 ? always(values[0]) : { next: () => values[stream.below(values.length)] }
}

function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name} is ${value}; it must be a finite number`)
  return value
}

function positive(value: number, name: string): number {
  if (!(finite(value, name) >= 0)) throw new RangeError(`${name} is ${value}; it must not be negative`)
  return value
}
