// VLAN: a tag is put on a packet that leaves a VM, and taken off one that comes in.
//
//   host-tagging     the host's path does it (the guest, where a device is assigned and there is no host path)
//   nic-tagging      the NIC does it; a word of the descriptor says which tag
//   switch-tagging   the switch does it by port: nothing is left, but there is one VLAN per port or partition
import { step, type PathFunction, type Costs, type Handler, type Technology } from '../host/technology.ts'

const costs = {
  'host-tagging.tagCycles': {
    value: 200,
    unit: 'cycles/packet',
    source: 'assumption: no published figure (NIC-35); move 12 bytes of header, write 4, look the VLAN up',
    range: [50, 1000],
  },
  'nic-tagging.descriptorCycles': {
    value: 10,
    unit: 'cycles/packet',
    source: 'assumption: no published figure (NIC-35); one word of the descriptor is written or read',
    range: [0, 100],
  },
} as const satisfies Costs

/** A step where the packet's way lies: in the host, or in the guest if the NIC handed it a device of its own. */
function onTheWay(name: string, each: keyof typeof costs): PathFunction {
  return (wiring, done) => {
    const assigned = wiring.host.wiring('nic')?.handler.assigned === true
    return wiring.line([step(assigned ? 'vcpu' : 'host', name, { each })], done)
  }
}

const hostTagging: Handler = {
  kind: 'software',
  transmit: onTheWay('tag', 'host-tagging.tagCycles'),
  receive: onTheWay('untag', 'host-tagging.tagCycles'),
}

const nicTagging: Handler = {
  kind: 'hardware',
  transmit: onTheWay('descriptor', 'nic-tagging.descriptorCycles'),
  receive: onTheWay('descriptor', 'nic-tagging.descriptorCycles'),
}

const switchTagging: Handler = { kind: 'hardware', transmit: [], receive: [] }

export const vlan: Technology = {
  name: 'vlan',
  costs,
  handlers: { 'host-tagging': hostTagging, 'nic-tagging': nicTagging, 'switch-tagging': switchTagging },
}
