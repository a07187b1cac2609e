// How far a point has come: the step it is at, which of its tasks are missing, and in the end its comparison. All of it is
// found from the stored tasks, so that any process, whenever it begins, finds a point where the last one left it.
import type { Tallies } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { DigestError, type Comparison } from '../answers/comparison.ts'
import { ScenarioError } from '../language/faults.ts'
import { identity } from '../language/identity.ts'
import { armsInTurn, comparing, isLast, isStep, tasksOf, type Inquiry, type Step } from '../runs/inquiry.ts'
import type { Scenario } from '../language/asked.ts'
import { WarmupError } from '../answers/warmup.ts'
import type { Task } from '../runs/task.ts'
import type { Sweep } from '../points/points.ts'
import type { Store } from '../store/store.ts'
import { taskKeys } from './task-key.ts'

/** What a sweep is worked on with. */
export interface Campaign {
  readonly sweep: Sweep
  readonly store: Store
  readonly technologies: readonly Technology[]
  /** Hashes of plug-ins. */
  readonly plugins: readonly string[]
}

/** One task of a point. */
export interface PointTask extends Task {
  readonly point: number
  readonly key: string
}

/** The way of one point to its answer. */
export class PointProgress {
  readonly #point: number
  readonly #campaign: Campaign
  #inquiry: Inquiry<Comparison> | null = null
  #step: Step | null = null
  /** Of the step, in its order; so many of the first ones are known to be stored. */
  #tasks: PointTask[] = []
  #stored = 0
  #failure: string | null = null

  constructor(point: number, campaign: Campaign) {
    this.#point = point
    this.#campaign = campaign
    const { sweep, technologies, plugins } = campaign
    const idOf = (scenario: Scenario, replications: number) =>
      identity(scenario, { technologies, replications, point, plugins })
    this.#attempt(() => {
      this.#inquiry = comparing(sweep.scenario(point), technologies, idOf)
      this.#take(this.#inquiry.first())
    })
  }

  /** Why there will be no answer; null as long as nothing is known against one. */
  get failure(): string | null {
    return this.#failure
  }

  /** Whether there is nothing to be simulated beyond the tasks of the step that the point is at. */
  get isAtLastStep(): boolean {
    return this.#step === null || isLast(this.#step)
  }

  /** Goes on as far as the store leads. Returns the tasks that have to be stored next; none when nothing more is needed. */
  missing(): readonly PointTask[] {
    if (this.firstMissing() === null) return []
    const { store } = this.#campaign
    return this.#tasks.filter(({ key }, position) => position >= this.#stored && !store.has(key))
  }

  /** The first of them; null when nothing more is needed. Whoever asks again and again looks at no task twice. */
  firstMissing(): PointTask | null {
    while (this.#failure === null) {
      const { store } = this.#campaign
      while (this.#stored < this.#tasks.length && store.has(this.#tasks[this.#stored].key)) this.#stored++
      if (this.#stored < this.#tasks.length) return this.#tasks[this.#stored]
      if (this.isAtLastStep) return null
      this.#goOn()
    }
    return null
  }

  /** The answer; null while something is missing, and where there is none. */
  comparison(): Comparison | null {
    if (this.firstMissing() !== null || this.#failure !== null) return null
    return this.#attempt(() => this.#judged() as Comparison)
  }

  #goOn(): void {
    this.#attempt(() => {
      const next = this.#judged()
      // What was found to be enough is the last step there is.
      this.#take(isStep(next) ? next : { ...this.#step!, most: this.#step!.count })
    })
  }

  #take(step: Step): void {
    if (step.scenario !== this.#step?.scenario) {
      this.#tasks = []
      this.#stored = 0
    }
    this.#step = step
    const { scenario } = step
    const arms = Object.keys(scenario.arms).length
    const key = taskKeys(scenario, this.#campaign)
    for (const { arm, replication } of tasksOf(step, this.#tasks.length / arms, step.count)) {
      this.#tasks.push({ point: this.#point, scenario, arm, replication, key: key(arm, replication) })
    }
  }

  #judged(): Step | Comparison {
    const { store } = this.#campaign
    const step = this.#step!
    const tallies = new Map<string, Tallies[]>(armsInTurn(step.scenario).map((arm) => [arm, []]))
    for (const { arm, key } of this.#tasks) {
      // The arm's name is no part of the address: another point may call it otherwise.
      tallies.get(arm)!.push({ ...(JSON.parse(store.read(key)!) as Tallies), arm })
    }
    return this.#inquiry!.after(step, tallies)
  }

  /** What is wrong with a point is said of the point; all else is an error of the sweep. */
  #attempt<T>(act: () => T): T | null {
    try {
      return act()
    } catch (error) {
      const isOfPoint = error instanceof ScenarioError || error instanceof WarmupError || error instanceof DigestError
      if (!isOfPoint) throw error
      this.#failure = error.message.split('\n')[0]
      return null
    }
  }
}

/** Points that are kept: work begins them some time before their rows are made. */
const POINTS_KEPT = 512

/** The points of a sweep, each read once by all who ask for it at about the same time. */
export class AllPoints {
  readonly campaign: Campaign
  /** The one that was asked for last stands at the end. */
  readonly #kept = new Map<number, PointProgress>()

  constructor(campaign: Campaign) {
    this.campaign = campaign
  }

  at(point: number): PointProgress {
    const progress = this.#kept.get(point) ?? new PointProgress(point, this.campaign)
    this.#kept.delete(point)
    this.#kept.set(point, progress)
    if (this.#kept.size > POINTS_KEPT) this.#kept.delete(this.#kept.keys().next().value!)
    return progress
  }
}
