// Counted items that were not finished, or dropped, still count: a host that leaves work undone is not cheaper for it. What
// they ask of the guest itself is known to the cycle, since their sizes were drawn. What technologies would have cost is priced
// by the finished items of the same kind under the same handler, by size where the price goes by size; without any, it is
// unknown, and said to be. Imputed cycles are whole, and ledger entries of their own (step `imputed`), so that everything that
// adds up the ledger sees them. Why so: docs/decisions/imputation.md.
import { sumOf } from '../engine/exact.ts'
import type { Arm } from '../models/host/setup.ts'
import { isGuestWork, type LedgerEntry, type Tallies, type WorkTally } from '../models/host/tallies.ts'

export const IMPUTED_STEP = 'imputed'

/** A step done more often than this for each item is done to its pieces, of which a larger item has more. Between once and twice. */
const PIECES_FROM = 1.5

/** An arm's handlers, and its tallies in replication order. */
export interface ArmTallies {
  readonly handlers: Arm
  readonly tallies: readonly Tallies[]
}

/** What nobody knows the price of: no arm with this handler finished an item of the kind. */
export interface Unknown {
  readonly technology: string
  readonly group: string
  readonly work: string
}

/** What had to be imputed in one arm, over all replications. */
export interface Imputation {
  /** Counted items generated, and how many of them were dropped or unfinished. */
  readonly generated: number
  readonly missing: number
  /** Missing items of which the price under some handler is not known: that is not in the account. */
  readonly unpriced: number
  readonly unknown: readonly Unknown[]
  /** Whole cycles added. */
  readonly cycles: number
}

export interface CompletedLedgers {
  /** Per replication: the ledger with imputed entries and the idle cycles. */
  readonly ledgers: readonly (readonly LedgerEntry[])[]
  readonly imputation: Imputation
}

/** Completes the ledgers of an arm. `arms`: all that can say what a handler costs, the arm itself among them or not. */
export function completeLedgers(arm: ArmTallies, arms: readonly ArmTallies[]): CompletedLedgers {
  const unknown = new Map<string, Unknown>()
  let unpriced = 0
  const additions = arm.tallies.map((tallies, replication) =>
    tallies.work.filter(isIncomplete).flatMap((work) => {
      const priced = pricedShares(work, replication, arm, arms)
      for (const { technology } of priced.unknown) {
        const { group, work: name } = work
        unknown.set([technology, group, name].join('\n'), { technology, group, work: name })
      }
      if (priced.unknown.length > 0) unpriced += missingOf(work)
      return asEntries(work, [...priced.known, ...guestEntry(work)])
    }),
  )
  const works = arm.tallies.flatMap((tallies) => tallies.work)
  return {
    ledgers: arm.tallies.map((tallies, replication) => [
      ...tallies.ledger,
      ...additions[replication],
      ...idleEntry(tallies),
    ]),
    imputation: {
      generated: total(works.map((work) => work.generated)),
      missing: total(works.map(missingOf)),
      unpriced,
      unknown: [...unknown.values()],
      cycles: total(additions.flat().map((entry) => entry.counted)),
    },
  }
}

function missingOf(work: WorkTally): number {
  return work.dropped + work.unfinished
}

function isIncomplete(work: WorkTally): boolean {
  return missingOf(work) > 0
}

function total(values: readonly number[]): number {
  return sumOf(values)
}

/** What the guest itself was asked for and did not finish. */
function guestEntry({ group, work, drawnMissing }: WorkTally): LedgerEntry[] {
  if (!isGuestWork(work)) return []
  const guest = { technology: 'guest', cause: 'guest', place: 'vcpu', step: 'work', assumed: false }
  return [{ group, work, ...guest, items: 0, executed: 0, counted: drawnMissing }]
}

/** A technology that a kind of work is charged to, and the one that makes it pay. */
interface Payer {
  readonly technology: string
  readonly cause: string
}

