// Counted items that were not finished, or dropped by a full queue, still count: a host that leaves work undone is not
// cheaper for it. They are priced at the mean of the finished items of the same kind, in whole cycles, and these cycles
// are ledger entries of their own (step `imputed`), so that everything that adds up the ledger sees them. What a later
// item superseded is not undone work: nobody would have wanted it, so nobody pays for it.
import { sumOf } from '../engine/exact.ts'
import type { LedgerEntry, Tallies, WorkTally } from '../models/host/tallies.ts'

export const IMPUTED_STEP = 'imputed'

/** What had to be imputed in one arm, over all replications. */
export interface Imputation {
  /** Counted items generated, and how many of them were dropped (not: superseded) or unfinished. */
  readonly generated: number
  readonly missing: number
  /** Missing items of which no arm finished a single one of the same kind: they are not in the account. */
  readonly unpriced: number
  /** Whole cycles added. */
  readonly cycles: number
}

export interface CompletedLedgers {
  /** Per replication: the ledger with imputed entries and the idle cycles. */
  readonly ledgers: readonly (readonly LedgerEntry[])[]
  readonly imputation: Imputation
}

/** Completes the ledgers of an arm. Prices are its own, or the baseline's where it finished none of a kind. */
export function completeLedgers(arm: readonly Tallies[], baseline: readonly Tallies[]): CompletedLedgers {
  let unpriced = 0
  const additions = arm.map((tallies, replication) =>
    tallies.work.filter(isIncomplete).flatMap((work) => {
      const finished = finishedAlike(work, [[tallies], arm, baseline.slice(replication, replication + 1), baseline])
      if (finished === null) unpriced += missingOf(work)
      return finished === null ? [] : imputedEntries(work, finished)
    }),
  )
  const works = arm.flatMap((tallies) => tallies.work)
  return {
    ledgers: arm.map((tallies, replication) => [...tallies.ledger, ...additions[replication], ...idleEntry(tallies)]),
    imputation: {
      generated: total(works.map((work) => work.generated)),
      missing: total(works.map(missingOf)),
      unpriced,
      cycles: total(additions.flat().map((entry) => entry.counted)),
    },
  }
}

function missingOf(work: WorkTally): number {
  return work.dropped - work.superseded + work.unfinished
}

function isIncomplete(work: WorkTally): boolean {
  return missingOf(work) > 0
}

function total(values: readonly number[]): number {
  return sumOf(values)
}

/** The first of the pools of replications in which items of this kind were finished: how many, and what was charged. */
function finishedAlike(
  work: WorkTally,
  pools: readonly (readonly Tallies[])[],
): { items: number; entries: LedgerEntry[] } | null {
  const isAlike = (other: { group: string; work: string }) => other.group === work.group && other.work === work.work
  for (const pool of pools) {
    const items = total(pool.flatMap((tallies) => tallies.work.filter(isAlike)).map((other) => other.finished))
    if (items > 0) return { items, entries: pool.flatMap((tallies) => tallies.ledger.filter(isAlike)) }
  }
  return null
}

/**
 * One entry for each technology, cause and place; measured and assumed prices stay apart.
 * Steps are not kept: the baseline's steps do not exist in an arm with another handler.
 */
function imputedEntries(work: WorkTally, finished: { items: number; entries: readonly LedgerEntry[] }): LedgerEntry[] {
  const missing = missingOf(work)
  const steps = new Map<string, { entry: LedgerEntry; counted: number }>()
  for (const entry of finished.entries) {
    const key = [entry.technology, entry.cause, entry.place, entry.assumed, entry.step].join('\n')
    const counted = (steps.get(key)?.counted ?? 0) + entry.counted
    steps.set(key, { entry, counted })
  }
  const imputed = new Map<string, LedgerEntry>()
  for (const { entry, counted } of steps.values()) {
    const key = [entry.technology, entry.cause, entry.place, entry.assumed].join('\n')
    const cycles = Math.round((counted * missing) / finished.items) + (imputed.get(key)?.counted ?? 0)
    if (cycles === 0) continue
    imputed.set(key, { ...entry, step: IMPUTED_STEP, items: missing, executed: 0, counted: cycles })
  }
  // The same items stand behind a measured and an assumed entry: they are said once.
  const told = new Set<string>()
  return [...imputed.values()].map((entry) => {
    const line = [entry.technology, entry.cause, entry.place].join('\n')
    const items = told.has(line) ? 0 : entry.items
    told.add(line)
    return { ...entry, items }
  })
}

/** Idle as an entry, so that the executed account can be added up from the entries alone. */
function idleEntry(tallies: Tallies): LedgerEntry[] {
  if (tallies.ledger.some((entry) => entry.technology === 'idle')) return []
  const idle = { group: '', work: '', technology: 'idle', cause: 'idle', place: 'host', step: 'idle' }
  return [{ ...idle, items: 0, executed: tallies.idleCycles, counted: 0, assumed: false }]
}
