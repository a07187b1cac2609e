// Numbers for people: as many digits as mean something.

/** `value` with `digits` significant digits; whole from 100 on (for 3), with an exponent below a ten thousandth. */
export function significant(value: number, digits = 3): string {
  const rounded = Number(value.toPrecision(digits))
  const size = Math.abs(rounded)
  if (size === 0) return '0'
  if (size < 1e-4 || size >= 1e12) return value.toExponential(digits - 1)
  return value.toFixed(Math.max(0, digits - 1 - exponentOf(size)))
}

/** As `significant`, but in a column: no finer than `decimals` places, and `~0` for what is lost by that. */
export function inColumn(value: number, decimals: number, digits = 3): string {
  if (value === 0) return '0'
  const own = digits - 1 - exponentOf(Number(Math.abs(value).toPrecision(digits)))
  const text = value.toFixed(Math.min(decimals, Math.max(0, own)))
  return Number(text) === 0 ? '~0' : text
}

/** Decimal places worth printing in a column: four digits behind the first one of its largest number. */
export function columnDecimals(values: readonly number[]): number {
  const largest = Math.max(0, ...values.map(Math.abs))
  return largest === 0 ? 0 : Math.min(20, Math.max(0, 4 - exponentOf(largest)))
}

/** For a sentence: two significant digits, and never less than one decimal below a hundred. */
export function brief(value: number): string {
  const size = Math.abs(Number(value.toPrecision(2)))
  return size >= 10 && size < 100 ? value.toFixed(1) : significant(value, 2)
}

/** A share in percent: whole from 10 on, a tenth at the finest. */
export function percentage(percent: number): string {
  return Math.abs(percent) >= 9.95 ? percent.toFixed(0) : inColumn(percent, 1, 2)
}

/** Bytes in the largest unit that leaves a number above 1. */
export function byteSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let size = bytes
  let unit = 0
  while (Math.abs(size) >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${significant(size)} ${units[unit]}`
}

/** Puts the decimal points of numbers in a column under each other; words and gaps are left as they are. */
export function alignPoints(texts: readonly string[]): string[] {
  const places = (text: string) => (text.includes('.') ? text.length - text.indexOf('.') : 0)
  const widest = Math.max(0, ...texts.map(places))
  return texts.map((text) => (/\d/.test(text) ? text + ' '.repeat(widest - places(text)) : text))
}

/** Power of ten of the leading digit: 0 for 1 to 9.99. */
function exponentOf(size: number): number {
  return Number(size.toExponential().split('e')[1])
}
