// The part of the scenario language that says when work arrives, and how large it is: the same for every kind of work.
import { log } from './log-times.ts'
import { choice, column, either, items, keys, measure, number, oneOf, optional, required, whole } from './shapes.ts'
import type { Complaint, Draft, Meaning, Measure, Shape } from './shapes.ts'

/** The largest amount of anything that is counted. */
export const MOST = 1e15
const RATE_MAX_PER_S = 1e9

export const time = (min: string, example: string) => measure('time', min, '240 h', example)
export const rate = measure('rate', '0 /s', '1e9 /s', '250 /s')
export const count = (min: number, example: string) => whole(min, 100_000, example)
export const amount = (example: string) => whole(0, MOST, example)

/** A number or a distribution. A plain number must be whole, since it is counted; a mean need not be. */
export function quantity(plain: Shape<number> & Measure) {
  const noun = plain.dimension === null ? 'a number' : plain.noun
  const mean: Shape<number> & Measure = { ...plain, noun, whole: false }
  const cv = required(number(0, 100, '1.5'), 'standard deviation divided by mean')
  const spread = (example: string) =>
    keys({ mean: required(mean, 'the mean'), cv }, { example: `{ mean: ${plain.example}, cv: ${example} }` })
  const uniform = keys(
    { min: required(mean, 'the least value'), max: required(mean, 'the greatest value') },
    { example: `{ min: 1, max: ${plain.example} }`, check: ascending },
  )
  const k = required(whole(1, 1000, '4'), 'number of exponential stages')
  const erlang = keys({ mean: required(mean, 'the mean'), k }, { example: `{ mean: ${plain.example}, k: 4 }` })
  const values = either(items('value', mean, 1), column(mean))
  const distribution = oneOf(
    {
      constant: optional(plain, 'always this value'),
      exponential: optional(mean, 'exponential with this mean'),
      uniform: optional(uniform, 'evenly between min and max'),
      erlang: optional(erlang, 'sum of k exponential stages'),
      lognormal: optional(spread('1.5'), 'lognormal'),
      weibull: optional(spread('1.5'), 'Weibull'),
      pareto: optional(spread('1.5'), 'Pareto of type I, α = 1 + √(1 + 1/cv²)'),
      empirical: optional(values, 'drawn from these values with equal chance'),
    },
    { noun: 'distribution', example: `{ exponential: ${plain.example} }` },
  )
  return either(plain, distribution)
}

function ascending({ min, max }: Draft<{ min: number; max: number }>): Complaint[] {
  if (min === undefined || max === undefined || min <= max) return []
  return [{ key: 'max', text: 'is below `min`; write the larger of the two as `max`' }]
}

const bursts = keys(
  {
    on: required(time('1 ns', '2 ms'), 'mean length of a burst'),
    off: required(time('0 ns', '8 ms'), 'mean length of a pause'),
  },
  { example: '{ on: 2 ms, off: 8 ms }' },
)

export const from = optional(
  choice('start', ['window', 'start']),
  'what times count from: the start of the window (the default), or of the run, warm-up included',
)

export const ARRIVALS = {
  rate: optional(rate, 'Poisson arrivals per VM; with `bursts` the mean rate'),
  every: optional(time('1 ns', '10 ms'), 'constant gaps, starting at a random phase'),
  bursts: optional(bursts, 'on/off source beside `rate`'),
  arrivals: optional(log, 'times of a log, instead of `rate`: each VM has them all'),
  from,
}
export type WrittenArrivals = { [K in keyof typeof ARRIVALS]: Meaning<(typeof ARRIVALS)[K]> | undefined }

export function oneArrival(draft: Draft<WrittenArrivals>, given: ReadonlySet<string>): Complaint[] {
  const complaints: Complaint[] = []
  if (given.has('from') && !given.has('arrivals')) {
    return [{ key: 'from', text: 'says what the times of `arrivals` count from, and there are none; remove it' }]
  }
  if (given.has('arrivals')) {
    const both = ['rate', 'every', 'bursts'].filter((key) => given.has(key))
    return both.map((key) => ({ key, text: 'excludes `arrivals`, whose rows say when; keep one of the two' }))
  }
  if (given.has('rate') && given.has('every')) {
    complaints.push({ key: 'every', text: 'excludes `rate`; keep one of the two' })
  }
  if (given.has('bursts') && !given.has('rate')) {
    complaints.push({ key: 'bursts', text: 'needs the mean rate beside it; write rate: 250 /s' })
  }
  if (!given.has('rate') && !given.has('every') && !given.has('bursts')) {
    complaints.push({
      text: 'says nothing of when work arrives; write rate: 250 /s (Poisson), every: 10 ms, or arrivals: { file, column }',
    })
  }
  const { on, off } = draft.bursts ?? {}
  if (draft.rate !== undefined && on !== undefined && off !== undefined && on > 0) {
    const peakPerS = (draft.rate * (on + off)) / on
    if (peakPerS > RATE_MAX_PER_S) {
      complaints.push({
        key: 'bursts',
        text: 'makes more than 10^9 /s within a burst; write a longer `on` or a lower `rate`',
      })
    }
  }
  return complaints
}
