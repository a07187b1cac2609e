// How a command has its scenario run: on all cores, with progress on a terminal; Ctrl-C keeps what is complete.
import type { Failure } from '../runs/task.ts'
import { openPool, simulated, type Pool } from '../runs/pool.ts'
import { runScenario, type Simulate } from '../runs/run-scenario.ts'
import type { Comparison } from '../answers/comparison.ts'
import type { Scenario } from '../language/asked.ts'
import type { Tallies } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { progressLine } from './progress-line.ts'

export interface SimulationOptions {
  readonly technologies: readonly Technology[]
  /** Files of plug-ins, which each thread loads for itself. */
  readonly plugins?: readonly string[]
  /** Threads; all cores when it is not said. */
  readonly workers?: number
  readonly isQuiet: boolean
}

/** Runs a scenario. When Ctrl-C is pressed, the comparison is that of the replications that were complete by then. */
export async function simulateScenario(
  scenario: Scenario,
  { technologies, plugins = [], workers, isQuiet }: SimulationOptions,
): Promise<{ comparison: Comparison; interrupted: boolean }> {
  const pool = await openPool({ workers, technologies, plugins })
  const line = progressLine({ isQuiet })
  const stop = new AbortController()
  const onInterrupt = (): void => {
    stop.abort()
    // What threads are doing is given up; without threads, the replication being simulated ends first.
    void pool.close()
  }
  // Once: a second Ctrl-C ends the process at once.
  process.once('SIGINT', onInterrupt)
  try {
    const comparison = await runScenario(scenario, technologies, on(pool, stop.signal), {
      signal: stop.signal,
      onProgress: ({ phase, done, expected }) => line.show(`${done} of ${expected} ${phase} done`, done, expected),
    })
    return { comparison, interrupted: stop.signal.aborted }
  } finally {
    process.off('SIGINT', onInterrupt)
    line.clear()
    await pool.close()
  }
}

/** Has tasks simulated by a pool; there are no more once the signal has come and the pool is closed. */
export function on(pool: Pool, signal?: AbortSignal): Simulate {
  return async function* (tasks) {
    const outcomes = simulated(tasks, pool)[Symbol.asyncIterator]()
    for (;;) {
      const next = await outcomes.next().catch((error: unknown) => {
        if (signal?.aborted) return null
        throw error
      })
      if (next === null || next.done) return
      const { outcome } = next.value
      if ('tallies' in outcome) yield JSON.parse(outcome.tallies) as Tallies
      else throw failureOf(outcome)
    }
  }
}

/** What went wrong in a thread, with the place in the code where it did. */
function failureOf({ failure, stack, name }: Failure): Error {
  return Object.assign(new Error(failure), { stack, name })
}
