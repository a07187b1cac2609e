// Factors of a sweep: places of a scenario and the values that stand there in turn.
import type { Scalar, Tree } from '../language/document.ts'
import { remedy, type Fault, type Place } from '../language/faults.ts'
import { keysOf, shapeAt, withSetting } from '../language/overlay.ts'
import { read } from '../language/reading.ts'
import { reading, type Source } from '../language/scenario.ts'
import type { Measure, Shape } from '../language/shapes.ts'
import { isCalculated } from '../language/parameters.ts'
import { dimensionOf, inBase, unitText, type Quantity } from '../units/quantity.ts'
import type { DimensionName } from '../units/units.ts'

/** One value of a factor. */
export interface Level {
  /** As it would be written in the scenario. */
  readonly tree: Tree
  /** In the result: a number in the unit of the column, or text. */
  readonly cell: number | string
  /** In base units, for conditions. */
  readonly value: number | string
  /** What a number measures; null for bare ones and for words. */
  readonly dimension: DimensionName | null
}

export interface Factor {
  readonly path: string
  readonly keys: readonly string[]
  readonly at: Place
  /** Header of its column: the path, and the unit if there is one. */
  readonly column: string
  /** Whether all its cells are numbers, and whether all are whole. */
  readonly isNumber: boolean
  readonly isWhole: boolean
  /** What numbers measure; null for bare ones and for words. */
  readonly dimension: DimensionName | null
}

/** What a column is called behind its path, and how many base units one of its units is. */
const COLUMN_UNITS: Readonly<Record<DimensionName, readonly [suffix: string, worth: number]>> = {
  time: ['s', 1e9],
  rate: ['per_s', 1],
  frequency: ['hz', 1],
  bitRate: ['bit_per_s', 1],
  byteRate: ['bytes_per_s', 1],
  bytes: ['bytes', 1],
  share: ['share', 1],
}

/** Reads a factor's path. Returns the shape of the place, or null with a fault. */
export function placeOf(source: Source, path: string, at: Place, faults: Fault[]): Shape | null {
  const refuse = (text: string): null => {
    faults.push({ place: at, path: '', text: `${path}: ${text}` })
    return null
  }
  const keys = keysOf(path)
  if (keys.includes('')) return refuse('is not a path; write keys joined by dots, such as host.cores')
  if (keys[0] === 'scenario' || keys[0] === 'sweep') return refuse('cannot be swept; choose another place')
  const shape = shapeAt(source.language, keys)
  const before = faults.length
  const probe: Scalar = { form: 'scalar', at, value: 0, written: '0', inQuotes: false }
  // Whether the place exists in the file too is asked by setting something there.
  const missing: Fault[] = []
  withSetting(source.tree, source.language, { at, keys, value: probe }, missing)
  faults.push(...missing.map((fault) => ({ ...fault, place: at })))
  if (faults.length > before) return null
  return shape ?? refuse(remedy(path, []))
}

/** The level that a value of the file makes, or null with its faults. */
export function levelOf(source: Source, shape: Shape, path: string, tree: Tree, faults: Fault[]): Level | null {
  const found: Fault[] = []
  if (takesNumbers(shape) && isCalculated(tree)) {
    found.push({
      place: tree.at,
      path,
      text: 'is calculated; write values here, or sweep a parameter that it is made of',
    })
  }
  const value = read(shape, tree, path, reading(source, found))
  faults.push(...found)
  if (found.length > 0 || value === undefined) return null
  if (shape.form === 'quantity') return levelOfQuantity(value as Quantity, path, tree, faults)
  if (typeof value === 'number') return numberLevel(tree, value, measureOf(shape)?.dimension ?? null)
  const text = tree.form === 'scalar' ? tree.written : JSON.stringify(plain(tree))
  return { tree, cell: text, value: text, dimension: null }
}

function numberLevel(tree: Tree, value: number, dimension: DimensionName | null): Level {
  return { tree, cell: value / (dimension === null ? 1 : COLUMN_UNITS[dimension][1]), value, dimension }
}

