// Short runs: where a price decides about what happens (a gap between interrupts, the bytes of a pixel), counts are not enough. What
// passes the price's technology is run again, alone and for a short time, under the same seed, at a few values of that price.
import type { ArmResult } from '../answers/arm-result.ts'
import type { Comparison } from '../answers/comparison.ts'
import { pricingOf, type Pricing, type UncertainPrice } from '../answers/pricing.ts'
import type { Amounts } from '../answers/amounts.ts'
import type { Measured, RunAgain } from '../answers/repricing.ts'
import type { Scenario } from '../language/asked.ts'
import type { LedgerEntry, Tallies } from '../models/host/tallies.ts'
import { mean } from '../statistics/paired.ts'
import { onlyWork, shortened } from './excerpt.ts'
import { InterruptedError, type Simulate } from './run-scenario.ts'
import type { Task } from './task.ts'

/** Of the events of the run: what short runs are made as long for, behind what none is begun any more, and what none may pass. */
const EVENTS_AIMED = 0.25
const EVENTS_BEGUN = 0.35
const EVENTS_MOST = 0.45
/** So many events take some hundredths of a second, less than it takes to start: as short as this is never too long. */
const EVENTS_FREE = 20_000
/** Of what all may have, a single one; what has more is given up, and its price asked once more by runs so much shorter. */
const EVENTS_OF_ONE = 1 / 8
const SHORTER = 1 / 8
/** How much longer a run takes at another price, as is expected of all of them together. */
const GROWTH = 2
/** A first look, at how many events an excerpt has, is as long as this part of the run. */
const FIRST_LOOK = 1 / 64

/** An arm with all that is needed to ask it at other prices. */
export interface Asked {
  readonly arm: ArmResult
  pricing: Pricing
  readonly amounts: Amounts
  /** Prices that it has to be run again for. */
  readonly again: readonly UncertainPrice[]
}

/** Of all replications of some arms. */
export function eventsOf(arms: readonly ArmResult[]): number {
  return arms.flatMap(({ tallies }) => tallies).reduce((sum, { events }) => sum + events, 0)
}

/** The short runs. What an arm is asked, and how long, follows from the comparison alone. */
export class ShortRuns {
  runs = 0
  events = 0
  readonly held: string[] = []
  readonly #comparison: Comparison
  readonly #asked: readonly Asked[]
  readonly #limit: number
  readonly #windowNs: number
  /** By technology: the work that passes it, and how much of it is run again. */
  readonly #excerpts = new Map<string, Scenario>()
  readonly #references = new Map<string, Tallies>()
  #made: (RunAgain & { readonly arm: string })[] = []

  constructor(comparison: Comparison, asked: readonly Asked[]) {
    this.#comparison = comparison
    this.#asked = asked
    this.#windowNs = mean(comparison.baseline.tallies.map(({ windowNs }) => windowNs))
    this.#limit = Math.max(EVENTS_FREE, EVENTS_MOST * eventsOf(comparison.arms))
    // The same in every arm, so that what arms have in common stays the same under the same luck.
    for (const technology of new Set(asked.flatMap(({ again }) => again.map(technologyOf)))) {
      const works = asked.flatMap(({ arm }) => [...worksPassing(technology, arm.tallies)])
      if (works.length > 0) this.#excerpts.set(technology, onlyWork(comparison.scenario, new Set(works)))
    }
  }

