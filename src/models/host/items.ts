// Work items in flight, and the units they travel in. An item is what a VM generated: a trap, a message, a clone
// request, a screen update, a job of its own. A unit is what passes a handler. Most items are their own only unit; a
// long message is many, and a screen update turns into packets. An item is finished when its last unit is closed.
import { addWhole } from '../../engine/exact.ts'
import { NONE, Rows } from './growing-table.ts'
import type { Ledger } from './ledger.ts'

/** A kind of work in a group of VMs, as rows of results name it. */
export interface Work {
  readonly group: string
  readonly name: string
  /** Technologies of the arm that its items pass. */
  readonly technologies: readonly string[]
  /** Whether a run waits for it however long it takes (clones). */
  readonly patient: boolean
}

export class Items {
  readonly #ledger: Ledger
  /** Called when a counted item has been finished or dropped. */
  onCountedDone: () => void = () => {}

  // Columns of units. Those that belong to the item are read through `item`.
  item = new Int32Array(64)
  vm = new Int32Array(64)
  /** 0 for the VM's own, else 1 + the index of the technology whose work it is. */
  cause = new Int32Array(64)
  /** Bytes, pixels or guest cycles. */
  size = new Float64Array(64)
  /** Wire packets in the unit. */
  packets = new Float64Array(64)
  /** When the item was generated, and when the unit entered its present technology; ns. */
  born = new Float64Array(64)
  entered = new Float64Array(64)
  /** Links of whatever queue the unit waits in, and what it goes on to after it. */
  next = new Int32Array(64)
  then = new Int32Array(64)
  /** Free for handlers: which flow, and which batch of an interrupt it came with. */
  flow = new Int32Array(64)
  batch = new Int32Array(64)

  /** The job that spins while the unit is served. */
  spin = new Int32Array(64)

  // Columns of items.
  /** The size that was drawn; `size` is what is left of it in the unit at hand. */
  drawnSize = new Float64Array(64)
  work = new Int32Array(64)
  counted = new Uint8Array(64)
  dropped = new Uint8Array(64)
  /** How many alike items it stands for. */
  weight = new Float64Array(64)
  /** The request of a closed workload that it is part of; NONE for open work. */
  request = new Int32Array(64)
  open = new Int32Array(64)
  head = new Int32Array(64)
  tail = new Int32Array(64)

  readonly works: Work[] = []
  generated: Float64Array = new Float64Array(0)
  finished: Float64Array = new Float64Array(0)
  droppedOf: Float64Array = new Float64Array(0)
  supersededOf: Float64Array = new Float64Array(0)
  /** Sums of the sizes of counted items, as drawn. */
  offered: Float64Array = new Float64Array(0)
  /** The same in whole sizes; and of those not finished, exactly, in two cells. */
  drawn: Float64Array = new Float64Array(0)
  drawnMissing: Float64Array = new Float64Array(0)
  countedOpen = 0

