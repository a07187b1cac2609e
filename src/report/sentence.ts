// The sentence a person wants, one for each arm: what the hardware gives back, or costs.
import type { ArmResult } from '../answers/arm-result.ts'
import type { Comparison, Row } from '../answers/comparison.ts'
import { brief, percentage, significant } from './digits.ts'

/** One sentence for each arm compared, what gives back most first. Each contains `gives back` or `costs`. */
export function sentences(comparison: Comparison): string[] {
  return comparison.rows
    .filter(({ technology }) => technology === 'total')
    .toSorted((a, b) => (b.savedS ?? 0) - (a.savedS ?? 0))
    .map((total) => {
      const host = comparison.rows.find((row) => row.arm === total.arm && row.technology === 'host')!
      const arm = comparison.arms.find(({ name }) => name === total.arm)!
      const undecided = total.isUndecided ? ' (undecided: too few items were seen)' : ''
      return `${virtualizationPart(comparison, total)}${undecided}; ${hostPart(comparison, host, arm)}.`
    })
}

/** In the unit that fits the run: cores of a window, processor seconds of a job. */
function amount(comparison: Comparison, cpuS: number): number {
  return comparison.windowS === null ? cpuS : cpuS / comparison.windowS
}

function virtualizationPart(comparison: Comparison, { arm, baselineS, armS, savedS, percent }: Row): string {
  const unit = comparison.windowS === null ? 'processor seconds' : 'cores'
  const inUnit = (cpuS: number) => brief(amount(comparison, cpuS))
  if (baselineS === null || savedS === null) return `${arm} costs ${inUnit(armS)} ${unit} of virtualization`
  const taken = inUnit(baselineS)
  const share = shareOf(percent)
  const { name } = comparison.baseline
  if (savedS < 0) {
    return `${arm} costs ${inUnit(-savedS)} ${unit} more than ${name}, where virtualization takes ${taken}${share}`
  }
  return `${arm} gives back ${savedS === 0 ? 'none' : inUnit(savedS)} of the ${taken} ${unit} that virtualization takes in ${name}${share}`
}

function hostPart(comparison: Comparison, host: Row, arm: ArmResult): string {
  const { scenario, windowS } = comparison
  if (windowS === null) return makespanPart(comparison, arm)
  if (scenario.measureNs === 'batches') {
    return `${needPart(comparison, host, windowS)}; ${makespanPart(comparison, arm)}`
  }
  return needPart(comparison, host, windowS)
}

function needPart({ scenario }: Comparison, host: Row, windowS: number): string {
  const need = brief(host.armS / windowS)
  const cores = `of its ${scenario.host.cores} ${scenario.host.cores === 1 ? 'core' : 'cores'}`
  if (host.baselineS === null || host.savedS === null) return `the whole host needs ${need} ${cores}`
  const before = brief(host.baselineS / windowS)
  const change = shareOf(host.percent)
  if (before === need) return `the whole host needs ${need} ${cores}, as before${change}`
  return `the whole host needs ${need} instead of ${before} ${cores}${change}`
}

/** ` (9 %)` of what is saved, ` (9 % more)` of what is lost; nothing where there is nothing to compare with. */
function shareOf(percent: number | null): string {
  if (percent === null) return ''
  return percent < 0 ? ` (${percentage(-percent)} % more)` : ` (${percentage(percent)} %)`
}

function makespanPart({ baseline, arms, scenario }: Comparison, arm: ArmResult): string {
  if (arm.makespanS === null) return 'it did not become idle'
  const what = scenario.measureNs === 'batches' ? 'the batch' : 'all work'
  const done = `${what} is done in ${significant(arm.makespanS)} s`
  if (arms.length === 1 || baseline.makespanS === null) return done
  return `${done} instead of ${significant(baseline.makespanS)} s`
}
