// Prices: the values of all costs of a run, read in this one place, which remembers what was read.
import type { Cost, Technology } from './technology.ts'

export class Prices {
  /** Full names (`technology.key`) and values of the costs that the run's wiring has asked for. */
  readonly used = new Map<string, number>()
  /** Full names of the costs that steps of the run are priced by, those of prices worked out while wiring among them. */
  readonly behind = new Set<string>()
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
    return { cycles: this.value(found, key), assumed: this.isAssumed(found, key) }
  }

  /** What a trap costs on bare hardware: for arms that do not name `processor`. Unknown kinds cost nothing. */
  nativeTrap(kind: string): { readonly cycles: number; readonly assumed: boolean } {
    const processor = this.#technologies.find(({ name }) => name === 'processor')
    const key = `native.${kind}`
    if (!processor?.costs[key]) return { cycles: 0, assumed: true }
    return { cycles: this.value(processor, key), assumed: this.isAssumed(processor, key) }
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
