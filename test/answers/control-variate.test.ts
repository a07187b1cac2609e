import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { compare } from '../../src/answers/comparison.ts'
import { controlledMean, controlledSaving } from '../../src/answers/control-variate.ts'
import { entry, IDLE_GROUP, pair, scenario, TECHNOLOGIES, work } from './hand-made.ts'

describe('a mean with a control', () => {
  test('by hand: a line through five points', () => {
    // y = 10 + 2 x + (1, -1, 0, -1, 1): slope 2 and residuals as they are; x̄ = 1, Sxx = 10, RSS = 4.
    const controls = [-1, 0, 1, 2, 3]
    const values = [9, 9, 12, 13, 17]
    const { saved, high, gain } = controlledMean(values, controls, 0.95)!
    expect(saved).toBeCloseTo(10, 12)
    expect(high - saved).toBeCloseTo(3.18245 * Math.sqrt((4 / 3) * (1 / 5 + 1 / 10)), 4)
    expect(gain).toBeGreaterThan(1)
  })

  test('takes out all that is proportional to the control', () => {
    const controls = [3, -1, 4, -1, 5, -9]
    const { saved, low, high } = controlledMean(
      controls.map((control) => 100 + 7 * control),
      controls,
      0.95,
    )!
    expect(saved).toBeCloseTo(100, 9)
    expect(high - low).toBeLessThan(1e-9)
  })

  test('no number of replications makes up for an interval of which nothing is left', () => {
    const controls = [3, -1, 4, -1, 5, -9]
    const proportional = controls.map((control) => 1e9 / 3 + (7 * control) / 3)
    expect(controlledMean(proportional, controls, 0.95)!.gain).toBeNull()
    expect(controlledMean([1, 2, 3, 4, 6], [1, 2, 3, 4, 5], 0.95)!.gain).toBeGreaterThan(1)
  })

  test('says nothing of fewer than five values, or where values or controls do not vary', () => {
    expect(controlledMean([4, 4, 4, 4, 4], [1, 2, 3, 4, 5], 0.95)).toBeNull()
    expect(controlledMean([1, 2, 3, 4], [1, 2, 3, 5], 0.95)).toBeNull()
    expect(controlledMean([1, 2, 3, 4, 5], [2, 2, 2, 2, 2], 0.95)).toBeNull()
  })

  test.each([5, 10, 30])('the 95 %% interval of %i replications holds the truth 95 %% of the time', (count) => {
    const stream = new RandomStream(`coverage of the control variate/${count}`)
    const holds = Array.from({ length: 4000 }, () => {
      const controls = Array.from({ length: count }, () => stream.normal())
      const { low, high } = controlledMean(
        controls.map((control) => 50 + 3 * control + stream.normal()),
        controls,
        0.95,
      )!
      return low <= 50 && 50 <= high
    })
    const share = holds.filter(Boolean).length / holds.length
    expect(share).toBeGreaterThan(0.94)
    expect(share).toBeLessThan(0.96)
  })
})

test('what a row saves, with the work that was offered: nothing is left where every item saves the same', () => {
  // 100 arrivals expected in the window of 1 s; what came differs.
  const arrivals = { kind: 'poisson', ratePerS: 100 } as const
  const packets = [{ direction: 'receive', bytes: 1000, vlan: 0, vpn: false, partition: '', arrivals }] as const
  const counts = [90, 104, 97, 112, 101]
  const replications = (price: number) =>
    counts.map((items) => ({
      ledger: [entry('nic', items * price), entry('guest', 12345)],
      work: [work({ generated: items, offered: items * 1000 })],
    }))
  const comparison = compare(
    scenario({ vms: { web: { ...IDLE_GROUP, packets } } }),
    TECHNOLOGIES,
    pair(replications(300), replications(100)),
  )
  const arm = comparison.arms.find(({ name }) => name === 'hardware')!
  for (const row of ['nic', 'total', 'host']) {
    const { saved, low, high } = controlledSaving(comparison, arm, row)!
    expect(saved).toBeCloseTo(100 * 200, 6)
    expect(high - low).toBeLessThan(1e-6)
  }
  // The plain mean is off by what was offered beyond the expected.
  expect(comparison.rows[0].savedS! * 1e9).toBeCloseTo(100.8 * 200, 6)
})