  /** Names of the prices that were run again for. */
  get prices(): string[] {
    return [...new Set(this.#made.map(({ price }) => price))].sort()
  }

  /** What the runs of an arm have measured. */
  measured({ name, tallies }: ArmResult): Measured {
    const asked = this.#asked.find(({ arm }) => arm.name === name)!
    const references = asked.again.flatMap((price): [string, Tallies][] => {
      const reference = this.#referenceOf(name, price)
      return reference === undefined ? [] : [[price.name, reference]]
    })
    return {
      runs: this.#made.filter(({ arm }) => arm === name),
      references: new Map(references),
      generated: generatedIn(tallies),
    }
  }

  async all(simulate: Simulate): Promise<void> {
    await this.#shorten(simulate)
    await this.#refer(simulate)
    for (const price of byWeight(this.#asked)) {
      const excerpt = this.#excerpts.get(technologyOf(price))
      if (excerpt === undefined) continue
      const isBegun = this.events <= (EVENTS_BEGUN / EVENTS_MOST) * this.#limit
      const isMeasured = isBegun && (await this.#measure(price, excerpt, simulate))
      if (!isMeasured && !(isBegun && (await this.#measureShorter(price, excerpt, simulate)))) this.#hold(price)
    }
    this.held.sort()
  }

  /** Runs an excerpt at the values of a price; false if that was given up. */
  async #measure(price: UncertainPrice, excerpt: Scenario, simulate: Simulate): Promise<boolean> {
    const arms = this.#armsAsked(price)
    const { ends, inner } = valuesOf(price)
    const most = EVENTS_OF_ONE * this.#limit
    if (!(await this.#vary(price, excerpt, { arms, values: ends, most }, simulate))) return false
    const moved = arms.filter((arm) => this.#isMoved(arm, price))
    return this.#vary(price, excerpt, { arms: moved, values: inner, most: Infinity }, simulate)
  }

  /** The same of less of the excerpt, which needs references of its own. */
  async #measureShorter(price: UncertainPrice, excerpt: Scenario, simulate: Simulate): Promise<boolean> {
    const arms = this.#armsAsked(price)
    const scenario = shortened(excerpt, SHORTER, this.#windowNs)
    this.#forget(price)
    const made = await this.#simulated(
      arms.map((arm) => ({ scenario, arm, replication: 0 })),
      simulate,
    )
    arms.forEach((arm, i) => this.#references.set(excerptKey(arm, price.name), made[i]))
    const { ends, inner } = valuesOf(price)
    return this.#vary(price, scenario, { arms, values: [...ends, ...inner], most: Infinity }, simulate)
  }

  #armsAsked(price: UncertainPrice): string[] {
    return this.#asked.filter(({ again }) => again.includes(price)).map(({ arm }) => arm.name)
  }

  /** A price's own reference, where it has one, or that of its technology. */
  #referenceOf(arm: string, price: UncertainPrice): Tallies | undefined {
    return (
      this.#references.get(excerptKey(arm, price.name)) ?? this.#references.get(excerptKey(arm, technologyOf(price)))
    )
  }

  /** Runs an excerpt of arms at some values of a price; false if one had more events than it may. */
  async #vary(
    price: UncertainPrice,
    excerpt: Scenario,
    { arms, values, most }: { arms: readonly string[]; values: readonly number[]; most: number },
    simulate: Simulate,
  ): Promise<boolean> {
    const asks = arms.flatMap((arm) => values.map((value) => ({ arm, value })))
    const left = Math.max(0, this.#limit - this.events) / asks.length
    const mostEvents = Math.min(most, left)
    const tasks = asks.map(({ arm, value }): Task => {
      const scenario = { ...excerpt, costs: { ...excerpt.costs, [price.name]: value } }
      return { scenario, arm, replication: 0, mostEvents }
    })
    const made = await this.#simulated(tasks, simulate)
    if (made.some(({ events }) => events > mostEvents)) return false
    asks.forEach((ask, i) => {
      this.#made.push({ ...ask, price: price.name, tallies: made[i] })
      this.#learn(tasks[i], made[i])
    })
    return true
  }

  #hold({ name }: Pick<UncertainPrice, 'name'>): void {
    this.held.push(name)
    this.#forget({ name })
  }

  #forget({ name }: Pick<UncertainPrice, 'name'>): void {
    this.#made = this.#made.filter(({ price }) => price !== name)
  }

  /** Whether an arm was charged anything else at the ends of a price's range than at its own value. */
  #isMoved(arm: string, price: UncertainPrice): boolean {
    const charged = ({ ledger }: Tallies) => JSON.stringify(ledger.map(({ executed: _, ...entry }) => entry))
    const own = charged(this.#referenceOf(arm, price)!)
    return this.#made.some((run) => run.arm === arm && run.price === price.name && charged(run.tallies) !== own)
  }

  /** At another value of a price other steps may be done: their formulas are found by wiring it so. */
  #learn({ scenario, arm }: Task, { ledger }: Tallies): void {
    const asked = this.#asked.find((each) => each.arm.name === arm)!
    const isKnown = ({ formula }: LedgerEntry) => formula === undefined || asked.pricing.formulas.has(formula)
    if (ledger.every(isKnown)) return
    const { formulas, used } = pricingOf(scenario, arm, this.#comparison.technologies)
    const { pricing } = asked
    asked.pricing = {
      formulas: new Map([...formulas, ...pricing.formulas]),
      used: new Map([...used, ...pricing.used]),
      read: pricing.read,
    }
  }

  /** Makes excerpts as short as lets all runs together have the events that are aimed at. */
  async #shorten(simulate: Simulate): Promise<void> {
    const looks = this.#referring((excerpt) => shortened(excerpt, FIRST_LOOK, this.#windowNs))
    const made = await this.#simulated(
      looks.map(({ task }) => task),
      simulate,
    )
    const expected = looks.map(({ arm, technology }, i) => {
      const prices = this.#asked.find((asked) => asked.arm.name === arm)!.again
      const own = prices.filter((price) => technologyOf(price) === technology)
      const runs = own.reduce((sum, price) => sum + valuesOf(price).ends.length + valuesOf(price).inner.length, 0)
      return (1 + GROWTH * runs) * made[i].events
    })
    const aimed = Math.max(EVENTS_FREE, EVENTS_AIMED * eventsOf(this.#comparison.arms)) - this.events
    const share = (FIRST_LOOK * aimed) / expected.reduce((sum, events) => sum + events, 1)
    for (const [technology, excerpt] of this.#excerpts)
      this.#excerpts.set(technology, shortened(excerpt, Math.min(1, Math.max(FIRST_LOOK, share)), this.#windowNs))
  }

  /** Every excerpt in every arm that is asked about its technology, at the prices' own values. */
  #referring(change: (excerpt: Scenario) => Scenario): { arm: string; technology: string; task: Task }[] {
    return [...this.#excerpts].flatMap(([technology, excerpt]) => {
      const asked = this.#asked.filter(({ again }) => again.some((price) => technologyOf(price) === technology))
      const scenario = change(excerpt)
      return asked.map(({ arm }) => ({ arm: arm.name, technology, task: { scenario, arm: arm.name, replication: 0 } }))
    })
  }

  async #refer(simulate: Simulate): Promise<void> {
    const references = this.#referring((excerpt) => excerpt)
    const made = await this.#simulated(
      references.map(({ task }) => task),
      simulate,
    )
    references.forEach(({ arm, technology }, i) => this.#references.set(excerptKey(arm, technology), made[i]))
  }

  async #simulated(tasks: readonly Task[], simulate: Simulate): Promise<Tallies[]> {
    const all: Tallies[] = []
    for await (const tallies of simulate(tasks)) all.push(tallies)
    if (all.length < tasks.length) throw new InterruptedError('the doubt of prices was not complete')
    this.runs += all.length
    this.events += all.reduce((sum, { events }) => sum + events, 0)
    return all
  }
}

function excerptKey(arm: string, of: string): string {
  return `${arm}\n${of}`
}

function technologyOf({ name }: UncertainPrice): string {
  return name.slice(0, name.indexOf('.'))
}

/** Values that a price is run again at: both ends and, where they make a difference, the middle; or all words of a choice. */
function valuesOf({ low, high, value, isWhole, words }: UncertainPrice): { ends: number[]; inner: number[] } {
  const others = (values: readonly number[]) => [...new Set(values)].filter((other) => other !== value)
  if (words) return { ends: others(words.map((_, i) => i)), inner: [] }
  const middle = isWhole ? Math.round((low + high) / 2) : (low + high) / 2
  return { ends: others([low, high]), inner: others([middle]).filter((inner) => inner !== low && inner !== high) }
}

/** Kinds of work, `GROUP WORK`, that pass a technology or are charged for it. Everything may trap. */
function worksPassing(technology: string, replications: readonly Tallies[]): Set<string> {
  const works = replications.flatMap(({ work }) =>
    work.filter(({ technologies }) => technology === 'processor' || technologies.includes(technology)),
  )
  const charged = replications.flatMap(({ ledger }) =>
    ledger.filter((entry) => entry.technology === technology || entry.cause === technology),
  )
  return new Set([...works, ...charged].map(({ group, work }) => `${group} ${work}`))
}

function generatedIn(replications: readonly Tallies[]): Map<string, number> {
  const generated = new Map<string, number>()
  for (const tally of replications.flatMap(({ work }) => work)) {
    const kind = `${tally.group} ${tally.work}`
    generated.set(kind, (generated.get(kind) ?? 0) + tally.generated / replications.length)
  }
  return generated
}

/** All prices to run again for, those first whose technologies are charged most. */
function byWeight(asked: readonly Asked[]): UncertainPrice[] {
  const weights = new Map<string, number>()
  for (const { technology, cycles } of asked.flatMap(({ amounts }) => [...amounts.values()]))
    weights.set(technology, (weights.get(technology) ?? 0) + cycles)
  const weight = (price: UncertainPrice) => weights.get(technologyOf(price)) ?? 0
  const all = new Map(asked.flatMap(({ again }) => again).map((price) => [price.name, price]))
  return [...all.values()].sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1))
}
