// What can be said of a row of results with an interval: the numeric columns of the CSV, from one value per replication.
import { Histogram } from '../engine/histogram.ts'
import type { Tallies, WorkTally } from '../models/tallies.ts'
import { countedCycles, type ArmResult } from './arm-result.ts'
import type { Comparison } from './comparison.ts'
import { percentInterval, studentInterval, type Interval } from './interval.ts'
import { chargedTo, passing } from './rows.ts'
import type { DimensionName } from './units.ts'

/** A row, and the arms it compares. `baseline` is null for a lone arm. */
export interface RowPlace {
  readonly comparison: Comparison
  readonly arm: ArmResult
  readonly baseline: ArmResult | null
  /** A technology, `total` or `host`. */
  readonly row: string
}

export interface Quantity {
  /** The column's name without its unit, and with it. */
  readonly stem: string
  readonly column: string
  /** What a unit in its place must measure, and the column's own unit in base units; null: it has none. */
  readonly dimension: DimensionName | null
  readonly unit: number
  /** Whether it compares two arms. */
  readonly needsBaseline: boolean
  /** In the column's unit; null when the row has no such value. */
  readonly interval: (place: RowPlace) => Interval | null
}

/** Relative error of a quantile of a histogram. */
const HISTOGRAM_ERROR = 1 / 256

type OfArm = (arm: ArmResult, place: RowPlace) => Interval | null

/** A column and its twin for the baseline. */
function both(stem: string, suffix: string, dimension: DimensionName | null, unit: number, of: OfArm): Quantity[] {
  const quantity = (name: string, chosen: 'arm' | 'baseline'): Quantity => ({
    stem: name,
    column: name + suffix,
    ...{ dimension, unit, needsBaseline: chosen === 'baseline' },
    interval: (place) => {
      const arm = place[chosen]
      return arm && of(arm, place)
    },
  })
  return [quantity(`baseline_${stem}`, 'baseline'), quantity(stem, 'arm')]
}

function saving(stem: string, suffix: string, dimension: DimensionName | null, unit: number, of: Quantity['interval']) {
  return { stem, column: stem + suffix, dimension, unit, needsBaseline: true, interval: of } satisfies Quantity
}

/** All of them, in the order of the CSV. */
export const QUANTITIES: readonly Quantity[] = [
  { ...both('items', '', null, 1, counts('generated'))[1] },
  ...both('dropped', '', null, 1, counts('dropped')),
  ...both('cpu', '_s', 'time', 1e9, (arm, place) => student(place, cpuS(arm, place))),
  saving('saved_cpu', '_s', 'time', 1e9, (place) => student(place, savedS(place))),
  saving('saved', '_percent', 'share', 0.01, (place) => {
    const { comparison, baseline } = place
    return baseline && percentInterval(savedS(place), cpuS(baseline, place), comparison.scenario.confidence)
  }),
  ...both('cores', '', null, 1, (arm, place) => cores(place, cpuS(arm, place))),
  saving('saved_cores', '', null, 1, (place) => cores(place, savedS(place))),
  ...[50, 95, 99].flatMap((percent) => both(`p${percent}`, '_us', 'time', 1e3, percentile(percent / 100))),
  ...both(
    'makespan',
    '_s',
    'time',
    1e9,
    perReplication(({ makespanNs }) => makespanNs && makespanNs / 1e9),
  ),
  ...both(
    'stored',
    '_bytes',
    'bytes',
    1,
    stored(({ storedBytes }) => storedBytes),
  ),
  ...both(
    'moved',
    '_bytes',
    'bytes',
    1,
    stored(({ movedBytes }) => movedBytes),
  ),
]

function student({ comparison }: RowPlace, values: readonly number[]): Interval | null {
  return values.length === 0 ? null : studentInterval(values, comparison.scenario.confidence)
}

function cpuS(arm: ArmResult, { comparison, row }: RowPlace): number[] {
  return countedCycles(arm, chargedTo(row)).map((cycles) => cycles / comparison.scenario.host.clockHz)
}

function savedS(place: RowPlace): number[] {
  const ofArm = cpuS(place.arm, place)
  return cpuS(place.baseline!, place).map((value, replication) => value - ofArm[replication])
}

function cores(place: RowPlace, cpuSeconds: readonly number[]): Interval | null {
  const { windowS } = place.comparison
  return windowS === null
    ? null
    : student(
        place,
        cpuSeconds.map((value) => value / windowS),
      )
}

function counts(which: 'generated' | 'dropped'): OfArm {
  const isOfRow = (row: string) => (work: WorkTally) => passing(row)(work)
  return (arm, place) =>
    student(
      place,
      arm.tallies.map(({ work }) => work.filter(isOfRow(place.row)).reduce((sum, tally) => sum + tally[which], 0)),
    )
}

function perReplication(of: (tallies: Tallies) => number | null): OfArm {
  return (arm, place) =>
    student(
      place,
      arm.tallies.map(of).filter((value) => value !== null),
    )
}

/** Bytes belong to the rows whose work stores something. */
function stored(of: (tallies: Tallies) => number | null): OfArm {
  return (arm, place) => {
    const stores = arm.tallies[0].work.some((work) => work.work === 'clones' && passing(place.row)(work))
    return stores ? perReplication(of)(arm, place) : null
  }
}

/**
 * Student's t over the quantiles of the replications, made wider by what the histogram does not tell apart. A replication
 * with few items has a low tail quantile, so the interval always reaches to the quantile of all of them, which rows show.
 */
function percentile(share: number): OfArm {
  return (arm, place) => {
    if (arm.saturation.length > 0) return null
    const all = new Histogram()
    const values = arm.tallies.flatMap(({ latencies }) => {
      const data = Object.hasOwn(latencies, place.row) ? latencies[place.row] : null
      if (data === null || data.count === 0) return []
      const sojourns = new Histogram()
      sojourns.merge(data)
      all.merge(data)
      return [sojourns.quantile(share) / 1000]
    })
    const interval = student(place, values)
    if (interval === null || interval.low === null || interval.high === null) return interval
    const merged = all.quantile(share) / 1000
    const low = Math.min(interval.low, merged) * (1 - Math.sign(interval.low) * HISTOGRAM_ERROR)
    const high = Math.max(interval.high, merged) * (1 + HISTOGRAM_ERROR)
    return { mean: interval.mean, low, high, halfWidth: (high - low) / 2 }
  }
}
