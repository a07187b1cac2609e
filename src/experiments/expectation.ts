// What a scenario expects of its results, as it is written: `ARM.ROW.COLUMN op NUMBER [UNIT]`, such as
// `hardware.total.saved_percent >= 40` or `hardware.display.p99 <= 60 ms`.
import { quoted, remedy } from './faults.ts'
import type { Refusal } from './measures.ts'
import { QUANTITIES, type Quantity } from './quantities.ts'
import { decimal, DIMENSIONS, inBaseUnits, unitsOf } from './units.ts'

export type Relation = '>=' | '<=' | '>' | '<'

export interface Expectation {
  /** As it was written. */
  readonly text: string
  readonly arm: string
  /** A technology, `total` or `host`. */
  readonly row: string
  /** A column of the CSV. */
  readonly column: string
  readonly relation: Relation
  /** In the column's unit. */
  readonly limit: number
}

/** Names that a scenario gives: what can stand before the column. */
export interface Names {
  readonly baseline: string
  readonly arms: readonly string[]
  readonly technologies: readonly string[]
}

const EXPECTATION = /^([^\s<>=]+)\s*(>=|<=|>|<)\s*(\S+)(?:\s(\S+))?$/
const EXAMPLE = 'such as hardware.total.saved_percent >= 40'

/** The quantity of an expectation that was accepted. */
export function quantityOf({ column }: Expectation): Quantity {
  return QUANTITIES.find((quantity) => quantity.column === column)!
}

/** Reads an expectation; or what is wrong with it and what to write instead. */
export function expectationIn(text: string, names: Names): Expectation | Refusal {
  const match = EXPECTATION.exec(text.trim())
  if (match === null)
    return { refused: `${quoted(text)} is no expectation; write ARM.ROW.COLUMN >= NUMBER, ${EXAMPLE}` }
  const [, place, relation, number, unit = ''] = match
  const parts = place.split('.')
  if (parts.length !== 3) return { refused: `${quoted(place)} is not ARM.ROW.COLUMN; write all three, ${EXAMPLE}` }
  const [arm, row, column] = parts
  const misplaced = placeProblem(arm, row, names)
  if (misplaced !== null) return { refused: misplaced }
  const quantity = QUANTITIES.find(({ stem, column: whole }) => (unit === '' ? whole : stem) === column)
  if (quantity === undefined) return { refused: columnProblem(column, unit) }
  if (quantity.needsBaseline && names.arms.length === 1) {
    return { refused: `${quoted(column)} compares two arms, and there is one; add an arm or name another column` }
  }
  const limit = limitIn(quantity, number, unit)
  if (typeof limit !== 'number') return limit
  return { text: text.trim(), arm, row, column: quantity.column, relation: relation as Relation, limit }
}

function placeProblem(arm: string, row: string, { baseline, arms, technologies }: Names): string | null {
  const compared = arms.length === 1 ? arms : arms.filter((name) => name !== baseline)
  if (arms.length > 1 && arm === baseline) {
    return `\`${arm}\` is the baseline, which other arms are compared with; name one of them and a \`baseline_\` column`
  }
  if (!compared.includes(arm)) return `no arm ${quoted(arm)}; ${remedy(arm, compared)}`
  const rows = [...technologies, 'total', 'host']
  return rows.includes(row) ? null : `no row ${quoted(row)}; ${remedy(row, rows)}`
}

function columnProblem(column: string, unit: string): string {
  const columns = QUANTITIES.map((quantity) => quantity.column)
  const stems = QUANTITIES.map((quantity) => quantity.stem)
  const withUnit = QUANTITIES.find((quantity) => quantity.column === column)
  if (withUnit !== undefined && withUnit.dimension === null)
    return `${quoted(column)} has no unit; remove ${quoted(unit)}`
  if (withUnit !== undefined) {
    return `${quoted(column)} names its unit already; write ${withUnit.stem} with a unit, or ${column} without`
  }
  const bare = QUANTITIES.find(({ stem }) => stem === column)
  if (bare !== undefined)
    return `${quoted(column)} needs a unit; write one behind the number, or ${bare.column} without`
  if (/^saved_(low|high)_/.test(column)) return `${quoted(column)} is an end of an interval; write saved_cpu_s`
  return `no column ${quoted(column)} with numbers; ${remedy(column, unit === '' ? columns : stems)}`
}

function limitIn({ dimension, unit: own, stem }: Quantity, number: string, unit: string): number | Refusal {
  const digits = decimal(number)
  if (digits === null) return { refused: `${quoted(number)} is not a number; write for example ${stem} >= 40` }
  if (unit !== '' && dimension === null) return { refused: `${quoted(stem)} has no unit; remove ${quoted(unit)}` }
  if (unit !== '' && !unitsOf(dimension!).includes(unit)) {
    const known = unitsOf(dimension!).join(', ')
    return { refused: `${quoted(unit)} is not a unit of ${DIMENSIONS[dimension!].noun}; write one of ${known}` }
  }
  const limit = unit === '' ? inBaseUnits(digits, null, '') : inBaseUnits(digits, dimension, unit) / own
  return Number.isFinite(limit)
    ? limit
    : { refused: `${quoted(number)} is too large for a number; write a smaller one` }
}
