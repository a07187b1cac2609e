import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { compare } from '../../src/answers/comparison.ts'
import { isPrecise, leastPrecise, looks, precisionOfRows } from '../../src/answers/precision.ts'
import { runScenario, type Simulate } from '../../src/runs/run-scenario.ts'
import { csv } from '../../src/report/csv.ts'
import { precisionDoubts } from '../../src/report/method.ts'
import { entry, pair, scenario, tallies, TECHNOLOGIES } from './hand-made.ts'

test('the rule is looked at after 10, 15, 20 … and at the largest number', () => {
  expect([...looks({ share: 0.01, maxReplications: 23 })]).toEqual([10, 15, 20, 23])
  expect([...looks({ share: 0.01, maxReplications: 25 })]).toEqual([10, 15, 20, 25])
  expect([...looks({ share: 0.01, maxReplications: 10 })]).toEqual([10])
})

describe('which rows, and how precise', () => {
  const of = (software: readonly [number, number], hardware: readonly [number, number], small: number) =>
    compare(
      scenario(),
      TECHNOLOGIES,
      pair(
        software.map((nic) => ({ ledger: [entry('nic', nic), entry('processor', small), entry('guest', 5e6)] })),
        hardware.map((nic) => ({ ledger: [entry('nic', nic), entry('guest', 5e6)] })),
      ),
    )

  test('total, host, and technologies with 1 % of the baseline', () => {
    const names = (small: number) =>
      precisionOfRows(of([1000, 1000], [500, 500], small)).map(({ technology }) => technology)
    expect(names(9)).toEqual(['nic', 'total', 'host'])
    expect(names(11)).toEqual(['nic', 'processor', 'total', 'host'])
  })

  test('half-width as a share of what is saved', () => {
    // Saved 400 and 600: 500 ± 12.706 × 100.
    const nic = precisionOfRows(of([1000, 1000], [600, 400], 0)).find(({ technology }) => technology === 'nic')!
    expect(nic.share).toBeCloseTo((12.706 * 100) / 500, 3)
  })

  test('or of a tenth of the baseline, where less is saved', () => {
    // Saved -10 and 10: 0 ± 12.706 × 10, of 100.
    const nic = precisionOfRows(of([1000, 1000], [1010, 990], 0)).find(({ technology }) => technology === 'nic')!
    expect(nic.share).toBeCloseTo(1.2706, 3)
  })

  test('exact rows are precise, and one imprecise row is enough', () => {
    expect(isPrecise(of([1000, 1000], [500, 500], 0), 0.0001)).toBe(true)
    expect(isPrecise(of([1000, 1000], [501, 499], 0), 0.0001)).toBe(false)
    expect(leastPrecise(of([1000, 1000], [600, 400], 0))!.technology).toBe('nic')
  })
})

describe('a run that is asked for a precision', () => {
  const draws = (replication: number, name: string): number => new RandomStream(`${name}/${replication}`).normal()
  const ofUnit = (arm: string, replication: number) => {
    const saved = arm === 'software' ? 1000 + Math.round(200 * draws(replication, 'saved')) : 0
    return tallies(arm, replication, { ledger: [entry('nic', 2000 + saved)] })
  }
  const asked = (share: number, maxReplications: number) => scenario({ precision: { share, maxReplications } })

  /** Simulates in order, and so many units further than anybody asked. */
  const ahead = (units: number, simulated: string[] = []): Simulate =>
    async function* (source) {
      const all = source[Symbol.iterator]()
      const waiting = []
      for (;;) {
        for (let next = all.next(); ; next = all.next()) {
          if (next.done) break
          simulated.push(`${next.value.arm} ${next.value.replication}`)
          waiting.push(ofUnit(next.value.arm, next.value.replication))
          if (waiting.length > units) break
        }
        const first = await Promise.resolve(waiting.shift())
        if (first === undefined) return
        yield first
      }
    }

  test('ends with the first prefix that is precise, whatever was simulated beyond it', async () => {
    const simulated: string[] = []
    const one = await runScenario(asked(0.06, 400), TECHNOLOGIES, ahead(0))
    const many = await runScenario(asked(0.06, 400), TECHNOLOGIES, ahead(37, simulated))
    expect(csv(many)).toBe(csv(one))
    expect(simulated.length).toBeGreaterThan(2 * one.replications)
    expect(one.replications % 5).toBe(0)
    // The same as that many replications, fixed; five fewer are not precise.
    const fixed = await runScenario(scenario({ replications: one.replications }), TECHNOLOGIES, ahead(0))
    expect(csv(fixed)).toBe(csv(one))
    const fewer = await runScenario(scenario({ replications: one.replications - 5 }), TECHNOLOGIES, ahead(0))
    expect([isPrecise(fewer, 0.06), isPrecise(one, 0.06)]).toEqual([false, true])
    expect(precisionDoubts(one)).toEqual([])
  })

  test('says so when the largest number comes first', async () => {
    const comparison = await runScenario(asked(0.001, 12), TECHNOLOGIES, ahead(3))
    expect(comparison.replications).toBe(12)
    expect(precisionDoubts(comparison)[0]).toMatch(/precision of 0.10 % was not reached within 12 replications/)
  })

  test('intervals are at the level that was chosen', async () => {
    const width = async (confidence: number) => {
      const { rows } = await runScenario(scenario({ replications: 10, confidence }), TECHNOLOGIES, ahead(0))
      return rows[0].highS! - rows[0].lowS!
    }
    // Student's t with 9 degrees of freedom: 1.833 at 90 %, 3.250 at 99 %.
    expect((await width(0.99)) / (await width(0.9))).toBeCloseTo(3.2498 / 1.8331, 3)
  })
})
