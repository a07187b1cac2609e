// The answer: each arm against the baseline, technology by technology, from the raw tallies of paired replications.
// A pure function of tallies, whoever made or stored them.
import type { LedgerEntry, Tallies, WorkTally } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { isEnough, seenCycles } from './chance.ts'
import {
  armResult,
  countedCycles,
  latency,
  savedCycles,
  meanItems,
  type ArmResult,
  type Latency,
} from './arm-result.ts'
import { identity } from '../language/identity.ts'
import { chargedTo, isBatch, isOfTechnology, isUnknownIn, mayBeCharged, passing } from './rows.ts'
import { mean, pairedDifference } from '../statistics/paired.ts'
import type { Scenario } from '../language/asked.ts'
import type { PriceDoubt } from './price-doubt.ts'

/** Processor seconds per replication of an arm beside its baseline; null where there is nothing to compare with. */
export interface Saving {
  readonly baselineS: number | null
  readonly armS: number
  /** Baseline − arm; negative when the arm costs more. */
  readonly savedS: number | null
  /** Student-t interval of the paired differences, at the scenario's level; null with one replication, or undecided. */
  readonly lowS: number | null
  readonly highS: number | null
  /** Too little was seen for an interval: `chance.ts`. */
  readonly isUndecided: boolean
  /** Share of the baseline that is saved, in percent; null when the baseline is 0. */
  readonly percent: number | null
}

/** The same of all work, of work that goes on as long as the host runs, and of batches, whose cycles are no rate. */
export interface SplitSaving extends Saving {
  readonly steady: Saving
  readonly batch: Saving
}

/** The part of a technology's cycles that another technology made it pay. */
export interface CausedSaving extends SplitSaving {
  readonly cause: string
}

export interface Row extends SplitSaving {
  readonly arm: string
  /** A technology's name; `total`: all technologies, no guest work; `host`: total and guest work. */
  readonly technology: string
  /** Empty for `total`, `host`, and what no arm names a handler for. */
  readonly baselineHandler: string
  readonly handler: string
  readonly caused: readonly CausedSaving[]
  /** Work items generated in the window, and those dropped; means over replications. */
  readonly items: number
  readonly baselineDropped: number | null
  readonly dropped: number
  /** Those that were finished. */
  readonly baselineDelivered: number | null
  readonly delivered: number
  readonly baselineLatency: Latency | null
  readonly latency: Latency | null
  /** Whether bytes stored and moved belong to this row. */
  readonly stores: boolean
}

export interface Comparison {
  readonly scenario: Scenario
  /** 12 hex digits that name the numbers: all that they depend on. */
  readonly id: string
  readonly technologies: readonly Technology[]
  readonly replications: number
  /** Length of the window, in the baseline where batches end it; null when run until idle. */
  readonly windowS: number | null
  /** All arms, in name order; the baseline is among them. */
  readonly arms: readonly ArmResult[]
  readonly baseline: ArmResult
  /** Arm after arm in name order without the baseline (a lone arm: its own): technologies, `total`, `host`. */
  readonly rows: readonly Row[]
  /** Per replication: the hash of all generated work, the same in every arm. */
  readonly digests: readonly string[]
  /** How far the answer rests on prices that nobody knows exactly; absent where it was not asked for. */
  readonly priceDoubt?: PriceDoubt
}

/** What a row says in the unit of its run: cores of the steady work of a window, or processor seconds of all there was to do. */
export function toldOf({ windowS }: Pick<Comparison, 'windowS'>, row: SplitSaving): Saving {
  return windowS === null ? row : row.steady
}

/** Two arms did not see the same work: their difference would mean nothing. */
export class DigestError extends Error {
  override readonly name = 'DigestError'
}

/**
 * Compares the arms of a scenario.
 * @param tallies of every arm, in replication order; the same replications in each
 * @param id the id of the numbers, where plug-ins or a sweep's point enter it
 * @throws DigestError when the arms of a replication did not generate the same work
 * @throws RangeError when an arm is missing or has other replications
 */
