// How far a point has come: the step it is at, which of its units are missing, and in the end its comparison. All of it is
// found from the stored units, so that any process, whenever it begins, finds a point where the last one left it.
import type { Tallies } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { DigestError, type Comparison } from '../answers/comparison.ts'
import { ScenarioError } from '../language/faults.ts'
import { identity } from '../language/identity.ts'
import { after, armsInTurn, firstStep, isAnswer, isLast, unitsOf, type Step } from '../runs/inquiry.ts'
import type { Scenario } from '../language/asked.ts'
import { WarmupError } from '../answers/warmup.ts'
import type { Unit } from '../runs/unit.ts'
import type { Sweep } from '../points/points.ts'
import type { Store } from '../store/store.ts'
import { unitKeys } from './unit-key.ts'

/** What a sweep is worked on with. */
export interface Ground {
  readonly sweep: Sweep
  readonly store: Store
  readonly technologies: readonly Technology[]
  /** Hashes of plug-ins. */
  readonly plugins: readonly string[]
}

/** One unit of a point. */
export interface PointUnit extends Unit {
  readonly point: number
  readonly key: string
}

/** The way of one point to its answer. */
export class Course {
  readonly #point: number
  readonly #ground: Ground
  #step: Step | null = null
  /** Of the step, in its order; so many of the first ones are known to be stored. */
  #units: PointUnit[] = []
  #stored = 0
  #failure: string | null = null

  constructor(point: number, ground: Ground) {
    this.#point = point
    this.#ground = ground
    this.#attempt(() => this.#take(firstStep(ground.sweep.scenario(point))))
  }

  /** Why there will be no answer; null as long as nothing is known against one. */
  get failure(): string | null {
    return this.#failure
  }

  /** Whether there is nothing to be simulated beyond the units of the step that the point is at. */
  get isAtLastStep(): boolean {
    return this.#step === null || isLast(this.#step)
  }

  /** Goes on as far as the store leads. Returns the units that have to be stored next; none when nothing more is needed. */
  missing(): readonly PointUnit[] {
    while (this.#failure === null) {
      const { store } = this.#ground
      const missing = this.#units.filter(({ key }, position) => position >= this.#stored && !store.has(key))
      if (missing.length > 0 || this.isAtLastStep) return missing
      this.#goOn()
    }
    return []
  }

  /** The answer; null while something is missing, and where there is none. */
  comparison(): Comparison | null {
    if (this.missing().length > 0 || this.#failure !== null) return null
    return this.#attempt(() => this.#judged() as Comparison)
  }

  #goOn(): void {
    this.#attempt(() => {
      const next = this.#judged()
      // What was found to be enough is the last step there is.
      this.#take(isAnswer(next) ? { ...this.#step!, most: this.#step!.count } : next)
    })
  }

  #take(step: Step): void {
    if (step.scenario !== this.#step?.scenario) this.#units = []
    this.#step = step
    this.#stored = this.#units.length
    const { scenario } = step
    const arms = Object.keys(scenario.arms).length
    const key = unitKeys(scenario, this.#ground.plugins)
    for (const { arm, replication } of unitsOf(step, this.#stored / arms, step.count)) {
      this.#units.push({ point: this.#point, scenario, arm, replication, key: key(arm, replication) })
    }
  }

  #judged(): Step | Comparison {
    const { store, technologies, plugins } = this.#ground
    const step = this.#step!
    const tallies = new Map<string, Tallies[]>(armsInTurn(step.scenario).map((arm) => [arm, []]))
    for (const { arm, key } of this.#units) {
      // The arm's name is no part of the address: another point may call it otherwise.
      tallies.get(arm)!.push({ ...(JSON.parse(store.read(key)!) as Tallies), arm })
    }
    const idOf = (scenario: Scenario) => identity(scenario, { point: this.#point, plugins })
    return after(step, technologies, tallies, idOf)
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
const COURSES_KEPT = 512

/** The points of a sweep, each read once by all who ask for it at about the same time. */
export class Courses {
  readonly ground: Ground
  /** The one that was asked for last stands at the end. */
  readonly #kept = new Map<number, Course>()

  constructor(ground: Ground) {
    this.ground = ground
  }

  at(point: number): Course {
    const course = this.#kept.get(point) ?? new Course(point, this.ground)
    this.#kept.delete(point)
    this.#kept.set(point, course)
    if (this.#kept.size > COURSES_KEPT) this.#kept.delete(this.#kept.keys().next().value!)
    return course
  }
}
