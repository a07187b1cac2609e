// Shapes: what may stand at a place of a scenario, as data. Reading, messages, the JSON schema and the language
// reference are all made from the same shapes, so that they cannot disagree.
import type { Quantity } from '../units/quantity.ts'
import { DIMENSIONS, measured, unitsOf, type DimensionName } from '../units/units.ts'

/** A number: with a unit, bare, or (bytes) either. Read in base units. */
export interface Measure {
  readonly form: 'measure'
  /** With its article: `a frequency`. */
  readonly noun: string
  readonly dimension: DimensionName | null
  readonly bare: boolean
  readonly whole: boolean
  readonly min: Bound
  readonly max: Bound
  readonly example: string
}

/** An end of a range, in base units and as people write it. */
export interface Bound {
  readonly value: number
  readonly text: string
}

/** One of a few words. */
export interface Choice {
  readonly form: 'choice'
  /** Without article: `handler`. */
  readonly noun: string
  readonly words: readonly string[]
}

export interface Text {
  readonly form: 'text'
  readonly noun: string
  readonly example: string
  /** Whether it must be a name: a letter, then letters, digits and hyphens. */
  readonly isName: boolean
  readonly reserved: readonly string[]
}

export interface Flag {
  readonly form: 'flag'
}

/** A map whose keys the language fixes. */
export interface Keys {
  readonly form: 'keys'
  /** What a key is, without article: `key`, `technology`. */
  readonly noun: string
  readonly fields: Readonly<Record<string, Field<unknown>>>
  /** Whether exactly one of the fields must be given. */
  readonly exactlyOne: boolean
  readonly example: string
  readonly check: ((draft: object, given: ReadonlySet<string>) => readonly Complaint[]) | null
}

/** A map whose keys are names that the scenario chooses; there is at least one. */
export interface Names {
  readonly form: 'names'
  /** What one is, without article: `arm`. */
  readonly noun: string
  readonly reserved: readonly string[]
  /** What for. */
  readonly reservedFor: string
  readonly of: Shape
  readonly example: string
}

export interface Items {
  readonly form: 'items'
  /** What one is, without article: `packet stream`. */
  readonly noun: string
  readonly min: number
  readonly of: Shape
}

/** The first option that fits the form of what is written. */
export interface Either {
  readonly form: 'either'
  readonly options: readonly Shape[]
}

/** `{ file, column }`: numbers from a CSV file, or the times of a log as ns. */
export interface Column {
  readonly form: 'column'
  readonly of: Measure | 'times'
  readonly fields: Keys['fields']
}

/** A number with any unit or none: a parameter. */
export interface AnyQuantity {
  readonly form: 'quantity'
}

type Form = Measure | Choice | Text | Flag | Keys | Names | Items | Either | Column | AnyQuantity

/** A shape that is read as a `T`. `means` exists for the compiler only and is never set. */
export type Shape<T = unknown> = Form & { readonly means?: T }
export type Meaning<S> = S extends { readonly means?: infer T } ? Exclude<T, undefined> : never

export interface Field<T> {
  readonly shape: Shape
  /** What it is, in one phrase, for the reference and for editors. */
  readonly says: string
  readonly required: boolean
  /** What stands for a missing key, in base units, and as people write it. */
  readonly fallback: { readonly value: T; readonly text: string } | null
  readonly means?: T
}

/** What was read of a `T` so far: anything in it may be missing because it was wrong. */
export type Draft<T> = T extends readonly (infer U)[]
  ? readonly (Draft<U> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> }
    : T

/** A rule over the fields of one map. `given` holds the keys that are written, right or wrong. */
export type Check<T> = (draft: Draft<T>, given: ReadonlySet<string>) => readonly Complaint[]

export interface Complaint {
  /** The key it is about; the map as a whole without one. */
  readonly key?: string
  readonly text: string
}

export function required<T>(shape: Shape<T>, says: string): Field<T> {
  return { shape, says, required: true, fallback: null }
}

export function optional<T>(shape: Shape<T>, says: string): Field<T | undefined> {
  return { shape, says, required: false, fallback: null }
}

/** `text`: the default as it would be written. */
export function defaulted<T>(shape: Shape<T>, value: T, text: string, says: string): Field<T> {
  return { shape, says, required: false, fallback: { value, text } }
}

/** A number with a unit. `min` and `max` are written as a scenario would write them. */
export function measure(dimension: DimensionName, min: string, max: string, example: string): Shape<number> & Measure {
  const { noun } = DIMENSIONS[dimension]
  const bounds = { min: bound(min, dimension), max: bound(max, dimension) }
  return {
    form: 'measure',
    noun: `a ${noun}`,
    dimension,
    bare: dimension === 'bytes',
    whole: false,
    ...bounds,
    example,
  }
}

/** A number of bytes, bare or with a unit. */
export function bytes(max: string, example: string): Shape<number> & Measure {
  return { ...measure('bytes', '1 B', max, example), whole: true }
}

