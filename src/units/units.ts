// Units: `NUMBER UNIT` to a number in the base unit of its dimension, without losing a digit on the way.

/** A unit is worth `times / over` base units. */
type Worth = readonly [times: bigint, over: bigint]

interface Dimension {
  /** As it is called in a message. */
  readonly noun: string
  /** What the loader converts to. */
  readonly base: string
  readonly units: Readonly<Record<string, Worth>>
}

const whole = (times: bigint): Worth => [times, 1n]

const BIT_RATES = { 'bit/s': 1n, 'kbit/s': 1_000n, 'Mbit/s': 1_000_000n, 'Gbit/s': 1_000_000_000n }
const BYTE_RATES = { 'B/s': 1n, 'kB/s': 1_000n, 'MB/s': 1_000_000n, 'GB/s': 1_000_000_000n }

/** Every unit of the language. Case matters. */
export const DIMENSIONS = {
  time: {
    noun: 'time',
    base: 'ns',
    units: {
      ns: whole(1n),
      us: whole(1_000n),
      ms: whole(1_000_000n),
      s: whole(1_000_000_000n),
      min: whole(60_000_000_000n),
      h: whole(3_600_000_000_000n),
    },
  },
  rate: { noun: 'rate', base: '/s', units: { '/s': whole(1n), '/min': [1n, 60n], '/h': [1n, 3600n] } },
  frequency: {
    noun: 'frequency',
    base: 'Hz',
    units: { Hz: whole(1n), kHz: whole(1_000n), MHz: whole(1_000_000n), GHz: whole(1_000_000_000n) },
  },
  bitRate: { noun: 'bit rate', base: 'bit/s', units: worths(BIT_RATES, 1n) },
  byteRate: { noun: 'data rate', base: 'B/s', units: { ...worths(BIT_RATES, 8n), ...worths(BYTE_RATES, 1n) } },
  bytes: {
    noun: 'number of bytes',
    base: 'B',
    units: {
      B: whole(1n),
      kB: whole(1_000n),
      MB: whole(1_000_000n),
      GB: whole(1_000_000_000n),
      TB: whole(1_000_000_000_000n),
      KiB: whole(1n << 10n),
      MiB: whole(1n << 20n),
      GiB: whole(1n << 30n),
      TiB: whole(1n << 40n),
    },
  },
  share: { noun: 'share', base: '1', units: { '%': [1n, 100n] } },
} as const satisfies Readonly<Record<string, Dimension>>

export type DimensionName = keyof typeof DIMENSIONS

function worths<K extends string>(units: Readonly<Record<K, bigint>>, over: bigint): Record<K, Worth> {
  const pairs = (Object.keys(units) as K[]).map((unit): [K, Worth] => [unit, [units[unit], over]])
  return Object.fromEntries(pairs) as Record<K, Worth>
}

/** The units of one dimension, in the order of the table. */
export function unitsOf(dimension: DimensionName): readonly string[] {
  return Object.keys(DIMENSIONS[dimension].units)
}

/** The dimensions that know this unit. */
export function dimensionsOf(unit: string): readonly DimensionName[] {
  return (Object.keys(DIMENSIONS) as DimensionName[]).filter((name) => Object.hasOwn(DIMENSIONS[name].units, unit))
}

/** A decimal number as it was written: `digits × 10^exponent`. */
export interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/** A decimal number without its sign, as the source of a regular expression. */
export const NUMBER_TEXT = '(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?'

/** A longer number is nobody's measurement, and arithmetic on it takes time. */
const NUMBER_LENGTH_MAX = 60

/** Reads a decimal number as YAML 1.2 writes it; null when it is none. */
export function decimal(text: string): Decimal | null {
  const match = /^([-+]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([-+]?[0-9]+))?$/.exec(text)
  if (match === null || text.length > NUMBER_LENGTH_MAX) return null
  const [, sign, before = '', after = '', only = '', power = '0'] = match
  const fraction = after + only
  const digits = BigInt(before + fraction)
  return { digits: sign === '-' ? -digits : digits, exponent: Number(power) - fraction.length }
}

/** The value in base units, correctly rounded; infinite when it is too large for a double. */
export function inBaseUnits({ digits, exponent }: Decimal, dimension: DimensionName | null, unit: string): number {
  const units: Readonly<Record<string, Worth>> = dimension === null ? {} : DIMENSIONS[dimension].units
  const [times, over] = units[unit] ?? whole(1n)
  const product = digits * times
  if (product === 0n) return 0
  // Powers of ten are left to the reader of numbers, which rounds once.
  if (product % over === 0n) return Number(`${product / over}e${exponent}`)
  return Number(`${product}e${exponent}`) / Number(over)
}

/** Reads `NUMBER UNIT`, or a bare number when `dimension` is null; null when the text is neither. */
export function measured(text: string, dimension: DimensionName | null): number | null {
  const [number = '', unit = '', ...rest] = text.split(' ')
  const value = decimal(number)
  if (value === null || rest.length > 0) return null
  if (unit !== '' && (dimension === null || !Object.hasOwn(DIMENSIONS[dimension].units, unit))) return null
  return inBaseUnits(value, dimension, unit)
}
