// How many runs a sweep comes to, from here on: as its first point asks, and as it turns out when some points are through.
import type { SweepOptions, SweepProgress } from '../campaign/working.ts'
import { ScenarioError } from '../language/faults.ts'
import type { Sweep } from '../points/points.ts'
import { leastTasks } from '../runs/inquiry.ts'

/** Points that tell what the others will take, at least. */
const TELLING = 20
/** Points that are looked at to tell how many of them the conditions leave. */
const SAMPLED = 1000

export class SweepSize {
  readonly #sweep: Sweep
  readonly #chunks: number
  #first: SweepProgress | null = null
  #last: SweepProgress | null = null
  #share: number | null = null
  #perPoint: number | null = null

  constructor(sweep: Sweep, chunk: SweepOptions['chunk']) {
    this.#sweep = sweep
    this.#chunks = chunk?.of ?? 1
  }

  saw(progress: SweepProgress): void {
    this.#first ??= progress
    this.#last = progress
  }

  /** Runs of this sitting, about. */
  get tasks(): number {
    const { size } = this.#sweep
    this.#share ??= shareIncluded(this.#sweep)
    this.#perPoint ??= runsAt(this.#sweep)
    const first = this.#first?.points ?? 0
    const begun = ((this.#last?.points ?? 0) - first) * this.#share
    // Points have runs in common: the baseline is the same at many.
    const perPoint = begun < TELLING ? this.#perPoint : this.#last!.tasks / begun
    return Math.max(1, (perPoint * (size - first) * this.#share) / this.#chunks)
  }
}

/** Share of the points that the conditions leave. */
function shareIncluded({ size, includes }: Sweep): number {
  const looked = Math.min(size, SAMPLED)
  let included = 0
  for (let i = 0; i < looked; i++) if (includes(Math.floor((i * size) / looked))) included++
  return Math.max(1, included) / looked
}

/** Runs of the first point that can be simulated. */
function runsAt({ size, includes, scenario }: Sweep): number {
  for (let point = 0; point < Math.min(size, SAMPLED); point++) {
    try {
      if (includes(point)) return leastTasks(scenario(point))
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
    }
  }
  return 1
}
