// How much work a run offers on average: known exactly from the setup, since it is rate × mean. What was offered beyond
// it is chance that has nothing to do with how the work is handled.
import { meanOf, type Distribution } from '../../engine/distributions.ts'
import { meanRate } from './arrivals.ts'
import { cloneArrivals, openWork, type Arrivals, type Setup } from '../host/setup.ts'

/** The kind of work `GROUP WORK`, as tallies name it, and what it offers per replication. */
export interface OfferedWork {
  readonly group: string
  readonly work: string
  /** Mean of the sum of all sizes; of the number of items, for work without a size. */
  readonly expected: number
  readonly isSized: boolean
}

/**
 * All kinds of work whose amount is left to chance. Listed times and loops offer what they say, in sizes drawn. What goes on
 * beside batches until they are done is left out: how long that is, is not known.
 */
export function offeredWork(setup: Setup): OfferedWork[] {
  return Object.entries(setup.vms).flatMap(([group, vms]) => {
    const { count, clones, loop } = vms
    const open = (work: string, arrivals: Arrivals, size: Distribution | null): OfferedWork => {
      const items = count * arrivalsInWindow(arrivals, setup)
      return { group, work, expected: items * (size === null ? 1 : meanOf(size)), isSized: size !== null }
    }
    const looped = (work: string, perRequest: number, size: Distribution): OfferedWork => {
      return { group, work, expected: count * loop!.repeat * perRequest * meanOf(size), isSized: true }
    }
    const batches = [
      ...(clones ? [open('clones', cloneArrivals(clones), clones.bytes)] : []),
      ...(loop?.cycles ? [looped('loop.compute', 1, loop.cycles)] : []),
      ...(loop?.packets ?? []).map((packet, i) => looped(`loop.packets.${i}`, packet.count, packet.bytes)),
      ...(loop?.requests ?? []).map(({ name, count: each, bytes }) => looped(`loop.requests.${name}`, each, bytes)),
    ]
    if (setup.measureNs === 'batches') return batches
    return [...openWork(vms).map(({ name, arrivals, size }) => open(name, arrivals, size)), ...batches]
  })
}

/** Mean number of arrivals at one VM that are counted. */
export function arrivalsInWindow(arrivals: Arrivals, setup: Setup): number {
  const { measureNs } = setup
  if (arrivals.kind === 'times') return listedInWindow(arrivals, setup)
  return typeof measureNs === 'number' ? meanRate(arrivals) * measureNs : Infinity
}

/** How many listed times lie in the window, as far as its end is known. */
function listedInWindow({ timesNs, isFromStart }: Extract<Arrivals, { kind: 'times' }>, setup: Setup): number {
  const { warmupNs, measureNs } = setup
  const opensNs = isFromStart ? warmupNs : 0
  const closesNs = typeof measureNs === 'number' ? opensNs + measureNs : Infinity
  let count = 0
  for (const timeNs of timesNs) if (timeNs >= opensNs && timeNs < closesNs) count++
  return count
}

/** Listed work of a group that lies outside the window, so that nothing of it is counted. */
export interface LeftOut {
  readonly group: string
  readonly work: string
  /** Items listed, and those of them that lie outside. */
  readonly listed: number
  readonly outside: number
}

/** What is listed, as a batch or by a log, and not counted. */
export function leftOutOfWindow(setup: Setup): LeftOut[] {
  return Object.entries(setup.vms).flatMap(([group, vms]) => {
    const clones = vms.clones ? [{ name: 'clones', arrivals: cloneArrivals(vms.clones) }] : []
    return [...openWork(vms), ...clones].flatMap(({ name, arrivals }): LeftOut[] => {
      if (arrivals.kind !== 'times') return []
      const outside = arrivals.timesNs.length - listedInWindow(arrivals, setup)
      return outside === 0
        ? []
        : [{ group, work: name, listed: vms.count * arrivals.timesNs.length, outside: vms.count * outside }]
    })
  })
}
