// The ledger as CSV: from this file alone both accounts can be added up, and every cell of the result rows reproduced.
import type { ArmResult } from '../answers/arm-result.ts'
import type { Comparison } from '../answers/comparison.ts'
import type { LedgerEntry } from '../models/host/tallies.ts'
import { csvText } from './csv.ts'
import type { Cell } from './cells.ts'

const COLUMNS = [
  ...['scenario', 'id', 'seed', 'replication', 'arm', 'group', 'technology', 'handler', 'cause', 'place', 'step'],
  ...['items', 'executed_cycles', 'counted_cycles'],
]

/** Arms in name order, their replications, and the lines of each in the order of what they say. */
export function ledgerCsv(comparison: Comparison): string {
  const { scenario, id } = comparison
  const lines = comparison.arms.flatMap((arm) =>
    arm.ledgers.flatMap((ledger, position) => {
      const { replication } = arm.tallies[position]
      return ledgerLines(arm, ledger).map((line) => [scenario.name, id, scenario.seed, replication, arm.name, ...line])
    }),
  )
  return csvText([COLUMNS, ...lines])
}

/** One line for each group, technology, cause, place and step; kinds of work within a group are added up. */
function ledgerLines(arm: ArmResult, ledger: readonly LedgerEntry[]): Cell[][] {
  const sums = new Map<string, { names: string[]; entries: LedgerEntry[] }>()
  for (const entry of ledger) {
    const handler = Object.hasOwn(arm.handlers, entry.technology) ? arm.handlers[entry.technology] : ''
    const names = [entry.group, entry.technology, handler, entry.cause, entry.place, entry.step]
    const sum = sums.get(names.join('\n')) ?? { names, entries: [] }
    sum.entries.push(entry)
    sums.set(names.join('\n'), sum)
  }
  return [...sums.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { names, entries }]) => [
      ...names,
      ...(['items', 'executed', 'counted'] as const).map((column) => wholeSum(entries.map((entry) => entry[column]))),
    ])
}

/** The sum in all its digits. */
function wholeSum(values: readonly number[]): Cell {
  const sum = values.reduce((total, value) => total + value, 0)
  if (Math.abs(sum) <= Number.MAX_SAFE_INTEGER || !values.every(Number.isInteger)) return sum
  return String(values.reduce((total, value) => total + BigInt(value), 0n))
}
