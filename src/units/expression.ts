// Expressions, one grammar wherever something is calculated: `count: =users*video`, conditions of a sweep, expectations.
//
//   either = both { or both }      both = comparison { and comparison }
//   comparison = sum [ < | <= | > | >= | == | != sum ]
//   sum = product { + | - product }                     product = atom { * | / atom }
//   atom = number [unit] | name of a parameter, path of a place, or word | - atom | ( either )
//
// They are compiled once and asked as often as there are points. Nothing of the platform's own evaluation is used.
import { added, areAlike, compared, divided, fromBase, isTooLarge, multiplied, PLAIN, productUnit } from './quantity.ts'
import { reduced, subtracted, unitOf, unitText, written, type Fraction, type Quantity, type Unit } from './quantity.ts'
import { dimensionsOf, NUMBER_TEXT, type DimensionName } from './units.ts'

/** Values of the factors of a point, by their position, in base units. */
export type Values = readonly (number | string)[]

/** What a name stands for: a factor's position, something known, or another expression. */
export type Operand =
  | { readonly factor: number; readonly first: number | string; readonly dimension: DimensionName | null }
  | { readonly quantity: Quantity }
  | { readonly word: string }
  | { readonly expression: string }

/** Finds out what a name stands for. Throws an {@link ExpressionFault} if it cannot be used. */
export type Resolve = (name: string) => Operand

/** Why an expression is refused, as the text of a message. */
export class ExpressionFault extends Error {}

/** Something it is made of is wrong, and that is told elsewhere. */
export class ToldElsewhere extends ExpressionFault {}

type Kind = 'number' | 'text' | 'truth'

interface Node {
  readonly kind: Kind
  readonly unit: Unit
  /** null: divided by zero, which is neither above nor below anything. */
  readonly of: (values: Values) => Fraction | string | boolean | null
}

/** Compiles a condition. */
export function condition(text: string, resolve: Resolve): (values: Values) => boolean {
  const example = '`vms.desktop.count <= 4 * host.cores`'
  const node = new Parser(text, resolve, example).all()
  if (node.kind !== 'truth') throw new ExpressionFault(`compares nothing; write for example ${example}`)
  return node.of as (values: Values) => boolean
}

/** Works out an expression that has one value. */
export function calculated(text: string, resolve: Resolve): Quantity {
  const example = '`=users * 5 %`'
  const { kind, unit, of } = new Parser(text, resolve, example).all()
  if (kind !== 'number') throw new ExpressionFault(`comes to no number; write for example ${example}`)
  const amount = of([]) as Fraction | null
  if (amount === null) throw new ExpressionFault('divides by zero; write another divisor')
  return { amount: reduced(amount), unit }
}

interface Token {
  readonly kind: 'number' | 'name' | 'sign'
  readonly text: string
  readonly unit: string
}

const LENGTH_MAX = 1000
const NUMBER = new RegExp(`^${NUMBER_TEXT}`)
const NAME = /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*/
const SIGN = /^(?:<=|>=|==|!=|[<>()*/+-])/

function tokens(text: string, example: string): Token[] {
  if (text.length > LENGTH_MAX) throw new ExpressionFault(`is longer than ${LENGTH_MAX} characters; shorten it`)
  const found: Token[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const number = NUMBER.exec(rest)?.[0]
    const token = number ?? NAME.exec(rest)?.[0] ?? SIGN.exec(rest)?.[0]
    if (token === undefined) throw new ExpressionFault(`\`${rest.slice(0, 20)}\` cannot be read; write ${example}`)
    rest = rest.slice(token.length)
    const unit = number === undefined ? '' : unitIn(rest)
    if (unit !== '') rest = rest.slice(unit.length + 1)
    const kind = number !== undefined ? 'number' : SIGN.test(token) ? 'sign' : 'name'
    found.push({ kind, text: token, unit })
    rest = rest.trimStart()
  }
  return found
}

/** The unit behind a number; in `2 s/4` the time, in `2 B/s` the rate. */
function unitIn(rest: string): string {
  const words = [/^ ([A-Za-z]*\/[a-z]+|%)(?![A-Za-z0-9._-])/, /^ ([A-Za-z]+)(?![A-Za-z0-9._-])/]
  return words.map((word) => word.exec(rest)?.[1] ?? '').find((word) => dimensionsOf(word).length > 0) ?? ''
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
}
type Arithmetic = (a: Fraction, b: Fraction) => Fraction | null

/** Brackets in brackets, and expressions in expressions. */
const DEPTH_MAX = 64

class Parser {
  readonly #tokens: readonly Token[]
  readonly #resolve: Resolve
  readonly #example: string
  #depth: number
  #next = 0

  constructor(text: string, resolve: Resolve, example: string, depth = 0) {
    this.#tokens = tokens(text, example)
    this.#resolve = resolve
    this.#example = example
    this.#depth = depth
  }

  all(): Node {
    const node = this.#either()
    const left = this.#tokens[this.#next]
    if (left !== undefined) throw new ExpressionFault(`\`${left.text}\` is one too many; write ${this.#example}`)
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
    const holds = COMPARISONS[sign]
    const isOrder = left.kind === 'text' && !['==', '!='].includes(sign)
    if (isOrder) throw new ExpressionFault(`words have no order; write == or != instead of ${sign}`)
    const isTrue = (a: ReturnType<Node['of']>, b: ReturnType<Node['of']>): boolean => {
      if (a === null || b === null) return false
      return holds(typeof a === 'string' ? (a === b ? 0 : 1) : compared(a as Fraction, b as Fraction))
    }
    return { kind: 'truth', unit: PLAIN, of: (values) => isTrue(left.of(values), right.of(values)) }
  }

