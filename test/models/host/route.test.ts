// Packets on their way: cut, wire, ring, moderation, merging, partitions. One cycle is one ns, one byte 0.8 ns.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocatePartitions, PARTITION_RULE } from '../../../src/models/host/port.ts'
import type { Partition, Setup } from '../../../src/models/host/setup.ts'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'

/** Interrupts at least 10 µs apart, of one trap of 100 cycles; a stack of 1,000 cycles per segment; all else is free. */
const COSTS = {
  'nic.sr-iov.descriptorCycles': 0,
  'processor.vt-x.interrupt': 100,
  'nic.interruptGap': 10_000,
  'nic.interruptTraps': 1,
  'nic.sr-iov.doorbellCycles': 0,
  'tcp.packetCycles': 1000,
  'tcp.byteCycles': 0,
  'tcp.ackCycles': 0,
}
const SR_IOV = { processor: 'vt-x', nic: 'sr-iov' }
const receiving = (packets: Parameters<typeof at>[0], costs: Record<string, number> = {}): Setup =>
  setup({ vms: { vm: vm({ packets: [at(packets)] }) }, costs: { ...COSTS, ...costs } })

const ends = (given: Setup, arm: Record<string, string>): number[] => finishes(given, arm).map(([, , end]) => end)

describe('moderated interrupts', () => {
  test('the first packet arms one at once, the next comes a gap later, and none is lost when traffic stops', () => {
    // Wire: 1230.4, 2460.8, 13230.4. Interrupts: 1230.4, then 11230.4, then 21230.4; the trap takes 100.
    const given = receiving([0, 1000, 12_000])
    expect(ends(given, SR_IOV)).toEqual([1330.4, 11_330.4, 21_330.4])
    expect(sum(run(given, SR_IOV), { step: 'interrupt' }, 'items')).toBe(3)
  })

  test('an interrupt takes all that wait', () => {
    const given = receiving([0, 1000, 1001, 1002])
    expect(ends(given, SR_IOV)).toEqual([1330.4, 11_330.4, 11_330.4, 11_330.4])
    expect(sum(run(given, SR_IOV), { step: 'interrupt' }, 'items')).toBe(2)
  })

  test('a packet that comes while the interrupt is being delivered is taken with it', () => {
    // Wire: 1230.4, then 1260.8 on its heels; the trap of the first runs from 1230.4 to 1330.4.
    const given = setup({
      vms: { vm: vm({ packets: [at([0], { bytes: 1500 }), at([0], { bytes: 1 })] }) },
      costs: COSTS,
    })
    expect(sum(run(given, SR_IOV), { step: 'interrupt' }, 'items')).toBe(1)
    expect(ends(given, SR_IOV)).toEqual([1330.4, 1330.4])
  })

  test('after a quiet gap a packet is announced at once', () => {
    expect(ends(receiving([0, 50_000]), SR_IOV)).toEqual([1330.4, 51_330.4])
  })

  test('without a gap each packet has its own', () => {
    const given = receiving([0, 1000, 1001], { 'nic.interruptGap': 0 })
    expect(sum(run(given, SR_IOV), { step: 'interrupt' }, 'items')).toBe(3)
  })

  test('an interrupt without a trap leaves none in the ledger', () => {
    const { ledger } = run(receiving([0, 1000], { 'nic.interruptTraps': 0 }), SR_IOV)
    expect(ledger.filter(({ technology }) => technology === 'processor')).toEqual([])
  })

  test('each VM has a line of its own', () => {
    const vms = { vm: vm({ count: 2, packets: [at([0])] }) }
    expect(sum(run(setup({ vms, costs: COSTS }), SR_IOV), { step: 'interrupt' }, 'items')).toBe(2)
  })
})

