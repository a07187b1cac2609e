// One number as it is written: a value in base units, or what is wrong with it and what to write instead.
import type { Scalar } from './document.ts'
import { quoted } from './faults.ts'
import type { Measure } from './shapes.ts'
import { decimal, DIMENSIONS, dimensionsOf, inBaseUnits, NUMBER_TEXT, unitsOf } from '../units/units.ts'

/** Why something was not accepted, as the text of a message. */
export interface Refusal {
  readonly refused: string
  /** The same without a word of what was written: for cells of a file that may not be for these eyes. */
  readonly unquoted?: string
}

/** Refuses what was written, or a part of it; `what` is wrong with it. */
type Refuse = (what: string, instead?: string, part?: string | null) => Refusal

const NUMBER_AND_UNIT = new RegExp(`^([-+]?${NUMBER_TEXT})([ \\t]*)(.*)$`, 's')

/** `wanted`: what a message tells to write instead. */
export function measureIn(measure: Measure, scalar: Scalar, wanted: string): number | Refusal {
  const { written, value, inQuotes } = scalar
  const refuse: Refuse = (what, instead = wanted, part = written) => {
    const unquoted = `${what}; write ${wanted}`
    return { refused: `${part === null ? '' : `${quoted(part)} `}${what}; write ${instead}`, unquoted }
  }
  if (value === null && !inQuotes) return refuse('has no value', wanted, null)
  const byName = refusedByName(written)
  if (byName !== null) return refuse(byName)
  const [, number = '', gap = '', unit = ''] = NUMBER_AND_UNIT.exec(written) ?? []
  const digits = decimal(number)
  if (number === '') return refuse('is not a number')
  if (digits === null) return refuse('has too many digits')
  if (unit === '' && inQuotes) return refuse('is text in quotes', `${number} without them`)
  const problem = unitProblem(measure, number, gap, unit, refuse)
  if (problem !== null) return problem
  const result = inBaseUnits(digits, measure.dimension, unit)
  if (!Number.isFinite(result)) return refuse('is too large for a number')
  if (result === 0 && digits.digits !== 0n) return refuse('is too small for a number')
  if (result < measure.min.value) return refuse(`is below ${measure.min.text}`)
  if (result > measure.max.value) return refuse(`is above ${measure.max.text}`)
  if (measure.whole && !Number.isInteger(result)) return refuse('is not whole')
  return result
}

// YAML knows these as numbers, other readers as something else; none of them is how people write a measurement.
function refusedByName(written: string): string | null {
  if (/^[-+]?\.(nan|inf)$/i.test(written)) return 'is not a finite number'
  if (/^[-+]?0x[0-9a-f]+/i.test(written)) return 'is hexadecimal'
  if (/^[-+]?0o[0-7]+/i.test(written)) return 'is octal'
  if (/^[-+]?0[0-9]/.test(written)) return 'begins with a zero, which some read as octal'
  return null
}

function unitProblem(
  { dimension, bare }: Measure,
  number: string,
  gap: string,
  unit: string,
  refuse: Refuse,
): Refusal | null {
  if (unit === '') return bare ? null : refuse('has no unit')
  const elsewhere = dimensionsOf(unit)[0]
  if (dimension === null) {
    return refuse(elsewhere === undefined ? 'is not a number' : 'has a unit')
  }
  const units = unitsOf(dimension)
  const sameLetters = units.find((known) => known.toLowerCase() === unit.toLowerCase())
  if (sameLetters !== undefined && sameLetters !== unit) {
    return refuse('is not a unit, case matters', `${number} ${sameLetters}`, unit)
  }
  if (sameLetters !== undefined) {
    return gap === ' ' ? null : refuse('needs one space before its unit', `${number} ${unit}`)
  }
  if (elsewhere !== undefined) return refuse(`is a unit of ${DIMENSIONS[elsewhere].noun}`, undefined, unit)
  return refuse('is not a unit', undefined, unit)
}
