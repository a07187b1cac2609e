// TCP: segment, checksum, copy and acknowledge, in the guest.
//
//   host-stack             each packet passes the stack
//   segmentation-offload   the stack sees segments of up to 64 KiB: cut by the NIC on transmit, and merged on receive
//                          from the packets of a stream that wait in the same interrupt
//   toe                    the card runs the protocol and places the data; the guest posts and completes messages
import type { EventKind } from '../../engine/simulation.ts'
import { Device } from '../host/devices.ts'
import { NONE } from '../host/growing-table.ts'
import { step, type PathFunction, type Handler, type Technology } from '../host/technology.ts'
import type { Costs, Path } from '../host/technology.ts'

const costs = {
  packetCycles: {
    value: 4794,
    unit: 'cycles/segment',
    source:
      'INT-10, IOM-27: 2.93 GHz at 5,245 Mbit/s of 1,500 bytes is 6,704 cycles a packet; less bytes and acknowledgements',
    range: [0, 12_000],
  },
  byteCycles: {
    value: 0.94,
    unit: 'cycles/byte',
    source: 'IOM-27: what is left per byte when segments are large, 11.5 cores of 2 GHz for 196 Gbit/s',
    range: [0.1, 8],
  },
  ackCycles: {
    value: 1000,
    unit: 'cycles',
    source: 'assumption: an acknowledgement passes the stack without data; part of the 6,704 cycles of INT-10',
    range: [0, 5000],
  },
  acksPerSegment: {
    value: 0.5,
    unit: 'count',
    source: 'assumption: delayed acknowledgements, one per two segments (RFC 1122, 4.2.3.2)',
    range: [0, 1],
  },
  segmentBytes: {
    value: 65_536,
    unit: 'bytes',
    least: 1,
    source: 'assumption: 64 KiB, the largest IP packet, limits what is handed to the NIC or merged',
    range: [1500, 1_048_576],
  },
  datagramCycles: {
    value: 2000,
    unit: 'cycles/packet',
    source: 'assumption: a UDP packet passes the stack without state; less than half of a TCP segment',
    range: [500, 5000],
  },
  'toe.messageCycles': {
    value: 1500,
    unit: 'cycles/message',
    source: 'assumption: post a descriptor, take a completion; a third of the stack per segment',
    range: [200, 6000],
  },
  'toe.packetNs': {
    value: 700,
    unit: 'ns/packet',
    source:
      "assumption: the card's engine handles 1.43 million packets/s, 1.75 times what 10 Gbit/s of 1,500 bytes need",
    range: [10, 10_000],
  },
} as const satisfies Costs

const stack = [
  step('vcpu', 'segment', { each: 'packetCycles' }),
  step('vcpu', 'bytes', { perByte: 'byteCycles' }),
  step('vcpu', 'acknowledge', { each: 'ackCycles', times: 'acksPerSegment' }),
]

/** UDP: checksum and copy. */
const datagram = [
  step('vcpu', 'datagram', { each: 'datagramCycles' }),
  step('vcpu', 'bytes', { perByte: 'byteCycles' }),
]

const post = [step('vcpu', 'message', { each: 'toe.messageCycles' })]

/** Runs a path once for all packets of a stream that came with one interrupt. */
function merged(path: Path): PathFunction {
  return (wiring, done) => {
    const { host } = wiring
    const { sim, items } = host
    host.merging.begin(wiring.cost('segmentBytes'))
    const handedUp = sim.event('segment handed up', (whole) => {
      for (let unit = items.next[whole]; unit !== NONE;) {
        const next = items.next[unit]
        sim.fire(done, unit)
        unit = next
      }
      items.close(whole)
    })
    const segment = wiring.path(path, handedUp)
    return sim.event('merge', (unit) => host.merging.gather(unit, segment))
  }
}

/** The card's protocol engine: packets one after another. */
function engine(wiring: Parameters<PathFunction>[0], done: EventKind): EventKind {
  const { host } = wiring
  const card = wiring.shared('card', () => new Device(host, 'toe'))
  const packetNs = wiring.cost('toe.packetNs')
  return host.sim.event('protocol engine', (unit) => card.work(packetNs * host.items.packets[unit], unit, done))
}

const hostStack: Handler = { kind: 'software', transmit: stack, receive: stack, datagram }

const segmentationOffload: Handler = {
  kind: 'hardware',
  segmentBytes: 'segmentBytes',
  transmit: stack,
  receive: merged(stack),
  datagram,
}

const toe: Handler = {
  kind: 'hardware',
  segmentBytes: 'segmentBytes',
  transmit: (wiring, done) => wiring.line(post, engine(wiring, done)),
  receive: (wiring, done) => engine(wiring, merged(post)(wiring, done)),
  datagram,
}

export const tcp: Technology = {
  name: 'tcp',
  costs,
  handlers: { 'host-stack': hostStack, 'segmentation-offload': segmentationOffload, toe },
}
