// What a technology is: named costs with their sources, and handlers that do its work in software or in hardware.
import type { EventKind } from '../engine/simulation.ts'
import type { Wiring } from './wiring.ts'

/** One number a model depends on, and where it comes from. */
export interface Cost {
  readonly value: number
  readonly unit: string
  /** Row ids of data/measurements.csv (`CPU-02`, `INT-01, INT-02: how it was derived`) or `assumption: why this value`. */
  readonly source: string
  /** Published or plausible extent. */
  readonly range?: readonly [low: number, high: number]
  /** The least value that makes sense; default 0. */
  readonly least?: number
  /** Names of the values 0, 1, … of a cost that is a choice; a scenario gives the name. */
  readonly choices?: readonly string[]
  /** Processor generation the figure was measured on, where that is known and matters. */
  readonly measuredOn?: string
}
export type Costs = Readonly<Record<string, Cost>>

/** Where a step runs. `user` is a vCPU too, for work that takes turns with the guest's own; a trap's `exit` stops its vCPU. */
export type Place = 'vcpu' | 'user' | 'exit' | 'host'

/** What a step costs, as names of costs, so that every cycle knows its source. All parts are added. */
export interface Price {
  /** Cycles per unit that passes. */
  readonly each?: string
  /** A count that `each` is multiplied by: its cost's name. */
  readonly times?: string
  /** Cycles per wire packet of the unit. */
  readonly perPacket?: string
  /** Cycles per byte, pixel or guest cycle of the unit. */
  readonly perByte?: string
  /** Whether the ledger counts the step as many times as the unit is large (commands, polls) instead of once. */
  readonly countsSize?: boolean
  /** Cycles per unit that were worked out while wiring, and the costs they were worked out from. */
  readonly derived?: { readonly cycles: number; readonly from: readonly string[] }
}

/** One step of a straight line: where, what, how much. */
export interface Step extends Price {
  readonly place: Place
  readonly name: string
}

/** A trap that an item causes: priced by the arm's `processor` handler, and charged to it. */
export interface CausedTrap {
  readonly trap: string
  /** How many: a number, or the name of a cost that says it. */
  readonly times: string | number
}

export const step = (place: Place, name: string, price: Price): Step => ({ place, name, ...price })
export const trap = (kind: string, times: string | number = 1): CausedTrap => ({ trap: kind, times })

/** A straight line is data. */
export type Line = readonly (Step | CausedTrap)[]
/** A bend is a function: given where a finished unit goes, it returns where a new one enters. */
export type Bend = (wiring: Wiring, done: EventKind) => EventKind
export type Path = Line | Bend

/** One way of doing a technology's work. Which paths it needs depends on the kind of work its technology handles. */
export interface Handler {
  readonly kind: 'software' | 'hardware'
  /** Traps, clones, screen updates: the one path. */
  readonly enter?: Path
  /** Packets, from the guest to the wire and back. */
  readonly transmit?: Path
  readonly receive?: Path
  /** TCP: the way of a packet of UDP, which is not cut, merged or taken over by a card. */
  readonly datagram?: Path
  /** Packets: what is left to do in the guest when a transmitted unit has been sent; nothing if absent. */
  readonly complete?: Path
  /** TCP: the cost that says how many bytes the device cuts into packets itself; absent: it cuts none. */
  readonly segmentBytes?: string
  /** Processors: the price of a trap by kind, in steps at the exit. */
  readonly traps?: (kind: string, wiring: Wiring) => Line
  /** Processors: what they do to a guest's own work, per cycle of it. */
  readonly guestWork?: Line
  /** NICs: whether the guest must hand over single packets, since the device cuts no segments. */
  readonly packetsOnly?: boolean
  /** NICs: whether the VM is handed a device of its own, whose DMA an IOMMU has to fence in. */
  readonly assigned?: boolean
}

/**
 * Where work of VMs passes a technology that is not among the built-in ones: before it comes to one of these on its way
 * out of the VM, and behind it on its way in. Before `tcp` a transmitted message is still whole.
 */
export const PASSAGES = ['tcp', 'vpn', 'vlan', 'nic', 'clone', 'display'] as const
export type Passage = (typeof PASSAGES)[number]

export interface Technology {
  readonly name: string
  /** For a technology of a user's own: which work passes it, and where. */
  readonly passedBefore?: Passage
  /** Whether its handlers may change the size of what passes them, which must be a whole item: before `tcp` or `clone`. */
  readonly resizes?: boolean
  readonly costs: Costs
  /** Names a scenario may give beside those of `costs`: the whole price of a trap that is otherwise priced in parts. */
  readonly alternatives?: readonly string[]
  readonly handlers: Readonly<Record<string, Handler>>
}
