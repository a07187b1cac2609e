// A sweep: one scenario with factors. Its points are numbered from 0, the first axis slowest, before conditions leave any out;
// a point is found again from its number alone.
import type { Scenario } from '../language/asked.ts'
import { axesOf, isInside, type Axis } from './axes.ts'
import { entryAt, type Entry, type Scalar, type Tree } from '../language/document.ts'
import { condition, ExpressionFault, type Operand, type Values } from '../units/expression.ts'
import { fromBase, unitOf } from '../units/quantity.ts'
import { isCalculated } from '../language/parameters.ts'
import { levelOf, measureOf, takesNumbers, type Factor, type Level } from './factors.ts'
import { ScenarioError, wholeOf, type Fault } from '../language/faults.ts'
import { keysOf, shapeAt, withSetting } from '../language/overlay.ts'
import { scenarioOf, scenarioSource, without, type LoadOptions, type Source } from '../language/scenario.ts'
import type { Shape } from '../language/shapes.ts'

/** A condition of a sweep, asked for every point. */
type Condition = (values: Values) => boolean

export interface Sweep {
  /** The scenario that factors change. */
  readonly source: Source
  /** What `sweep:` says. */
  readonly block: Tree
  /** In the order of the file. */
  readonly factors: readonly Factor[]
  /** Points before conditions. */
  readonly size: number
  /** Whether a point is left in by all conditions. */
  readonly includes: (point: number) => boolean
  /** The factors' cells at a point. */
  readonly cells: (point: number) => (number | string)[]
  /** The scenario at a point. Throws a ScenarioError where the values do not go together. */
  readonly scenario: (point: number) => Scenario
}

/** Whether a file asks for a sweep. Throws a ScenarioError when it cannot be read. */
export function asksForSweep(file: string, options: LoadOptions): boolean {
  return scenarioSource(file, options, []).tree.entries.has('sweep')
}

/** Loads a sweep. Throws a {@link ScenarioError} that holds all faults. */
export function loadSweep(file: string, options: LoadOptions): Sweep {
  const faults: Fault[] = []
  const source = scenarioSource(file, options, faults)
  const block = source.tree.entries.get('sweep')
  if (block === undefined) {
    const text = 'has no `sweep:`; add one, or write offsim run FILE'
    throw new ScenarioError([...faults, { place: wholeOf(file), path: '', text }])
  }
  const base: Source = { ...source, tree: without('sweep', source.tree) as Source['tree'] }
  const axes = axesOf(base, block, faults)
  const isSound = faults.length === 0
  const conditions = isSound ? conditionsOf(base, block, axes, faults) : []
  faults.push(...(isSound ? standingFaults(base, axes) : faultsOf(base, base.tree)))
  const size = axes.reduce((product, axis) => product * axis.size, 1)
  if (size > Number.MAX_SAFE_INTEGER) {
    faults.push({ place: block.at, path: 'sweep', text: 'makes more than 2^53 points; write fewer values' })
  }
  if (faults.length > 0) throw new ScenarioError(faults)
  return { source: base, block: block.value, size, ...pointsOf(base, axes, conditions) }
}

/** Faults that stand at the first point and at the last alike are the scenario's own, and are said once. */
function standingFaults(source: Source, axes: readonly Axis[]): Fault[] {
  if (axes.length === 0) return []
  const [first, last] = [() => 0, (axis: Axis) => axis.size - 1].map((position) => {
    const settings = axes.flatMap((axis) =>
      axis.factors.map((factor, i) => [factor, axis.level(i, position(axis))] as const),
    )
    return faultsOf(
      source,
      settings.reduce((tree, [factor, level]) => set(tree, source, factor, level), source.tree as Tree),
    )
  })
  const text = (fault: Fault) => JSON.stringify(fault)
  return first.filter((fault) => last.some((other) => text(other) === text(fault)))
}

function faultsOf(source: Source, tree: Tree): Fault[] {
  const found: Fault[] = []
  try {
    scenarioOf(source, tree, found)
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
  }
  return found
}

function set(tree: Tree, { language }: Source, { at, keys }: Factor, level: Level): Tree {
  return withSetting(tree, language, { at, keys, value: level.tree }, [])
}

