// From stored units to rows: point after point in the order of their numbers, each as soon as all its units are there.
// One point is in memory at a time, so a million rows take no more room than ten.
import type { Tallies } from '../models/tallies.ts'
import type { Technology } from '../models/technology.ts'
import { compare, DigestError, type Comparison } from '../experiments/comparison.ts'
import { ScenarioError } from '../experiments/faults.ts'
import { identity } from '../experiments/identity.ts'
import type { Sweep } from './points.ts'
import type { Scenario } from '../experiments/scenario.ts'
import type { Store } from './store.ts'
import { unitKeys } from './unit-key.ts'

/** What a sweep is worked on with. */
export interface Ground {
  readonly sweep: Sweep
  readonly store: Store
  readonly technologies: readonly Technology[]
  /** Hashes of plug-ins. */
  readonly plugins: readonly string[]
}

/** Where rows go. */
export interface RowSink {
  point(point: number, cells: readonly (number | string)[], comparison: Comparison): void
}

/** A point without rows, and why. */
export interface FailedPoint {
  readonly point: number
  readonly error: string
}

/** One unit of a point. */
export interface PointUnit {
  readonly point: number
  readonly scenario: Scenario
  readonly arm: string
  readonly replication: number
  readonly key: string
}

/** The units of a point: arms take turns within a replication. Throws a ScenarioError where there is no such scenario. */
export function unitsAt(point: number, { sweep, plugins }: Ground): PointUnit[] {
  const scenario = sweep.scenario(point)
  if (scenario.precision !== null || scenario.warmup === 'auto') {
    throw new UnitError('run.precision and `run.warmup: auto` cannot be swept; give times and replications')
  }
  const key = unitKeys(scenario, plugins)
  const arms = Object.keys(scenario.arms)
  return Array.from({ length: scenario.replications }, (_, replication) =>
    arms.map((arm) => ({ point, scenario, arm, replication, key: key(arm, replication) })),
  ).flat()
}

/** Walks through the points of a sweep and hands their rows to a sink. */
export class Merger {
  readonly failed: FailedPoint[] = []
  readonly #ground: Ground
  readonly #sink: RowSink
  #point = 0
  /** Units of the point that comes next, once they were needed. */
  #units: readonly PointUnit[] | null = null

  constructor(ground: Ground, sink: RowSink) {
    this.#ground = ground
    this.#sink = sink
  }

  /** The first point that has not been merged. */
  get point(): number {
    return this.#point
  }

  get isDone(): boolean {
    return this.#point >= this.#ground.sweep.size
  }

  /**
   * Merges points until one is not complete, or until the time is up.
   * @param failureOf why a unit that is not stored has failed for good; undefined if it may still come
   */
  advance(failureOf: (key: string) => string | undefined, budgetMs = Infinity): void {
    const { sweep } = this.#ground
    const end = performance.now() + budgetMs
    while (!this.isDone && performance.now() < end) {
      if (sweep.includes(this.#point) && !this.#merge(this.#point, failureOf)) return
      this.#point++
      this.#units = null
    }
  }

  /** Whether the point is complete: its rows are out, or it has failed. */
  #merge(point: number, failureOf: (key: string) => string | undefined): boolean {
    try {
      const units = (this.#units ??= unitsAt(point, this.#ground))
      const missing = units.filter(({ key }) => !this.#ground.store.has(key))
      const failure = missing.map(({ key }) => failureOf(key)).find((error) => error !== undefined)
      if (failure !== undefined) throw new UnitError(failure)
      if (missing.length > 0) return false
      this.#sink.point(point, this.#ground.sweep.cells(point), comparisonOf(point, units, this.#ground))
    } catch (error) {
      const isOfPoint = error instanceof ScenarioError || error instanceof UnitError || error instanceof DigestError
      if (!isOfPoint) throw error
      this.failed.push({ point, error: error.message.split('\n')[0] })
    }
    return true
  }
}

/** A unit of a point cannot be simulated. */
export class UnitError extends Error {}

/** The comparison at a point, all of whose units are stored. */
export function comparisonOf(point: number, units: readonly PointUnit[], ground: Ground): Comparison {
  const { scenario } = units[0]
  const tallies = new Map<string, Tallies[]>(Object.keys(scenario.arms).map((arm) => [arm, []]))
  for (const { arm, key } of units) {
    // The arm's name is no part of the address: another point may call it otherwise.
    tallies.get(arm)!.push({ ...(JSON.parse(ground.store.read(key)!) as Tallies), arm })
  }
  const id = identity(scenario, { point, plugins: ground.plugins })
  return compare(scenario, ground.technologies, tallies, id)
}
