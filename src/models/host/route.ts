// Packets: the route of a message between a VM and the wire, each technology by its own handler.
//
//   transmit   cut ─► tcp ─► vpn ─► vlan ─► nic (iommu) ─► wire ─► sent ─► completion
//   receive    cut ─► wire ─► ring ─► nic (iommu) ─► vlan ─► vpn ─► tcp ─► delivered
//
// A message is cut into units of at most 1500 bytes, or, on transmit, of as many as the TCP handler's device can cut
// itself. Where no technology is named for a step, it passes free. Technologies of a user's own lie before one of these
// on the way out, and behind it on the way in; those before `tcp` see messages before they are cut.
import type { EventKind } from '../../engine/simulation.ts'
import { MTU_BYTES } from './port.ts'
import type { Direction } from './setup.ts'
import type { Passage, HostParts } from './technology.ts'

/** What tells routes apart; all messages of one shape share one. */
export interface RouteShape {
  readonly direction: Direction
  readonly tagged: boolean
  readonly vpn: boolean
  readonly partition: string
  /** UDP: passes TCP's handlers by their path for datagrams, and is cut into packets by the guest. */
  readonly datagram: boolean
}

const ON_THE_WAY = ['tcp', 'vpn', 'vlan', 'nic'] as const satisfies Passage[]

/** Technologies that a message of this shape passes, named by the arm or not. */
export function technologiesOf(host: HostParts, { tagged, vpn }: RouteShape): string[] {
  const fenced = host.arm['iommu'] !== undefined && host.wiring('nic')?.handler.assigned === true
  const ours = ['nic', 'tcp', ...(fenced ? ['iommu'] : []), ...(tagged ? ['vlan'] : []), ...(vpn ? ['vpn'] : [])]
  return [...ours, ...ON_THE_WAY.flatMap((next) => host.passedBefore(next))]
}

/** Where a message of this shape enters; its item is closed at the other end. */
export function route(host: HostParts, shape: RouteShape): EventKind {
  const key = `route ${shape.direction} ${shape.tagged} ${shape.vpn} ${shape.partition} ${shape.datagram}`
  return host.shared(key, () =>
    shape.direction === 'transmit' ? transmitRoute(host, shape) : receiveRoute(host, shape),
  )
}

/** A stop on a route: given where a unit goes afterwards, it returns where it enters. */
type Stop = (after: EventKind) => EventKind

/** Stops in the order in which units pass them. They are wired from the last to the first, since each must know the next. */
function along(stops: readonly Stop[], end: EventKind): EventKind {
  return stops.reduceRight((after, stop) => stop(after), end)
}

function transmitRoute(host: HostParts, { tagged, vpn, partition, datagram }: RouteShape): EventKind {
  const { sim, items } = host
  const via = (technology: string, measured = true): Stop => {
    return (after) => host.via(technology, 'transmit', after, measured)
  }
  // A user's own technologies see messages of the VM, not the datagrams that a display sends.
  const ownBefore = (next: Passage): Stop => {
    return (after) => (datagram ? after : host.viaThoseBefore(next, 'transmit', after))
  }
  const sent: Stop = (after) => {
    const completed = host.via('nic', 'complete', after, false)
    return sim.event('sent', (unit) => {
      passedNic(host, unit)
      sim.fire(completed, unit)
    })
  }
  const stack: Stop[] = datagram
    ? [cut(host, MTU_BYTES), (after) => host.via('tcp', 'datagram', after, false)]
    : [ownBefore('tcp'), cut(host, largestUnit(host)), via('tcp')]
  const stops = [
    ...stack,
    ...[ownBefore('vpn'), ...(vpn ? [via('vpn')] : [])],
    ...[ownBefore('vlan'), ...(tagged ? [via('vlan')] : [])],
    ...[ownBefore('nic'), via('nic', false)],
    ...[onto(host, 'transmit', partition), sent],
  ]
  return along(
    stops,
    sim.event('transmitted', (unit) => items.close(unit)),
  )
}

