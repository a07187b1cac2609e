// Who is given one of what there may be too few of.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Grant, Group } from '../../../src/models/host/setup.ts'
import { granted, itemsOffered, type Claim } from '../../../src/models/technologies/grants.ts'
import { setup, vm } from '../build.ts'

interface Asking extends Partial<Claim> {
  readonly name: string
  readonly count: number
}

/** How many VMs of each group were given what they asked for, and how many asked in vain. */
function given(asking: readonly Asking[], free: number): Record<string, readonly [has: number, missed: number]> {
  let firstVm = 0
  const groups = asking.map(({ name, count }): Group => {
    firstVm += count
    return { ...vm({ count }), name, firstVm: firstVm - count }
  })
  const { has, missed } = granted(groups, free, ({ name }) => {
    const { each = 1, work = 1, said } = asking.find((claim) => claim.name === name)!
    return { each, work, said }
  })
  return Object.fromEntries(
    groups.map(({ name, firstVm: first, count }, i) => {
      const ofGroup = has.subarray(first, first + count)
      // The first of them have it.
      expect([...ofGroup].sort().reverse()).toEqual([...ofGroup])
      return [name, [ofGroup.reduce((sum, each) => sum + each, 0), missed[i]]]
    }),
  )
}

test('most work first, by each thing that is taken', () => {
  const [few, many] = [
    { name: 'few', count: 3, work: 10 },
    { name: 'many', count: 3, work: 15, each: 2 },
  ]
  expect(given([many, few], 4)).toEqual({ few: [3, 0], many: [0, 3] })
  expect(given([many, few], 5)).toEqual({ few: [3, 0], many: [1, 2] })
  expect(given([{ ...many, work: 21 }, few], 5)).toEqual({ few: [1, 2], many: [2, 1] })
})

test('what one group cannot use is left for the next', () => {
  expect(
    given(
      [
        { name: 'a', count: 2, work: 9, each: 3 },
        { name: 'b', count: 2 },
      ],
      5,
    ),
  ).toEqual({ a: [1, 1], b: [2, 0] })
})

test('a group that takes nothing neither has nor misses anything', () => {
  expect(given([{ name: 'a', count: 2, each: 0 }], 5)).toEqual({ a: [0, 0] })
})

test.each<[Grant | undefined, [number, number], [number, number]]>([
  [undefined, [1, 2], [4, 0]],
  [true, [3, 0], [2, 2]],
  [false, [0, 0], [4, 0]],
  [2, [2, 0], [3, 1]],
  [0, [0, 0], [4, 0]],
  // More than there are of it are asked for by nobody.
  [9, [3, 0], [2, 2]],
])('a group of which %j is said has %j, and another with more work %j', (said, own, others) => {
  expect(
    given(
      [
        { name: 'own', count: 3, said },
        { name: 'other', count: 4, work: 2 },
      ],
      5,
    ),
  ).toEqual({
    own,
    other: others,
  })
})

describe('names', () => {
  const claim = fc.record({
    count: fc.integer({ min: 0, max: 5 }),
    each: fc.integer({ min: 0, max: 3 }),
    work: fc.integer({ min: 0, max: 3 }),
    said: fc.constantFrom<Grant | undefined>(undefined, undefined, true, false, 0, 2),
  })
  const scene = fc.tuple(
    fc.array(claim, { minLength: 2, maxLength: 5 }),
    fc.shuffledSubarray(['a', 'b', 'm', 'y', 'z'], { minLength: 5 }),
    fc.integer({ min: 0, max: 20 }),
  )

  /** What groups are given, as if nothing but what they are told them apart. */
  const outcome = (
    claims: readonly (Omit<Claim, 'said'> & { said?: Grant; count: number })[],
    names: string[],
    free: number,
  ) => {
    const asking = claims.map((each, i) => ({ ...each, name: names[i] }))
    const all = given(asking, free)
    return asking.map(({ name, ...what }) => JSON.stringify([what, all[name]])).sort()
  }

  test('and places decide nothing: whoever is called what, groups that are alike are given as much in all', () => {
    fc.assert(
      fc.property(scene, ([claims, names, free]) => {
        // Two that are alike may change places.
        const distinct = claims.filter((one, i) => claims.findIndex((other) => alike(one, other)) === i)
        const sorted = [...names].sort()
        expect(outcome(distinct, names, free)).toEqual(outcome(distinct, sorted, free))
        expect(outcome(distinct.toReversed(), names, free)).toEqual(outcome(distinct, names, free))
      }),
      { numRuns: 1000 },
    )
  })

  // Of equal work the larger goes first. Groups of one count, here, differ in nothing that is written of them.
  const alike = (one: { count: number }, other: { count: number }) => one.count === other.count
})

describe('work offered', () => {
  const times = { kind: 'times', timesNs: [1e6, 2e6, 5e6] } as const
  const rate = { kind: 'poisson', ratePerS: 100 } as const

  test('is that of the window', () => {
    const given = setup({ warmupNs: 1e9, measureNs: 3e6 })
    expect([times, rate].map((arrivals) => itemsOffered(arrivals, given))).toEqual([2, 100 * 3e-3])
  })

  test('is all of a log, and what a rate makes of an hour, where the window has no stated length', () => {
    for (const measureNs of ['batches', null] as const)
      expect([times, rate].map((arrivals) => itemsOffered(arrivals, setup({ measureNs })))).toEqual([3, 360_000])
  })
})
