// Which resources an arm asks more of than they can do. Why these two rules: docs/decisions/saturation.md.
import type { LedgerEntry, ResourceTally, Tallies } from '../models/host/tallies.ts'
import { isBatch } from './rows.ts'
import { mean, standardError } from '../statistics/paired.ts'
import { studentQuantile } from '../statistics/student.ts'

export interface Saturation {
  readonly resource: string
  /** What counted work asks of the resource, as a share of what it can do within the window. */
  readonly load: number
  /** `demand`: asked for all of it, or more. `growth`: its backlog grows, by more than chance explains. */
  readonly rule: 'demand' | 'growth'
}

/** Chance, for the arm as a whole, that a host that keeps up is called saturated because of its backlogs. */
const FALSE_ALARM = 0.01

/**
 * Saturated resources of one arm over its replications, in name order.
 * @param ledgers completed: what was not done asks for the cores too, where another arm or replication knows its price
 */
export function saturations(
  replications: readonly Tallies[],
  ledgers: readonly (readonly LedgerEntry[])[] = [],
): Saturation[] {
  const open = openResources(replications)
  const tested = [...open.values()].filter(isBusy).length
  const found: Saturation[] = []
  for (const [resource, tallies] of open) {
    const asked = mean(tallies.map((tally) => tally.demand))
    const counted = resource === 'cores' && ledgers.length > 0 ? mean(ledgers.map(countedIn)) : 0
    const load = Math.max(asked, counted) / mean(tallies.map((tally) => tally.capacity))
    if (load >= 1) found.push({ resource, load, rule: 'demand' })
    else if (isBusy(tallies) && grows(tallies, FALSE_ALARM / tested)) found.push({ resource, load, rule: 'growth' })
  }
  return found
}

/** Batches are no rate that could be too high. */
function countedIn(ledger: readonly LedgerEntry[]): number {
  return ledger.reduce((sum, entry) => sum + (isBatch(entry) ? 0 : entry.counted), 0)
}

/** Resources that open work uses, by name, each with its tally of every replication. */
function openResources(replications: readonly Tallies[]): Map<string, ResourceTally[]> {
  const byName = new Map<string, ResourceTally[]>()
  for (const tally of replications.flatMap((replication) => replication.resources)) {
    if (tally.closed || tally.capacity <= 0) continue
    const known = byName.get(tally.name)
    if (known === undefined) byName.set(tally.name, [tally])
    else known.push(tally)
  }
  return new Map([...byName].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The resource that counted work asks for most, as a share of what it can do; null where it asks for none. */
export function mostAsked(replications: readonly Tallies[]): string | null {
  let [most, name] = [0, null as string | null]
  for (const [resource, tallies] of openResources(replications)) {
    const load = mean(tallies.map((tally) => tally.demand)) / mean(tallies.map((tally) => tally.capacity))
    if (load > most) [most, name] = [load, resource]
  }
  return name
}

function isBusy(tallies: readonly ResourceTally[]): boolean {
  return mean(tallies.map((tally) => tally.busy)) > mean(tallies.map((tally) => tally.capacity)) / 2
}

/** One-sided Student t: whether the mean growth of the backlog is above zero. */
function grows(tallies: readonly ResourceTally[], significance: number): boolean {
  if (tallies.length < 2) return false
  const growth = tallies.map((tally) => tally.backlogEnd - tally.backlogStart)
  const threshold = studentQuantile(1 - significance, growth.length - 1) * standardError(growth)
  return mean(growth) > threshold
}
