// The work that VMs generate: open work, which arrives whatever the host does. (Closed work is in loop.ts.)
// Every VM's every generator draws from streams named after its group, its index, the kind of work and its position, so
// that 20 desktops are the first 20 of 40, and no other work's draws can move them.
import { sampler, type Distribution, type Sampler } from '../engine/distributions.ts'
import type { EventKind } from '../engine/simulation.ts'
import { arrivalProcess, type ArrivalProcess } from './arrivals.ts'
import type { Group, Host } from './host.ts'
import { startLoop } from './loop.ts'
import { route, technologiesOf } from './packets.ts'
import type { Arrivals, CloneWork, PacketShape } from './setup.ts'
import type { Work } from './items.ts'

/** Wires all work of all groups in order of their names, and returns what starts it. */
export function wireWork(host: Host): () => void {
  const starts: (() => void)[] = []
  for (const group of host.groups) {
    const { compute, traps, packets, screen, clones, loop } = group
    if (compute) starts.push(open(host, group, 'compute', [], compute.arrivals, compute.cycles, guestJob(host)))
    for (const kind of Object.keys(traps).sort() as (keyof typeof traps)[])
      starts.push(open(host, group, `traps.${kind}`, ['processor'], traps[kind]!, 0, trapEntry(host, kind, 1)))
    packets.forEach((stream, i) => {
      const entry = streamed(host, messageEntry(host, stream))
      const passed = technologiesOf(host, shapeOf(stream))
      starts.push(open(host, group, `packets.${i}`, passed, stream.arrivals, stream.bytes, entry))
    })
    if (screen) {
      const entry = host.viaThoseBefore('display', 'enter', host.via('display', 'enter', closed(host)))
      const passed = ['display', ...host.passedBefore('display')]
      starts.push(open(host, group, 'screen', passed, screen.arrivals, screen.pixels, entry))
    }
    if (clones) {
      const entry = host.viaThoseBefore('clone', 'enter', host.via('clone', 'enter', closed(host)))
      const passed = ['clone', ...host.passedBefore('clone')]
      starts.push(open(host, group, 'clones', passed, requests(clones), clones.bytes, entry, true))
    }
    if (loop) starts.push(startLoop(host, group, loop))
  }
  return () => starts.forEach((start) => start())
}

/** Wires one kind of open work of a group. `size` is drawn when an item is generated and travels with it. */
function open(
  host: Host,
  group: Group,
  name: string,
  technologies: readonly string[],
  arrivals: Arrivals,
  size: Distribution,
  entry: EventKind,
  patient = false,
): () => void {
  const { sim, items, window, digest } = host
  const work = declare(host, { group: group.name, name, technologies, patient })
  const processes: ArrivalProcess[] = []
  const sizes: Sampler[] = []
  const arrive = sim.event(`${group.name} ${name}`, (vm) => {
    const index = vm - group.firstVm
    const drawn = wholeSize(sizes[index].next())
    const item = items.generate(vm, work, drawn, sim.now, window.covers(sim.now))
    if (sim.now < window.closesNs) digest.add(work, vm, sim.now, drawn)
    sim.fire(entry, item)
    const gap = processes[index].next()
    if (gap !== Infinity) sim.after(gap, arrive, vm)
  })
  return () => {
    for (let index = 0; index < group.count; index++) {
      const stream = `${group.name}/${index}/${name}`
      processes.push(arrivalProcess(arrivals, sim.stream(`${stream}/arrivals`)))
      sizes.push(sampler(size, sim.stream(`${stream}/size`)))
      const first = processes[index].next()
      if (first !== Infinity) sim.after(first, arrive, group.firstVm + index)
    }
  }
}

/** Declares a kind of work; only technologies that the arm names are kept, and the others are noted as passed free. */
export function declare(host: Host, work: Work): number {
  for (const technology of work.technologies)
    if (!host.arm[technology]) host.note(`free: ${technology}: work of ${work.group}.${work.name} passes it at no cost`)
  return host.items.declare({ ...work, technologies: work.technologies.filter((name) => host.arm[name]) })
}

/** Sizes are whole, and at least 1; work without a size has 0. */
export function wholeSize(drawn: number): number {
  return drawn === 0 ? 0 : Math.max(1, Math.round(drawn))
}

export function closed(host: Host): EventKind {
  return host.shared('closed', () => host.sim.event('closed', (unit) => host.items.close(unit)))
}

/** A job of the guest's own, and what the arm's processor does to it. */
export function guestJob(host: Host): EventKind {
  return host.shared('guest job', () => {
    const processor = host.wiring('processor')
    const tax = processor?.handler.guestWork ? processor.line(processor.handler.guestWork, closed(host)) : closed(host)
    const step = host.ledger.step({
      technology: 'guest',
      place: 'vcpu',
      name: 'work',
      takesVcpu: true,
      assumed: false,
    })
    const charge = { step, cause: -1, each: 0, perPacket: 0, perByte: 1, times: 1 }
    return host.segments.charge('user', 'guest work', charge, tax)
  })
}

/** Where so many traps of a kind enter at once, as one job. */
export function trapEntry(host: Host, kind: string, count: number): EventKind {
  const processor = host.wiring('processor')
  const { items } = host
  if (!processor?.handler.traps) return closed(host)
  const histogram = host.latencies.get('processor')!
  const left = host.segments.mark((unit, nowNs) => {
    if (items.counted[unit] === 1) histogram.add((nowNs - items.born[unit]) / count, count)
  }, closed(host))
  return processor.handler
    .traps(kind, processor)
    .reduceRight((next, piece) => ('trap' in piece ? next : processor.step(piece, next, -1, count)), left)
}

export function shapeOf({ direction, vlan, vpn, partition }: PacketShape) {
  return { direction, tagged: vlan > 0, vpn, partition, datagram: false }
}

/** Where a message of this shape enters its route; its `stream` tells it from the VM's other streams. */
export function messageEntry(host: Host, shape: PacketShape): EventKind {
  return route(host, shapeOf(shape))
}

/** Gives messages the number of their stream: one per VM and declaration. */
export function streamed(host: Host, entry: EventKind): EventKind {
  const { items, sim } = host
  const first = host.streams
  host.streams += host.groupOfVm.length
  return sim.event('stream', (unit) => {
    items.stream[unit] = first + items.vm[unit]
    sim.fire(entry, unit)
  })
}

function requests({ arrivals, atNs, count }: CloneWork): Arrivals {
  return arrivals ?? { kind: 'times', timesNs: new Array<number>(count).fill(atNs) }
}
