// Encrypted packets by hand. One cycle is one ns; a packet of 1,000 bytes is (1,000 + 38) × 0.8 = 830.4 ns on the wire.
import { describe, expect, test } from 'vitest'
import type { PacketShape, Setup } from '../../../src/models/host/setup.ts'
import { at, host, loop, packet, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'
import { paper, sheet } from '../sheet.ts'

const WIRE = 830.4
const secret = (timesNs: number[], changes: Partial<PacketShape> = {}) =>
  at(timesNs, { direction: 'transmit', bytes: 1000, vpn: true, ...changes })
const COSTS = { 'vpn.packetCycles': 101, 'vpn.software-aes.cyclesPerByte': 2, 'vpn.aes-ni.cyclesPerByte': 3 }

describe('a sheet of paper: three encrypted messages', () => {
  const sending = (costs: Record<string, number> = {}): Setup =>
    setup({ vms: { vm: vm({ packets: [secret([0, 0, 10_000])] }) }, costs: { ...COSTS, ...costs } })

  test('software-aes, transmitted: 101 a packet and 2 a byte in the guest, then the wire', () => {
    // Each is 101 + 2 × 1,000 = 2,101; the second waits for the first.
    const byHand = paper({
      steps: [
        ['vpn', 'vpn', 'vcpu', 'encapsulate', 3, 3 * 101],
        ['vpn', 'vpn', 'vcpu', 'cipher', 3, 3 * 2000],
      ],
      vcpus: 3 * 2101,
      devices: { 'wire.transmit': 3 * WIRE },
      latency: { vpn: [3, 2101 + 4202 + 2101] },
      done: [
        ['packets.0', 0, 2101 + WIRE],
        ['packets.0', 0, 4202 + WIRE],
        ['packets.0', 0, 12_101 + WIRE],
      ],
      left: {},
    })
    expect(sheet(sending(), { vpn: 'software-aes' })).toEqual(byHand)
  })

  test('software-aes in a gateway: the same on the host, and the vCPU has nothing of it', () => {
    const { steps, vcpus, latency } = sheet(sending({ 'vpn.place': 1 }), { vpn: 'software-aes' })
    expect({ steps, vcpus, latency }).toEqual({
      steps: [
        ['vpn', 'vpn', 'host', 'cipher', 3, 3 * 2000],
        ['vpn', 'vpn', 'host', 'encapsulate', 3, 3 * 101],
      ],
      vcpus: 0,
      // One core does one thing at a time, so the second waits as it does in the guest.
      latency: { vpn: [3, 2101 + 4202 + 2101] },
    })
  })

  test('aes-ni, received: each of a message’s packets by itself, behind the wire', () => {
    // 2,000 bytes are packets of 1,500 and 500: 1,230.4 and 430.4 on the wire, 4,601 and 1,601 to decrypt.
    const receiving = secret([0, 20_000, 20_000], { direction: 'receive', bytes: 2000 })
    const given = setup({ vms: { vm: vm({ packets: [receiving] }) }, costs: COSTS })
    const byHand = paper({
      steps: [
        ['vpn', 'vpn', 'vcpu', 'encapsulate', 6, 6 * 101],
        ['vpn', 'vpn', 'vcpu', 'cipher', 6, 3 * 3 * 2000],
      ],
      vcpus: 606 + 18_000,
      devices: { 'wire.receive': 3 * (1230.4 + 430.4) },
      // Of the first message 1,230.4 to 5,831.4, and from 1,660.8 to 7,432.4; the second is the same 20,000 later. Of the
      // third, which is off the wire at 22,891.2 and 23,321.6, until 32,033.4 and 33,634.4.
      latency: { vpn: [6, 2 * (4601 + 5771.6) + 9142.2 + 10_312.8] },
      done: [
        ['packets.0', 0, 7432.4],
        ['packets.0', 0, 27_432.4],
        ['packets.0', 0, 33_634.4],
      ],
      left: {},
    })
    expect(sheet(given, { vpn: 'aes-ni' })).toEqual(byHand)
  })

  test('lookaside: submit, cross twice, card, cross once, interrupt, collect; two at a time', () => {
    const costs = {
      'vpn.packetCycles': 101,
      'vpn.lookaside.submitCycles': 211,
      'vpn.lookaside.collectCycles': 307,
      'vpn.lookaside.outstanding': 2,
      'vpn.lookaside.crossingNs': 1000,
      'vpn.lookaside.busNsPerByte': 1,
      'vpn.lookaside.cardNsPerByte': 3,
      'vpn.lookaside.interruptTraps': 1,
      'vpn.lookaside.interruptGap': 0,
      'processor.vt-x.interrupt': 401,
    }
    const given = setup({ vms: { vm: vm({ packets: [secret([0, 0, 0])] }) }, costs })
    // A crossing is 1,000 + 1 × 1,000. Submitted at 312, 624 and 936.
    //   first   at the card 4,312, done 7,312, back 9,312, interrupt until 9,713, collected 10,020
    //   second  at the card 4,624, done 10,312, back 12,312, interrupt until 12,713, collected 13,020
    //   third   goes when the first was seen: 9,713, at the card 13,713, done 16,713, back 18,713, 19,114, 19,421
    const byHand = paper({
      steps: [
        ['vpn', 'vpn', 'vcpu', 'encapsulate', 3, 3 * 101],
        ['vpn', 'vpn', 'vcpu', 'submit', 3, 3 * 211],
        ['vpn', 'vpn', 'vcpu', 'collect', 3, 3 * 307],
        ['processor', 'vpn', 'host', 'interrupt', 3, 3 * 401],
      ],
      vcpus: 3 * (101 + 211 + 307 + 401),
      devices: { 'crypto card': 3 * 3000, 'wire.transmit': 3 * WIRE },
      latency: { vpn: [3, 10_020 + 13_020 + 19_421] },
      done: [
        ['packets.0', 0, 10_020 + WIRE],
        ['packets.0', 0, 13_020 + WIRE],
        ['packets.0', 0, 19_421 + WIRE],
      ],
      left: {},
    })
    expect(sheet(given, { processor: 'vt-x', vpn: 'lookaside' })).toEqual(byHand)
  })

  test('inline-nic: a descriptor and the NIC’s engine; software for the VM past the last association', () => {
    const costs = {
      ...{ ...COSTS, 'vpn.software-aes.cyclesPerByte': 3, 'vpn.inline-nic.descriptorCycles': 103 },
      ...{ 'vpn.inline-nic.nsPerByte': 2, 'vpn.inline-nic.associations': 1 },
    }
    const vms = { a: vm({ packets: [secret([0, 0])] }), b: vm({ packets: [secret([0])] }) }
    // VM 0: 103, engine until 2,103; 206, engine until 4,103. VM 1 by itself on the other core: 101 + 3,000 = 3,101.
    const byHand = paper({
      steps: [
        ['vpn', 'vpn', 'vcpu', 'descriptor', 2, 2 * 103],
        ['vpn', 'vpn', 'vcpu', 'encapsulate', 1, 101],
        ['vpn', 'vpn', 'vcpu', 'cipher', 1, 3000],
      ],
      vcpus: 206 + 3101,
      devices: { 'inline crypto': 2 * 2000, 'wire.transmit': 3 * WIRE },
      latency: { vpn: [3, 2103 + 4103 + 3101] },
      done: [
        ['packets.0', 0, 2103 + WIRE],
        ['packets.0', 1, 3101 + WIRE],
        ['packets.0', 0, 4103 + WIRE],
      ],
      left: {},
    })
    expect(sheet(setup({ host: host({ cores: 2 }), vms, costs }), { vpn: 'inline-nic' })).toEqual(byHand)
  })
})

describe('software', () => {
  test('a segment that the NIC will cut is encrypted whole, at the price of its packets', () => {
    const given = setup({
      vms: { vm: vm({ packets: [secret([0], { bytes: 4000 })] }) },
      costs: { ...COSTS, 'tcp.packetCycles': 0, 'tcp.ackCycles': 0, 'tcp.byteCycles': 0 },
    })
    const tallies = run(given, { tcp: 'segmentation-offload', vpn: 'software-aes' })
    // 4,000 bytes are three packets.
    expect(sum(tallies, { technology: 'vpn', step: 'encapsulate' })).toBe(3 * 101)
    expect(sum(tallies, { technology: 'vpn', step: 'encapsulate' }, 'items')).toBe(1)
    expect(sum(tallies, { technology: 'vpn', step: 'cipher' })).toBe(2 * 4000)
  })

  test('messages that are not encrypted pass free', () => {
    const given = setup({ vms: { vm: vm({ packets: [secret([0], { vpn: false })] }) } })
    for (const handler of ['software-aes', 'aes-ni', 'lookaside', 'inline-nic'])
      expect(run(given, { vpn: handler }).ledger).toEqual([])
  })
})

describe('associations of the NIC', () => {
  const FALLBACK = 'vpn: packets of vm encrypted in software, since the NIC had no association free for 1 of 1 VM'
  /** VMs whose packets the NIC encrypted: with a price for software alone, the others are charged. */
  const charged = (vms: Setup['vms'], associations: number): number[] => {
    const costs = {
      ...{ 'vpn.packetCycles': 0, 'vpn.software-aes.cyclesPerByte': 10, 'vpn.inline-nic.descriptorCycles': 0 },
      ...{ 'vpn.inline-nic.nsPerByte': 0, 'vpn.inline-nic.associations': associations },
    }
    const wide = host({ cores: 8, nic: { rateBitPerS: 1e18, partitions: [] } })
    const ended = finishes(setup({ host: wide, vms, costs }), { vpn: 'inline-nic' })
    return [...new Set(ended.filter(([, , end]) => end > 5000).map(([, index]) => index))].sort()
  }

  test('are given to VMs with equal work by the size of their groups', () => {
    const vms = { b: vm({ packets: [secret([0])] }), a: vm({ count: 2, packets: [secret([0])] }) }
    expect(charged(vms, 0)).toEqual([0, 1, 2])
    expect(charged(vms, 1)).toEqual([1, 2])
    expect(charged(vms, 2)).toEqual([2])
    expect(charged(vms, 3)).toEqual([])
  })

  test.each(['quiet', 'a', 'z'])(
    'are given to those with most bytes for each, whatever they are called: %s',
    (name) => {
      const loud = vm({ packets: [secret([0], { bytes: 1100 })] })
      // Host numbers VMs by the names of their groups.
      const quiet = name < 'loud' ? 0 : 1
      expect(charged({ [name]: vm({ packets: [secret([0])] }), loud }, 1)).toEqual([quiet])
      // Two tunnels of so many bytes are worth half as much each.
      const two = vm({ packets: [secret([0], { bytes: 550 }), secret([0], { bytes: 540 })] })
      expect(charged({ [name]: vm({ packets: [secret([0])] }), loud: two }, 2)).toEqual([1 - quiet])
    },
  )

  test('are given otherwise where the scenario says so', () => {
    const much = vm({ packets: [secret([0], { bytes: 1100 })], count: 2 })
    const few = (associations: boolean | number) => vm({ packets: [secret([0])], count: 2, nic: { associations } })
    expect(charged({ few: few(true), much }, 3)).toEqual([3])
    expect(charged({ few: few(1), much }, 4)).toEqual([1])
    expect(charged({ few: few(false), much }, 4)).toEqual([0, 1])
    expect(charged({ few: few(0), much }, 3)).toEqual([0, 1])
  })

  test('a VM has all its tunnels or none', () => {
    // Each of two VMs has two tunnels and a stream in the clear; three associations serve one of them.
    const packets = [secret([0]), secret([0]), secret([0], { vpn: false })]
    expect(charged({ a: vm({ count: 2, packets }) }, 3)).toEqual([1])
    expect(charged({ a: vm({ count: 2, packets }) }, 4)).toEqual([])
  })

  test('streams of closed work are tunnels too', () => {
    const asking = loop({ packets: [{ ...packet({ direction: 'transmit', bytes: 1000, vpn: true }), count: 1 }] })
    const vms = { a: vm({ loop: asking }), b: vm({ packets: [secret([0])] }) }
    expect(charged(vms, 1)).toEqual([1])
    const clear = loop({ packets: [{ ...packet({ direction: 'transmit', bytes: 1000 }), count: 1 }] })
    expect(charged({ a: vm({ loop: clear }), b: vm({ packets: [secret([0])] }) }, 1)).toEqual([])
  })

  test('packets that software encrypts for want of one are noted, those of the window only', () => {
    const notes = (associations: number) =>
      run(
        setup({
          warmupNs: 1000,
          vms: { vm: vm({ packets: [secret([0, 2000, 3000])] }) },
          costs: { 'vpn.inline-nic.associations': associations },
        }),
        { vpn: 'inline-nic' },
      ).notes[FALLBACK]
    expect(notes(0)).toBe(2)
    expect(notes(1)).toBeUndefined()
  })

  test('one engine serves both directions and all VMs', () => {
    // Transmitted from 0 to 2,000; received at 830.4 and served from 2,000 to 4,000.
    const costs = { 'vpn.inline-nic.descriptorCycles': 0, 'vpn.inline-nic.nsPerByte': 2 }
    const vms = { a: vm({ packets: [secret([0])] }), b: vm({ packets: [secret([0], { direction: 'receive' })] }) }
    expect(finishes(setup({ vms, costs }), { vpn: 'inline-nic' })).toEqual([
      ['packets.0', 0, 2000 + WIRE],
      ['packets.0', 1, 4000],
    ])
  })

  test('a gateway on the host has its descriptors there', () => {
    const costs = { 'vpn.place': 1, 'vpn.inline-nic.descriptorCycles': 103 }
    const { ledger } = run(setup({ vms: { vm: vm({ packets: [secret([0])] }) }, costs }), { vpn: 'inline-nic' })
    expect(ledger.map(({ place, step, counted }) => [place, step, counted])).toEqual([['host', 'descriptor', 103]])
  })
})
