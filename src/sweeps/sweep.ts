// Working on a sweep: takes units that nobody has done and nobody is doing, simulates them, stores each as it is done, and
// merges points as they become complete. Several processes may do this on one folder at once; each may end at any moment.
import { setTimeout as sleep } from 'node:timers/promises'
import { RandomStream } from '../engine/random.ts'
import { ScenarioError } from '../experiments/faults.ts'
import type { Leases } from './lease.ts'
import { UnitError, unitsAt, type FailedPoint, type Ground, type Merger, type PointUnit } from './merge.ts'
import { simulated, type Pool } from '../experiments/pool.ts'

export interface SweepOptions {
  readonly leases: Leases
  readonly pool: Pool
  /** Makes rows of complete points; null when somebody else will. */
  readonly merger: Merger | null
  /** Which part of the points to work on: those of groups `index`, `index + of`, …; all by default. */
  readonly chunk?: { readonly index: number; readonly of: number }
  /** Order in which units are begun. It changes no result. */
  readonly order: 'given' | 'shuffled'
  readonly onProgress: (done: SweepProgress) => void
  /** Ends the work after the units that are being simulated. */
  readonly signal: AbortSignal
}

export interface SweepProgress {
  /** Points begun or merged, of all. */
  readonly points: number
  readonly of: number
  /** Units simulated by this process. */
  readonly units: number
}

/** Points are leased in groups, and up to this many of them each unit has a lease of its own. */
const GROUPS_MAX = 4096
/** How often a process that has nothing left to do looks whether the others are done. */
const LOOK_MS = 300
/** Merging must not keep threads waiting for work. */
const MERGE_MS = 5

/** A unit in the hands of this process. */
interface Taken extends PointUnit {
  readonly lease: Lease
}
interface Lease {
  readonly name: string
  /** Units under it that are not done yet. */
  left: number
}

/**
 * Works until every unit is done by somebody, or the signal comes. Returns the points that failed here.
 * @throws OutputError when results cannot be stored
 */
export async function workOn(ground: Ground, options: SweepOptions): Promise<readonly FailedPoint[]> {
  const { pool, signal } = options
  const work = new Work(ground, options)
  // What threads are doing then is done again another time; it was not finished.
  signal.addEventListener('abort', () => void pool.close(), { once: true })
  try {
    while (!signal.aborted) {
      await mergeAll(work, options)
      await pass(work, options)
      if (work.isDone) break
      await sleep(LOOK_MS, null, { signal })
      ground.store.refresh()
    }
    await mergeAll(work, options)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    work.releaseAll()
  }
  return work.failedPoints
}

/** Numbers of the groups with units that are not stored and not known to fail. */
export function missingGroups(ground: Ground): number[] {
  const { sweep, store } = ground
  const groupSize = groupSizeOf(ground)
  const missing = new Set<number>()
  for (let point = 0; point < sweep.size; point++) {
    const group = Math.floor(point / groupSize)
    if (missing.has(group) || !sweep.includes(point)) continue
    const isMissing = ({ key }: PointUnit) => !store.has(key) && store.failureOf(key) === undefined
    if (unitsOrNone(point, ground).some(isMissing)) missing.add(group)
  }
  return [...missing]
}

/** Points that have no rows, though everything that can be simulated is stored. */
export function failedPoints(ground: Ground): FailedPoint[] {
  const { sweep, store } = ground
  const found: FailedPoint[] = []
  for (let point = 0; point < sweep.size; point++) {
    if (!sweep.includes(point)) continue
    const fail = (error: string) => found.push({ point, error })
    const missing = unitsOrNone(point, ground, fail).find(({ key }) => !store.has(key))
    if (missing !== undefined) fail(store.failureOf(missing.key) ?? 'has not been simulated')
  }
  return found
}

function groupSizeOf({ sweep }: Ground): number {
  return Math.ceil(sweep.size / GROUPS_MAX)
}

/** The units of a point; none where there is no such scenario. */
function unitsOrNone(point: number, ground: Ground, onFailure: (error: string) => void = () => {}): PointUnit[] {
  try {
    return unitsAt(point, ground)
  } catch (error) {
    if (!(error instanceof ScenarioError || error instanceof UnitError)) throw error
    onFailure(error.message.split('\n')[0])
    return []
  }
}

/** Does all units that nobody else is doing. */
async function pass(work: Work, { merger, pool, signal, onProgress }: SweepOptions): Promise<void> {
  for await (const { unit, outcome } of simulated(work.units(), pool, 'whenDone')) {
    if ('tallies' in outcome) work.done(unit, outcome.tallies)
    else work.failed(unit, outcome.failure)
    if (signal.aborted) return
    merger?.advance((key) => work.failureOf(key), MERGE_MS)
    onProgress(work.progress)
  }
}

