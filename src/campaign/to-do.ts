// What is left to do of a sweep, and what this process has taken. Tasks are taken one by one, as threads need them;
// points that were begun go before points that were not, and are looked at again as soon as their tasks are there.
import { RandomStream } from '../engine/random.ts'
import type { TaskDone } from '../runs/pool.ts'
import type { AllPoints, Campaign, PointTask } from './point-progress.ts'
import type { Failures } from './merge.ts'
import type { Leases } from '../store/lease.ts'

export interface ToDoOptions {
  readonly leases: Leases
  /** Which part of the points to work on: those of groups `index`, `index + of`, …; all by default. */
  readonly chunk?: { readonly index: number; readonly of: number }
  /** Order in which points are begun. It changes no result. */
  readonly order: 'given' | 'shuffled'
  /** Ends the work after the tasks that are being simulated. */
  readonly signal: AbortSignal
}

/** Points are leased in groups, and up to this many of them each task has a lease of its own. */
const GROUPS_MAX = 4096

export function groupSizeOf({ sweep }: Campaign): number {
  return Math.ceil(sweep.size / GROUPS_MAX)
}

/** A point that has no answer, and why. */
export interface FailedPoint {
  readonly point: number
  readonly error: string
}

/** A task taken by this process. */
export interface Taken extends PointTask {
  readonly lease: Lease
}
interface Lease {
  readonly name: string
  /** Tasks under it that are not done yet. */
  left: number
}

/** Neighbouring points that are worked on together. */
interface Group {
  readonly number: number
  /** Those that are not known to need nothing more. */
  open: readonly number[]
  /** Tasks taken by this process that the group waits for. */
  waits: number
}

/**
 * The tasks to do, each taken when it is asked for. It may have none for the moment, and more as soon as some that it gave
 * out are done: whoever goes through it asks again then.
 */
export class ToDo implements Iterable<Taken> {
  readonly #allPoints: AllPoints
  readonly #options: ToDoOptions
  readonly #groupSize: number
  /** Groups that are still to be visited in this pass. */
  #pass: Iterator<Group, undefined> = [].values()
  /** Groups whose tasks have come back, and that may need more. */
  readonly #due: Group[] = []
  /** Groups that wait for others. */
  #later: Group[] = []
  /** Tasks that are taken, and the groups that wait for each. */
  readonly #taken = new Map<string, Group[]>()
  readonly #leases = new Set<Lease>()
  readonly #failed = new Map<string, string>()
  /** By number: a point of many failed tasks is told once. */
  readonly #failedPoints = new Map<number, string>()
  #tasks = 0
  #seen = 0

  constructor(allPoints: AllPoints, options: ToDoOptions) {
    this.#allPoints = allPoints
    this.#options = options
    this.#groupSize = groupSizeOf(allPoints.campaign)
  }

  /** Begins with the first group that is not merged. */
  begin(merged: number): void {
    this.#pass = this.#groups(Math.floor(merged / this.#groupSize))
  }

  /** Goes on with the groups that had to wait for others. */
  lookAgain(): void {
    this.#allPoints.campaign.store.refresh()
    this.#pass = this.#later.values()
    this.#later = []
  }

  /** Whether nothing is left, when a pass has come to its end. */
  get isDone(): boolean {
    return this.#later.length === 0
  }

