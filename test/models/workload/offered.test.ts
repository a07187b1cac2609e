// How much work a run offers: on average over replications, and by hand.
import { describe, expect, test } from 'vitest'
import { leftOutOfWindow, offeredWork } from '../../../src/models/workload/offered.ts'
import type { CloneWork, Setup } from '../../../src/models/host/setup.ts'
import { at, host, loop, MS, packet, run, setup, vm } from '../build.ts'

const given: Setup = setup({
  warmupNs: 3 * MS,
  measureNs: 10 * MS,
  host: host({ cores: 8, array: { pathBytesPerS: 1e12, internalBytesPerS: 1e12 } }),
  vms: {
    a: vm({
      count: 3,
      compute: { arrivals: { kind: 'poisson', ratePerS: 5000 }, cycles: { exponential: 700 } },
      traps: { syscall: { kind: 'bursts', ratePerS: 8000, onNs: MS / 4, offNs: MS / 2 } },
      packets: [
        { ...packet({ bytes: { uniform: { min: 100, max: 900 } } }), arrivals: { kind: 'periodic', everyNs: 3e5 } },
      ],
    }),
    b: vm({
      packets: [at([1 * MS, 4 * MS, 5 * MS, 12 * MS, 14 * MS], { bytes: { lognormal: { mean: 400, cv: 1 } } })],
      clones: { atNs: 5 * MS, count: 4, arrivals: null, bytes: { exponential: 1e6 }, concurrent: 2 },
    }),
  },
})

test('what is offered is what is expected, on average over replications', () => {
  const replications = 400
  const tallies = Array.from({ length: replications }, (_, replication) => run(given, {}, { replication }))
  const expected = offeredWork(given)
  expect(expected.map(({ group, work }) => `${group} ${work}`)).toEqual([
    ...['a compute', 'a traps.syscall', 'a packets.0', 'b packets.0', 'b clones'],
  ])
  for (const kind of expected) {
    const amounts = tallies.map(({ work }) => {
      const found = work.find(({ group, work: name }) => group === kind.group && name === kind.work)!
      return kind.isSized ? found.offered : found.generated
    })
    const mean = amounts.reduce((sum, amount) => sum + amount, 0) / replications
    const squares = amounts.reduce((sum, amount) => sum + (amount - mean) ** 2, 0)
    const error = Math.sqrt(squares / (replications - 1) / replications)
    expect(Math.abs(mean - kind.expected), kind.work).toBeLessThan(4 * error + 1e-9)
    expect(error / mean, kind.work).toBeLessThan(0.05)
  }
})

test('counts of what comes at listed times are known', () => {
  const times = offeredWork(given).find(({ group, work }) => group === 'b' && work === 'packets.0')!
  // 4, 5 and 12 ms lie in the window from 3 to 13 ms.
  expect(times.expected).toBe(3 * 400)
})

