// Reads a tree by a shape: values in base units and with defaults, and every fault on the way.
import { measuresIn } from './csv-column.ts'
import { join, type Keyed, type Scalar, type Tree } from './document.ts'
import { listed, nearest, quoted, remedy, type Fault, type Place } from './faults.ts'
import { timesIn, type Times, type TimesAsked } from './log-times.ts'
import { measureIn, type Refusal } from './measures.ts'
import { calculatedMeasure, isCalculated, WRONG, type Parameters } from './parameters.ts'
import { expected, FOR_ROWS, NAME_PATTERN } from './shapes.ts'
import type { Choice, Column, Complaint, Draft, Either, Items, Keys, Names, Shape, Text } from './shapes.ts'
import { FILE_BYTES_MAX, LOG_BYTES_MAX } from './text.ts'

export interface Reading {
  readonly faults: Fault[]
  /** What values that begin with `=` are calculated from. */
  readonly parameters: Parameters
  /**
   * What `read` makes of the text of a data file, named relative to the file of `at`. It is made once for each `key`.
   * `most`: bytes that the file may have.
   */
  readonly made: (asked: DataFile, read: (text: string, file: string) => Times | Refusal) => Times | Refusal
}

export interface DataFile {
  readonly file: string
  readonly at: Place
  readonly key: string
  readonly most: number
}

const TEXT_LENGTH_MAX = 1000

/** What could be read. Where a fault was found, the value is undefined and the fault is in `reading.faults`. */
export function read<T>(shape: Shape<T>, tree: Tree, path: string, reading: Reading): Draft<T> | undefined {
  return readShape(shape, tree, path, expected(shape), reading) as Draft<T> | undefined
}

/** `wanted`: what a message tells to write, which for one option of several names them all. */
function readShape(shape: Shape, tree: Tree, path: string, wanted: string, reading: Reading): unknown {
  if (shape.form === 'either') return readEither(shape, tree, path, wanted, reading)
  if (tree.form === 'scalar' && tree.wrong) return undefined
  const form = shape.form === 'items' ? 'list' : isMapShape(shape) ? 'map' : 'scalar'
  if (tree.form !== form) return refuse(`${isThere(tree)}; write ${wanted}`)
  switch (shape.form) {
    case 'measure':
      return accept(
        isCalculated(tree)
          ? calculatedMeasure(shape, tree as Scalar, wanted, reading.parameters)
          : measureIn(shape, tree as Scalar, wanted),
      )
    case 'quantity':
      return accept(reading.parameters.of(tree as Scalar))
    case 'choice':
      return accept(choiceIn(shape, tree as Scalar, wanted))
    case 'text':
      return accept(textIn(shape, tree as Scalar, wanted))
    case 'flag':
      return accept(flagIn(tree as Scalar, wanted))
    case 'keys':
      return readKeys(shape, tree as Keyed, path, reading)
    case 'names':
      return readNames(shape, tree as Keyed, path, reading)
    case 'items':
      return readItems(shape, tree, path, reading)
    case 'column':
      return readColumn(shape, tree as Keyed, path, reading)
  }

  function accept(value: unknown): unknown {
    if (value === WRONG) return undefined
    return isRefusal(value) ? refuse(value.refused) : value
  }
  function refuse(text: string): undefined {
    reading.faults.push({ place: tree.at, path, text })
  }
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value
}

function isMapShape(shape: Shape): boolean {
  return shape.form === 'keys' || shape.form === 'names' || shape.form === 'column'
}

function isThere(tree: Tree): string {
  if (tree.form === 'map') return 'is a map'
  if (tree.form === 'list') return 'is a list'
  return tree.value === null && !tree.inQuotes ? 'has no value' : `is ${quoted(tree.written)}`
}

function readEither(shape: Either, tree: Tree, path: string, wanted: string, reading: Reading): unknown {
  const option = shape.options.find((candidate) => fits(candidate, tree)) ?? shape.options[0]
  return readShape(option, tree, path, wanted, reading)
}

function fits(shape: Shape, tree: Tree): boolean {
  if (shape.form === 'items') return tree.form === 'list'
  if (isMapShape(shape)) return tree.form === 'map'
  if (tree.form !== 'scalar') return false
  if (shape.form === 'flag') return typeof tree.value === 'boolean'
  return shape.form !== 'choice' || shape.words.includes(tree.written)
}

function choiceIn({ noun, words }: Choice, scalar: Scalar, wanted: string): string | Refusal {
  if (typeof scalar.value === 'string' && words.includes(scalar.value)) return scalar.value
  if (scalar.value === null) return { refused: `has no value; write ${wanted}` }
  return { refused: `no ${noun} ${quoted(scalar.written)}; ${remedy(scalar.written, words)}` }
}

function flagIn(scalar: Scalar, wanted: string): boolean | Refusal {
  return typeof scalar.value === 'boolean' ? scalar.value : { refused: `${isThere(scalar)}; write ${wanted}` }
}

