// A comparison with everything a table can show: causes, assumed prices, drops, negative savings, latencies.
import { compare, type Comparison } from '../../src/experiments/comparison.ts'
import type { Tallies } from '../../src/models/tallies.ts'
import { entry, histogram, resource, scenario, tallies, TECHNOLOGIES, work } from '../experiments/hand-made.ts'

const LUCK = [0.98, 1, 1.03]

function run(arm: string, nic: number, caused: number, ownTraps: number, changes: Partial<Tallies>, us: number) {
  return LUCK.map((luck, replication) => {
    const ledger = [
      entry('nic', Math.round(nic * luck), { assumed: arm === 'hardware' }),
      entry('processor', Math.round(caused * luck), { cause: 'nic', step: 'exit' }),
      entry('processor', ownTraps, { work: 'traps.syscall', step: 'syscall' }),
      entry('guest', 400e6, { work: 'compute', step: 'work', place: 'vcpu' }),
    ]
    const latencies = { nic: histogram(us * 1e3, us * 2e3, us * 7e3), processor: histogram(600, 700, 800) }
    return tallies(arm, replication, { ledger, latencies, ...changes })
  })
}

export function fullComparison(): Comparison {
  const works = [work({ generated: 1000, dropped: 12 }), work({ work: 'traps.syscall', technologies: ['processor'] })]
  const software = run('software', 210e6, 95e6, 3e6, { work: works, notes: { 'nic: no free buffer': 12 } }, 21)
  const hardware = run('hardware', 24e6, 41e6, 3e6, { notes: { 'sr-iov: unprotected without an IOMMU': 1 } }, 4.2)
  const overloaded = run(
    ...(['overloaded', 260e6, 99e6, 3e6, { resources: [resource('cores', { demand: 104 })] }, 5] as const),
  )
  const all = { software, hardware, overloaded }
  const handlers = { nic: 'emulated', processor: 'vt-x' }
  const arms = {
    software: handlers,
    hardware: { ...handlers, nic: 'sr-iov' },
    overloaded: { ...handlers, nic: 'sr-iov' },
  }
  return compare(scenario({ arms }), TECHNOLOGIES, new Map(Object.entries(all)), '0123456789ab')
}
