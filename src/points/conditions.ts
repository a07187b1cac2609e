// Conditions of a sweep, `vms.desktop.count <= 4 * host.cores`: compiled once, asked for every point.
//
//   condition = comparison { and | or comparison }      comparison = sum < | <= | > | >= | == | != sum
//   sum = product { + | - product }                     product = atom { * | / atom }
//   atom = number [unit] | path of a place | word | ( condition )
import type { Place } from '../language/faults.ts'
import { dimensionsOf, inBaseUnits, decimal, type DimensionName } from '../language/units.ts'

/** Values of the point's factors, by their position. */
export type Values = readonly (number | string)[]
type Kind = 'number' | 'text' | 'truth'

/** What a path stands for: a factor's position, or a value that is the same in all points. */
export interface Operand {
  readonly factor: number | null
  readonly value: number | string
  readonly dimension: DimensionName | null
}

interface Node {
  readonly kind: Kind
  /** undefined: a plain number that may stand beside anything it is multiplied with. */
  readonly dimension: DimensionName | null
  readonly of: (values: Values) => number | string | boolean
}

/** Why a condition is refused, as the text of a message. */
export class ConditionFault extends Error {}

/**
 * Compiles a condition.
 * @param operand what stands at a path; null if the name is a plain word; throws a ConditionFault if it cannot be used
 */
export function condition(text: string, operand: (path: string) => Operand | null): (values: Values) => boolean {
  const parser = new Parser(tokens(text), operand)
  const node = parser.all()
  if (node.kind !== 'truth') throw new ConditionFault(`compares nothing; write for example ${EXAMPLE}`)
  return node.of as (values: Values) => boolean
}

const EXAMPLE = '`vms.desktop.count <= 4 * host.cores`'

interface Token {
  readonly kind: 'number' | 'name' | 'sign'
  readonly text: string
  readonly unit: string
}

const NUMBER = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/
const NAME = /^[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*/
const SIGN = /^(?:<=|>=|==|!=|[<>()*/+-])/

function tokens(text: string): Token[] {
  const found: Token[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const number = NUMBER.exec(rest)?.[0]
    const token = number ?? NAME.exec(rest)?.[0] ?? SIGN.exec(rest)?.[0]
    if (token === undefined) throw new ConditionFault(`\`${rest.slice(0, 20)}\` cannot be read; write ${EXAMPLE}`)
    rest = rest.slice(token.length)
    const unit = number === undefined ? '' : unitIn(rest)
    if (unit !== '') rest = rest.slice(unit.length + 1)
    const kind = number !== undefined ? 'number' : SIGN.test(token) ? 'sign' : 'name'
    found.push({ kind, text: token, unit })
    rest = rest.trimStart()
  }
  return found
}

function unitIn(rest: string): string {
  const word = /^ ([A-Za-z]*(?:\/[a-z]+)?|%)(?![A-Za-z0-9.])/.exec(rest)?.[1] ?? ''
  return dimensionsOf(word).length > 0 ? word : ''
}

const COMPARISONS: Readonly<Record<string, (a: number | string, b: number | string) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}
const SUMS: Arithmetic = { '+': (a, b) => a + b, '-': (a, b) => a - b }
const PRODUCTS: Arithmetic = { '*': (a, b) => a * b, '/': (a, b) => a / b }
type Arithmetic = Readonly<Record<string, (a: number, b: number) => number>>

class Parser {
  readonly #tokens: readonly Token[]
  readonly #operand: (path: string) => Operand | null
  #next = 0

  constructor(found: readonly Token[], operand: (path: string) => Operand | null) {
    this.#tokens = found
    this.#operand = operand
  }

  all(): Node {
    const node = this.#either()
    const left = this.#tokens[this.#next]
    if (left !== undefined) throw new ConditionFault(`\`${left.text}\` is one too many; write ${EXAMPLE}`)
    return node
  }

  #either(): Node {
    let left = this.#both()
    while (this.#take('or')) left = truth(left, this.#both(), (a, b) => a || b)
    return left
  }

  #both(): Node {
    let left = this.#comparison()
    while (this.#take('and')) left = truth(left, this.#comparison(), (a, b) => a && b)
    return left
  }

