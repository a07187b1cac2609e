// Times of a log: when work arrived, as clusters, clouds and arrays write it. ISO 8601, or numbers in seconds, milli-, micro- or
// nanoseconds. They become ns from the start of a slice of the log, in order, whatever the order of the rows.
//
// Today's times in ns do not fit a double, so they are integers until the first one is subtracted.
import { eachCell, leftOut } from './csv-column.ts'
import type { Refusal } from './measures.ts'
import { choice, COLUMN_FIELDS, defaulted, measure, number, optional, withCommas } from './shapes.ts'
import type { Column, Shape } from './shapes.ts'
import { widened } from '../engine/widened.ts'
import { decimal } from '../units/units.ts'

export const TIME_UNITS = ['s', 'ms', 'us', 'ns'] as const
type TimeUnit = (typeof TIME_UNITS)[number]

/** What is asked of a log. Lengths of time are ns. */
export interface TimesAsked {
  readonly column: string
  /** Of numbers; not given: by their size. */
  readonly unit?: TimeUnit
  /** What times count from: the earliest row, or zero, where they are relative already. */
  readonly origin: 'first' | 'zero'
  readonly missing: 'error' | 'skip'
  /** The slice: rows at `from` and later, before `to`. */
  readonly from?: number
  readonly to?: number
  /** How many times as fast it is played. */
  readonly speed: number
}

/** Times in ns, ascending. Many of them are kept as memory that threads share, and named by their hash. */
export type Times = readonly number[] | Float64Array

/** As many as a scenario may hold itself. */
export const TIMES_INLINE_MAX = 100_000
const ROWS_MAX = 10_000_000
const SPAN_MAX_NS = 240 * 3_600_000_000_000

const NS: Readonly<Record<TimeUnit, bigint>> = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n }

/** The times of a log as it is asked for. `file`: where it was read from. */
export function timesIn(text: string, asked: TimesAsked, file = ''): Times | Refusal {
  const ticks = ticksIn(text, asked)
  if ('refused' in ticks) return ticks
  if (ticks.length === 0) return { refused: 'has no time in any row; name another column' }
  ticks.sort()
  const { origin, from = 0, to = Infinity, speed } = asked
  const start = origin === 'first' ? ticks[0] : 0n
  const before = (ns: number) => (ns === Infinity ? ticks.length : firstFrom(ticks, start + BigInt(Math.round(ns))))
  const [begin, end] = [before(from), before(to)]
  if (begin >= end) return { refused: 'has no row in this slice; write another `from` or `to`' }
  const base = start + BigInt(Math.round(from))
  const spanNs = Number(ticks[end - 1] - base) / speed
  if (spanNs > SPAN_MAX_NS) return { refused: spanText(spanNs) }
  const count = end - begin
  const times = count > TIMES_INLINE_MAX ? sharedTimes(count) : new Array<number>(count)
  if (times instanceof Float64Array) origins.set(times, { ...asked, file })
  for (let i = 0; i < count; i++) times[i] = Number(ticks[begin + i] - base) / speed
  return times
}

function spanText(spanNs: number): string {
  return `spans ${withCommas(Math.round(spanNs / 3.6e12))} h, and a run at most 240 h; take a slice with \`from\` and \`to\`, or play it faster with \`speed\``
}

/** Where times that are named by their hash can be read again. */
export interface LogOrigin extends TimesAsked {
  readonly file: string
}

const origins = new WeakMap<Float64Array, LogOrigin>()

/** Where shared times come from; null if they were not read from a log. */
export function originOf(times: Float64Array): LogOrigin | null {
  return origins.get(times) ?? null
}

/** The position of the first time that is not below `tick`. */
function firstFrom(ticks: BigInt64Array, tick: bigint): number {
  let [low, high] = [0, ticks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ticks[middle] < tick) low = middle + 1
    else high = middle
  }
  return low
}

/** Memory that threads share instead of copying it; where there is none, there are no threads either. */
function sharedTimes(count: number): Float64Array {
  const bytes = count * Float64Array.BYTES_PER_ELEMENT
  return typeof SharedArrayBuffer === 'undefined'
    ? new Float64Array(count)
    : new Float64Array(new SharedArrayBuffer(bytes))
}

