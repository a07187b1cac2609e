// Looks at what threads do from time to time, while they do it: shows how far it is, and tells of what will take long.
import { createInterface } from 'node:readline'
import type { Done } from '../runs/board.ts'
import type { Pool } from '../runs/pool.ts'
import { forecast, LongRun } from './forecast.ts'
import { progressLine } from './progress-line.ts'
import { tell } from './telling.ts'

export interface Watched {
  readonly pool: Pool
  readonly isQuiet: boolean
  /** Whether it is meant, however long it takes. */
  readonly isAgreed: boolean
  /** Tasks in all, as far as it is known by now. */
  readonly tasks: () => number
  /** What a terminal shows: `done` of `of` are done. */
  readonly show: (
    done: Done,
    elapsedMs: number,
  ) => { readonly text: string; readonly done: number; readonly of: number }
  /** It is not to go on. */
  readonly end: (why: string) => void
}

/** How often whoever looks at a terminal sees something new. */
const LOOK_MS = 250

/** Begins to look; what it returns ends that, and takes an open question back. */
export function watching({ pool, isQuiet, isAgreed, tasks, show, end }: Watched): () => void {
  const startedMs = performance.now()
  const line = progressLine({ isQuiet })
  const { ask, close } = asker()
  let isAsking = false
  const asked = async (question: string): Promise<boolean> => {
    line.clear()
    isAsking = true
    const isMeant = await ask!(`offsim: ${question}`)
    isAsking = false
    return isMeant
  }
  const say = (text: string): void => {
    line.clear()
    tell(`offsim: ${text}`)
  }
  const longRun = new LongRun({ isAgreed, isQuiet, say, ask: ask && asked, refuse: end })
  const look = (): void => {
    const elapsedMs = performance.now() - startedMs
    longRun.look(elapsedMs, () => forecast(pool.done, tasks(), pool.workers))
    if (isAsking) return
    const { text, done, of } = show(pool.done, elapsedMs)
    line.show(text, done, of)
  }
  const timer = setInterval(look, LOOK_MS)
  return () => {
    clearInterval(timer)
    close()
    line.clear()
  }
}

/** How whoever sits at the terminal is asked; null where nobody does. `close` takes an open question back. */
function asker(): { readonly ask: ((question: string) => Promise<boolean>) | null; readonly close: () => void } {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return { ask: null, close: () => {} }
  let close = (): void => {}
  const ask = (question: string): Promise<boolean> =>
    new Promise((answered) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      close = () => lines.close()
      // Ctrl-C at a question is meant for the run.
      lines.on('SIGINT', () => {
        lines.close()
        process.kill(process.pid, 'SIGINT')
      })
      lines.question(question, (answer) => {
        lines.close()
        answered(/^y(es)?$/i.test(answer.trim()))
      })
    })
  return { ask, close: () => close() }
}
