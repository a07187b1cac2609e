// How a command has its scenario run: on all cores, with progress on a terminal; Ctrl-C keeps what is complete.
import type { Failure } from '../runs/task.ts'
import { openPool, simulated, type Pool } from '../runs/pool.ts'
import { withPriceDoubt } from '../runs/doubting.ts'
import { InterruptedError, runScenario, type Progress, type Simulate } from '../runs/run-scenario.ts'
import { leastTasks } from '../runs/inquiry.ts'
import type { Comparison } from '../answers/comparison.ts'
import type { Scenario } from '../language/asked.ts'
import type { Tallies } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { UsageError } from './arguments.ts'
import { duration } from '../terminal/forecast.ts'
import { watching } from '../terminal/watching.ts'

export interface SimulationOptions {
  readonly technologies: readonly Technology[]
  /** Files of plug-ins, which each thread loads for itself. */
  readonly plugins?: readonly string[]
  /** Threads; all cores when it is not said. */
  readonly workers?: number
  readonly isQuiet: boolean
  /** Whether it is meant, however long it takes. */
  readonly isAgreed: boolean
  /** Whether the answer is told how far it rests on prices; if not, it comes sooner. */
  readonly isDoubted?: boolean
}

/**
 * Runs a scenario. When Ctrl-C is pressed, the comparison is that of the replications that were complete by then.
 * @throws UsageError when it would take very long and nobody said that this is meant
 */
export async function simulateScenario(
  scenario: Scenario,
  options: SimulationOptions,
): Promise<{ comparison: Comparison; interrupted: boolean }> {
  const { technologies, plugins = [], workers } = options
  const pool = await openPool({ workers, plugins })
  const stop = new AbortController()
  let refusal: string | null = null
  const end = (why: string | null): void => {
    refusal = why
    stop.abort()
    // What threads are doing is given up.
    void pool.close()
  }
  const onInterrupt = (): void => end(null)
  // Once: a second Ctrl-C ends the process at once.
  process.once('SIGINT', onInterrupt)
  const watch = watchOf(scenario, pool, options, end)
  try {
    const simulate = on(pool, stop.signal)
    const comparison = await runScenario(scenario, technologies, simulate, {
      signal: stop.signal,
      onProgress: watch.at,
    })
    if (refusal === null) {
      const isAsked = options.isDoubted === true && !stop.signal.aborted
      const answer = isAsked ? await doubted(comparison, simulate) : comparison
      return { comparison: answer, interrupted: stop.signal.aborted }
    }
  } catch (error) {
    if (refusal === null) throw error
  } finally {
    process.off('SIGINT', onInterrupt)
    watch.close()
    await pool.close()
  }
  throw new UsageError(refusal)
}

/** The answer with how far it rests on prices; without, when Ctrl-C comes first. */
async function doubted(comparison: Comparison, simulate: Simulate): Promise<Comparison> {
  try {
    return await withPriceDoubt(comparison, simulate)
  } catch (error) {
    if (error instanceof InterruptedError) return comparison
    throw error
  }
}

/** Looks at a run from time to time: shows how far it is, and tells of one that will take long. */
function watchOf(scenario: Scenario, pool: Pool, { isQuiet, isAgreed }: SimulationOptions, end: (why: string) => void) {
  let phase: Progress = { phase: 'runs', done: 0, expected: 1 }
  /** Tasks of earlier phases. */
  let before = 0
  const close = watching({
    pool,
    isQuiet,
    isAgreed,
    end,
    tasks: () => before + phase.expected + (phase.phase === 'runs' ? 0 : leastTasks({ ...scenario, warmup: 'given' })),
    show: (done, elapsedMs) => {
      const share = Math.max(phase.done, Math.min(phase.expected, done.tasks - before))
      return { text: progressText(phase, share, done, elapsedMs), done: share, of: phase.expected }
    },
  })
  const at = (now: Progress): void => {
    if (phase.phase === 'pilot runs' && now.phase === 'runs') before += phase.expected
    phase = now
  }
  return { at, close }
}

/** `3 of 10 runs done, 34 % of 1.2 h simulated, 2 min so far`. */
function progressText({ phase, done, expected }: Progress, share: number, so: Pool['done'], elapsedMs: number): string {
  const runs = `${done} of ${expected} ${phase} done`
  const simulated = so.tasks > 0 ? (so.simulatedNs / so.tasks) * expected : 0
  const vague = so.vagueNs > 0 ? `, ${duration(so.vagueNs / 1e9)} simulated` : ''
  const part = simulated > 0 ? `, ${percent(share / expected)} % of ${duration(simulated / 1e9)} simulated` : vague
  return `${runs}${part}, ${duration(elapsedMs / 1000)} so far`
}

function percent(share: number): string {
  return share < 0.1 ? (100 * share).toFixed(1) : String(Math.floor(100 * share))
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
