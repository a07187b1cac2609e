// A finished run at other prices, without running it again. What an arm was charged by one formula for one kind of work is so
// many cycles at the prices of the run, so it is known at any others; and where a price decides how often a step is done, the
// response of the counts was measured by short runs (`runs/doubting.ts`) and multiplies it.
//
//   cycles(prices) = Σ over formulas and kinds of work: weight × formula(prices) × Π responses(price)
import type { Formula, PriceOf, UnitCycles } from '../models/host/technology.ts'
import type { Tallies } from '../models/host/tallies.ts'
import { perItem, type Amount, type Amounts } from './amounts.ts'
import type { Pricing, UncertainPrice } from './pricing.ts'
import { isBatch } from './rows.ts'
import { through } from './responses.ts'

/** What a short run of an arm at one value of a price came to. */
export interface RunAgain {
  readonly price: string
  readonly value: number
  readonly tallies: Tallies
}

/** The parts of a formula, one of which prices a step. */
const PARTS = ['each', 'perPacket', 'perByte'] as const
type Part = (typeof PARTS)[number]

/** The one part of a formula that prices it; null where there are several, or where it cannot be told what it is a price of. */
export function partOf(formula: Formula, nominal: PriceOf, prices: readonly UncertainPrice[]): Part | null {
  const at = formula.at(nominal)
  const parts = PARTS.filter((part) => cornersOf(nominal, prices).some((price) => formula.at(price)[part] !== 0))
  if (parts.length > 1) return null
  const part = parts[0] ?? 'each'
  const isCounted = part === 'each' && at.times >= 1 && Number.isInteger(at.times)
  return at[part] !== 0 || isCounted ? part : null
}

/** The prices themselves, all at their least, and all at their most. */
function cornersOf(nominal: PriceOf, prices: readonly UncertainPrice[]): PriceOf[] {
  const corner = (end: 'low' | 'high'): PriceOf => {
    const values = new Map(prices.map((price) => [price.name, price[end]]))
    return (name) => values.get(name) ?? nominal(name)
  }
  return [nominal, corner('low'), corner('high')]
}

/** Full names of the costs that a formula asks for. */
export function usesOf(formula: Formula, nominal: PriceOf): Set<string> {
  const uses = new Set<string>()
  formula.at((name) => {
    uses.add(name)
    return nominal(name)
  })
  return uses
}

/** Prices of an arm that cannot be asked for from counts: they decide about what happens, or share a step with others. */
export function runAgainFor({ formulas, used, read }: Pricing, prices: readonly UncertainPrice[]): UncertainPrice[] {
  const nominal: PriceOf = (name) => used.get(name)!
  const shared = [...formulas.values()].filter((formula) => partOf(formula, nominal, prices) === null)
  const names = new Set([...read, ...shared.flatMap((formula) => [...usesOf(formula, nominal)])])
  return prices.filter(({ name }) => used.has(name) && names.has(name))
}

/** A part of an arm's cycles that moves with prices. */
interface Term {
  readonly technology: string
  readonly isBatch: boolean
  /** Cycles at the prices of the run. */
  readonly nominal: number
  readonly at: (price: PriceOf, unitCycles: UnitCycles) => number
  readonly formula: Formula
}

/** A technology's steady work, or its batches. */
interface MovedPart {
  readonly technology: string
  readonly isBatch: boolean
}

/** How many cycles a part has more. */
export interface Move extends MovedPart {
  readonly cycles: number
}

/** An arm at any prices. */
export class RepricedArm {
  readonly #terms: readonly (Term & { readonly part: number })[]
  readonly #parts: readonly MovedPart[]
  readonly #formulas: readonly Formula[]
  readonly #nominal: PriceOf

  constructor(
    amounts: Amounts,
    { formulas, used }: Pricing,
    prices: readonly UncertainPrice[],
    { runs, references, generated }: Measured,
  ) {
    const nominal: PriceOf = (name) => used.get(name)!
    const responses = new Responses({ formulas, nominal, prices, amounts }, runs, references)
    const terms = [...amounts].map(([key, amount]) => responses.term(key, amount))
    const added = responses.added(generated)
    this.#nominal = nominal
    const parts = new Map<string, MovedPart>()
    const all = [...terms, ...added].map((term) => {
      const { technology, isBatch } = term
      const key = `${technology} ${isBatch}`
      if (!parts.has(key)) parts.set(key, { technology, isBatch })
      return { ...term, part: [...parts.keys()].indexOf(key) }
    })
    this.#terms = all
    this.#parts = [...parts.values()]
    this.#formulas = [...new Set(this.#terms.map(({ formula }) => formula))]
  }

