// What `sweep:` says, as axes: each a number of positions, and a level of each of its factors at each position.
//
//   grid              one axis for each factor
//   zip               one axis for all its factors, which move together
//   latin-hypercube   one axis of sampled points
//   sobol             one axis of sampled points
import { exponential, logarithm } from '../engine/elementary.ts'
import { streamSeed } from '../engine/random.ts'
import { hash128 } from '../engine/hash.ts'
import type { Entry, Keyed, Tree } from '../language/document.ts'
import { listed, remedy, type Fault, type Place } from '../language/faults.ts'
import {
  factorOf,
  levelOf,
  measureBetween,
  measureOf,
  placeOf,
  sampledLevel,
  type Factor,
  type Level,
} from './factors.ts'
import { latinCoordinates } from '../statistics/latin-hypercube.ts'
import { read } from '../language/reading.ts'
import { reading, type Source } from '../language/scenario.ts'
import { choice, expected, number, whole, type Measure, type Shape } from '../language/shapes.ts'
import { directions, SOBOL_DIMENSIONS_MAX, sobolCoordinate } from './sobol.ts'

export interface Axis {
  readonly size: number
  readonly factors: readonly Factor[]
  /** The level of one of its factors at a position from 0. */
  readonly level: (factor: number, position: number) => Level
}

type Kind = 'grid' | 'zip' | 'latin-hypercube' | 'sobol'
const KINDS: readonly Kind[] = ['grid', 'zip', 'latin-hypercube', 'sobol']

/** Most points of one sample. */
export const POINTS_MAX = 1_000_000

/** How the points of a range are spread. */
export const SCALES = ['linear', 'log'] as const

interface Reader {
  readonly source: Source
  readonly faults: Fault[]
}

/** The axes in the order of the file. What is wrong with them is added to `faults`, and then they are incomplete. */
export function axesOf(source: Source, sweep: Entry, faults: Fault[]): Axis[] {
  const reader: Reader = { source, faults }
  const { value } = sweep
  if (value.form !== 'map') {
    complain(reader, value.at, 'sweep', 'is not a map; write for example sweep: { grid: { host.cores: [8, 16] } }')
    return []
  }
  const known = [...KINDS, 'where']
  const axes: Axis[] = []
  for (const [key, { at, value: block }] of value.entries) {
    const path = `sweep.${key}`
    if (key === 'where') continue
    if (!known.includes(key)) complain(reader, at, path, `unknown key; ${remedy(key, known)}`)
    else if (block.form !== 'map') complain(reader, block.at, path, `is not a map; ${EXAMPLES[key as Kind]}`)
    else axes.push(...READERS[key as Kind](block, path, reader))
  }
  if (axes.length === 0 && faults.length === 0) {
    complain(reader, sweep.at, 'sweep', `has no factors; ${EXAMPLES.grid}`)
  }
  onePlaceEach(axes, reader)
  return axes
}

const EXAMPLES: Readonly<Record<Kind, string>> = {
  grid: 'write for example grid: { host.cores: [8, 16] }',
  zip: 'write for example zip: { host.cores: [8, 16], vms.desktop.count: [30, 60] }',
  'latin-hypercube': 'write for example { points: 100, factors: { host.cores: { from: 8, to: 64 } } }',
  sobol: 'write for example { points: 128, factors: { host.cores: { from: 8, to: 64 } } }',
}

const READERS: Readonly<Record<Kind, (block: Keyed, path: string, reader: Reader) => Axis[]>> = {
  grid: (block, path, reader) =>
    listsOf(block, path, reader).map(({ factor, levels }) => {
      return { size: levels.length, factors: [factor], level: (_, position) => levels[position] }
    }),
  zip: zipped,
  'latin-hypercube': (block, path, reader) => sampled(block, path, reader, latinSampler),
  sobol: (block, path, reader) => sampled(block, path, reader, sobolSampler),
}

function complain({ faults }: Reader, place: Place, path: string, text: string): void {
  faults.push({ place, path, text })
}

interface ListedFactor {
  readonly factor: Factor
  readonly levels: readonly Level[]
}

function listsOf(block: Keyed, path: string, reader: Reader): ListedFactor[] {
  if (block.entries.size === 0) complain(reader, block.at, path, 'has no factors; write PATH: [value, value]')
  return [...block.entries].flatMap(([key, { at, value }]) => listOf(key, at, value, reader) ?? [])
}

