// Parameters of a scenario, `parameters: { users: 80, video: 5 % }`, and what is calculated from them: a value that begins
// with `=` may stand wherever a number may.
import type { Scalar, Tree } from './document.ts'
import { calculated, ExpressionFault, ToldElsewhere, type Operand } from '../units/expression.ts'
import { quoted, remedy } from './faults.ts'
import type { Refusal } from './measures.ts'
import { areAlike, inBase, unitOf, unitText, written, type Quantity } from '../units/quantity.ts'
import type { Measure } from './shapes.ts'
import { DIMENSIONS, dimensionsOf, NUMBER_TEXT } from '../units/units.ts'

/** Nothing can be said of a value, since something that it is made of is wrong. */
export const WRONG = 'wrong'

export interface Parameters {
  /** What a value of this text comes to. */
  readonly of: (scalar: Scalar) => Quantity | Refusal | typeof WRONG
  /** What a name in an expression stands for. */
  readonly named: (name: string) => Operand
}

export function isCalculated(tree: Tree | undefined): boolean {
  return tree?.form === 'scalar' && typeof tree.value === 'string' && tree.value.startsWith('=')
}

/** The parameters of a scenario, each worked out when it is first asked for. */
export function parametersIn(tree: Tree): Parameters {
  const block = tree.form === 'map' ? tree.entries.get('parameters')?.value : undefined
  const entries = block?.form === 'map' ? block.entries : new Map<string, never>()
  const names = [...entries.keys()]
  const nameOf = new Map([...entries].map(([name, { value }]) => [value, name]))
  const known = new Map<string, Quantity | Refusal | typeof WRONG>()
  const underWay = new Set<string>()

  function valueOf(name: string): Quantity | Refusal | typeof WRONG {
    const before = known.get(name)
    if (before !== undefined) return before
    const { value } = entries.get(name)!
    underWay.add(name)
    const found = value.form === 'scalar' && !value.wrong ? quantityIn(value, named) : WRONG
    underWay.delete(name)
    known.set(name, found)
    return found
  }

  function named(name: string): Operand {
    const own = name.replace(/^parameters\./, '')
    if (!entries.has(own)) throw new ExpressionFault(unknownText(own, names))
    if (underWay.has(own))
      throw new ExpressionFault(`\`${own}\` is calculated from itself; write one of them as a number`)
    const value = valueOf(own)
    if (value === WRONG || 'refused' in value) throw new ToldElsewhere()
    return { quantity: value }
  }

  return {
    named,
    of: (scalar) => {
      const name = nameOf.get(scalar)
      return name === undefined ? quantityIn(scalar, named) : valueOf(name)
    },
  }
}

function unknownText(name: string, names: readonly string[]): string {
  const parts = name.split('-')
  if (parts.length > 1 && parts.every((part) => names.includes(part) || /^[0-9]+$/.test(part))) {
    return `no parameter ${quoted(name)}; write spaces around - to subtract: ${parts.join(' - ')}`
  }
  if (name.includes('.')) {
    return `${quoted(name)} is no parameter; only those may be named here: put the number into \`parameters\``
  }
  if (names.length === 0) return `no parameter ${quoted(name)}; write parameters: { ${name}: 80 }`
  return `no parameter ${quoted(name)}; ${remedy(name, names)}`
}

const NUMBER_AND_UNIT = new RegExp(`^([-+]?${NUMBER_TEXT})(?: (\\S+))?$`)

/** What a parameter is worth: a number with any unit or none, or what is calculated. */
function quantityIn(scalar: Scalar, named: (name: string) => Operand): Quantity | Refusal | typeof WRONG {
  if (isCalculated(scalar)) {
    try {
      return calculated(scalar.written.slice(1), named)
    } catch (error) {
      if (error instanceof ToldElsewhere) return WRONG
      if (!(error instanceof ExpressionFault)) throw error
      return { refused: `${quoted(scalar.written)}: ${error.message}` }
    }
  }
  const instead = 'write a number, bare or with its unit, such as 80 or 5 %'
  const [, number, unit = ''] = NUMBER_AND_UNIT.exec(scalar.written) ?? []
  if (number === undefined || (scalar.inQuotes && unit === '')) {
    const what = scalar.written === '' ? 'has no value' : `${quoted(scalar.written)} is not a number`
    return { refused: `${what}; ${instead}` }
  }
  const dimension = unit === '' ? null : dimensionsOf(unit)[0]
  if (dimension === undefined) return { refused: `${quoted(unit)} is not a unit; ${instead}` }
  return written(number, dimension, unit) ?? { refused: `${quoted(scalar.written)} has too many digits; ${instead}` }
}

/** A calculated value in the base units of its place; or what is wrong with it. */
export function calculatedMeasure(
  measure: Measure,
  scalar: Scalar,
  wanted: string,
  parameters: Parameters,
): number | Refusal | typeof WRONG {
  const found = parameters.of(scalar)
  if (found === WRONG || 'refused' in found) return found
  const { dimension, bare, min, max, whole } = measure
  const refuse = (what: string): Refusal => ({ refused: `${quoted(scalar.written)} comes to ${what}; write ${wanted}` })
  const fits =
    areAlike(found.unit, unitOf(dimension)) && (bare || !areAlike(found.unit, unitOf(null)) || dimension === 'share')
  if (!fits) return refuse(unitText(found.unit))
  const value = inBase(found.amount, dimension)
  const text = dimension === null || dimension === 'bytes' ? String(value) : `${value} ${DIMENSIONS[dimension].base}`
  if (!Number.isFinite(value)) return refuse('a number that is too large')
  if (value < min.value) return refuse(`${text}, which is below ${min.text}`)
  if (value > max.value) return refuse(`${text}, which is above ${max.text}`)
  if (whole && !Number.isInteger(value)) return refuse(`${text}, which is not whole`)
  return value
}

/** Words of expressions, which no parameter may be called. */
export const EXPRESSION_WORDS: readonly string[] = [
  ...['and', 'or'],
  ...new Set(Object.values(DIMENSIONS).flatMap(({ units }) => Object.keys(units).filter((unit) => !/\W/.test(unit)))),
]
