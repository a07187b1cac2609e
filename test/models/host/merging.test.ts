// Merging on receive: packets of one stream that came with one interrupt are one segment. One cycle is one ns.
import { describe, expect, test } from 'vitest'
import { NONE } from '../../../src/models/host/growing-table.ts'
import type { Setup } from '../../../src/models/host/setup.ts'
import type { Handler, Technology } from '../../../src/models/host/technology.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { at, host, run, runHost, setup, sum, vm } from '../build.ts'

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
const arm = { ...SR_IOV, tcp: 'segmentation-offload' }
const receiving = (packets: Parameters<typeof at>[0], costs: Record<string, number> = {}, bytes = 1500): Setup =>
  setup({ vms: { vm: vm({ packets: [at(packets, { bytes })] }) }, costs: { ...COSTS, ...costs } })
const segments = (given: Setup): number => sum(run(given, arm), { technology: 'tcp', step: 'segment' }, 'items')

describe('merging on receive', () => {
  test('packets of one stream that came with one interrupt are one segment', () => {
    // The first comes alone at 1230.4, the three others wait until 11230.4.
    const given = receiving([0, 2000, 2000, 2000])
    expect(segments(given)).toBe(2)
    expect(sum(run(given, arm), { technology: 'tcp' })).toBe(2000)
  })

  test('so are the packets of one message', () => {
    // The first of three comes at 1230.4; its interrupt lasts 3000, and the others come at 2460.8 and 3691.2.
    expect(segments(receiving([0], { 'processor.vt-x.interrupt': 3000 }, 4500))).toBe(1)
    // It lasts 100: the two others wait for the next one.
    expect(segments(receiving([0], {}, 4500))).toBe(2)
  })

  test('and those of several messages of a stream', () => {
    expect(segments(receiving([0, 0], { 'processor.vt-x.interrupt': 6000 }, 3000))).toBe(1)
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

  test('nor those of two VMs that came with one interrupt of the host', () => {
    const vms = { vm: vm({ count: 2, packets: [at([0, 0], { bytes: 100 })] }) }
    const free = { 'nic.hostCyclesPerPacket': 0, 'nic.classifyCyclesPerPacket': 0, 'nic.copyCyclesPerByte': 0 }
    const given = setup({
      host: host({ cores: 8 }),
      vms,
      costs: { ...COSTS, ...free, 'nic.hostInterruptCycles': 5000 },
    })
    const tallies = run(given, { nic: 'paravirtual', tcp: 'segmentation-offload' })
    expect(sum(tallies, { technology: 'nic', step: 'interrupt' }, 'items')).toBe(1)
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(2)
    expect(tallies.work[0]).toMatchObject({ finished: 4, unfinished: 0 })
  })

  test('a segment is never longer than `tcp.segmentBytes`', () => {
    // Four of 1500 bytes wait: 3000 bytes hold two, 2999 one, 4500 three and 4499 two.
    const of = (segmentBytes: number): number =>
      segments(receiving([0, 2000, 2000, 2000, 2000], { 'tcp.segmentBytes': segmentBytes }))
    expect([2999, 3000, 4499, 4500, 6000].map(of)).toEqual([1 + 4, 1 + 2, 1 + 2, 1 + 2, 1 + 1])
  })

  test('a packet that is longer than a segment may be is one by itself', () => {
    expect(segments(receiving([0, 2000, 2000], { 'tcp.segmentBytes': 1 }))).toBe(3)
  })

  test('the host’s stack merges nothing', () => {
    const tallies = run(receiving([0, 2000, 2000, 2000]), { ...SR_IOV, tcp: 'host-stack' })
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(4)
  })

  test('without a NIC there are no interrupts and nothing to merge', () => {
    const tallies = run(receiving([0, 2000, 2000]), { tcp: 'segmentation-offload' })
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(3)
  })

  test('a segment is work of its bytes, and each of its items is done when it is', () => {
    const tallies = run(receiving([0, 2000, 2000, 2000], { 'tcp.byteCycles': 2 }), arm)
    expect(sum(tallies, { technology: 'tcp', step: 'bytes' })).toBe(2 * 4 * 1500)
    expect(tallies.work).toMatchObject([{ generated: 4, finished: 4, dropped: 0, unfinished: 0 }])
    // The three wait for the slowest: 1,000 and 2 × 4500 each. The one before them took 1,000 and 2 × 1500.
    expect(tallies.latencies['tcp']).toMatchObject({ count: 4 })
    expect(tallies.latencies['tcp'].sum).toBeCloseTo(4000 + 3 * 10_000, 6)
  })

  test('keeps many interrupts apart at a time', () => {
    // Two packets of 1 byte for each of 150 VMs, both with one interrupt, and hand-backs of 50,000 for each: all the VMs'
    // first packets wait for their second ones at the same time. Two rounds, so that what was used is used again.
    const packets = [at([0, 0, 300_000, 300_000], { bytes: 1 })]
    const given = setup({
      host: host({ cores: 150 }),
      vms: { vm: vm({ count: 150, packets }) },
      costs: { ...COSTS, 'processor.vt-x.interrupt': 20_000, 'nic.sr-iov.descriptorCycles': 50_000 },
    })
    const tallies = run(given, arm)
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(2 * 150)
    expect(tallies.work[0]).toMatchObject({ finished: 4 * 150, unfinished: 0 })
  })
})

test('a segment has the bytes and the wire packets of what was merged', () => {
  const seen: [bytes: number, packets: number, merged: number][] = []
  const mine: Handler = {
    kind: 'hardware',
    receive: (wiring, done) => {
      const { items, sim, merging } = wiring.host
      merging.begin(3000)
      const handedUp = sim.event('handed up', (whole) => {
        let merged = 0
        for (let unit = items.next[whole]; unit >= 0; merged++) {
          const next = items.next[unit]
          sim.fire(done, unit)
          unit = next
        }
        seen.push([items.size[whole], items.packets[whole], merged])
        items.close(whole)
      })
      return sim.event('merge', (unit) => merging.gather(unit, handedUp))
    },
  }
  const withMine = TECHNOLOGIES.map((technology): Technology => {
    return technology.name === 'tcp' ? { ...technology, handlers: { ...technology.handlers, mine } } : technology
  })
  // 1000 bytes alone; then 1000, 1000, 1000 are full, and 1000 is left.
  const { work } = run(
    receiving([0, 2000, 2000, 2000, 2000], {}, 1000),
    { ...SR_IOV, tcp: 'mine' },
    { technologies: withMine },
  )
  expect(seen).toEqual([
    [1000, 1, 1],
    [3000, 3, 3],
    [1000, 1, 1],
  ])
  expect(work).toMatchObject([{ finished: 5, unfinished: 0 }])
})

test('what an interrupt announces is forgotten when it has been gathered, and what is sent is not announced at all', () => {
  // A hundred messages sent and a hundred received, each with an interrupt of its own: one batch at a time is open.
  const times = Array.from({ length: 100 }, (_, i) => 9000 * i)
  const packets = [at(times, { direction: 'transmit' }), at(times)]
  const { host: after, tallies } = runHost(
    setup({ measureNs: 2e6, vms: { vm: vm({ packets }) }, costs: { ...COSTS, 'nic.interruptGap': 0 } }),
    arm,
  )
  expect(tallies.work).toMatchObject([{ finished: 100 }, { finished: 100 }])
  expect(new Set(after.items.batch)).toEqual(new Set([0]))
})

test.each([
  ['two of one stream', [at([1000, 1001])], 1],
  ['two of each of two streams', [at([1000, 1001]), at([1002, 1003])], 2],
])(
  'a packet that no interrupt announced is a segment by itself, and spoils none that follow: %s',
  (_, large, merged) => {
    // A NIC that hands small packets on at once, and large ones when all of them have come.
    const mine: Handler = {
      kind: 'hardware',
      receive: ({ host: wired }, done) => {
        const { sim, items } = wired
        const waiting: number[] = []
        return sim.event('mine', (unit) => {
          if (items.size[unit] < 1000) sim.fire(done, unit)
          else if (waiting.push(unit) === 2 * large.length) {
            waiting.forEach((each, i) => (items.next[each] = waiting[i + 1] ?? NONE))
            wired.merging.announce(waiting[0])
            waiting.forEach((each) => sim.fire(done, each))
          }
        })
      },
    }
    const withMine = TECHNOLOGIES.map((technology): Technology => {
      return technology.name === 'nic' ? { ...technology, handlers: { mine } } : technology
    })
    const given = setup({ vms: { vm: vm({ packets: [at([0], { bytes: 100 }), ...large] }) }, costs: COSTS })
    const tallies = run(given, { nic: 'mine', tcp: 'segmentation-offload' }, { technologies: withMine })
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(1 + merged)
    expect(tallies.work.map(({ finished }) => finished)).toEqual([1, ...large.map(() => 2)])
  },
)