describe('merging on receive', () => {
  const arm = { ...SR_IOV, tcp: 'segmentation-offload' }
  const segments = (given: Setup): number => sum(run(given, arm), { technology: 'tcp', step: 'segment' }, 'items')

  test('packets of one stream that came with one interrupt are one segment', () => {
    // The first comes alone at 1230.4, the three others wait until 11230.4.
    const given = receiving([0, 2000, 2000, 2000])
    expect(segments(given)).toBe(2)
    expect(sum(run(given, arm), { technology: 'tcp' })).toBe(2000)
  })

  test('packets of two streams, or of two interrupts, are never merged', () => {
    // One alone, then two of each stream with the second interrupt, then one more with the third.
    const packets = [at([0, 2000, 2000, 20_000]), at([2000, 2000])]
    expect(segments(setup({ vms: { vm: vm({ packets }) }, costs: COSTS }))).toBe(1 + 2 + 1)
  })

  test('packets of two VMs are never merged', () => {
    const vms = { vm: vm({ count: 2, packets: [at([0, 2000, 2000])] }) }
    expect(segments(setup({ vms, costs: COSTS }))).toBe(2 * 2)
  })

  test('a segment is never longer than `tcp.segmentBytes`', () => {
    // Four of 1500 bytes wait: 3000 bytes hold two.
    expect(segments(receiving([0, 2000, 2000, 2000, 2000], { 'tcp.segmentBytes': 3000 }))).toBe(3)
  })

  test('the host’s stack merges nothing', () => {
    const tallies = run(receiving([0, 2000, 2000, 2000]), { ...SR_IOV, tcp: 'host-stack' })
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(4)
  })

  test('without a NIC there are no interrupts and nothing to merge', () => {
    const tallies = run(receiving([0, 2000, 2000]), { tcp: 'segmentation-offload' })
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(3)
  })
})

describe('a message', () => {
  const message = (bytes: number, direction: 'transmit' | 'receive'): Setup =>
    setup({ vms: { vm: vm({ packets: [at([0], { bytes, direction })] }) }, costs: COSTS })

  test.each([
    [1, 1],
    [1500, 1],
    [1501, 2],
    [4500, 3],
    [4501, 4],
  ])('of %i bytes is %i packets, each with 38 bytes more on the wire', (bytes, packets) => {
    // (bytes + 38 × packets) × 0.8 ns, in either direction, when nothing else takes time.
    const wireNs = (bytes + 38 * packets) * 0.8
    for (const direction of ['transmit', 'receive'] as const) {
      const tallies = run(message(bytes, direction), { tcp: 'host-stack' })
      expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(packets)
      const wire = tallies.resources.find(({ name }) => name === `wire.${direction}`)!
      expect(wire.demand).toBeCloseTo(wireNs, 6)
      expect(finishes(message(bytes, direction), { vlan: 'switch-tagging' })[0][2]).toBeCloseTo(wireNs, 2)
    }
  })

  test('is one segment where the NIC cuts it, and as many packets on the wire', () => {
    const tallies = run(message(4501, 'transmit'), { tcp: 'segmentation-offload' })
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(1)
    expect(tallies.resources.find(({ name }) => name === 'wire.transmit')!.demand).toBeCloseTo((4501 + 152) * 0.8, 6)
  })

  test('received as a train comes in at wire rate, one packet after another', () => {
    // 1230.4 ns each; the stack of 1,000 ns is done with each before the next one comes.
    const { latencies } = run(message(4500, 'receive'), { tcp: 'host-stack' })
    expect(latencies['tcp'].count).toBe(3)
    expect(latencies['tcp'].sum).toBeCloseTo(3000, 6)
    expect(ends(message(4500, 'receive'), { tcp: 'host-stack' })[0]).toBeCloseTo(3 * 1230.4 + 1000, 2)
  })
})

test('a packet that finds no descriptor free is lost, and its item counts as dropped', () => {
  // Two descriptors, and a stack that keeps them for 100 µs: of five packets two are received.
  const given = receiving([0, 0, 0, 0, 0], { 'nic.ringPackets': 2, 'tcp.packetCycles': 100_000, 'nic.interruptGap': 0 })
  const { work } = run(given, { ...SR_IOV, tcp: 'host-stack' })
  expect(work).toMatchObject([{ generated: 5, finished: 2, dropped: 3, unfinished: 0 }])
})

