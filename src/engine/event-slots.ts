// The slots that hold scheduled events: flat arrays, a free list used in turn, and handles that outlive their event safely.
import { widened } from './widened.ts'

/** Names one scheduled event: its slot and, above that, how often the slot was used. Never 0. */
export type EventHandle = number & { readonly EventHandle: unique symbol }

const SLOT_BITS = 22
const SLOT_MASK = (1 << SLOT_BITS) - 1
const GENERATION_MASK = 0x1ff
/** This many slots are always kept free, so a handle is not repeated within 2 million events: 4096 × 511. */
export const SPARE_SLOTS = 4096
/** The kind of an event that was cancelled and still lies in some list. */
export const DEAD = -1

export class EventSlots {
  /** Cancelled events whose slots are still in some list. */
  dead = 0
  private capacity = 2 * SPARE_SLOTS
  time = new Float64Array(this.capacity)
  next = new Int32Array(this.capacity)
  kinds = new Int32Array(this.capacity)
  args = new Int32Array(this.capacity)
  private generation = new Uint16Array(this.capacity)
  /** The free slots, a list by `next` that is taken from its beginning. */
  free = 0
  freeCount = 0
  private lastFree = 0

  constructor() {
    this.linkFree(0)
  }

  handleOf(slot: number): EventHandle {
    return ((this.generation[slot] << SLOT_BITS) | slot) as EventHandle
  }

  /** Marks the event of a handle as dead; false when it has happened or is dead already. */
  kill(handle: EventHandle): boolean {
    const slot = handle & SLOT_MASK
    if (handle <= 0 || slot >= this.capacity || this.generation[slot] !== handle >>> SLOT_BITS) return false
    this.retire(slot)
    this.kinds[slot] = DEAD
    this.dead++
    return true
  }

  /** Makes the handle of a slot invalid. */
  retire(slot: number): void {
    const generation = this.generation[slot] + 1
    this.generation[slot] = generation > GENERATION_MASK ? 1 : generation
  }

  /** Gives a slot back; it is used again after all that are free now. */
  release(slot: number): void {
    this.next[this.lastFree] = slot
    this.lastFree = slot
    this.freeCount++
  }

  /** Gives the slot of a dead event back. */
  bury(slot: number): void {
    this.dead--
    this.release(slot)
  }

  /** The list without its dead events, which are buried. */
  living(list: number): number {
    let first = -1
    let last = -1
    for (let slot = list, after: number; slot >= 0; slot = after) {
      after = this.next[slot]!
      if (this.kinds[slot] === DEAD) {
        this.bury(slot)
        continue
      }
      if (last < 0) first = slot
      else this.next[last] = slot
      last = slot
    }
    if (last >= 0) this.next[last] = -1
    return first
  }

  /** Doubles the slots. Throws a RangeError when there are as many events as a handle can name. */
  grow(): void {
    if (this.capacity > SLOT_MASK) {
      if (this.freeCount > 1) return
      throw new RangeError(`more than ${SLOT_MASK - 1} events are pending`)
    }
    const first = this.capacity
    this.capacity *= 2
    this.time = widened(this.time, new Float64Array(this.capacity))
    this.next = widened(this.next, new Int32Array(this.capacity))
    this.kinds = widened(this.kinds, new Int32Array(this.capacity))
    this.args = widened(this.args, new Int32Array(this.capacity))
    this.generation = widened(this.generation, new Uint16Array(this.capacity))
    this.linkFree(first)
  }

  /** Appends the slots from `first` on to the free ones. */
  private linkFree(first: number): void {
    this.generation.fill(1, first)
    if (first === 0) {
      this.free = this.lastFree = 0
      this.freeCount = 1
      first = 1
    }
    for (let slot = first; slot < this.capacity; slot++) this.release(slot)
  }
}
