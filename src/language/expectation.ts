// What a scenario expects of its results, as it is written: `ARM.ROW.COLUMN op NUMBER [UNIT]`, such as
// `hardware.total.saved_percent >= 40` or `hardware.display.p99 <= 60 ms`.
import { quoted, remedy } from './faults.ts'
import type { Refusal } from './measures.ts'
import type { Expectation, Relation } from './asked.ts'
import { QUANTITY_COLUMNS, type Column } from './columns.ts'
import { calculated, ExpressionFault, ToldElsewhere } from '../units/expression.ts'
import { areAlike, inBase, PLAIN, unitOf, unitText, type Quantity } from '../units/quantity.ts'
import { decimal, DIMENSIONS, inBaseUnits, NUMBER_TEXT, unitsOf } from '../units/units.ts'

/** Names that a scenario gives: what can stand before the column. */
export interface Names {
  /** Parameters, by name. */
  readonly parameters?: Readonly<Record<string, Quantity | undefined>>
  readonly baseline: string
  readonly arms: readonly string[]
  readonly technologies: readonly string[]
}

const EXPECTATION = /^([^\s<>=]+)\s*(>=|<=|>|<)\s*([^\s<>=].*)$/
const NUMBER_AND_UNIT = new RegExp(`^([-+]?${NUMBER_TEXT})(?:\\s(\\S+))?$`)
const EXAMPLE = 'such as hardware.total.saved_percent >= 40'

/** Reads an expectation; or what is wrong with it and what to write instead. */
export function expectationIn(text: string, names: Names): Expectation | Refusal {
  const match = EXPECTATION.exec(text.trim())
  if (match === null)
    return { refused: `${quoted(text)} is no expectation; write ARM.ROW.COLUMN >= NUMBER, ${EXAMPLE}` }
  const [, place, relation, value] = match
  const parts = place.split('.')
  if (parts.length !== 3) return { refused: `${quoted(place)} is not ARM.ROW.COLUMN; write all three, ${EXAMPLE}` }
  const [arm, row, column] = parts
  const misplaced = placeProblem(arm, row, names)
  if (misplaced !== null) return { refused: misplaced }
  const limit = NUMBER_AND_UNIT.test(value) ? limitWritten(column, value) : limitCalculated(column, value, names)
  if ('refused' in limit) return limit
  if (limit.column.needsBaseline && names.arms.length === 1) {
    return { refused: `${quoted(column)} compares two arms, and there is one; add an arm or name another column` }
  }
  return { text: text.trim(), arm, row, column: limit.column.name, relation: relation as Relation, limit: limit.value }
}

type Limit = { readonly column: (typeof QUANTITY_COLUMNS)[number]; readonly value: number }

function limitWritten(name: string, value: string): Limit | Refusal {
  const [, number, unit = ''] = NUMBER_AND_UNIT.exec(value)!
  const column = QUANTITY_COLUMNS.find((quantity) => (unit === '' ? quantity.name : quantity.stem) === name)
  if (column === undefined) return { refused: columnProblem(name, unit) }
  const limit = limitIn(column, number, unit)
  return typeof limit === 'number' ? { column, value: limit } : limit
}

/** A limit that is calculated. As of one that is written, its unit decides whether it is that of a column or of its stem. */
function limitCalculated(name: string, value: string, { parameters = {} }: Names): Limit | Refusal {
  const refuse = (what: string): Refusal => ({ refused: `${quoted(value)}: ${what}` })
  const known = Object.keys(parameters)
  if (known.length === 0 && /^\S+$/.test(value)) {
    return { refused: `${quoted(value)} is not a number; write for example ${name} >= 40` }
  }
  let limit: Quantity
  try {
    limit = calculated(value, (parameter) => {
      const own = parameter.replace(/^parameters\./, '')
      if (!known.includes(own)) throw new ExpressionFault(`no parameter ${quoted(own)}; ${remedy(own, known)}`)
      const quantity = parameters[own]
      if (quantity === undefined) throw new ToldElsewhere()
      return { quantity }
    })
  } catch (error) {
    if (error instanceof ExpressionFault) return refuse(error.message)
    throw error
  }
  const bare = QUANTITY_COLUMNS.find((column) => column.name === name)
  if (bare !== undefined && areAlike(limit.unit, PLAIN)) return { column: bare, value: inBase(limit.amount, null) }
  const column = QUANTITY_COLUMNS.find(({ stem, dimension }) => stem === name && dimension !== null)
  if (column === undefined)
    return bare === undefined
      ? { refused: columnProblem(name, '') }
      : refuse(`comes to ${unitText(limit.unit)}; write a plain number beside ${name}`)
  const { dimension } = column
  if (areAlike(limit.unit, unitOf(dimension))) return { column, value: inBase(limit.amount, dimension) / column.unit }
  return refuse(`comes to ${unitText(limit.unit)}; write a ${DIMENSIONS[dimension!].noun} beside ${name}`)
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
  const columns = QUANTITY_COLUMNS.map(({ name }) => name)
  const stems = QUANTITY_COLUMNS.map(({ stem }) => stem)
  const withUnit = QUANTITY_COLUMNS.find((quantity) => quantity.name === column)
  if (withUnit !== undefined && withUnit.dimension === null)
    return `${quoted(column)} has no unit; remove ${quoted(unit)}`
  if (withUnit !== undefined) {
    return `${quoted(column)} names its unit already; write ${withUnit.stem} with a unit, or ${column} without`
  }
  const bare = QUANTITY_COLUMNS.find(({ stem }) => stem === column)
  if (bare !== undefined) return `${quoted(column)} needs a unit; write one behind the number, or ${bare.name} without`
  if (/^(saved|fit)_(low|high)(_|$)/.test(column))
    return `${quoted(column)} is an end of an interval; write ${column.replace(/_(low|high)/, '')}`
  return `no column ${quoted(column)} with numbers; ${remedy(column, unit === '' ? columns : stems)}`
}

function limitIn({ dimension, unit: own, stem }: Column, number: string, unit: string): number | Refusal {
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
