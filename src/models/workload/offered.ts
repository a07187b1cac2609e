// How much work a run offers on average: known exactly from the setup, since it is rate × mean. What was offered beyond
// it is chance that has nothing to do with how the work is handled.
import { meanOf, type Distribution } from '../../engine/distributions.ts'
import { meanRate } from './arrivals.ts'
import { openWork, type Arrivals, type Setup } from '../host/setup.ts'

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
      ...(clones ? [open('clones', clones.arrivals ?? batch(clones), clones.bytes)] : []),
      ...(loop?.cycles ? [looped('loop.compute', 1, loop.cycles)] : []),
      ...(loop?.packets ?? []).map((packet, i) => looped(`loop.packets.${i}`, packet.count, packet.bytes)),
    ]
    if (setup.measureNs === 'batches') return batches
    return [...openWork(vms).map(({ name, arrivals, size }) => open(name, arrivals, size)), ...batches]
  })
}

function batch({ atNs, count }: { readonly atNs: number; readonly count: number }): Arrivals {
  return { kind: 'times', timesNs: new Array<number>(count).fill(atNs) }
}

/** Mean number of arrivals at one VM that are counted. */
function arrivalsInWindow(arrivals: Arrivals, { warmupNs, measureNs }: Setup): number {
  if (measureNs === 'batches' && arrivals.kind === 'times') return arrivals.timesNs.length
  const closesNs = typeof measureNs === 'number' ? warmupNs + measureNs : Infinity
  if (arrivals.kind !== 'times') return meanRate(arrivals) * (closesNs - warmupNs)
  let count = 0
  for (const timeNs of arrivals.timesNs) if (timeNs >= warmupNs && timeNs < closesNs) count++
  return count
}
