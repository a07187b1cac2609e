// Prices: the values of all costs of a run, read in this one place, which remembers what was read; and formulas, how the cycles of
// a step follow from them, by which a finished run can be priced again: docs/STATISTICS.md, "Chance and knowledge".
import { hashHex } from '../../engine/hash.ts'
import type { Cost, Formula, Price, PriceOf, Step, Technology, UnitCycles } from './technology.ts'

export class Prices {
  /** Full names (`technology.key`) and values of the costs that the run's wiring has asked for. */
  readonly used = new Map<string, number>()
  /** Full names of the costs that steps of the run are priced by, those of prices worked out while wiring among them. */
  readonly behind = new Set<string>()
  /** Which of them handlers have read for themselves, and not only as prices of steps: what happens may depend on them. */
  readonly read = new Set<string>()
  readonly #technologies: readonly Technology[]
  readonly #overrides: Readonly<Record<string, number>>
  readonly #assumed: readonly string[]

  /** `overrides`: what the scenario gives, by full names; `assumed`: which of them it calls assumptions. */
  constructor(
    technologies: readonly Technology[],
    overrides: Readonly<Record<string, number>>,
    assumed: readonly string[] = [],
  ) {
    this.#technologies = technologies
    this.#overrides = overrides
    this.#assumed = assumed
  }

  /** What the scenario says of a cost, else the technology's own value. */
  value(technology: Technology, key: string): number {
    const value = this.override(technology, key) ?? own(technology, key).value
    this.used.set(`${technology.name}.${key}`, value)
    return value
  }

  /** The value of a cost by its full name. */
  named(name: string): number {
    const technology = this.#technologies.find((other) => name.startsWith(`${other.name}.`))
    if (technology === undefined) throw new Error(`no technology has a cost ${name}`)
    return this.value(technology, name.slice(technology.name.length + 1))
  }

  /** What the scenario says of a cost; undefined if it says nothing. */
  override(technology: Technology, key: string): number | undefined {
    return this.#overrides[`${technology.name}.${key}`]
  }

  /** Whether a cost rests on an assumption. One that a scenario gives is the user's own knowledge, unless it says otherwise. */
  isAssumed(technology: Technology, key: string): boolean {
    this.behind.add(`${technology.name}.${key}`)
    if (this.override(technology, key) !== undefined) return this.#assumed.includes(`${technology.name}.${key}`)
    return own(technology, key).source.startsWith('assumption:')
  }

  /** What the guest pays for something of a technology's work, whether the arm names the technology or not. */
  ofGuest(technology: string, key: string): { readonly cycles: number; readonly assumed: boolean } {
    const found = this.#technologies.find(({ name }) => name === technology)
    if (found === undefined) return { cycles: 0, assumed: true }
    // What is worked out from it while wiring cannot be asked again at other prices.
    this.read.add(`${technology}.${key}`)
    return { cycles: this.value(found, key), assumed: this.isAssumed(found, key) }
  }

  /** The cost that says what a trap costs on bare hardware: for arms that do not name `processor`. Unknown kinds have none. */
  nativeTrap(kind: string): { readonly name: string; readonly assumed: boolean } | null {
    const processor = this.#technologies.find(({ name }) => name === 'processor')
    const key = `native.${kind}`
    if (!processor?.costs[key]) return null
    return { name: `processor.${key}`, assumed: this.isAssumed(processor, key) }
  }
}

function own(technology: Technology, key: string): Cost {
  const cost = technology.costs[key]
  if (cost === undefined) throw new Error(`technology ${technology.name} has no cost ${key}`)
  return cost
}

/** How far a guess may be off whose author does not say: to the half and to twice. */
const GUESS = 2

/**
 * From where to where a cost may lie, as far as anybody says: what was published, or is plausible; all words of an assumed choice.
 * null: it is known as it is.
 */
export function extentOf(cost: Cost): readonly [low: number, high: number] | null {
  const { value, source, range, least = 0, whole = false, choices } = cost
  const isGuess = source.startsWith('assumption')
  if (choices) return isGuess && choices.length > 1 ? [0, choices.length - 1] : null
  const [low, high] = range ?? (isGuess ? [value / GUESS, value * GUESS] : [value, value])
  const from = Math.max(least, whole ? Math.ceil(low) : low)
  return from < high ? [from, high] : null
}

function idOf(...parts: readonly (string | undefined)[]): string {
  return hashHex(parts.map((part) => part ?? '').join('\n')).slice(0, 12)
}

/** How often a step is done for a unit: so many times, and as often as a cost says, by its full name. */
export interface Multiple {
  readonly count: number
  readonly by?: string
}

/** The formula of a technology's step. */
export function formulaOf(technology: string, place: string, step: Step, { count, by }: Multiple): Formula {
  const { each, times, perPacket, perByte, derived } = step
  // Numbers that were worked out tell formulas apart that are alike in all names.
  const numbers = derived && [derived.cycles, derived.perByte].filter((part) => typeof part === 'number').join(' ')
  const from = derived && [...derived.from, numbers].join('+')
  const id = idOf(technology, place, step.name, each, times, perPacket, perByte, from, by)
  const at = (price: PriceOf): UnitCycles => {
    const own: PriceOf = (name) => price(`${technology}.${name}`)
    const of = (name: string | undefined): number => (name === undefined ? 0 : own(name))
    const multiple = by === undefined ? count : count * price(by)
    const often = (times === undefined ? 1 : own(times)) * multiple
    return {
      each: (of(each) + derivedCycles(step, own)) * often,
      perPacket: of(perPacket) * multiple,
      perByte: (of(perByte) + (derived?.perByte ?? 0)) * multiple,
      times: often,
    }
  }
  return { id, at }
}

/** The formula of a trap that is charged to its cause, at what it costs on bare hardware; without a cost it is free. */
export function trapFormula(technology: string, name: string, cost: string | undefined, multiple: Multiple): Formula {
  const { count, by } = multiple
  const at = (price: PriceOf): UnitCycles => {
    const times = by === undefined ? count : count * price(by)
    return { each: (cost === undefined ? 0 : price(cost)) * times, perPacket: 0, perByte: 0, times }
  }
  return { id: idOf(technology, 'host', name, cost, by), at }
}

/** What was worked out from prices, asked again where it can be. */
export function derivedCycles({ derived }: Price, own: PriceOf): number {
  if (derived === undefined) return 0
  return typeof derived.cycles === 'number' ? derived.cycles : derived.cycles(own)
}