/** Merges what is there, looking up now and then. */
async function mergeAll(work: Work, { merger, signal, onProgress }: SweepOptions): Promise<void> {
  for (let before = -1; merger !== null && !merger.isDone && before !== merger.point && !signal.aborted;) {
    before = merger.point
    merger.advance((key) => work.failureOf(key), 100)
    onProgress(work.progress)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What is left to do, and what this process has in its hands. */
class Work {
  readonly #ground: Ground
  readonly #options: SweepOptions
  readonly #groupSize: number
  /** Groups with units that others were busy with; null before the first pass. */
  #open: readonly number[] | null = null
  readonly #inHand = new Set<string>()
  readonly #leases = new Set<Lease>()
  readonly #failed = new Map<string, string>()
  /** By number: a point of many failed units is told once. */
  readonly #failedPoints = new Map<number, string>()
  #units = 0
  #seen = 0

  constructor(ground: Ground, options: SweepOptions) {
    this.#ground = ground
    this.#options = options
    this.#groupSize = groupSizeOf(ground)
  }

  get isDone(): boolean {
    return this.#open !== null && this.#open.length === 0
  }

  get progress(): SweepProgress {
    const points = Math.max(this.#seen, this.#options.merger?.point ?? 0)
    return { points, of: this.#ground.sweep.size, units: this.#units }
  }

  get failedPoints(): FailedPoint[] {
    return [...this.#failedPoints].map(([point, error]) => ({ point, error })).sort((a, b) => a.point - b.point)
  }

  /** Why a unit has failed in this process. */
  failureOf(key: string): string | undefined {
    return this.#failed.get(key)
  }

  /** Units to do, each taken when it is asked for. */
  *units(): Generator<Taken, void, void> {
    const later: number[] = []
    for (const group of this.#open ?? this.#groups()) {
      if (this.#options.signal.aborted) return
      let isOpen = false
      for (const [name, units] of this.#leasable(group)) {
        const taken = this.#take(name, units)
        if (taken === null) isOpen = true
        else yield* taken
      }
      if (isOpen) later.push(group)
    }
    this.#open = later
  }

  done({ key, lease }: Taken, json: string): void {
    this.#ground.store.append([{ key, json }])
    this.#units++
    this.#let(key, lease)
  }

  failed({ key, lease, point }: Taken, failure: string): void {
    this.#failedPoints.set(point, failure)
    this.#failed.set(key, failure)
    this.#ground.store.appendFailure(key, failure)
    this.#let(key, lease)
  }

  releaseAll(): void {
    for (const { name } of this.#leases) this.#options.leases.release(name)
  }

  /** Numbers of the groups to work on, in the order to begin them. Points that are merged need no work. */
  *#groups(): Generator<number, void, void> {
    const { merger, chunk = { index: 0, of: 1 }, order } = this.#options
    const merged = Math.floor((merger?.point ?? 0) / this.#groupSize)
    const count = Math.ceil(this.#ground.sweep.size / this.#groupSize)
    const numbers = Array.from({ length: count }, (_, group) => group)
    if (order === 'shuffled') shuffle(numbers)
    for (const group of numbers) if (group >= merged && group % chunk.of === chunk.index) yield group
  }

  /** The units of a group with the lease that they need: one for each, or in large sweeps one for all. */
  *#leasable(group: number): Generator<[string, readonly PointUnit[]], void, void> {
    const { sweep } = this.#ground
    const first = group * this.#groupSize
    const last = Math.min(first + this.#groupSize, sweep.size) - 1
    const all: PointUnit[] = []
    for (let point = first; point <= last; point++) {
      this.#seen = Math.max(this.#seen, point + 1)
      const fail = (error: string) => this.#failedPoints.set(point, error)
      if (sweep.includes(point)) all.push(...unitsOrNone(point, this.#ground, fail))
    }
    if (this.#groupSize > 1) yield [`points-${first}-${last}`, all]
    else for (const unit of all) yield [unit.key.slice(0, 32), [unit]]
  }

  /** Takes what is to be done of these units; null if another process is at them. */
  #take(name: string, units: readonly PointUnit[]): Taken[] | null {
    const { leases } = this.#options
    if (this.#missing(units).length === 0) return []
    if (!leases.take(name)) return null
    // They may have been done between the last look and the lease.
    this.#ground.store.refresh()
    const missing = this.#missing(units)
    if (missing.length === 0) {
      leases.release(name)
      return []
    }
    for (const { key } of missing) this.#inHand.add(key)
    const lease = { name, left: missing.length }
    this.#leases.add(lease)
    return missing.map((unit) => ({ ...unit, lease }))
  }

  /** Units that are not stored, not failed and not in hand, each once; they are in hand when taken. */
  #missing(units: readonly PointUnit[]): PointUnit[] {
    const keys = new Set<string>()
    return units.filter(({ key }) => {
      if (this.#ground.store.has(key) || this.#failed.has(key) || this.#inHand.has(key) || keys.has(key)) return false
      keys.add(key)
      return true
    })
  }

  #let(key: string, lease: Lease): void {
    this.#inHand.delete(key)
    if (--lease.left > 0) return
    this.#leases.delete(lease)
    this.#options.leases.release(lease.name)
  }
}

/** The order in which work is begun is nobody's result: any randomness will do. */
function shuffle(numbers: number[]): void {
  const stream = new RandomStream(`${process.pid} ${Date.now()}`)
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = stream.below(i + 1)
    ;[numbers[i], numbers[j]] = [numbers[j], numbers[i]]
  }
}
