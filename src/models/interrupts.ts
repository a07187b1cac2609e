// Interrupt moderation: at most one interrupt per gap and line, armed by the first unit that arrives. When the software
// that it calls gets to look, it takes all that wait by then; none is lost when traffic stops.
import type { EventKind } from '../engine/simulation.ts'
import type { Host } from './host.ts'
import { NONE } from './ledger.ts'

export interface InterruptOptions {
  readonly name: string
  /** A line for each VM, or one for all. */
  readonly perVm: boolean
  /** The least time from one interrupt of a line to the next, ns. */
  readonly gapNs: number
  /** What taking an interrupt costs: where the oldest unit of the line enters it, given where it goes afterwards. */
  readonly handling: (done: EventKind) => EventKind
  /** What is done with a batch: its oldest unit, on which the others hang through `items.next`. Default: `dispatchBatch`. */
  readonly taken?: (first: number) => void
}

export class Interrupts {
  readonly #host: Host
  readonly #gapNs: number
  readonly #perVm: boolean
  readonly #handling: EventKind
  readonly #interrupt: EventKind
  /** The units that wait on a line, linked through `items.next`. */
  readonly #first: Int32Array
  readonly #last: Int32Array
  /** When the line last interrupted, ns. */
  readonly #at: Float64Array

  constructor(host: Host, { name, perVm, gapNs, handling, taken }: InterruptOptions) {
    const lines = perVm ? host.groupOfVm.length : 1
    this.#host = host
    this.#gapNs = gapNs
    this.#perVm = perVm
    this.#first = new Int32Array(lines).fill(NONE)
    this.#last = new Int32Array(lines).fill(NONE)
    this.#at = new Float64Array(lines).fill(-Infinity)
    this.#interrupt = host.sim.event(name, (line) => {
      this.#at[line] = host.sim.now
      host.sim.fire(this.#handling, this.#first[line])
    })
    const take = taken ?? ((first: number) => dispatchBatch(host, first))
    this.#handling = handling(host.sim.event(`${name} taken`, (first) => take(this.#take(first))))
  }

  /** A unit waits for the next interrupt of its line. */
  arrive(unit: number): void {
    const { items, sim } = this.#host
    const line = this.#lineOf(unit)
    items.next[unit] = NONE
    if (this.#first[line] === NONE) {
      this.#first[line] = unit
      sim.after(Math.max(0, this.#at[line] + this.#gapNs - sim.now), this.#interrupt, line)
    } else items.next[this.#last[line]] = unit
    this.#last[line] = unit
  }

  #take(first: number): number {
    this.#first[this.#lineOf(first)] = NONE
    return first
  }

  #lineOf(unit: number): number {
    return this.#perVm ? this.#host.items.vm[unit] : 0
  }
}

/** Fires `items.then` of every unit of a batch, oldest first. */
export function dispatchBatch(host: Host, first: number): void {
  const { items, sim } = host
  for (let unit = first; unit !== NONE;) {
    const next = items.next[unit]
    sim.fire(items.then[unit] as EventKind, unit)
    unit = next
  }
}
