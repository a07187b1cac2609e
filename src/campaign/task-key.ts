// The address of a task: what its tallies depend on and nothing else. A task that occurs at several points, or in several
// sweeps, has one address: the baseline does not change when a factor turns another arm's handler. How many replications there
// are does not enter it: a task is one of them.
import { createHash, type Hash } from 'node:crypto'
import { MODEL_VERSION } from '../models/host/version.ts'
import type { Technology } from '../models/host/technology.ts'
import { pricesBehind, sortedJson } from '../language/identity.ts'
import type { Scenario } from '../language/asked.ts'

/** What a task's tallies depend on besides the scenario and the models' code. */
export interface TaskSurroundings {
  readonly technologies: readonly Technology[]
  /** Hashes of the sources of plug-ins. */
  readonly plugins: readonly string[]
}

/** Addresses of a scenario's tasks: SHA-256 in hexadecimal digits. */
export function taskKeys(
  scenario: Scenario,
  { technologies, plugins }: TaskSurroundings,
): (arm: string, replication: number) => string {
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
    if (hash === undefined) {
      const handlers = scenario.arms[arm]
      const prices = pricesBehind(scenario, [handlers], technologies)
      arms.set(arm, (hash = shared.copy().update(`\n${sortedJson({ handlers, prices })}\n`)))
    }
    return hash.copy().update(String(replication)).digest('hex')
  }
}
