// The two accounts of a run, as design says them: what must add up, checked from the raw tallies alone.
import { exactly, nearest, product } from '../../engine/exact.ts'
import type { Setup } from '../../models/host/setup.ts'
import type { LedgerEntry, Tallies } from '../../models/host/tallies.ts'

/** Everything that does not add up, in words; empty if all does. */
export function discrepancies(setup: Setup, tallies: Tallies): string[] {
  return [
    ...executedAccount(setup, tallies),
    ...countedAccount(tallies),
    ...bothAccounts(setup, tallies),
    ...workAccount(tallies),
    ...latencyAccount(tallies),
  ]
}

/**
 * cores × clock × window = idle + Σ executed + rest, to the cycle: within one for each job across an edge, however long the
 * window. The rest is as small as the clock's last digit, which each end of a job rounds, and a core's share of a job.
 */
function executedAccount({ host, warmupNs }: Setup, tallies: Tallies): string[] {
  const { windowNs, idleCycles, restCycles, jobEnds, ledger, edgeJobs } = tallies
  const clock = host.clockHz / 1e9
  const total = BigInt(host.cores) * product(exactly(clock), exactly(windowNs))
  const executed = wholeSum(ledger.map((entry) => entry.executed))
  const byCores = total - exactly(idleCycles) - exactly(restCycles)
  const off = nearest(byCores - executed * exactly(1))
  const digit = (warmupNs + windowNs) * Number.EPSILON * host.cores * clock
  const most = 1e-3 + (jobEnds + edgeJobs) * digit + nearest(total) * 1e-12
  return [
    ...(Math.abs(off) <= edgeJobs + 1e-3
      ? []
      : [`executed: ${nearest(byCores)} by the cores, ${executed} by the ledger: ${off} off, ${edgeJobs} edgeJobs`]),
    ...(Math.abs(restCycles) <= most
      ? []
      : [`executed: a rest of ${restCycles} cycles, where rounding leaves ${most}`]),
  ]
}

function wholeSum(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum + BigInt(Math.round(value)), 0n)
}

/** Whole cycles, never negative, and the same sum by any grouping. */
function countedAccount({ ledger, idleCycles }: Tallies): string[] {
  const wrong = ledger.filter(
    ({ executed, counted, items }) =>
      !(Number.isSafeInteger(counted) && Number.isSafeInteger(items) && Number.isSafeInteger(executed)) ||
      !(counted >= 0 && items >= 0 && executed >= 0),
  )
  const total = wholeSum(ledger.map(({ counted }) => counted))
  const groupings = (['group', 'work', 'technology', 'cause', 'place', 'step'] as const).map((key) => {
    const sums = new Map<string, number[]>()
    for (const entry of ledger) sums.set(entry[key], [...(sums.get(entry[key]) ?? []), entry.counted])
    return [...sums.values()].map(wholeSum).reduce((a, b) => a + b, 0n)
  })
  return [
    ...wrong.map((entry) => `not whole or negative: ${entryOf(entry)}`),
    ...groupings.filter((sum) => sum !== total).map((sum) => `counted: ${sum} by a grouping, ${total} in all`),
    ...(idleCycles >= -1e-3 ? [] : [`idle: ${idleCycles} cycles`]),
  ]
}

/**
 * Where all work lies in the window, the accounts are one, line by line. Where nothing came before it, all that was
 * executed belongs to counted items; what those were charged after it is missing. Dropped items are executed only.
 */
function bothAccounts({ measureNs, warmupNs }: Setup, { ledger, work }: Tallies): string[] {
  const isComplete = work.every(({ dropped, unfinished }) => dropped === 0 && unfinished === 0)
  const isWhole = measureNs === null
  const lines = new Map<string, LedgerEntry[]>()
  for (const entry of ledger) {
    const key = [entry.group, entry.work, entry.technology, entry.cause, entry.place, entry.step].join('|')
    lines.set(key, [...(lines.get(key) ?? []), entry])
  }
  return [...lines.values()]
    .filter((entries) => {
      const executed = wholeSum(entries.map((entry) => entry.executed))
      const counted = wholeSum(entries.map((entry) => entry.counted))
      return (isWhole && counted > executed) || (isComplete && warmupNs === 0 && executed > counted)
    })
    .map(([entry]) => `the two accounts of a line differ: ${entryOf(entry)}`)
}

function workAccount({ work }: Tallies): string[] {
  return work
    .filter(
      ({ generated, finished, dropped, unfinished }) =>
        generated !== finished + dropped + unfinished ||
        ![generated, finished, dropped, unfinished].every((count) => Number.isSafeInteger(count) && count >= 0),
    )
    .map((tally) => `work: ${JSON.stringify(tally)}`)
}

/** The workload's own traps: one sojourn time for each that was finished. */
function latencyAccount({ latencies, work }: Tallies): string[] {
  const wrong = Object.entries(latencies).flatMap(([technology, { count, sum, min, max, bins }]) => {
    const weights = bins.reduce((total, [, weight]) => total + weight, 0)
    const fine = [count, sum, min, max].every((value) => Number.isFinite(value) && value >= 0) && weights === count
    return fine ? [] : [`latency of ${technology}: count ${count}, sum ${sum}, min ${min}, max ${max}`]
  })
  const traps = work
    .filter(({ work: name, technologies }) => /(^|\.)traps\./.test(name) && technologies.includes('processor'))
    .reduce((total, { finished }) => total + finished, 0)
  const timed = latencies['processor']?.count ?? 0
  return timed === traps || !latencies['processor'] ? wrong : [...wrong, `${traps} traps finished, ${timed} were timed`]
}

const entryOf = ({ group, work, technology, cause, place, step, executed, counted, items }: LedgerEntry): string =>
  [group, work, technology, cause, place, step, executed, counted, items].join('|')
