// When items were done, seen from outside: [kind of work, index of the VM, time in ns], in order.
import type { Host } from '../../src/models/host/host.ts'
import type { Arm, Setup } from '../../src/models/host/setup.ts'
import { runHost, type RunOptions } from './build.ts'

export type Finish = readonly [work: string, vm: number, atNs: number]

/** Runs an arm and returns when each item was finished or dropped. Times are rounded to a thousandth of a ns. */
export function finishes(given: Setup, arm: Arm, options: RunOptions = {}): Finish[] {
  const seen: Finish[] = []
  runHost(given, arm, { ...options, prepare: (host) => record(host, seen) })
  return seen
}

/** Enters into `seen` each item of a host that is finished or dropped. To be called before anything is wired. */
export function record({ items, sim }: Host, seen: Finish[]): void {
  const close = items.close.bind(items)
  items.close = (unit) => {
    const item = items.item[unit]
    if (items.open[item] === 1)
      seen.push([items.works[items.work[item]].name, items.vm[item], Math.round(sim.now * 1e3) / 1e3])
    close(unit)
  }
}
