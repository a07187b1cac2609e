// Work of which only the latest of each VM is wanted: what has not begun when the next comes gives its turn to that one.
import type { EventKind } from '../../engine/simulation.ts'
import { NONE } from '../host/growing-table.ts'
import type { HostParts } from '../host/technology.ts'

/** One job for each unit, where only a VM's latest waits. `wire`: the job's steps, given where they lead. */
export function latestOnly(
  host: HostParts,
  wire: (worked: EventKind) => EventKind,
  done: EventKind,
  supersede: (unit: number) => void,
): EventKind {
  const { sim, items, segments } = host
  const waiting = new Int32Array(host.groupOfVm.length).fill(NONE)
  let lastDone = NONE
  const worked = sim.event('done with the latest', (unit) => {
    lastDone = unit
    // The job that is done is the one that waits only if no later one came.
    const vm = items.vm[unit]
    if (waiting[vm] !== NONE && host.jobs.unit[waiting[vm]] === unit) waiting[vm] = NONE
    sim.fire(done, unit)
  })
  const work = wire(worked)
  return sim.event('latest only', (unit) => {
    const vm = items.vm[unit]
    const superseded = waiting[vm] === NONE ? NONE : segments.supersede(waiting[vm], unit)
    if (superseded !== NONE) supersede(superseded)
    else {
      lastDone = NONE
      sim.fire(work, unit)
      if (lastDone !== unit) waiting[vm] = segments.latest
    }
  })
}

/** Says of a counted item why it was given up, and gives it up. */
export function superseding(host: HostParts, why: string): (unit: number) => void {
  const { items } = host
  return (unit) => {
    if (items.counted[items.item[unit]] === 1) host.note(why)
    items.supersede(unit)
  }
}
