// An inquiry: a question that is answered by simulating tasks, step by step. A step follows from the question and the tallies
// of the step before it, and from nothing else. So whoever asks, in whatever process and with whatever already simulated, takes
// the same steps; and every inquiry can be stopped and gone on with, run on threads, and shared out to a cluster.
import type { Tallies } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { compare, replicationsIn, type Comparison } from '../answers/comparison.ts'
import { identity } from '../language/identity.ts'
import { isPrecise, leastPrecise, looks } from '../answers/precision.ts'
import type { Precision, Scenario } from '../language/asked.ts'
import { FIRST_PILOT, PILOT_LOOKS, withFoundWarmup } from '../answers/warmup.ts'
import type { Task } from './task.ts'

/** Tasks that have to be there before more can be said. */
export interface Step {
  readonly phase: 'pilot runs' | 'runs'
  /** What they are tasks of; for `runs`, with the warm-up that pilot runs have found. */
  readonly scenario: Scenario
  /** Number of the phase's first replication. */
  readonly first: number
  /** How many replications of every arm, from the first on. */
  readonly count: number
  /** How many the phase may come to without pausing: so many may be simulated ahead. */
  readonly most: number
  /** How many it will probably come to. */
  readonly expected: number
}

/** The tallies of a step by arm, in the order of replications. */
export type StepTallies = ReadonlyMap<string, readonly Tallies[]>

/** A question, and how it comes to its answer. */
export interface Inquiry<Answer extends object> {
  first(): Step
  /**
   * What follows when a step is done: the next one, or the answer.
   * @param tallies of every arm: exactly `step.count` replications, from `step.first` on
   */
  after(step: Step, tallies: StepTallies): Step | Answer
  /** The answer as far as it is known, when the inquiry is ended in the middle of a step of `runs`. */
  early(step: Step, tallies: StepTallies): Answer
}

/** Whether what follows is a step and not the answer. */
export function isStep(next: object): next is Step {
  return 'phase' in next && 'count' in next
}

/** Whether the tallies of a step are the answer, whatever they say. */
export function isLast({ phase, count, most }: Step): boolean {
  return phase === 'runs' && count >= most
}

/**
 * How the arms of a scenario compare: pilot runs where the warm-up is to be found, then replications up to the next look at
 * the precision. Its steps throw a WarmupError when there is no warm-up to be found, and a DigestError when the arms of a
 * replication did not generate the same work.
 * @param idOf names the numbers, where more than the scenario enters their id
 */
export function comparing(
  scenario: Scenario,
  technologies: readonly Technology[],
  idOf: (scenario: Scenario, replications: number) => string = (asked, replications) =>
    identity(asked, { technologies, replications }),
): Inquiry<Comparison> {
  const compared = (step: Step, tallies: StepTallies): Comparison =>
    compare(step.scenario, technologies, tallies, idOf(step.scenario, replicationsIn(tallies, step.scenario)))
  return {
    first: () => (scenario.warmup === 'auto' ? pilotRuns(scenario, 0) : runs(scenario)),
    early: compared,
    after: (step, tallies) => {
      if (step.phase === 'pilot runs') {
        const settled = withFoundWarmup(step.scenario, tallies)
        return settled === null ? pilotRuns(step.scenario, step.count) : runs(settled)
      }
      const comparison = compared(step, tallies)
      const { precision } = step.scenario
      if (isLast(step) || precision === null || isPrecise(comparison, precision.share)) return comparison
      const expected = Math.min(step.most, replicationsFor(precision.share, comparison))
      return { ...step, count: lookAfter(step.count, precision), expected }
    },
  }
}

/** How many tasks it takes to answer a scenario, as far as that is known before one is done. */
export function leastTasks({ arms, warmup, precision, replications }: Scenario): number {
  const pilots = warmup === 'auto' ? PILOT_LOOKS[0] : 0
  return Object.keys(arms).length * (pilots + (precision === null ? replications : lookAfter(0, precision)))
}

/** The tasks of a step, arms in turn within a replication; `from` and `to` count replications of the phase. */
export function* tasksOf({ scenario, first }: Step, from: number, to: number): Generator<Task, void, void> {
  for (let replication = first + from; replication < first + to; replication++) {
    for (const arm of armsInTurn(scenario)) yield { scenario, arm, replication }
  }
}

/** The baseline first, the others in the order of their names. */
export function armsInTurn({ baseline, arms }: Scenario): string[] {
  return [baseline, ...Object.keys(arms).filter((arm) => arm !== baseline)]
}

/** Pilot runs up to the first look at more than `seen` of them. */
function pilotRuns(scenario: Scenario, seen: number): Step {
  const count = PILOT_LOOKS.find((look) => look > seen)!
  return { phase: 'pilot runs', scenario, first: FIRST_PILOT, count, most: count, expected: count }
}

function runs(scenario: Scenario): Step {
  const { precision, replications } = scenario
  const count = precision === null ? replications : lookAfter(0, precision)
  return { phase: 'runs', scenario, first: 0, count, most: precision?.maxReplications ?? count, expected: count }
}

function lookAfter(count: number, precision: Precision): number {
  for (const look of looks(precision)) if (look > count) return look
  return precision.maxReplications
}

/** An interval narrows with the square root of the number of replications. */
function replicationsFor(share: number, comparison: Comparison): number {
  const worst = leastPrecise(comparison)?.share ?? 0
  return Math.max(comparison.replications + 1, Math.ceil(comparison.replications * (worst / share) * (worst / share)))
}