describe('partitions', () => {
  const allocated = (...rates: (number | 'auto')[]): number[] =>
    allocatePartitions(
      10e9,
      rates.map((rate, i) => ({ name: `p${i}`, rateBitPerS: rate === 'auto' ? rate : rate * 1e9 })),
    ).map((rate) => rate / 1e9)

  test.each<[(number | 'auto')[], number[]]>([
    // NIC-11: 2/2/2/2 Gb requested, 2/2/2/2 assigned.
    [
      [2, 2, 2, 2],
      [2, 2, 2, 2],
    ],
    [['auto'], [10]],
    [
      ['auto', 'auto', 'auto', 'auto'],
      [2.5, 2.5, 2.5, 2.5],
    ],
    [
      [3, 'auto', 'auto'],
      [3, 3.5, 3.5],
    ],
    [
      ['auto', 4, 'auto', 5.8],
      [0.1, 4, 0.1, 5.8],
    ],
    // 100 steps between three: 33 each, and the one that is left goes to the first.
    [
      ['auto', 'auto', 'auto'],
      [3.4, 3.3, 3.3],
    ],
    [[10], [10]],
    [[], []],
  ])('%j of 10 Gbit/s get %j', (asked, given) => {
    expect(allocated(...asked)).toEqual(given)
  })

  test.each<[string, (number | 'auto')[]]>([
    ['a fifth partition', ['auto', 'auto', 'auto', 'auto', 'auto']],
    ['more than the port has', [6, 5]],
    ['nothing left for `auto`', [10, 'auto']],
    ['less than a step for each `auto`', [9.9, 'auto', 'auto']],
  ])('%s is an error that names the rule', (_, asked) => {
    expect(() => allocated(...asked)).toThrow(PARTITION_RULE)
  })

  test('for any mix: fixed requests are met, `auto` ones differ by a step at most, the port is never exceeded', () => {
    const step = 100e6
    const asked = fc.array(fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 100 })), { maxLength: 4 })
    fc.assert(
      fc.property(asked, (rates) => {
        const partitions: Partition[] = rates.map((rate, i) => ({
          name: `p${i}`,
          rateBitPerS: rate === 'auto' ? rate : rate * step,
        }))
        const fixed = rates.reduce<number>((total, rate) => total + (rate === 'auto' ? 0 : rate), 0)
        const autos = rates.filter((rate) => rate === 'auto').length
        fc.pre(fixed + autos <= 100)
        const given = allocatePartitions(10e9, partitions)
        const auto = given.filter((_, i) => rates[i] === 'auto')
        partitions.forEach(({ rateBitPerS }, i) => rateBitPerS !== 'auto' && expect(given[i]).toBe(rateBitPerS))
        if (autos > 0) {
          expect(Math.max(...auto) - Math.min(...auto)).toBeLessThanOrEqual(step)
          expect(given.reduce((total, rate) => total + rate, 0)).toBe(10e9)
        }
        expect(given.every((rate) => rate % step === 0 && rate > 0)).toBe(true)
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test('a packet passes its partition at the partition’s rate, beside the other ones', () => {
    // 1538 bytes at 2 Gbit/s take 6152 ns, at 8 Gbit/s 1538 ns.
    const partitions: Partition[] = [
      { name: 'slow', rateBitPerS: 2e9 },
      { name: 'fast', rateBitPerS: 'auto' },
    ]
    const packets = ['slow', 'fast'].map((partition) => at([0], { direction: 'transmit', partition }))
    const given = setup({ host: host({ nic: { rateBitPerS: 10e9, partitions } }), vms: { vm: vm({ packets }) } })
    expect(finishes(given, {})).toEqual([
      ['packets.1', 0, 1538],
      ['packets.0', 0, 6152],
    ])
  })

  test('streams are shaped by the host unless the NIC does it', () => {
    const nic = { rateBitPerS: 10e9, partitions: [{ name: 'all', rateBitPerS: 'auto' as const }] }
    const packets = [at([0], { direction: 'transmit', partition: 'all' })]
    const shaped = (handler: string, divided: boolean): number => {
      const given = setup({
        host: host(divided ? { nic } : {}),
        vms: { vm: vm({ packets: divided ? packets : [at([0], { direction: 'transmit' })] }) },
        costs: { 'nic.shapeCyclesPerPacket': 400 },
      })
      return sum(run(given, { nic: handler }), { step: 'shape' })
    }
    const handlers = ['emulated', 'paravirtual', 'vmdq', 'sr-iov', 'flex-10']
    expect(handlers.map((handler) => shaped(handler, true))).toEqual([400, 400, 400, 0, 0])
    expect(handlers.map((handler) => shaped(handler, false))).toEqual([0, 0, 0, 0, 0])
  })
})
