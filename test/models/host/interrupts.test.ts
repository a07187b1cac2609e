// Moderated interrupts: at most one per gap and line, and what takes one takes all that wait. One cycle is one ns.
import { describe, expect, test } from 'vitest'
import type { Setup } from '../../../src/models/host/setup.ts'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'

/** Interrupts at least 10 µs apart, of one trap of 100 cycles; all else is free. */
const COSTS = {
  'nic.sr-iov.descriptorCycles': 0,
  'processor.vt-x.interrupt': 100,
  'nic.interruptGap': 10_000,
  'nic.interruptTraps': 1,
  'nic.sr-iov.doorbellCycles': 0,
}
const SR_IOV = { processor: 'vt-x', nic: 'sr-iov' }
const receiving = (packets: Parameters<typeof at>[0], costs: Record<string, number> = {}): Setup =>
  setup({ vms: { vm: vm({ packets: [at(packets)] }) }, costs: { ...COSTS, ...costs } })

const ends = (given: Setup, arm: Record<string, string>): number[] => finishes(given, arm).map(([, , end]) => end)
const interrupts = (given: Setup, arm = SR_IOV): number => sum(run(given, arm), { step: 'interrupt' }, 'items')

describe('moderated interrupts', () => {
  test('the first packet arms one at once, the next comes a gap later, and none is lost when traffic stops', () => {
    // Wire: 1230.4, 2460.8, 13230.4. Interrupts: 1230.4, then 11230.4, then 21230.4; the trap takes 100.
    const given = receiving([0, 1000, 12_000])
    expect(ends(given, SR_IOV)).toEqual([1330.4, 11_330.4, 21_330.4])
    expect(interrupts(given)).toBe(3)
  })

  test('an interrupt takes all that wait', () => {
    const given = receiving([0, 1000, 1001, 1002])
    expect(ends(given, SR_IOV)).toEqual([1330.4, 11_330.4, 11_330.4, 11_330.4])
    expect(interrupts(given)).toBe(2)
  })

  test('a packet that comes while the interrupt is being delivered is taken with it', () => {
    // Wire: 1230.4, then 1260.8 on its heels; the trap of the first runs from 1230.4 to 1330.4.
    const given = setup({
      vms: { vm: vm({ packets: [at([0], { bytes: 1500 }), at([0], { bytes: 1 })] }) },
      costs: COSTS,
    })
    expect(interrupts(given)).toBe(1)
    expect(ends(given, SR_IOV)).toEqual([1330.4, 1330.4])
  })

  test('after a quiet gap a packet is announced at once', () => {
    expect(ends(receiving([0, 50_000]), SR_IOV)).toEqual([1330.4, 51_330.4])
  })

  test('without a gap each packet has its own', () => {
    expect(interrupts(receiving([0, 1000, 1001], { 'nic.interruptGap': 0 }))).toBe(3)
  })

  test('an interrupt without a trap leaves none in the ledger', () => {
    const { ledger } = run(receiving([0, 1000], { 'nic.interruptTraps': 0 }), SR_IOV)
    expect(ledger.filter(({ technology }) => technology === 'processor')).toEqual([])
  })

  test('each VM has a line of its own', () => {
    const vms = { vm: vm({ count: 2, packets: [at([0])] }) }
    expect(interrupts(setup({ vms, costs: COSTS }))).toBe(2)
  })
})

describe('the gap', () => {
  test('is from interrupt to interrupt, however long taking one lasts', () => {
    // Delivery takes 4000. Interrupts at 1230.4 and 11,230.4 are over at 5230.4 and 15,230.4.
    expect(ends(receiving([0, 5000], { 'processor.vt-x.interrupt': 4000 }), SR_IOV)).toEqual([5230.4, 15_230.4])
  })

  test('does not hold up a packet that comes later than a gap after the last interrupt, though the batch is young', () => {
    // Delivery takes 15,000: 1230.4 to 16,230.4. A packet off the wire at 18,230.4 interrupts at once.
    expect(ends(receiving([0, 17_000], { 'processor.vt-x.interrupt': 15_000 }), SR_IOV)).toEqual([16_230.4, 33_230.4])
  })

  test('counts from the last interrupt, not from the first', () => {
    // Off the wire at 1230.4, 16,230.4 and 17,460.8: the third waits for 26,230.4.
    expect(ends(receiving([0, 15_000, 15_001]), SR_IOV)).toEqual([1330.4, 16_330.4, 26_330.4])
  })
})

