// Display: a desktop changes some pixels; a handler encodes them, and packets take them to the viewer.
//
//             ┌─ software-pcoip: encode on the VM's vCPU, in turn with its own work ─┐
//   update ──►│                                                                     ├──► UDP packets ──► viewer
//             └─ pcoip-card: submit ─► card ─► complete    (software past its limits)┘
//
// An update that still waits when the next of its display comes is superseded: nobody will see it.
import { meanOf } from '../../engine/distributions.ts'
import type { EventKind } from '../../engine/simulation.ts'
import { DisplayCard } from './display-card.ts'
import { granted, itemsOffered, type Granted } from './grants.ts'
import { NONE } from '../host/growing-table.ts'
import { route } from '../host/route.ts'
import {
  step,
  type PathFunction,
  type Costs,
  type Technology,
  type HostParts,
  type Wiring,
} from '../host/technology.ts'

const costs = {
  encodeCyclesPerPixel: {
    value: 30,
    unit: 'cycles/pixel',
    source: 'assumption: no published figure (DSP-11); compare, transform and code a pixel in software',
    range: [5, 100],
  },
  bytesPerPixel: {
    value: 0.25,
    unit: 'bytes/pixel',
    source: 'assumption: two bits a changed pixel, between text (less) and video (more)',
    range: [0.02, 3],
  },
  cardSessions: { value: 64, unit: 'count', whole: true, source: 'DSP-03', range: [0, 1000] },
  cardPixelsPerS: {
    value: 300e6,
    unit: 'pixels/s',
    least: 1,
    source: 'assumption: DSP-10 recalls 300 Mpixel/s, unconfirmed',
    range: [1e6, 1e11],
  },
  cardPatience: {
    value: 33e6,
    unit: 'ns',
    source: 'assumption: an update the card cannot begin within two frames of 60 Hz is handed back',
    range: [0, 1e9],
  },
  cardSubmitCycles: {
    value: 6000,
    unit: 'cycles/update',
    source: 'assumption: changed areas are described to the card and its doorbell is rung, by the hypervisor’s driver',
    range: [500, 50_000],
  },
  cardCompleteCycles: {
    value: 4000,
    unit: 'cycles/update',
    source: 'assumption: completion interrupt, and the coded update is handed on',
    range: [500, 50_000],
  },
} as const satisfies Costs

/** The coded update goes to its viewer as UDP packets, which the display technology causes. */
export function toViewer(wiring: Wiring, done: EventKind): EventKind {
  const { host } = wiring
  const { items, sim } = host
  if (!host.port) return done
  const partition = host.setup.host.nic!.partitions[0]?.name ?? ''
  const sent = route(host, { direction: 'transmit', tagged: false, vpn: false, partition, datagram: true })
  const cause = host.causeOf('display')
  const bytesPerPixel = wiring.cost('bytesPerPixel')
  const coded = sim.event('update coded', (unit) => {
    const item = items.item[unit]
    const packets = items.split(item, Math.max(1, Math.round(items.size[item] * bytesPerPixel)), 1)
    items.cause[packets] = cause
    items.flow[packets] = NONE
    sim.fire(done, unit)
    sim.fire(sent, packets)
  })
  return coded
}

/** Encoding on the VM's vCPU; an update whose encoding has not begun gives its turn to the next one. */
function encoder(wiring: Wiring, done: EventKind): EventKind {
  const { host } = wiring
  const { sim, items, segments } = host
  const waiting = new Int32Array(host.groupOfVm.length).fill(NONE)
  let lastEncoded = NONE
  const encoded = sim.event('encoded', (unit) => {
    lastEncoded = unit
    // The job that is done is the one that waits only if no later update came.
    const vm = items.vm[unit]
    if (waiting[vm] !== NONE && host.jobs.unit[waiting[vm]] === unit) waiting[vm] = NONE
    sim.fire(done, unit)
  })
  const encode = wiring.line([step('user', 'encode', { perByte: 'encodeCyclesPerPixel' })], encoded)
  return sim.event('update', (unit) => {
    const vm = items.vm[unit]
    const superseded = waiting[vm] === NONE ? NONE : segments.supersede(waiting[vm], unit)
    if (superseded !== NONE) supersededBy(host, superseded)
    else {
      lastEncoded = NONE
      sim.fire(encode, unit)
      if (lastEncoded !== unit) waiting[vm] = segments.latest
    }
  })
}

function supersededBy(host: HostParts, unit: number): void {
  if (host.items.counted[host.items.item[unit]] === 1) host.note('display: updates superseded before they were encoded')
  host.items.supersede(unit)
}

const software: PathFunction = (wiring, done) => encoder(wiring, toViewer(wiring, done))

/** One card for the displays of all groups; past its sessions, and where it is behind, software encodes. */
const card: PathFunction = (wiring, done) => {
  const { host } = wiring
  const { sim, items } = host
  const coded = toViewer(wiring, done)
  const inSoftware = encoder(wiring, coded)
  const { has, missed } = wiring.shared('sessions', () => sessions(wiring))
  const device = wiring.shared('card', () => new DisplayCard(wiring, (unit) => supersededBy(host, unit)))
  const full = host.groups.map(({ name, count }, group) => {
    const lacking = `no session free for ${missed[group]} of ${count} ${count === 1 ? 'display' : 'displays'}`
    return `display: updates of ${name} encoded in software, since the card had ${lacking}`
  })
  const complete = wiring.line([step('host', 'complete', { each: 'cardCompleteCycles' })], coded)
  const submitted = sim.event('card takes update', (unit) => {
    items.then[unit] = complete
    device.take(unit)
  })
  const submit = wiring.line([step('host', 'submit', { each: 'cardSubmitCycles' })], submitted)
  return sim.event('update for the card', (unit) => {
    const vm = items.vm[unit]
    if (has[vm] === 1 && !device.isBehind(vm)) {
      sim.fire(submit, unit)
      return
    }
    if (items.counted[items.item[unit]] === 1) {
      const group = host.groupOfVm[vm]
      if (has[vm] === 1) host.note('display: updates encoded in software, since the card was behind')
      // Otherwise that is what the scenario says.
      else if (missed[group] > 0) host.note(full[group])
    }
    sim.fire(inSoftware, unit)
  })
}

/** Displays that have a session of the card: those that draw most pixels first. */
function sessions(wiring: Wiring): Granted {
  const { host } = wiring
  return granted(host.groups, wiring.cost('cardSessions'), ({ screen }) => {
    if (screen === null) return null
    return { each: 1, work: itemsOffered(screen.arrivals, host.setup) * meanOf(screen.pixels), said: screen.card }
  })
}

export const display: Technology = {
  name: 'display',
  costs,
  handlers: {
    'software-pcoip': { kind: 'software', enter: software },
    'pcoip-card': { kind: 'hardware', enter: card },
  },
}