/** A bare number. */
export function number(min: number, max: number, example: string): Shape<number> & Measure {
  const bounds = { min: { value: min, text: grouped(min) }, max: { value: max, text: grouped(max) } }
  return { form: 'measure', noun: 'a number', dimension: null, bare: true, whole: false, ...bounds, example }
}

/** A bare whole number. */
export function whole(min: number, max: number, example: string): Shape<number> & Measure {
  return { ...number(min, max, example), noun: 'a whole number', whole: true }
}

export function choice<const W extends string>(noun: string, words: readonly W[]): Shape<W> & Choice {
  return { form: 'choice', noun, words }
}

export function text(noun: string, example: string): Shape<string> & Text {
  return { form: 'text', noun, example, isName: false, reserved: [] }
}

export function name(noun: string, example: string, reserved: readonly string[]): Shape<string> & Text {
  return { form: 'text', noun, example, isName: true, reserved }
}

export function flag(): Shape<boolean> & Flag {
  return { form: 'flag' }
}

type Fields = Readonly<Record<string, Field<unknown>>>
type Read<F extends Fields> = { readonly [K in keyof F]: F[K] extends { readonly means?: infer T } ? T : never }

interface KeysOptions<T> {
  readonly noun?: string
  readonly example: string
  readonly check?: Check<T>
}

export function keys<F extends Fields>(fields: F, options: KeysOptions<Read<F>>): Shape<Read<F>> & Keys {
  const { noun = 'key', example, check = null } = options
  return { form: 'keys', noun, fields, exactlyOne: false, example, check: check as Keys['check'] }
}

/** A map with exactly one of these keys. */
export function oneOf<F extends Fields>(fields: F, options: KeysOptions<Read<F>>): Shape<Partial<Read<F>>> & Keys {
  return { ...keys(fields, options), exactlyOne: true }
}

export function names<T>(
  noun: string,
  reserved: readonly string[],
  of: Shape<T>,
  example: string,
  reservedFor = FOR_ROWS,
): Shape<Readonly<Record<string, T>>> & Names {
  return { form: 'names', noun, reserved, reservedFor, of, example }
}

export const FOR_ROWS = 'for rows of results'

export function anyQuantity(): Shape<Quantity> & AnyQuantity {
  return { form: 'quantity' }
}

export function items<T>(noun: string, of: Shape<T>, min = 0): Shape<readonly T[]> & Items {
  return { form: 'items', noun, min, of }
}

export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> & Either {
  return { form: 'either', options: [first, second] }
}

/** Numbers of a column. */
export function column(of: Measure): Shape<readonly number[]> & Column {
  return { form: 'column', of, fields: COLUMN_FIELDS }
}

/** The keys of a column. */
export const COLUMN_FIELDS = {
  file: required(text('the path of a CSV file', 'sizes.csv'), 'CSV file with a header, relative to the scenario'),
  column: required(text('the header of a column', 'bytes'), 'header of the column'),
  missing: defaulted(choice('way', ['error', 'skip']), 'error', 'error', 'what becomes of rows without a value'),
} satisfies Keys['fields']

export const NAME_PATTERN = '[A-Za-z][A-Za-z0-9-]*'

/** What to write at a place of this shape: the second half of a message. */
export function expected(shape: Shape): string {
  switch (shape.form) {
    case 'measure':
      return expectedMeasure(shape)
    case 'choice':
      return shape.words.length > 8 ? `the name of a ${shape.noun}` : shape.words.join(' or ')
    case 'text':
      return `${shape.noun}, such as ${shape.example}`
    case 'flag':
      return 'true or false'
    case 'keys':
      return `a map, such as ${shape.example}`
    case 'names':
      return `a map with a name for each ${shape.noun}, such as ${shape.example}`
    case 'items':
      return `a list with an item for each ${shape.noun}${shape.of.form === 'keys' ? `, such as [${shape.of.example}]` : ''}`
    case 'either':
      return shape.options.map(expected).join(', or ')
    case 'quantity':
      return 'a number, bare or with its unit, such as 80 or 5 %'
    case 'column':
      return 'a map with the CSV file and its column, such as { file: sizes.csv, column: bytes }'
  }
}

function expectedMeasure({ noun, dimension, bare, min, max, example }: Measure): string {
  const range = `${noun} from ${min.text} to ${max.text}`
  if (dimension === null) return `${range} without a unit, such as ${example}`
  const units = unitsOf(dimension).join(', ')
  return bare ? `${range}, bare or in ${units}, such as ${example}` : `${range} in ${units}, such as ${example}`
}

function bound(written: string, dimension: DimensionName): Bound {
  const value = measured(written, dimension)
  if (value === null) throw new RangeError(`no such measure: ${written}`)
  return { value, text: written }
}

/** A number as a message shows it: 4,096, 10^15. */
function grouped(value: number): string {
  if (value === Number.MAX_SAFE_INTEGER) return '2^53-1'
  const power = Math.round(Math.log10(value))
  if (value >= 1e6 && Number(`1e${power}`) === value) return `10^${power}`
  return withCommas(value)
}

/** The digits of a whole number in groups of three. */
export function withCommas(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}
