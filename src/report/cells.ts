// The cells of a result row, under the columns of `language/columns.ts`.
import type { ArmResult, Latency } from '../answers/arm-result.ts'
import type { Comparison, Row } from '../answers/comparison.ts'
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
}

/** The rows of a comparison under the given columns. */
export function cells(comparison: Comparison, columns: readonly Column[]): Cell[][] {
  const baseline = comparison.arms.length === 1 ? null : comparison.baseline
  return comparison.rows.map((row) => {
    const arm = comparison.arms.find(({ name }) => name === row.arm)!
    return columns.map(({ name }) => CELLS[name as ColumnName](row, comparison, arm, baseline))
  })
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
