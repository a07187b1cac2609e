// The columns of a result row, in order: what `--csv` writes and `--json` repeats. Units stand last in the names.
import type { ArmResult, Latency } from '../experiments/arm-result.ts'
import type { Comparison, Row } from '../experiments/comparison.ts'

/** A cell without a value is null, never 0 or NaN. */
export type Cell = string | number | null

export interface Column {
  readonly name: string
  readonly cell: (row: Row, comparison: Comparison, arm: ArmResult, baseline: ArmResult | null) => Cell
}

export const COLUMNS: readonly Column[] = [
  { name: 'scenario', cell: (_, { scenario }) => scenario.name },
  { name: 'id', cell: (_, { id }) => id },
  { name: 'seed', cell: (_, { scenario }) => scenario.seed },
  { name: 'replications', cell: (_, { replications }) => replications },
  { name: 'baseline_arm', cell: (_row, _comparison, _arm, baseline) => baseline && baseline.name },
  { name: 'arm', cell: (row) => row.arm },
  { name: 'technology', cell: (row) => row.technology },
  { name: 'baseline_handler', cell: (row) => row.baselineHandler },
  { name: 'handler', cell: (row) => row.handler },
  { name: 'items', cell: (row) => row.items },
  { name: 'baseline_dropped', cell: (row) => row.baselineDropped },
  { name: 'dropped', cell: (row) => row.dropped },
  { name: 'baseline_cpu_s', cell: (row) => row.baselineS },
  { name: 'cpu_s', cell: (row) => row.armS },
  { name: 'saved_cpu_s', cell: (row) => row.savedS },
  { name: 'saved_low_cpu_s', cell: (row) => row.lowS },
  { name: 'saved_high_cpu_s', cell: (row) => row.highS },
  { name: 'saved_percent', cell: (row) => row.percent },
  { name: 'baseline_cores', cell: (row, { windowS }) => cores(row.baselineS, windowS) },
  { name: 'cores', cell: (row, { windowS }) => cores(row.armS, windowS) },
  { name: 'saved_cores', cell: (row, { windowS }) => cores(row.savedS, windowS) },
  { name: 'baseline_p50_us', cell: (row) => percentile(row.baselineLatency, 'p50Us') },
  { name: 'p50_us', cell: (row) => percentile(row.latency, 'p50Us') },
  { name: 'baseline_p99_us', cell: (row) => percentile(row.baselineLatency, 'p99Us') },
  { name: 'p99_us', cell: (row) => percentile(row.latency, 'p99Us') },
  { name: 'baseline_makespan_s', cell: (_row, _comparison, _arm, baseline) => baseline && baseline.makespanS },
  { name: 'makespan_s', cell: (_row, _comparison, arm) => arm.makespanS },
  {
    name: 'baseline_stored_bytes',
    cell: (row, _, _arm, baseline) => (row.stores ? baseline && baseline.storedBytes : null),
  },
  { name: 'stored_bytes', cell: (row, _, arm) => (row.stores ? arm.storedBytes : null) },
  {
    name: 'baseline_moved_bytes',
    cell: (row, _, _arm, baseline) => (row.stores ? baseline && baseline.movedBytes : null),
  },
  { name: 'moved_bytes', cell: (row, _, arm) => (row.stores ? arm.movedBytes : null) },
  { name: 'saturated', cell: (_row, _comparison, arm, baseline) => saturated(baseline, arm) },
]

/** Percentiles that people and machines want besides those of the CSV. */
export const FURTHER_COLUMNS: readonly Column[] = [
  { name: 'baseline_p95_us', cell: (row) => percentile(row.baselineLatency, 'p95Us') },
  { name: 'p95_us', cell: (row) => percentile(row.latency, 'p95Us') },
]

/** The rows of a comparison under the given columns. */
export function cells(comparison: Comparison, columns: readonly Column[]): Cell[][] {
  const baseline = comparison.arms.length === 1 ? null : comparison.baseline
  return comparison.rows.map((row) => {
    const arm = comparison.arms.find(({ name }) => name === row.arm)!
    return columns.map(({ cell }) => cell(row, comparison, arm, baseline))
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
