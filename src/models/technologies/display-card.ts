// A display card, or an encoder in a graphics chip: one device for all displays of the host that have a session. It codes one update after another, displays in the
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

/** What tells one kind of device from another: its name, and the costs that say what it can do. */
export interface Encoder {
  readonly name: string
  readonly pixelsPerS: string
  /** What each frame takes beside its pixels; null: nothing. */
  readonly frameNs: string | null
  /** How many displays it serves; null: all. */
  readonly sessions: string | null
}
export const CARD: Encoder = {
  name: 'display card',
  pixelsPerS: 'cardPixelsPerS',
  frameNs: null,
  sessions: 'cardSessions',
}
export const CHIP: Encoder = {
  name: 'display chip',
  pixelsPerS: 'chipPixelsPerS',
  frameNs: 'chipFrameNs',
  sessions: null,
}

export class DisplayCard {
  readonly #sim: Simulation
  readonly #items: Items
  readonly #pixelsPerNs: number
  readonly #frameNs: number
  readonly #patienceNs: number
  readonly #device: Device
  readonly #supersede: (unit: number) => void
  /** The update of each display that waits. */
  readonly #waiting: Int32Array
  /** Displays whose update waits, and which of them comes behind each. */
  readonly #queue: Queues
  readonly #next: Int32Array
  readonly #coded: EventKind
  #framesWaiting = 0
  #pixelsWaiting = 0
  #isBusy = false
  /** When it has coded the update that it is at. */
  #freeAtNs = 0

  /** `supersede` is told of an update that gives its place to the next one of its display. */
  constructor(wiring: CardParts, supersede: (unit: number) => void, model: Encoder) {
    const { host } = wiring
    const { sim, items, groupOfVm } = host
    this.#sim = sim
    this.#items = items
    this.#supersede = supersede
    this.#pixelsPerNs = wiring.cost(model.pixelsPerS) / 1e9
    this.#frameNs = model.frameNs === null ? 0 : wiring.cost(model.frameNs)
    this.#patienceNs = wiring.cost('cardPatience')
    this.#device = new Device(host, model.name)
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
    return left + this.#nsBefore(display) > this.#patienceNs
  }

  /** What waits before an update that comes now: it takes the place of one of its display that waits. */
  #nsBefore(display: number): number {
    if (this.#waiting[display] === NONE) return this.#codingNs(this.#framesWaiting, this.#pixelsWaiting)
    let frames = 0
    let pixels = 0
    for (let other = this.#queue.first[0]; other !== display; other = this.#next[other]) {
      frames++
      pixels += this.#items.size[this.#waiting[other]]
    }
    return this.#codingNs(frames, pixels)
  }

  #codingNs(frames: number, pixels: number): number {
    return frames * this.#frameNs + pixels / this.#pixelsPerNs
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
      this.#framesWaiting++
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
    this.#framesWaiting--
    this.#pixelsWaiting -= pixels
    const codingNs = this.#codingNs(1, pixels)
    this.#freeAtNs = this.#sim.now + codingNs
    this.#device.work(codingNs, unit, this.#coded)
  }
}
