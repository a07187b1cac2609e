// What to doubt about a comparison, each in one sentence, the gravest first.
import { countedCycles, type ArmResult } from '../answers/arm-result.ts'
import { LEAST_SEEN, seenItems } from '../answers/chance.ts'
import { toldOf, type Comparison, type Row, type Saving } from '../answers/comparison.ts'
import { withCommas } from '../language/shapes.ts'
import { isBatch, isOfTechnology } from '../answers/rows.ts'
import { leftOutOfWindow } from '../models/workload/offered.ts'
import { mean } from '../statistics/paired.ts'
import type { LedgerEntry } from '../models/host/tallies.ts'
import { brief, percentage, significant } from './digits.ts'
import { precisionDoubts } from './method.ts'
import { priceDoubts } from './other-prices.ts'

export function doubts(comparison: Comparison): string[] {
  return [
    ...comparison.arms.flatMap((arm) => saturationDoubts(comparison, arm)),
    ...imputationDoubts(comparison),
    ...windowDoubts(comparison),
    ...unnamedTechnologyDoubts(comparison),
    ...protectionDoubts(comparison),
    ...assumptionDoubts(comparison),
    ...ownCostDoubts(comparison),
    ...priceDoubts(comparison),
    ...noteDoubts(comparison),
    ...seenDoubts(comparison),
    ...comparedArms(comparison).flatMap((arm) => intervalDoubts(comparison, arm)),
    ...precisionDoubts(comparison),
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

/** Whether an entry is told of in the unit of the run: batches are no part of the cores of a window. */
function isTold({ windowS }: Comparison, entry: LedgerEntry): boolean {
  return windowS === null || !isBatch(entry)
}

function saturationDoubts(comparison: Comparison, arm: ArmResult): string[] {
  if (arm.saturation.length === 0) return []
  const resources = arm.saturation.map(({ resource, load, rule }) =>
    rule === 'demand'
      ? `its work asks for ${significant(100 * load)} % of ${resource}`
      : `the backlog of ${resource} grows, at ${significant(100 * load)} % of what it can do`,
  )
  const isNeeded = (entry: LedgerEntry) => entry.technology !== 'idle' && isTold(comparison, entry)
  const needed = processorTime(comparison, mean(countedCycles(arm, isNeeded)))
  const { cores } = comparison.scenario.host
  return [
    `${arm.name} is saturated: ${resources.join('; ')}. It needs ${needed} and has ${cores}; it has no steady state, ` +
      'so no latency is given',
  ]
}

function imputationDoubts(comparison: Comparison): string[] {
  const incomplete = comparison.arms.filter(({ imputation }) => imputation.missing > 0)
  const shares = incomplete.map(({ name, imputation: { generated, missing, cycles } }) => {
    const share = significant((100 * missing) / generated, 2)
    return `${share} % in ${name} (${processorTime(comparison, cycles / comparison.replications)})`
  })
  const unpriced = incomplete.filter(({ imputation }) => imputation.unpriced > 0)
  return [
    ...(shares.length === 0
      ? []
      : [
          'imputed: work items dropped or unfinished are priced at their own size, like finished ones of their kind: ' +
            shares.join(', '),
        ]),
    ...unpriced.map(({ name, handlers, imputation }) => {
      const parts = imputation.unknown.map(({ technology, group, work }) => {
        return `${technology} (${handlers[technology]}) for ${group} ${work}`
      })
      return (
        `not known, and in no number: what ${imputation.unpriced} work items of ${name} that were not finished cost in ` +
        `${parts.join(', ')}; no arm with that handler finished one`
      )
    }),
  ]
}

/** Listed work that is in no number, since it lies outside the window. */
function windowDoubts({ scenario }: Comparison): string[] {
  const parts = leftOutOfWindow(scenario).map(({ group, work, listed, outside }) => {
    return `${withCommas(outside)} of the ${withCommas(listed)} of ${group} ${work}`
  })
  if (parts.length === 0) return []
  return [`outside the window, and in no number: ${parts.join(', ')} (measure longer, or list earlier times)`]
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
function assumptionDoubts(comparison: Comparison): string[] {
  const shares: string[] = []
  const opposed: string[] = []
  for (const arm of comparedArms(comparison)) {
    const { assumed, all } = savedCycles(comparison, arm)
    const share = all === 0 ? -1 : assumed / all
    if (assumed === 0) continue
    if (share >= 0 && share <= 1) {
      shares.push(`${percentage(100 * share)} % of what ${arm.name} ${all > 0 ? 'gives back' : 'costs more'}`)
    } else {
      const parts = [assumed, all - assumed].map((cycles) => processorTime(comparison, cycles))
      opposed.push(`${arm.name}: assumed prices account for a saving of ${parts[0]}, measured ones for ${parts[1]}`)
    }
  }
  return [
    ...(shares.length === 0 ? [] : [`on assumed prices, not on measured ones, rest ${shares.join(', ')}`]),
    ...opposed,
  ]
}

/** Prices that the scenario gives with what it says of them. A bare number is the user's to answer for. */
function ownCostDoubts({ scenario: { costs, costOrigins = {} } }: Comparison): string[] {
  const told = Object.entries(costOrigins).map(([name, { source, range }]) => {
    const extent = range === null ? '' : `${range[0]} to ${range[1]}`
    const origin = [extent, source ?? 'no source given'].filter((part) => part !== '').join('; ')
    return `${name} = ${costs[name]} (${origin})`
  })
  return told.length === 0 ? [] : [`prices of the scenario's own: ${told.join(', ')}`]
}

/** What the technologies of an arm save, and what of it at assumed prices; in cycles. */
function savedCycles(comparison: Comparison, arm: ArmResult): { assumed: number; all: number } {
  const saved = (isChosen: (entry: LedgerEntry) => boolean) =>
    mean(countedCycles(comparison.baseline, isChosen)) - mean(countedCycles(arm, isChosen))
  const isTechnology = (entry: LedgerEntry) => isOfTechnology(entry) && isTold(comparison, entry)
  return { assumed: saved((entry) => isTechnology(entry) && entry.assumed), all: saved(isTechnology) }
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
  // Prices of one processor generation are nothing to doubt, as long as all arms have them.
  const isDoubt = ([text, names]: [string, string[]]) => !(text.startsWith('prices:') && names.length === arms.length)
  return [...speakers]
    .filter(isDoubt)
    .map(([text, names]) => (names.length === arms.length ? text : `${names.join(', ')}: ${text}`))
}

/** Work that was never seen, and rows of which too little was. */
function seenDoubts(comparison: Comparison): string[] {
  const { scenario, baseline, replications } = comparison
  const { never } = seenItems({ setup: scenario, tallies: baseline.tallies, isWork: () => true })
  const isMany = replications > 1
  const undecided = comparedArms(comparison).flatMap(({ name }) => {
    const rows = comparison.rows.filter(({ arm, isUndecided }) => arm === name && isUndecided)
    return rows.length === 0 ? [] : [`what ${rows.map(({ technology }) => technology).join(', ')} of ${name} saves`]
  })
  return [
    ...(never.length === 0
      ? []
      : [
          `never seen in ${isMany ? `${replications} replications` : 'the replication'}: ${never.join(', ')}; ` +
            'what such work costs is not in any number (measure longer)',
        ]),
    ...(undecided.length === 0
      ? []
      : [
          `undecided, since costs are unknown, fewer than ${LEAST_SEEN} random items carry it, or as many came every time: ` +
            undecided.join('; '),
        ]),
  ]
}

/**
 * Rows that carry at least a hundredth of the technologies' cycles, and whose interval is wide: its half-width is more than
 * a fifth of the saving, or of a tenth of the baseline where next to nothing is saved.
 */
function intervalDoubts(comparison: Comparison, arm: ArmResult): string[] {
  const rows = comparison.rows
    .filter((row) => row.arm === arm.name)
    .map((row) => ({ technology: row.technology, ...toldOf(comparison, row) }))
  const total = rows.find(({ technology }) => technology === 'total')!
  const floorS = Math.max(total.baselineS ?? 0, total.armS) / 100
  const wide = rows.filter((row) => {
    const isWeighty = Math.max(row.baselineS ?? 0, row.armS) >= floorS
    return isWeighty && halfWidth(row) > Math.max(Math.abs(row.savedS ?? 0), (row.baselineS ?? 0) / 10) / 5
  })
  const unsigned = wide.filter((row) => halfWidth(row) >= Math.abs(row.savedS ?? 0))
  const vague = wide.filter((row) => !unsigned.includes(row))
  const names = (some: readonly Pick<Row, 'technology'>[]) => some.map(({ technology }) => technology).join(', ')
  return [
    ...(unsigned.length === 0 ? [] : [`${arm.name}: what ${names(unsigned)} saves cannot be told from zero`]),
    ...(vague.length === 0
      ? []
      : [`${arm.name}: what ${names(vague)} saves is known to more than ±20 % only; more replications narrow it`]),
  ]
}

function halfWidth({ savedS, highS }: Saving): number {
  return savedS === null || highS === null ? 0 : highS - savedS
}
