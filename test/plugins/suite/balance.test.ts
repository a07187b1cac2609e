// The executed account over long times: it balances to the cycle, and what is off by a few cycles is found.
import { describe, expect, test } from 'vitest'
import { discrepancies } from '../../../src/plugins/suite/balance.ts'
import type { Setup } from '../../../src/models/host/setup.ts'
import type { Host } from '../../../src/models/host/host.ts'
import { host, loop, run, setup, vm } from '../../models/build.ts'

/** Few jobs that take long: so many cores for about 240 h. */
function long(changes: Partial<Setup> = {}): Setup {
  return setup({
    measureNs: null,
    host: host({ cores: 1024, clockHz: 3e9 }),
    vms: { vm: vm({ count: 1024, loop: loop({ repeat: 3, cycles: 864_000_000_000_001 }) }) },
    ...changes,
  })
}

const uneven = { exponential: 3e14 }
const cases: readonly (readonly [string, Setup, Record<string, string>])[] = [
  ['1,024 cores at 3 GHz for 240 h', long(), {}],
  ['jobs of any length', long({ vms: { vm: vm({ count: 1500, loop: loop({ repeat: 4, cycles: uneven }) }) } }), {}],
  [
    'traps between the jobs, at a clock that is no round number',
    long({
      host: host({ cores: 64, clockHz: 2.93e9 }),
      vms: {
        vm: vm({
          count: 64,
          vcpus: 2,
          loop: loop({ repeat: 5, concurrent: 2, cycles: uneven, traps: { syscall: 3e8, halt: 7 } }),
        }),
      },
    }),
    { processor: 'vt-x' },
  ],
  [
    'a hypervisor that shares the cores',
    long({
      host: host({ cores: 7, clockHz: 3.8e9, hypervisor: 'shares' }),
      vms: { vm: vm({ count: 20, loop: loop({ repeat: 5, cycles: uneven, traps: { 'page-fault': 1e9 } }) }) },
    }),
    { processor: 'vt-x' },
  ],
  [
    'short traps long after the start, when the clock tells no less than an eighth of a ns',
    long({
      host: host({ cores: 2, clockHz: 2.93e9 }),
      vms: {
        late: vm({ loop: loop({ repeat: 4, cycles: 864e3 * 2.93e9 }) }),
        traps: vm({ loop: loop({ repeat: 400, cycles: 6e12 + 1, traps: { syscall: 1, halt: 1 } }) }),
      },
    }),
    { processor: 'vt-x' },
  ],
]

describe.each(cases)('%s', (_, given, arm) => {
  test('balances to the cycle', () => {
    const tallies = run(given, arm)
    expect(discrepancies(given, tallies)).toEqual([])
    const executed = tallies.ledger.reduce((sum, entry) => sum + entry.executed, 0)
    expect(executed).toBeGreaterThan(2 ** 53)
    expect(discrepancies(given, { ...tallies, restCycles: tallies.restCycles + 2 + tallies.edgeJobs })).not.toEqual([])
  })

  test('a hundred cycles without an entry are found', () => {
    const leak = ({ ledger }: Host): void => {
      const execute = ledger.execute.bind(ledger)
      let isFirst = true
      ledger.execute = (head, from, to) => {
        execute(head, from, isFirst ? to - 100 : to)
        isFirst = false
      }
    }
    expect(discrepancies(given, run(given, arm, { prepare: leak }))).not.toEqual([])
  })
})