  /** What an arm's cycles are more than at the prices of the run, by part. `changed`: undefined where a price stays. */
  movedTo(changed: (name: string) => number | undefined): readonly Move[] {
    const price: PriceOf = (name) => changed(name) ?? this.#nominal(name)
    const unitCycles = new Map(this.#formulas.map((formula) => [formula, formula.at(price)]))
    const cycles = this.#parts.map(() => 0)
    for (const { part, nominal, at, formula } of this.#terms)
      cycles[part] += at(price, unitCycles.get(formula)!) - nominal
    return this.#parts.map((part, i) => ({ ...part, cycles: cycles[i] }))
  }
}

/** What short runs of an arm have measured. */
export interface Measured {
  readonly runs: readonly RunAgain[]
  /** The same run at the prices' own values, by price. */
  readonly references: ReadonlyMap<string, Tallies>
  /** Items a replication of the whole run, by `GROUP WORK`. */
  readonly generated: ReadonlyMap<string, number>
}

/** The tallies of nothing that was run again. */
export const NOTHING_MEASURED: Measured = { runs: [], references: new Map(), generated: new Map() }

interface Known {
  readonly formulas: Pricing['formulas']
  readonly nominal: PriceOf
  readonly prices: readonly UncertainPrice[]
  readonly amounts: Amounts
}

type Factor = readonly [price: string, of: (value: number) => number]

/** How counts respond to prices, from short runs. */
class Responses {
  readonly #known: Known
  readonly #parts: ReadonlyMap<Formula, Part | null>
  /** By price, values in order with what an item was charged there, by amount. */
  readonly #measured: readonly (readonly [price: UncertainPrice, at: readonly number[], charged: readonly Amounts[]])[]

  constructor(known: Known, runs: readonly RunAgain[], references: ReadonlyMap<string, Tallies>) {
    const { formulas, nominal, prices } = known
    this.#known = known
    this.#parts = new Map([...formulas.values()].map((formula) => [formula, partOf(formula, nominal, prices)]))
    this.#measured = prices.flatMap((price) => {
      const own = runs.filter((run) => run.price === price.name)
      const reference = references.get(price.name)
      if (own.length === 0 || reference === undefined) return []
      const all = [...own, { value: price.value, tallies: reference }].sort((a, b) => a.value - b.value)
      return [[price, all.map(({ value }) => value), all.map(({ tallies }) => perItem(tallies, formulas))] as const]
    })
  }

  term(key: string, amount: Amount): Term {
    const { formula, cycles, items } = amount
    const own = { technology: amount.technology, isBatch: isBatch(amount), formula, nominal: cycles }
    const { nominal } = this.#known
    const part = this.#parts.get(formula) ?? null
    const factors = this.#factors(key, formula, part)
    const product = (price: PriceOf) => factors.reduce((all, [name, of]) => all * of(price(name)), 1)
    if (part === null) return { ...own, at: (price) => cycles * product(price) }
    const unit = formula.at(nominal)
    const weight = unit[part] === 0 ? items / unit.times : cycles / unit[part]
    return {
      ...own,
      at: (price, unitCycles) => weight * unitCycles[part] * product(price),
    }
  }

  /** How often the step is done, as a share of how often at the price's own value. */
  #factors(key: string, formula: Formula, part: Part | null): Factor[] {
    return this.#measured.flatMap(([price, at, charged]): Factor[] => {
      const counts = charged.map((amounts, i) => this.#countOf(amounts.get(key), formula, part, price, at[i]))
      const own = counts[at.indexOf(price.value)]
      if (own === 0 || counts.every((count) => count === own)) return []
      return [[price.name, through({ at, values: counts.map((count) => count / own) })]]
    })
  }

  /** Charged to an item, in prices of the step. */
  #countOf(
    amount: Amount | undefined,
    formula: Formula,
    part: Part | null,
    price: UncertainPrice,
    value: number,
  ): number {
    if (amount === undefined) return 0
    if (part === null) return amount.cycles
    const unit = formula.at((name) => (name === price.name ? value : this.#known.nominal(name)))
    return unit[part] === 0 ? amount.items / Math.max(1, unit.times) : amount.cycles / unit[part]
  }

  /** What is charged at some value of a price only: so much for each item that the whole run generated. */
  added(generated: ReadonlyMap<string, number>): Term[] {
    return this.#measured.flatMap(([price, at, charged]) => {
      const keys = new Set(charged.flatMap((amounts) => [...amounts.keys()]))
      return [...keys].flatMap((key): Term[] => {
        if (this.#known.amounts.has(key)) return []
        const { group, work, technology, formula } = charged.find((amounts) => amounts.has(key))!.get(key)!
        const part = this.#parts.get(formula) ?? null
        const counts = charged.map((amounts, i) => this.#countOf(amounts.get(key), formula, part, price, at[i]))
        const count = through({ at, values: counts.map((each) => each * (generated.get(`${group} ${work}`) ?? 0)) })
        const cycles = (unit: UnitCycles) => (part === null ? 1 : unit[part])
        return [
          {
            technology,
            isBatch: isBatch({ work }),
            formula,
            nominal: 0,
            at: (of, unit) => count(of(price.name)) * cycles(unit),
          },
        ]
      })
    })
  }
}