function receiveRoute(host: HostParts, { tagged, vpn, partition }: RouteShape): EventKind {
  const { sim, items } = host
  const ring = ringOf(host)
  const via = (technology: string, measured = true): Stop => {
    return (after) => host.via(technology, 'receive', after, measured)
  }
  const ownBehind = (next: Passage): Stop => {
    return (after) => host.viaThoseBefore(next, 'receive', after)
  }
  const stops: Stop[] = [
    cut(host, MTU_BYTES),
    onto(host, 'receive', partition),
    ...(ring ? [admit(host, ring)] : []),
    ...[via('nic', false), ownBehind('nic')],
    ...[...(tagged ? [via('vlan')] : []), ownBehind('vlan')],
    ...[...(vpn ? [via('vpn')] : []), ownBehind('vpn')],
    ...[via('tcp'), ownBehind('tcp')],
  ]
  const delivered = sim.event('delivered', (unit) => {
    if (ring) ring.held[items.vm[unit]]--
    passedNic(host, unit)
    items.close(unit)
  })
  return along(stops, delivered)
}

/** The row of `nic` measures the whole way of a VM's packets: from generation to the last step of the route. */
function passedNic(host: HostParts, unit: number): void {
  const { items, sim } = host
  if (items.cause[unit] === 0 && items.counted[items.item[unit]] === 1)
    host.latencies.get('nic')?.add(sim.now - items.born[unit])
}

function onto(host: HostParts, direction: Direction, partition: string): Stop {
  const { items, port } = host
  if (!port) throw new Error('packets need a port')
  const link = port.link(direction, partition)
  return (done) => host.sim.event(link.name, (unit) => link.send(items.size[unit], items.packets[unit], unit, done))
}

/** The largest unit the guest hands on: one packet, or what the TCP handler's device cuts itself. */
function largestUnit(host: HostParts): number {
  const tcp = host.wiring('tcp')
  const key = host.wiring('nic')?.handler.packetsOnly ? undefined : tcp?.handler.segmentBytes
  return tcp && key ? Math.max(MTU_BYTES, tcp.cost(key)) : MTU_BYTES
}

/** Cuts a message into units of at most `largest` bytes, all at once and in order. */
function cut(host: HostParts, largest: number): Stop {
  const { sim, items } = host
  const act = (done: EventKind) => (unit: number) => {
    let left = items.size[unit]
    const first = Math.min(left, largest)
    items.size[unit] = first
    items.packets[unit] = Math.ceil(first / MTU_BYTES)
    left -= first
    // Holds the item open until the last unit has been made.
    const item = items.item[unit]
    items.open[item]++
    // Those of the unit, not of the item: an update's packets are its display's. Read now, since the first unit may be
    // done, and its row another's, before the others are made.
    const cause = items.cause[unit]
    const stream = items.flow[unit]
    sim.fire(done, unit)
    while (left > 0) {
      const bytes = Math.min(left, largest)
      const next = items.split(item, bytes, Math.ceil(bytes / MTU_BYTES))
      items.cause[next] = cause
      items.flow[next] = stream
      sim.fire(done, next)
      left -= bytes
    }
    items.close(item)
  }
  return (done) => sim.event('cut', act(done))
}

interface Ring {
  /** Received packets of a VM that its guest has not yet done with. */
  readonly held: Int32Array
  readonly size: number
}

function ringOf(host: HostParts): Ring | null {
  const nic = host.wiring('nic')
  if (!nic) return null
  return host.shared('nic ring', () => ({ held: new Int32Array(host.groupOfVm.length), size: nic.cost('ringPackets') }))
}

/** A received packet that finds no descriptor free is lost. */
function admit(host: HostParts, ring: Ring): Stop {
  const { items, sim } = host
  return (done) =>
    sim.event('ring', (unit) => {
      const vm = items.vm[unit]
      if (ring.held[vm] >= ring.size) items.drop(unit)
      else {
        ring.held[vm]++
        sim.fire(done, unit)
      }
    })
}
