// Both accounts of the ledger on random scenarios, and leaks planted on purpose, which the same check must find.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { discrepancies } from '../../src/plugins/suite/balance.ts'
import type { Host } from '../../src/models/host/host.ts'
import { loop, run, setup, vm } from './build.ts'
import { randomArm, randomSetup } from './random-setup.ts'

test('both accounts balance, and two arms see the same work, on 1,000 random scenarios', () => {
  fc.assert(
    fc.property(randomSetup, randomArm, randomArm, (random, arm, other) => {
      const tallies = run(random, arm)
      expect(discrepancies(random, tallies)).toEqual([])
      expect(run(random, other).digest).toBe(tallies.digest)
    }),
    { numRuns: 1000, seed: 20261122, endOnFailure: true },
  )
}, 100_000)

describe('a planted leak is found', () => {
  const arm = { processor: 'vt-x', nic: 'emulated', tcp: 'host-stack' }
  const poisson = { kind: 'poisson', ratePerS: 50_000 } as const
  const open = setup({
    warmupNs: 100_000,
    vms: { vm: vm({ traps: { syscall: poisson, halt: poisson }, compute: { arrivals: poisson, cycles: 3000 } }) },
  })
  const idle = setup({
    measureNs: null,
    vms: { vm: vm({ loop: loop({ repeat: 20, cycles: 5000, traps: { syscall: 3 } }) }) },
  })
  const found = (prepare: (host: Host) => void): boolean[] =>
    [open, idle].map((each) => discrepancies(each, run(each, arm, { prepare })).length > 0)

  test('nothing is found without one', () => {
    expect(found(() => {})).toEqual([false, false])
  })

  test('an entry without core time', () => {
    const leak = ({ ledger }: Host): void => {
      const execute = ledger.execute.bind(ledger)
      ledger.execute = (head, from, to) => {
        execute(head, from, to)
        if (head >= 0) ledger.executed[ledger.entry[head]] += 100
      }
    }
    expect(found(leak)).toEqual([true, true])
  })

  test('core time without an entry', () => {
    const leak = ({ cores, sim }: Host): void => {
      const nothing = sim.event('nothing', () => {})
      const urgent = cores.urgent.bind(cores)
      cores.urgent = (work, done, arg) => {
        urgent(work, done, arg)
        urgent(250, nothing, 0)
      }
      // Work that the accounts know nothing of is not known to them at the window's edges either.
      const eachUrgent = cores.eachUrgent.bind(cores)
      cores.eachUrgent = (visit) => eachUrgent((arg, done, work) => (work === 250 ? undefined : visit(arg, done, work)))
    }
    expect(found(leak)).toEqual([true, true])
  })

  test('an item finished twice', () => {
    const leak = ({ items }: Host): void => {
      const close = items.close.bind(items)
      items.close = (unit) => {
        const isLast = items.open[items.item[unit]] === 1
        close(unit)
        if (isLast && items.counted[unit] === 1) items.finished[items.work[unit]]++
      }
    }
    expect(found(leak)).toEqual([true, true])
  })

  test('an item charged twice', () => {
    const leak = ({ ledger }: Host): void => {
      const count = ledger.count.bind(ledger)
      ledger.count = (head) => {
        count(head)
        count(head)
      }
    }
    // In a window that work straddles, a charge may lie outside it; until idle it may not.
    expect(found(leak)[1]).toBe(true)
  })

  test('a charge of a fraction of a cycle', () => {
    const leak = ({ ledger }: Host): void => {
      const charge = ledger.charge.bind(ledger)
      ledger.charge = (tail, line, cycles, times) => charge(tail, line, cycles + 0.5, times)
    }
    expect(found(leak)).toEqual([true, true])
  })
})
