// Gaps between arrivals, from draws that are written down, and what the many streams of many sources have in common.
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../src/engine/random.ts'
import { arrivalProcess, meanRate } from '../../../src/models/workload/arrivals.ts'
import type { Arrivals } from '../../../src/models/host/setup.ts'

/** A stream of draws written down: a number is a uniform or, times the mean that is asked for, an exponential. */
function drawn(...draws: number[]): { stream: RandomStream; left: () => number } {
  const next = (): number => {
    if (draws.length === 0) throw new Error('no draw is left')
    return draws.shift()!
  }
  const stream = { uniform: next, exponential: (mean: number) => mean * next() }
  return { stream: stream as unknown as RandomStream, left: () => draws.length }
}

function gaps(arrivals: Arrivals, count: number, ...draws: number[]): number[] {
  const { stream, left } = drawn(...draws)
  const process = arrivalProcess(arrivals, stream)
  const all = Array.from({ length: count }, () => process.next())
  expect(left()).toBe(0)
  return all
}

describe('poisson', () => {
  test('every gap is exponential, the first one too: 2000 a second are 500 µs apart on average', () => {
    expect(gaps({ kind: 'poisson', ratePerS: 2000 }, 3, 1, 0.5, 3)).toEqual([500_000, 250_000, 1_500_000])
  })

  test('of rate 0 never comes, and draws nothing', () => {
    expect(gaps({ kind: 'poisson', ratePerS: 0 }, 2)).toEqual([Infinity, Infinity])
  })
})

describe('periodic', () => {
  test('the first is at a phase within the period, the others follow at constant gaps', () => {
    expect(gaps({ kind: 'periodic', everyNs: 400 }, 4, 0.25)).toEqual([100, 400, 400, 400])
  })

  test('phases of many sources lie evenly within one period', () => {
    const phases = Array.from({ length: 4000 }, (_, i) =>
      arrivalProcess({ kind: 'periodic', everyNs: 400 }, new RandomStream(`source ${i}`)).next(),
    )
    expect(Math.min(...phases)).toBeGreaterThan(0)
    expect(Math.max(...phases)).toBeLessThan(400)
    for (let quarter = 0; quarter < 4; quarter++) {
      // Binomial: 1000 of 4000, standard deviation √(4000 × 1/4 × 3/4) = 27.4; five of them.
      const within = phases.filter((phase) => Math.floor(phase / 100) === quarter).length
      expect(Math.abs(within - 1000)).toBeLessThan(137)
    }
  })
})

describe('bursts', () => {
  // On for 300 ns and off for 100 ns on average. A mean rate of one in 1000 ns is one in 750 ns while on.
  const bursts: Arrivals = { kind: 'bursts', ratePerS: 1e6, onNs: 300, offNs: 100 }

  test('a source that starts on has its first arrival as soon as its first gap', () => {
    // Phase 0.25 is the edge: on. On for 600; gaps of 75, 150 and 375 use it up exactly.
    expect(gaps(bursts, 3, 0.25, 2, 0.1, 0.2, 0.5)).toEqual([75, 150, 375])
  })

  test('a source that starts off waits for its first burst', () => {
    // Phase 0.24: off for 50, then on for 600.
    expect(gaps(bursts, 2, 0.24, 0.5, 2, 0.1, 0.2)).toEqual([50 + 75, 150])
  })

  test('a gap that is longer than what is left of the burst goes on in the next one', () => {
    // On for 90. The gap of 150 lies 90 in this burst and, after 30 off, 60 in the next, which is on for 300.
    // The next gap of 240 is what is left of that; the one after it of 75 waits for 70 off.
    expect(gaps(bursts, 3, 0.5, 0.3, 0.2, 0.3, 1, 0.32, 0.1, 0.7, 1)).toEqual([150 + 30, 240, 75 + 70])
  })

  test('a gap may span several bursts', () => {
    // Bursts of 30 and 60 pass without an arrival, with 10 and 20 off; 150 − 90 = 60 lie in the third.
    expect(gaps(bursts, 1, 0.5, 0.1, 0.2, 0.1, 0.2, 0.2, 1)).toEqual([150 + 10 + 20])
  })

  test('of rate 0 never comes, and draws nothing', () => {
    expect(gaps({ ...bursts, ratePerS: 0 }, 2)).toEqual([Infinity, Infinity])
  })

  test('without off times it is a Poisson source of the same rate', () => {
    expect(gaps({ ...bursts, offNs: 0 }, 1, 0, 100, 0.25)).toEqual([250])
  })

  test.each([
    [1, 3],
    [3, 1],
    [1, 1],
    [1, 9],
  ])('a source that is on for %d of every %d more off starts on as often as it is on', (on, off) => {
    // Times of seconds, and an arrival every microsecond while on: who starts on has its first within a millisecond.
    const source: Arrivals = { kind: 'bursts', ratePerS: (1e6 * on) / (on + off), onNs: on * 1e9, offNs: off * 1e9 }
    const sources = 4000
    let early = 0
    for (let i = 0; i < sources; i++)
      if (arrivalProcess(source, new RandomStream(`${on}/${off}/${i}`)).next() < 1e6) early++
    const share = on / (on + off)
    const deviation = Math.sqrt(sources * share * (1 - share))
    // Five standard deviations, and those who wake up from off within the millisecond: less than 0.1 % of them.
    expect(Math.abs(early - sources * share)).toBeLessThan(5 * deviation + 4)
  })

  test('the mean rate is over on and off times, from the start on', () => {
    const source: Arrivals = { kind: 'bursts', ratePerS: 1e6, onNs: 5e3, offNs: 15e3 }
    const sources = 2000
    // In a window of half a mean cycle: 10 arrivals of each are expected, whatever it starts with.
    const counts = Array.from({ length: sources }, (_, i) => {
      const process = arrivalProcess(source, new RandomStream(`rate ${i}`))
      let count = 0
      for (let at = process.next(); at < 10e3; at += process.next()) count++
      return count
    })
    const mean = counts.reduce((sum, count) => sum + count, 0) / sources
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (sources - 1)
    expect(Math.abs(mean - 10)).toBeLessThan(4 * Math.sqrt(variance / sources))
    // Bursty: of a Poisson source the variance would be the mean.
    expect(variance).toBeGreaterThan(40)
  })
})

describe('times', () => {
  test('come in the order in which they are listed, at once where they are the same, and then no more', () => {
    const listed: Arrivals = { kind: 'times', timesNs: [5, 5, 30, 100], isFromStart: true }
    expect(gaps(listed, 6)).toEqual([5, 0, 25, 70, Infinity, Infinity])
  })

  test('none at all never come', () => {
    expect(gaps({ kind: 'times', timesNs: [], isFromStart: true }, 2)).toEqual([Infinity, Infinity])
  })
})

test('mean rates are per ns; listed times have none', () => {
  expect(meanRate({ kind: 'poisson', ratePerS: 2e6 })).toBe(0.002)
  expect(meanRate({ kind: 'bursts', ratePerS: 5e8, onNs: 1, offNs: 9 })).toBe(0.5)
  expect(meanRate({ kind: 'periodic', everyNs: 250 })).toBe(0.004)
  expect(meanRate({ kind: 'times', timesNs: [1, 2], isFromStart: true })).toBeNaN()
})
