// Packets on their way: cut, wire, ring, and the order in which technologies are passed. One cycle is one ns, one byte 0.8 ns.
import { describe, expect, test } from 'vitest'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { NONE } from '../../../src/models/host/growing-table.ts'
import type { Arm, Setup } from '../../../src/models/host/setup.ts'
import type { PathFunction, Passage, Technology } from '../../../src/models/host/technology.ts'
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

describe('the receive ring', () => {
  /** Packets of 150 bytes, 150.4 ns on the wire; a guest is done with each 1000 after that. */
  const given = (timesNs: number[], ringPackets: number, count = 1): Setup =>
    setup({
      vms: { vm: vm({ count, packets: [at(timesNs, { bytes: 150 })] }) },
      host: host({ cores: 4 }),
      costs: { ...COSTS, 'processor.vt-x.interrupt': 1000, 'nic.interruptGap': 0, 'nic.ringPackets': ringPackets },
    })

  test('a packet that finds no descriptor free is lost, and its item counts as dropped', () => {
    // Two descriptors, and a stack that keeps them for 100 µs: of five packets two are received.
    const costs = { 'nic.ringPackets': 2, 'tcp.packetCycles': 100_000, 'nic.interruptGap': 0 }
    const { work } = run(receiving([0, 0, 0, 0, 0], costs), { ...SR_IOV, tcp: 'host-stack' })
    expect(work).toMatchObject([{ generated: 5, finished: 2, dropped: 3, unfinished: 0 }])
  })

  test('a message of which one packet is lost is lost, and what is done with the others is for nothing', () => {
    // Two of three packets are received, through the stack, and counted for nobody.
    const costs = { 'nic.ringPackets': 2, 'nic.interruptGap': 0, 'tcp.packetCycles': 100_000 }
    const train = setup({ vms: { vm: vm({ packets: [at([0], { bytes: 4500 })] }) }, costs: { ...COSTS, ...costs } })
    const tallies = run(train, { ...SR_IOV, tcp: 'host-stack' })
    expect(tallies.work).toMatchObject([{ generated: 1, finished: 0, dropped: 1, unfinished: 0 }])
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'executed')).toBe(2 * 100_000)
    expect(sum(tallies, { technology: 'tcp', step: 'segment' })).toBe(0)
  })

  test('a descriptor is held from the wire to the end of the guest’s work', () => {
    // Off the wire at 150.4, done at 1150.4: free for a packet that comes at 1160.4, and not for one at 1140.4.
    expect(run(given([0, 990], 1), SR_IOV).work[0]).toMatchObject({ finished: 1, dropped: 1, unfinished: 0 })
    expect(run(given([0, 1010], 1), SR_IOV).work[0]).toMatchObject({ finished: 2, dropped: 0, unfinished: 0 })
  })

  test('each VM has its own', () => {
    expect(run(given([0], 1, 3), SR_IOV).work[0]).toMatchObject({ finished: 3, dropped: 0 })
  })

  test('a packet that is lost takes the wire, and no work', () => {
    const tallies = run(given([0, 200], 1), SR_IOV)
    expect(tallies.resources.find(({ name }) => name === 'wire.receive')!.demand).toBeCloseTo(2 * 150.4, 9)
    expect(sum(tallies, { step: 'interrupt' }, 'items')).toBe(1)
    expect(tallies.latencies['nic'].count).toBe(1)
    expect(finishes(given([0, 200], 1), SR_IOV)).toEqual([
      ['packets.0', 0, 350.4],
      ['packets.0', 0, 1150.4],
    ])
  })

  test('without a NIC in the arm there is none', () => {
    expect(run(given([0, 0, 0], 1), {}).work[0]).toMatchObject({ finished: 3, dropped: 0 })
  })
})

type Seen = [technology: string, path: string, bytes: number, packets: number]

/** A technology that does nothing but write down what passes it. */
function logging(name: string, seen: Seen[], passedBefore?: Passage): Technology {
  const noted =
    (path: string): PathFunction =>
    ({ host: { sim, items } }, done) =>
      sim.event(`${name} ${path}`, (unit) => {
        seen.push([name, path, items.size[unit], items.packets[unit]])
        sim.fire(done, unit)
      })
  const paths = { transmit: noted('out'), receive: noted('in'), complete: noted('sent'), datagram: noted('datagram') }
  const ring = { value: 64, unit: 'count', source: 'assumption: as many as there are' }
  const costs = { ringPackets: ring, mtu: { ...ring, value: 2000 } }
  return { name, passedBefore, costs, handlers: { on: { kind: 'software', ...paths }, cutting: cutting(paths) } }
}
const cutting = (paths: Record<string, PathFunction>) => ({ kind: 'hardware', segmentBytes: 'mtu', ...paths }) as const

