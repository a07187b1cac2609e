// What a run will take, told from its beginning: the arithmetic, how it is said, and who is asked.
import { describe, expect, test } from 'vitest'
import {
  ASKED_MS,
  duration,
  FIRST_LOOK_MS,
  forecast,
  forecastText,
  LongRun,
  TOLD_MS,
} from '../../src/terminal/forecast.ts'

const done = { tasks: 2.5, events: 5e6, simulatedNs: 10e9, busyMs: 5000, vagueNs: 0 }

describe('a forecast', () => {
  test.each([
    // 2 s a task.
    [10, 1, 20_000],
    [10, 2, 10_000],
    [11, 2, 12_000],
    [1, 8, 2000],
    [400, 4, 200_000],
  ])('of %i tasks on %i threads', (tasks, workers, ms) => {
    const all = { ms, tasks, events: 2e6 * tasks, simulatedNs: 4e9 * tasks }
    expect(forecast(done, tasks, workers)).toEqual(all)
  })

  test('is none as long as nothing is known', () => {
    expect(forecast({ ...done, tasks: 0 }, 10, 2)).toBeNull()
    expect(forecast(done, 0, 2)).toBeNull()
  })

  test.each([
    [
      { ms: 3 * 3600e3, tasks: 10, simulatedNs: 36_000e9, events: 2.1e10 },
      'about 3 h: 10 runs, 10 h of simulated time, 21 billion events',
    ],
    [
      { ms: 70e3, tasks: 1, simulatedNs: 3e9, events: 12_345_678 },
      'about 70 s: one run, 3 s of simulated time, 12 million events',
    ],
    [
      { ms: 61 * 60e3, tasks: 2000, simulatedNs: 1e9, events: 950 },
      'about 61 min: 2,000 runs, 1 s of simulated time, 950 events',
    ],
    [
      { ms: 30 * 24 * 3600e3, tasks: 5, simulatedNs: 5 * 240 * 3600e9, events: 3e12 },
      'about 30 days: 5 runs, 50 days of simulated time, 3 trillion events',
    ],
    [
      { ms: 100e3, tasks: 5, simulatedNs: 0.05e9, events: 54_321 },
      'about 1.7 min: 5 runs, 0.05 s of simulated time, 54,000 events',
    ],
  ])('is said in words: %#', (some, text) => {
    expect(forecastText(some)).toBe(`this takes ${text}`)
  })

  test.each([
    [0.25, '0.25 s'],
    [89, '89 s'],
    [91, '1.5 min'],
    [5399, '90 min'],
    [5401, '1.5 h'],
    [49 * 3600, '2 days'],
    [1000 * 86_400, '1,000 days'],
  ])('%f s are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })
})

const lasting = (ms: number) => () => ({ ms, tasks: 10, simulatedNs: 1e9, events: 1e6 })

function run({
  isAgreed = false,
  isQuiet = false,
  answer,
}: { isAgreed?: boolean; isQuiet?: boolean; answer?: boolean } = {}) {
  const [said, asked, refused]: string[][] = [[], [], []]
  const ask = (question: string) => Promise.resolve((asked.push(question), answer!))
  const longRun = new LongRun({
    isAgreed,
    isQuiet,
    say: (text) => said.push(text),
    ask: answer === undefined ? null : ask,
    refuse: (why) => refused.push(why),
  })
  return { longRun, said, asked, refused }
}

describe('a long run', () => {
  test('is told of once, whatever is known later', () => {
    const { longRun, said, refused } = run()
    for (let ms = 0; ms < 2 * TOLD_MS; ms += 250) longRun.look(ms, lasting(10 * TOLD_MS + ms))
    expect([said.length, refused]).toEqual([1, []])
  })

  test.each([0, 1000, TOLD_MS - 1])(
    'is not told of when it takes %i ms, and not asked for a forecast too early',
    (ms) => {
      const { longRun, said, refused } = run()
      longRun.look(FIRST_LOOK_MS - 1, () => {
        throw new Error('too early')
      })
      longRun.look(FIRST_LOOK_MS, lasting(ms))
      expect([said, refused]).toEqual([[], []])
    },
  )

  test('is not told of when it is to be quiet', () => {
    const { longRun, said, refused } = run({ isQuiet: true })
    longRun.look(FIRST_LOOK_MS, lasting(2 * TOLD_MS))
    expect([said, refused]).toEqual([[], []])
  })

  test.each([false, true])('of more than an hour is refused where nobody can be asked; quiet: %s', (isQuiet) => {
    const { longRun, said, refused } = run({ isQuiet })
    longRun.look(FIRST_LOOK_MS, lasting(ASKED_MS))
    expect(said).toEqual([])
    expect(refused).toEqual([expect.stringMatching(/^this takes about 60 min: .*--yes/)])
  })

  test('is refused as late as it is known', () => {
    const { longRun, refused } = run()
    for (let ms = 0; ms < 10 * TOLD_MS; ms += 250) longRun.look(ms, () => null)
    expect(refused).toEqual([])
    longRun.look(10 * TOLD_MS, lasting(2 * ASKED_MS))
    expect(refused).toHaveLength(1)
  })

  test('is refused when it turns out to be one', () => {
    const { longRun, said, refused } = run()
    longRun.look(FIRST_LOOK_MS, lasting(ASKED_MS - 1000))
    longRun.look(2 * FIRST_LOOK_MS, lasting(ASKED_MS))
    expect([said.length, refused.length]).toEqual([1, 1])
  })

  test('goes on when it is meant, and is told of all the same', () => {
    const { longRun, said, refused } = run({ isAgreed: true })
    longRun.look(FIRST_LOOK_MS, lasting(9 * ASKED_MS))
    longRun.look(2 * FIRST_LOOK_MS, lasting(9 * ASKED_MS))
    expect([said.length, refused]).toEqual([1, []])
  })

  test.each([true, false])('is asked about on a terminal, once; the answer is %s', async (answer) => {
    const { longRun, said, asked, refused } = run({ answer })
    longRun.look(FIRST_LOOK_MS, lasting(2 * ASKED_MS))
    longRun.look(2 * FIRST_LOOK_MS, lasting(2 * ASKED_MS))
    await Promise.resolve()
    expect(asked).toEqual([expect.stringMatching(/^this takes about 2 h.*Go on\? \[y\/N\] $/)])
    expect([said, refused.length]).toEqual([[], answer ? 0 : 1])
  })
})
