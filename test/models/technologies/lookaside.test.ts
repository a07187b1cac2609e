// The card beside the packets' way: places, crossings, interrupts and polls. A byte is on the wire with 38 more, 31.2 ns.
import { describe, expect, test } from 'vitest'
import type { PacketShape, Setup } from '../../../src/models/host/setup.ts'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'

const secret = (timesNs: number[], changes: Partial<PacketShape> = {}) =>
  at(timesNs, { direction: 'transmit', bytes: 1, vpn: true, ...changes })

/** Three crossings of 1,000 ns; all else is free. Without a processor an interrupt costs nothing. */
const FREE = {
  'vpn.packetCycles': 0,
  'vpn.lookaside.submitCycles': 0,
  'vpn.lookaside.collectCycles': 0,
  'vpn.lookaside.crossingNs': 1000,
  'vpn.lookaside.busNsPerByte': 0,
  'vpn.lookaside.cardNsPerByte': 0,
  'vpn.lookaside.interruptGap': 0,
}
/** A wire that takes no time to speak of. */
const WIDE = host({ nic: { rateBitPerS: 1e18, partitions: [] } })
const CARD = { vpn: 'lookaside' }
const one = (packets: Setup['vms'][string]['packets'], costs: Record<string, number> = {}): Setup =>
  setup({ host: WIDE, vms: { vm: vm({ packets }) }, costs: { ...FREE, ...costs } })
const ends = (given: Setup, arm: Record<string, string> = CARD): number[] =>
  finishes(given, arm).map(([, , end]) => end)

describe('crossings', () => {
  test('are three, each with its latency and its bytes', () => {
    // 3 × (1,000 + 500 × 2) and 500 × 4 of the card.
    const costs = { 'vpn.lookaside.busNsPerByte': 2, 'vpn.lookaside.cardNsPerByte': 4 }
    expect(ends(one([secret([0], { bytes: 500 })], costs))).toEqual([8000])
  })

  test('do not queue for each other, but the card does', () => {
    // Both at the card at 2,000; served one after another, 1,000 each.
    const costs = { 'vpn.lookaside.cardNsPerByte': 10 }
    expect(ends(one([secret([0, 0], { bytes: 100 })], costs))).toEqual([4000, 5000])
  })

  test('are as many as the cost says, one of them on the way back', () => {
    const inCard = { 'vpn.lookaside.cardNsPerByte': 100 }
    expect(ends(one([secret([0], { bytes: 10 })], { ...inCard, 'vpn.lookaside.crossings': 1 }))).toEqual([2000])
    expect(ends(one([secret([0], { bytes: 10 })], { ...inCard, 'vpn.lookaside.crossings': 5 }))).toEqual([6000])
    // Two crossings, one each way: the second waits for the card from 1,000 on.
    const two = { ...inCard, 'vpn.lookaside.crossings': 2 }
    expect(ends(one([secret([0, 500], { bytes: 10 })], two))).toEqual([3000, 4000])
  })
})

describe('places for requests', () => {
  const limited = (outstanding: number) => ({ 'vpn.lookaside.outstanding': outstanding })

  test.each([
    [1, [3000, 6000, 9000, 12_000]],
    [2, [3000, 3000, 6000, 6000]],
    [3, [3000, 3000, 3000, 6000]],
    [4, [3000, 3000, 3000, 3000]],
  ])('%i at a time', (outstanding, expected) => {
    expect(ends(one([secret([0, 0, 0, 0])], limited(outstanding)))).toEqual(expected)
  })

  test('are given in order of arrival, whichever VM asks', () => {
    const vms = { a: vm({ packets: [secret([0, 100])] }), b: vm({ packets: [secret([50, 150])] }) }
    const given = setup({ host: WIDE, vms, costs: { ...FREE, ...limited(1) } })
    expect(finishes(given, CARD).map(([, index, end]) => [index, end])).toEqual([
      [0, 3000],
      [1, 6000],
      [0, 9000],
      [1, 12_000],
    ])
  })

  test('are the same for both directions', () => {
    const both = [secret([0]), secret([10], { direction: 'receive' })]
    expect(ends(one(both, limited(1)))).toEqual([3000, 6000])
    expect(ends(one(both, limited(2)))).toEqual([3000, 3010])
  })

  test('are free again when software has seen the response, and not before', () => {
    // Back at 3,000; the interrupt's trap takes until 3,500, and only then the second one goes.
    const costs = { ...limited(1), 'processor.vt-x.interrupt': 250 }
    expect(ends(one([secret([0, 0])], costs), { processor: 'vt-x', ...CARD })).toEqual([3500, 7000])
  })

  test('one interrupt frees the places of all that it tells of', () => {
    // Two come back at 3,000 and 3,100; the trap that began at 3,000 ends at 3,500 and takes both.
    const costs = { ...limited(2), 'processor.vt-x.interrupt': 250 }
    expect(ends(one([secret([0, 100, 200, 300])], costs), { processor: 'vt-x', ...CARD })).toEqual([
      3500, 3500, 7000, 7000,
    ])
  })

  test('that were never short leave nothing waiting: a later request goes at once', () => {
    expect(ends(one([secret([0, 0, 20_000])], limited(1)))).toEqual([3000, 6000, 23_000])
  })
})

