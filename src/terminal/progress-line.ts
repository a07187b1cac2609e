// How far a command is, as one line on a terminal.
import { duration } from './forecast.ts'

const CLEAR = '\r\x1b[K'

export interface ProgressLine {
  /** `text` says that `done` of `all` are done; how long the rest will take is put behind it. */
  readonly show: (text: string, done: number, all: number) => void
  readonly clear: () => void
}

/** A line that is written anew at most every `everyMs`; none where nobody looks at a terminal. */
export function progressLine({ isQuiet, everyMs = 0 }: { isQuiet: boolean; everyMs?: number }): ProgressLine {
  if (isQuiet || !process.stderr.isTTY) return { show: () => {}, clear: () => {} }
  const startedMs = performance.now()
  let shownMs = 0
  let first: number | null = null
  const show = (text: string, done: number, all: number): void => {
    const nowMs = performance.now()
    if (nowMs - shownMs < everyMs) return
    shownMs = nowMs
    // What was done in earlier sittings says nothing about the pace of this one.
    first ??= done
    const leftS = done > first ? ((nowMs - startedMs) / 1000 / (done - first)) * (all - done) : null
    process.stderr.write(CLEAR + text + (leftS === null ? '' : `, about ${duration(leftS)} left`))
  }
  return { show, clear: () => void process.stderr.write(CLEAR) }
}
