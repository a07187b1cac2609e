// Warm-up that is detected: pilot runs from an empty host, MSER-5 on their series, and one truncation for everything.
// Each series is averaged over the pilots of an arm first, so that what they have in common, the start-up, stands out.
// Why these series, and what is refused: docs/STATISTICS.md.
import { BUCKETS } from '../models/series.ts'
import type { Tallies } from '../models/tallies.ts'
import { studentInterval } from './interval.ts'
import { mser5 } from './mser.ts'
import { saturations } from './saturation.ts'
import { mean } from './saving.ts'
import type { Scenario } from './scenario.ts'

/** Pilot runs of each arm; and how many there are where those leave it open whether the host settles. */
export const PILOTS = 10
export const PILOTS_IN_DOUBT = 30

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

/**
 * The scenario with the warm-up that its pilot runs ask for; null if more pilots are needed to tell.
 * @param pilots the tallies of every arm
 * @throws WarmupError
 */
export function withFoundWarmup(scenario: Scenario, pilots: ReadonlyMap<string, readonly Tallies[]>): Scenario | null {
  const found: FoundWarmup[] = []
  for (const [arm, tallies] of pilots) {
    const transient = longestTransient(scenario, arm, tallies)
    if (transient === null) return null
    found.push(transient)
  }
  const warmup = found.reduce((longest, other) => (other.warmupNs > longest.warmupNs ? other : longest))
  return { ...scenario, warmupNs: warmup.warmupNs, warmup }
}

function longestTransient(scenario: Scenario, arm: string, pilots: readonly Tallies[]): FoundWarmup | null {
  // A pilot begins empty, so its backlog grows at first in any case; a backlog that goes on growing fails below.
  const saturated = saturations(pilots).flatMap(({ resource, rule }) => (rule === 'demand' ? [resource] : []))
  if (saturated.length > 0) {
    throw new WarmupError(
      `run.warmup: auto: arm \`${arm}\` is saturated (${saturated.join(', ')}), so it never settles; ` +
        'give it less work or more of that, or write a time instead of auto',
    )
  }
  const bucketNs = scenario.measureNs! / BUCKETS
  let longest: FoundWarmup = { warmupNs: 0, pilots: pilots.length, arm: '', series: '' }
  for (const name of Object.keys(pilots[0].series!)) {
    const each = pilots.map((tallies) => tallies.series![name])
    const series = average(each)
    if (isSparse(series)) continue
    const truncation = truncationOf(series, each)
    if (truncation === 'in doubt') return null
    if (truncation === 'too late') {
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

/**
 * Buckets to leave out. Work in bursts has quiet ends, which look like a late start to MSER. But a host starts empty, so a
 * start-up is a rise that all pilots share, and a burst is not: many pilots tell one from the other.
 */
function truncationOf(
  averaged: readonly number[],
  each: readonly (readonly number[])[],
): number | 'in doubt' | 'too late' {
  const half = BUCKETS / 2
  const truncation = mser5(averaged)
  if (each.length < PILOTS_IN_DOUBT) return truncation <= half ? truncation : 'in doubt'
  if (truncation > half) return rises(each, 0.95) ? 'too late' : mser5(averaged, half)
  const kept = each.map((values) => values.slice(truncation))
  return rises(kept, 0.99) ? 'too late' : truncation
}

/** Whether the second half of a series lies above the first, by one-sided Student t over the pilots at this level. */
function rises(each: readonly (readonly number[])[], level: number): boolean {
  const half = Math.floor(each[0].length / 2)
  const differences = each.map((values) => mean(values.slice(half)) - mean(values.slice(0, half)))
  return studentInterval(differences, 2 * level - 1).low! > 0
}

function average(series: readonly (readonly number[])[]): number[] {
  return series[0].map((_, bucket) => mean(series.map((values) => values[bucket])))
}

/** A series that is mostly zero has nothing that could build up, and MSER would take its last value for its start-up. */
function isSparse(series: readonly number[]): boolean {
  return series.filter((value) => value === 0).length > series.length / 2
}
