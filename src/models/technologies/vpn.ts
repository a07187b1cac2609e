// VPN: a packet is encrypted before it leaves, and decrypted after it came in.
//
//   software-aes, aes-ni   the processor does it, in the guest or in a gateway on the host (`vpn.place`)
//   lookaside              submit ─► bus ─► card ─► bus ─► interrupt or poll ─► collect        so many at a time
//   inline-nic             a descriptor names the association; past the last one, software does it
import { meanOf } from '../../engine/distributions.ts'
import { Device } from '../host/devices.ts'
import { granted, itemsOffered, type Granted } from './grants.ts'
import { LookasideCard } from './lookaside.ts'
import { step, type PathFunction, type Handler, type Line, type Technology, type Wiring } from '../host/technology.ts'
import { costs } from './vpn-costs.ts'

/** Where software works on packets: in the guest, or in a gateway on the host. */
const placeOf = (wiring: Wiring): 'vcpu' | 'host' => (wiring.cost('place') === 0 ? 'vcpu' : 'host')

const inSoftware = (wiring: Wiring, perByte: keyof typeof costs): Line => [
  step(placeOf(wiring), 'encapsulate', { perPacket: 'packetCycles' }),
  step(placeOf(wiring), 'cipher', { perByte }),
]

const software = (perByte: keyof typeof costs): Handler => {
  const path: PathFunction = (wiring, done) => wiring.line(inSoftware(wiring, perByte), done)
  return { kind: 'software', transmit: path, receive: path }
}

/** Requests to the card: at most `outstanding` at a time, the others wait in a queue. */
const throughCard: PathFunction = (wiring, done) => {
  const { sim, items } = wiring.host
  const place = placeOf(wiring)
  const collect = wiring.line([step(place, 'collect', { each: 'lookaside.collectCycles' })], done)
  const card = wiring.shared('card', () => new LookasideCard(wiring, place))
  const request = sim.event('request', (unit) => {
    items.then[unit] = collect
    card.request(unit)
  })
  const submit: Line = [
    step(place, 'encapsulate', { perPacket: 'packetCycles' }),
    step(place, 'submit', { each: 'lookaside.submitCycles' }),
  ]
  return wiring.line(submit, request)
}

/** Which VMs have associations in the NIC, each for all its tunnels or none: those with most bytes for each tunnel first. */
function offloadedVms(wiring: Wiring): Granted {
  const { groups, setup } = wiring.host
  return granted(groups, wiring.cost('inline-nic.associations'), ({ packets, loop, nic }) => {
    const open = packets.filter(({ vpn }) => vpn)
    const looped = (loop?.packets ?? []).filter(({ vpn }) => vpn)
    const work =
      open.reduce((sum, { arrivals, bytes }) => sum + itemsOffered(arrivals, setup) * meanOf(bytes), 0) +
      looped.reduce((sum, { count, bytes }) => sum + loop!.repeat * count * meanOf(bytes), 0)
    return { each: open.length + looped.length, work, said: nic?.associations }
  })
}

/** In the NIC, on the packet's own way: one crossing of the bus, which it makes anyway. */
const inNic: PathFunction = (wiring, done) => {
  const { host } = wiring
  const { has, missed } = wiring.shared('offloaded', () => offloadedVms(wiring))
  const full = host.groups.map(({ name, count }, group) => {
    const lacking = `no association free for ${missed[group]} of ${count} ${count === 1 ? 'VM' : 'VMs'}`
    return `vpn: packets of ${name} encrypted in software, since the NIC had ${lacking}`
  })
  const engine = wiring.shared('engine', () => new Device(host, 'inline crypto'))
  const nsPerByte = wiring.cost('inline-nic.nsPerByte')
  const ciphered = host.sim.event('inline cipher', (unit) => engine.work(nsPerByte * host.items.size[unit], unit, done))
  const hardware = wiring.line([step(placeOf(wiring), 'descriptor', { each: 'inline-nic.descriptorCycles' })], ciphered)
  const fallback = wiring.line(inSoftware(wiring, 'software-aes.cyclesPerByte'), done)
  return host.sim.event('association', (unit) => {
    const vm = host.items.vm[unit]
    if (has[vm] === 1) {
      host.sim.fire(hardware, unit)
      return
    }
    // A VM that lacks one by what the scenario says has asked for none.
    const group = host.groupOfVm[vm]
    if (missed[group] > 0 && host.items.counted[host.items.item[unit]] === 1) host.note(full[group])
    host.sim.fire(fallback, unit)
  })
}

export const vpn: Technology = {
  name: 'vpn',
  costs,
  handlers: {
    'software-aes': software('software-aes.cyclesPerByte'),
    'aes-ni': software('aes-ni.cyclesPerByte'),
    lookaside: { kind: 'hardware', transmit: throughCard, receive: throughCard },
    'inline-nic': { kind: 'hardware', transmit: inNic, receive: inNic },
  },
}