export function compare(
  scenario: Scenario,
  technologies: readonly Technology[],
  tallies: ReadonlyMap<string, readonly Tallies[]>,
  id: string = identity(scenario, { technologies, replications: replicationsIn(tallies, scenario) }),
): Comparison {
  const baselineTallies = talliesOf(scenario.baseline, tallies)
  for (const name of Object.keys(scenario.arms)) checkPaired(baselineTallies, talliesOf(name, tallies))
  const names = Object.keys(scenario.arms).sort()
  const all = names.map((name) => ({ handlers: scenario.arms[name], tallies: talliesOf(name, tallies) }))
  // The baseline is asked first for what an arm does not know of itself.
  const baselineFirst = [...all].sort(
    (a, b) => Number(b.tallies === baselineTallies) - Number(a.tallies === baselineTallies),
  )
  const arms = names.map((name, i) => armResult(name, all[i], baselineFirst))
  const baseline = arms.find((arm) => arm.name === scenario.baseline)!
  const compared = arms.length === 1 ? arms : arms.filter((arm) => arm !== baseline)
  return {
    scenario,
    id,
    technologies,
    replications: baselineTallies.length,
    windowS: windowOf(scenario, baselineTallies),
    arms,
    baseline,
    rows: compared.flatMap((arm) => rowsOf(arm, arms.length === 1 ? null : baseline, arms, scenario)),
    digests: baselineTallies.map(({ digest }) => digest),
  }
}

/** Where batches close the window, it is as long as they take in the baseline: all arms are told of over that time. */
function windowOf({ measureNs }: Scenario, baseline: readonly Tallies[]): number | null {
  if (measureNs === 'batches') return mean(baseline.map(({ windowNs }) => windowNs)) / 1e9
  return measureNs === null ? null : measureNs / 1e9
}

/** How many replications tallies are of. */
export function replicationsIn(tallies: ReadonlyMap<string, readonly Tallies[]>, { baseline }: Scenario): number {
  return talliesOf(baseline, tallies).length
}

function talliesOf(arm: string, tallies: ReadonlyMap<string, readonly Tallies[]>): readonly Tallies[] {
  const found = tallies.get(arm)
  if (found === undefined || found.length === 0) throw new RangeError(`no tallies of arm \`${arm}\``)
  return found
}

/** Checks that an arm has the baseline's replications, with the same work in each. */
export function checkPaired(baseline: readonly Tallies[], arm: readonly Tallies[]): void {
  const [reference, other] = [baseline[0].arm, arm[0].arm]
  if (arm.length !== baseline.length) {
    throw new RangeError(`${baseline.length} replications of \`${reference}\`, ${arm.length} of \`${other}\``)
  }
  arm.forEach((tallies, position) => {
    const { replication, digest } = baseline[position]
    if (tallies.replication !== replication) {
      throw new RangeError(
        `replication ${replication} of \`${reference}\` beside ${tallies.replication} of \`${other}\``,
      )
    }
    if (tallies.digest === digest) return
    throw new DigestError(
      `replication ${replication}: arms \`${reference}\` and \`${other}\` did not see the same work ` +
        `(${digest}, ${tallies.digest}); a handler has changed what the VMs generate`,
    )
  })
}

/** Rows of one arm: its technologies in name order, then `total`, then `host`. */
function rowsOf(arm: ArmResult, baseline: ArmResult | null, arms: readonly ArmResult[], scenario: Scenario): Row[] {
  const technologyRow = (name: string): Row => {
    const isOwn = chargedTo(name)
    const causes = causesOf(arms, name).map((cause) => {
      const isCaused = (entry: LedgerEntry) => isOwn(entry) && entry.cause === cause
      return { cause, ...splitSavingOf(arm, baseline, isCaused, name, scenario) }
    })
    return {
      ...row(arm, baseline, name, scenario),
      baselineHandler: handlerOf(baseline, name),
      handler: handlerOf(arm, name),
      caused: causes.filter(({ baselineS, armS }) => armS !== 0 || (baselineS ?? 0) !== 0),
      baselineLatency: baseline && latency(baseline, name),
      latency: latency(arm, name),
    }
  }
  const sums = ['total', 'host'].map((name) => row(arm, baseline, name, scenario))
  return [...technologyNames(arms).map(technologyRow), ...sums]
}