function textIn({ isName, reserved }: Text, scalar: Scalar, wanted: string): string | Refusal {
  const { value } = scalar
  if (value === null || value === '') return { refused: `has no value; write ${wanted}` }
  if (typeof value !== 'string') return { refused: `${quoted(scalar.written)} is not text; put it in quotes` }
  if (isName) return nameProblem(value, reserved, FOR_ROWS) ?? value
  if (value.length > TEXT_LENGTH_MAX) return { refused: `is longer than ${TEXT_LENGTH_MAX} characters; shorten it` }
  const control = /[\p{Cc}\u2028\u2029]/u.test(value.replace(/\n$/, ''))
  return control ? { refused: 'holds a line break or a control character; keep it to one line' } : value.trimEnd()
}

function nameProblem(name: string, reserved: readonly string[], reservedFor: string): Refusal | null {
  if (reserved.includes(name)) return { refused: `the name ${quoted(name)} is reserved ${reservedFor}; choose another` }
  if (new RegExp(`^${NAME_PATTERN}$`).test(name) && name.length <= 100) return null
  return { refused: `${quoted(name)} is not a name; write a letter, then letters, digits and hyphens (at most 100)` }
}

function readKeys(shape: Keys, tree: Keyed, path: string, reading: Reading): Record<string, unknown> {
  const { fields, noun } = shape
  const known = Object.keys(fields)
  const draft: Record<string, unknown> = {}
  // A misspelt key counts as given, so that one slip is one fault.
  const given = new Set<string>()
  for (const [key, { at, value }] of tree.entries) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field !== undefined) draft[key] = readShape(field.shape, value, join(path, key), expected(field.shape), reading)
    else {
      // Too many to be named are only costs.
      const text = `unknown ${noun}; ${remedy(key, known, 'offsim models')}`
      reading.faults.push({ place: at, path: join(path, key), text })
    }
    for (const meant of field === undefined ? nearest(key, known) : [key]) given.add(meant)
  }
  for (const [key, { required, fallback, shape: missing }] of Object.entries(fields)) {
    if (fallback !== null && !tree.entries.has(key)) draft[key] = fallback.value
    if (required && !given.has(key)) {
      reading.faults.push({ place: tree.at, path: join(path, key), text: `is missing; write ${expected(missing)}` })
    }
  }
  const complaints = [...(shape.exactlyOne ? exactlyOne(shape, given) : []), ...(shape.check?.(draft, given) ?? [])]
  for (const { key = '', text } of complaints) {
    reading.faults.push({ place: tree.entries.get(key)?.at ?? tree.at, path: join(path, key), text })
  }
  return draft
}

function exactlyOne({ fields, noun, example }: Keys, given: ReadonlySet<string>): Complaint[] {
  if (given.size === 1) return []
  if (given.size > 1) return [{ text: `names more than one ${noun}, ${listed([...given])}; keep one` }]
  return [{ text: `names no ${noun}; write one of ${listed(Object.keys(fields), 'or')}, such as ${example}` }]
}

function readNames(shape: Names, tree: Keyed, path: string, reading: Reading): Record<string, unknown> {
  const draft: Record<string, unknown> = {}
  if (tree.entries.size === 0) {
    reading.faults.push({ place: tree.at, path, text: `is empty; give at least one ${shape.noun}` })
  }
  for (const [name, { at, value }] of tree.entries) {
    const inner = join(path, name)
    const problem = nameProblem(name, shape.reserved, shape.reservedFor)
    if (problem !== null) reading.faults.push({ place: at, path: inner, text: problem.refused })
    const item = readShape(shape.of, value, inner, expected(shape.of), reading)
    if (problem === null) draft[name] = item
  }
  return draft
}

function readItems(shape: Items, tree: Tree, path: string, reading: Reading): unknown[] | undefined {
  if (tree.form !== 'list') return undefined
  if (tree.items.length < shape.min) {
    reading.faults.push({ place: tree.at, path, text: `is empty; give at least one ${shape.noun}` })
  }
  return tree.items.map((item, index) => readShape(shape.of, item, join(path, index), expected(shape.of), reading))
}

function readColumn({ of, fields }: Column, tree: Keyed, path: string, reading: Reading): Times | undefined {
  const before = reading.faults.length
  const keys: Keys = { form: 'keys', noun: 'key', fields, exactlyOne: false, example: '', check: null }
  const asked = readKeys(keys, tree, path, reading) as Partial<TimesAsked & { readonly file: string }>
  const { file, column, missing } = asked
  if (file === undefined || column === undefined || reading.faults.length > before) return undefined
  const at = tree.entries.get('file')?.value.at ?? tree.at
  const isLog = of === 'times'
  const key = JSON.stringify([asked, isLog ? null : of])
  const numbers = reading.made({ file, at, key, most: isLog ? LOG_BYTES_MAX : FILE_BYTES_MAX }, (text, from) => {
    return isLog ? timesIn(text, asked as TimesAsked, from) : measuresIn(text, column, of, missing!)
  })
  if (!isRefusal(numbers)) return numbers
  reading.faults.push({ place: at, path, text: `${file}: ${numbers.refused}` })
  return undefined
}