  /** Points that were begun or lie before one that was, of all; and tasks simulated by this process. */
  get progress(): { readonly points: number; readonly of: number; readonly tasks: number } {
    return { points: this.#seen, of: this.#allPoints.campaign.sweep.size, tasks: this.#tasks }
  }

  get failedPoints(): FailedPoint[] {
    return [...this.#failedPoints].map(([point, error]) => ({ point, error })).sort((a, b) => a.point - b.point)
  }

  /** Tasks that have failed in this process. */
  get failures(): Failures {
    return { some: this.#failed.size > 0, of: (key) => this.#failed.get(key) }
  }

  /** Stores what came of tasks. @throws OutputError when it cannot be stored */
  done(batch: readonly TaskDone<Taken>[]): void {
    const { store } = this.#allPoints.campaign
    const finished = batch.flatMap(({ task: { key }, outcome }) => {
      return 'tallies' in outcome ? [{ key, json: outcome.tallies }] : []
    })
    store.append(finished)
    this.#tasks += finished.length
    for (const { task, outcome } of batch) if ('failure' in outcome) this.#fail(task, outcome.failure)
    for (const { task } of batch) this.#let(task.key, task.lease)
  }

  #fail({ key, point }: Taken, failure: string): void {
    this.#failedPoints.set(point, failure)
    this.#failed.set(key, failure)
    this.#allPoints.campaign.store.appendFailure(key, failure)
  }

  releaseAll(): void {
    for (const { name } of this.#leases) this.#options.leases.release(name)
  }

  [Symbol.iterator](): Iterator<Taken> {
    let visit: Iterator<Taken> | null = null
    const next = (): IteratorResult<Taken> => {
      while (!this.#options.signal.aborted) {
        const taken = visit?.next()
        if (taken?.done === false) return taken
        const group = this.#due.shift() ?? this.#pass.next().value
        if (group === undefined) break
        visit = this.#visit(group)
      }
      visit = null
      return { done: true, value: undefined }
    }
    return { next }
  }

  /** Groups to work on, in the order to begin them. */
  *#groups(from: number): Generator<Group, undefined, void> {
    const { chunk = { index: 0, of: 1 }, order } = this.#options
    const { sweep } = this.#allPoints.campaign
    const numbers = Array.from({ length: Math.ceil(sweep.size / this.#groupSize) }, (_, number) => number)
    if (order === 'shuffled') shuffle(numbers)
    for (const number of numbers) {
      if (number < from || number % chunk.of !== chunk.index) continue
      const first = number * this.#groupSize
      const length = Math.min(this.#groupSize, sweep.size - first)
      const open = Array.from({ length }, (_, i) => first + i).filter((point) => sweep.includes(point))
      this.#seen = Math.max(this.#seen, first + length)
      yield { number, open, waits: 0 }
    }
  }

  /** Takes what a group needs, as far as nobody else is at it, and remembers what it waits for then. */
  *#visit(group: Group): Generator<Taken, void, void> {
    let isElsewhere = false
    for (const [name, tasks] of this.#leasable(group)) {
      const taken = this.#take(name, tasks)
      if (taken === null) isElsewhere = true
      else yield* taken
    }
    group.open = group.open.filter((point) => this.#isOpen(point))
    for (const key of this.#missing(group).map((task) => task.key)) {
      const waiting = this.#taken.get(key)
      waiting?.push(group)
      if (waiting !== undefined) group.waits++
    }
    if (group.open.length === 0 || group.waits > 0) return
    if (isElsewhere) this.#later.push(group)
    else this.#due.push(group)
  }

  /** The missing tasks of a group with the lease that they need: one for each, or in large sweeps one for all. */
  *#leasable(group: Group): Generator<[name: string, tasks: readonly PointTask[]], void, void> {
    const tasks = this.#missing(group)
    if (this.#groupSize > 1) yield [`points-${group.number * this.#groupSize}`, tasks]
    else for (const task of tasks) yield [task.key.slice(0, 32), [task]]
  }

  #missing({ open }: Group): PointTask[] {
    return open.flatMap((point) => this.#allPoints.at(point).missing())
  }

  /** Whether a point may need more than what is taken. */
  #isOpen(point: number): boolean {
    const progress = this.#allPoints.at(point)
    const missing = progress.missing()
    const failure = progress.failure ?? this.#failureAmong(missing)
    if (failure !== null) this.#failedPoints.set(point, failure)
    if (failure !== null || missing.length === 0) return false
    return !progress.isAtLastStep || missing.some(({ key }) => !this.#taken.has(key))
  }

  #failureAmong(tasks: readonly PointTask[]): string | null {
    return this.#failed.size === 0 ? null : (tasks.map(({ key }) => this.#failed.get(key)).find(Boolean) ?? null)
  }

  /** Takes what is to be done of these tasks; null if another process is at them. */
  #take(name: string, tasks: readonly PointTask[]): Taken[] | null {
    const { leases } = this.#options
    const { store } = this.#allPoints.campaign
    if (this.#toDo(tasks).length === 0) return []
    if (!leases.take(name)) return null
    // They may have been done between the last look and the lease.
    store.refreshIfDue()
    const toDo = this.#toDo(tasks)
    if (toDo.length === 0) {
      leases.release(name)
      return []
    }
    for (const { key } of toDo) this.#taken.set(key, [])
    const lease = { name, left: toDo.length }
    this.#leases.add(lease)
    return toDo.map((task) => ({ ...task, lease }))
  }

  /** Tasks that are not stored, not failed and not taken, each once. */
  #toDo(tasks: readonly PointTask[]): PointTask[] {
    const keys = new Set<string>()
    return tasks.filter(({ key }) => {
      const isKnown = this.#allPoints.campaign.store.has(key) || this.#failed.has(key) || this.#taken.has(key)
      if (isKnown || keys.has(key)) return false
      keys.add(key)
      return true
    })
  }

  #let(key: string, lease: Lease): void {
    for (const group of this.#taken.get(key) ?? []) if (--group.waits === 0) this.#due.push(group)
    this.#taken.delete(key)
    if (--lease.left > 0) return
    this.#leases.delete(lease)
    this.#options.leases.release(lease.name)
  }
}

/** The order in which work is begun is nobody's result: any randomness will do. */
function shuffle(numbers: number[]): void {
  const stream = new RandomStream(`${Date.now()} ${performance.now()}`)
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = stream.below(i + 1)
    ;[numbers[i], numbers[j]] = [numbers[j], numbers[i]]
  }
}
