// What one arm came to over all its replications, from raw tallies: completed ledgers, latencies, bytes, saturation.
import { sumOf } from '../engine/exact.ts'
import { Histogram } from '../engine/histogram.ts'
import type { Arm } from '../models/host/setup.ts'
import type { LedgerEntry, Tallies, WorkTally } from '../models/host/tallies.ts'
import { completeLedgers, type ArmTallies, type Imputation } from './imputation.ts'
import { isBatch } from './rows.ts'
import { mostAsked, saturations, type Saturation } from './saturation.ts'
import { mean } from '../statistics/paired.ts'

export interface Latency {
  readonly p50Us: number
  readonly p95Us: number
  readonly p99Us: number
}

export interface ArmResult {
  readonly name: string
  readonly handlers: Arm
  /** Raw, in replication order. */
  readonly tallies: readonly Tallies[]
  /** Per replication: the ledger with imputed and idle entries. */
  readonly ledgers: readonly (readonly LedgerEntry[])[]
  readonly imputation: Imputation
  readonly saturation: readonly Saturation[]
  /** The resource that counted work asks for most, as a share of what it can do; null where it asks for none. */
  readonly mostAsked: string | null
  /** Share of the host's core time that was executed work, mean over replications; 0 to 1. */
  readonly utilization: number
  /** Means over replications; null where the run has none. */
  readonly makespanS: number | null
  readonly storedBytes: number | null
  readonly movedBytes: number | null
}

/** Summarises an arm; `arms` price kinds of work of which it finished nothing, the first of them the baseline. */
export function armResult(name: string, arm: ArmTallies, arms: readonly ArmTallies[]): ArmResult {
  const { handlers, tallies } = arm
  const { ledgers, imputation } = completeLedgers(arm, arms)
  return {
    name,
    handlers,
    tallies,
    ledgers: overOneWindow(ledgers, tallies, arms[0].tallies),
    imputation,
    saturation: saturations(tallies, ledgers),
    mostAsked: mostAsked(tallies),
    utilization: mean(tallies.map(utilization)),
    makespanS: meanOrNull(tallies.map(({ makespanNs }) => (makespanNs === null ? null : makespanNs / 1e9))),
    storedBytes: meanOrNull(tallies.map(({ storedBytes }) => storedBytes)),
    movedBytes: meanOrNull(tallies.map(({ movedBytes }) => movedBytes)),
  }
}

/**
 * Where the window is as long as batches take, the arm that is done sooner counts less of the work beside them, and has saved
 * nothing by that. So what is counted of steady work is told over the baseline's window, in whole cycles.
 */
function overOneWindow(
  ledgers: readonly (readonly LedgerEntry[])[],
  tallies: readonly Tallies[],
  baseline: readonly Tallies[],
): readonly (readonly LedgerEntry[])[] {
  return ledgers.map((ledger, replication) => {
    const { windowNs, makespanNs } = tallies[replication]
    // A run in which nothing happened has a window of no length.
    const isOfNoLength = makespanNs === null || windowNs === 0
    const factor = isOfNoLength ? 1 : (baseline[replication]?.windowNs ?? windowNs) / windowNs
    if (factor === 1) return ledger
    return ledger.map((entry) => {
      return isBatch(entry) ? entry : { ...entry, counted: Math.round(entry.counted * factor) }
    })
  })
}

/** Counted cycles of the chosen entries, for each replication. */
export function countedCycles(arm: ArmResult, isChosen: (entry: LedgerEntry) => boolean): number[] {
  return arm.ledgers.map((ledger) => sumOf(ledger.filter(isChosen).map((entry) => entry.counted)))
}

/** What an arm saves of the chosen entries, for each replication: the exact difference, however large what it is between. */
export function savedCycles(baseline: ArmResult, arm: ArmResult, isChosen: (entry: LedgerEntry) => boolean): number[] {
  return baseline.ledgers.map((ledger, replication) => {
    const before = ledger.filter(isChosen).map((entry) => entry.counted)
    const after = arm.ledgers[replication].filter(isChosen).map((entry) => -entry.counted)
    return sumOf([...before, ...after])
  })
}

/** Sum of a count of chosen kinds of work, mean over replications. */
export function meanItems(
  arm: ArmResult,
  isChosen: (work: WorkTally) => boolean,
  count: 'generated' | 'dropped' | 'finished',
): number {
  return mean(arm.tallies.map(({ work }) => work.reduce((sum, tally) => sum + (isChosen(tally) ? tally[count] : 0), 0)))
}

/** Batch items of all replications, and those that were never done. Without them a batch is not done, however soon it ends. */
export function batchItems({ tallies }: ArmResult): { generated: number; lost: number } {
  const batches = tallies.flatMap(({ work }) => work.filter(isBatch))
  const sum = (of: (work: WorkTally) => number) => batches.reduce((total, work) => total + of(work), 0)
  return { generated: sum((work) => work.generated), lost: sum(({ dropped, unfinished }) => dropped + unfinished) }
}

/** Percentiles over all replications together; null when nothing was timed, or the arm is saturated. */
export function latency(arm: ArmResult, technology: string): Latency | null {
  if (arm.saturation.length > 0) return null
  const sojourns = new Histogram()
  for (const tallies of arm.tallies) {
    if (Object.hasOwn(tallies.latencies, technology)) sojourns.merge(tallies.latencies[technology])
  }
  if (sojourns.count === 0) return null
  const us = (share: number) => sojourns.quantile(share) / 1000
  return { p50Us: us(0.5), p95Us: us(0.95), p99Us: us(0.99) }
}

/** Executed ÷ (executed + idle): both are integrated from the cores' own states. */
export function utilization(tallies: Tallies): number {
  const executed = sumOf(tallies.ledger.map((entry) => (entry.technology === 'idle' ? 0 : entry.executed)))
  const capacity = executed + tallies.idleCycles
  return capacity === 0 ? 0 : executed / capacity
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : mean(known)
}
