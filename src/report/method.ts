// How the numbers were come by, where the scenario leaves that to be found: warm-up, replications, and what is expected.
import type { Comparison } from '../answers/comparison.ts'
import { controlledSaving, type Controlled } from '../answers/control-variate.ts'
import { COLUMNS } from '../language/columns.ts'
import { isPrecise, leastPrecise, precisionOfRows } from '../answers/precision.ts'
import { verdicts, type Verdict } from '../answers/verdict.ts'
import { brief, significant } from './digits.ts'
import { priceLines } from './other-prices.ts'

/** One sentence each: the warm-up that was found, the precision that was reached, and what the offered work tells. */
export function methodLines(comparison: Comparison): string[] {
  const { precision } = comparison.scenario
  return [
    ...warmupLines(comparison),
    ...windowLines(comparison),
    ...(precision === null ? [] : precisionLines(comparison, precision.share)),
    ...priceLines(comparison),
  ]
}

function warmupLines({ scenario: { warmup, warmupNs } }: Comparison): string[] {
  if (typeof warmup === 'string') return []
  const { pilots, arm, series } = warmup
  const slowest = arm === '' ? 'all series were settled from the start' : `slowest to settle: ${series} of ${arm}`
  return [`warm-up of ${brief(warmupNs / 1e9)} s, found by ${pilots} pilot runs of each arm (${slowest})`]
}

/** Arms whose windows differ in length are told of over one. */
function windowLines({ scenario: { measureNs }, arms, baseline }: Comparison): string[] {
  if (measureNs !== 'batches' || arms.length === 1) return []
  return [
    `work beside the batches is told over the time that they take in ${baseline.name}, whatever they take in another arm`,
  ]
}

function precisionLines(comparison: Comparison, share: number): string[] {
  const worst = leastPrecise(comparison)
  const wanted = `±${percent(share)} of what is saved`
  const known = (share: number) => (share === Infinity ? 'undecided' : `±${percent(share)}`)
  const least = worst === null ? '' : `; least precise: ${worst.technology} of ${worst.arm}, ${known(worst.share)}`
  const word = worst !== null && worst.share > share ? 'not reached' : 'reached'
  const controlled = controlledRows(comparison)
    .filter(({ technology }) => technology === 'total')
    .map(({ arm, low, high, saved, gain }) => {
      const known = `with the offered work, whose mean is known, as control variate ${arm} saves`
      // Scatter of which nothing is left would take the plain interval any number of replications.
      if (gain === null) return `${known} exactly ${time(comparison, saved)} in total`
      const interval = `${time(comparison, saved)} ± ${time(comparison, (high - low) / 2)} in total`
      return `${known} ${interval}, for which the plain interval needs ${significant(gain, 2)} times the replications`
    })
  return [`${wanted} ${word} with ${replicationsOf(comparison)}${least}`, ...controlled]
}

function replicationsOf({ replications }: Comparison): string {
  return replications === 1 ? 'one replication, which says nothing of chance' : `${replications} replications`
}

/** Rows that have to be precise, with the offered work as control variate where it explains something. */
function controlledRows(comparison: Comparison): (Controlled & { arm: string; technology: string })[] {
  return precisionOfRows(comparison).flatMap(({ arm: name, technology, share }) => {
    // Of work that was hardly seen the price is not known either.
    if (share === Infinity) return []
    const arm = comparison.arms.find((candidate) => candidate.name === name)!
    const controlled = controlledSaving(comparison, arm, technology)
    return controlled === null ? [] : [{ arm: name, technology, ...controlled }]
  })
}

/** The same for machines; only what the scenario asked for. */
export function methodObject(comparison: Comparison): object {
  const { warmup, warmupNs, precision, expectations, host } = comparison.scenario
  const cpuS = (cycles: number) => cycles / host.clockHz
  const found = typeof warmup === 'string' ? null : { pilots: warmup.pilots, arm: warmup.arm, series: warmup.series }
  const reached = precision && {
    wanted_percent: 100 * precision.share,
    reached: isPrecise(comparison, precision.share),
    rows: precisionOfRows(comparison).map(({ arm, technology, share }) => {
      return { arm, technology, percent: share === Infinity ? null : 100 * share }
    }),
    with_control_variate: controlledRows(comparison).map(({ arm, technology, saved, low, high, gain }) => {
      const interval = { saved_cpu_s: cpuS(saved), saved_low_cpu_s: cpuS(low), saved_high_cpu_s: cpuS(high) }
      return { arm, technology, ...interval, gain }
    }),
  }
  const judged = verdicts(comparison).map(({ expectation: { text }, outcome, interval, because }) => {
    return { expectation: text, outcome, low: interval?.low ?? null, high: interval?.high ?? null, because }
  })
  return {
    ...(found === null ? {} : { warmup: { warmup_s: warmupNs / 1e9, ...found } }),
    ...(reached === null ? {} : { precision: reached }),
    ...(expectations.length === 0 ? {} : { expectations: judged }),
  }
}

/** Why the precision that was asked for is not there; nothing if it is, or was not asked for. */
export function precisionDoubts(comparison: Comparison): string[] {
  const { precision } = comparison.scenario
  const worst = precision === null ? null : leastPrecise(comparison)
  if (precision === null || worst === null || worst.share <= precision.share) return []
  const end = comparison.replications < precision.maxReplications ? 'before the run was ended, after' : 'within'
  const known =
    worst.share === Infinity ? 'undecided, since too few items were seen' : `known to ±${percent(worst.share)}`
  return [
    `the precision of ${percent(precision.share)} was not reached ${end} ${replicationsOf(comparison)}: ` +
      `what ${worst.technology} of ${worst.arm} saves is ${known} (run.max_replications)`,
  ]
}

/** Each expectation with its verdict, as lines under a heading. */
export function expectationLines(comparison: Comparison): string[] {
  return verdicts(comparison).map((verdict) => `${verdict.outcome}: ${verdict.expectation.text}${evidence(verdict)}`)
}

/** What a verdict rests on, in brackets; empty when there is nothing to show. */
export function evidence({ interval, because, expectation }: Verdict): string {
  const { column } = expectation
  const unit = column.slice(COLUMNS.find(({ name }) => name === column)!.stem.length + 1)
  const ends =
    interval === null || interval.low === null || interval.high === null
      ? ''
      : `${significant(interval.low, 4)} to ${significant(interval.high, 4)}${unit === '' ? '' : ` ${unit}`}`
  const all = [ends, because].filter((part) => part !== '').join('; ')
  return all === '' ? '' : ` (${all})`
}

/** Cycles as cores of the window, or as processor seconds of a run until idle. */
function time({ scenario, windowS }: Comparison, cycles: number): string {
  const cpuS = cycles / scenario.host.clockHz
  return windowS === null ? `${brief(cpuS)} processor seconds` : `${brief(cpuS / windowS)} cores`
}

function percent(share: number): string {
  return `${significant(100 * share, 2)} %`
}
