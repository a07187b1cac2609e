// Whether enough was seen for an interval to mean anything. Student's t knows the scatter of what happened; of what happened
// a handful of times, or never, there is no scatter to know. Such an answer is undecided, and not exact.
//
// An interval counts when at least LEAST_SEEN randomly generated items stand behind it. For Poisson counts of a mean of 20
// and more, Student's t at 95 % misses in at most 6 % of the cases (3 replications and more), and a count below 20 makes it
// undecided: docs/STATISTICS.md has the table. Where kinds of work differ in price, it is Kish's effective number of items,
// (Σ cₖ)² ÷ Σ cₖ²/nₖ: three dear items beside a million cheap ones are three, unless they cost next to nothing in all.
import { meanRate } from '../models/workload/arrivals.ts'
import { openWork, type Arrivals, type Setup } from '../models/host/setup.ts'
import type { LedgerEntry, Tallies, WorkTally } from '../models/host/tallies.ts'

/** Randomly generated items, over all replications, below which an interval is not given. */
export const LEAST_SEEN = 20

type IsCharged = (entry: LedgerEntry) => boolean
type IsWork = (work: WorkTally) => boolean

/** What stands behind a number: the tallies that count its items, and what each kind of work was charged in each ledger. */
export interface Basis {
  readonly setup: Setup
  readonly tallies: readonly Tallies[]
  readonly isWork: IsWork
}

export interface Seen {
  /** Effective number of random items behind a number; Infinity where nothing of it is left to chance. */
  readonly items: number
  /** Whether random items carry any of it, so that a scatter of nothing can be luck only. */
  readonly isRandom: boolean
  /** Random kinds of work that belong to it and of which there never was an item. */
  readonly never: readonly string[]
}

/** Kinds of work, `GROUP WORK`, whose number of items is left to chance. What is listed or looped says how many it is. */
export function randomKinds({ vms, measureNs }: Setup): Set<string> {
  const isRandom = (arrivals: Arrivals | null): boolean => {
    if (arrivals === null || arrivals.kind === 'times' || meanRate(arrivals) === 0) return false
    // A whole number of periods holds as many arrivals, wherever it begins.
    return arrivals.kind !== 'periodic' || typeof measureNs !== 'number' || measureNs % arrivals.everyNs !== 0
  }
  const kinds = Object.entries(vms).flatMap(([group, work]) => {
    const all = [...openWork(work), { name: 'clones', arrivals: work.clones?.arrivals ?? null }]
    return all.filter(({ arrivals }) => isRandom(arrivals)).map(({ name }) => `${group} ${name}`)
  })
  return new Set(kinds)
}

/** Behind a count of items, or of what happens to them. */
export function seenItems({ setup, tallies, isWork }: Basis): Seen {
  const random = randomKinds(setup)
  const counts = [...generated(tallies, isWork)].filter(([kind]) => random.has(kind))
  const items = counts.length === 0 ? Infinity : counts.reduce((sum, [, count]) => sum + count, 0)
  return { items, isRandom: items > 0 && items < Infinity, never: neverSeen(counts) }
}

/**
 * Behind cycles: the sum of `plus` less that of `minus`, ledgers of all replications.
 * Where both have the same, work is weighed by what it costs at all.
 */
export function seenCycles(
  basis: Basis,
  isCharged: IsCharged,
  plus: readonly (readonly LedgerEntry[])[],
  minus: readonly (readonly LedgerEntry[])[] = [],
): Seen {
  const random = randomKinds(basis.setup)
  const [more, less] = [charged(plus, isCharged), charged(minus, isCharged)]
  const kinds = [...new Set([...more.keys(), ...less.keys()])]
  const of = (sums: ReadonlyMap<string, number>, kind: string) => sums.get(kind) ?? 0
  const differences = kinds.map((kind) => Math.abs(of(more, kind) - of(less, kind)))
  const isEqual = differences.every((cycles) => cycles === 0)
  const cycles = isEqual ? kinds.map((kind) => of(more, kind) + of(less, kind)) : differences
  const all = generated(basis.tallies, () => true)
  const sum = cycles.reduce((total, value) => total + value, 0)
  const squares = kinds.map((kind, i) => (random.has(kind) ? (cycles[i] * cycles[i]) / (all.get(kind) ?? 0) : 0))
  const spread = squares.reduce((total, value) => total + value, 0)
  const counts = [...generated(basis.tallies, basis.isWork)].filter(([kind]) => random.has(kind))
  const passed = counts.reduce((total, [, count]) => total + count, 0)
  const uncharged = counts.length === 0 ? Infinity : passed
  return {
    items: sum === 0 ? uncharged : spread === 0 ? Infinity : (sum * sum) / spread,
    isRandom: !isEqual && spread > 0,
    never: neverSeen(counts),
  }
}

/**
 * Whether an interval of this half-width can be believed. One of no width cannot where random items carry the number, or
 * where a kind of work that belongs to it was never seen.
 */
export function isEnough({ items, isRandom, never }: Seen, halfWidth: number): boolean {
  return items >= LEAST_SEEN && (halfWidth > 0 || (!isRandom && never.length === 0))
}

function neverSeen(counts: readonly (readonly [string, number])[]): string[] {
  return counts.filter(([, count]) => count === 0).map(([kind]) => kind)
}

function generated(tallies: readonly Tallies[], isWork: IsWork): Map<string, number> {
  const counts = new Map<string, number>()
  for (const work of tallies.flatMap((replication) => replication.work).filter(isWork)) {
    const kind = `${work.group} ${work.work}`
    counts.set(kind, (counts.get(kind) ?? 0) + work.generated)
  }
  return counts
}

function charged(ledgers: readonly (readonly LedgerEntry[])[], isCharged: IsCharged): Map<string, number> {
  const sums = new Map<string, number>()
  for (const entry of ledgers.flat()) {
    if (!isCharged(entry) || entry.counted === 0) continue
    const kind = `${entry.group} ${entry.work}`
    sums.set(kind, (sums.get(kind) ?? 0) + entry.counted)
  }
  return sums
}
