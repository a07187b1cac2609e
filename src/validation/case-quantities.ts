// What the quantity of a case may name, taken from the results of a run:
//
//   ARM.ROW.COLUMN            a column of the results; with its unit by the column's stem (`base.total.cpu`)
//   ARM.ROW.mean              mean latency of the row
//   ARM.throughput            items of the window that were finished, per second of it; of one kind: ARM.GROUP.WORK.throughput
//                             (where more arrive than can be served, ask for the share of a resource instead)
//   ARM.exits                 hardware exits per second
//   ARM.guest_share           share of the VMs' processors, at most all cores, in which the guest itself runs
//   ARM.utilization           share of all cores that is not idle
//   ARM.steps.STEP.rate       how often a step of the ledger is done per second; spaces of its name are hyphens
//   ARM.steps.STEP.cycles     cycles of a step, executed in the window
//   ARM.resources.NAME.share  share of the window in which a resource is busy
//
// Each also with its unit in its name, as a plain number: throughput_per_s, exits_per_s, mean_us.
import { countedCycles, type ArmResult } from '../answers/arm-result.ts'
import type { Comparison } from '../answers/comparison.ts'
import { intervalOf } from '../answers/quantities.ts'
import { chargedTo } from '../answers/rows.ts'
import { Histogram } from '../engine/histogram.ts'
import { QUANTITY_COLUMNS } from '../language/columns.ts'
import { quoted, remedy } from '../language/faults.ts'
import type { Scenario } from '../language/asked.ts'
import type { Tallies } from '../models/host/tallies.ts'
import type { Technology } from '../models/host/technology.ts'
import { mean } from '../statistics/paired.ts'
import { ExpressionFault, type Operand } from '../units/expression.ts'
import { fromBase, PLAIN, unitOf, type Quantity } from '../units/quantity.ts'
import type { DimensionName } from '../units/units.ts'

/** A name that was understood: how its value is got from results, in base units of its dimension. */
export interface Named {
  readonly arm: string
  /** Whether it compares with the first arm. */
  readonly needsBaseline: boolean
  readonly dimension: DimensionName | null
  /** null: the results have no such value. */
  readonly of: (comparison: Comparison) => number | null
}

type OfArm = (arm: ArmResult, comparison: Comparison) => number | null

/** Names of an arm as a whole: their dimension, and what one of their plain unit is in base units. */
const OF_ARM: Readonly<Record<string, { plain: string; unit: number; dimension: DimensionName; of: OfArm }>> = {
  throughput: { plain: 'throughput_per_s', unit: 1, dimension: 'rate', of: throughput(() => true) },
  exits: { plain: 'exits_per_s', unit: 1, dimension: 'rate', of: perSecond(exits) },
  guest_share: { plain: 'guest_share_percent', unit: 0.01, dimension: 'share', of: guestShare },
  utilization: { plain: 'utilization_percent', unit: 0.01, dimension: 'share', of: (arm) => arm.utilization },
}

/** Understands a name. @throws ExpressionFault that says what is wrong with it */
export function namedIn(name: string, scenario: Scenario, technologies: readonly Technology[]): Named {
  const [arm, ...rest] = name.split('.')
  if (!Object.hasOwn(scenario.arms, arm)) {
    throw new ExpressionFault(`no arm ${quoted(arm)}; ${remedy(arm, Object.keys(scenario.arms))}`)
  }
  const last = rest.at(-1) ?? ''
  const what = Object.entries(OF_ARM).find(([stem, { plain }]) => last === stem || last === plain)
  if (what !== undefined) return ofArm(arm, rest, what, scenario)
  if (rest[0] === 'steps') return ofStep(arm, rest.slice(1))
  if (rest[0] === 'resources') return ofResource(arm, rest.slice(1))
  if (rest.length !== 2) {
    const known = [...Object.keys(OF_ARM), 'ROW.COLUMN', 'ROW.mean', 'steps.STEP.rate', 'resources.NAME.share']
    throw new ExpressionFault(`${quoted(name)} is no quantity; behind the arm write one of ${known.join(', ')}`)
  }
  const [row, column] = rest
  const rows = [...technologies.map((technology) => technology.name), 'total', 'host']
  if (!rows.includes(row)) throw new ExpressionFault(`no row ${quoted(row)}; ${remedy(row, rows)}`)
  return column === 'mean' || column === 'mean_us'
    ? meanLatency(arm, row, column)
    : ofColumn(arm, row, column, scenario)
}

