import { expect, test } from 'vitest'
import { DigestError } from '../../src/experiments/comparison.ts'
import { runScenario, type RunReplication } from '../../src/experiments/replications.ts'
import { entry, scenario, tallies, TECHNOLOGIES } from './hand-made.ts'

test('all arms of all replications run in one order, the baseline first, and are compared', () => {
  const asked: string[] = []
  const run: RunReplication = (_, arm, replication) => {
    asked.push(`${arm} ${replication}`)
    return tallies(arm, replication, { ledger: [entry('nic', arm === 'software' ? 30 : 10)] })
  }
  const progress: string[] = []
  const comparison = runScenario(
    scenario({ replications: 2 }),
    TECHNOLOGIES,
    (done, all, arm, replication) => progress.push(`${done}/${all} ${arm} ${replication}`),
    run,
  )
  expect(asked).toEqual(['software 0', 'hardware 0', 'software 1', 'hardware 1'])
  expect(progress).toEqual(['0/4 software 0', '1/4 hardware 0', '2/4 software 1', '3/4 hardware 1', '4/4  2'])
  expect(comparison.rows[0]).toMatchObject({ technology: 'nic', savedS: 20e-9, lowS: 20e-9 })
  expect(comparison.digests).toEqual(['digest-0', 'digest-1'])
})

test('stops at the first replication in which an arm saw other work', () => {
  let runs = 0
  const run: RunReplication = (_, arm, replication) => {
    runs++
    return tallies(arm, replication, { digest: arm === 'hardware' && replication === 1 ? 'other' : 'same' })
  }
  expect(() => runScenario(scenario({ replications: 50 }), TECHNOLOGIES, undefined, run)).toThrow(DigestError)
  expect(runs).toBe(4)
})
