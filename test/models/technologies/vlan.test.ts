// VLAN tags by hand: who writes and removes them. One cycle is one ns, one byte 0.8 ns.
import { describe, expect, test } from 'vitest'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { paper, sheet, type Sheet } from '../sheet.ts'

/** Every price differs from every other one. An interrupt is 2 × 211 = 422. */
const COSTS = {
  'vlan.host-tagging.tagCycles': 19,
  'vlan.nic-tagging.descriptorCycles': 7,
  'nic.interruptGap': 10_000,
  'nic.interruptTraps': 2,
  'nic.ringPackets': 64,
  'nic.hostCyclesPerPacket': 101,
  'nic.classifyCyclesPerPacket': 103,
  'nic.copyCyclesPerByte': 2,
  'nic.hostInterruptCycles': 131,
  'nic.sr-iov.doorbellCycles': 17,
  'nic.sr-iov.descriptorCycles': 13,
  'processor.vt-x.interrupt': 211,
  'processor.vt-x.notify': 223,
}

/** A tagged packet of 100 bytes out, one in, and one out without a tag, far from each other. */
const given = setup({
  host: host({ cores: 4 }),
  vms: {
    vm: vm({
      packets: [
        at([0], { direction: 'transmit', bytes: 100, vlan: 5 }),
        at([20_000], { direction: 'receive', bytes: 100, vlan: 5 }),
        at([40_000], { direction: 'transmit', bytes: 100 }),
      ],
    }),
  },
  costs: COSTS,
})
const WIRE_NS = (100 + 38) * 0.8
const WIRES = { 'wire.transmit': 2 * WIRE_NS, 'wire.receive': WIRE_NS }

type Tagged = [vlan: string, cycles: number, out: string, inward: string]
const TAGGED: Tagged[] = [
  ['host-tagging', 19, 'tag', 'untag'],
  ['nic-tagging', 7, 'descriptor', 'descriptor'],
]

/** The lines of the tag's writing and removing, which have one name where a descriptor is all. */
function tagLines([, cycles, out, inward]: Tagged, place: string): Sheet['steps'] {
  if (out === inward) return [['vlan', 'vlan', place, out, 2, 2 * cycles]]
  return [
    ['vlan', 'vlan', place, out, 1, cycles],
    ['vlan', 'vlan', place, inward, 1, cycles],
  ]
}

describe('in the host, where packets pass its path', () => {
  test.each(TAGGED)('%s: %i cycles', (...tagged) => {
    // Out, tagged or not: the tag, 223 of notification, 101 + 103 + 200 of path, the wire. In: the wire, 131, 404, 422, the tag.
    const [vlan, tag] = tagged
    expect(sheet(given, { processor: 'vt-x', nic: 'paravirtual', vlan })).toEqual(
      paper({
        steps: [
          ...tagLines(tagged, 'host'),
          ['processor', 'nic', 'host', 'notify', 2, 2 * 223],
          ['nic', 'nic', 'host', 'path', 3, 3 * 101],
          ['nic', 'nic', 'host', 'classify', 3, 3 * 103],
          ['nic', 'nic', 'host', 'copy', 3, 3 * 200],
          ['nic', 'nic', 'host', 'interrupt', 1, 131],
          ['processor', 'nic', 'host', 'interrupt', 2, 422],
        ],
        vcpus: 2 * 223 + 422,
        devices: WIRES,
        latency: {
          vlan: [2, 2 * tag],
          nic: [3, tag + 223 + 404 + WIRE_NS + (WIRE_NS + 131 + 404 + 422 + tag) + (223 + 404 + WIRE_NS)],
        },
        done: [
          ['packets.0', 0, tag + 223 + 404 + WIRE_NS],
          ['packets.1', 0, 20_000 + WIRE_NS + 131 + 404 + 422 + tag],
          ['packets.2', 0, 40_000 + 223 + 404 + WIRE_NS],
        ],
        left: {},
      }),
    )
  })

  test.each(TAGGED)('%s: also where the arm names no NIC', (...tagged) => {
    const [vlan, tag] = tagged
    expect(sheet(given, { vlan })).toEqual(
      paper({
        steps: tagLines(tagged, 'host'),
        vcpus: 0,
        devices: WIRES,
        latency: { vlan: [2, 2 * tag] },
        done: [
          ['packets.0', 0, tag + WIRE_NS],
          ['packets.1', 0, 20_000 + WIRE_NS + tag],
          ['packets.2', 0, 40_000 + WIRE_NS],
        ],
        left: {},
      }),
    )
  })
})

describe('in the guest, where it has a device of its own', () => {
  test.each(TAGGED)('%s: %i cycles', (...tagged) => {
    // Out: the tag and the doorbell, the wire, an interrupt that says it was sent. In: the wire, an interrupt, 13, the tag.
    const [vlan, tag] = tagged
    expect(sheet(given, { processor: 'vt-x', nic: 'sr-iov', vlan })).toEqual(
      paper({
        steps: [
          ...tagLines(tagged, 'vcpu'),
          ['nic', 'nic', 'vcpu', 'doorbell', 2, 2 * 17],
          ['nic', 'nic', 'vcpu', 'descriptor', 1, 13],
          ['processor', 'nic', 'host', 'interrupt', 3 * 2, 3 * 422],
        ],
        vcpus: 2 * tag + 2 * 17 + 13 + 3 * 422,
        devices: WIRES,
        latency: {
          vlan: [2, 2 * tag],
          nic: [3, tag + 17 + WIRE_NS + (WIRE_NS + 422 + 13 + tag) + (17 + WIRE_NS)],
        },
        done: [
          ['packets.0', 0, tag + 17 + WIRE_NS + 422],
          ['packets.1', 0, 20_000 + WIRE_NS + 422 + 13 + tag],
          ['packets.2', 0, 40_000 + 17 + WIRE_NS + 422],
        ],
        left: {},
      }),
    )
  })
})

test('switch-tagging: nothing is left, neither cycles nor time', () => {
  expect(sheet(given, { vlan: 'switch-tagging' })).toEqual(
    paper({
      steps: [],
      vcpus: 0,
      devices: WIRES,
      latency: { vlan: [2, 0] },
      done: [
        ['packets.0', 0, WIRE_NS],
        ['packets.1', 0, 20_000 + WIRE_NS],
        ['packets.2', 0, 40_000 + WIRE_NS],
      ],
      left: {},
    }),
  )
})

test('only tagged packets count as the VLAN’s', () => {
  const { work } = run(given, { vlan: 'host-tagging' })
  expect(work.map(({ technologies }) => technologies)).toEqual([['vlan'], ['vlan'], []])
})

test('a segment that the NIC cuts has one tag to write', () => {
  const packets = [at([0], { direction: 'transmit', bytes: 4500, vlan: 1 })]
  const message = setup({ vms: { vm: vm({ packets }) }, costs: COSTS })
  const tags = (tcp: string): number => sum(run(message, { tcp, vlan: 'host-tagging' }), { step: 'tag' })
  expect([tags('segmentation-offload'), tags('host-stack')]).toEqual([19, 3 * 19])
})
