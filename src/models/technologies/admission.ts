// Admission: of a VM's clone requests so many are served at a time as its scenario says, whoever serves them. The others wait,
// first come first served, and their wait is part of how long a clone takes.
import { NONE } from '../host/growing-table.ts'
import { Queues } from '../host/queues.ts'
import type { Technology } from '../host/technology.ts'

export const admitted: NonNullable<Technology['admission']> = ({ host }, serve, done) => {
  const { sim, items, groups, groupOfVm } = host
  const open = new Int32Array(groupOfVm.length)
  const waiting = new Queues(items, groupOfVm.length)
  const served = sim.event('cloned', (unit) => {
    const vm = items.vm[unit]
    const next = waiting.take(vm)
    if (next === NONE) open[vm]--
    else sim.fire(entry, next)
    sim.fire(done, unit)
  })
  const entry = serve(served)
  return sim.event('admission', (unit) => {
    const vm = items.vm[unit]
    if (open[vm] < groups[groupOfVm[vm]].clones!.concurrent) {
      open[vm]++
      sim.fire(entry, unit)
      return
    }
    waiting.append(unit, vm)
  })
}
