// How the commands about sweeps end: where rows go, and which points have none.
import type { FailedPoint } from '../sweeps/merge.ts'

const FAILURES_SHOWN = 20

export interface Outputs {
  readonly csv: string
  readonly parquet?: string
  readonly toStdout: boolean
}

/** Lists points that failed, and returns the exit code. */
export function complainOf(failed: readonly FailedPoint[]): number {
  const lines = failed.slice(0, FAILURES_SHOWN).map(({ point, error }) => `offsim: point ${point}: ${error}\n`)
  const more = failed.length - FAILURES_SHOWN
  if (more > 0) lines.push(`offsim: and ${more} more points\n`)
  process.stderr.write([`offsim: ${failed.length} of the points failed:\n`, ...lines].join(''))
  return 1
}
