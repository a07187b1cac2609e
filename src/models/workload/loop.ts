// Closed work: each VM keeps so many requests of fixed content outstanding, as fast as the host lets it.
//
//   request = receive its packets ─► compute ─► its traps, on the vCPU that computed ─► requests of a name, kind by kind
//             ─► transmit its packets ─► the next
//
// A repetition's draws belong to its number, not to its time, so that every arm does the same work.
import { sampler, type Sampler } from '../../engine/distributions.ts'
import type { EventKind } from '../../engine/simulation.ts'
import type { Host } from '../host/host.ts'
import { technologiesOf } from '../host/route.ts'
import type { LoopWork, Group } from '../host/setup.ts'
import { requestEntry, technologiesOfRequest } from './requests.ts'
import { declare, guestJob, messageEntry, shapeOf, inFlow, trapEntry, wholeSize } from './entrances.ts'

/** So many items of one kind that a request makes at once. */
interface Part {
  readonly work: number
  readonly entry: EventKind
  /** Items, and how many alike ones each stands for. */
  readonly items: number
  readonly weight: number
  /** Samplers by VM of the group; null: no size. */
  readonly sizes: Sampler[] | null
  /** Sizes of the repetition that each request is at, item by item. */
  readonly drawn: Float64Array
  readonly startSizes: () => void
}

/** Requests of a group: VM `index` has those from index × concurrent on. Numbers are unique in the host. */
export function startLoop(host: Host, group: Group, loop: LoopWork): () => void {
  const { sim, items, digest } = host
  const stages = stagesOf(host, group, loop)
  const parts = stages.flat()
  if (parts.length === 0) return () => {}
  const requests = group.count * loop.concurrent
  const stage = new Int32Array(requests)
  const open = new Int32Array(requests)
  /** Repetitions that each VM has begun, and the number of the one that each request is at. */
  const begun = new Float64Array(group.count)
  const repetition = new Float64Array(requests)

  const vmIndexOf = (request: number): number => Math.floor(request / loop.concurrent)
  // All sizes are drawn here: when requests overlap, the order in which they reach a stage is the host's doing.
  const begin = (request: number, index: number): void => {
    repetition[request] = ++begun[index]
    stage[request] = 0
    for (const { work, sizes, items: count, drawn } of parts)
      for (let i = 0; sizes !== null && i < count; i++) {
        const asked = sizes[index].next()
        drawn[request * count + i] = wholeSize(asked)
        items.offered[work] += asked
      }
  }
  const enter = (request: number, part: Part): void => {
    const vm = group.firstVm + vmIndexOf(request)
    for (let i = 0; i < part.items; i++) {
      const size = part.drawn[request * part.items + i]
      const item = items.generate(vm, part.work, size, sim.now, true)
      items.bundle(item, part.weight, first + request)
      digest.add(part.work, vm, repetition[request], size * part.weight)
      sim.fire(part.entry, item)
    }
  }
  const advance = (request: number): void => {
    // A stage without waiting ends at once, so this is a loop and not a recursion.
    while (open[request] === 0) {
      if (stage[request] === stages.length) {
        const index = vmIndexOf(request)
        if (begun[index] === loop.repeat) return
        begin(request, index)
      }
      const reached = stages[stage[request]++]
      // Held until all items of the stage have been made.
      open[request]++
      for (const part of reached) {
        open[request] += part.items
        enter(request, part)
      }
      open[request]--
    }
  }
  const first = items.newRequests(requests, (request) => {
    if (--open[request] === 0) advance(request)
  })
  const startAll = (): void => {
    for (const part of parts) part.startSizes()
    for (let request = 0; request < requests; request++) {
      stage[request] = stages.length
      advance(request)
    }
  }
  const perRequest = parts.reduce((sum, part) => sum + part.items * part.weight, 0)
  host.window.expectBatch(group.count * loop.repeat * perRequest)
  const startNs = host.window.opensNs
  if (startNs === 0) return startAll
  const starting = sim.event(`${group.name} loop`, startAll)
  return () => void sim.after(startNs, starting, 0)
}

/** What a request does in turn; a stage without content is over at once. */
function stagesOf(host: Host, group: Group, { concurrent, cycles, traps, packets, requests = [] }: LoopWork): Part[][] {
  const part = (
    name: string,
    technologies: string[],
    entry: EventKind,
    count: number,
    weight: number,
    size: LoopWork['cycles'],
  ): Part => {
    const work = declare(host, { group: group.name, name, technologies, patient: true })
    const sizes: Sampler[] = []
    const startSizes = (): void => {
      for (let index = 0; size !== null && index < group.count; index++)
        sizes.push(sampler(size, host.sim.stream(`${group.name}/${index}/${name}/size`)))
    }
    const drawn = new Float64Array(group.count * concurrent * count)
    return { work, entry, items: count, weight, sizes: size === null ? null : sizes, drawn, startSizes }
  }
  const messages = (direction: string): Part[] =>
    packets.flatMap((stream, i) => {
      if (stream.direction !== direction || stream.count === 0) return []
      const entry = inFlow(host, messageEntry(host, stream))
      return [part(`loop.packets.${i}`, technologiesOf(host, shapeOf(stream)), entry, stream.count, 1, stream.bytes)]
    })
  const trapped = Object.keys(traps)
    .sort()
    .flatMap((kind) => {
      const count = traps[kind as keyof typeof traps]!
      if (count === 0) return []
      return [[part(`loop.traps.${kind}`, ['processor'], trapEntry(host, kind, count), 1, count, null)]]
    })
  const computed = cycles === null ? [] : [[part('loop.compute', [], guestJob(host), 1, 1, cycles)]]
  const requested = requests
    .filter(({ count }) => count > 0)
    .map((request) => {
      const passed = technologiesOfRequest(host, request)
      return [
        part(`loop.requests.${request.name}`, passed, requestEntry(host, request), request.count, 1, request.bytes),
      ]
    })
  return [messages('receive'), ...computed, ...trapped, ...requested, messages('transmit')]
}