  #sum(): Node {
    let left = this.#product()
    for (let sign = this.#take('+', '-'); sign !== null; sign = this.#take('+', '-')) {
      const right = this.#product()
      alike(left, right, sign)
      // Of two that are alike, the one with a unit is what the other was meant to be.
      const unit = [left.unit, right.unit].find(({ isShare, bytes }) => isShare === 'either' || bytes !== 0)
      left = arithmetic(left, right, sign === '+' ? added : subtracted, unit ?? left.unit, sign)
    }
    return left
  }

  #product(): Node {
    let left = this.#atom()
    for (let sign = this.#take('*', '/'); sign !== null; sign = this.#take('*', '/')) {
      const right = this.#atom()
      const unit = productUnit(left.unit, right.unit, sign === '*' ? 1 : -1)
      left = arithmetic(left, right, sign === '*' ? multiplied : divided, unit, sign)
    }
    return left
  }

  #atom(): Node {
    const token = this.#tokens[this.#next++]
    if (token === undefined) throw new ExpressionFault(`ends too early; write ${this.#example}`)
    if (token.text === '(' || token.text === '-') return this.#deeper(() => this.#inner(token.text))
    if (token.kind === 'number') return numberOf(token)
    if (token.kind === 'sign')
      throw new ExpressionFault(`\`${token.text}\` stands where a value should; write ${this.#example}`)
    return this.#named(this.#resolve(token.text))
  }

  #inner(sign: string): Node {
    if (sign === '-') {
      const of = this.#atom()
      return arithmetic({ ...constant({ times: 0n, over: 1n }), unit: of.unit }, of, subtracted, of.unit, '-')
    }
    const inner = this.#either()
    if (this.#take(')') === null) throw new ExpressionFault('a bracket is not closed; close it')
    return inner
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEPTH_MAX) throw new ExpressionFault(`is nested more than ${DEPTH_MAX} levels deep; write less`)
    const result = read()
    this.#depth--
    return result
  }

  #named(operand: Operand): Node {
    if ('word' in operand) return { kind: 'text', unit: PLAIN, of: () => operand.word }
    if ('quantity' in operand) return { ...constant(operand.quantity.amount), unit: operand.quantity.unit }
    if ('expression' in operand) {
      return this.#deeper(() => {
        return new Parser(operand.expression, this.#resolve, this.#example, this.#depth).all()
      })
    }
    const { factor, first, dimension } = operand
    if (typeof first === 'string') return { kind: 'text', unit: PLAIN, of: (values) => values[factor] as string }
    // Most factors have few values, and a fraction takes longer to make than to use.
    const known = new Map<number, Fraction>()
    const amountOf = (value: number): Fraction => {
      let amount = known.get(value)
      if (amount === undefined) amount = fromBase(value, dimension)
      if (known.size < 1000) known.set(value, amount)
      return amount
    }
    return { kind: 'number', unit: unitOf(dimension), of: (values) => amountOf(values[factor] as number) }
  }

  #take(...texts: readonly string[]): string | null {
    const token = this.#tokens[this.#next]
    if (token === undefined || token.kind === 'number' || !texts.includes(token.text)) return null
    this.#next++
    return token.text
  }
}

function constant(amount: Fraction): Node {
  return { kind: 'number', unit: PLAIN, of: () => amount }
}

function numberOf({ text, unit }: Token): Node {
  const quantity = written(text, unit === '' ? null : dimensionsOf(unit)[0], unit)
  if (quantity === null) throw new ExpressionFault(`\`${text}\` is no number of a usual size; write another`)
  return { ...constant(quantity.amount), unit: quantity.unit }
}

function truth(left: Node, right: Node, join: (a: boolean, b: boolean) => boolean): Node {
  if (left.kind !== 'truth' || right.kind !== 'truth') {
    throw new ExpressionFault('`and` and `or` stand between comparisons; write a comparison on both sides')
  }
  return { kind: 'truth', unit: PLAIN, of: (values) => join(left.of(values) as boolean, right.of(values) as boolean) }
}

function arithmetic(left: Node, right: Node, calculate: Arithmetic, unit: Unit, sign: string): Node {
  if (left.kind !== 'number' || right.kind !== 'number') {
    throw new ExpressionFault(`\`${sign}\` stands beside something that is no number; write numbers on both sides`)
  }
  return {
    kind: 'number',
    unit,
    of: (values) => {
      const [a, b] = [left.of(values) as Fraction | null, right.of(values) as Fraction | null]
      const result = a === null || b === null ? null : calculate(a, b)
      if (result !== null && isTooLarge(result))
        throw new ExpressionFault('comes to far too large a number; write less')
      return result
    },
  }
}

function alike(left: Node, right: Node, sign: string): void {
  if (left.kind !== right.kind || left.kind === 'truth') {
    throw new ExpressionFault(`\`${sign}\` stands between different kinds of values; compare numbers with numbers`)
  }
  if (areAlike(left.unit, right.unit)) return
  const texts = [unitText(left.unit), unitText(right.unit)]
  const other = texts.find((text) => text !== 'a plain number')
  throw new ExpressionFault(
    texts.includes('a plain number')
      ? `\`${sign}\` stands beside a number without the unit of ${other}; write its unit`
      : `\`${sign}\` stands between ${texts[0]} and ${texts[1]}; write the same kind on both sides`,
  )
}
