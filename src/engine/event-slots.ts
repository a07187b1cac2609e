// The slots that hold scheduled events: flat arrays, a free list used in turn, and handles that outlive their event safely.
import { widened } from './widened.ts'

/** Names one scheduled event: its slot and, above that, how often the slot was used. Never 0. */
export type EventHandle = number & { readonly EventHandle: unique symbol }

const SLOT_BITS = 22
const SLOT_MASK = (1 << SLOT_BITS) - 1
const GENERATION_MAX = 0x1ff
/** This many slots are always kept free, so a handle is not repeated within 2 million events: 4096 × 511. */
export const SPARE_SLOTS = 4096

/**
 * A slot's record: four integers side by side, so that one line of the cache holds what an event needs. The methods that
 * read and write single ones are so short that V8 always inlines them.
 */
const RECORD_BITS = 2
const KIND = 1
const ARG = 2
const GENERATION = 3

/** Kinds of slots without an event to come: cancelled but still in some list, or free. */
const DEAD = -1
const FREE = -2

export class EventSlots {
  /** Cancelled events whose slots are still in some list. */
  dead = 0
  /** Free slots beyond those that are always kept free. Whoever occupies one asks before whether there is any. */
  spare = -SPARE_SLOTS
  private capacity = 2 * SPARE_SLOTS
  /** The time of an event; only kept up where an event lies in a list. */
  time = new Float64Array(this.capacity)
  private records = new Int32Array(this.capacity << RECORD_BITS)
  /** The free slots, a list that is taken from its beginning. */
  private free = 0
  private lastFree = 0

  constructor() {
    this.freeFrom(0)
  }

  /** Slots with an event to come. */
  get occupied(): number {
    return this.capacity - SPARE_SLOTS - this.spare - this.dead
  }

  /** Puts an event into the slot that has been free for longest. */
  occupy(kind: number, arg: number): number {
    const { records, free: slot } = this
    const record = slot << RECORD_BITS
    const generation = records[record | GENERATION]
    this.free = records[record]
    this.spare--
    records[record | KIND] = kind
    records[record | ARG] = arg
    records[record | GENERATION] = generation === GENERATION_MAX ? 1 : generation + 1
    return slot
  }

  /** Gives a slot back. */
  release(slot: number): void {
    const { records } = this
    records[this.lastFree << RECORD_BITS] = slot
    records[(slot << RECORD_BITS) | KIND] = FREE
    this.lastFree = slot
    this.spare++
  }

  /** Gives the slot of a dead event back. */
  bury(slot: number): void {
    this.dead--
    this.release(slot)
  }

  handleOf(slot: number): EventHandle {
    return ((this.records[(slot << RECORD_BITS) | GENERATION] << SLOT_BITS) | slot) as EventHandle
  }

  /** Negative for an event that is dead. */
  kindOf(slot: number): number {
    return this.records[(slot << RECORD_BITS) | KIND]
  }

  argOf(slot: number): number {
    return this.records[(slot << RECORD_BITS) | ARG]
  }

  /** The slot behind this one in its list. */
  nextOf(slot: number): number {
    return this.records[slot << RECORD_BITS]
  }

  link(slot: number, next: number): void {
    this.records[slot << RECORD_BITS] = next
  }

  /** Marks the event of a handle as dead; false when it has happened or is dead already. */
  kill(handle: EventHandle): boolean {
    const slot = handle & SLOT_MASK
    if (handle <= 0 || slot >= this.capacity || this.kindOf(slot) < 0 || this.handleOf(slot) !== handle) return false
    this.records[(slot << RECORD_BITS) | KIND] = DEAD
    this.dead++
    return true
  }

  /** The list without its dead events, which are buried. */
  living(list: number): number {
    let first = -1
    let last = -1
    for (let slot = list, after: number; slot >= 0; slot = after) {
      after = this.nextOf(slot)
      if (this.kindOf(slot) < 0) {
        this.bury(slot)
        continue
      }
      if (last < 0) first = slot
      else this.link(last, slot)
      last = slot
    }
    if (last >= 0) this.link(last, -1)
    return first
  }

  /** Doubles the slots. Throws a RangeError when there are as many events as a handle can name. */
  grow(): void {
    if (this.capacity > SLOT_MASK) {
      if (this.spare + SPARE_SLOTS > 1) return
      throw new RangeError(`more than ${SLOT_MASK - 1} events are pending`)
    }
    const first = this.capacity
    this.capacity *= 2
    this.time = widened(this.time, new Float64Array(this.capacity))
    this.records = widened(this.records, new Int32Array(this.capacity << RECORD_BITS))
    this.freeFrom(first)
  }

  /** Appends the slots from `first` on to the free ones. */
  private freeFrom(first: number): void {
    // The first slot of all is its own predecessor.
    for (let slot = first; slot < this.capacity; slot++) this.release(slot)
  }
}
