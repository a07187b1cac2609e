// NIC with a DPU: the card switches packets between VMs and the wire itself; the host sees only what the card cannot.
//
//   guest ─► doorbell (IOMMU) ─► card's switch ─► wire            and back the same way, with moderated interrupts
//                                   └─► host's switch             one packet in so many: its flow is new to the card
import { Device, type Addition, type PathFunction, type Costs, type Handler, type Wiring, step } from 'offsim'

const costs = {
  'dpu.packetNs': { value: 30, unit: 'ns/packet', source: 'NIC-28: 33 million packets/s of 64 bytes, 64K flows' },
  'dpu.packetsPerMiss': {
    value: 1000,
    unit: 'count',
    source: 'assumption: a flow of 1,000 packets; its first one goes by the host',
    range: [1, 1e6],
  },
  'dpu.ruleCycles': {
    value: 20_000,
    unit: 'cycles',
    source: 'assumption: the host decides about a flow and writes a rule to the card',
    range: [2000, 500_000],
  },
} as const satisfies Costs

/** What the host does with a packet of a flow that is new: its own switch, at its usual price, and a rule for the card. */
const miss = [
  step('host', 'path', { each: 'hostCyclesPerPacket' }),
  step('host', 'classify', { each: 'classifyCyclesPerPacket' }),
  step('host', 'rule', { each: 'dpu.ruleCycles' }),
]

const switched: PathFunction = (wiring, done) => {
  const { sim, items, groupOfVm } = wiring.host
  // Both directions of all VMs share the card, so it is made once and found again by its name.
  const card = wiring.shared('dpu', () => new Device(wiring.host, 'dpu'))
  const nsPerPacket = wiring.cost('dpu.packetNs')
  const packetsPerMiss = wiring.cost('dpu.packetsPerMiss')
  const seen = new Float64Array(groupOfVm.length)
  const byHost = wiring.line(miss, done)
  const looked = sim.event('card has looked', (unit) => {
    const vm = items.vm[unit]
    seen[vm] += items.packets[unit]
    if (seen[vm] < packetsPerMiss) return sim.fire(done, unit)
    seen[vm] -= packetsPerMiss
    sim.fire(byHost, unit)
  })
  return sim.event('card looks', (unit) => card.work(nsPerPacket * items.packets[unit], unit, looked))
}

/** To the guest the card is a device of its own, as a virtual function is: its paths are taken over as they are. */
const virtualFunction = (wiring: Wiring): Handler => wiring.technology.handlers['sr-iov']

const dpu: Handler = {
  kind: 'hardware',
  assigned: true,
  transmit: (wiring, done) => wiring.path(virtualFunction(wiring).transmit!, switched(wiring, done)),
  receive: (wiring, done) => switched(wiring, wiring.path(virtualFunction(wiring).receive!, done)),
  complete: (wiring, done) => wiring.path(virtualFunction(wiring).complete!, done),
}

export default { technology: 'nic', handlers: { dpu }, costs } satisfies Addition
