// What a TCP stack, segmentation offload and an engine of the card cost, by hand. One cycle is one ns, one byte 0.8 ns.
import { describe, expect, test } from 'vitest'
import type { Setup } from '../../../src/models/host/setup.ts'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'
import { paper, sheet } from '../sheet.ts'

/**
 * Every price differs from every other one. A segment is 53 + 3 × bytes + 60 × 0.4; an interrupt 2 × 211 = 422; the card's
 * engine takes 2003 ns for a packet.
 */
const COSTS = {
  'tcp.packetCycles': 53,
  'tcp.byteCycles': 3,
  'tcp.ackCycles': 60,
  'tcp.acksPerSegment': 0.4,
  'tcp.segmentBytes': 65_536,
  'tcp.datagramCycles': 71,
  'tcp.toe.messageCycles': 61,
  'tcp.toe.packetNs': 2003,
  'nic.interruptGap': 10_000,
  'nic.interruptTraps': 2,
  'nic.ringPackets': 64,
  'nic.sr-iov.doorbellCycles': 17,
  'nic.sr-iov.descriptorCycles': 13,
  'processor.vt-x.interrupt': 211,
}
const segment = (bytes: number): number => 53 + 3 * bytes + 24
const wireNs = (bytes: number, packets = 1): number => (bytes + 38 * packets) * 0.8
const ARM = { processor: 'vt-x', nic: 'sr-iov' }

/** A VM sends 1600 bytes at 0, receives 1600 that were sent at 20,000, and 150 that were sent at 40,000. */
const given = setup({
  host: host({ cores: 4 }),
  vms: {
    vm: vm({
      packets: [
        at([0], { direction: 'transmit', bytes: 1600 }),
        at([20_000], { bytes: 1600 }),
        at([40_000], { bytes: 150 }),
      ],
    }),
  },
  costs: COSTS,
})
const WIRES = { 'wire.transmit': wireNs(1600, 2), 'wire.receive': wireNs(1600, 2) + wireNs(150) }
/** The interrupts: one says that the message was sent, one is for each that is received. */
const INTERRUPTS = ['processor', 'nic', 'host', 'interrupt', 3 * 2, 3 * 422] as const

test('host-stack: each packet of 1500 bytes passes the stack', () => {
  // Out: segments of 1500 and 100 bytes with their doorbells, 4577 + 17 and 377 + 17; on the wire until 5824.4 and 5934.8;
  // the interrupt takes both at 5824.4 + 422.
  // In: off the wire at 21,230.4 and 21,340.8, both with the interrupt that ends at 21,652.4. For each, 13 for its buffer and
  // its way up the stack are one job, and the second waits for the first.
  // Last: 40,150.4, an interrupt, a buffer, a segment of 150.
  const first = 21_652.4 + 13 + segment(1500)
  const second = first + 13 + segment(100)
  expect(sheet(given, { ...ARM, tcp: 'host-stack' })).toEqual(
    paper({
      steps: [
        ['tcp', 'tcp', 'vcpu', 'segment', 5, 5 * 53],
        ['tcp', 'tcp', 'vcpu', 'bytes', 5, 3 * (1600 + 1600 + 150)],
        ['tcp', 'tcp', 'vcpu', 'acknowledge', 5, 5 * 24],
        ['nic', 'nic', 'vcpu', 'doorbell', 2, 2 * 17],
        ['nic', 'nic', 'vcpu', 'descriptor', 3, 3 * 13],
        INTERRUPTS,
      ],
      vcpus: 5 * (53 + 24) + 3 * 3350 + 2 * 17 + 3 * 13 + 3 * 422,
      devices: WIRES,
      latency: {
        // The stack is entered when the buffer has been handed back, inside the job.
        tcp: [5, 4577 + (4577 + 17 + 377) + segment(1500) + segment(100) + segment(150)],
        nic: [5, 5824.4 + 5934.8 + (first - 20_000) + (second - 20_000) + (150.4 + 422 + 13 + segment(150))],
      },
      done: [
        ['packets.0', 0, 5824.4 + 422],
        ['packets.1', 0, second],
        ['packets.2', 0, 40_150.4 + 422 + 13 + segment(150)],
      ],
      left: {},
    }),
  )
})

