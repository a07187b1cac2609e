// Working on a sweep: simulates tasks that nobody has done and nobody is doing, stores each as it is done, and merges points
// as they become complete. Several processes may do this on one folder at once; each may end at any moment.
import { setTimeout as sleep } from 'node:timers/promises'
import { simulatedBatches, type Pool } from '../runs/pool.ts'
import type { AllPoints } from './point-progress.ts'
import type { Merger } from './merge.ts'
import { groupSizeOf, ToDo, type FailedPoint, type ToDoOptions } from './to-do.ts'

export interface SweepOptions extends ToDoOptions {
  readonly pool: Pool
  /** Makes rows of complete points; null when somebody else will. */
  readonly merger: Merger | null
  readonly onProgress: (done: SweepProgress) => void
}

export interface SweepProgress {
  /** Points begun or merged, of all. */
  readonly points: number
  readonly of: number
  /** Tasks simulated by this process. */
  readonly tasks: number
}

/** How often a process that has nothing left to do looks whether the others are done. */
const LOOK_MS = 300
/** Merging must not keep threads waiting for work. */
const MERGE_MS = 5

/**
 * Works until every point has its answer or cannot have one, or the signal comes. Returns the points that failed here.
 * @throws OutputError when results cannot be stored
 */
export async function workOn(allPoints: AllPoints, options: SweepOptions): Promise<readonly FailedPoint[]> {
  const { pool, merger, signal } = options
  const work = new ToDo(allPoints, options)
  // What threads are doing then is done again another time; it was not finished.
  signal.addEventListener('abort', () => void pool.close(), { once: true })
  try {
    await mergeAll(work, options)
    work.begin(merger?.point ?? 0)
    while (!signal.aborted) {
      await pass(work, options)
      if (work.isDone) break
      await sleep(LOOK_MS, null, { signal })
      work.lookAgain()
      await mergeAll(work, options)
    }
    await mergeAll(work, options)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    work.releaseAll()
  }
  return work.failedPoints
}

/** Numbers of the groups with tasks that are still to be simulated and not known to fail. */
export function missingGroups(allPoints: AllPoints): number[] {
  const { sweep, store } = allPoints.campaign
  const groupSize = groupSizeOf(allPoints.campaign)
  const missing = new Set<number>()
  for (let point = 0; point < sweep.size; point++) {
    const group = Math.floor(point / groupSize)
    if (missing.has(group) || !sweep.includes(point)) continue
    const tasks = allPoints.at(point).missing()
    if (tasks.length > 0 && tasks.every(({ key }) => store.failureOf(key) === undefined)) missing.add(group)
  }
  return [...missing]
}

/** Does all tasks that nobody else is doing. */
async function pass(work: ToDo, { merger, pool, signal, onProgress }: SweepOptions): Promise<void> {
  for await (const batch of simulatedBatches(work, pool, 'whenDone')) {
    work.done(batch)
    if (signal.aborted) return
    merger?.advance(work.failures, MERGE_MS)
    onProgress(progressOf(work, merger))
  }
}

/** Merges what is there, looking up now and then. */
async function mergeAll(work: ToDo, { merger, signal, onProgress }: SweepOptions): Promise<void> {
  for (let before = -1; merger !== null && !merger.isDone && before !== merger.point && !signal.aborted;) {
    before = merger.point
    merger.advance(work.failures, 100)
    onProgress(progressOf(work, merger))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function progressOf({ progress }: ToDo, merger: Merger | null): SweepProgress {
  return { ...progress, points: Math.max(progress.points, merger?.point ?? 0) }
}
