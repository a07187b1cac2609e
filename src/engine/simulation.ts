// The simulation: a clock, the kinds of events, the events to come, and the loop that carries them out.
import { EventQueue, type EventHandle } from './event-queue.ts'
import { RandomStream, streamSeed } from './random.ts'

export type { EventHandle } from './event-queue.ts'

/** A declared kind of event. */
export type EventKind = number & { readonly EventKind: unique symbol }

/**
 * A discrete-event simulation. Events are (time, kind, one integer) and happen in one total order: time, then the order
 * of scheduling. Times are doubles, in ns by convention.
 */
export class Simulation {
  private readonly queue = new EventQueue()
  private readonly clock = this.queue.now
  private readonly handlers: ((arg: number) => void)[] = []
  private readonly names: string[] = []
  private readonly seed: number
  private readonly replication: number
  private running = false
  private stopped = false
  private events = 0

  /** @param seed, replication whole numbers from 0 to 2^53 − 1; every stream depends on both. */
  constructor(seed: number, replication = 0) {
    for (const [name, value] of Object.entries({ seed, replication })) {
      if (!(Number.isSafeInteger(value) && value >= 0)) {
        throw new RangeError(`the ${name} is ${value}; it must be a whole number from 0 to 2^53 - 1`)
      }
    }
    this.seed = seed
    this.replication = replication
  }

  /** Simulated time in ns. Only `run` moves it, and only forward. */
  get now(): number {
    return this.clock[0]
  }

  /** How many events have happened. */
  get eventCount(): number {
    return this.events
  }

  /** How many events are scheduled. */
  get pending(): number {
    return this.queue.pending
  }

  /** Declares a kind of event, while wiring: not from within an event. `handler` is called with the event's integer. */
  event(name: string, handler: (arg: number) => void): EventKind {
    if (this.running) throw new Error(`event \`${name}\` is declared during a run; declare all kinds before`)
    this.handlers.push(handler)
    return (this.names.push(name) - 1) as EventKind
  }

  /** The name that `kind` was declared with. */
  nameOf(kind: EventKind): string {
    return this.names[kind] ?? this.undeclared(kind)
  }

  /**
   * Schedules `kind` at `delayNs` from now; events at one instant happen in the order of scheduling. `arg` is an integer
   * of 32 bits. The handle stays valid for `cancel` until two million further events have been scheduled after the event
   * happened. Throws a RangeError when the delay is negative, infinite or not a number, and when `kind` is not declared.
   */
  after(delayNs: number, kind: EventKind, arg: number): EventHandle {
    const time = this.clock[0] + delayNs
    // Written so that NaN fails too.
    if (!(delayNs >= 0 && time < Infinity) || this.handlers[kind] === undefined) this.refuse(delayNs, kind)
    this.queue.scheduled[0] = time
    return this.queue.add(kind, arg)
  }

  /** Takes a scheduled event back. Returns false when it has happened or been cancelled already. */
  cancel(handle: EventHandle): boolean {
    return this.queue.cancel(handle)
  }

  /** Does `kind` now, within the current event. */
  fire(kind: EventKind, arg: number): void {
    const handler = this.handlers[kind]
    if (handler === undefined) this.undeclared(kind)
    handler(arg)
  }

  /**
   * The random stream of that name: a function of the seed, the replication and the name, whoever else draws. Each call
   * gives a stream at its beginning, so give every user of randomness a name of its own.
   */
  stream(name: string): RandomStream {
    return new RandomStream(streamSeed(this.seed, this.replication, name))
  }

  /**
   * Carries out all events up to `untilNs`, included, and leaves the clock there; `Infinity` runs until no event is left
   * and leaves the clock at the last one. Throws a RangeError when `untilNs` lies in the past.
   */
  run(untilNs: number): void {
    this.carryOut(untilNs)
    if (!this.stopped && untilNs < Infinity) this.clock[0] = untilNs
  }

  private carryOut(untilNs: number): void {
    if (!(untilNs >= this.now)) throw new RangeError(`cannot run until ${untilNs} ns: it is ${this.now} ns`)
    if (this.running) throw new Error('run() is called from within an event')
    this.running = true
    this.stopped = false
    this.queue.until[0] = untilNs
    try {
      this.loop()
    } finally {
      this.running = false
    }
  }

  /**
   * Carries out all events up to `untilNs`, included, as a part of a run until no event is left: the clock stays at the last
   * one, whatever the parts are. Says whether more events are to come.
   */
  runPart(untilNs: number): boolean {
    this.carryOut(untilNs)
    return !this.stopped && this.queue.pending > 0
  }

  /** Makes `run` return after the current event; the clock stays, and a later `run` goes on. */
  stop(): void {
    this.stopped = true
  }

  private loop(): void {
    const { queue, handlers } = this
    while (!this.stopped && queue.take()) {
      this.events++
      handlers[queue.kind](queue.arg)
    }
  }

  private refuse(delayNs: number, kind: EventKind): never {
    if (this.handlers[kind] === undefined) this.undeclared(kind)
    throw new RangeError(`the delay of \`${this.names[kind]}\` is ${delayNs}; it must be a finite number from 0`)
  }

  private undeclared(kind: number): never {
    throw new RangeError(`event kind ${kind} was not declared in this simulation`)
  }
}
