// The sentence a person wants, one for each arm: what the hardware gives back, or costs.
import { batchItems, meanItems, type ArmResult } from '../answers/arm-result.ts'
import { passing } from '../answers/rows.ts'
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
      const undecided = total.isUndecided ? ' (undecided: too little was seen)' : ''
      const service = servicePart(comparison, arm)
      return `${virtualizationPart(comparison, total)}${undecided}; ${hostPart(comparison, host, arm)}${service}.`
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

/** Which arm delivers less than the other, at the technology where they differ most; nothing where both deliver alike. */
function servicePart({ rows, baseline }: Comparison, arm: ArmResult): string {
  let [most, text] = [0, '']
  for (const { arm: name, technology, handler, items, delivered, baselineDelivered } of rows) {
    if (name !== arm.name || handler === '' || items === 0 || baselineDelivered === null) continue
    const baselineItems = meanItems(baseline, passing(technology), 'generated')
    if (baselineItems === 0) continue
    const shares = [baselineDelivered / baselineItems, delivered / items]
    const difference = Math.abs(shares[1] - shares[0])
    const [before, after] = shares.map((share) => `${percentage(100 * share)} %`)
    if (before === after || difference <= most) continue
    const isLess = shares[0] < shares[1]
    const [less, more] = isLess
      ? [`${baseline.name} delivers ${before}`, `${name} ${after}`]
      : [`${name} delivers ${after}`, `${baseline.name} ${before}`]
    most = difference
    text = `, where ${less} of the work of ${technology} and ${more}: priced as if both had delivered all`
  }
  return text
}

function makespanPart({ baseline, arms, scenario }: Comparison, arm: ArmResult): string {
  if (arm.makespanS === null) return 'it did not become idle'
  const what = scenario.measureNs === 'batches' ? 'the batch' : 'all work'
  const isLost = [arm, baseline].some((one) => batchItems(one).lost > 0)
  const done = `${isLost ? 'work was lost, and what is left ends' : `${what} is done`} in ${significant(arm.makespanS)} s`
  if (arms.length === 1 || baseline.makespanS === null) return done
  return `${done} instead of ${significant(baseline.makespanS)} s`
}
