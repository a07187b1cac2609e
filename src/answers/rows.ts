// What belongs to a row of results: a technology's, `total` (all technologies, no guest work) or `host` (both).
import type { Imputation } from './imputation.ts'
import { isBatchWork, type LedgerEntry, type WorkTally } from '../models/host/tallies.ts'

/** Whether an entry of the ledger is charged to the row. */
export function chargedTo(row: string): (entry: LedgerEntry) => boolean {
  if (row === 'total') return isOfTechnology
  if (row === 'host') return (entry) => entry.technology !== 'idle'
  return (entry) => entry.technology === row
}

/** Whether items of a kind are counted in the row. */
export function passing(row: string): (work: WorkTally) => boolean {
  if (row === 'total' || row === 'host') return (work) => work.technologies.length > 0
  return (work) => work.technologies.includes(row)
}

/** Whether items of a kind can be charged to the row: every kind of work may trap, and what the guest computes may be taxed. */
export function mayBeCharged(row: string): (work: WorkTally) => boolean {
  return row === 'total' || row === 'host' || row === 'processor' ? () => true : passing(row)
}

/** Whether some of the row's costs are known to nobody, for an arm whose ledgers have been completed. */
export function isUnknownIn(row: string): (arm: { readonly imputation: Imputation }) => boolean {
  const isSum = row === 'total' || row === 'host'
  return ({ imputation }) => imputation.unknown.some(({ technology }) => isSum || technology === row)
}

export function isOfTechnology(entry: LedgerEntry): boolean {
  return entry.technology !== 'guest' && entry.technology !== 'idle'
}

/** Whether something belongs to a batch. */
export function isBatch({ work }: { readonly work: string }): boolean {
  return isBatchWork(work)
}
