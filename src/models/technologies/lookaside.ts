// A card beside the packets' way: payload crosses the bus to the card and back, so many requests at a time.
//
//   request ─► crossing ─► crossing ─► card ─► crossing ─► interrupt or poll ─► items.then
//
// Three crossings (IPS-13): out of memory to the card, back into memory, and from there to the NIC; two of them lie
// before the cipher here, which changes no sum.
import type { EventKind } from '../../engine/simulation.ts'
import { dispatchBatch, Interrupts, type InterruptPlace } from '../host/interrupts.ts'
import { Device, type DevicePlace } from '../host/devices.ts'
import { Queues } from '../host/queues.ts'
import { NONE } from '../host/growing-table.ts'
import { step, trap, type Line } from '../host/technology.ts'

/** Crossings that lie behind the cipher; all others lie before it. */
const BACKWARDS = 1

/** What the card needs of a wiring and of its host. */
export interface LookasideParts {
  readonly host: InterruptPlace & DevicePlace
  cost(key: string): number
  line(line: Line, done: EventKind): EventKind
}

export class LookasideCard {
  readonly #wiring: LookasideParts
  readonly #place: 'vcpu' | 'host'
  readonly #limit: number
  readonly #cipher: Device
  readonly #cipherNsPerByte: number
  readonly #forwards: number
  readonly #crossingNs: number
  readonly #crossingNsPerByte: number
  readonly #arrived: EventKind
  readonly #ciphered: EventKind
  readonly #returned: EventKind
  readonly #complete: (unit: number) => void
  #outstanding = 0
  /** Requests that wait for a place. */
  readonly #waiting: Queues

  /** `place`: where the software is that uses the card. */
  constructor(wiring: LookasideParts, place: 'vcpu' | 'host') {
    const { sim } = wiring.host
    this.#wiring = wiring
    this.#place = place
    this.#limit = wiring.cost('lookaside.outstanding')
    this.#waiting = new Queues(wiring.host.items)
    this.#cipher = new Device(wiring.host, 'crypto card')
    this.#cipherNsPerByte = wiring.cost('lookaside.cardNsPerByte')
    this.#crossingNs = wiring.cost('lookaside.crossingNs')
    this.#crossingNsPerByte = wiring.cost('lookaside.busNsPerByte')
    this.#forwards = Math.max(0, wiring.cost('lookaside.crossings') - BACKWARDS)
    this.#returned = sim.event('back from the card', (unit) => this.#complete(unit))
    this.#ciphered = sim.event('ciphered', (unit) => this.#cross(unit, BACKWARDS, this.#returned))
    this.#arrived = sim.event('at the card', (unit) => this.#serve(unit))
    this.#complete = wiring.cost('lookaside.completion') === 0 ? this.#byInterrupt() : this.#byPolling()
  }

  /** Sends a unit through the card, now or when a place is free; `items.then` is fired when software knows of it. */
  request(unit: number): void {
    if (this.#outstanding < this.#limit) {
      this.#outstanding++
      this.#cross(unit, this.#forwards, this.#arrived)
      return
    }
    this.#waiting.append(unit)
  }

  #cross(unit: number, crossings: number, then: EventKind): void {
    const { sim, items } = this.#wiring.host
    sim.after(crossings * (this.#crossingNs + this.#crossingNsPerByte * items.size[unit]), then, unit)
  }

  #serve(unit: number): void {
    this.#cipher.work(this.#cipherNsPerByte * this.#wiring.host.items.size[unit], unit, this.#ciphered)
  }

  /** Software has seen these responses: their places are free for the next in the queue. */
  #seen(first: number): void {
    const { host } = this.#wiring
    for (let unit = first; unit !== NONE; unit = host.items.next[unit]) this.#outstanding--
    dispatchBatch(host, first)
    while (this.#waiting.first[0] !== NONE && this.#outstanding < this.#limit) this.request(this.#waiting.take())
  }

  /** Moderated as a NIC's interrupts are; in a guest, delivery and end are traps. */
  #byInterrupt(): (unit: number) => void {
    const wiring = this.#wiring
    const interrupt =
      this.#place === 'vcpu'
        ? trap('interrupt', 'lookaside.interruptTraps')
        : step('host', 'interrupt', { each: 'lookaside.hostInterruptCycles' })
    const interrupts = new Interrupts(wiring.host, {
      name: 'crypto interrupt',
      perVm: true,
      gapNs: wiring.cost('lookaside.interruptGap'),
      handling: (seen) => wiring.line([interrupt], seen),
      taken: (first) => this.#seen(first),
    })
    return (unit) => interrupts.arrive(unit)
  }

  /** Software looks at fixed intervals while requests are outstanding; the polls it made are charged when one succeeds. */
  #byPolling(): (unit: number) => void {
    const wiring = this.#wiring
    const { sim, items } = wiring.host
    const pollNs = wiring.cost('lookaside.pollNs')
    const polled = wiring.line(
      [step(this.#place, 'poll', { perByte: 'lookaside.pollCycles', countsSize: true })],
      sim.event('polls charged', (unit) => items.close(unit)),
    )
    const ready = new Queues(items)
    let since = 0
    const poll = sim.event('poll', () => {
      const first = ready.takeAll()
      sim.fire(polled, items.split(first, Math.max(1, Math.round((sim.now - since) / pollNs)), 1))
      since = sim.now
      this.#seen(first)
    })
    return (unit) => {
      if (ready.first[0] === NONE) {
        since = Math.max(since, items.entered[unit])
        sim.after(pollNs - (sim.now % pollNs), poll, 0)
      }
      ready.append(unit)
    }
  }
}
