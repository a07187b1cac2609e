// CSV for machines and spreadsheets: UTF-8, `\n`, no BOM, numbers in full shortest round-trip form.
import { stringify } from 'csv-stringify/sync'
import type { Comparison } from '../answers/comparison.ts'
import { COLUMNS } from '../language/columns.ts'
import { cells, type Cell } from './cells.ts'

/** The rows of a comparison, with a header. */
export function csv(comparison: Comparison): string {
  return csvText([COLUMNS.map(({ name }) => name), ...cells(comparison, COLUMNS)])
}

/** Lines of cells as CSV. Text that a spreadsheet would run as a formula is escaped; negative numbers are not text. */
export function csvText(lines: readonly (readonly Cell[])[]): string {
  const number = (value: number) => (Number.isFinite(value) ? String(value) : '')
  return stringify(lines as Cell[][], { escape_formulas: true, cast: { number } })
}