/** What a name stands for in an expression, from results. @throws ExpressionFault when they have no such value */
export function operandOf(named: Named, name: string, comparison: Comparison): Operand {
  const value = named.of(comparison)
  if (value === null || !Number.isFinite(value)) throw new ExpressionFault(`the results have no ${quoted(name)}`)
  return { quantity: quantityOf(value, named.dimension) }
}

export function quantityOf(value: number, dimension: DimensionName | null): Quantity {
  return { amount: fromBase(value, dimension), unit: dimension === null ? PLAIN : unitOf(dimension) }
}

function ofArm(
  arm: string,
  rest: readonly string[],
  [stem, { unit, dimension, of }]: [string, (typeof OF_ARM)[string]],
  scenario: Scenario,
): Named {
  const isPlain = rest.at(-1) !== stem
  const inside = rest.slice(0, -1)
  if (inside.length > 0 && stem !== 'throughput') {
    throw new ExpressionFault(`${quoted(rest.join('.'))} is no quantity; write ${arm}.${stem}`)
  }
  if (inside.length > 0 && !Object.hasOwn(scenario.vms, inside[0])) {
    throw new ExpressionFault(`no group ${quoted(inside[0])}; ${remedy(inside[0], Object.keys(scenario.vms))}`)
  }
  const [group, ...work] = inside
  const isAsked = (kind: { group: string; work: string }) => kind.group === group && kind.work === work.join('.')
  const value = inside.length === 0 ? of : throughput(isAsked)
  return {
    arm,
    needsBaseline: false,
    dimension: isPlain ? null : dimension,
    of: (comparison) => {
      const found = value(armNamed(comparison, arm), comparison)
      return found === null ? null : found / (isPlain ? unit : 1)
    },
  }
}

function ofColumn(arm: string, row: string, written: string, { baseline, arms }: Scenario): Named {
  const column = QUANTITY_COLUMNS.find(({ name, stem }) => name === written || stem === written)
  if (column === undefined) {
    const known = ['mean', ...QUANTITY_COLUMNS.flatMap(({ name, stem }) => (name === stem ? [name] : [stem, name]))]
    throw new ExpressionFault(`no column ${quoted(written)}; ${remedy(written, known)}`)
  }
  if (column.needsBaseline && (arm === baseline || Object.keys(arms).length === 1)) {
    throw new ExpressionFault(`${quoted(written)} compares with the first arm; name another arm`)
  }
  const dimension = column.name === written ? null : column.dimension
  const unit = dimension === null ? 1 : column.unit
  return {
    arm,
    needsBaseline: column.needsBaseline,
    dimension,
    of: (comparison) => {
      const result = armNamed(comparison, arm)
      const other = column.needsBaseline ? comparison.baseline : null
      const isClosed = comparison.scenario.measureNs === null
      const place = { comparison, arm: result, baseline: other, row }
      // A run until idle has no window, but it lasts as long as it takes.
      if (isClosed && column.name === 'cores') return coresUntilIdle(result, row, comparison.scenario)
      const interval = intervalOf(column.name, place)
      return interval === null ? null : interval.mean * unit
    },
  }
}

function coresUntilIdle(arm: ArmResult, row: string, { host }: Scenario): number | null {
  const cycles = mean(countedCycles(arm, chargedTo(row)))
  return arm.makespanS === null ? null : cycles / host.clockHz / arm.makespanS
}

function meanLatency(arm: string, row: string, written: string): Named {
  const of = (comparison: Comparison): number | null => {
    const all = new Histogram()
    for (const { latencies } of armNamed(comparison, arm).tallies) {
      if (Object.hasOwn(latencies, row)) all.merge(latencies[row])
    }
    if (all.count === 0) return null
    return written === 'mean' ? all.mean : all.mean / 1000
  }
  return { arm, needsBaseline: false, dimension: written === 'mean' ? 'time' : null, of }
}

