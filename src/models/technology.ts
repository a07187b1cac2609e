// What a technology is: costs, handlers, and the items it handles. `Host` (host.ts) is what a handler is wired into.
import type { EventKind } from '../engine/simulation.ts'
import type { Host } from './host.ts'

/** One number a model depends on, and where it comes from. */
export interface Cost {
  readonly value: number
  readonly unit: string
  /** Row ids of data/measurements.csv (`CPU-02`, `INT-01, INT-02: how it was derived`) or `assumption: why this value`. */
  readonly source: string
  /** Published or plausible extent. */
  readonly range?: readonly [low: number, high: number]
}
export type Costs = Readonly<Record<string, Cost>>

/** What a step costs: names of costs, so that every cycle knows its source. All parts are added. */
export interface Price {
  /** Cycles per unit that passes. */
  readonly each?: string
  /** Cost (a count) that `each` is multiplied by. */
  readonly times?: string
  /** Cycles per wire packet of the unit. */
  readonly perPacket?: string
  /** Cycles per byte (or pixel) of the unit. */
  readonly perByte?: string
}

/** Wires a handler into a run: given where a finished unit goes, returns where a new one enters. */
export type Wire = (host: Host, done: EventKind) => EventKind

export interface Handler {
  readonly kind: 'software' | 'hardware'
  /** For technologies of packets: one path each way. For all others `enter` is the only one. */
  readonly enter?: Wire
  readonly transmit?: Wire
  readonly receive?: Wire
}

export interface Technology {
  readonly name: string
  readonly costs: Costs
  readonly handlers: Readonly<Record<string, Handler>>
}