/** Points, numbered in mixed radix: the position on the last axis is the last digit. */
function pointsOf(source: Source, axes: readonly Axis[], conditions: readonly Condition[]) {
  const factors = axes.flatMap((axis) => axis.factors)
  const levels = (point: number): Level[] => {
    const positions = new Array<number>(axes.length)
    let rest = point
    for (let i = axes.length - 1; i >= 0; i--) {
      positions[i] = rest % axes[i].size
      rest = Math.floor(rest / axes[i].size)
    }
    return axes.flatMap((axis, i) => axis.factors.map((_, factor) => axis.level(factor, positions[i])))
  }
  return {
    factors,
    includes: (point: number) => {
      if (conditions.length === 0) return true
      const values = levels(point).map(({ value }) => value)
      return conditions.every((holds) => holds(values))
    },
    cells: (point: number) => levels(point).map(({ cell }) => cell),
    scenario: (point: number) => {
      const tree = levels(point).reduce(
        (before, level, i) => set(before, source, factors[i], level),
        source.tree as Tree,
      )
      return scenarioOf(source, tree)
    },
  }
}

function conditionsOf(source: Source, { value: sweep }: Entry, axes: readonly Axis[], faults: Fault[]): Condition[] {
  const where = sweep.form === 'map' ? sweep.entries.get('where') : undefined
  if (where === undefined) return []
  const items = where.value.form === 'list' ? where.value.items : [where.value]
  return items.flatMap((item, index) => {
    const path = where.value.form === 'list' ? `sweep.where.${index}` : 'sweep.where'
    if (item.form !== 'scalar' || typeof item.value !== 'string') {
      faults.push({ place: item.at, path, text: 'is no condition; write for example `host.cores <= 16`' })
      return []
    }
    try {
      return [condition(item.value, (name) => operandOf(name, source, axes))]
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error
      faults.push({ place: item.at, path, text: error.message })
      return []
    }
  })
}

/** What a name in a condition stands for. A parameter comes before a place of that name, and both before a plain word. */
function operandOf(name: string, source: Source, axes: readonly Axis[]): Operand {
  const isParameter = entryAt(source.tree, ['parameters', name]) !== null
  const path = isParameter ? `parameters.${name}` : name
  const factors = axes.flatMap((axis) => axis.factors.map((factor, i) => ({ factor, first: axis.level(i, 0) })))
  const position = factors.findIndex(({ factor }) => factor.path === path)
  if (position >= 0) {
    const { factor, first } = factors[position]
    return { factor: position, first: first.value, dimension: factor.dimension }
  }
  const above = factors.find(({ factor }) => isInside(path, factor.path))
  if (above !== undefined) {
    throw new ExpressionFault(`\`${path}\` is changed by \`${above.factor.path}\`; name that, or sweep it on its own`)
  }
  const keys = keysOf(path)
  const shape = shapeAt(source.language, keys)
  if (shape !== null) return constantAt(path, keys, shape, source)
  if (!path.includes('.')) return { word: path }
  throw new ExpressionFault(`\`${path}\` is no place of a scenario; name a factor or another place`)
}

/** A value of the scenario that no factor changes, or its default. What is calculated may change with a parameter. */
function constantAt(path: string, keys: readonly string[], shape: Shape, source: Source): Operand {
  const tree = entryAt(source.tree, keys)?.value
  if (takesNumbers(shape) && isCalculated(tree)) return { expression: (tree as Scalar).written.slice(1) }
  const level = tree === undefined ? null : levelOf(source, shape, path, tree, [])
  const value = level?.value ?? defaultAt(keys, source)
  if (value === null) throw new ExpressionFault(`\`${path}\` has no single value in the scenario; give it one`)
  if (typeof value === 'string') return { word: value }
  const dimension = level === null ? (measureOf(shape)?.dimension ?? null) : level.dimension
  return { quantity: { amount: fromBase(value, dimension), unit: unitOf(dimension) } }
}

function defaultAt(keys: readonly string[], { language }: Source): number | string | null {
  const parent = shapeAt(language, keys.slice(0, -1))
  const field = parent?.form === 'keys' ? parent.fields[keys.at(-1)!] : undefined
  const value = field?.fallback?.value
  return typeof value === 'number' || typeof value === 'string' ? value : null
}