function ofStep(arm: string, rest: readonly string[]): Named {
  const [written, measure] = [rest.slice(0, -1).join('.'), rest.at(-1)]
  if (!['rate', 'rate_per_s', 'cycles'].includes(measure ?? '') || written === '') {
    throw new ExpressionFault(`\`steps\` needs a step and what of it; write ${arm}.steps.exit.rate or .cycles`)
  }
  const isStep = (step: string) => step.replace(/[^A-Za-z0-9-]+/g, '-').replace(/-$/, '') === written
  const sum = (tallies: Tallies, of: 'items' | 'executed'): number =>
    tallies.ledger.reduce((total, entry) => total + (isStep(entry.step) ? entry[of] : 0), 0)
  const rate = perSecond((tallies) => sum(tallies, 'items'))
  const of = (comparison: Comparison): number | null => {
    const result = armNamed(comparison, arm)
    const isThere = result.tallies.some(({ ledger }) => ledger.some(({ step }) => isStep(step)))
    if (!isThere) return null
    if (measure !== 'cycles') return rate(result, comparison)
    return mean(result.tallies.map((tallies) => sum(tallies, 'executed')))
  }
  return { arm, needsBaseline: false, dimension: measure === 'rate' ? 'rate' : null, of }
}

function ofResource(arm: string, rest: readonly string[]): Named {
  const [name, measure] = [rest.slice(0, -1).join('.'), rest.at(-1)]
  if (measure !== 'share' || name === '') {
    throw new ExpressionFault(`\`resources\` needs the name of one; write ${arm}.resources.wire.transmit.share`)
  }
  const of = (comparison: Comparison): number | null => {
    const found = armNamed(comparison, arm).tallies.flatMap(({ resources }) => resources.filter((r) => r.name === name))
    return found.length === 0 ? null : mean(found.map(({ busy, capacity }) => busy / capacity))
  }
  return { arm, needsBaseline: false, dimension: 'share', of }
}

function armNamed(comparison: Comparison, name: string): ArmResult {
  return [comparison.baseline, ...comparison.arms].find((arm) => arm.name === name)!
}

/** Finished items of the chosen kinds of work per second; null where several kinds are meant by one name. */
function throughput(isChosen: (kind: { group: string; work: string }) => boolean): OfArm {
  return (arm, comparison) => {
    const kinds = new Set(arm.tallies.flatMap(({ work }) => work.filter(isChosen).map((kind) => kind.work)))
    if (kinds.size !== 1) return null
    const finished = (tallies: Tallies) =>
      tallies.work.reduce((sum, kind) => sum + (isChosen(kind) ? kind.finished : 0), 0)
    return perSecond(finished)(arm, comparison)
  }
}

function perSecond(count: (tallies: Tallies, arm: ArmResult, technologies: readonly Technology[]) => number): OfArm {
  return (arm, { technologies }) =>
    mean(arm.tallies.map((tallies) => count(tallies, arm, technologies) / (tallies.windowNs / 1e9)))
}

/**
 * Exits of hardware: steps named `exit`; and traps that are priced as a whole, by as many transitions as the handler's price says
 * (`vt-x.page-fault.transitions`).
 */
function exits({ ledger }: Tallies, { handlers }: ArmResult, technologies: readonly Technology[]): number {
  const handler = handlers['processor'] ?? ''
  const costs = technologies.find(({ name }) => name === 'processor')?.costs ?? {}
  const times = ({ step, technology }: { step: string; technology: string }): number => {
    if (technology !== 'processor') return 0
    return step === 'exit' ? 1 : (costs[`${handler}.${step}.transitions`]?.value ?? 0)
  }
  return ledger.reduce((sum, entry) => sum + times(entry) * entry.items, 0)
}

function guestShare(arm: ArmResult, { scenario }: Comparison): number {
  const { host, vms } = scenario
  const vcpus = Object.values(vms).reduce((sum, group) => sum + group.count * group.vcpus, 0)
  const processors = Math.min(host.cores, vcpus)
  const share = ({ ledger, windowNs }: Tallies) => {
    const cycles = ledger.reduce((sum, { place, executed }) => sum + (place === 'vcpu' ? executed : 0), 0)
    return cycles / ((host.clockHz / 1e9) * windowNs * processors)
  }
  return mean(arm.tallies.map(share))
}
