// Where work enters the host: a kind of work is declared, and its items are sent on their way.
import type { EventKind } from '../../engine/simulation.ts'
import type { HostParts } from '../host/technology.ts'
import { NONE } from '../host/growing-table.ts'
import type { Work } from '../host/items.ts'
import { route, type RouteShape } from '../host/route.ts'
import type { PacketShape } from '../host/setup.ts'

/** Declares a kind of work; only technologies that the arm names are kept, and the others are noted as passed free. */
export function declare(host: HostParts, work: Work): number {
  for (const technology of work.technologies)
    if (!host.arm[technology]) host.note(`free: ${technology}: work of ${work.group}.${work.name} passes it at no cost`)
  return host.items.declare({ ...work, technologies: work.technologies.filter((name) => host.arm[name]) })
}

/** Sizes are whole, and at least 1; work without a size has 0. */
export function wholeSize(drawn: number): number {
  return drawn === 0 ? 0 : Math.max(1, Math.round(drawn))
}

export function closed(host: HostParts): EventKind {
  return host.shared('closed', () => host.sim.event('closed', (unit) => host.items.close(unit)))
}

/** A job of the guest's own, and what the arm's processor does to it. */
export function guestJob(host: HostParts): EventKind {
  return host.shared('guest job', () => {
    const processor = host.wiring('processor')
    const tax = processor?.handler.guestWork ? processor.line(processor.handler.guestWork, closed(host)) : closed(host)
    const step = host.ledger.step({
      technology: 'guest',
      place: 'vcpu',
      name: 'work',
      takesVcpu: true,
      assumed: false,
      bySize: true,
    })
    const charge = { step, cause: NONE, each: 0, perPacket: 0, perByte: 1, times: 1 }
    return host.segments.charge('user', 'guest work', charge, tax)
  })
}

/** Where so many traps of a kind enter at once, as one job. */
export function trapEntry(host: HostParts, kind: string, count: number): EventKind {
  const processor = host.wiring('processor')
  const { items } = host
  if (!processor?.handler.traps) return closed(host)
  const histogram = host.latencies.get('processor')!
  const left = host.segments.mark((unit, nowNs) => {
    if (items.counted[unit] === 1) histogram.add((nowNs - items.born[unit]) / count, count)
  }, closed(host))
  return processor.handler
    .traps(kind, processor)
    .reduceRight((next, piece) => ('trap' in piece ? next : processor.step(piece, next, NONE, count)), left)
}

export function shapeOf({ direction, vlan, vpn, partition }: PacketShape): RouteShape {
  return { direction, tagged: vlan > 0, vpn, partition, datagram: false }
}

/** Where a message of this shape enters its route; its `stream` tells it from the VM's other streams. */
export function messageEntry(host: HostParts, shape: PacketShape): EventKind {
  return route(host, shapeOf(shape))
}

/** Gives messages the number of their stream: one per VM and declaration. */
export function inFlow(host: HostParts, entry: EventKind): EventKind {
  const { items, sim } = host
  const first = items.newFlows(host.groupOfVm.length)
  return sim.event('stream', (unit) => {
    items.flow[unit] = first + items.vm[unit]
    sim.fire(entry, unit)
  })
}