describe('a batch', () => {
  test('goes on oldest first', () => {
    // Three streams wait from 2460.8 on, in the order in which they came off the wire; a buffer of 500 for each follows.
    const packets = [at([0]), at([1003]), at([1001]), at([1002])]
    const given = setup({ vms: { vm: vm({ packets }) }, costs: { ...COSTS, 'nic.sr-iov.descriptorCycles': 500 } })
    expect(finishes(given, SR_IOV)).toEqual([
      ['packets.0', 0, 1830.4],
      ['packets.2', 0, 11_830.4],
      ['packets.3', 0, 12_330.4],
      ['packets.1', 0, 12_830.4],
    ])
  })

  test('that has been taken is closed: what comes next waits for an interrupt of its own', () => {
    // Taken at 1330.4, when the work of 20,000 on its buffer begins. The packet off the wire at 6230.4 interrupts the guest
    // at 11,230.4, stops that work for 100, and has its turn behind it: 21,430.4 to 41,430.4.
    const given = receiving([0, 5000], { 'nic.sr-iov.descriptorCycles': 20_000 })
    expect(ends(given, SR_IOV)).toEqual([21_430.4, 41_430.4])
    expect(interrupts(given)).toBe(2)
  })
})

describe('the host’s interrupts', () => {
  /** Packets of two VMs, off the wire at 1230.4 and 2460.8; the host's path of 1000 is all there is. */
  const two = (costs: Record<string, number> = {}): Setup =>
    setup({
      host: host({ cores: 8 }),
      vms: { a: vm({ packets: [at([0])] }), b: vm({ packets: [at([1])] }) },
      costs: {
        ...COSTS,
        'processor.vt-x.interrupt': 0,
        'nic.hostInterruptCycles': 10,
        'nic.hostCyclesPerPacket': 1000,
        'nic.classifyCyclesPerPacket': 0,
        'nic.copyCyclesPerByte': 0,
        'nic.emulated.accessesPerReceive': 0,
        'nic.emulated.deviceCyclesPerPacket': 1000,
        ...costs,
      },
    })

  test.each(['emulated', 'paravirtual', 'flex-10'])('%s: are the port’s, and the VMs share their gap', (nic) => {
    expect(ends(two(), { processor: 'vt-x', nic })).toEqual([2240.4, 12_240.4])
    expect(sum(run(two(), { nic }), { technology: 'nic', step: 'interrupt' })).toBe(20)
  })

  test('vmdq: are each VM’s own', () => {
    expect(ends(two(), { processor: 'vt-x', nic: 'vmdq' })).toEqual([2240.4, 3470.8])
    expect(sum(run(two(), { nic: 'vmdq' }), { technology: 'nic', step: 'interrupt' })).toBe(20)
  })

  test('an interrupt of the port takes the packets of all VMs that wait when the host looks', () => {
    // The host looks 1300 after the first, 70 after the second.
    const shared = two({ 'nic.hostInterruptCycles': 1300 })
    expect(ends(shared, { processor: 'vt-x', nic: 'paravirtual' })).toEqual([3530.4, 3530.4])
    expect(sum(run(shared, { nic: 'paravirtual' }), { technology: 'nic', step: 'interrupt' }, 'items')).toBe(1)
    expect(sum(run(shared, { nic: 'vmdq' }), { technology: 'nic', step: 'interrupt' }, 'items')).toBe(2)
  })
})
