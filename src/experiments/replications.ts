// Runs a scenario: every arm of every replication, as many as are asked for or as its precision takes. Who simulates the
// units, and where, is given by the caller; what comes out depends on nothing but the scenario.
import type { Tallies } from '../models/tallies.ts'
import type { Technology } from '../models/technology.ts'
import { checkPaired, compare, type Comparison } from './comparison.ts'
import { isPrecise, leastPrecise, looks } from './precision.ts'
import { runReplication } from './run.ts'
import type { Scenario } from './scenario.ts'
import { FIRST_PILOT, PILOTS, PILOTS_IN_DOUBT, withFoundWarmup } from './warmup.ts'
import type { Unit } from './worker.ts'

/** Simulates units, in any order and anywhere; gives their tallies in the order of the units. */
export type Simulate = (units: Iterable<Unit>) => AsyncIterable<Tallies>

/** Simulates one unit after the other, right here. */
export function inTurn(technologies: readonly Technology[]): Simulate {
  return async function* (units) {
    for (const { scenario, arm, replication } of units) {
      // Between units a page can be drawn, and a signal be heard.
      await new Promise((resolve) => setTimeout(resolve))
      yield runReplication(scenario, arm, replication, technologies)
    }
  }
}

export interface Progress {
  readonly phase: 'pilot runs' | 'runs'
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
export async function runScenario(
  scenario: Scenario,
  technologies: readonly Technology[],
  simulate: Simulate = inTurn(technologies),
  options: RunOptions = {},
): Promise<Comparison> {
  const settled = scenario.warmup === 'auto' ? await afterPilots(scenario, simulate, options) : scenario
  const { precision } = settled
  const stops = new Set(precision === null ? [settled.replications] : looks(precision))
  const most = Math.max(...stops)
  let expected = Math.min(...stops)
  const collected = new Map<string, Tallies[]>(armsInTurn(settled).map((arm) => [arm, []]))
  const inOrder = simulate(unitsOf(settled, numbers(0, most)))
  for await (const replications of completed(inOrder, collected, options, 'runs', () => expected)) {
    if (!stops.has(replications)) continue
    const comparison = compare(settled, technologies, collected)
    if (precision === null || replications === most || isPrecise(comparison, precision.share)) return comparison
    expected = Math.min(most, replicationsFor(precision.share, comparison))
  }
  const complete = upToComplete(collected)
  if (complete.get(settled.baseline)!.length === 0) throw new InterruptedError('nothing was complete yet')
  return compare(settled, technologies, complete)
}

/** The scenario with its warm-up found. */
async function afterPilots(scenario: Scenario, simulate: Simulate, options: RunOptions): Promise<Scenario> {
  const collected = new Map<string, Tallies[]>(armsInTurn(scenario).map((arm) => [arm, []]))
  for (let first = 0, wanted = PILOTS; ; [first, wanted] = [wanted, PILOTS_IN_DOUBT]) {
    const units = unitsOf(scenario, numbers(FIRST_PILOT + first, wanted - first))
    let pilots = 0
    for await (const done of completed(simulate(units), collected, options, 'pilot runs', () => wanted)) pilots = done
    if (pilots < wanted - first) throw new InterruptedError('the pilot runs were not complete')
    const settled = withFoundWarmup(scenario, collected)
    if (settled !== null) return settled
  }
}

/**
 * Sorts tallies by arm as they come, and yields the number of complete replications whenever it grows.
 * A difference in the arms' work is noticed at once.
 */
async function* completed(
  inOrder: AsyncIterable<Tallies>,
  collected: ReadonlyMap<string, Tallies[]>,
  { onProgress = () => {}, signal }: RunOptions,
  phase: Progress['phase'],
  expected: () => number,
): AsyncGenerator<number, void, void> {
  const arms = [...collected.keys()]
  let done = 0
  onProgress({ phase, done, expected: arms.length * expected() })
  for await (const tallies of inOrder) {
    collected.get(tallies.arm)!.push(tallies)
    checkPaired([collected.get(arms[0])!.at(-1)!], [tallies])
    done++
    if (done % arms.length === 0) yield done / arms.length
    onProgress({ phase, done, expected: arms.length * expected() })
    if (signal?.aborted) return
  }
}

/** The baseline first, the others in the order of their names. */
function armsInTurn({ baseline, arms }: Scenario): string[] {
  return [baseline, ...Object.keys(arms).filter((arm) => arm !== baseline)]
}

function* unitsOf(scenario: Scenario, replications: Iterable<number>): Generator<Unit, void, void> {
  for (const replication of replications) {
    for (const arm of armsInTurn(scenario)) yield { scenario, arm, replication }
  }
}

function* numbers(first: number, count: number): Generator<number, void, void> {
  for (let number = first; number < first + count; number++) yield number
}

/** An interval narrows with the square root of the number of replications. */
function replicationsFor(share: number, comparison: Comparison): number {
  const worst = leastPrecise(comparison)?.share ?? 0
  return Math.max(comparison.replications + 1, Math.ceil(comparison.replications * (worst / share) * (worst / share)))
}

function upToComplete(collected: ReadonlyMap<string, readonly Tallies[]>): Map<string, readonly Tallies[]> {
  const least = Math.min(...[...collected.values()].map((tallies) => tallies.length))
  return new Map([...collected].map(([arm, tallies]) => [arm, tallies.slice(0, least)]))
}
