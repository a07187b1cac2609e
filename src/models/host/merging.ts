// Merging on receive: packets of one stream that wait in the same moderated interrupt are handed up as few segments.
// The NIC says which units came together (`announce`); the TCP handler gathers them (`gather`) until the last of them
// has arrived or the segment is full. Packets that come with different interrupts are never merged.
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import { NONE, Rows } from './growing-table.ts'
import type { Items } from './items.ts'

/** Packets of one stream that came with one interrupt, until all of them have been gathered. */
class Batches {
  /** Units still to come, and size of the segment gathered so far. */
  left = new Int32Array(64)
  bytes = new Float64Array(64)
  packets = new Int32Array(64)
  /** The oldest and the youngest unit gathered so far, linked through `items.next`; NONE: none. */
  first = new Int32Array(64).fill(NONE)
  last = new Int32Array(64)
  next = new Int32Array(64)
  readonly #rows = new Rows<Batches>(this, ['left', 'bytes', 'packets', 'first', 'last', 'next'])

  open(): number {
    const batch = this.#rows.take()
    this.left[batch] = 0
    this.clear(batch)
    return batch
  }

  clear(batch: number): void {
    this.first[batch] = NONE
    this.bytes[batch] = 0
    this.packets[batch] = 0
  }

  release(batch: number): void {
    this.#rows.release(batch)
  }
}

export class Merging {
  readonly #items: Items
  readonly #sim: Simulation
  readonly #batches = new Batches()
  /** The batch that a stream has in the interrupt just now announced. */
  readonly #batchOf = new Map<number, number>()
  #segmentBytes: number | null = null

  constructor(items: Items, sim: Simulation) {
    this.#items = items
    this.#sim = sim
  }

  /** Somebody gathers segments of at most so many bytes; without that nothing is merged. While wiring. */
  begin(segmentBytes: number): void {
    this.#segmentBytes = segmentBytes
  }

  /** Numbers the batches of an interrupt whose units hang on `first`; units of no stream are not merged. */
  announce(first: number): void {
    if (this.#segmentBytes === null) return
    const items = this.#items
    for (let unit = first; unit !== NONE; unit = items.next[unit]) {
      if (items.flow[unit] === NONE) continue
      let batch = this.#batchOf.get(items.flow[unit])
      if (batch === undefined) {
        batch = this.#batches.open()
        this.#batchOf.set(items.flow[unit], batch)
      }
      items.batch[unit] = batch
      this.#batches.left[batch]++
    }
    this.#batchOf.clear()
  }

  /** Takes a unit in, and fires `segment` with a unit for all those merged whenever one is complete; they hang on it. */
  gather(unit: number, segment: EventKind): void {
    const items = this.#items
    const batches = this.#batches
    const batch = items.batch[unit]
    if (batches.first[batch] !== NONE && batches.bytes[batch] + items.size[unit] > this.#segmentBytes!)
      this.#flush(batch, segment)
    items.next[unit] = NONE
    if (batches.first[batch] === NONE) batches.first[batch] = unit
    else items.next[batches.last[batch]] = unit
    batches.last[batch] = unit
    batches.bytes[batch] += items.size[unit]
    batches.packets[batch] += items.packets[unit]
    // Where no NIC is named, packets come with no interrupt, each for itself.
    const isAnnounced = batches.left[batch] > 0
    if (isAnnounced && --batches.left[batch] > 0) return
    this.#flush(batch, segment)
    if (isAnnounced) batches.release(batch)
  }

  #flush(batch: number, segment: EventKind): void {
    const items = this.#items
    const { first, bytes, packets } = this.#batches
    // The segment is a unit of its own, of the oldest one's item, so that those it is made of keep their sizes.
    const oldest = first[batch]
    const whole = items.split(oldest, bytes[batch], packets[batch])
    items.next[whole] = oldest
    this.#batches.clear(batch)
    this.#sim.fire(segment, whole)
  }
}
