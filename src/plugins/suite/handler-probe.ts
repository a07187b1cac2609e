// A probe around one handler: it sees every unit that enters and leaves, and what is charged to it meanwhile. What it
// finds wrong it remembers, the first instance of each check, and it keeps the run sane: a unit that leaves a second time
// goes no further.
import type { EventKind } from '../../engine/simulation.ts'
import type { HostParts } from '../../models/host/technology.ts'
import type { PathFunction, Handler, Path, Step, Technology } from '../../models/host/technology.ts'
import { stepKey, type HandlerPrices } from './handler-prices.ts'

/** A path by which units pass a handler. */
const PATHS = ['enter', 'transmit', 'receive', 'datagram', 'complete'] as const satisfies readonly (keyof Handler)[]

export type PathName = (typeof PATHS)[number]

/** A unit as it entered, and the cycles charged to it since. */
interface Visit {
  readonly path: PathName
  readonly atNs: number
  readonly looks: string
  cycles: number
}

export class Probe {
  readonly technology: Technology
  readonly handlerName: string
  /** By check: what was first seen to be wrong. */
  readonly faults = new Map<string, string>()
  entered = 0
  /** What the steps of straight lines must come to for the units that entered, in cycles by `place step`. */
  readonly expected = new Map<string, number>()
  readonly #prices: HandlerPrices
  readonly #inside = new Map<number, Visit>()

  constructor(technology: Technology, handlerName: string, prices: HandlerPrices) {
    this.technology = technology
    this.handlerName = handlerName
    this.#prices = prices
  }

  /** The technology with its handler watched. */
  get watched(): Technology {
    const handler = this.technology.handlers[this.handlerName]
    const named = PATHS.filter((path) => handler[path] !== undefined)
    const functions = named.map((path) => [path, this.#watch(path, handler[path]!)] as const)
    const handlers = {
      ...this.technology.handlers,
      [this.handlerName]: { ...handler, ...Object.fromEntries(functions) },
    }
    return { ...this.technology, handlers }
  }

  /** Listens to a host's items. To be called before it is wired. */
  attach(host: HostParts): void {
    const { items, ledger } = host
    const charged = items.charged.bind(items)
    items.charged = (unit, head, tail) => {
      const visit = this.#inside.get(unit)
      for (let charge = head; charge >= 0; charge = ledger.next[charge]) {
        const cycles = ledger.cycles[charge]
        if (!(Number.isSafeInteger(cycles) && cycles >= 0)) this.fault('whole cycles', `a charge of ${cycles} cycles`)
        if (visit) visit.cycles += cycles
      }
      charged(unit, head, tail)
    }
    const drop = items.drop.bind(items)
    items.drop = (unit) => {
      this.#inside.delete(unit)
      drop(unit)
    }
    const close = items.close.bind(items)
    items.close = (unit) => {
      // Who cuts an item holds it open meanwhile: that is a further reference to its first unit, and no end of it.
      const isHold = items.item[unit] === unit && items.open[unit] > 1
      if (!isHold && this.#inside.delete(unit))
        this.fault('leaves once', 'a unit was closed by the handler and not handed on')
      close(unit)
    }
  }

  /** Looks at what is still inside once all work must be done. */
  finish(): void {
    const [first] = this.#inside.values()
    if (first) this.fault('leaves once', `${this.#inside.size} units never left; the first entered ${at(first)}`)
  }

  fault(check: string, what: string): void {
    if (!this.faults.has(check)) this.faults.set(check, what)
  }

  #watch(path: PathName, taken: Path): PathFunction {
    return (wiring, done) => {
      const { host } = wiring
      const left = host.sim.event('leaves the handler', (unit) => this.#leave(host, unit, done))
      const inner = wiring.path(taken, left)
      return host.sim.event('enters the handler', (unit) => {
        this.entered++
        if (this.#inside.has(unit)) this.fault('leaves once', `a unit entered ${path} while it was still inside`)
        this.#inside.set(unit, { path, atNs: host.sim.now, looks: this.#looks(host, unit), cycles: 0 })
        if (typeof taken !== 'function')
          for (const piece of taken) if (!('trap' in piece)) this.#expect(host, piece, unit)
        host.sim.fire(inner, unit)
      })
    }
  }

  #leave(host: HostParts, unit: number, done: EventKind): void {
    const visit = this.#inside.get(unit)
    if (!visit) {
      this.fault(
        'leaves once',
        `a unit left at ${host.sim.now} ns that was not inside: it left twice, or never entered`,
      )
      return
    }
    this.#inside.delete(unit)
    const now = this.#looks(host, unit)
    if (now !== visit.looks) this.fault('handed on as it came', `a unit entered as ${visit.looks} and left as ${now}`)
    const took = host.sim.now - visit.atNs
    const ownNs = visit.cycles / host.clock
    if (took < ownNs * (1 - 1e-9))
      this.fault('takes its time', `a unit was charged ${ownNs} ns of steps and left after ${took} ns, ${at(visit)}`)
    host.sim.fire(done, unit)
  }

  /** What a unit must keep on its way; a size that may change must stay whole and at least 1. */
  #looks(host: HostParts, unit: number): string {
    const size = host.items.size[unit]
    const mayChange = this.technology.resizes === true && Number.isSafeInteger(size) && size >= 1
    return looks(host, unit, mayChange ? 'some' : size)
  }

  #expect({ items }: HostParts, step: Step, unit: number): void {
    const cycles = this.#prices.cyclesOf(step, items.packets[unit], items.size[unit])
    const key = stepKey(step)
    this.expected.set(key, (this.expected.get(key) ?? 0) + cycles)
  }
}

/** The paths that a handler has. */
export function pathsOf(handler: Handler): Path[] {
  return PATHS.map((path) => handler[path]).filter((path) => path !== undefined)
}

function looks({ items }: HostParts, unit: number, size: number | string): string {
  const item = items.item[unit]
  return `${size} bytes in ${items.packets[unit]} packets of VM ${items.vm[unit]}, born at ${items.born[item]} ns`
}

function at({ path, atNs }: Visit): string {
  return `${path} at ${atNs} ns`
}
