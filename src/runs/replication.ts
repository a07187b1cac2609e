// A run is a function from (scenario, arm, replication) to tallies. Everything else is made of it.
import { closeAccounts } from '../models/host/account.ts'
import { SeriesWatch } from '../models/host/series.ts'
import type { Tallies } from '../models/host/tallies.ts'
import { Host } from '../models/host/host.ts'
import { type Technology } from '../models/host/technology.ts'
import { wireWork } from '../models/workload/open.ts'
import type { Scenario } from '../language/asked.ts'

/** Somebody who watches a run from outside, between slices of it. No result depends on it. */
export interface Onlooker {
  /** Simulated time of the first slice, ns. */
  readonly firstSliceNs: number
  /** The work is wired into the host. */
  wired(): void
  /**
   * A slice is over.
   * @param endNs when the run will probably end; null if that cannot be told yet
   * @returns how long the next one is to be, in ns of simulated time
   */
  look(nowNs: number, endNs: number | null, events: number): number
}

/**
 * Runs one replication of one arm. Same arguments, same result, to the byte.
 * Where the warm-up is still to be found, the run is a pilot and leaves series behind too.
 */
export function runReplication(
  scenario: Scenario,
  armName: string,
  replication: number,
  technologies: readonly Technology[],
  onlooker?: Onlooker,
  mostEvents = Infinity,
): Tallies {
  const host = new Host(scenario, scenario.arms[armName], replication, technologies)
  const watch = scenario.warmup === 'auto' ? new SeriesWatch(host) : null
  if (mostEvents < Infinity) giveUpBehind(host, mostEvents)
  simulate(host, onlooker)
  const tallies = closeAccounts(host, armName, replication)
  return watch === null ? tallies : { ...tallies, series: watch.series }
}

/** How often in a run of a given length is looked whether it is to be given up, and at least so many ns from look to look. */
const LOOKS = 256
const LOOK_NS = 1e6

/** Stops a run soon after it has had more events. Unrelated events change nothing else. */
function giveUpBehind({ sim, setup: { measureNs } }: Host, mostEvents: number): void {
  const everyNs = typeof measureNs === 'number' ? Math.max(1, measureNs / LOOKS) : LOOK_NS
  const look = sim.event('given up?', () => {
    if (sim.eventCount > mostEvents) sim.stop()
    else if (sim.pending > 0) sim.after(everyNs, look, 0)
  })
  sim.after(everyNs, look, 0)
}

/** Wires the work into the host and lets it happen; what came of it stays in the host. */
export function simulate(host: Host, onlooker?: Onlooker): void {
  const start = wireWork(host)
  host.seal()
  start()
  host.window.schedule()
  if (onlooker === undefined) host.sim.run(Infinity)
  else inSlices(host, onlooker)
  host.window.closeIdle()
}

/** The same run to the byte, with a look at it now and then: the parts of a run end between two events. */
function inSlices({ sim, window }: Host, onlooker: Onlooker): void {
  onlooker.wired()
  let untilNs = onlooker.firstSliceNs
  for (let isOver = false; !isOver;) {
    isOver = !sim.runPart(untilNs)
    untilNs += onlooker.look(sim.now, window.expectedEndNs, sim.eventCount)
  }
}