test('segmentation-offload: one segment out, one from two packets of an interrupt in', () => {
  // Out: 1600 bytes as one segment with its doorbell, 4877 + 17; two packets on the wire until 4894 + 1340.8 = 6234.8; then
  // the interrupt. In: the two are merged when the second one's buffer is handed back, at 21,678.4; then 4877.
  expect(sheet(given, { ...ARM, tcp: 'segmentation-offload' })).toEqual(
    paper({
      steps: [
        ['tcp', 'tcp', 'vcpu', 'segment', 3, 3 * 53],
        ['tcp', 'tcp', 'vcpu', 'bytes', 3, 3 * (1600 + 1600 + 150)],
        ['tcp', 'tcp', 'vcpu', 'acknowledge', 3, 3 * 24],
        ['nic', 'nic', 'vcpu', 'doorbell', 1, 17],
        ['nic', 'nic', 'vcpu', 'descriptor', 3, 3 * 13],
        INTERRUPTS,
      ],
      vcpus: 3 * (53 + 24) + 3 * 3350 + 17 + 3 * 13 + 3 * 422,
      devices: WIRES,
      latency: {
        // The first of the two waits 13 for the second.
        tcp: [4, 4877 + (13 + 4877) + 4877 + segment(150)],
        nic: [4, 6234.8 + 2 * (1678.4 + 4877) + (150.4 + 422 + 13 + segment(150))],
      },
      done: [
        ['packets.0', 0, 6234.8 + 422],
        ['packets.1', 0, 21_678.4 + 4877],
        ['packets.2', 0, 40_150.4 + 422 + 13 + segment(150)],
      ],
      left: {},
    }),
  )
})

test('toe: a message is posted or completed, and the card’s engine handles its packets', () => {
  // Out: 61 of the guest, 2 × 2003 of the engine, 17 for the doorbell: 4084; on the wire until 5424.8; the interrupt.
  // In: buffers at 21,665.4 and 21,678.4; the engine has them until 23,668.4 and 25,671.4; then 61 for both.
  expect(sheet(given, { ...ARM, tcp: 'toe' })).toEqual(
    paper({
      steps: [
        ['tcp', 'tcp', 'vcpu', 'message', 3, 3 * 61],
        ['nic', 'nic', 'vcpu', 'doorbell', 1, 17],
        ['nic', 'nic', 'vcpu', 'descriptor', 3, 3 * 13],
        INTERRUPTS,
      ],
      vcpus: 3 * 61 + 17 + 3 * 13 + 3 * 422,
      devices: { ...WIRES, toe: 5 * 2003 },
      latency: {
        tcp: [4, 61 + 4006 + (4006 + 61) + (4006 - 13 + 61) + (2003 + 61)],
        nic: [4, 5424.8 + 2 * 5732.4 + (150.4 + 422 + 13 + 2003 + 61)],
      },
      done: [
        ['packets.0', 0, 5424.8 + 422],
        ['packets.1', 0, 25_732.4],
        ['packets.2', 0, 40_150.4 + 422 + 13 + 2003 + 61],
      ],
      left: {},
    }),
  )
})

