// The events to come, in one total order: time, then the order of scheduling. A ladder queue on typed arrays.
//
//   Top      far future, in no order             ─┐ when all below is empty, Top becomes a rung
//   rungs    buckets of equal width, coarse first  │ a crowded bucket becomes a finer rung
//   Bottom   the near future, sorted              ─┘ events leave at its head
//
// Every event has a slot in flat arrays; lists link slots. A list is newest first, and whatever moves a list keeps the
// order of scheduling among equal times, so no sequence number is stored. Each event is moved a few times whatever the
// number of events, so the price of one does not grow with it. Nothing is allocated per event.
// After Tang, Goh and Thng, "Ladder queue: an O(1) priority queue structure for large-scale discrete event simulation",
// ACM TOMACS 15(3), 2005.

import { EventSlots, type EventHandle } from './event-slots.ts'
import { widened } from './widened.ts'

export type { EventHandle } from './event-slots.ts'

const CROWDED = 48
/** More dead events than this beside as many living ones are swept away. */
const DEAD_MAX = 4096
const NONE = -1

export class EventQueue {
  // Doubles that cross calls are passed in cells, since V8 boxes them otherwise.
  /** A cell: time of the event last taken. */
  readonly now = new Float64Array(1)
  /** A cell: time of the event to add. */
  readonly scheduled = new Float64Array(1)
  /** A cell: no later event is taken. */
  readonly until = new Float64Array(1)
  /** What `take` found. */
  kind = 0
  arg = 0
  private readonly slots = new EventSlots()
  private bottomTime = new Float64Array(256)
  private bottomSlot = new Int32Array(256)
  private head = 0
  private tail = 0

  private rungs = 0
  private rungStart = new Float64Array(8)
  private rungScale = new Float64Array(8)
  private rungBase = new Int32Array(8)
  private rungLast = new Int32Array(8)
  /** First bucket of each rung that has not been emptied. */
  private rungCurrent = new Int32Array(8)
  private buckets = new Int32Array(256).fill(NONE)

  private top = NONE
  /** Events from this time on go to Top; infinite while Bottom holds everything. */
  private topStart = Infinity

  /** Events that are scheduled and not cancelled. */
  get pending(): number {
    return this.slots.occupied
  }

  /**
   * Adds an event at the time in `scheduled`, which must be a number not before `now`.
   *
   * NOTE: all written out, since V8 never inlines more than 460 bytecodes. A shorter one would be inlined wherever an
   * event is scheduled, and leave no room there for what takes or returns doubles.
   */
  add(kind: number, arg: number): EventHandle {
    const { slots } = this
    const time = this.scheduled[0]
    if (slots.spare <= 0) slots.grow()
    const slot = slots.occupy(kind, arg)
    const handle = slots.handleOf(slot)
    if (time >= this.topStart) {
      slots.time[slot] = time
      slots.link(slot, this.top)
      this.top = slot
      return handle
    }
    let rung = 0
    do {
      for (; rung < this.rungs; rung++) {
        const position = (time - this.rungStart[rung]) * this.rungScale[rung]
        if (position >= this.rungCurrent[rung]) {
          const last = this.rungLast[rung]
          const bucket = this.rungBase[rung] + (position < last ? position | 0 : last)
          slots.time[slot] = time
          slots.link(slot, this.buckets[bucket])
          this.buckets[bucket] = slot
          return handle
        }
      }
      // A crowded Bottom becomes one more rung, unless the event comes at its end.
    } while (this.tail - this.head >= CROWDED && time < this.bottomTime[this.tail - 1] && this.spreadBottom())
    if (this.head === this.tail) this.head = this.tail = 0
    else if (this.tail === this.bottomTime.length) this.makeRoom()
    const { bottomTime, bottomSlot, head } = this
    let at = this.tail++
    while (at > head && bottomTime[at - 1] > time) {
      bottomTime[at] = bottomTime[at - 1]!
      bottomSlot[at] = bottomSlot[at - 1]!
      at--
    }
    bottomTime[at] = time
    bottomSlot[at] = slot
    return handle
  }

  /** Takes an event back; false when it has happened or been cancelled already. */
  cancel(handle: EventHandle): boolean {
    if (!this.slots.kill(handle)) return false
    if (this.slots.dead > this.pending + DEAD_MAX) this.sweep()
    return true
  }

  /** Takes the first event into `kind`, `arg` and `now`; false when there is none up to `until`. */
  take(): boolean {
    const { slots } = this
    for (;;) {
      if (this.head === this.tail && !this.refill()) return false
      const time = this.bottomTime[this.head]
      const slot = this.bottomSlot[this.head]
      const kind = slots.kindOf(slot)
      if (kind < 0) {
        this.head++
        slots.bury(slot)
        continue
      }
      if (time > this.until[0]) return false
      this.head++
      this.now[0] = time
      this.kind = kind
      this.arg = slots.argOf(slot)
      slots.release(slot)
      return true
    }
  }

  /** Puts a slot into the bucket of `rung` that `position` falls into; the last bucket takes all beyond. */
  private link(slot: number, rung: number, position: number): void {
    const last = this.rungLast[rung]
    const bucket = this.rungBase[rung] + (position < last ? position | 0 : last)
    this.slots.link(slot, this.buckets[bucket])
    this.buckets[bucket] = slot
  }

  /** Fills an empty Bottom from the finest rung, or from Top; false when there is nothing left. */
  private refill(): boolean {
    this.head = this.tail = 0
    while (this.head === this.tail) {
      if (this.rungs > 0) this.lower(this.nextBucket())
      else {
        const list = this.top
        this.top = NONE
        this.topStart = Infinity
        if (list === NONE) return false
        this.lower(list)
      }
    }
    return true
  }