describe('the order of technologies', () => {
  /** What passes when a message of 2500 bytes goes through all technologies, and two of a user's own before each. */
  function passed(direction: 'transmit' | 'receive', tcp = 'on'): Seen[] {
    const seen: Seen[] = []
    const before = (['tcp', 'vpn', 'vlan', 'nic'] as const).flatMap((next) => [
      logging(`a-${next}`, seen, next),
      logging(`b-${next}`, seen, next),
    ])
    // In the other order than by name, which must not matter.
    const technologies = [...['nic', 'vpn', 'tcp', 'vlan'].map((name) => logging(name, seen)), ...before.toReversed()]
    const arm = { ...Object.fromEntries(technologies.map(({ name }) => [name, 'on'])), tcp }
    const packets = [at([0], { direction, bytes: 2500, vlan: 1, vpn: true })]
    const { work } = run(setup({ vms: { vm: vm({ packets }) } }), arm, { technologies })
    expect(work).toMatchObject([{ finished: 1, unfinished: 0 }])
    expect([...work[0].technologies].sort()).toEqual(Object.keys(arm).sort())
    return seen
  }
  const out = ['a-tcp', 'b-tcp', 'tcp', 'a-vpn', 'b-vpn', 'vpn', 'a-vlan', 'b-vlan', 'vlan', 'a-nic', 'b-nic', 'nic']
  const cut = out.slice(out.indexOf('tcp'))

  test('out: a user’s own lie before those they name, in the order of their names; those before `tcp` see it whole', () => {
    const packet = (bytes: number): Seen[] => cut.map((name) => [name, 'out', bytes, 1])
    expect(passed('transmit')).toEqual([
      ['a-tcp', 'out', 2500, 1],
      ['b-tcp', 'out', 2500, 1],
      ...packet(1500),
      ...packet(1000),
      ['nic', 'sent', 1500, 1],
      ['nic', 'sent', 1000, 1],
    ])
  })

  test('out: units are as large as the TCP handler’s device cuts itself, and know their packets', () => {
    const unit = (bytes: number, packets: number): Seen[] => cut.map((name) => [name, 'out', bytes, packets])
    expect(passed('transmit', 'cutting').slice(2)).toEqual([
      ...unit(2000, 2),
      ...unit(500, 1),
      ['nic', 'sent', 2000, 2],
      ['nic', 'sent', 500, 1],
    ])
  })

  test.each(['on', 'cutting'])('in: the other way round, each packet for itself (tcp: %s)', (tcp) => {
    const packet = (bytes: number): Seen[] => out.toReversed().map((name) => [name, 'in', bytes, 1])
    expect(passed('receive', tcp)).toEqual([...packet(1500), ...packet(1000)])
  })
})

test('a display’s packets are datagrams: they pass TCP by that path and the NIC, and nothing else', () => {
  const seen: Seen[] = []
  const ours = ['tcp', 'vpn', 'vlan', 'nic'].map((name) => logging(name, seen))
  const before = (['tcp', 'vpn', 'vlan', 'nic'] as const).map((next) => logging(`a-${next}`, seen, next))
  const display = TECHNOLOGIES.find(({ name }) => name === 'display')!
  const arm = { ...Object.fromEntries([...ours, ...before].map(({ name }) => [name, 'on'])), tcp: 'cutting' }
  const screen = { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, pixels: 1600 } as const
  run(
    setup({ vms: { vm: vm({ screen }) }, costs: { 'display.bytesPerPixel': 1 } }),
    { ...arm, display: 'software-pcoip' },
    { technologies: [...ours, ...before, display] },
  )
  const packet = (bytes: number): Seen[] => ['datagram', 'out'].map((path, i) => [['tcp', 'nic'][i], path, bytes, 1])
  expect(seen).toEqual([...packet(1500), ...packet(100), ['nic', 'sent', 1500, 1], ['nic', 'sent', 100, 1]])
})