/** A factor with its list of values; null if there is a fault. */
function listOf(path: string, at: Place, value: Tree, reader: Reader): ListedFactor | null {
  const { source, faults } = reader
  const shape = placeOf(source, path, at, faults)
  if (shape === null) return null
  if (value.form !== 'list') {
    complain(reader, value.at, path, `is not a list; write the values to try in brackets, each ${expected(shape)}`)
    return null
  }
  if (value.items.length === 0) {
    complain(reader, value.at, path, 'has no values; write at least one in the brackets')
    return null
  }
  const levels = value.items.map((item) => levelOf(source, shape, path, item, faults))
  if (levels.includes(null)) return null
  const [first, ...others] = levels as Level[]
  const other = others.find(({ dimension }) => dimension !== first.dimension)
  if (other !== undefined && shape.form === 'quantity') {
    complain(reader, other.tree.at, path, 'is another kind of number than the first; write all in units of one kind')
    return null
  }
  return { factor: factorOf(path, at, shape, levels as Level[]), levels: levels as Level[] }
}

function zipped(block: Keyed, path: string, reader: Reader): Axis[] {
  const lists = listsOf(block, path, reader)
  if (lists.length < block.entries.size || lists.length === 0) return []
  const [first, ...others] = lists
  for (const { factor, levels } of others) {
    if (levels.length === first.levels.length) continue
    const text = `has ${levels.length} values and \`${first.factor.path}\` ${first.levels.length}; zip takes equally many`
    complain(reader, factor.at, factor.path, text)
  }
  return [
    {
      size: first.levels.length,
      factors: lists.map(({ factor }) => factor),
      level: (factor, position) => lists[factor].levels[position],
    },
  ]
}

/** A coordinate in [0, 1) of each point in one dimension. */
type Sampler = (points: number, seed: number | null, dimension: number, path: string) => (position: number) => number

const latinSampler: Sampler = (points, seed, _, path) => {
  const coordinates = latinCoordinates(points, streamSeed(seed ?? 1, 0, `latin-hypercube/${path}`))
  return (position) => coordinates[position]
}

const sobolSampler: Sampler = (_points, seed, dimension, path) => {
  const v = directions(dimension)
  const shift = seed === null ? 0 : hash128(`${seed}/sobol/${path}`)[0]
  return (position) => sobolCoordinate(v, position, shift)
}

function sampled(block: Keyed, path: string, reader: Reader, sampler: Sampler): Axis[] {
  const before = reader.faults.length
  const known = ['points', 'seed', 'factors']
  for (const [key, { at }] of block.entries) {
    if (!known.includes(key)) complain(reader, at, `${path}.${key}`, `unknown key; ${remedy(key, known)}`)
  }
  const points = numberIn(block, 'points', whole(1, POINTS_MAX, '128'), path, reader)
  const seed = numberIn(block, 'seed', whole(0, Number.MAX_SAFE_INTEGER, '1'), path, reader)
  if (points === null && !block.entries.has('points')) {
    complain(reader, block.at, `${path}.points`, `is missing; write ${expected(whole(1, POINTS_MAX, '128'))}`)
  }
  const factors = block.entries.get('factors')
  if (factors?.value.form !== 'map' || factors.value.entries.size === 0) {
    const example = 'PATH: { from, to } or PATH: [value, value]'
    complain(reader, factors?.value.at ?? block.at, `${path}.factors`, `names no factors; write ${example}`)
    return []
  }
  if (path.endsWith('sobol') && factors.value.entries.size > SOBOL_DIMENSIONS_MAX) {
    const text = `are more than ${SOBOL_DIMENSIONS_MAX}; sweep fewer, or use latin-hypercube`
    complain(reader, factors.at, `${path}.factors`, text)
  }
  const drawn = [...factors.value.entries].map(([key, { at, value }]) => drawnOf(key, at, value, reader))
  // A value whose fault was told when the file was read is none here and is no new fault.
  if (reader.faults.length > before || points === null || drawn.includes(null)) return []
  const coordinates = drawn.map((factor, dimension) => sampler(points, seed, dimension, factor!.factor.path))
  return [
    {
      size: points,
      factors: drawn.map((factor) => factor!.factor),
      level: (factor, position) => drawn[factor]!.at(coordinates[factor](position)),
    },
  ]
}

function numberIn(block: Keyed, key: string, shape: Shape<number>, path: string, { source, faults }: Reader) {
  const entry = block.entries.get(key)
  if (entry === undefined) return null
  return read(shape, entry.value, `${path}.${key}`, reading(source, faults)) ?? null
}

