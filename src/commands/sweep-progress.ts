// How far a sweep is, on a terminal, a few times a second.
import type { Given } from './arguments.ts'
import type { SweepProgress } from '../campaign/working.ts'

const SHOW_MS = 200
const CLEAR = '\r\x1b[K'

export function sweepProgress(given: Given, all: number): { show: (done: SweepProgress) => void; clear: () => void } {
  if (given['quiet'] === true || !process.stderr.isTTY) return { show: () => {}, clear: () => {} }
  const started = performance.now()
  let shownMs = 0
  let first: number | null = null
  const show = ({ points, tasks }: SweepProgress) => {
    const now = performance.now()
    if (now - shownMs < SHOW_MS) return
    shownMs = now
    // What was done in earlier sittings says nothing about the pace of this one.
    first ??= points
    const leftS = points > first ? ((now - started) / 1000 / (points - first)) * (all - points) : null
    const left = leftS === null ? '' : `, ${duration(leftS)} left`
    process.stderr.write(`${CLEAR}${points} of ${all} points, ${tasks} runs simulated${left}`)
  }
  return { show, clear: () => void process.stderr.write(CLEAR) }
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
