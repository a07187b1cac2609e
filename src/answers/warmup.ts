// Warm-up that is detected: pilot runs from an empty host, MSER-5 on their series, and one truncation for everything.
// Each series is averaged over the pilots of an arm first, so that what they have in common, the start-up, stands out; the
// more pilots, the clearer.
// Why these series, and what is refused: docs/STATISTICS.md.
import { BUCKETS } from '../models/host/series.ts'
import type { Tallies } from '../models/host/tallies.ts'
import { studentInterval } from '../statistics/interval.ts'
import { mser5 } from '../statistics/mser.ts'
import { saturations } from './saturation.ts'
import { mean } from '../statistics/paired.ts'
import type { FoundWarmup, Scenario } from '../language/asked.ts'

/** After how many pilot runs of each arm their series are looked at. More are made as long as it is in doubt whether it settles. */
export const PILOT_LOOKS: readonly number[] = [15, 30, 90]

/** Pilots are numbered from here on: no replication of an answer has these numbers, so none of its draws is used twice. */
export const FIRST_PILOT = 1e12

/** Of refusing a host all of whose series are steady, because one of them happens to rise. */
const CHANCE = 0.01

/** There is no warm-up after which this scenario is in a steady state. The message says why and what to do. */
export class WarmupError extends Error {
  override readonly name = 'WarmupError'
}

/** A series of one arm, from each of its pilots. */
interface PilotSeries {
  readonly arm: string
  readonly name: string
  readonly each: readonly (readonly number[])[]
  readonly averaged: readonly number[]
}

/**
 * The scenario with the warm-up that its pilot runs ask for; null if more pilots are needed to tell.
 * @param pilots the tallies of every arm
 * @throws WarmupError
 */
export function withFoundWarmup(scenario: Scenario, pilots: ReadonlyMap<string, readonly Tallies[]>): Scenario | null {
  for (const [arm, tallies] of pilots) checkStable(arm, tallies)
  const all = [...pilots].flatMap(([arm, tallies]) => seriesOf(arm, tallies))
  const count = pilots.get(scenario.baseline)!.length
  const isInDoubt = count < PILOT_LOOKS.at(-1)!
  let longest = 0
  let warmup: FoundWarmup = { warmupNs: 0, pilots: count, arm: '', series: '' }
  for (const { arm, name, each, averaged } of all) {
    const truncation = mser5(averaged)
    const goesOnRising = rises(each, truncation, CHANCE / all.length)
    if (isInDoubt && (truncation > BUCKETS / 5 || goesOnRising)) return null
    if (truncation > BUCKETS / 2 || goesOnRising) throw notSettled(scenario, arm, name)
    if (truncation <= longest) continue
    longest = truncation
    const warmupNs = Math.round((truncation * (scenario.measureNs as number)) / BUCKETS)
    warmup = { warmupNs, pilots: count, arm, series: name }
  }
  return { ...scenario, warmupNs: warmup.warmupNs, warmup }
}

function checkStable(arm: string, pilots: readonly Tallies[]): void {
  // A pilot begins empty, so its backlog grows at first in any case; a backlog that goes on growing is seen in its series.
  const saturated = saturations(pilots).flatMap(({ resource, rule }) => (rule === 'demand' ? [resource] : []))
  if (saturated.length === 0) return
  throw new WarmupError(
    `run.warmup: auto: arm \`${arm}\` is saturated (${saturated.join(', ')}), so it never settles; ` +
      'give it less work or more of that, or write a time instead of auto',
  )
}

function notSettled({ measureNs }: Scenario, arm: string, name: string): WarmupError {
  return new WarmupError(
    `run.warmup: auto: arm \`${arm}\` has not settled within half of its pilot runs of ${(measureNs as number) / 1e9} s ` +
      `(${name}); write a longer run.measure, or a time instead of auto`,
  )
}

function seriesOf(arm: string, pilots: readonly Tallies[]): PilotSeries[] {
  const all = Object.keys(pilots[0].series!).map((name) => {
    const each = pilots.map((tallies) => tallies.series![name])
    return { arm, name, each, averaged: each[0].map((_, bucket) => mean(each.map((values) => values[bucket]))) }
  })
  return all.filter(({ averaged }) => !isSparse(averaged))
}

/** A series that is mostly zero has nothing that could build up, and MSER would take its last value for its start-up. */
function isSparse(series: readonly number[]): boolean {
  return series.filter((value) => value === 0).length > series.length / 2
}

/**
 * Whether a series rises behind its truncation: its second half above its first, by one-sided Student t over the pilots. A
 * host starts empty, so a start-up is a rise that all pilots share.
 * @param chance of calling a series that does not rise one that does
 */
function rises(each: readonly (readonly number[])[], truncation: number, chance: number): boolean {
  const middle = truncation + Math.floor((BUCKETS - truncation) / 2)
  const differences = each.map((values) => mean(values.slice(middle)) - mean(values.slice(truncation, middle)))
  return studentInterval(differences, 1 - 2 * chance).low! > 0
}
