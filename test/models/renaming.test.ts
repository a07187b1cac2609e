// Names do not decide: groups that are called otherwise, or stand in another order, give the answers that they gave, up to the
// luck of their random numbers, whose streams go by names.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Comparison, Row } from '../../src/answers/comparison.ts'
import type { Distribution } from '../../src/engine/distributions.ts'
import type { Scenario } from '../../src/language/asked.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { turnsOf, type Arm, type Setup, type VmGroup } from '../../src/models/host/setup.ts'
import { runScenario } from '../../src/runs/run-scenario.ts'
import { randomArm, randomSetup } from './random-setup.ts'
import { host, packet, setup, vm } from './build.ts'

function answer(given: Setup, arms: Record<string, Arm>, replications: number): Promise<Comparison> {
  const scenario: Scenario = {
    ...given,
    ...{ name: 'renamed', question: '', replications, precision: null, confidence: 0.95, warmup: 'given' },
    ...{ expectations: [], baseline: Object.keys(arms)[0], arms },
  }
  return runScenario(scenario, TECHNOLOGIES)
}

/** The same groups under other names, in another order of the file. */
function renamed(given: Setup, names: readonly string[]): Setup {
  const groups = Object.values(given.vms).toReversed()
  return { ...given, vms: Object.fromEntries(groups.map((group, i) => [names[i], group])) }
}

const rowOf = ({ rows }: Comparison, technology: string): Row => rows.find((row) => row.technology === technology)!
/** The sum of the half-widths of two intervals. */
const widthOf = (...rows: Row[]) => rows.reduce((sum, { savedS, highS }) => sum + (highS! - savedS!), 0)
/** Technologies that both arms name. */
const pairOf = (one: Arm, other: Arm) => ({
  one,
  other: Object.fromEntries(Object.entries(one).map(([name, handler]) => [name, other[name] ?? handler])),
})
const names = fc.shuffledSubarray(['a', 'b', 'm', 'z'], { minLength: 2 })

describe('where there is too little for all', () => {
  const desk = vm({ count: 6, screen: { arrivals: { kind: 'poisson', ratePerS: 400 }, pixels: { exponential: 20e3 } } })
  const video = vm({
    count: 2,
    screen: { arrivals: { kind: 'poisson', ratePerS: 500 }, pixels: { exponential: 400e3 } },
  })
  const tunnel = (ratePerS: number) => ({ ...packet({ vpn: true }), arrivals: { kind: 'poisson', ratePerS } as const })
  const [quiet, loud] = [1000, 20_000].map((rate, i) => vm({ count: 6 - 4 * i, packets: [tunnel(rate)] }))

  test.each<[string, Setup['costs'], readonly VmGroup[], Record<string, Arm>]>([
    [
      'sessions of a display card',
      { 'display.cardSessions': 3, 'display.cardPixelsPerS': 1e11 },
      [desk, video],
      { one: { display: 'software-pcoip' }, other: { display: 'pcoip-card' } },
    ],
    [
      'associations of a NIC',
      { 'vpn.inline-nic.associations': 3 },
      [quiet, loud],
      { one: { vpn: 'software-aes' }, other: { vpn: 'inline-nic' } },
    ],
  ])('names do not decide about %s', async (_what, costs, [small, large], arms) => {
    const given = (first: string, second: string) =>
      setup({
        measureNs: 20e6,
        host: host({ cores: 16, clockHz: 3e9 }),
        vms: { [first]: small, [second]: large },
        costs,
      })
    const [technology] = Object.keys(arms['one'])
    const rows: Row[] = []
    // Behind it, before it, and before it by a capital.
    for (const name of ['video', 'a-video', 'Video'])
      rows.push(rowOf(await answer(given('desk', name), arms, 8), technology))
    const [first, ...others] = rows
    for (const other of others) expect(Math.abs(first.savedS! - other.savedS!)).toBeLessThan(widthOf(first, other))
    // They have most of the work, and a share of it is left to software.
    expect(first.percent).toBeGreaterThan(70)
    expect(first.percent).toBeLessThan(99)
  })
})

