// Compression: a message is made smaller before it is cut into packets, and made whole again when it has arrived.
//
//   software   the guest's processor does it, byte by byte
//   card       submit ─► card's engine ─► interrupt ─► collect          past its queue, software does it
//
// Received packets are decompressed one by one. What is smaller costs less on all that lies behind: tcp, vpn, nic, wire.
import { Device, Interrupts, step, trap } from 'offsim'
import type { PathFunction, Costs, EventKind, Handler, Line, Technology, Wiring } from 'offsim'

const costs = {
  ratio: { value: 0.4, unit: 'fraction', source: 'assumption: text and pages shrink to two fifths', range: [0.05, 1] },
  compressCyclesPerByte: {
    value: 25,
    unit: 'cycles/byte',
    source: 'assumption: deflate at its fastest level, about 100 MB/s on a core of 2.5 GHz',
    range: [5, 200],
  },
  expandCyclesPerByte: {
    value: 6,
    unit: 'cycles/byte',
    source: 'assumption: inflate is about four times as fast as deflate',
    range: [1, 20],
  },
  'card.nsPerByte': {
    value: 0.4,
    unit: 'ns/byte',
    source: 'assumption: 20 Gbit/s of uncompressed data',
    range: [0.05, 8],
  },
  'card.queue': { value: 64, unit: 'count', source: 'assumption: descriptors of one ring', range: [1, 4096] },
  'card.submitCycles': {
    value: 1500,
    unit: 'cycles/request',
    source: 'assumption: write a descriptor, pin the pages, ring the doorbell',
    range: [200, 10_000],
  },
  'card.collectCycles': {
    value: 800,
    unit: 'cycles/request',
    source: 'assumption: take the response and give the pages back',
    range: [100, 5000],
  },
  'card.interruptTraps': {
    value: 2,
    unit: 'count',
    source: 'assumption: delivery and end of interrupt',
    range: [0, 2],
  },
  'card.interruptGap': {
    value: 50_000,
    unit: 'ns',
    source: 'assumption: at most 20,000 interrupts/s',
    range: [0, 1e6],
  },
} as const satisfies Costs

type Way = 'transmit' | 'receive'

const inSoftware = (way: Way): Line =>
  way === 'transmit'
    ? [step('vcpu', 'compress', { perByte: 'compressCyclesPerByte' })]
    : [step('vcpu', 'expand', { perByte: 'expandCyclesPerByte' })]

/** A transmitted message is smaller from here on. Receivers of what has arrived see it as it was sent to them. */
function shrunk(wiring: Wiring, way: Way, done: EventKind): EventKind {
  if (way === 'receive') return done
  const { sim, items } = wiring.host
  const ratio = wiring.cost('ratio')
  return sim.event('smaller', (unit) => {
    items.size[unit] = Math.max(1, Math.round(items.size[unit] * ratio))
    sim.fire(done, unit)
  })
}

const software = (way: Way): PathFunction => {
  return (wiring, done) => wiring.line(inSoftware(way), shrunk(wiring, way, done))
}

/** The engine, the line of interrupts and the ring are one for all VMs and both directions. */
function sharedCard(wiring: Wiring) {
  const { host } = wiring
  return wiring.shared('card', () => {
    const interrupts = new Interrupts(host, {
      name: 'card interrupt',
      perVm: true,
      gapNs: wiring.cost('card.interruptGap'),
      handling: (taken) => wiring.line([trap('interrupt', 'card.interruptTraps')], taken),
    })
    return { engine: new Device(host, 'compression card'), interrupts, outstanding: 0 }
  })
}

const card = (way: Way): PathFunction => {
  return (wiring, done) => {
    const { host } = wiring
    const { sim, items } = host
    const ring = sharedCard(wiring)
    const [size, nsPerByte] = [wiring.cost('card.queue'), wiring.cost('card.nsPerByte')]
    const after = shrunk(wiring, way, done)
    const collect = wiring.line([step('vcpu', 'collect', { each: 'card.collectCycles' })], after)
    const worked = sim.event('engine done', (unit) => {
      ring.outstanding--
      items.then[unit] = collect
      ring.interrupts.arrive(unit)
    })
    const submitted = sim.event('to the engine', (unit) => ring.engine.work(nsPerByte * items.size[unit], unit, worked))
    const submit = wiring.line([step('vcpu', 'submit', { each: 'card.submitCycles' })], submitted)
    const fallback = wiring.line(inSoftware(way), after)
    return sim.event('ring', (unit) => {
      if (ring.outstanding < size) {
        ring.outstanding++
        return sim.fire(submit, unit)
      }
      if (items.counted[items.item[unit]] === 1) host.note('compression: done in software, since the ring was full')
      sim.fire(fallback, unit)
    })
  }
}

const handlers: Record<string, Handler> = {
  software: { kind: 'software', transmit: software('transmit'), receive: software('receive') },
  card: { kind: 'hardware', transmit: card('transmit'), receive: card('receive') },
}

export default { name: 'compression', passedBefore: 'tcp', resizes: true, costs, handlers } satisfies Technology
