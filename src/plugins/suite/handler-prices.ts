// What a handler's steps must come to, as with paper: from the numbers that its technology states and the steps that it
// declares, for each unit that is seen to have passed one. The wiring is not asked, since it would agree with itself.
import type { EventKind } from '../../engine/simulation.ts'
import { derivedCycles } from '../../models/host/prices.ts'
import type { Host } from '../../models/host/host.ts'
import type { CausedTrap, Price, Step, Technology } from '../../models/host/technology.ts'

export class HandlerPrices {
  readonly #technology: string
  /** Values of all costs by full name, as they stand before a handler can change anything. */
  readonly #stated: ReadonlyMap<string, number>
  /** Cycles that the steps passed by units come to, by `place step`. */
  readonly passed = new Map<string, number>()
  /** Full names of the costs that prices of declared steps are made of. */
  readonly named = new Set<string>()
  /** Steps of vCPUs that spin, by `place step`: they have no price. */
  readonly spins = new Set<string>()

  constructor(technologies: readonly Technology[], technology: Technology) {
    this.#technology = technology.name
    this.#stated = new Map(
      technologies.flatMap(({ name, costs }) =>
        Object.entries(costs).map(([key, { value }]) => [`${name}.${key}`, value] as const),
      ),
    )
  }

  /** Sees every step that the technology's handler declares, and every unit that passes it. Before anything is wired. */
  attach(host: Host): void {
    const wiring = host.wiring(this.#technology)!
    const { items, segments } = host
    const step = wiring.step.bind(wiring)
    const line = wiring.line.bind(wiring)
    wiring.step = (piece, next, cause, multiple = 1, by?: string) => {
      for (const key of pricesOf(piece)) this.named.add(`${this.#technology}.${key}`)
      const often = multiple * (by === undefined ? 1 : this.#stated.get(by)!)
      // Behind the step: a unit that is superseded before its turn has not passed it.
      const behind = segments.mark((unit) => {
        this.#add(stepKey(piece), this.cyclesOf(piece, items.packets[unit], items.size[unit], often))
      }, next)
      return step(piece, behind, cause, multiple, by)
    }
    const spinning = wiring.spinning.bind(wiring)
    wiring.spinning = (name, serve, done) => {
      this.spins.add(stepKey({ place: 'vcpu', name }))
      return spinning(name, serve, done)
    }
    wiring.line = (pieces, done) =>
      pieces.reduceRight((next, piece) => line([piece], 'trap' in piece ? this.#caused(host, piece, next) : next), done)
  }

  /** What a step costs a unit. */
  cyclesOf(step: Step, packets: number, size: number, multiple = 1): number {
    const price = (key: string | undefined): number => (key === undefined ? 0 : this.#cost(key))
    const times = (step.times === undefined ? 1 : this.#cost(step.times)) * multiple
    const each = (price(step.each) + derivedCycles(step, price)) * times
    const bytes = price(step.perByte) + (step.derived?.perByte ?? 0)
    return Math.round(each + price(step.perPacket) * multiple * packets + bytes * multiple * size)
  }

  /** A trap is charged to the arm's processor; without one, to its cause, at what it costs natively. */
  #caused(host: Host, { trap, times }: CausedTrap, next: EventKind): EventKind {
    if (host.wiring('processor')?.handler.traps) return next
    const native = `processor.native.${trap}`
    this.named.add(native)
    const cycles = (this.#stated.get(native) ?? 0) * (typeof times === 'number' ? times : this.#cost(times))
    return host.segments.mark(() => this.#add(`host ${trap} (native)`, Math.round(cycles)), next)
  }

  #add(key: string, cycles: number): void {
    this.passed.set(key, (this.passed.get(key) ?? 0) + cycles)
  }

  #cost(key: string): number {
    const value = this.#stated.get(`${this.#technology}.${key}`)
    if (value === undefined) throw new Error(`technology ${this.#technology} has no cost ${key}`)
    return value
  }
}

/** A step as the ledger names it. */
export function stepKey({ place, name }: Step): string {
  return `${place === 'exit' ? 'host' : place === 'user' ? 'vcpu' : place} ${name}`
}

/** The costs that a price is made of; how often it is paid is not one. */
function pricesOf({ each, perPacket, perByte, derived }: Price): string[] {
  return [each, perPacket, perByte, ...(derived?.from ?? [])].filter((key) => key !== undefined)
}
