// What can be said of a row of results with an interval: the numeric columns, from one value per replication.
import { Histogram } from '../engine/histogram.ts'
import type { LedgerEntry, Tallies, WorkTally } from '../models/host/tallies.ts'
import { countedCycles, utilization, type ArmResult } from './arm-result.ts'
import { askedDensity } from './density.ts'
import { isEnough, seenCycles, seenItems, type Seen } from './chance.ts'
import type { Comparison } from './comparison.ts'
import { doubtOf } from './price-doubt.ts'
import { percentInterval, studentInterval, type Interval } from '../statistics/interval.ts'
import { chargedTo, isBatch, isUnknownIn, mayBeCharged, passing } from './rows.ts'
import type { QuantityName } from '../language/columns.ts'

/** A row, and the arms it compares. `baseline` is null for a lone arm. */
export interface RowPlace {
  readonly comparison: Comparison
  readonly arm: ArmResult
  readonly baseline: ArmResult | null
  /** A technology, `total` or `host`. */
  readonly row: string
}

/** Relative error of a quantile of a histogram. */
const HISTOGRAM_ERROR = 1 / 256

type OfPlace = (place: RowPlace) => Interval | null
type OfArm = (arm: ArmResult, place: RowPlace) => Interval | null

/** The same of the arm and of its baseline. */
const ofArm =
  (of: OfArm): OfPlace =>
  (place) =>
    of(place.arm, place)
const ofBaseline =
  (of: OfArm): OfPlace =>
  (place) =>
    place.baseline && of(place.baseline, place)

const cpu: OfArm = (arm, place) => student(place, cpuS(arm, place))
const batchCpu: OfArm = (arm, place) => student(place, cpuS(arm, place, isBatch))
const coresOf: OfArm = (arm, place) => cores(place, cpuS(arm, place))
const utilized = perReplication((tallies) => 100 * utilization(tallies))
const fitting: OfArm = ({ tallies }, { comparison }) => askedDensity(comparison.scenario, tallies)?.interval ?? null
const makespan = perReplication(({ makespanNs }) => makespanNs && makespanNs / 1e9)
const storedBytes = stored(({ storedBytes }) => storedBytes)
const movedBytes = stored(({ movedBytes }) => movedBytes)

/** In each column's own unit; null where the row has no such value. */
const INTERVALS: Readonly<Record<QuantityName, OfPlace>> = {
  items: ofArm(counts('generated')),
  baseline_dropped: ofBaseline(counts('dropped')),
  dropped: ofArm(counts('dropped')),
  baseline_delivered: ofBaseline(counts('finished')),
  delivered: ofArm(counts('finished')),
  doubt_low_cpu_s: (place) => atOtherPrices(place, 'lowS'),
  doubt_high_cpu_s: (place) => atOtherPrices(place, 'highS'),
  baseline_cpu_s: ofBaseline(cpu),
  cpu_s: ofArm(cpu),
  saved_cpu_s: (place) => student(place, savedS(place)),
  saved_percent: (place) => {
    const { comparison, baseline } = place
    return baseline && percentInterval(savedS(place), cpuS(baseline, place), comparison.scenario.confidence)
  },
  baseline_cores: ofBaseline(coresOf),
  cores: ofArm(coresOf),
  saved_cores: (place) => cores(place, savedS(place)),
  baseline_p50_us: ofBaseline(percentile(0.5)),
  p50_us: ofArm(percentile(0.5)),
  baseline_p95_us: ofBaseline(percentile(0.95)),
  p95_us: ofArm(percentile(0.95)),
  baseline_p99_us: ofBaseline(percentile(0.99)),
  p99_us: ofArm(percentile(0.99)),
  baseline_makespan_s: ofBaseline(makespan),
  makespan_s: ofArm(makespan),
  baseline_stored_bytes: ofBaseline(storedBytes),
  stored_bytes: ofArm(storedBytes),
  baseline_moved_bytes: ofBaseline(movedBytes),
  moved_bytes: ofArm(movedBytes),
  baseline_batch_cpu_s: ofBaseline(batchCpu),
  batch_cpu_s: ofArm(batchCpu),
  baseline_utilization_percent: ofBaseline(utilized),
  utilization_percent: ofArm(utilized),
  baseline_fit: ofBaseline(fitting),
  fit: ofArm(fitting),
}

