// What to doubt about a comparison, each in one sentence, the gravest first.
import { countedCycles, type ArmResult } from '../experiments/arm-result.ts'
import type { Comparison, Row } from '../experiments/comparison.ts'
import { mean } from '../experiments/saving.ts'
import type { LedgerEntry } from '../models/tallies.ts'
import { brief, percentage, significant } from './digits.ts'

export function doubts(comparison: Comparison): string[] {
  return [
    ...comparison.arms.flatMap((arm) => saturationDoubts(comparison, arm)),
    ...comparison.arms.flatMap((arm) => imputationDoubts(comparison, arm)),
    ...unnamedTechnologyDoubts(comparison),
    ...protectionDoubts(comparison),
    ...comparedArms(comparison).flatMap((arm) => assumptionDoubts(comparison, arm)),
    ...noteDoubts(comparison),
    ...comparedArms(comparison).flatMap((arm) => intervalDoubts(comparison, arm)),
    ...(comparison.replications === 1 ? ['one replication only: nothing is known of chance (--replications)'] : []),
  ]
}

function comparedArms({ arms, baseline }: Comparison): readonly ArmResult[] {
  return arms.filter((arm) => arm !== baseline)
}

/** Counted cycles as people read them: cores of the window, or processor seconds of a run until idle. */
function processorTime({ scenario, windowS }: Comparison, cycles: number): string {
  const cpuS = cycles / scenario.host.clockHz
  return windowS === null ? `${brief(cpuS)} processor seconds` : `${brief(cpuS / windowS)} cores`
}

function saturationDoubts(comparison: Comparison, arm: ArmResult): string[] {
  if (arm.saturation.length === 0) return []
  const resources = arm.saturation.map(({ resource, load, rule }) =>
    rule === 'demand'
      ? `its work asks for ${significant(100 * load)} % of ${resource}`
      : `the backlog of ${resource} grows, at ${significant(100 * load)} % of what it can do`,
  )
  const needed = processorTime(comparison, mean(countedCycles(arm, (entry) => entry.technology !== 'idle')))
  const { cores } = comparison.scenario.host
  return [
    `${arm.name} is saturated: ${resources.join('; ')}. It needs ${needed} and has ${cores}; it has no steady state, ` +
      'so no latency is given',
  ]
}

function imputationDoubts(comparison: Comparison, { name, imputation }: ArmResult): string[] {
  const { generated, missing, unpriced, cycles } = imputation
  if (missing === 0) return []
  const { replications } = comparison
  const share = `${percentage((100 * missing) / generated)} % of ${name}'s work items were dropped or unfinished`
  const price = processorTime(comparison, cycles / replications)
  return [
    `${share}; they are priced like finished ones of their kind (imputed: ${price})`,
    ...(unpriced === 0 ? [] : [`${unpriced} of them have no finished one of their kind and are not in the account`]),
  ]
}

function unnamedTechnologyDoubts({ rows, arms }: Comparison): string[] {
  const named = new Set(arms.flatMap(({ handlers }) => [...Object.keys(handlers), 'total', 'host']))
  const unnamed = new Set(rows.map(({ technology }) => technology).filter((technology) => !named.has(technology)))
  return [...unnamed].map(
    (technology) => `no arm names a handler for ${technology}: what others make it do costs what it costs natively`,
  )
}

/** A device that is handed to a VM can write anywhere in memory, unless an IOMMU fences it in. */
function protectionDoubts({ arms, technologies }: Comparison): string[] {
  const isUnprotected = ({ handlers }: ArmResult) =>
    (handlers['iommu'] ?? 'off') === 'off' &&
    technologies.some(({ name, handlers: known }) => known[handlers[name]]?.assigned === true)
  const names = arms.filter(isUnprotected).map(({ name }) => name)
  if (names.length === 0) return []
  return [`${names.join(', ')}: unprotected, since devices are handed to VMs without an IOMMU to fence in their DMA`]
}

/** How much of the saving is a difference of prices that nobody has measured. */
function assumptionDoubts(comparison: Comparison, arm: ArmResult): string[] {
  const { baseline } = comparison
  const saved = (isChosen: (entry: LedgerEntry) => boolean) =>
    mean(countedCycles(baseline, isChosen)) - mean(countedCycles(arm, isChosen))
  const isTechnology = ({ technology }: LedgerEntry) => technology !== 'guest' && technology !== 'idle'
  const isAssumed = (entry: LedgerEntry) => isTechnology(entry) && entry.assumed
  const assumed = saved(isAssumed)
  const all = saved(isTechnology)
  if (assumed === 0) return []
  const share = all === 0 ? -1 : assumed / all
  if (share >= 0 && share <= 1) {
    const what = all > 0 ? `what ${arm.name} gives back` : `what ${arm.name} costs more`
    return [`${percentage(100 * share)} % of ${what} rests on assumed prices, not on measured ones`]
  }
  const parts = [assumed, all - assumed].map((cycles) => processorTime(comparison, cycles))
  return [`${arm.name}: assumed prices account for a saving of ${parts[0]}, measured ones for ${parts[1]}`]
}

/** Notes that hold for the arm as a whole, whatever their count. */
const FLAG = /^(prices|free):/

/** What the models have to say, arms that say the same on one line. A note counted once in each replication is a flag. */
function noteDoubts({ arms }: Comparison): string[] {
  const speakers = new Map<string, string[]>()
  for (const arm of arms) {
    for (const note of new Set(arm.tallies.flatMap(({ notes }) => Object.keys(notes)))) {
      const counts = arm.tallies.map(({ notes }) => (Object.hasOwn(notes, note) ? notes[note] : 0))
      if (counts.every((count) => count === 0)) continue
      const isFlag = FLAG.test(note) || counts.every((count) => count === 1)
      const text = isFlag ? note : `${note} (${significant(mean(counts))} per replication)`
      speakers.set(text, [...(speakers.get(text) ?? []), arm.name])
    }
  }
  return [...speakers].map(([text, names]) => (names.length === arms.length ? text : `${names.join(', ')}: ${text}`))
}

/**
 * Rows that carry at least a hundredth of the technologies' cycles, and whose interval is wide: its half-width is more than
 * a fifth of the saving, or of a tenth of the baseline where next to nothing is saved.
 */
function intervalDoubts(comparison: Comparison, arm: ArmResult): string[] {
  const rows = comparison.rows.filter((row) => row.arm === arm.name)
  const total = rows.find(({ technology }) => technology === 'total')!
  const floorS = Math.max(total.baselineS ?? 0, total.armS) / 100
  const wide = rows.filter((row) => {
    const isWeighty = Math.max(row.baselineS ?? 0, row.armS) >= floorS
    return isWeighty && halfWidth(row) > Math.max(Math.abs(row.savedS ?? 0), (row.baselineS ?? 0) / 10) / 5
  })
  const unsigned = wide.filter((row) => halfWidth(row) >= Math.abs(row.savedS ?? 0))
  const vague = wide.filter((row) => !unsigned.includes(row))
  const names = (some: readonly Row[]) => some.map(({ technology }) => technology).join(', ')
  return [
    ...(unsigned.length === 0 ? [] : [`${arm.name}: what ${names(unsigned)} saves cannot be told from zero`]),
    ...(vague.length === 0
      ? []
      : [`${arm.name}: what ${names(vague)} saves is known to more than ±20 % only; more replications narrow it`]),
  ]
}

function halfWidth({ savedS, highS }: Row): number {
  return savedS === null || highS === null ? 0 : highS - savedS
}
