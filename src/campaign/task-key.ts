// The address of a task: what its tallies depend on and nothing else. A task that occurs at several points, or in several
// sweeps, has one address: the baseline does not change when a factor turns another arm's handler.
import { createHash, type Hash } from 'node:crypto'
import { MODEL_VERSION } from '../models/host/version.ts'
import { sortedJson } from '../language/identity.ts'
import type { Scenario } from '../language/asked.ts'

/** Addresses of a scenario's tasks: SHA-256 in hexadecimal digits. `plugins`: hashes of their sources. */
export function taskKeys(scenario: Scenario, plugins: readonly string[]): (arm: string, replication: number) => string {
  const { seed, warmupNs, measureNs, host, vms, costs, assumed } = scenario
  const run = {
    ...{ seed, warmupNs, measureNs, host, vms, costs, assumed },
    modelVersion: MODEL_VERSION,
    plugins: plugins.toSorted(),
  }
  const shared = createHash('sha256').update(sortedJson(run))
  const arms = new Map<string, Hash>()
  return (arm, replication) => {
    let hash = arms.get(arm)
    if (hash === undefined) arms.set(arm, (hash = shared.copy().update(`\n${sortedJson(scenario.arms[arm])}\n`)))
    return hash.copy().update(String(replication)).digest('hex')
  }
}
