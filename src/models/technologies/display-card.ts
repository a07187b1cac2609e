// A display card: one device for all displays of the host that have a session. It codes one update after another, displays in the
// order in which they began to wait; one update waits for each.
import { Device, type DevicePlace } from '../host/devices.ts'
import { NONE } from '../host/growing-table.ts'
import { Queues } from '../host/queues.ts'
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import type { Items } from '../host/items.ts'

/** What the card needs of a wiring and of its host. */
export interface CardParts {
  readonly host: DevicePlace & {
    readonly sim: Simulation
    readonly items: Items
    readonly groupOfVm: Int32Array
  }
  cost(key: string): number
}

export class DisplayCard {
  readonly #sim: Simulation
  readonly #items: Items
  readonly #pixelsPerNs: number
  readonly #patienceNs: number
  readonly #device: Device
  readonly #supersede: (unit: number) => void
  /** The update of each display that waits. */
  readonly #waiting: Int32Array
  /** Displays whose update waits, and which of them comes behind each. */
  readonly #queue: Queues
  readonly #next: Int32Array
  readonly #coded: EventKind
  #pixelsWaiting = 0
  #isBusy = false
  /** When it has coded the update that it is at. */
  #freeAtNs = 0

  /** `supersede` is told of an update that gives its place to the next one of its display. */
  constructor(wiring: CardParts, supersede: (unit: number) => void) {
    const { host } = wiring
    const { sim, items, groupOfVm } = host
    this.#sim = sim
    this.#items = items
    this.#supersede = supersede
    this.#pixelsPerNs = wiring.cost('cardPixelsPerS') / 1e9
    this.#patienceNs = wiring.cost('cardPatience')
    this.#device = new Device(host, 'display card')
    this.#waiting = new Int32Array(groupOfVm.length).fill(NONE)
    this.#next = new Int32Array(groupOfVm.length)
    this.#queue = new Queues({ next: this.#next })
    this.#coded = sim.event('coded by the card', (unit) => {
      this.#serveNext()
      sim.fire(items.then[unit] as EventKind, unit)
    })
  }

  /** Whether it could not begin an update of this display within its patience. */
  isBehind(display: number): boolean {
    const left = this.#isBusy ? Math.max(0, this.#freeAtNs - this.#sim.now) : 0
    return left + this.#pixelsBefore(display) / this.#pixelsPerNs > this.#patienceNs
  }

  /** What waits before an update that comes now: it takes the place of one of its display that waits. */
  #pixelsBefore(display: number): number {
    if (this.#waiting[display] === NONE) return this.#pixelsWaiting
    let pixels = 0
    for (let other = this.#queue.first[0]; other !== display; other = this.#next[other])
      pixels += this.#items.size[this.#waiting[other]]
    return pixels
  }

  /** Codes an update when its turn comes; `items.then` is fired when that is done. */
  take(unit: number): void {
    const vm = this.#items.vm[unit]
    const superseded = this.#waiting[vm]
    this.#waiting[vm] = unit
    this.#pixelsWaiting += this.#items.size[unit]
    if (superseded !== NONE) {
      this.#pixelsWaiting -= this.#items.size[superseded]
      this.#supersede(superseded)
    } else {
      this.#queue.append(vm)
      if (!this.#isBusy) this.#serveNext()
    }
  }

  #serveNext(): void {
    const vm = this.#queue.take()
    this.#isBusy = vm !== NONE
    if (vm === NONE) return
    const unit = this.#waiting[vm]
    const pixels = this.#items.size[unit]
    this.#waiting[vm] = NONE
    this.#pixelsWaiting -= pixels
    this.#freeAtNs = this.#sim.now + pixels / this.#pixelsPerNs
    this.#device.work(pixels / this.#pixelsPerNs, unit, this.#coded)
  }
}