describe('completion by interrupt', () => {
  const ARM = { processor: 'vt-x', ...CARD }
  const COSTS = { 'vpn.lookaside.interruptGap': 5000, 'processor.vt-x.interrupt': 200 }

  test('is moderated: at most one in a gap, and it takes all that wait', () => {
    // Back at 3,000, 3,100, 3,200: one of 2 × 200, until 3,400. Back at 4,000, 4,500: the next at 8,000. Then at once.
    const given = one([secret([0, 100, 200, 1000, 1500, 20_000])], COSTS)
    expect(ends(given, ARM)).toEqual([3400, 3400, 3400, 8400, 8400, 23_400])
    const tallies = run(given, ARM)
    expect(sum(tallies, { technology: 'processor', cause: 'vpn', step: 'interrupt' }, 'items')).toBe(3 * 2)
    expect(sum(tallies, { technology: 'processor' })).toBe(3 * 2 * 200)
  })

  test('has a line for each VM', () => {
    const vms = { vm: vm({ count: 2, packets: [secret([0])] }) }
    const given = setup({ host: WIDE, vms, costs: { ...FREE, ...COSTS } })
    expect(sum(run(given, ARM), { step: 'interrupt' }, 'items')).toBe(2 * 2)
  })

  test('in a gateway is an interrupt of the host, and no trap', () => {
    const given = one([secret([0])], { 'vpn.place': 1, 'vpn.lookaside.hostInterruptCycles': 601 })
    const { ledger } = run(given, ARM)
    expect(
      ledger
        .filter(({ counted }) => counted > 0)
        .map(({ technology, place, step, counted }) => [technology, place, step, counted]),
    ).toEqual([['vpn', 'host', 'interrupt', 601]])
    expect(ends(given, ARM)).toEqual([3601])
  })
})

describe('completion by polling', () => {
  /** Crossings of 900 ns, so 2,700 until a response is back; a poll each 1,000 ns, of 7 cycles. */
  const COSTS = {
    'vpn.lookaside.completion': 1,
    'vpn.lookaside.crossingNs': 900,
    'vpn.lookaside.pollNs': 1000,
    'vpn.lookaside.pollCycles': 7,
  }
  const polls = (given: Setup): number => sum(run(given, CARD), { technology: 'vpn', step: 'poll' }, 'items')

  test('a response is seen by the next poll, and collected behind the polls’ own work', () => {
    const given = one([secret([0])], { ...COSTS, 'vpn.lookaside.collectCycles': 300 })
    // Three polls are 21 cycles: 3,000 + 21 + 300.
    expect(ends(given)).toEqual([3321])
    expect(sum(run(given, CARD), { place: 'vcpu', step: 'poll' })).toBe(21)
    expect(run(given, CARD).ledger.some(({ step }) => step === 'interrupt')).toBe(false)
  })

  test('polls are counted from when the request was made, or from the last that found something', () => {
    expect(polls(one([secret([0])], COSTS))).toBe(3)
    // The second was made at 1,500 and is seen at 5,000: the polls until 3,000 are the first one's.
    expect(polls(one([secret([0, 1500])], COSTS))).toBe(3 + 2)
    // Nothing is outstanding from 5,000 to 10,350, and nobody polls: then at 11,000, 12,000, 13,000 and 14,000.
    expect(polls(one([secret([0, 1500, 10_350])], COSTS))).toBe(3 + 2 + 4)
  })

  test('one poll takes all that are there, and is charged once', () => {
    const given = one([secret([20_000, 20_100, 20_200])], COSTS)
    expect(polls(given)).toBe(3)
    expect(sum(run(given, CARD), { step: 'poll' })).toBe(3 * 7)
    // One core: the polls' 21 cycles take a turn beside work that costs nothing.
    expect(ends(given).map((end) => Math.floor(end / 1000))).toEqual([23, 23, 23])
  })

  test('a response that comes at once has cost one poll', () => {
    // Made at 750, back at 900, seen at 1,000.
    const given = one([secret([750])], { ...COSTS, 'vpn.lookaside.crossingNs': 50 })
    expect(polls(given)).toBe(1)
    expect(ends(given)).toEqual([1007])
  })

  test('in a gateway polls are the host’s', () => {
    const given = one([secret([0])], { ...COSTS, 'vpn.place': 1 })
    expect(sum(run(given, CARD), { place: 'host', step: 'poll' })).toBe(21)
    expect(run(given, CARD).ledger.some(({ place }) => place === 'vcpu')).toBe(false)
  })

  test('frees places as an interrupt does', () => {
    // Seen at 3,000; the second goes then, is back at 5,700 and seen at 6,000; the polls of each are 21 cycles.
    const given = one([secret([0, 0])], { ...COSTS, 'vpn.lookaside.outstanding': 1 })
    expect(ends(given).map((end) => Math.floor(end / 1000))).toEqual([3, 6])
    expect(polls(given)).toBe(3 + 3)
  })
})