function levelOfQuantity({ amount, unit }: Quantity, path: string, tree: Tree, faults: Fault[]): Level | null {
  const dimension = dimensionOf(unit)
  if (dimension !== undefined) return numberLevel(tree, inBase(amount, dimension), dimension)
  faults.push({ place: tree.at, path, text: `is ${unitText(unit)}; write a number, bare or with one unit` })
  return null
}

/** What a parameter may be between two values of one kind. */
export function measureBetween(from: Level, to: Level): Measure {
  const { dimension } = from
  // Between whole numbers lie whole numbers: what is counted is counted. `1.0` is a number like others.
  const isWhole = ({ tree }: Level) => tree.form === 'scalar' && /^[-+]?[0-9]+$/.test(tree.written)
  const end = { value: Infinity, text: '10^308' }
  return {
    form: 'measure',
    noun: 'a number',
    dimension,
    bare: dimension === null || dimension === 'bytes',
    whole: isWhole(from) && isWhole(to),
    min: { ...end, value: -Infinity },
    max: end,
    example: '80',
  }
}

/** A level at a number in base units. */
export function sampledLevel(measure: Measure, value: number, at: Place): Level {
  const unit = measure.dimension === null ? '' : BASE_UNITS[measure.dimension]
  // A share is 1 in base units and written in hundredths; without the digits that the product of doubles adds.
  const inUnit = unit === '%' ? Number((100 * value).toPrecision(15)) : value
  const tree: Scalar = {
    form: 'scalar',
    at,
    value: inUnit,
    written: unit === '' ? String(inUnit) : `${inUnit} ${unit}`,
    inQuotes: false,
  }
  return numberLevel(tree, value, measure.dimension)
}

const BASE_UNITS: Readonly<Record<DimensionName, string>> = {
  time: 'ns',
  rate: '/s',
  frequency: 'Hz',
  bitRate: 'bit/s',
  byteRate: 'B/s',
  bytes: '',
  share: '%',
}

/** The factor with these levels. `samples`: a measure that is sampled instead. */
export function factorOf(path: string, at: Place, shape: Shape, levels: readonly Level[] | Measure): Factor {
  const isNumber = !Array.isArray(levels) || (levels as readonly Level[]).every(({ cell }) => typeof cell === 'number')
  const measure = !isNumber ? null : Array.isArray(levels) ? measureOf(shape) : (levels as Measure)
  const first = Array.isArray(levels) ? (levels as readonly Level[])[0] : null
  const dimension = first === null ? (measure?.dimension ?? null) : isNumber ? first.dimension : null
  return {
    path,
    keys: keysOf(path),
    at,
    column: dimension === null ? path : `${path}_${COLUMN_UNITS[dimension][0]}`,
    isNumber,
    isWhole: measure !== null && measure.whole && dimension === null,
    dimension,
  }
}

/** Whether a number stands at a place, and so may be calculated there. */
export function takesNumbers(shape: Shape): boolean {
  return shape.form === 'quantity' || measureOf(shape) !== null
}

/** The number that may stand at a place, if one may. */
export function measureOf(shape: Shape): Measure | null {
  if (shape.form === 'measure') return shape
  if (shape.form !== 'either') return null
  return shape.options.map(measureOf).find((option) => option !== null) ?? null
}

/**
 * A tree as plain data that reads as the same tree again. A file named beside the file of the tree is named from where
 * that file was named, so that the data may be read from anywhere with the same `read`.
 */
export function plain(tree: Tree, seenFrom: (path: string, at: Place) => string = (path) => path): unknown {
  if (tree.form === 'list') return tree.items.map((item) => plain(item, seenFrom))
  if (tree.form === 'scalar') return tree.value
  const isColumn = tree.entries.has('file') && tree.entries.has('column')
  const entries = [...tree.entries].map(([key, { value }]): [string, unknown] => {
    const isFile = isColumn && key === 'file' && value.form === 'scalar' && typeof value.value === 'string'
    return [key, isFile ? seenFrom(value.value, value.at) : plain(value, seenFrom)]
  })
  return Object.fromEntries(entries)
}
