// A heap of small integers by (finish, order of entry), from which any one can be removed. Flat arrays only.
import { widened } from './widened.ts'

export class FinishOrder {
  /** What each member is ordered by: set it before `insert`. */
  finish = new Float64Array(16)
  length = 0
  private entry = new Float64Array(16)
  private place = new Int32Array(16).fill(-1)
  private heap = new Int32Array(16)
  private entries = 0

  /** Makes room for members below `capacity`. */
  reserve(capacity: number): void {
    if (capacity <= this.heap.length) return
    this.finish = widened(this.finish, new Float64Array(2 * capacity))
    this.entry = widened(this.entry, new Float64Array(2 * capacity))
    this.place = widened(this.place, new Int32Array(2 * capacity).fill(-1))
    this.heap = widened(this.heap, new Int32Array(2 * capacity))
  }

  /** The member that finishes first; −1 when there is none. */
  get first(): number {
    return this.length === 0 ? -1 : this.heap[0]
  }

  has(member: number): boolean {
    return member >= 0 && member < this.place.length && this.place[member] >= 0
  }

  /** The member at a place of the heap, 0 ≤ `at` < `length`: to visit all. */
  at(at: number): number {
    return this.heap[at]
  }

  insert(member: number): void {
    this.entry[member] = this.entries++
    this.rise(this.length++, member)
  }

  remove(member: number): void {
    const at = this.place[member]
    this.place[member] = -1
    const last = this.heap[--this.length]
    if (last === member) return
    if (at > 0 && this.before(last, this.heap[(at - 1) >> 1])) this.rise(at, last)
    else this.sink(at, last)
  }

  private before(a: number, b: number): boolean {
    const difference = this.finish[a] - this.finish[b]
    return difference < 0 || (difference === 0 && this.entry[a] < this.entry[b])
  }

  private rise(at: number, member: number): void {
    while (at > 0) {
      const parent = this.heap[(at - 1) >> 1]
      if (!this.before(member, parent)) break
      this.put(at, parent)
      at = (at - 1) >> 1
    }
    this.put(at, member)
  }

  private sink(at: number, member: number): void {
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.length) break
      if (child + 1 < this.length && this.before(this.heap[child + 1], this.heap[child])) child++
      if (!this.before(this.heap[child], member)) break
      this.put(at, this.heap[child])
      at = child
    }
    this.put(at, member)
  }

  private put(at: number, member: number): void {
    this.heap[at] = member
    this.place[member] = at
  }
}
