// Interrupt moderation: at most one interrupt per gap and line, armed by the first unit that arrives; it takes all that
// wait, and none is lost when traffic stops.
import type { EventKind } from '../engine/simulation.ts'
import type { Host } from './host.ts'
import { NONE } from './ledger.ts'

export class Interrupts {
  readonly #host: Host
  readonly #gapNs: number
  readonly #announce: EventKind
  readonly #interrupt: EventKind
  /** The units that wait on a line, linked through `items.next`. */
  readonly #first: Int32Array
  readonly #last: Int32Array
  /** When the line last interrupted, ns. */
  readonly #at: Float64Array

  /** `announce` is fired with the oldest unit of each batch; the others hang on it through `items.next`. */
  constructor(host: Host, name: string, lines: number, gapNs: number, announce: EventKind) {
    this.#host = host
    this.#gapNs = gapNs
    this.#announce = announce
    this.#first = new Int32Array(lines).fill(NONE)
    this.#last = new Int32Array(lines).fill(NONE)
    this.#at = new Float64Array(lines).fill(-Infinity)
    this.#interrupt = host.sim.event(name, (line) => this.#onInterrupt(line))
  }

  arrive(line: number, unit: number): void {
    const { items, sim } = this.#host
    items.next[unit] = NONE
    if (this.#first[line] === NONE) {
      this.#first[line] = unit
      sim.after(Math.max(0, this.#at[line] + this.#gapNs - sim.now), this.#interrupt, line)
    } else items.next[this.#last[line]] = unit
    this.#last[line] = unit
  }

  #onInterrupt(line: number): void {
    const { sim } = this.#host
    const first = this.#first[line]
    this.#first[line] = NONE
    this.#at[line] = sim.now
    sim.fire(this.#announce, first)
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
