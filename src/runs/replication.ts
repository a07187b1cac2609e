// A run is a function from (scenario, arm, replication) to tallies. Everything else is made of it.
import { closeAccounts } from '../models/host/account.ts'
import { SeriesWatch } from '../models/host/series.ts'
import type { Tallies } from '../models/host/tallies.ts'
import { Host } from '../models/host/host.ts'
import { type Technology } from '../models/host/technology.ts'
import { wireWork } from '../models/workload/open.ts'
import type { Scenario } from '../language/asked.ts'

/**
 * Runs one replication of one arm. Same arguments, same result, to the byte.
 * Where the warm-up is still to be found, the run is a pilot and leaves series behind too.
 */
export function runReplication(
  scenario: Scenario,
  armName: string,
  replication: number,
  technologies: readonly Technology[],
): Tallies {
  const host = new Host(scenario, scenario.arms[armName], replication, technologies)
  const watch = scenario.warmup === 'auto' ? new SeriesWatch(host) : null
  simulate(host)
  const tallies = closeAccounts(host, armName, replication)
  return watch === null ? tallies : { ...tallies, series: watch.series }
}

/** Wires the work into the host and lets it happen; what came of it stays in the host. */
export function simulate(host: Host): void {
  const start = wireWork(host)
  host.seal()
  start()
  host.window.schedule()
  host.sim.run(Infinity)
  host.window.closeIdle()
}