/** Entries of all who pay for the missing items of a kind, and those of whom it is not known what they would. */
function pricedShares(
  work: WorkTally,
  replication: number,
  arm: ArmTallies,
  arms: readonly ArmTallies[],
): { known: LedgerEntry[]; unknown: Payer[] } {
  const own = firstFinished(work, [[arm.tallies[replication]], arm.tallies])
  const known: LedgerEntry[] = []
  const unknown: Payer[] = []
  for (const payer of payersOf(work, [arm, ...arms])) {
    const alike = arms.filter(({ handlers }) => hasSameHandlers(payer, handlers, arm.handlers))
    const same = alike.flatMap(({ tallies }) => tallies.slice(replication, replication + 1))
    const pool = own ?? firstFinished(work, [same, alike.flatMap(({ tallies }) => tallies)])
    if (pool !== null) known.push(...scaled(work, payer, pool))
    else if (Object.hasOwn(arm.handlers, payer.technology)) unknown.push(payer)
  }
  return { known, unknown }
}

function hasSameHandlers({ technology, cause }: Payer, one: Arm, other: Arm): boolean {
  return [technology, cause].every((name) => (one[name] ?? '') === (other[name] ?? ''))
}

/** Whoever paid for items of a kind in any arm, and the technologies that they pass. */
function payersOf(work: WorkTally, arms: readonly ArmTallies[]): Payer[] {
  const payers = new Map<string, Payer>()
  const add = (payer: Payer) => payers.set(`${payer.technology}\n${payer.cause}`, payer)
  for (const { technology, cause } of arms.flatMap(({ tallies }) => ledgersOf(work, tallies))) {
    if (technology !== 'guest' || !isGuestWork(work.work)) add({ technology, cause })
  }
  for (const technology of work.technologies)
    if (![...payers.values()].some((payer) => payer.technology === technology)) add({ technology, cause: technology })
  return [...payers.values()]
}

function isAlike(work: WorkTally): (other: { group: string; work: string }) => boolean {
  return (other) => other.group === work.group && other.work === work.work
}

function ledgersOf(work: WorkTally, tallies: readonly Tallies[]): LedgerEntry[] {
  return tallies.flatMap(({ ledger }) => ledger.filter(isAlike(work)).filter(({ counted }) => counted > 0))
}

/** Replications in which items of a kind were finished: how many, of what size in all, and what was charged. */
interface Pool {
  readonly items: number
  readonly size: number
  readonly entries: readonly LedgerEntry[]
}

function firstFinished(work: WorkTally, pools: readonly (readonly Tallies[])[]): Pool | null {
  for (const pool of pools) {
    const alike = pool.flatMap((tallies) => tallies.work.filter(isAlike(work)))
    const items = total(alike.map(({ finished }) => finished))
    if (items === 0) continue
    return {
      items,
      size: total(alike.map(({ drawn, drawnMissing }) => drawn - drawnMissing)),
      entries: ledgersOf(work, pool),
    }
  }
  return null
}

/**
 * What a payer is charged for the missing items, step by step. A price by size, and a step that is done to the many pieces of an
 * item, go by the size that is missing; a step that is done once goes by the number of items.
 */
function scaled(work: WorkTally, { technology, cause }: Payer, pool: Pool): LedgerEntry[] {
  const steps = new Map<string, LedgerEntry>()
  for (const entry of pool.entries) {
    if (entry.technology !== technology || entry.cause !== cause) continue
    const key = [entry.place, entry.assumed, entry.step].join('\n')
    const known = steps.get(key) ?? { ...entry, counted: 0, items: 0 }
    steps.set(key, { ...known, counted: known.counted + entry.counted, items: known.items + entry.items })
  }
  const missing = missingOf(work)
  return [...steps.values()].map((step) => {
    const isBySize = pool.size > 0 && (step.bySize === true || step.items > PIECES_FROM * pool.items)
    const times = isBySize ? work.drawnMissing / pool.size : missing / pool.items
    return { ...step, executed: 0, counted: Math.round(step.counted * times) }
  })
}

/**
 * One entry for each technology, cause and place; measured and assumed prices stay apart.
 * Steps are not kept: what is imputed was not done, and nobody knows by which steps it would have been.
 */
function asEntries(work: WorkTally, steps: readonly LedgerEntry[]): LedgerEntry[] {
  const missing = missingOf(work)
  const imputed = new Map<string, LedgerEntry>()
  for (const { technology, cause, place, assumed, ...step } of steps) {
    const entry = { technology, cause, place, assumed, counted: step.counted }
    const key = [entry.technology, entry.cause, entry.place, entry.assumed].join('\n')
    const counted = entry.counted + (imputed.get(key)?.counted ?? 0)
    if (counted === 0) continue
    const { group, work: name } = work
    imputed.set(key, { ...entry, group, work: name, step: IMPUTED_STEP, items: missing, executed: 0, counted })
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