test(
  'where nothing is left to chance, other names give the same numbers to the bit',
  { timeout: 120_000 },
  async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(randomSetup, randomArm, randomArm, names, async (random, one, other, names) => {
        if (random.measureNs !== null || Object.keys(random.vms).length < 2) return
        const given = { ...random, vms: certain(random.vms) as Setup['vms'] }
        // Groups that are alike are told apart by their names alone, and it does not matter which is which.
        const [before, after] = await Promise.all(
          [given, renamed(given, names)].map((setup) => answer(setup, pairOf(one, other), 2)),
        )
        const numbersOf = ({ rows }: Comparison) =>
          rows.map(({ technology, items, dropped, armS, savedS }) => ({ technology, items, dropped, armS, savedS }))
        expect(numbersOf(after)).toEqual(numbersOf(before))
        compared++
      }),
      { numRuns: 300, seed: 6 },
    )
    expect(compared).toBeGreaterThan(40)
  },
)

/** Sizes that are drawn become their means. */
function certain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(certain)
  if (typeof value !== 'object' || value === null) return value
  const { exponential, lognormal } = value as { exponential?: number; lognormal?: { mean: number } }
  const mean: Distribution | undefined = exponential ?? lognormal?.mean
  if (mean !== undefined) return Math.ceil(mean)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, certain(inner)]))
}

test('where something is, other names give what is within the intervals', { timeout: 240_000 }, async () => {
  const beyond: string[] = []
  let compared = 0
  await fc.assert(
    fc.asyncProperty(randomSetup, randomArm, randomArm, names, async (given, one, other, names) => {
      if (Object.keys(given.vms).length < 2) return
      const arms = pairOf(one, other)
      const [before, after] = [await answer(given, arms, 6), await answer(renamed(given, names), arms, 6)]
      for (const row of before.rows) {
        const again = rowOf(after, row.technology)
        if (row.isUndecided || (again?.isUndecided ?? true)) continue
        compared++
        const [apart, width] = [Math.abs(row.savedS! - again.savedS!), widthOf(row, again)]
        if (apart > 2 * width) beyond.push(`${row.technology}: ${row.savedS} and ${again.savedS}, ±${width} in all`)
      }
    }),
    { numRuns: 200, seed: 5 },
  )
  expect(compared).toBeGreaterThan(400)
  // Two intervals of 95 % are hardly ever that far apart; where work is rare, more often than never.
  expect(beyond.length / compared, beyond.join('\n')).toBeLessThan(0.01)
})

describe('turns', () => {
  const vms = {
    a: vm({ count: 2 }),
    b: vm({ count: 3 }),
    c: vm({ count: 2, traps: { halt: { kind: 'periodic', everyNs: 5 } } }),
  }
  const as = (...pairs: [string, VmGroup][]) => turnsOf(Object.fromEntries(pairs))

  test('are taken by larger groups first, then by what is written of them', () => {
    expect(turnsOf(vms)).toEqual(as(['c', vms.c], ['b', vms.b], ['a', vms.a]))
    expect(turnsOf(vms)[0]).toBe('b')
    expect(as(['z', vms.b], ['m', vms.a], ['k', vms.c])).toEqual(
      turnsOf(vms).map((name) => ({ a: 'm', b: 'z', c: 'k' })[name]),
    )
  })

  test('do not depend on how a group was put together', () => {
    const { count, ...rest } = vms.c
    expect(as(['a', { ...rest, count }], ['c', vms.a])).toEqual(as(['a', vms.c], ['c', vms.a]))
    expect(as(['a', { ...vms.a, nic: undefined }], ['b', vms.a])).toEqual(['a', 'b'])
  })

  test('of groups that are alike go by name', () => {
    expect(as(['z', vms.a], ['b', vms.a], ['m', vms.a])).toEqual(['b', 'm', 'z'])
  })

  test('look at the length and ends of a long list only', () => {
    const at = (...timesNs: number[]) => vm({ traps: { halt: { kind: 'times', timesNs: Float64Array.from(timesNs) } } })
    expect(as(['a', at(1, 2, 3)], ['b', at(1, 9, 3)])).toEqual(['a', 'b'])
    expect(as(['b', at(1, 2, 3)], ['a', at(1, 9, 3)])).toEqual(['a', 'b'])
    expect(as(['b', at(1, 2, 3)], ['a', at(2, 2, 3)])).toEqual(['b', 'a'])
  })
})
