import { expect, test } from 'vitest'
import { DigestError } from '../../src/answers/comparison.ts'
import { runScenario, type Simulate } from '../../src/runs/run-scenario.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { entry, scenario, tallies, TECHNOLOGIES } from '../answers/hand-made.ts'

/** Simulates by a function of arm and replication. */
const by = (run: (arm: string, replication: number) => Tallies): Simulate =>
  async function* (tasks) {
    for (const { arm, replication } of tasks) yield await Promise.resolve(run(arm, replication))
  }

test('all arms of all replications run in one order, the baseline first, and are compared', async () => {
  const asked: string[] = []
  const simulate = by((arm, replication) => {
    asked.push(`${arm} ${replication}`)
    return tallies(arm, replication, { ledger: [entry('nic', arm === 'software' ? 30 : 10)] })
  })
  const seen: string[] = []
  const comparison = await runScenario(scenario({ replications: 2 }), TECHNOLOGIES, simulate, {
    onProgress: ({ phase, done, expected }) => seen.push(`${done}/${expected} ${phase}`),
  })
  expect(asked).toEqual(['software 0', 'hardware 0', 'software 1', 'hardware 1'])
  expect(seen).toEqual(['0/4 runs', '1/4 runs', '2/4 runs', '3/4 runs'])
  expect(comparison.rows[0]).toMatchObject({ technology: 'nic', savedS: 20e-9, lowS: 20e-9 })
  expect(comparison.digests).toEqual(['digest-0', 'digest-1'])
})

test('stops at the first replication in which an arm saw other work', async () => {
  let runs = 0
  const simulate = by((arm, replication) => {
    runs++
    return tallies(arm, replication, { digest: arm === 'hardware' && replication === 1 ? 'other' : 'same' })
  })
  await expect(runScenario(scenario({ replications: 50 }), TECHNOLOGIES, simulate)).rejects.toThrow(DigestError)
  expect(runs).toBe(4)
})

test('ended early, the answer is that of the replications that were complete', async () => {
  const stop = new AbortController()
  const simulate = by((arm, replication) => {
    if (arm === 'hardware' && replication === 3) stop.abort()
    return tallies(arm, replication)
  })
  const options = { signal: stop.signal }
  const comparison = await runScenario(scenario({ replications: 50 }), TECHNOLOGIES, simulate, options)
  expect(comparison.replications).toBe(4)
  await expect(runScenario(scenario(), TECHNOLOGIES, simulate, options)).rejects.toThrow('nothing was complete')
})
