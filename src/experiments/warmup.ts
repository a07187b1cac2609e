// Warm-up that is detected: pilot runs from an empty host, MSER-5 on their series, and one truncation for everything.
// Each series is averaged over the pilots of an arm first, so that what they have in common, the start-up, stands out.
// Why these series, and what is refused: docs/STATISTICS.md.
import { BUCKETS } from '../models/series.ts'
import type { Tallies } from '../models/tallies.ts'
import { mser5 } from './mser.ts'
import { saturations } from './saturation.ts'
import { mean } from './saving.ts'
import type { Scenario } from './scenario.ts'

/** Pilot runs of each arm. */
export const PILOTS = 5

/** Pilots are numbered from here on: no replication of an answer has these numbers, so none of its draws is used twice. */
export const FIRST_PILOT = 1e12

/** What pilot runs found. */
export interface FoundWarmup {
  readonly warmupNs: number
  readonly pilots: number
  /** The arm and the series that took longest to settle; empty when all of them were settled from the start. */
  readonly arm: string
  readonly series: string
}

/** Who decides about the warm-up: the scenario, pilot runs that are still to be made, or those that were made. */
export type Warmup = 'given' | 'auto' | FoundWarmup

/** There is no warm-up after which this scenario is in a steady state. The message says why and what to do. */
export class WarmupError extends Error {
  override readonly name = 'WarmupError'
}

/** The scenario with the warm-up that its pilot runs ask for. `pilots`: the tallies of every arm. @throws WarmupError */
export function withFoundWarmup(scenario: Scenario, pilots: ReadonlyMap<string, readonly Tallies[]>): Scenario {
  const found = [...pilots].map(([arm, tallies]) => longestTransient(scenario, arm, tallies))
  const warmup = found.reduce((longest, other) => (other.warmupNs > longest.warmupNs ? other : longest))
  return { ...scenario, warmupNs: warmup.warmupNs, warmup }
}

function longestTransient(scenario: Scenario, arm: string, pilots: readonly Tallies[]): FoundWarmup {
  const saturated = saturations(pilots).map(({ resource }) => resource)
  if (saturated.length > 0) {
    throw new WarmupError(
      `run.warmup: auto: arm \`${arm}\` is saturated (${saturated.join(', ')}), so it never settles; ` +
        'give it less work or more of that, or write a time instead of auto',
    )
  }
  const bucketNs = scenario.measureNs! / BUCKETS
  let longest: FoundWarmup = { warmupNs: 0, pilots: pilots.length, arm: '', series: '' }
  for (const name of Object.keys(pilots[0].series!)) {
    const series = average(pilots.map((tallies) => tallies.series![name]))
    if (isSparse(series)) continue
    const truncation = mser5(series)
    if (truncation > BUCKETS / 2) {
      throw new WarmupError(
        `run.warmup: auto: arm \`${arm}\` has not settled within half of its pilot runs of ` +
          `${scenario.measureNs! / 1e9} s (${name}); write a longer run.measure, or a time instead of auto`,
      )
    }
    const warmupNs = Math.round(truncation * bucketNs)
    if (warmupNs > longest.warmupNs) longest = { ...longest, warmupNs, arm, series: name }
  }
  return longest
}

function average(series: readonly (readonly number[])[]): number[] {
  return series[0].map((_, bucket) => mean(series.map((values) => values[bucket])))
}

/** A series that is mostly zero has nothing that could build up, and MSER would take its last value for its start-up. */
function isSparse(series: readonly number[]): boolean {
  return series.filter((value) => value === 0).length > series.length / 2
}
