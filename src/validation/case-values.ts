// Values of a case: numbers in its unit, whether they were written bare, with another unit of the same kind, or calculated.
import { areAlike, inBase, unitOf, unitText, type Quantity } from '../units/quantity.ts'
import { dimensionsOf, inBaseUnits } from '../units/units.ts'
import type { WrittenCase } from './case-language.ts'

/** Takes what is wrong with a place of the case. */
export type Complain = (path: string, text: string) => void

/** A quantity in a unit of the language, or bare where the unit is a word of its own (`cycles`); null if it does not fit. */
export function inUnitOf({ amount, unit: of }: Quantity, unit: string): number | null {
  const dimension = dimensionsOf(unit)[0]
  if (dimension === undefined) {
    const isNumber = of.seconds === 0 && of.bytes === 0 && of.isShare !== true
    return isNumber ? inBase(amount, null) : null
  }
  if (isBare({ amount, unit: of }) || !areAlike(of, unitOf(dimension))) return null
  return inBase(amount, dimension) / inBaseUnits({ digits: 1n, exponent: 0 }, dimension, unit)
}

function isBare({ unit }: Quantity): boolean {
  return unit.seconds === 0 && unit.bytes === 0 && unit.isShare === false
}

/** The values of a case. A bare number is in its unit. */
export function valuesOf({ published, naive, scale, neutral, unit }: WrittenCase, complain: Complain) {
  const asWritten = (path: string, quantity: Quantity | undefined): number | null => {
    if (quantity === undefined) return null
    if (isBare(quantity)) return inBase(quantity.amount, null)
    const value = inUnitOf(quantity, unit)
    if (value === null) complain(path, `comes to ${unitText(quantity.unit)}; write a number in ${unit}`)
    return value
  }
  const spread = published.spread?.map((end) => asWritten('published', end) ?? 0)
  if (spread !== undefined && !(spread.length === 2 && spread[0] <= spread[1]))
    complain('published', 'has a spread that is not two numbers in order; write [least, greatest]')
  return {
    value: asWritten('published', published.value),
    spread: spread === undefined ? null : ([spread[0], spread[1]] as const),
    most: asWritten('published', published.most),
    least: asWritten('published', published.least),
    scale: asWritten('scale', scale),
    neutral: asWritten('neutral', neutral),
    naive: naive === undefined ? null : { value: asWritten('naive', naive.value) ?? 0, how: naive.how },
  }
}
