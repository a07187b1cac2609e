// What a run will take, told from its first seconds: they are the pilot, and nothing of them is lost.
import type { Done } from '../runs/board.ts'

/** What a run will probably come to, from its beginning to its end. */
export interface Forecast {
  readonly ms: number
  readonly tasks: number
  readonly simulatedNs: number
  readonly events: number
}

/** The forecast for so many tasks in all; null as long as nothing is known of any. */
export function forecast({ tasks: done, events, simulatedNs, busyMs }: Done, tasks: number, workers: number) {
  if (done <= 0 || tasks <= 0) return null
  const perTask = { ms: busyMs / done, events: events / done, simulatedNs: simulatedNs / done }
  const turns = Math.max(1, Math.ceil(tasks / workers))
  return {
    ms: turns * perTask.ms,
    tasks,
    simulatedNs: tasks * perTask.simulatedNs,
    events: tasks * perTask.events,
  } satisfies Forecast
}

export function forecastText({ ms, tasks, simulatedNs, events }: Forecast): string {
  const runs = tasks === 1 ? 'one run' : `${count(tasks)} runs`
  return `this takes about ${duration(ms / 1000)}: ${runs}, ${duration(simulatedNs / 1e9)} of simulated time, ${count(events)} events`
}

/** A time as people say it, in two digits or so. */
export function duration(seconds: number): string {
  const [amount, name] =
    seconds < 90
      ? [seconds, 's']
      : seconds < 5400
        ? [seconds / 60, 'min']
        : seconds < 48 * 3600
          ? [seconds / 3600, 'h']
          : [seconds / 86_400, 'days']
  return `${Number(amount.toPrecision(amount < 100 ? 2 : 3)).toLocaleString('en')} ${name}`
}

function count(amount: number): string {
  const known = [
    [1e12, 'trillion'],
    [1e9, 'billion'],
    [1e6, 'million'],
  ] as const
  const [size, word] = known.find(([size]) => amount >= size) ?? [1, '']
  if (word !== '') return `${Number((amount / size).toPrecision(2)).toLocaleString('en')} ${word}`
  return Number(amount.toPrecision(amount < 10_000 ? 4 : 2)).toLocaleString('en')
}

/** A run is looked at when it has gone on for this long: one that is over by then costs nothing. */
export const FIRST_LOOK_MS = 3000
/** From here on it is said what a run will take. */
export const TOLD_MS = 60_000
/** From here on it has to be meant. */
export const ASKED_MS = 3_600_000
/** A run of which was told how long it takes is not looked at for ever. */
const LAST_LOOK_MS = 60_000

export interface Asking {
  /** Whether it is meant, however long it takes. */
  readonly isAgreed: boolean
  readonly isQuiet: boolean
  readonly say: (text: string) => void
  /** Asks whoever sits there; null when nobody does. */
  readonly ask: ((question: string) => Promise<boolean>) | null
  /** The run is not to go on. */
  readonly refuse: (why: string) => void
}

/** Tells of a long run once, and sees to it that a very long one is meant. */
export class LongRun {
  readonly #asking: Asking
  #isTold = false
  #isSettled: boolean

  constructor(asking: Asking) {
    this.#asking = asking
    this.#isSettled = asking.isAgreed
  }

  /** To be called now and then, with what is known by then. */
  look(elapsedMs: number, known: () => Forecast | null): void {
    if (elapsedMs < FIRST_LOOK_MS || (this.#isTold && (this.#isSettled || elapsedMs > LAST_LOOK_MS))) return
    const expected = known()
    if (expected === null) return
    const { isQuiet, say } = this.#asking
    const text = forecastText(expected)
    if (expected.ms >= ASKED_MS && !this.#isSettled) {
      this.#isTold = this.#isSettled = true
      return this.#settle(text)
    }
    if (expected.ms < TOLD_MS || this.#isTold) return
    this.#isTold = true
    if (!isQuiet) say(text)
  }

  #settle(text: string): void {
    const { ask, refuse } = this.#asking
    const instead = 'add --yes if that is meant, or ask for less: a shorter run.measure, fewer replications'
    if (ask === null) return refuse(`${text}; ${instead}`)
    void ask(`${text}. Go on? [y/N] `).then((isMeant) => {
      if (!isMeant) refuse(`not gone on with; ${instead}`)
    })
  }
}
