// Display: a desktop changes some pixels; a handler encodes them, and packets take them to the viewer.
//
//             ┌─ software-pcoip: encode on the VM's vCPU, in turn with its own work ──────────┐
//   update ──►│                                                                              ├──► UDP packets ──► viewer
//             └─ pcoip-card, chip-…: submit ─► device ─► complete   (software past its limits)┘
//
// An update that still waits when the next of its display comes is superseded: nobody will see it. What a pixel costs, and how
// many bytes it makes, depend on what the screen shows and on who encodes it.
import { exponential, logarithm } from '../../engine/elementary.ts'
import { meanOf } from '../../engine/distributions.ts'
import type { EventKind } from '../../engine/simulation.ts'
import { costs } from './display-costs.ts'
import { CARD, CHIP, DisplayCard, type Encoder } from './display-card.ts'
import { granted, itemsOffered, type Granted } from './grants.ts'
import { NONE } from '../host/growing-table.ts'
import { route } from '../host/route.ts'
import type { ScreenWork } from '../host/setup.ts'
import { step, type Handler, type PathFunction, type Step, type Technology, type Wiring } from '../host/technology.ts'
import { latestOnly, superseding } from '../workload/latest-only.ts'

const SUPERSEDED = 'display: updates superseded before they were encoded'

/** The quality at which bytes of a video were measured. */
const QUALITY = 80

/** Bytes that a pixel of a screen makes in software. */
function bytesPerPixel(wiring: Wiring, { content, quality, scaledFrom, pixels }: ScreenWork): number {
  if (typeof content === 'object') return content.bytes
  const byContent = wiring.cost(content === undefined ? 'bytesPerPixel' : `${content}.bytesPerPixel`)
  const byQuality = quality === undefined ? 1 : exponential(wiring.cost('qualityExponent') * (quality - QUALITY))
  const bySize =
    scaledFrom === undefined
      ? 1
      : exponential((wiring.cost('scaledExponent') - 1) * logarithm(Math.max(1, meanOf(pixels)) / scaledFrom))
  return byContent * byQuality * bySize
}

/** The coded update goes to its viewer as UDP packets, which the display technology causes. `share`: of software's bytes. */
export function toViewer(wiring: Wiring, done: EventKind, share = 1): EventKind {
  const { host } = wiring
  const { items, sim, groupOfVm } = host
  if (!host.port) return done
  const partition = host.setup.host.nic!.partitions[0]?.name ?? ''
  const sent = route(host, { direction: 'transmit', tagged: false, vpn: false, partition, datagram: true })
  const cause = host.causeOf('display')
  const bytes = host.groups.map(({ screen }) => (screen === null ? 0 : share * bytesPerPixel(wiring, screen)))
  const coded = sim.event('update coded', (unit) => {
    const item = items.item[unit]
    const size = items.size[item] * bytes[groupOfVm[items.vm[item]]]
    const packets = items.split(item, Math.max(1, Math.round(size)), 1)
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
  const { sim, items, groups, groupOfVm } = host
  const supersede = superseding(host, SUPERSEDED)
  const entries = new Map<string, EventKind>()
  const ofGroup = groups.map(({ screen }): EventKind => {
    if (screen === null) return done
    const encode = encodeStep(screen)
    const price = encode.perByte ?? String(encode.derived!.perByte)
    const entry = entries.get(price) ?? latestOnly(host, (encoded) => wiring.line([encode], encoded), done, supersede)
    entries.set(price, entry)
    return entry
  })
  return sim.event('update', (unit) => sim.fire(ofGroup[groupOfVm[items.vm[unit]]], unit))
}

function encodeStep({ content }: ScreenWork): Step {
  if (typeof content === 'object')
    return step('user', 'encode', { derived: { cycles: 0, perByte: content.encode, from: [] } })
  return step('user', 'encode', {
    perByte: content === undefined ? 'encodeCyclesPerPixel' : `${content}.encodeCyclesPerPixel`,
  })
}

const software: PathFunction = (wiring, done) => encoder(wiring, toViewer(wiring, done))

/** One device for the displays of all groups; past its sessions, and where it is behind, software encodes. */
function device(model: Encoder, bytesShare?: keyof typeof costs): Handler {
  const path: PathFunction = (wiring, done) => {
    const { host } = wiring
    const { sim, items } = host
    const coded = toViewer(wiring, done, bytesShare === undefined ? 1 : wiring.cost(bytesShare))
    const inSoftware = encoder(wiring, bytesShare === undefined ? coded : toViewer(wiring, done))
    const { has, missed } = wiring.shared('sessions', () => sessions(wiring, model))
    const card = wiring.shared('card', () => new DisplayCard(wiring, superseding(host, SUPERSEDED), model))
    const full = host.groups.map(({ name, count }, group) => {
      const lacking = `no session free for ${missed[group]} of ${count} ${count === 1 ? 'display' : 'displays'}`
      return `display: updates of ${name} encoded in software, since the card had ${lacking}`
    })
    const complete = wiring.line([step('host', 'complete', { each: 'cardCompleteCycles' })], coded)
    const submitted = sim.event('card takes update', (unit) => {
      items.then[unit] = complete
      card.take(unit)
    })
    const submit = wiring.line(
      [step('host', 'submit', { each: 'cardSubmitCycles', perByte: 'uploadCyclesPerPixel' })],
      submitted,
    )
    return sim.event('update for the card', (unit) => {
      const vm = items.vm[unit]
      if (has[vm] === 1 && !card.isBehind(vm)) {
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
  return { kind: 'hardware', enter: path }
}

/** Displays that have a session of the device: those that draw most pixels first. */
function sessions(wiring: Wiring, { sessions: limit }: Encoder): Granted {
  const { host } = wiring
  const free = limit === null ? Number.MAX_SAFE_INTEGER : wiring.cost(limit)
  return granted(host.groups, free, ({ screen }) => {
    if (screen === null) return null
    return { each: 1, work: itemsOffered(screen.arrivals, host.setup) * meanOf(screen.pixels), said: screen.card }
  })
}

export const display: Technology = {
  name: 'display',
  costs,
  handlers: {
    'software-pcoip': { kind: 'software', enter: software },
    'pcoip-card': device(CARD),
    'chip-444': device(CHIP, 'chip-444.bytesShare'),
    'chip-420': device(CHIP, 'chip-420.bytesShare'),
  },
}