interface DrawnFactor {
  readonly factor: Factor
  /** The level at a coordinate in [0, 1). */
  readonly at: (coordinate: number) => Level
}

/** A factor of a sample: a range, or a list whose values are equally likely. */
function drawnOf(path: string, at: Place, value: Tree, reader: Reader): DrawnFactor | null {
  if (value.form === 'list') {
    const list = listOf(path, at, value, reader)
    return list && { ...list, at: (coordinate) => list.levels[Math.floor(coordinate * list.levels.length)] }
  }
  const { source, faults } = reader
  const shape = placeOf(source, path, at, faults)
  if (shape === null) return null
  const isParameter = shape.form === 'quantity'
  const measure = isParameter ? measureOfRange(shape, path, value, reader) : measureOf(shape)
  if (value.form !== 'map') {
    complain(reader, value.at, path, 'is no range; write { from: …, to: … }, or the values in brackets')
    return null
  }
  if (measure === null) {
    if (!isParameter) complain(reader, value.at, path, 'takes words, which have no range; write them in brackets')
    return null
  }
  const range = rangeOf(path, value, measure, reader)
  if (range === null) return null
  return { factor: factorOf(path, at, shape, measure), at: (u) => sampledLevel(measure, range(u), at) }
}

/** What is between the ends of a parameter's range; null with a fault. Ends that are missing or wrong are told later. */
function measureOfRange(shape: Shape, path: string, value: Tree, reader: Reader): Measure | null {
  const ends = ['from', 'to'].map((key) => {
    const entry = value.form === 'map' ? value.entries.get(key) : undefined
    return entry === undefined ? null : levelOf(reader.source, shape, `${path}.${key}`, entry.value, [])
  })
  const [from, to] = [ends[0] ?? ends[1], ends[1] ?? ends[0]]
  if (from === null || to === null) return number(-1e15, 1e15, '80')
  if (from.dimension === to.dimension) return measureBetween(from, to)
  const text = 'is another kind of number than `from`; write both in units of one kind'
  complain(reader, to.tree.at, `${path}.to`, text)
  return null
}

/** The value in base units at a coordinate; whole where it must be, every whole number with the same chance. */
function rangeOf(path: string, block: Keyed, measure: Measure, reader: Reader): ((u: number) => number) | null {
  const { source, faults } = reader
  const before = faults.length
  const known = ['from', 'to', 'scale']
  for (const [key, { at }] of block.entries) {
    if (!known.includes(key)) complain(reader, at, `${path}.${key}`, `unknown key; ${remedy(key, known)}`)
  }
  const missing = ['from', 'to'].filter((key) => !block.entries.has(key))
  if (missing.length > 0) complain(reader, block.at, path, `lacks ${listed(missing)}; write { from: …, to: … }`)
  const end = (key: 'from' | 'to') => numberIn(block, key, measure, path, reader)
  const [from, to] = [end('from'), end('to')]
  const scale = block.entries.get('scale')
  const isLog =
    scale !== undefined &&
    read(choice('scale', SCALES), scale.value, `${path}.scale`, reading(source, faults)) === 'log'
  if (faults.length > before || from === null || to === null) return null
  if (from >= to) complain(reader, block.at, path, '`from` is not below `to`; write the smaller of the two as `from`')
  if (isLog && from <= 0) complain(reader, block.at, path, 'a log scale begins above 0; write a larger `from`')
  if (faults.length > before) return null
  const [low, high] = measure.whole ? [from - 0.5, to + 0.5] : [from, to]
  const between = isLog
    ? (u: number) => exponential(logarithm(low) + u * (logarithm(high) - logarithm(low)))
    : (u: number) => low + u * (high - low)
  // Rounding may step over an end of the range by its last digit.
  const within = (value: number) => Math.min(to, Math.max(from, value))
  return (u) => within(measure.whole ? Math.round(between(u)) : between(u))
}

function onePlaceEach(axes: readonly Axis[], reader: Reader): void {
  const factors = axes.flatMap((axis) => axis.factors)
  factors.forEach(({ path, at }, position) => {
    const other = factors.slice(0, position).find((before) => before.path === path || isInside(path, before.path))
    if (other === undefined) return
    const text =
      other.path === path ? 'is swept twice; keep one of the two' : `is also set by \`${other.path}\`; keep one`
    complain(reader, at, path, text)
  })
}

/** Whether one of two paths lies inside the other. */
export function isInside(one: string, other: string): boolean {
  return one.startsWith(`${other}.`) || other.startsWith(`${one}.`)
}