  readonly #rows = new Rows<Items>(this, [
    'item',
    'vm',
    'cause',
    'size',
    'packets',
    'born',
    'entered',
    'next',
    'then',
    'flow',
    'batch',
    'spin',
    'drawnSize',
    'work',
    'counted',
    'dropped',
    'weight',
    'request',
    'open',
    'head',
    'tail',
  ])
  #flows = 0
  #requests = 0
  #requestDone: (request: number) => void = () => {}

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** Declares a kind of work. While wiring. */
  declare(work: Work): number {
    return this.works.push(work) - 1
  }

  seal(): void {
    this.generated = new Float64Array(this.works.length)
    this.finished = new Float64Array(this.works.length)
    this.droppedOf = new Float64Array(this.works.length)
    this.supersededOf = new Float64Array(this.works.length)
    this.offered = new Float64Array(this.works.length)
    this.drawn = new Float64Array(this.works.length)
    this.drawnMissing = new Float64Array(2 * this.works.length)
  }

  /** A new item that is its own unit. */
  generate(vm: number, work: number, size: number, nowNs: number, counted: boolean): number {
    const unit = this.#rows.take()
    this.item[unit] = unit
    this.vm[unit] = vm
    this.cause[unit] = 0
    this.size[unit] = size
    this.drawnSize[unit] = size
    this.packets[unit] = 1
    this.born[unit] = nowNs
    this.work[unit] = work
    this.counted[unit] = counted ? 1 : 0
    this.dropped[unit] = 0
    this.weight[unit] = 1
    this.request[unit] = NONE
    this.open[unit] = 1
    this.head[unit] = NONE
    this.tail[unit] = NONE
    if (counted) {
      this.generated[work]++
      this.drawn[work] += size
      addWhole(this.drawnMissing, 2 * work, size)
      this.countedOpen++
    }
    return unit
  }

  /** A further unit of `parent`'s item, like it but for its size. */
  split(parent: number, size: number, packets: number): number {
    const unit = this.#rows.take()
    const item = this.item[parent]
    this.item[unit] = item
    this.vm[unit] = this.vm[parent]
    this.cause[unit] = this.cause[parent]
    this.size[unit] = size
    this.packets[unit] = packets
    this.born[unit] = this.born[parent]
    this.entered[unit] = this.entered[parent]
    this.flow[unit] = this.flow[parent]
    this.batch[unit] = this.batch[parent]
    this.open[item]++
    return unit
  }

  /** Hands a chain of charges to the unit's item: kept if it counts, given back if not. */
  charged(unit: number, head: number, tail: number): void {
    const item = this.item[unit]
    if (this.counted[item] === 0) this.#ledger.release(head, tail)
    else if (head !== NONE) {
      if (this.head[item] === NONE) this.head[item] = head
      else this.#ledger.next[this.tail[item]] = head
      this.tail[item] = tail
    }
  }

  /** The unit is lost, and its item with it. */
  drop(unit: number): void {
    this.dropped[this.item[unit]] = 1
    this.close(unit)
  }

  /** A later item has made this one pointless. */
  supersede(unit: number): void {
    const item = this.item[unit]
    if (this.counted[item] === 1 && this.dropped[item] === 0) this.supersededOf[this.work[item]] += this.weight[item]
    this.drop(unit)
  }

  /** The unit has done all it had to. */
  close(unit: number): void {
    const item = this.item[unit]
    if (unit !== item) this.#rows.release(unit)
    if (--this.open[item] > 0) return
    const request = this.request[item]
    this.#rows.release(item)
    if (this.counted[item] === 1) this.#settle(item)
    if (request !== NONE) this.#requestDone(request)
  }

  #settle(item: number): void {
    const work = this.work[item]
    if (this.dropped[item] === 1) this.droppedOf[work] += this.weight[item]
    else {
      this.finished[work] += this.weight[item]
      addWhole(this.drawnMissing, 2 * work, -this.drawnSize[item] * this.weight[item])
      this.#ledger.count(this.head[item])
    }
    this.#ledger.release(this.head[item], this.tail[item])
    this.countedOpen--
    this.onCountedDone()
  }

  /** Makes an item stand for so many alike ones of one request. */
  bundle(item: number, weight: number, request: number): void {
    if (this.counted[item] === 1) {
      const work = this.work[item]
      const more = weight - this.weight[item]
      this.generated[work] += more
      this.drawn[work] += this.drawnSize[item] * more
      addWhole(this.drawnMissing, 2 * work, this.drawnSize[item] * more)
    }
    this.weight[item] = weight
    this.request[item] = request
  }

  /** Numbers for so many flows of messages: the first of them. While wiring. */
  newFlows(count: number): number {
    const first = this.#flows
    this.#flows += count
    return first
  }

  /**
   * Numbers for so many requests of closed workloads: the first of them. `done` is called with the request, counted from
   * 0, whenever an item of it has been finished or dropped. While wiring.
   */
  newRequests(count: number, done: (request: number) => void): number {
    const first = this.#requests
    this.#requests += count
    const others = this.#requestDone
    this.#requestDone = (request) => {
      // Numbers behind these belong to those that came later, who are asked first.
      if (request >= first) done(request - first)
      else others(request)
    }
    return first
  }

  /** Counted items of kinds that a run waits for without limit, and that are finished or dropped. */
  patientDone(): number {
    let done = 0
    for (let work = 0; work < this.works.length; work++)
      if (this.works[work].patient) done += this.finished[work] + this.droppedOf[work]
    return done
  }

  /** Counted items of kinds that a run waits for without limit, and that are not done. */
  patientOpen(): number {
    return this.works.reduce(
      (open, { patient }, work) =>
        patient ? open + this.generated[work] - this.finished[work] - this.droppedOf[work] : open,
      0,
    )
  }
}
