// The work that VMs generate: open work, which arrives whatever the host does. (Closed work is in loop.ts.)
// Every VM's every generator draws from streams named after its group, its index, the kind of work and its position, so
// that 20 desktops are the first 20 of 40, and no other work's draws can move them.
import { sampler, type Distribution, type Sampler } from '../../engine/distributions.ts'
import type { EventKind } from '../../engine/simulation.ts'
import { arrivalProcess, type ArrivalProcess } from './arrivals.ts'
import type { Host } from '../host/host.ts'
import { closed, declare, guestJob, messageEntry, shapeOf, inFlow, trapEntry, wholeSize } from './entrances.ts'
import { startLoop } from './loop.ts'
import { shown } from './screens.ts'
import { requestEntry, technologiesOfRequest } from './requests.ts'
import { technologiesOf } from '../host/route.ts'
import { cloneArrivals, computeStreams, turnsOf, type Arrivals, type Group } from '../host/setup.ts'

/**
 * Wires all work of all groups in order of their names, and returns what starts it. What happens at the same time happens in
 * the order in which it was started, so groups start in an order in which their names do not count.
 */
export function wireWork(host: Host): () => void {
  const startsOf = new Map<string, (() => void)[]>()
  for (const group of host.groups) {
    const starts: (() => void)[] = []
    startsOf.set(group.name, starts)
    const { traps, packets, requests = [], screen, clones, loop } = group
    for (const [name, { arrivals, cycles }] of computeStreams(group))
      starts.push(open(host, group, name, [], arrivals, cycles, guestJob(host)))
    for (const kind of Object.keys(traps).sort() as (keyof typeof traps)[])
      starts.push(open(host, group, `traps.${kind}`, ['processor'], traps[kind]!, 0, trapEntry(host, kind, 1)))
    packets.forEach((stream, i) => {
      const entry = inFlow(host, messageEntry(host, stream))
      const passed = technologiesOf(host, shapeOf(stream))
      starts.push(open(host, group, `packets.${i}`, passed, stream.arrivals, stream.bytes, entry))
    })
    for (const request of requests) {
      const passed = technologiesOfRequest(host, request)
      const entry = requestEntry(host, request)
      starts.push(open(host, group, `requests.${request.name}`, passed, request.arrivals, request.bytes, entry))
    }
    if (screen) {
      const due = host.viaThoseBefore('display', 'enter', host.via('display', 'enter', closed(host)))
      const entry = shown(host, group, due)
      const passed = ['display', ...host.passedBefore('display')]
      starts.push(open(host, group, 'screen', passed, screen.arrivals, screen.pixels, entry))
    }
    if (clones) {
      const entry = host.viaThoseBefore('clone', 'enter', host.via('clone', 'enter', closed(host)))
      const passed = ['clone', ...host.passedBefore('clone')]
      starts.push(open(host, group, 'clones', passed, cloneArrivals(clones), clones.bytes, entry, true))
    }
    if (loop) starts.push(startLoop(host, group, loop))
  }
  return () => turnsOf(host.setup.vms).forEach((group) => startsOf.get(group)!.forEach((start) => start()))
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
  const startNs = arrivals.kind === 'times' && !arrivals.isFromStart ? window.opensNs : 0
  if (arrivals.kind === 'times' && patient) {
    window.expectBatch(group.count * arrivals.timesNs.filter((timeNs) => window.covers(startNs + timeNs)).length)
  }
  const processes: ArrivalProcess[] = []
  const sizes: Sampler[] = []
  const arrive = sim.event(`${group.name} ${name}`, (vm) => {
    const index = vm - group.firstVm
    const asked = sizes[index].next()
    const drawn = wholeSize(asked)
    const counted = window.covers(sim.now)
    if (counted) items.offered[work] += asked
    const item = items.generate(vm, work, drawn, sim.now, counted)
    if (window.isCommon(sim.now, patient)) digest.add(work, vm, sim.now, drawn)
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
      if (first !== Infinity) sim.after(startNs + first, arrive, group.firstVm + index)
    }
  }
}