/**
 * The interval of a column at a row, in the column's unit; null when the row has no such value. It has no ends with one
 * replication, and where too little was seen.
 */
export function intervalOf(column: string, place: RowPlace): Interval | null {
  const interval = INTERVALS[column as QuantityName](place)
  if (interval === null || interval.halfWidth === null) return interval
  // A share may be the same in all replications, and so may what happens to items: a scatter of nothing is no luck there.
  const canBeEqual = !/items|cpu|cores/.test(column)
  const arms = [place.arm, ...(place.baseline === null ? [] : [place.baseline])]
  const isUnknown = /cpu|cores|saved_/.test(column) && arms.some(isUnknownIn(place.row))
  const enough = !isUnknown && isEnough(seenBehind(column, place), canBeEqual ? Infinity : interval.halfWidth)
  return enough ? interval : { ...interval, halfWidth: null, low: null, high: null }
}

/** What stands behind a column: cycles of one arm or of both, or items. */
function seenBehind(column: string, { comparison, arm, baseline, row }: RowPlace): Seen {
  const { tallies } = comparison.baseline
  if (!/cpu|cores|saved_/.test(column)) return seenItems({ setup: comparison.scenario, tallies, isWork: passing(row) })
  const isPart = /batch/.test(column) ? isBatch : () => true
  const isOfRow = mayBeCharged(row)
  const basis = { setup: comparison.scenario, tallies, isWork: (work: WorkTally) => isPart(work) && isOfRow(work) }
  const isChargedTo = chargedTo(row)
  const isCharged = (entry: LedgerEntry) => isPart(entry) && isChargedTo(entry)
  const isDifference = column.startsWith('saved_') || (column.startsWith('doubt_') && baseline !== null)
  if (isDifference) return seenCycles(basis, isCharged, baseline!.ledgers, arm.ledgers)
  return seenCycles(basis, isCharged, (column.startsWith('baseline_') ? baseline! : arm).ledgers)
}

function student({ comparison }: RowPlace, values: readonly number[]): Interval | null {
  return values.length === 0 ? null : studentInterval(values, comparison.scenario.confidence)
}

function cpuS(
  arm: ArmResult,
  { comparison, row }: RowPlace,
  isPart: (entry: LedgerEntry) => boolean = () => true,
): number[] {
  const isCharged = chargedTo(row)
  const cycles = countedCycles(arm, (entry) => isPart(entry) && isCharged(entry))
  return cycles.map((value) => value / comparison.scenario.host.clockHz)
}

function savedS(place: RowPlace): number[] {
  const ofArm = cpuS(place.arm, place)
  return cpuS(place.baseline!, place).map((value, replication) => value - ofArm[replication])
}

/** An end of the range over prices; chance moves it as much as the answer itself. */
function atOtherPrices(place: RowPlace, end: 'lowS' | 'highS'): Interval | null {
  const { comparison, arm, baseline, row } = place
  const doubt = doubtOf(comparison, { arm: arm.name, technology: row })
  const chance = student(place, baseline === null ? cpuS(arm, place) : savedS(place))
  if (doubt === undefined || chance === null) return null
  const { halfWidth } = chance
  const mean = doubt[end]
  if (halfWidth === null) return { mean, halfWidth, low: null, high: null }
  return { mean, halfWidth, low: mean - halfWidth, high: mean + halfWidth }
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

function counts(which: 'generated' | 'dropped' | 'finished'): OfArm {
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
