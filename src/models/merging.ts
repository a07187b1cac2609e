// Merging on receive: packets of one stream that wait in the same moderated interrupt are handed up as few segments.
// The NIC says which units came together (`announce`); the TCP handler gathers them (`gather`) until the last of them
// has arrived or the segment is full. Packets that come with different interrupts are never merged.
import type { EventKind } from '../engine/simulation.ts'
import type { Host } from './host.ts'
import { NONE } from './ledger.ts'
import { grown } from './columns.ts'

export class Merging {
  readonly #host: Host
  readonly #segmentBytes: number
  /** Batches by number: units still to come, and the segment gathered so far, linked through `items.next`. */
  #left = new Int32Array(64)
  #first = new Int32Array(64).fill(NONE)
  #last = new Int32Array(64)
  #bytes = new Float64Array(64)
  #packets = new Int32Array(64)
  #free: number[] = []
  #used = 0
  /** The batch that a stream has in the interrupt just now announced. */
  readonly #batchOf = new Map<number, number>()

  constructor(host: Host, segmentBytes: number) {
    this.#host = host
    this.#segmentBytes = segmentBytes
  }

  /** Numbers the batches of an interrupt whose units hang on `first`; units of no stream are not merged. */
  announce(first: number): void {
    const { items } = this.#host
    for (let unit = first; unit !== NONE; unit = items.next[unit]) {
      if (items.stream[unit] === NONE) continue
      let batch = this.#batchOf.get(items.stream[unit])
      if (batch === undefined) {
        batch = this.#open()
        this.#batchOf.set(items.stream[unit], batch)
      }
      items.batch[unit] = batch
      this.#left[batch]++
    }
    this.#batchOf.clear()
  }

  /** Takes a unit in, and fires `segment` with a unit for all those merged whenever one is complete; they hang on it. */
  gather(unit: number, segment: EventKind): void {
    const { items } = this.#host
    const batch = items.batch[unit]
    if (this.#first[batch] !== NONE && this.#bytes[batch] + items.size[unit] > this.#segmentBytes)
      this.#flush(batch, segment)
    items.next[unit] = NONE
    if (this.#first[batch] === NONE) this.#first[batch] = unit
    else items.next[this.#last[batch]] = unit
    this.#last[batch] = unit
    this.#bytes[batch] += items.size[unit]
    this.#packets[batch] += items.packets[unit]
    // Where no NIC is named, packets come with no interrupt, each for itself.
    const isAnnounced = this.#left[batch] > 0
    if (isAnnounced && --this.#left[batch] > 0) return
    this.#flush(batch, segment)
    if (isAnnounced) this.#free.push(batch)
  }

  #flush(batch: number, segment: EventKind): void {
    const { items, sim } = this.#host
    const first = this.#first[batch]
    // The segment is a unit of its own, of the oldest one's item, so that those it is made of keep their sizes.
    const whole = items.split(first, this.#bytes[batch], this.#packets[batch])
    items.next[whole] = first
    this.#first[batch] = NONE
    this.#bytes[batch] = 0
    this.#packets[batch] = 0
    sim.fire(segment, whole)
  }

  #open(): number {
    const batch = this.#free.pop() ?? this.#used++
    if (batch === this.#left.length) {
      this.#left = grown(this.#left)
      this.#first = grown(this.#first).fill(NONE, batch)
      this.#last = grown(this.#last)
      this.#bytes = grown(this.#bytes)
      this.#packets = grown(this.#packets)
    }
    return batch
  }
}