/** All times in ns, in the order of the rows. */
function ticksIn(text: string, { column, unit, missing }: TimesAsked): BigInt64Array | Refusal {
  let ticks = new BigInt64Array(1024)
  let count = 0
  let found: { readonly unit: TimeUnit | 'ISO 8601'; readonly line: number } | null = null
  const refusal = eachCell(text, column, (cell, line) => {
    const isLeftOut = leftOut(cell, line, missing)
    if (typeof isLeftOut !== 'boolean') return isLeftOut
    if (isLeftOut) return null
    const time = timeIn(cell.trim(), unit)
    if ('refused' in time) return { refused: `line ${line}: ${time.refused}` }
    found ??= { unit: time.unit, line }
    if (time.unit !== found.unit) {
      const what = `looks like ${time.unit}, and line ${found.line} like ${found.unit}`
      return { refused: `line ${line}: ${what}; say which with unit: ${TIME_UNITS.join(', ')}` }
    }
    if (count === ROWS_MAX) return { refused: `has more than ${ROWS_MAX} rows; keep fewer` }
    if (count === ticks.length) {
      ticks = widened(ticks, new BigInt64Array(2 * count))
    }
    ticks[count++] = time.ns
    return null
  })
  return refusal ?? ticks.subarray(0, count)
}

interface Time {
  readonly ns: bigint
  readonly unit: TimeUnit | 'ISO 8601'
}

const HOW = 'write seconds since 1970, such as 1568176297, or ISO 8601, such as 2019-09-11 04:31:37'
const NS_MAX = 9n * 10n ** 18n

function timeIn(cell: string, unit: TimeUnit | undefined): Time | Refusal {
  const refuse = (what = 'is not a time', instead = HOW): Refusal => ({
    refused: `${what}; ${instead}`,
  })
  const number = decimal(cell)
  if (number === null) {
    if (/^[0-9]+,[0-9]+$/.test(cell)) return refuse('has a decimal comma', 'write a decimal point')
    const ns = isoNs(cell)
    return ns === null || ns < 0n ? refuse() : { ns, unit: 'ISO 8601' }
  }
  const { digits, exponent } = number
  if (digits < 0n || Math.abs(exponent) > 30) return refuse()
  const power = 10n ** BigInt(Math.abs(exponent))
  const isIn = unit ?? unitOfSize(exponent < 0 ? digits / power : digits * power)
  const ns = exponent < 0 ? (digits * NS[isIn]) / power : digits * power * NS[isIn]
  return ns > NS_MAX ? refuse('is too large for a time') : { ns, unit: isIn }
}

/** Times since 1970 are 10 digits of seconds from 2001 to 2286, and three more for each smaller unit. */
function unitOfSize(size: bigint): TimeUnit {
  if (size < 10n ** 11n) return 's'
  if (size < 10n ** 14n) return 'ms'
  return size < 10n ** 17n ? 'us' : 'ns'
}

const ISO =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:(?:[Tt]| +)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?)? *(Z|z|UTC|GMT|[-+][0-9]{2}(?::?[0-9]{2})?)?$/

/** Without a zone it is UTC. Digits beyond ns are cut off. */
function isoNs(cell: string): bigint | null {
  const match = ISO.exec(cell)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const dayMs = Date.UTC(year, month - 1, day)
  const isDay = new Date(dayMs).toISOString().startsWith(`${match[1]}-${match[2]}-${match[3]}`)
  if (!isDay || hour > 24 || minute > 59 || second > 60) return null
  const zone = /^([-+])([0-9]{2}):?([0-9]{2})?$/.exec(match[8] ?? '')
  const ahead = zone === null ? 0 : (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3] ?? 0))
  const seconds = dayMs / 1000 + hour * 3600 + (minute - ahead) * 60 + second
  return BigInt(seconds) * NS.s + BigInt((match[7] ?? '').slice(0, 9).padEnd(9, '0'))
}

/** A length of time in a log, or of what is counted over a period: it may be longer than a run. */
export const length = (min: string, example: string) => measure('time', min, '1e6 h', example)

/** The times of a log. */
export const log: Shape<Times> & Column = {
  form: 'column',
  of: 'times',
  fields: {
    ...COLUMN_FIELDS,
    unit: optional(choice('unit', TIME_UNITS), 'unit of times that are numbers; by their size unless given'),
    origin: defaulted(
      choice('origin', ['first', 'zero']),
      'first',
      'first',
      'what times count from: the earliest row, or zero where they are relative already',
    ),
    from: optional(length('0 ns', '2 h'), 'leave out what is earlier'),
    to: optional(length('0 ns', '4 h'), 'leave out what is as late or later'),
    speed: defaulted(number(1e-6, 1e9, '10'), 1, '1', 'how many times as fast it is played'),
  },
}
