// The cells of a result row, under the columns of `language/columns.ts`.
import type { ArmResult, Latency } from '../answers/arm-result.ts'
import type { Comparison, Row } from '../answers/comparison.ts'
import type { Scenario } from '../language/asked.ts'
import { askedDensity, type Density } from '../answers/density.ts'
import { intervalOf } from '../answers/quantities.ts'
import type { Interval } from '../statistics/interval.ts'
import { doubtOf } from '../answers/price-doubt.ts'
import type { Column, ColumnName } from '../language/columns.ts'

/** A cell without a value is null, never 0 or NaN. */
export type Cell = string | number | null

type CellOf = (row: Row, comparison: Comparison, arm: ArmResult, baseline: ArmResult | null) => Cell

const CELLS: Readonly<Record<ColumnName, CellOf>> = {
  scenario: (_, { scenario }) => scenario.name,
  id: (_, { id }) => id,
  seed: (_, { scenario }) => scenario.seed,
  replications: (_, { replications }) => replications,
  baseline_arm: (_row, _comparison, _arm, baseline) => baseline && baseline.name,
  arm: (row) => row.arm,
  technology: (row) => row.technology,
  baseline_handler: (row) => row.baselineHandler,
  handler: (row) => row.handler,
  items: (row) => row.items,
  baseline_dropped: (row) => row.baselineDropped,
  dropped: (row) => row.dropped,
  baseline_cpu_s: (row) => row.baselineS,
  cpu_s: (row) => row.armS,
  saved_cpu_s: (row) => row.savedS,
  saved_low_cpu_s: (row) => row.lowS,
  saved_high_cpu_s: (row) => row.highS,
  saved_percent: (row) => row.percent,
  baseline_cores: (row, { windowS }) => cores(row.baselineS, windowS),
  cores: (row, { windowS }) => cores(row.armS, windowS),
  saved_cores: (row, { windowS }) => cores(row.savedS, windowS),
  baseline_p50_us: (row) => percentile(row.baselineLatency, 'p50Us'),
  p50_us: (row) => percentile(row.latency, 'p50Us'),
  baseline_p99_us: (row) => percentile(row.baselineLatency, 'p99Us'),
  p99_us: (row) => percentile(row.latency, 'p99Us'),
  baseline_makespan_s: (_row, _comparison, _arm, baseline) => baseline && baseline.makespanS,
  makespan_s: (_row, _comparison, arm) => arm.makespanS,
  baseline_stored_bytes: (row, _, _arm, baseline) => (row.stores ? baseline && baseline.storedBytes : null),
  stored_bytes: (row, _, arm) => (row.stores ? arm.storedBytes : null),
  baseline_moved_bytes: (row, _, _arm, baseline) => (row.stores ? baseline && baseline.movedBytes : null),
  moved_bytes: (row, _, arm) => (row.stores ? arm.movedBytes : null),
  saturated: (_row, _comparison, arm, baseline) => saturated(baseline, arm),
  baseline_p95_us: (row) => percentile(row.baselineLatency, 'p95Us'),
  p95_us: (row) => percentile(row.latency, 'p95Us'),
  baseline_delivered: (row) => row.baselineDelivered,
  delivered: (row) => row.delivered,
  baseline_batch_cpu_s: (row) => row.batch.baselineS,
  batch_cpu_s: (row) => row.batch.armS,
  saved_low_cores: (row, { windowS }) => cores(row.lowS, windowS),
  saved_high_cores: (row, { windowS }) => cores(row.highS, windowS),
  saved_low_percent: (row, comparison, arm) => savedPercent(row, comparison, arm)?.low ?? null,
  saved_high_percent: (row, comparison, arm) => savedPercent(row, comparison, arm)?.high ?? null,
  baseline_utilization_percent: (_row, _comparison, _arm, baseline) => baseline && 100 * baseline.utilization,
  utilization_percent: (_row, _comparison, arm) => 100 * arm.utilization,
  baseline_limit: (_row, _comparison, _arm, baseline) => baseline && baseline.mostAsked,
  limit: (_row, _comparison, arm) => arm.mostAsked,
  baseline_fit: (_row, { scenario }, _arm, baseline) => baseline && (densityIn(baseline, scenario)?.vms ?? null),
  fit: (_row, { scenario }, arm) => densityIn(arm, scenario)?.vms ?? null,
  fit_low: (_row, { scenario }, arm) => wholeVms(densityIn(arm, scenario)?.interval.low ?? null),
  fit_high: (_row, { scenario }, arm) => wholeVms(densityIn(arm, scenario)?.interval.high ?? null),
  doubt_low_cpu_s: (row, comparison) => doubtOf(comparison, row)?.lowS ?? null,
  doubt_high_cpu_s: (row, comparison) => doubtOf(comparison, row)?.highS ?? null,
  doubt_price: (row, comparison) => doubtOf(comparison, row)?.price ?? null,
}

/** The rows of a comparison under the given columns. */
export function cells(comparison: Comparison, columns: readonly Column[]): Cell[][] {
  const baseline = comparison.arms.length === 1 ? null : comparison.baseline
  return comparison.rows.map((row) => {
    const arm = comparison.arms.find(({ name }) => name === row.arm)!
    return columns.map(({ name }) => CELLS[name as ColumnName](row, comparison, arm, baseline))
  })
}

const densities = new WeakMap<ArmResult, Density | null>()

/** How many VMs fit: the same in all rows of an arm, so it is worked out once. */
function densityIn(arm: ArmResult, scenario: Scenario): Density | null {
  const known = densities.get(arm)
  if (known !== undefined) return known
  const density = askedDensity(scenario, arm.tallies)
  densities.set(arm, density)
  return density
}

/** The interval of the saved share; it has no ends where too little was seen. */
function savedPercent({ technology: row }: Row, comparison: Comparison, arm: ArmResult): Interval | null {
  if (comparison.arms.length === 1) return null
  return intervalOf('saved_percent', { comparison, arm, baseline: comparison.baseline, row })
}

function wholeVms(vms: number | null): number | null {
  return vms === null ? null : Math.max(0, Math.floor(vms))
}

function cores(cpuS: number | null, windowS: number | null): number | null {
  return cpuS === null || windowS === null ? null : cpuS / windowS
}

function percentile(latency: Latency | null, which: keyof Latency): number | null {
  return latency && latency[which]
}

/** `arm:resource` of both arms, the baseline's first. */
function saturated(baseline: ArmResult | null, arm: ArmResult): string {
  const arms = baseline === null ? [arm] : [baseline, arm]
  return arms.flatMap(({ name, saturation }) => saturation.map(({ resource }) => `${name}:${resource}`)).join(';')
}
