// Series of a pilot run by hand. 500 µs are cut into 500 buckets of 1000 ns; items are counted at 25, 75, 125 … ns.
import { describe, expect, test } from 'vitest'
import { runReplication } from '../../../src/runs/replication.ts'
import type { Scenario } from '../../../src/language/asked.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { BUCKETS, type Series } from '../../../src/models/host/series.ts'
import type { Arm, Setup } from '../../../src/models/host/setup.ts'
import { at, host, setup, vm } from '../build.ts'

const BUCKET_NS = 1000
const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const
const compute = (cycles: number, ...when: number[]) => ({ compute: { arrivals: times(...when), cycles } })

const pilot = (changes: Partial<Setup>, arm: Arm = {}): Series => {
  const given = setup({ measureNs: BUCKETS * BUCKET_NS, ...changes })
  const scenario = { ...given, arms: { arm }, warmup: 'auto' } as unknown as Scenario
  return runReplication(scenario, 'arm', 0, TECHNOLOGIES).series!
}
/** Buckets whose value is not 0, with their values to a millionth. */
const filled = (values: readonly number[]): [number, number][] =>
  [...values.entries()].filter(([, value]) => value !== 0).map(([i, value]) => [i, Math.round(value * 1e6) / 1e6])

test('a pilot has 500 buckets of everything it watches', () => {
  expect(BUCKETS).toBe(500)
  const series = pilot({ vms: { vm: vm(compute(10, 0)) } })
  expect(Object.entries(series).map(([name, values]) => [name, values.length])).toEqual([
    ['work', 500],
    ['open guest', 500],
  ])
})

test('only a pilot leaves series', () => {
  const scenario = { ...setup(), arms: { arm: {} }, warmup: 'given' } as unknown as Scenario
  expect(runReplication(scenario, 'arm', 0, TECHNOLOGIES)).not.toHaveProperty('series')
})

test('a run until idle has no steady state to wait for', () => {
  expect(() => pilot({ measureNs: null })).toThrow('a run until idle has no steady state to wait for')
})

describe('work', () => {
  test('is the share of the cores that was busy in each bucket', () => {
    // 100 of 1000 in the first, 300 in the third, 200 in the last.
    const series = pilot({ vms: { vm: vm(compute(100, 0, 2100, 2300, 2500, 499_100, 499_300)) } })
    expect(filled(series['work'])).toEqual([
      [0, 0.1],
      [2, 0.3],
      [499, 0.2],
    ])
  })

  test('is of all cores, at their clock', () => {
    // 600 cycles of 4 cores at 3 GHz: 600 of 12,000.
    const series = pilot({
      host: host({ cores: 4, clockHz: 3e9 }),
      vms: { vm: vm({ count: 2, ...compute(300, 5000) }) },
    })
    expect(filled(series['work'])).toEqual([[5, 0.05]])
  })

  test('is of open work, whatever it passes, and not of clones', () => {
    const vms = {
      a: vm({ clones: { atNs: 0, count: 1, arrivals: null, bytes: 100, concurrent: 1 } }),
      b: vm({ traps: { syscall: times(3000) } }),
    }
    const array = { pathBytesPerS: 1e9, internalBytesPerS: 1e9 }
    const costs = { 'clone.xcopy.commandCycles': 500, 'processor.vt-x.syscall': 250 }
    const series = pilot({ host: host({ array }), vms, costs }, { clone: 'xcopy', processor: 'vt-x' })
    expect(filled(series['work'])).toEqual([[3, 0.25]])
    expect(Object.keys(series)).toEqual(['work', 'open processor'])
  })
})

describe('open', () => {
  test('is how many items are in the system, on average over the bucket', () => {
    // 100–600: counted at 125, 175 … 575, ten times of twenty. 2000–2700 and 2700–3400: both are there from 2000.
    const series = pilot({
      vms: { vm: vm(compute(500, 100)), w: vm(compute(700, 2000, 2000)) },
      host: host({ cores: 2 }),
    })
    // 2025 … 2675 is 14 times two; 2725 … 2975 and 3025 … 3375 are 6 and 8 times one.
    expect(filled(series['open guest'])).toEqual([
      [0, 10 / 20],
      [2, (14 * 2 + 6) / 20],
      [3, 8 / 20],
    ])
  })

  test('is of each technology that work passes, in order of name, and of no other', () => {
    const guest = vm({ packets: [at([0], { direction: 'transmit' })], traps: { syscall: times(1000) } })
    const costs = { 'processor.vt-x.syscall': 500, 'tcp.packetCycles': 0, 'tcp.byteCycles': 0, 'tcp.ackCycles': 0 }
    const series = pilot({ vms: { guest }, costs }, { tcp: 'host-stack', processor: 'vt-x', vpn: 'aes-ni' })
    expect(Object.keys(series)).toEqual(['work', 'open processor', 'open tcp'])
    // On the wire until 1230.4: 20 times and 5 times. The trap is there from 1000 to 1500.
    expect(filled(series['open tcp'])).toEqual([
      [0, 1],
      [1, 5 / 20],
    ])
    expect(filled(series['open processor'])).toEqual([[1, 10 / 20]])
  })

  test('is without items that were dropped', () => {
    // Two descriptors, held until long after the end: of five packets three are lost as they come in.
    const costs = { 'nic.ringPackets': 2, 'nic.interruptGap': 0, 'tcp.packetCycles': 1e9 }
    const series = pilot(
      { vms: { vm: vm({ packets: [at([0, 0, 0, 0, 0])] }) }, costs },
      { nic: 'sr-iov', tcp: 'host-stack' },
    )
    for (const name of ['open nic', 'open tcp']) {
      // All are in by 5 × 1230.4 = 6152 ns.
      expect(series[name].slice(7)).toEqual(new Array(493).fill(expect.closeTo(2, 9)))
      expect(series[name][0]).toBeCloseTo(5, 9)
    }
  })
})
