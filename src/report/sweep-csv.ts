// The rows of a sweep: the columns of a run behind the point and a column for each factor.
import type { Comparison } from '../answers/comparison.ts'
import { csvText } from './csv.ts'
import { SWEEP_COLUMNS, type Column } from '../language/columns.ts'
import { cells, type Cell } from './cells.ts'

/** A column of a sweep's result, as tables with types need to know it. */
export interface SweepColumn {
  readonly name: string
  readonly type: Column['type']
}

/** What a factor is called in the header, and what its cells are. */
export interface FactorColumn {
  readonly column: string
  readonly isNumber: boolean
  readonly isWhole: boolean
}

/** All columns in their order. */
export function sweepColumns(factors: readonly FactorColumn[]): SweepColumn[] {
  return [
    { name: 'point', type: 'whole' },
    ...factors.map(({ column, isNumber, isWhole }): SweepColumn => {
      return { name: column, type: isWhole ? 'whole' : isNumber ? 'number' : 'text' }
    }),
    ...SWEEP_COLUMNS.map(({ name, type }) => ({ name, type })),
  ]
}

/** The rows of one point. */
export function sweepRows(point: number, factorCells: readonly Cell[], comparison: Comparison): Cell[][] {
  return cells(comparison, SWEEP_COLUMNS).map((row) => [point, ...factorCells, ...row])
}

/** The header line. */
export function sweepHeader(factors: readonly FactorColumn[]): string {
  return csvText([sweepColumns(factors).map(({ name }) => name)])
}

/** The rows of one point with their header. */
export function sweepText(sweep: PointCells, point: number, comparison: Comparison): string {
  return sweepHeader(sweep.factors) + csvText(sweepRows(point, sweep.cells(point), comparison))
}

interface PointCells {
  readonly factors: readonly FactorColumn[]
  readonly cells: (point: number) => readonly Cell[]
}
