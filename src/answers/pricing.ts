// How the work of an arm is priced: its formulas, the costs behind them, and which of these nobody knows exactly.
import { Host } from '../models/host/host.ts'
import { extentOf } from '../models/host/prices.ts'
import type { Cost, Formula, Technology } from '../models/host/technology.ts'
import { wireWork } from '../models/workload/open.ts'
import type { Scenario } from '../language/asked.ts'

export interface Pricing {
  /** By the ids that entries of the ledger name. */
  readonly formulas: ReadonlyMap<string, Formula>
  /** Values of all costs that the arm asks for, by full name. */
  readonly used: ReadonlyMap<string, number>
  /** Which of them handlers have read for themselves: what happens may depend on them. */
  readonly read: ReadonlySet<string>
}

/** A price that may lie anywhere in its range. */
export interface UncertainPrice {
  /** Full name, `technology.key`. */
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly low: number
  readonly high: number
  /** Whether it takes only whole values: sessions, or numbers of words. */
  readonly isWhole: boolean
  /** The words of a choice, which its values number. */
  readonly words?: readonly string[]
}

/** The pricing of an arm: it is wired as for a run, and not run. */
export function pricingOf(scenario: Scenario, arm: string, technologies: readonly Technology[]): Pricing {
  const host = new Host(scenario, scenario.arms[arm], 0, technologies)
  wireWork(host)
  return { formulas: host.formulas, used: host.prices.used, read: host.prices.read }
}

/** All prices of the arms that have a range, in the order of their names. */
export function uncertainPrices(
  scenario: Scenario,
  technologies: readonly Technology[],
  pricings: readonly Pricing[],
): UncertainPrice[] {
  const values = new Map(pricings.flatMap(({ used }) => [...used]))
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => {
      const cost = costNamed(name, technologies)
      const extent = extentIn(scenario, name, value, cost)
      if (extent === null) return []
      const isWhole = cost?.whole === true || cost?.choices !== undefined
      const [low, high] = extent
      return [{ name, unit: cost?.unit ?? 'cycles', value, low, high, isWhole, words: cost?.choices }]
    })
}

function costNamed(name: string, technologies: readonly Technology[]): Cost | undefined {
  const technology = technologies.find((other) => name.startsWith(`${other.name}.`))
  return technology?.costs[name.slice(technology.name.length + 1)]
}

/** A price that the scenario gives is as it says; without a range it is known, unless it is called an assumption. */
function extentIn({ costs, costOrigins = {}, assumed = [] }: Scenario, name: string, value: number, cost?: Cost) {
  if (!Object.hasOwn(costs, name)) return cost === undefined ? null : extentOf(cost)
  const unit = cost?.unit ?? 'cycles'
  const { whole, least, choices } = cost ?? {}
  const source = assumed.includes(name) ? 'assumption' : 'scenario'
  return extentOf({ value, unit, source, whole, least, choices, range: costOrigins[name]?.range ?? undefined })
}
