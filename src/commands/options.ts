// Options that several commands read alike.
import { UsageError, type Given } from './arguments.ts'

/** The value of an option that takes a whole number; undefined when it was not given. */
export function whole(option: string, given: Given): number | undefined {
  const written = given[option] as string | undefined
  if (written === undefined) return undefined
  if (/^\d{1,16}$/.test(written)) return Number(written)
  throw new UsageError(`--${option} ${written}: not a whole number from 0; write for example --${option} 42`)
}

const WORKERS_MAX = 1024

/** Threads that were asked for; undefined: as many as there are cores. */
export function workersOf(given: Given): number | undefined {
  const workers = whole('workers', given)
  if (workers === undefined || (workers >= 1 && workers <= WORKERS_MAX)) return workers
  throw new UsageError(`--workers ${workers}: there are 1 to ${WORKERS_MAX}; write one of these numbers`)
}

/** How many runs are asked for: a number, or a precision. */
export function runsAsked(given: Given): { replications?: number; precision?: string } {
  if (given['precision'] !== undefined && given['replications'] !== undefined) throw new UsageError(RUNS_ASKED_TWICE)
  return { replications: whole('replications', given), precision: given['precision'] as string | undefined }
}

export const RUNS_ASKED_TWICE = '--precision and --replications both say how many runs to make; keep one of the two'