  /** Takes the list of the first bucket of the finest rung; with its last bucket the rung itself goes. */
  private nextBucket(): number {
    const rung = this.rungs - 1
    const base = this.rungBase[rung]
    const last = base + this.rungLast[rung]
    let bucket = base + this.rungCurrent[rung]
    while (bucket < last && this.buckets[bucket] === NONE) bucket++
    const list = this.buckets[bucket]
    this.buckets[bucket] = NONE
    if (bucket === last) this.rungs--
    else this.rungCurrent[rung] = bucket - base + 1
    return list
  }

  /** Moves a list into the empty Bottom and sorts it, or makes a rung of it when it is long. */
  private lower(list: number): void {
    const { slots } = this
    for (let slot = list, after: number; slot !== NONE; slot = after) {
      after = slots.nextOf(slot)
      if (slots.kindOf(slot) < 0) {
        slots.bury(slot)
        continue
      }
      if (this.tail === this.bottomTime.length) this.makeRoom()
      this.bottomTime[this.tail] = slots.time[slot]
      this.bottomSlot[this.tail++] = slot
    }
    this.reverseBottom()
    if (this.tail <= CROWDED || !this.spreadBottom()) this.sortBottom()
  }

  /** From newest first to oldest first. */
  private reverseBottom(): void {
    const { bottomTime, bottomSlot } = this
    for (let low = 0, high = this.tail - 1; low < high; low++, high--) {
      const time = bottomTime[low]
      const slot = bottomSlot[low]
      bottomTime[low] = bottomTime[high]!
      bottomSlot[low] = bottomSlot[high]!
      bottomTime[high] = time
      bottomSlot[high] = slot
    }
  }

  /** Sorts by insertion, which keeps the order of equal times: few events, or hardly different times. */
  private sortBottom(): void {
    const { bottomTime, bottomSlot, tail } = this
    for (let i = 1; i < tail; i++) {
      const time = bottomTime[i]
      const slot = bottomSlot[i]
      let at = i
      while (at > 0 && bottomTime[at - 1] > time) {
        bottomTime[at] = bottomTime[at - 1]!
        bottomSlot[at] = bottomSlot[at - 1]!
        at--
      }
      bottomTime[at] = time
      bottomSlot[at] = slot
    }
  }

  /** Empties a crowded Bottom into a new finest rung; false when its times cannot be told apart. */
  private spreadBottom(): boolean {
    const { bottomTime, bottomSlot, head, tail } = this
    let earliest = Infinity
    let latest = -Infinity
    for (let at = head; at < tail; at++) {
      const time = bottomTime[at]
      if (time < earliest) earliest = time
      if (time > latest) latest = time
    }
    const rung = this.addRung(tail - head, earliest, latest)
    if (rung === NONE) return false
    const scale = this.rungScale[rung]
    for (let at = head; at < tail; at++) {
      this.slots.time[bottomSlot[at]] = bottomTime[at]
      this.link(bottomSlot[at], rung, (bottomTime[at] - earliest) * scale)
    }
    this.head = this.tail = 0
    return true
  }

  /** Adds a finest rung of `count` empty buckets; `NONE` when there are no two times that can be told apart. */
  private addRung(count: number, earliest: number, latest: number): number {
    const scale = count / (latest - earliest)
    if (!(scale > 0 && scale < 1e300)) return NONE
    const rung = this.rungs++
    const base = rung === 0 ? 0 : this.rungBase[rung - 1] + this.rungLast[rung - 1] + 1
    if (rung === this.rungBase.length) this.growRungs()
    if (base + count > this.buckets.length) {
      this.buckets = widened(this.buckets, new Int32Array(2 * (base + count)).fill(NONE))
    }
    this.rungStart[rung] = earliest
    this.rungScale[rung] = scale
    this.rungBase[rung] = base
    this.rungLast[rung] = count - 1
    this.rungCurrent[rung] = 0
    if (rung === 0 && this.topStart === Infinity) this.topStart = latest
    return rung
  }

  private growRungs(): void {
    const length = 2 * this.rungBase.length
    this.rungStart = widened(this.rungStart, new Float64Array(length))
    this.rungScale = widened(this.rungScale, new Float64Array(length))
    this.rungBase = widened(this.rungBase, new Int32Array(length))
    this.rungLast = widened(this.rungLast, new Int32Array(length))
    this.rungCurrent = widened(this.rungCurrent, new Int32Array(length))
  }

  /** Drops every cancelled event, wherever it is. */
  private sweep(): void {
    let kept = 0
    for (let at = this.head; at < this.tail; at++) {
      const slot = this.bottomSlot[at]
      if (this.slots.kindOf(slot) < 0) this.slots.bury(slot)
      else {
        this.bottomTime[kept] = this.bottomTime[at]!
        this.bottomSlot[kept++] = slot
      }
    }
    this.head = 0
    this.tail = kept
    const end = this.rungs === 0 ? 0 : this.rungBase[this.rungs - 1] + this.rungLast[this.rungs - 1] + 1
    for (let bucket = 0; bucket < end; bucket++) this.buckets[bucket] = this.slots.living(this.buckets[bucket])
    this.top = this.slots.living(this.top)
  }

  /** Makes room at the end of Bottom: moves it to the front, and doubles it when that is not enough. */
  private makeRoom(): void {
    const { head, tail } = this
    if (2 * (tail - head) > this.bottomTime.length) {
      const length = 2 * this.bottomTime.length
      this.bottomTime = widened(this.bottomTime, new Float64Array(length))
      this.bottomSlot = widened(this.bottomSlot, new Int32Array(length))
    }
    this.bottomTime.copyWithin(0, head, tail)
    this.bottomSlot.copyWithin(0, head, tail)
    this.head = 0
    this.tail = tail - head
  }
}
