// A comparison with everything a table can show: causes, assumed prices, drops, negative savings, latencies.
import { compare, type Comparison } from '../../src/answers/comparison.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { entry, histogram, resource, scenario, tallies, TECHNOLOGIES, work } from '../answers/hand-made.ts'

const LUCK = [0.98, 1, 1.03]
const SYSCALLS = work({ work: 'traps.syscall', technologies: ['processor'] })

/** Replications that charge so many cycles, more or less by luck, and in which a packet takes about so long. */
interface Run {
  readonly nic: number
  readonly trapsOfNic: number
  readonly packetUs: number
  readonly changes: Partial<Tallies>
}

function replications(arm: string, { nic, trapsOfNic, packetUs, changes }: Run): Tallies[] {
  return LUCK.map((luck, replication) => {
    const ledger = [
      entry('nic', Math.round(nic * luck), { assumed: arm === 'hardware' }),
      entry('processor', Math.round(trapsOfNic * luck), { cause: 'nic', step: 'exit' }),
      entry('processor', 3e6, { work: 'traps.syscall', step: 'syscall' }),
      entry('guest', 400e6, { work: 'compute', step: 'work', place: 'vcpu' }),
    ]
    const packetNs = [1, 2, 7].map((times) => times * packetUs * 1000)
    const latencies = { nic: histogram(...packetNs), processor: histogram(600, 700, 800) }
    return tallies(arm, replication, { ledger, latencies, work: [work({ generated: 1000 }), SYSCALLS], ...changes })
  })
}

const RUNS: Record<string, Run> = {
  software: {
    ...{ nic: 210e6, trapsOfNic: 95e6, packetUs: 21 },
    changes: { work: [work({ generated: 1000, dropped: 12 }), SYSCALLS], notes: { 'nic: no free buffer': 12 } },
  },
  hardware: {
    ...{ nic: 24e6, trapsOfNic: 41e6, packetUs: 4.2 },
    changes: { notes: { 'prices: merom beside prescott': 1 } },
  },
  overloaded: {
    ...{ nic: 260e6, trapsOfNic: 99e6, packetUs: 5 },
    changes: { resources: [resource('cores', { demand: 104 })] },
  },
}

export function fullComparison(): Comparison {
  const software = { nic: 'emulated', processor: 'vt-x' }
  const hardware = { nic: 'sr-iov', processor: 'vt-x' }
  const all = Object.entries(RUNS).map(([arm, run]) => [arm, replications(arm, run)] as const)
  return compare(
    scenario({ arms: { software, hardware, overloaded: hardware } }),
    TECHNOLOGIES,
    new Map(all),
    '0123456789ab',
  )
}