test('packets of a message are of one stream, of a VM and declaration its own; those of a display are of none', () => {
  const seen = new Map<string, Set<number>>()
  const noted: PathFunction = ({ host: { sim, items } }, done) =>
    sim.event('noted', (unit) => {
      const key = `${items.works[items.work[items.item[unit]]].name} of VM ${items.vm[unit]}`
      seen.set(key, (seen.get(key) ?? new Set()).add(items.flow[unit]))
      sim.fire(done, unit)
    })
  const nic = logging('nic', [])
  const noting: Technology = { ...nic, handlers: { on: { kind: 'software', transmit: noted, receive: noted } } }
  const technologies = TECHNOLOGIES.map((technology) => (technology.name === 'nic' ? noting : technology))
  const packets = [at([0, 5], { bytes: 4000 }), at([0], { direction: 'transmit', bytes: 4000 })]
  const screen = { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, pixels: 4000 } as const
  const given = setup({ vms: { vm: vm({ count: 2, packets, screen }) }, costs: { 'display.bytesPerPixel': 1 } })
  run(given, { nic: 'on', display: 'software-pcoip' }, { technologies })
  expect([...seen.keys()].sort()).toEqual(
    ['packets.0', 'packets.1', 'screen'].flatMap((work) => [`${work} of VM 0`, `${work} of VM 1`]),
  )
  expect([...seen.values()].map(({ size }) => size)).toEqual(Array(6).fill(1))
  const streams = [...seen].map(([key, [stream]]) => (key.startsWith('screen') ? 'none' : `${stream}`))
  expect(new Set(streams).size).toBe(4 + 1)
  expect([...seen].filter(([key]) => key.startsWith('screen')).map(([, [stream]]) => stream)).toEqual([NONE, NONE])
})

describe('what a message passes', () => {
  const shapes = [
    at([0], { vlan: 0, vpn: false }),
    at([0], { vlan: 9, vpn: false }),
    at([0], { vlan: 0, vpn: true }),
    at([0], { vlan: 9, vpn: true }),
  ]
  const given = setup({
    vms: { vm: vm({ packets: [...shapes, ...shapes.map((s) => ({ ...s, direction: 'transmit' as const }))] }) },
  })

  test('is as it says: tagged or not, in the VPN or not, out or in', () => {
    const tallies = run(given, { vlan: 'host-tagging', vpn: 'aes-ni' })
    const passing = (technology: string, step: string): string[] =>
      tallies.ledger.filter((entry) => entry.technology === technology && entry.step === step).map(({ work }) => work)
    expect(passing('vlan', 'untag').sort()).toEqual(['packets.1', 'packets.3'])
    expect(passing('vlan', 'tag').sort()).toEqual(['packets.5', 'packets.7'])
    expect(passing('vpn', 'cipher').sort()).toEqual(['packets.2', 'packets.3', 'packets.6', 'packets.7'])
  })

  test('is counted for the technologies that the arm names, and noted for the others', () => {
    const { work, notes } = run(given, { nic: 'paravirtual', vlan: 'host-tagging' })
    expect(work.map(({ technologies }) => technologies)).toEqual([
      ...[['nic'], ['nic', 'vlan'], ['nic'], ['nic', 'vlan']],
      ...[['nic'], ['nic', 'vlan'], ['nic'], ['nic', 'vlan']],
    ])
    // No arm but one with an IOMMU sends packets through it, and untagged ones pass no VLAN.
    const free = (technology: string, ...streams: number[]): string[] =>
      streams.map((i) => `free: ${technology}: work of vm.packets.${i} passes it at no cost`)
    expect(Object.keys(notes).filter((note) => note.includes('passes it'))).toEqual([
      ...free('tcp', 0, 1, 2, 3, 4, 5, 6, 7),
      ...free('vpn', 2, 3, 6, 7),
    ])
    const assigned = Object.keys(run(given, { nic: 'sr-iov', tcp: 'toe', vpn: 'aes-ni' }).notes)
    expect(assigned.filter((note) => note.includes('passes it'))).toEqual(free('vlan', 1, 3, 5, 7))
  })
})

describe('the row of the NIC', () => {
  test('measures the whole way of a packet that counts', () => {
    // Before the window opens at 5000, and inside it: 1230.4 and the interrupt’s 100 each.
    const given = { ...receiving([0, 20_000]), warmupNs: 5000 }
    const { latencies } = run(given, SR_IOV)
    expect(latencies['nic'].count).toBe(1)
    expect(latencies['nic'].sum).toBeCloseTo(1330.4, 6)
  })
})

test.each<Arm>([{}, { nic: 'paravirtual' }])('packets need a port (%j)', (arm) => {
  const given = setup({ host: host({ nic: null }), vms: { vm: vm({ packets: [at([0])] }) } })
  expect(() => run(given, arm)).toThrow('packets need a port')
})
