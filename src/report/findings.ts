// What a sweep finds besides its rows, point by point: points without rows, expectations, warm-ups, precision. Counts, and
// the first few of whatever needs a look, so that a million points take no more room than ten.
import type { Comparison } from '../answers/comparison.ts'
import { verdicts, type Outcome } from '../answers/verdict.ts'
import { brief } from './digits.ts'
import { evidence, precisionDoubts } from './method.ts'

/** How many there are, and the first of them as lines. */
interface Listed {
  readonly count: number
  readonly first: readonly string[]
}

/** Plain data, as it stands in the record beside the rows. Parts that the sweep does not ask for are null. */
export interface Findings {
  readonly points: number
  readonly failed: Listed
  readonly expectations: (Readonly<Record<Outcome, number>> & { readonly open: Listed }) | null
  readonly precision: { readonly points: number; readonly replications: Range; readonly missed: Listed } | null
  readonly warmup_s: Range | null
}
type Range = readonly [least: number, most: number]

/** Failed points that are listed, and whatever else needs a look. */
const FAILED_LISTED = 20
const LISTED = 10

/** Gathers what points find. */
export class FindingsSoFar {
  #points = 0
  readonly #failed = new FirstOf(FAILED_LISTED)
  readonly #outcomes: Record<Outcome, number> = { holds: 0, 'does not hold': 0, undecided: 0 }
  readonly #open = new FirstOf(LISTED)
  readonly #missed = new FirstOf(LISTED)
  #asked = 0
  #replications: Range | null = null
  #warmupS: Range | null = null

  /** `label` says which point it is, where that is needed. */
  point(comparison: Comparison, label: () => string): void {
    this.#points++
    const { precision, warmup, warmupNs } = comparison.scenario
    for (const verdict of verdicts(comparison)) {
      const { outcome, expectation } = verdict
      this.#outcomes[outcome]++
      if (outcome !== 'holds') this.#open.add(`${label()}: ${outcome}: ${expectation.text}${evidence(verdict)}`)
    }
    if (precision !== null) {
      this.#asked++
      this.#replications = widened(this.#replications, comparison.replications)
    }
    if (typeof warmup !== 'string') this.#warmupS = widened(this.#warmupS, warmupNs / 1e9)
    for (const doubt of precisionDoubts(comparison)) this.#missed.add(`${label()}: ${doubt}`)
  }

  failed(point: number, error: string): void {
    this.#failed.add(`point ${point}: ${error}`)
  }

  get sum(): Findings {
    const isAsked = Object.values(this.#outcomes).some((count) => count > 0)
    return {
      points: this.#points,
      failed: this.#failed.listed,
      expectations: isAsked ? { ...this.#outcomes, open: this.#open.listed } : null,
      precision: this.#replications && {
        points: this.#asked,
        replications: this.#replications,
        missed: this.#missed.listed,
      },
      warmup_s: this.#warmupS,
    }
  }
}

/** What people are told behind the rows: a line for each part that was asked for, and lines for what needs a look. */
export function findingsLines({ expectations, precision, warmup_s: warmupS }: Findings): string[] {
  const lines: string[] = []
  if (warmupS !== null) lines.push(`warm-up: ${range(warmupS, brief)} s, found by pilot runs at each point`)
  if (precision !== null) {
    const { points, replications, missed } = precision
    const reached = `reached at ${points - missed.count} of ${points} points`
    lines.push(`precision: ${reached}, with ${range(replications, String)} replications`, ...linesOf(missed))
  }
  if (expectations !== null) {
    const { holds, 'does not hold': doesNotHold, undecided, open } = expectations
    lines.push(`expect: ${holds} hold, ${doesNotHold} do not hold, ${undecided} undecided`, ...linesOf(open))
  }
  return lines
}

/** Lines about points without rows; none if all have some. */
export function failureLines({ count, first }: Listed): string[] {
  const more = count - first.length
  if (count === 0) return []
  return [`${count} of the points failed:`, ...first, ...(more > 0 ? [`and ${more} more points`] : [])]
}

/** Whether every point has rows and the precision that was asked for, and all holds that is expected. */
export function isAsExpected({ failed, expectations, precision }: Findings): boolean {
  const open = [failed, ...(expectations ? [expectations.open] : []), ...(precision ? [precision.missed] : [])]
  return open.every(({ count }) => count === 0)
}

/** Which point it is: its number, and the cells of its factors. */
export function pointLabel(point: number, columns: readonly string[], cells: readonly (number | string)[]): string {
  const factors = columns.map((column, i) => `${column} ${cells[i]}`).join(', ')
  return `point ${point} (${factors})`
}

function linesOf({ count, first }: Listed): string[] {
  const more = count - first.length
  return [...first, ...(more > 0 ? [`and ${more} more`] : [])].map((line) => `  ${line}`)
}

function range([least, most]: Range, text: (value: number) => string): string {
  return least === most ? text(least) : `${text(least)} to ${text(most)}`
}

function widened(so: Range | null, value: number): Range {
  return so === null ? [value, value] : [Math.min(so[0], value), Math.max(so[1], value)]
}

class FirstOf {
  readonly #most: number
  readonly #first: string[] = []
  #count = 0

  constructor(most: number) {
    this.#most = most
  }

  add(line: string): void {
    this.#count++
    if (this.#first.length < this.#most) this.#first.push(line)
  }

  get listed(): Listed {
    return { count: this.#count, first: this.#first }
  }
}
