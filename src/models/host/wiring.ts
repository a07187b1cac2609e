// Wiring: how a handler of a technology is put into a host. Names of costs become numbers here, and lines of steps
// become segments; nothing of it is left when the run starts.
import type { EventKind } from '../../engine/simulation.ts'
import { NONE } from './growing-table.ts'
import { formulaOf, trapFormula, type Multiple, type Prices } from './prices.ts'
import { BY_SIZE } from './segments.ts'
import type { CausedTrap, Handler, HostParts, Line, Path, Price, Step, Technology, Wiring } from './technology.ts'

export class HandlerWiring implements Wiring {
  readonly host: HostParts
  readonly technology: Technology
  readonly handler: Handler
  readonly handlerName: string
  readonly #prices: Prices

  constructor(host: HostParts, prices: Prices, technology: Technology, handlerName: string) {
    this.host = host
    this.#prices = prices
    this.technology = technology
    this.handlerName = handlerName
    this.handler = technology.handlers[handlerName]
  }

  /** The value of a cost of this technology: what the scenario says, else the technology's own. */
  cost(key: string): number {
    this.#prices.read.add(`${this.technology.name}.${key}`)
    return this.#prices.value(this.technology, key)
  }

  /** What the scenario says of a cost, by its key; undefined if it says nothing. */
  override(key: string): number | undefined {
    return this.#prices.override(this.technology, key)
  }

  /** Where a unit enters this path, given where it goes afterwards. */
  path(path: Path, done: EventKind): EventKind {
    return typeof path === 'function' ? path(this, done) : this.line(path, done)
  }

  /** A straight line of steps, ending in `done`. */
  line(line: Line, done: EventKind): EventKind {
    return line.reduceRight((next, piece) => ('trap' in piece ? this.#trap(piece, next) : this.step(piece, next)), done)
  }

  /**
   * A step of this technology before `next`. `cause`: see Charge; `multiple`: how often it is done per unit, `by`: and the full
   * name of a cost that says so too.
   */
  step(step: Step, next: EventKind, cause = NONE, multiple = 1, by?: string): EventKind {
    const { host } = this
    const place = step.place === 'exit' ? 'host' : step.place === 'user' ? 'vcpu' : step.place
    const assumed = costsOf(step).some((key) => this.#prices.isAssumed(this.technology, key))
    const formula = formulaOf(this.technology.name, place, step, { count: multiple, by })
    host.formulas.set(formula.id, formula)
    const { times, ...cycles } = formula.at((name) => this.#prices.named(name))
    const id = host.ledger.step({
      technology: this.technology.name,
      place,
      name: step.name,
      takesVcpu: step.place !== 'host',
      assumed,
      bySize: [step.perByte, step.perPacket, step.derived?.perByte].some((price) => price !== undefined),
      formula: formula.id,
    })
    const charge = { step: id, cause, ...cycles, times: step.countsSize ? BY_SIZE : wholeTimes(times) }
    return host.segments.charge(step.place, step.name, charge, next)
  }

  /** See Wiring: a step whose price is the time that it takes. */
  spinning(name: string, serve: (served: EventKind) => EventKind, done: EventKind): EventKind {
    const { segments, ledger } = this.host
    const known = { technology: this.technology.name, place: 'vcpu', name, takesVcpu: true, assumed: false }
    const charge = { step: ledger.step(known), cause: NONE, each: 0, perPacket: 0, perByte: 0, times: 1 }
    return segments.spin(name, charge, serve, done)
  }

  /** One instance for all paths of a run, by name: a device, a queue of interrupts, a counter. */
  shared<T>(name: string, make: () => T): T {
    return this.host.shared(`${this.technology.name}.${name}`, make)
  }

  /** A trap that this technology's work causes: priced and charged by the arm's processor, else at what it costs natively. */
  #trap({ trap, times }: CausedTrap, next: EventKind): EventKind {
    const { host } = this
    const isNumber = typeof times === 'number'
    const [count, by] = isNumber ? [times, undefined] : [1, `${this.technology.name}.${times}`]
    const processor = host.wiring('processor')
    if (processor?.handler.traps) {
      const cause = host.causeOf(this.technology.name)
      const line = processor.handler.traps(trap, processor)
      return line.reduceRight((after, piece) => {
        if ('trap' in piece) throw new Error('the price of a trap causes no traps')
        return processor.step(piece, after, cause, count, by)
      }, next)
    }
    host.note(`free: processor: traps of ${this.technology.name} cost what they cost on bare metal`)
    return this.#nativeTrap(trap, { count, by }, next)
  }

  /** What a trap is on bare hardware: charged to whoever causes it. */
  #nativeTrap(trap: string, multiple: Multiple, next: EventKind): EventKind {
    const { host } = this
    const name = `${trap} (native)`
    const price = this.#prices.nativeTrap(trap)
    const formula = trapFormula(this.technology.name, name, price?.name, multiple)
    host.formulas.set(formula.id, formula)
    const { times, ...cycles } = formula.at((cost) => this.#prices.named(cost))
    const id = host.ledger.step({
      ...{ technology: this.technology.name, place: 'host', name, takesVcpu: true },
      assumed: price?.assumed ?? true,
      formula: formula.id,
    })
    return host.segments.charge('exit', name, { step: id, cause: NONE, ...cycles, times: wholeTimes(times) }, next)
  }
}

/** The names of the costs behind a price. */
export function costsOf({ each, times, perPacket, perByte, derived }: Price): string[] {
  return [each, times, perPacket, perByte, ...(derived?.from ?? [])].filter((key) => key !== undefined)
}

/** How often a step is done, for the ledger, which counts whole ones: never only when it is never done. */
function wholeTimes(times: number): number {
  return times === 0 ? 0 : Math.max(1, Math.round(times))
}
