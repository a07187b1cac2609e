// What a screen asks of its guest before a display has anything to encode: the same in all arms.
//
//   update ──► decode, draw (the guest's own work) ──► at most so many frames a second ──► display
//
// An update whose drawing has not begun, or that waits for its frame, is superseded by the next one.
import { meanOf } from '../../engine/distributions.ts'
import type { EventKind } from '../../engine/simulation.ts'
import { NONE } from '../host/growing-table.ts'
import type { Host } from '../host/host.ts'
import type { Group, ScreenContent, ScreenWork } from '../host/setup.ts'
import { latestOnly, superseding } from './latest-only.ts'

/** What the guest does for a pixel, and the display's cost that says it: only a video is decoded, frame by frame. */
const GUEST_STEPS: Readonly<Record<ScreenContent, readonly (readonly [name: string, cost: string])[]>> = {
  text: [['draw', 'drawCyclesPerPixel']],
  mixed: [['draw', 'drawCyclesPerPixel']],
  video: [
    ['decode', 'decodeCyclesPerPixel'],
    ['draw', 'drawCyclesPerPixel'],
  ],
}

/** Where an update enters, given where those that are drawn and due go. */
export function shown(host: Host, group: Group, due: EventKind): EventKind {
  return drawn(host, group.screen!, paced(host, group, due))
}

/** The guest decodes what is a video, and draws; its processor makes that dearer as all guest work. */
function drawn(host: Host, screen: ScreenWork, done: EventKind): EventKind {
  const prices = stepsOf(host, screen)
  const all = prices.reduce((sum, { cycles }) => sum + cycles, 0)
  if (all === 0) return done
  const processor = host.wiring('processor')
  const wire = (worked: EventKind): EventKind => {
    const tax = (processor?.handler.guestWork ?? []).reduceRight(
      (next, piece) => ('trap' in piece ? next : processor!.step(piece, next, NONE, all)),
      worked,
    )
    return prices.reduceRight((next, { name, cycles, assumed }) => {
      const known = { technology: 'guest', place: 'vcpu', name, takesVcpu: true, assumed, bySize: true }
      const step = host.ledger.step(known)
      const charge = { step, cause: NONE, each: 0, perPacket: 0, perByte: cycles, times: 1 }
      return host.segments.charge('user', name, charge, next)
    }, tax)
  }
  return latestOnly(host, wire, done, superseding(host, 'display: updates superseded before they were drawn'))
}

interface GuestStep {
  readonly name: string
  readonly cycles: number
  readonly assumed: boolean
}

/** What the guest does for a pixel, in every arm; a picture that is scaled is decoded as it came. */
function stepsOf(host: Host, { content, scaledFrom, pixels }: ScreenWork): GuestStep[] {
  if (content === undefined) return []
  const decoded = scaledFrom === undefined ? 1 : scaledFrom / Math.max(1, meanOf(pixels))
  const steps =
    typeof content === 'string'
      ? GUEST_STEPS[content].map(([name, key]) => {
          const { cycles, assumed } = host.prices.ofGuest('display', key)
          return { name, cycles: cycles * (name === 'decode' ? decoded : 1), assumed }
        })
      : (['decode', 'draw'] as const).map((name) => ({ name, cycles: content[name], assumed: false }))
  return steps.filter(({ cycles }) => cycles > 0)
}

/** A display takes an update at most each so often: one that comes too early waits, and only the latest does. */
function paced(host: Host, { screen, firstVm, count }: Group, due: EventKind): EventKind {
  if (screen!.framesPerS === undefined) return due
  const { sim, items } = host
  const gapNs = 1e9 / screen!.framesPerS
  const nextNs = new Float64Array(count)
  const held = new Int32Array(count).fill(NONE)
  const supersede = superseding(host, 'display: updates superseded before their frame')
  const send = (index: number, unit: number): void => {
    nextNs[index] = sim.now + gapNs
    sim.fire(due, unit)
  }
  const frame = sim.event('frame is due', (vm) => {
    const unit = held[vm - firstVm]
    held[vm - firstVm] = NONE
    send(vm - firstVm, unit)
  })
  return sim.event('drawn', (unit) => {
    const index = items.vm[unit] - firstVm
    if (held[index] !== NONE) supersede(held[index])
    else if (sim.now >= nextNs[index]) return send(index, unit)
    else sim.after(nextNs[index] - sim.now, frame, index + firstVm)
    held[index] = unit
  })
}
