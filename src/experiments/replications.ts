// Runs a scenario: every arm of every replication, always in the same order.
import type { Tallies } from '../models/tallies.ts'
import type { Technology } from '../models/technology.ts'
import { checkPaired, compare, type Comparison } from './comparison.ts'
import { runReplication } from './run.ts'
import type { Scenario } from './scenario.ts'

/** One replication of one arm: a pure function of these four, so it may run anywhere and its result may be stored. */
export type RunReplication = (
  scenario: Scenario,
  arm: string,
  replication: number,
  technologies: readonly Technology[],
) => Tallies

/** Called before each run: how many of all are done, and what comes now. */
export type OnProgress = (done: number, all: number, arm: string, replication: number) => void

/**
 * Runs all arms of all replications, numbered from 0, and compares them.
 * Arms take turns within a replication, so that a difference in their work is noticed at once.
 * @throws DigestError when two arms did not see the same work
 */
export function runScenario(
  scenario: Scenario,
  technologies: readonly Technology[],
  onProgress: OnProgress = () => {},
  run: RunReplication = runReplication,
): Comparison {
  const arms = [scenario.baseline, ...Object.keys(scenario.arms).filter((arm) => arm !== scenario.baseline)]
  const tallies = new Map<string, Tallies[]>(arms.map((arm) => [arm, []]))
  const all = arms.length * scenario.replications
  for (let replication = 0; replication < scenario.replications; replication++) {
    arms.forEach((arm, position) => {
      onProgress(replication * arms.length + position, all, arm, replication)
      const result = run(scenario, arm, replication, technologies)
      tallies.get(arm)!.push(result)
      checkPaired(tallies.get(scenario.baseline)!.slice(replication), [result])
    })
  }
  onProgress(all, all, '', scenario.replications)
  return compare(scenario, technologies, tallies)
}
