// Runs a scenario: every arm of every replication, as many as are asked for or as its precision takes. Who simulates the
// tasks, and where, is given by the caller; what comes out depends on nothing but the scenario.
import type { Tallies } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { checkPaired, type Comparison } from '../answers/comparison.ts'
import { armsInTurn, comparing, isStep, tasksOf, type Inquiry, type Step, type StepTallies } from './inquiry.ts'
import { runReplication } from './replication.ts'
import type { Scenario } from '../language/asked.ts'
import type { Task } from './task.ts'

/** Simulates tasks, in any order and anywhere; gives their tallies in the order of the tasks. */
export type Simulate = (tasks: Iterable<Task>) => AsyncIterable<Tallies>

/** Simulates one task after the other, right here. */
export function inTurn(technologies: readonly Technology[]): Simulate {
  return async function* (tasks) {
    for (const { scenario, arm, replication, mostEvents } of tasks) {
      // Between tasks a page can be drawn, and a signal be heard.
      await new Promise((resolve) => setTimeout(resolve))
      yield runReplication(scenario, arm, replication, technologies, undefined, mostEvents)
    }
  }
}

export interface Progress {
  readonly phase: Step['phase']
  readonly done: number
  /** How many there will be; an estimate where a precision decides. */
  readonly expected: number
}

export interface RunOptions {
  readonly onProgress?: (progress: Progress) => void
  /** Ends the run after the replications that are complete by then. */
  readonly signal?: AbortSignal
}

/** The run was ended before a single replication was complete. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

/**
 * Runs all arms of replications numbered from 0 and compares them. Arms take turns within a replication.
 * @throws DigestError when two arms did not see the same work
 * @throws WarmupError when there is no warm-up to be found
 * @throws InterruptedError when nothing was complete yet
 */
export function runScenario(
  scenario: Scenario,
  technologies: readonly Technology[],
  simulate: Simulate = inTurn(technologies),
  options: RunOptions = {},
): Promise<Comparison> {
  return answered(comparing(scenario, technologies), simulate, options)
}

/** Simulates until an inquiry has its answer. */
export async function answered<Answer extends object>(
  inquiry: Inquiry<Answer>,
  simulate: Simulate,
  options: RunOptions = {},
): Promise<Answer> {
  let step = inquiry.first()
  let tallies = noTallies(step)
  for (;;) {
    const reached = await asFarAsAhead(step, tallies, inquiry, simulate, options)
    if (!isStep(reached)) return reached
    if (reached.phase !== step.phase) tallies = noTallies(reached)
    step = reached
  }
}

/**
 * Simulates ahead as far as a step allows. Gives the answer as soon as a prefix of what was simulated is one, or the step
 * that goes on from where `step` could not go further.
 */
async function asFarAsAhead<Answer extends object>(
  step: Step,
  tallies: ReadonlyMap<string, Tallies[]>,
  inquiry: Inquiry<Answer>,
  simulate: Simulate,
  options: RunOptions,
): Promise<Step | Answer> {
  const inOrder = simulate(tasksOf(step, replicationsIn(tallies), step.most))
  for await (const replications of completed(inOrder, tallies, options, () => step)) {
    if (replications < step.count) continue
    const next = inquiry.after(step, tallies)
    if (!isStep(next) || next.phase !== step.phase || next.most !== step.most) return next
    step = next
  }
  if (step.phase === 'pilot runs') throw new InterruptedError('the pilot runs were not complete')
  const complete = upToComplete(tallies)
  if (complete.get(step.scenario.baseline)!.length === 0) throw new InterruptedError('nothing was complete yet')
  return inquiry.early(step, complete)
}

/**
 * Sorts tallies by arm as they come, and yields the number of complete replications whenever it grows.
 * A difference in the arms' work is noticed at once.
 */
async function* completed(
  inOrder: AsyncIterable<Tallies>,
  collected: ReadonlyMap<string, Tallies[]>,
  { onProgress = () => {}, signal }: RunOptions,
  step: () => Step,
): AsyncGenerator<number, void, void> {
  const arms = [...collected.keys()]
  let done = arms.length * replicationsIn(collected)
  const tell = (): void => onProgress({ phase: step().phase, done, expected: arms.length * step().expected })
  tell()
  for await (const tallies of inOrder) {
    collected.get(tallies.arm)!.push(tallies)
    checkPaired([collected.get(arms[0])!.at(-1)!], [tallies])
    done++
    if (done % arms.length === 0) yield done / arms.length
    tell()
    if (signal?.aborted) return
  }
}

function noTallies({ scenario }: Step): Map<string, Tallies[]> {
  return new Map(armsInTurn(scenario).map((arm) => [arm, []]))
}

/** How many are complete: every arm has them. */
function replicationsIn(tallies: StepTallies): number {
  return Math.min(...[...tallies.values()].map((ofArm) => ofArm.length))
}

function upToComplete(tallies: StepTallies): StepTallies {
  const complete = replicationsIn(tallies)
  return new Map([...tallies].map(([arm, ofArm]) => [arm, ofArm.slice(0, complete)]))
}
