// The answer for people: the sentence, the question, a block of rows for each arm, and what to doubt.
import pc from 'picocolors'
import { batchItems, countedCycles, meanItems, type ArmResult } from '../answers/arm-result.ts'
import type { Comparison } from '../answers/comparison.ts'
import { densities, type Density } from '../answers/density.ts'
import { isOfTechnology, passing } from '../answers/rows.ts'
import type { LedgerEntry } from '../models/host/tallies.ts'
import { mean } from '../statistics/paired.ts'
import { armGrid } from './arm-grid.ts'
import { byteSize, percentage, significant } from './digits.ts'
import { doubts } from './doubts.ts'
import { wrap } from './grid.ts'
import { expectationLines, methodLines } from './method.ts'
import { peerLines } from './peer-lines.ts'
import { sentences } from './sentence.ts'

export interface TableOptions {
  /** Columns of the terminal; below about 120 the latencies get a table of their own. */
  readonly width: number
  readonly color: boolean
}

/** The table that `run` prints; ends with a line break. */
export function table(comparison: Comparison, { width, color }: TableOptions): string {
  const paint = pc.createColors(color)
  const { arms, baseline, scenario } = comparison
  const compared = arms.length === 1 ? arms : arms.filter((arm) => arm !== baseline)
  const all = doubts(comparison)
  const listed = (heading: string, texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : [paint.bold(heading), ...texts.flatMap((text) => bullet(text, width)), '']
  const lines = [
    ...sentences(comparison).flatMap((sentence) => wrap(sentence, width, '  ').map(paint.bold)),
    '',
    ...wrap(scenario.question, width),
    ...compared.flatMap((arm) => ['', ...block(comparison, arm, width, paint)]),
    '',
    ...listed('How it was found', methodLines(comparison)),
    ...listed('What was expected', expectationLines(comparison)),
    ...listed('Beside it, formulas of others', peerLines(comparison)),
    ...listed('What to doubt', all),
    ...wrap(READING, width).map(paint.dim),
  ]
  return lines.join('\n') + '\n'
}

const READING =
  'A row says where cycles are spent. What buying one technology alone would save is another question: ' +
  'run an arm with only it.'

function bullet(text: string, width: number): string[] {
  return wrap(`- ${text}`, width, '  ')
}

type Paint = ReturnType<typeof pc.createColors>

/** One arm beside the baseline: heading, grid, and what holds for the arm as a whole. */
function block(comparison: Comparison, arm: ArmResult, width: number, paint: Paint): string[] {
  const baseline = arm === comparison.baseline ? null : comparison.baseline
  const title = baseline === null ? arm.name : `${arm.name} instead of ${baseline.name}`
  return [
    ...wrap(`${title}: ${basis(comparison)}`, width, '  ').map(paint.underline),
    ...armGrid(comparison, arm, baseline, width).map(({ text, isNote }) => (isNote ? paint.dim(text) : text)),
    ...[
      ...facts(comparison, arm, baseline),
      ...periods(comparison, arm, baseline),
      ...fits(comparison, arm, baseline),
      ...drops(comparison, arm),
    ].flatMap((fact) => wrap(fact, width, '  ')),
  ]
}

/** What the numbers are means of. */
function basis({ replications, windowS, scenario, arms, baseline }: Comparison): string {
  const runs = replications === 1 ? 'one replication' : `mean of ${replications} replications`
  const length = windowS === null ? '' : `${Number(windowS.toPrecision(6))} s`
  const batches = arms.length === 1 ? length : `${length} in ${baseline.name}`
  const isUntilBatches = scenario.measureNs === 'batches'
  const window =
    windowS === null ? 'until idle' : isUntilBatches ? `until batches are done (${batches})` : `of ${length}`
  const interval = replications === 1 ? '' : `, ± ${Number((100 * scenario.confidence).toPrecision(6))} %`
  return `${runs} ${window}, seed ${scenario.seed}${interval}`
}

function facts({ scenario }: Comparison, arm: ArmResult, baseline: ArmResult | null): string[] {
  const share = ({ utilization }: ArmResult) => `${percentage(100 * utilization)} %`
  const seconds = ({ makespanS }: ArmResult) => (makespanS === null ? '' : `${significant(makespanS, 4)} s`)
  const bytes = (value: number | null) => (value === null ? '' : byteSize(value))
  const isLost = [arm, ...(baseline ? [baseline] : [])].some((one) => batchItems(one).lost > 0)
  const done = scenario.measureNs === 'batches' ? 'batches done in' : 'all work done in'
  const saturated = ({ saturation }: ArmResult) => saturation.map(({ resource }) => resource).join(', ')
  const pairs: [string, (arm: ArmResult) => string][] = [
    ['host utilization', share],
    [isLost ? 'ended, with work lost, after' : done, seconds],
    ['bytes stored', ({ storedBytes }) => bytes(storedBytes)],
    ['bytes moved', ({ movedBytes }) => bytes(movedBytes)],
    ['saturated', saturated],
  ]
  return pairs.map(([name, of]) => change(name, baseline && of(baseline), of(arm))).filter((fact) => fact !== '')
}

/** Batches of which is said how often they come, in cores over that time. */
function periods({ scenario }: Comparison, arm: ArmResult, baseline: ArmResult | null): string[] {
  return Object.entries(scenario.vms).flatMap(([group, { clones }]) => {
    if (clones?.perNs === undefined) return []
    const periodCycles = (clones.perNs / 1e9) * scenario.host.clockHz
    const isOwn = (entry: LedgerEntry) => entry.group === group && entry.work === 'clones' && isOfTechnology(entry)
    const cores = (one: ArmResult) => `${significant(mean(countedCycles(one, isOwn)) / periodCycles)} cores`
    return [change(`clones of ${group}, every ${timeText(clones.perNs)}`, baseline && cores(baseline), cores(arm))]
  })
}

function timeText(ns: number): string {
  return ns >= 3.6e12 ? `${Number((ns / 3.6e12).toPrecision(6))} h` : `${Number((ns / 1e9).toPrecision(6))} s`
}

/** How many VMs of each kind the host holds at full load, and what is used up first. */
function fits({ scenario }: Comparison, arm: ArmResult, baseline: ArmResult | null): string[] {
  const before = baseline === null ? [] : densities(scenario, baseline.tallies)
  const share = scenario.fit?.utilization ?? 1
  const load = share === 1 ? 'at full load' : `at ${percentage(100 * share)} % load`
  const text = (density: Density | undefined) => {
    if (density === undefined) return ''
    const { vms, limit, interval } = density
    const [low, high] = [interval.low, interval.high].map((end) => (end === null ? vms : Math.max(0, Math.floor(end))))
    return `${vms}${low === high ? '' : ` (${low} to ${high})`}, limited by ${limit}`
  }
  return densities(scenario, arm.tallies).map((density) => {
    const name = `VMs of ${density.group} that fit ${load}`
    const earlier = before.find(({ group }) => group === density.group)
    return change(name, baseline === null ? null : text(earlier), text(density))
  })
}

/** Which share of a technology's work items was dropped; technologies with the same shares have one line. */
function drops({ rows, baseline }: Comparison, { name }: ArmResult): string[] {
  const technologies = new Map<string, string[]>()
  for (const row of rows.filter(({ arm, handler }) => arm === name && handler !== '')) {
    if (row.dropped === 0 && (row.baselineDropped ?? 0) === 0) continue
    const share = (dropped: number, items: number) =>
      dropped === 0 ? 'none' : `${percentage((100 * dropped) / items)} %`
    // What passes a technology in one arm may pass it by in the other.
    const baselineItems = meanItems(baseline, passing(row.technology), 'generated')
    const before = row.baselineDropped === null ? null : share(row.baselineDropped, baselineItems)
    const shares = change('', before, share(row.dropped, row.items))
    technologies.set(shares, [...(technologies.get(shares) ?? []), row.technology])
  }
  return [...technologies].map(([shares, names]) => `items dropped (${names.join(', ')})${shares}`)
}

/** `name: before → after`; empty when there is neither. */
function change(name: string, before: string | null, after: string): string {
  if (after === '' && (before ?? '') === '') return ''
  return before === null ? `${name}: ${after}` : `${name}: ${before || 'no'} → ${after || 'no'}`
}
