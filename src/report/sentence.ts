// The sentence a person wants, one for each arm: what the hardware gives back, or costs.
import { batchItems, meanItems, type ArmResult } from '../answers/arm-result.ts'
import { passing } from '../answers/rows.ts'
import { doubtOf, type Spread } from '../answers/price-doubt.ts'
import { toldOf, type Comparison, type Row, type Saving } from '../answers/comparison.ts'
import { brief, percentage, significant } from './digits.ts'

/** One sentence for each arm compared, what gives back most first. Each contains `gives back` or `costs`. */
export function sentences(comparison: Comparison): string[] {
  const savedIn = (row: Row) => toldOf(comparison, row).savedS ?? 0
  return comparison.rows
    .filter(({ technology }) => technology === 'total')
    .toSorted((a, b) => savedIn(b) - savedIn(a) || (b.batch.savedS ?? 0) - (a.batch.savedS ?? 0))
    .map((total) => {
      const host = comparison.rows.find((row) => row.arm === total.arm && row.technology === 'host')!
      const arm = comparison.arms.find(({ name }) => name === total.arm)!
      return `${mainParts(comparison, total, host, arm).join('; ')}${servicePart(comparison, arm)}.`
    })
}

/**
 * What virtualization takes, and what the whole host needs. A run until idle is told in processor seconds. In a window steady
 * work is told in cores, and batches, which are no rate, apart from it in processor seconds.
 */
function mainParts(comparison: Comparison, total: Row, host: Row, arm: ArmResult): string[] {
  const { scenario, windowS } = comparison
  const doubt = doubtOf(comparison, total)
  const virtualization = (saving: Saving, unit: Unit, spread: Spread | undefined) =>
    `${virtualizationPart(comparison, arm, saving, unit)}${pricesPart(saving, unit, spread)}`
  if (windowS === null)
    return [virtualization(total, { name: 'processor seconds', s: 1 }, doubt), makespanPart(comparison, arm)]
  const makespan = scenario.measureNs === 'batches' ? [makespanPart(comparison, arm)] : []
  const batches = batchesOf(scenario)
  const isOnlyBatch = batches !== '' && host.steady.armS === 0 && (host.steady.baselineS ?? 0) === 0
  if (isOnlyBatch)
    return [virtualization(total.batch, { name: 'processor seconds', s: 1, work: batches }, doubt?.batch), ...makespan]
  const need = needPart(comparison, host.steady, windowS)
  const batch = batches === '' ? [] : [batchPart(batches, total.batch)]
  return [virtualization(total.steady, { name: 'cores', s: windowS }, doubt?.steady), need, ...batch, ...makespan]
}

interface Unit {
  readonly name: string
  /** Processor seconds of one. */
  readonly s: number
  /** What alone is told of; not given: all there is. */
  readonly work?: string
}

/** Batches as they are called; empty where there are none. */
function batchesOf({ vms }: Comparison['scenario']): string {
  const groups = Object.values(vms)
  const kinds = [
    ...(groups.some(({ clones }) => clones) ? ['clones'] : []),
    ...(groups.some(({ loop }) => loop) ? ['loops'] : []),
  ]
  return kinds.join(' and ')
}

function virtualizationPart({ baseline }: Comparison, arm: ArmResult, saving: Saving, { name, s, work }: Unit): string {
  const { baselineS, armS, savedS, percent, isUndecided } = saving
  const inUnit = (cpuS: number) => brief(cpuS / s)
  const of = work === undefined ? '' : ` for ${work}`
  if (baselineS === null || savedS === null) return `${arm.name} costs ${inUnit(armS)} ${name} of virtualization${of}`
  const share = `${shareOf(percent)}${isUndecided ? ' (undecided: too little was seen)' : ''}`
  const taken = inUnit(baselineS)
  if (savedS < 0) {
    return `${arm.name} costs ${inUnit(-savedS)} ${name} more than ${baseline.name}, where virtualization takes ${taken}${of}${share}`
  }
  const saved = savedS === 0 ? 'none' : inUnit(savedS)
  return `${arm.name} gives back ${saved} of the ${taken} ${name} that virtualization takes${of} in ${baseline.name}${share}`
}

/** The same with prices anywhere in their ranges, and the price that carries most of it. */
function pricesPart({ savedS }: Saving, { s }: Unit, spread: Spread | undefined): string {
  if (spread === undefined || spread.price === null) return ''
  const { lowS, highS, price } = spread
  const inUnit = (cpuS: number) => brief(Math.abs(cpuS) / s)
  const isLoss = savedS !== null && savedS < 0
  const [from, to] = [lowS, highS].toSorted((a, b) => Math.abs(a) - Math.abs(b))
  const isMixed = savedS !== null && lowS < 0 !== highS < 0
  const isOther = savedS !== null && !isMixed && lowS < 0 !== isLoss
  const other = isLoss ? ' given back' : ' more'
  const range = isMixed
    ? `from ${inUnit(lowS)} more to ${inUnit(highS)} given back`
    : `${inUnit(from)} to ${inUnit(to)}${isOther ? other : ''}`
  return `, or ${range} at other prices (most by ${price})`
}

function batchPart(batches: string, { baselineS, armS, percent }: Saving): string {
  const need = `virtualization of the ${batches} takes ${brief(armS)}`
  if (baselineS === null) return `${need} processor seconds`
  if (brief(baselineS) === brief(armS)) return `${need} processor seconds, as before`
  return `${need} instead of ${brief(baselineS)} processor seconds${shareOf(percent)}`
}

function needPart({ scenario }: Comparison, host: Saving, windowS: number): string {
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
    text = `; ${less} of the work of ${technology} and ${more}, and both are priced as if they had delivered all`
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
