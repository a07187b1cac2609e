// Precision in, number of runs out. The rule is looked at after 10, 15, 20 … replications in their order, and the first
// prefix that satisfies it is the answer, whatever else has been simulated by then.
import type { Precision } from '../language/asked.ts'
import type { Comparison, Row } from './comparison.ts'

const FIRST_LOOK = 10
const FURTHER = 5

/** Rows that carry less than this share of the baseline's technology cycles need not be precise. */
const WEIGHTY_SHARE = 0.01
/** Where little is saved, precision is asked of this share of the baseline instead. */
const FLOOR_SHARE = 0.1

/** Numbers of replications after which the rule is looked at; the last is the largest allowed. */
export function* looks({ maxReplications }: Precision): Generator<number, void, void> {
  for (let replications = FIRST_LOOK; replications < maxReplications; replications += FURTHER) yield replications
  yield maxReplications
}

/** A row that must be precise, and how precise it is. */
export interface RowPrecision {
  readonly arm: string
  readonly technology: string
  /** Half-width as a share of max(|saved|, a tenth of the baseline); 0 for an exact row, Infinity for an undecided one. */
  readonly share: number
}

/** `total`, `host`, and each technology with at least 1 % of the baseline's technology cycles; of every compared arm. */
export function precisionOfRows({ rows }: Comparison): RowPrecision[] {
  return rows
    .filter((row) => isWeighty(row, rows))
    .map((row) => ({ arm: row.arm, technology: row.technology, share: shareOf(row) }))
}

/** The row that is furthest from being precise; null when there is nothing to compare. */
export function leastPrecise(comparison: Comparison): RowPrecision | null {
  const rows = precisionOfRows(comparison)
  return rows.length === 0 ? null : rows.reduce((worst, row) => (row.share > worst.share ? row : worst))
}

/** Whether every row that matters has a half-width within the share. */
export function isPrecise(comparison: Comparison, share: number): boolean {
  return precisionOfRows(comparison).every((row) => row.share <= share)
}

function isWeighty(row: Row, rows: readonly Row[]): boolean {
  if (row.technology === 'total' || row.technology === 'host') return true
  const total = rows.find(({ arm, technology }) => arm === row.arm && technology === 'total')!
  return (row.baselineS ?? 0) >= WEIGHTY_SHARE * (total.baselineS ?? 0)
}

function shareOf({ savedS, lowS, highS, baselineS }: Row): number {
  if (savedS === null || lowS === null || highS === null || baselineS === null) return Infinity
  const halfWidth = (highS - lowS) / 2
  return halfWidth === 0 ? 0 : halfWidth / Math.max(Math.abs(savedS), FLOOR_SHARE * baselineS)
}
