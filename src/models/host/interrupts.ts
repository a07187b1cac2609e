// Interrupt moderation: at most one interrupt per gap and vector, armed by the first unit that arrives. When the software
// that it calls gets to look, it takes all that wait by then; none is lost when traffic stops.
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import { NONE } from './growing-table.ts'
import type { Items } from './items.ts'
import { Queues } from './queues.ts'

export interface InterruptOptions {
  readonly name: string
  /** A vector for each VM, or one for all. */
  readonly perVm: boolean
  /** The least time from one interrupt of a vector to the next, ns. */
  readonly gapNs: number
  /** What taking an interrupt costs: where the oldest unit that waits enters it, given where it goes afterwards. */
  readonly handling: (done: EventKind) => EventKind
  /** What is done with a batch: its oldest unit, on which the others hang through `items.next`. Default: `dispatchBatch`. */
  readonly taken?: (first: number) => void
}

/** What interrupts need of a host. */
export interface InterruptPlace {
  readonly sim: Simulation
  readonly items: Items
  /** As long as there are VMs. */
  readonly groupOfVm: Int32Array
}

export class Interrupts {
  readonly #sim: Simulation
  readonly #items: Items
  readonly #gapNs: number
  readonly #perVm: boolean
  readonly #handling: EventKind
  readonly #interrupt: EventKind
  /** The units that wait, by vector. */
  readonly #waiting: Queues
  /** When the vector last interrupted, ns. */
  readonly #at: Float64Array

  constructor(place: InterruptPlace, { name, perVm, gapNs, handling, taken }: InterruptOptions) {
    const { sim, items, groupOfVm } = place
    const vectors = perVm ? groupOfVm.length : 1
    this.#sim = sim
    this.#items = items
    this.#gapNs = gapNs
    this.#perVm = perVm
    this.#waiting = new Queues(items, vectors)
    this.#at = new Float64Array(vectors).fill(-Infinity)
    this.#interrupt = sim.event(name, (vector) => {
      this.#at[vector] = sim.now
      sim.fire(this.#handling, this.#waiting.first[vector])
    })
    const take = taken ?? ((first: number) => dispatchBatch(place, first))
    this.#handling = handling(sim.event(`${name} taken`, (first) => take(this.#waiting.takeAll(this.#vectorOf(first)))))
  }

  /** A unit waits for the next interrupt of its vector. */
  arrive(unit: number): void {
    const sim = this.#sim
    const vector = this.#vectorOf(unit)
    const isFirst = this.#waiting.first[vector] === NONE
    this.#waiting.append(unit, vector)
    if (isFirst) sim.after(Math.max(0, this.#at[vector] + this.#gapNs - sim.now), this.#interrupt, vector)
  }

  #vectorOf(unit: number): number {
    return this.#perVm ? this.#items.vm[unit] : 0
  }
}

/** Fires `items.then` of every unit of a batch, oldest first. */
export function dispatchBatch({ sim, items }: Omit<InterruptPlace, 'groupOfVm'>, first: number): void {
  for (let unit = first; unit !== NONE;) {
    const next = items.next[unit]
    sim.fire(items.then[unit] as EventKind, unit)
    unit = next
  }
}