test('without a NIC in the arm nothing is merged, and the stack’s work is all there is', () => {
  // In: packets of 1500 and 100 come at 21,230.4 and 21,340.8, each for itself.
  expect(sheet(given, { tcp: 'segmentation-offload' })).toEqual(
    paper({
      steps: [
        ['tcp', 'tcp', 'vcpu', 'segment', 4, 4 * 53],
        ['tcp', 'tcp', 'vcpu', 'bytes', 4, 3 * (1600 + 1600 + 150)],
        ['tcp', 'tcp', 'vcpu', 'acknowledge', 4, 4 * 24],
      ],
      vcpus: 4 * (53 + 24) + 3 * 3350,
      devices: WIRES,
      // The packet of 100 waits from 21,340.8 until that of 1500 is up.
      latency: { tcp: [4, 4877 + 4577 + (4577 - 110.4 + 377) + segment(150)] },
      done: [
        ['packets.0', 0, 4877 + wireNs(1600, 2)],
        ['packets.1', 0, 21_230.4 + 4577 + 377],
        ['packets.2', 0, 40_150.4 + segment(150)],
      ],
      left: {},
    }),
  )
})

describe('the largest segment', () => {
  const sending = (bytes: number, costs: Record<string, number> = {}): Setup =>
    setup({
      measureNs: 1e8,
      host: host({ cores: 4 }),
      vms: { vm: vm({ packets: [at([0], { direction: 'transmit', bytes })] }) },
      costs: { ...COSTS, ...costs },
    })

  test.each([
    ['segmentation-offload', 'segment', 53],
    ['toe', 'message', 61],
  ])('%s: what is handed to the NIC is no more than 64 KiB', (tcp, step, price) => {
    expect(sum(run(sending(65_536), { tcp }), { step })).toBe(price)
    expect(sum(run(sending(65_537), { tcp }), { step })).toBe(2 * price)
  })

  test('of the scenario’s choice; never less than a packet', () => {
    const segments = (segmentBytes: number): number =>
      sum(run(sending(9000, { 'tcp.segmentBytes': segmentBytes }), { tcp: 'segmentation-offload' }), {
        step: 'segment',
      }) / 53
    // 9000 bytes are six packets.
    expect([9000, 4500, 3000, 1500, 1].map(segments)).toEqual([1, 2, 3, 6, 6])
  })

  test('is not the stack’s: it sees packets', () => {
    expect(sum(run(sending(4500), { tcp: 'host-stack' }), { step: 'segment' })).toBe(3 * 53)
  })
})

describe('the card’s engine', () => {
  test('is one for all VMs and both directions, packets one after another', () => {
    // Two VMs post at 0 until 61; the engine has the packets until 2064 and 4067, and the wire 110.4 more. One that is
    // received comes off the wire at 150.4 and has its turn behind them, until 6070; then 61.
    const sending = vm({ count: 2, packets: [at([0], { direction: 'transmit', bytes: 100 })] })
    const receiving = vm({ packets: [at([0], { bytes: 150 })] })
    const both = setup({ host: host({ cores: 4 }), vms: { a: sending, b: receiving }, costs: COSTS })
    expect(finishes(both, { tcp: 'toe' })).toEqual([
      ['packets.0', 0, 2174.4],
      ['packets.0', 1, 4177.4],
      ['packets.0', 2, 6131],
    ])
  })
})

describe('a display’s updates are UDP', () => {
  // 6400 pixels at a quarter of a byte are 1600 bytes: packets of 1500 and 100, each 71 + 3 × bytes.
  const screen = { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, pixels: 6400 } as const
  const updates = setup({
    host: host({ cores: 4 }),
    vms: { vm: vm({ screen }) },
    costs: { ...COSTS, 'display.bytesPerPixel': 0.25, 'display.encodeCyclesPerPixel': 1 },
  })

  test.each(['host-stack', 'segmentation-offload', 'toe'])('%s: takes nothing of them over', (tcp) => {
    const { steps, devices, latency } = sheet(updates, { display: 'software-pcoip', tcp })
    expect(steps.filter(([technology]) => technology === 'tcp')).toEqual([
      ['tcp', 'display', 'vcpu', 'bytes', 2, 3 * 1600],
      ['tcp', 'display', 'vcpu', 'datagram', 2, 2 * 71],
    ])
    expect(devices['wire.transmit']).toBeCloseTo(wireNs(1600, 2), 6)
    expect(devices['toe']).toBeUndefined()
    expect(latency['tcp']).toBeUndefined()
  })
})