function row(arm: ArmResult, baseline: ArmResult | null, technology: string, scenario: Scenario): Row {
  const isWork = passing(technology)
  return {
    arm: arm.name,
    technology,
    baselineHandler: '',
    handler: '',
    caused: [],
    items: meanItems(arm, isWork, 'generated'),
    baselineDropped: baseline && meanItems(baseline, isWork, 'dropped'),
    dropped: meanItems(arm, isWork, 'dropped'),
    baselineDelivered: baseline && meanItems(baseline, isWork, 'finished'),
    delivered: meanItems(arm, isWork, 'finished'),
    ...splitSavingOf(arm, baseline, chargedTo(technology), technology, scenario),
    baselineLatency: null,
    latency: null,
    stores: arm.tallies[0].work.some((work) => work.work === 'clones' && isWork(work)),
  }
}

type IsCharged = (entry: LedgerEntry) => boolean

function splitSavingOf(
  arm: ArmResult,
  baseline: ArmResult | null,
  isCharged: IsCharged,
  row: string,
  scenario: Scenario,
): SplitSaving {
  const isOfRow = mayBeCharged(row)
  const of = (isPart: (work: { readonly work: string }) => boolean): Saving => {
    const isCounted: IsCharged = (entry) => isPart(entry) && isCharged(entry)
    return savingOf(arm, baseline, isCounted, { row, isWork: (work) => isPart(work) && isOfRow(work) }, scenario)
  }
  return { ...of(() => true), steady: of((work) => !isBatch(work)), batch: of(isBatch) }
}

/** Compares in whole cycles, which add up exactly, and only then divides by the clock. */
function savingOf(
  arm: ArmResult,
  baseline: ArmResult | null,
  isCharged: IsCharged,
  { row, isWork }: { readonly row: string; readonly isWork: (work: WorkTally) => boolean },
  scenario: Scenario,
): Saving {
  const { clockHz } = scenario.host
  const cycles = countedCycles(arm, isCharged)
  if (baseline === null) {
    const nothing = { baselineS: null, savedS: null, lowS: null, highS: null, isUndecided: false, percent: null }
    return { ...nothing, armS: mean(cycles) / clockHz }
  }
  const saved = savedCycles(baseline, arm, isCharged)
  const difference = pairedDifference(countedCycles(baseline, isCharged), cycles, scenario.confidence, saved)
  const { low, high } = difference
  const basis = { setup: scenario, tallies: baseline.tallies, isWork }
  const isUndecided =
    [baseline, arm].some(isUnknownIn(row)) ||
    (low !== null &&
      high !== null &&
      !isEnough(seenCycles(basis, isCharged, baseline.ledgers, arm.ledgers), (high - low) / 2))
  return {
    baselineS: difference.baseline / clockHz,
    armS: difference.arm / clockHz,
    savedS: difference.saved / clockHz,
    lowS: low === null || isUndecided ? null : low / clockHz,
    highS: high === null || isUndecided ? null : high / clockHz,
    isUndecided,
    percent: difference.baseline === 0 ? null : (100 * difference.saved) / difference.baseline,
  }
}

/** Technologies that arms name, and any other that was charged (caused traps cost something without a handler too). */
function technologyNames(arms: readonly ArmResult[]): string[] {
  const charged = arms.flatMap((arm) => arm.ledgers.flat().filter(isOfTechnology))
  const named = arms.flatMap((arm) => Object.keys(arm.handlers))
  return [...new Set([...named, ...charged.map((entry) => entry.technology)])].sort()
}

/** Other technologies that make this one pay, in any arm. */
function causesOf(arms: readonly ArmResult[], technology: string): string[] {
  const entries = arms.flatMap((arm) => arm.ledgers.flat().filter((entry) => entry.technology === technology))
  return [...new Set(entries.map((entry) => entry.cause))].filter((cause) => cause !== technology).sort()
}

function handlerOf(arm: ArmResult | null, technology: string): string {
  return arm !== null && Object.hasOwn(arm.handlers, technology) ? arm.handlers[technology] : ''
}
