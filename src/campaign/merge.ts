// From stored tasks to rows: point after point in the order of their numbers, each as soon as all its tasks are there.
// One point is in memory at a time, so a million rows take no more room than ten.
import type { Comparison } from '../answers/comparison.ts'
import type { AllPoints, PointTask } from './point-progress.ts'

/** Where results of points go, in the order of their numbers. */
export interface RowSink {
  point(point: number, cells: readonly (number | string)[], comparison: Comparison): void
  /** The point has no rows. */
  failed(point: number, cells: readonly (number | string)[], error: string): void
}

/** Tasks that are not stored and will not come. */
export interface Failures {
  /** Whether there may be any. */
  readonly some: boolean
  /** Why a task has failed for good; undefined if it may still come. */
  of(key: string): string | undefined
}

/** Walks through the points of a sweep and hands their rows to a sink. */
export class Merger {
  readonly allPoints: AllPoints
  readonly #sink: RowSink
  #point = 0

  constructor(allPoints: AllPoints, sink: RowSink) {
    this.allPoints = allPoints
    this.#sink = sink
  }

  /** The first point that has not been merged. */
  get point(): number {
    return this.#point
  }

  get isDone(): boolean {
    return this.#point >= this.allPoints.campaign.sweep.size
  }

  /** Merges points until one is not complete, or until the time is up. */
  advance(failures: Failures, budgetMs = Infinity): void {
    const { sweep } = this.allPoints.campaign
    const end = performance.now() + budgetMs
    while (!this.isDone && performance.now() < end) {
      if (sweep.includes(this.#point) && !this.#merge(this.#point, failures)) return
      this.#point++
    }
  }

  /** Whether the point is complete: its rows are out, or it has failed. */
  #merge(point: number, failures: Failures): boolean {
    const { sweep } = this.allPoints.campaign
    const progress = this.allPoints.at(point)
    const isMissing = progress.firstMissing() !== null
    // Looking through all that is missing, after each task, is left to where it can find something.
    const failure = isMissing && failures.some ? failureAmong(progress.missing(), failures) : undefined
    if (failure === undefined && isMissing) return false
    const comparison = failure === undefined ? progress.comparison() : null
    if (comparison !== null) this.#sink.point(point, sweep.cells(point), comparison)
    else this.#sink.failed(point, sweep.cells(point), failure ?? progress.failure!)
    return true
  }
}

function failureAmong(tasks: readonly PointTask[], failures: Failures): string | undefined {
  for (const { key } of tasks) {
    const failure = failures.of(key)
    if (failure !== undefined) return failure
  }
  return undefined
}
