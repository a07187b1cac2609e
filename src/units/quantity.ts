// Exact arithmetic with units, for expressions: 7 % of 100 is 7 and not 7.000000000000001, and a time is not added to a rate.
//
// Amounts are fractions of whole numbers in seconds and bytes. Their units are powers of the two; a share and a plain number
// differ only in how they are written, and what is made of both may stand for either.
import type { DimensionName } from './units.ts'
import { decimal, DIMENSIONS, inBaseUnits } from './units.ts'

/** `over` is above 0 and has no factor in common with `times` once it is reduced. */
export interface Fraction {
  readonly times: bigint
  readonly over: bigint
}

export interface Unit {
  readonly seconds: number
  readonly bytes: number
  readonly isShare: boolean | 'either'
}

/** An amount with its unit. */
export interface Quantity {
  readonly amount: Fraction
  readonly unit: Unit
}

export const PLAIN: Unit = { seconds: 0, bytes: 0, isShare: false }

/** The unit of each dimension, and what one of its base units is in seconds and bytes. */
const DIMENSION_UNITS: Readonly<Record<DimensionName, readonly [unit: Unit, worth: Fraction]>> = {
  time: [unit(1, 0), fraction(1n, 1_000_000_000n)],
  rate: [unit(-1, 0), fraction(1n)],
  frequency: [unit(-1, 0), fraction(1n)],
  bitRate: [unit(-1, 1), fraction(1n, 8n)],
  byteRate: [unit(-1, 1), fraction(1n)],
  bytes: [unit(0, 1), fraction(1n)],
  share: [{ ...PLAIN, isShare: true }, fraction(1n)],
}

function unit(seconds: number, bytes: number): Unit {
  return { seconds, bytes, isShare: false }
}

export function unitOf(dimension: DimensionName | null): Unit {
  return dimension === null ? PLAIN : DIMENSION_UNITS[dimension][0]
}

export function fraction(times: bigint, over = 1n): Fraction {
  return { times, over }
}

/** What is written as `NUMBER UNIT`; null if the number is none, or is far too large or too small for one. */
export function written(number: string, dimension: DimensionName | null, inUnit: string): Quantity | null {
  const digits = decimal(number)
  if (digits === null || Math.abs(digits.exponent) > EXPONENT_MAX) return null
  const power = 10n ** BigInt(Math.abs(digits.exponent))
  const own = digits.exponent < 0 ? fraction(digits.digits, power) : fraction(digits.digits * power)
  if (dimension === null) return { amount: reduced(own), unit: PLAIN }
  const units: Readonly<Record<string, readonly [times: bigint, over: bigint]>> = DIMENSIONS[dimension].units
  const inBase = multiplied(own, fraction(...units[inUnit]))
  return { amount: reduced(multiplied(inBase, DIMENSION_UNITS[dimension][1])), unit: unitOf(dimension) }
}

const EXPONENT_MAX = 400

/** A number in base units as an amount. */
export function fromBase(value: number, dimension: DimensionName | null): Fraction {
  const own = written(String(value), null, '')?.amount ?? fraction(0n)
  return dimension === null ? own : reduced(multiplied(own, DIMENSION_UNITS[dimension][1]))
}

/** The amount in base units of a dimension, correctly rounded; infinite when it is too large for a double. */
export function inBase(amount: Fraction, dimension: DimensionName | null): number {
  return numberOf(dimension === null ? amount : divided(amount, DIMENSION_UNITS[dimension][1])!)
}

const EXACT = BigInt(Number.MAX_SAFE_INTEGER)
const DIGITS = 40

function numberOf(amount: Fraction): number {
  const { times, over } = reduced(amount)
  const size = times < 0n ? -times : times
  // Division of two doubles that are whole and exact rounds once.
  if (size <= EXACT && over <= EXACT) return Number(times) / Number(over)
  if (over === 1n) return Number(times)
  const digits = DIGITS + String(over).length
  return inBaseUnits({ digits: (times * 10n ** BigInt(digits)) / over, exponent: -digits }, null, '')
}

export function added(a: Fraction, b: Fraction): Fraction {
  return fraction(a.times * b.over + b.times * a.over, a.over * b.over)
}

export function subtracted(a: Fraction, b: Fraction): Fraction {
  return added(a, fraction(-b.times, b.over))
}

export function multiplied(a: Fraction, b: Fraction): Fraction {
  return fraction(a.times * b.times, a.over * b.over)
}

/** null: by zero. */
export function divided(a: Fraction, b: Fraction): Fraction | null {
  if (b.times === 0n) return null
  const sign = b.times < 0n ? -1n : 1n
  return fraction(a.times * b.over * sign, a.over * b.times * sign)
}

/** Below 0, 0 or above 0, as `a` is below, equal to or above `b`. */
export function compared(a: Fraction, b: Fraction): number {
  const difference = a.times * b.over - b.times * a.over
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function reduced({ times, over }: Fraction): Fraction {
  let [a, b] = [times < 0n ? -times : times, over]
  while (b !== 0n) [a, b] = [b, a % b]
  return a <= 1n ? { times, over } : fraction(times / a, over / a)
}

/** What no number needs; parameters of parameters could grow without end. */
const TOO_LARGE = 10n ** 2000n

export function isTooLarge({ times, over }: Fraction): boolean {
  return times > TOO_LARGE || -times > TOO_LARGE || over > TOO_LARGE
}

/** The unit of a product; of a quotient with `sign` -1. */
export function productUnit(a: Unit, b: Unit, sign: 1 | -1): Unit {
  const seconds = a.seconds + sign * b.seconds
  const bytes = a.bytes + sign * b.bytes
  const arePlain = [a, b].every((one) => one.seconds === 0 && one.bytes === 0 && one.isShare === false)
  return { seconds, bytes, isShare: seconds === 0 && bytes === 0 && !arePlain ? 'either' : false }
}

/** Whether amounts of both units may be added and compared. A number of bytes may be written bare. */
export function areAlike(a: Unit, b: Unit): boolean {
  if (a.seconds !== b.seconds) return false
  if (a.seconds === 0 && [a.bytes, b.bytes].sort().join() === '0,1') return a.isShare !== true && b.isShare !== true
  return a.bytes === b.bytes && (a.isShare === b.isShare || a.isShare === 'either' || b.isShare === 'either')
}

/** The dimension of a place that takes this unit, for those that have a name; a rate for what a frequency is too. */
export function dimensionOf({ seconds, bytes, isShare }: Unit): DimensionName | null | undefined {
  if (seconds === 0 && bytes === 0) return isShare === true ? 'share' : null
  const names = Object.keys(DIMENSION_UNITS) as DimensionName[]
  const isIt = ([own]: readonly [Unit, Fraction]) => own.seconds === seconds && own.bytes === bytes && !own.isShare
  return names.filter((name) => name !== 'bitRate').find((name) => isIt(DIMENSION_UNITS[name]))
}

/** As a message names it, with its article. */
export function unitText(of: Unit): string {
  const dimension = dimensionOf(of)
  if (dimension === null) return 'a plain number'
  if (dimension !== undefined) return `a ${DIMENSIONS[dimension].noun}`
  const powers = [['s', of.seconds] as const, ['B', of.bytes] as const].filter(([, power]) => power !== 0)
  return `a quantity in ${powers.map(([name, power]) => (power === 1 ? name : `${name}^${power}`)).join(' ')}`
}