describe('by hand', () => {
  const poisson = { kind: 'poisson', ratePerS: 5000 } as const
  /** What is offered per kind of work: [group, work, expected (to a millionth), whether it has a size]. */
  const offered = (vms: Setup['vms'], changes: Partial<Setup> = {}): (string | number | boolean)[][] =>
    offeredWork(setup({ warmupNs: 3 * MS, measureNs: 10 * MS, vms, ...changes })).map(
      ({ group, work, expected, isSized }) => [group, work, Math.round(expected * 1e6) / 1e6, isSized],
    )

  test('open work offers VMs × rate × window × mean size, and traps their number', () => {
    const a = vm({
      count: 3,
      compute: { arrivals: poisson, cycles: { exponential: 700 } },
      traps: { halt: { kind: 'bursts', ratePerS: 8000, onNs: MS, offNs: 3 * MS } },
      packets: [at([]), { ...packet({ bytes: 64 }), arrivals: { kind: 'periodic', everyNs: MS / 4 } }],
      screen: { arrivals: { kind: 'poisson', ratePerS: 100 }, pixels: { uniform: { min: 1000, max: 3000 } } },
    })
    expect(offered({ a })).toEqual([
      ['a', 'compute', 3 * 50 * 700, true],
      ['a', 'traps.halt', 3 * 80, false],
      ['a', 'packets.0', 0, true],
      ['a', 'packets.1', 3 * 40 * 64, true],
      ['a', 'screen', 3 * 1 * 2000, true],
    ])
  })

  test('listed times count from the opening of the window to just before its close, from the run’s start where they say so', () => {
    const times = [3 * MS - 1, 3 * MS, 13 * MS - 1, 13 * MS]
    expect(offered({ a: vm({ count: 2, packets: [at(times, { bytes: 10 })] }) })).toEqual([
      ['a', 'packets.0', 2 * 2 * 10, true],
    ])
  })

  test('clones are made all at once, or at their own times instead', () => {
    const clones = { atNs: 5 * MS, count: 4, arrivals: null, bytes: 1e6, concurrent: 2 }
    expect(offered({ a: vm({ count: 2, clones }) })).toEqual([['a', 'clones', 8e6, true]])
    expect(offered({ a: vm({ clones: { ...clones, atNs: 10 * MS } }) })).toEqual([['a', 'clones', 0, true]])
    const early: CloneWork = { ...clones, atNs: 2 * MS, isFromStart: true }
    expect(offered({ a: vm({ clones: early }) })).toEqual([['a', 'clones', 0, true]])
    expect(offered({ a: vm({ clones: { ...early, atNs: 12 * MS } }) })).toEqual([['a', 'clones', 4e6, true]])
    expect(offered({ a: vm({ clones: { ...clones, arrivals: poisson } }) })).toEqual([['a', 'clones', 50e6, true]])
  })

  test('a loop offers its repetitions’ cycles and messages, and no traps, whose number is known', () => {
    const messages = [
      { ...packet({ bytes: 100 }), count: 3 },
      { ...packet({ bytes: { exponential: 7 } }), count: 0 },
    ]
    const each = loop({ repeat: 5, concurrent: 2, cycles: { exponential: 900 }, traps: { halt: 2 }, packets: messages })
    expect(offered({ a: vm({ count: 2, loop: each }) }, { measureNs: null })).toEqual([
      ['a', 'loop.compute', 2 * 5 * 900, true],
      ['a', 'loop.packets.0', 2 * 5 * 3 * 100, true],
      ['a', 'loop.packets.1', 0, true],
    ])
    expect(offered({ a: vm({ loop: loop({ traps: { halt: 2 } }) }) }, { measureNs: null })).toEqual([])
  })

  test('until idle every listed time from the end of the warm-up counts', () => {
    expect(offered({ a: vm({ packets: [at([0, 5, 1e15], { bytes: 2 })] }) }, { warmupNs: 5, measureNs: null })).toEqual(
      [['a', 'packets.0', 4, true]],
    )
  })

  test('a group without work offers nothing, and groups come as they are written', () => {
    const compute = { arrivals: poisson, cycles: 2 }
    expect(offered({ b: vm({ compute }), none: vm(), a: vm({ compute }) }).map(([group]) => group)).toEqual(['b', 'a'])
  })
})

describe('what is listed and not counted', () => {
  const clones = { atNs: 0, count: 4, arrivals: null, bytes: 1e6, concurrent: 2 }
  const listed = (timesNs: number[]) => ({ ...packet(), arrivals: { kind: 'times', timesNs } as const })
  const left = (vms: Setup['vms'], changes: Partial<Setup> = {}) =>
    leftOutOfWindow(setup({ warmupNs: 3 * MS, measureNs: 10 * MS, vms, ...changes }))

  test('is what comes at the close of the window or later', () => {
    expect(left({ a: vm({ count: 2, packets: [listed([0, 10 * MS - 1, 10 * MS, 11 * MS])] }) })).toEqual([
      { group: 'a', work: 'packets.0', listed: 8, outside: 4 },
    ])
    expect(left({ a: vm({ clones: { ...clones, atNs: 10 * MS } }) })).toEqual([
      { group: 'a', work: 'clones', listed: 4, outside: 4 },
    ])
  })

  test('is what comes in the warm-up, where times count from the start of the run', () => {
    const early = { ...clones, atNs: 2 * MS, isFromStart: true } as const
    expect(left({ a: vm({ clones: early }) })).toEqual([{ group: 'a', work: 'clones', listed: 4, outside: 4 }])
    expect(left({ a: vm({ clones: { ...early, atNs: 3 * MS } }) })).toEqual([])
  })

  test('is nothing of a batch at the start, of rates, of a run until idle or until batches are done', () => {
    expect(left({ a: vm({ clones, traps: { syscall: { kind: 'poisson', ratePerS: 5 } } }) })).toEqual([])
    for (const measureNs of [null, 'batches'] as const)
      expect(left({ a: vm({ clones: { ...clones, atNs: 1e12 } }) }, { warmupNs: 0, measureNs })).toEqual([])
  })
})