  #comparison(): Node {
    const left = this.#sum()
    const sign = this.#take(...Object.keys(COMPARISONS))
    if (sign === null) return left
    const right = this.#sum()
    alike(left, right, sign)
    const compare = COMPARISONS[sign]
    const order = left.kind === 'text' && !['==', '!='].includes(sign)
    if (order) throw new ConditionFault(`words have no order; write == or != instead of ${sign}`)
    return { kind: 'truth', dimension: null, of: (v) => compare(left.of(v) as number, right.of(v) as number) }
  }

  #sum(): Node {
    let left = this.#product()
    for (let sign = this.#take('+', '-'); sign !== null; sign = this.#take('+', '-')) {
      const right = this.#product()
      alike(left, right, sign)
      left = arithmetic(left, right, SUMS[sign], left.dimension, sign)
    }
    return left
  }

  #product(): Node {
    let left = this.#atom()
    for (let sign = this.#take('*', '/'); sign !== null; sign = this.#take('*', '/')) {
      const right = this.#atom()
      if (
        left.dimension !== null &&
        right.dimension !== null &&
        !(sign === '/' && left.dimension === right.dimension)
      ) {
        throw new ConditionFault(`two quantities with units stand beside ${sign}; divide by the same kind only`)
      }
      const dimension = sign === '/' && right.dimension !== null ? null : (left.dimension ?? right.dimension)
      left = arithmetic(left, right, PRODUCTS[sign], dimension, sign)
    }
    return left
  }

  #atom(): Node {
    const token = this.#tokens[this.#next++]
    if (token === undefined) throw new ConditionFault(`ends too early; write ${EXAMPLE}`)
    if (token.text === '(') {
      const inner = this.#either()
      if (this.#take(')') === null) throw new ConditionFault('a bracket is not closed; close it')
      return inner
    }
    if (token.text === '-') return arithmetic(constant(0, null), this.#atom(), SUMS['-'], null, '-')
    if (token.kind === 'number') return numberOf(token)
    if (token.kind === 'sign')
      throw new ConditionFault(`\`${token.text}\` stands where a value should; write ${EXAMPLE}`)
    const operand = this.#operand(token.text)
    if (operand === null) return constant(token.text, null)
    const { factor, value, dimension } = operand
    if (factor === null) return constant(value, dimension)
    return { kind: typeof value === 'number' ? 'number' : 'text', dimension, of: (values) => values[factor] }
  }

  #take(...texts: readonly string[]): string | null {
    const token = this.#tokens[this.#next]
    if (token === undefined || token.kind === 'number' || !texts.includes(token.text)) return null
    this.#next++
    return token.text
  }
}

function constant(value: number | string, dimension: DimensionName | null): Node {
  return { kind: typeof value === 'number' ? 'number' : 'text', dimension, of: () => value }
}

function numberOf({ text, unit }: Token): Node {
  const dimension = unit === '' ? null : dimensionsOf(unit)[0]
  return constant(inBaseUnits(decimal(text)!, dimension, unit), dimension === 'bytes' ? null : dimension)
}

function truth(left: Node, right: Node, join: (a: boolean, b: boolean) => boolean): Node {
  if (left.kind !== 'truth' || right.kind !== 'truth') {
    throw new ConditionFault('`and` and `or` stand between comparisons; write a comparison on both sides')
  }
  return { kind: 'truth', dimension: null, of: (v) => join(left.of(v) as boolean, right.of(v) as boolean) }
}

function arithmetic(
  left: Node,
  right: Node,
  calculate: (a: number, b: number) => number,
  dimension: DimensionName | null,
  sign: string,
): Node {
  if (left.kind !== 'number' || right.kind !== 'number') {
    throw new ConditionFault(`\`${sign}\` stands beside something that is no number; write numbers on both sides`)
  }
  return { kind: 'number', dimension, of: (v) => calculate(left.of(v) as number, right.of(v) as number) }
}

function alike(left: Node, right: Node, sign: string): void {
  if (left.kind !== right.kind || left.kind === 'truth') {
    throw new ConditionFault(`\`${sign}\` stands between different kinds of values; compare numbers with numbers`)
  }
  if (left.dimension === right.dimension) return
  const dimension = left.dimension ?? right.dimension
  throw new ConditionFault(`\`${sign}\` stands beside a number without the unit of a ${dimension}; write its unit`)
}

/** A condition and where it stands. */
export interface Condition {
  readonly at: Place
  readonly text: string
  readonly holds: (values: Values) => boolean
}
