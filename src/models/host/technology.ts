// What a technology is: named costs with their sources, and handlers that do its work in software or in hardware. And what
// a handler is given to work with: its `Wiring`, and through it the parts of the host.
import type { Histogram } from '../../engine/histogram.ts'
import type { SharedServers } from '../../engine/sharing.ts'
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import type { Loads } from './devices.ts'
import type { Items } from './items.ts'
import type { Jobs } from './jobs.ts'
import type { Ledger } from './ledger.ts'
import type { Merging } from './merging.ts'
import type { Port } from './port.ts'
import type { Place, Segments } from './segments.ts'
import type { Arm, Group, Setup } from './setup.ts'
import type { StorageAccount } from './storage.ts'

export type { Place } from './segments.ts'

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
  /** Whether only whole values make sense: of sessions there is no half, of traps for an interrupt there is, on average. */
  readonly whole?: boolean
  /** Names of the values 0, 1, … of a cost that is a choice; a scenario gives the name. */
  readonly choices?: readonly string[]
  /** Processor generation the figure was measured on, where that is known and matters. */
  readonly measuredOn?: string
}
export type Costs = Readonly<Record<string, Cost>>

/** The ids of rows of data/measurements.csv that a text names. */
const ROW_ID = /\b[A-Z]{2,5}-\d+\b/g

/**
 * The rows that a number rests on by its source: all that it names, as a figure, as a part of one, or within an assumption.
 * Whoever wrote the number down had them before their eyes.
 */
export function rowsCited(source: string): string[] {
  return [...new Set(source.match(ROW_ID) ?? [])]
}

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
  /** Cycles per unit, and per byte of it, that are worked out, and the costs they are worked out from. */
  readonly derived?: {
    /** A function of the technology's costs can be asked again at other prices; a number cannot. */
    readonly cycles: number | ((cost: (key: string) => number) => number)
    readonly perByte?: number
    readonly from: readonly string[]
  }
}

/** The value of a cost, by its full name (`technology.key`) or, in a technology's own formula, by its key. */
export type PriceOf = (name: string) => number

/** Cycles of a step for one unit: each + perPacket × packets + perByte × size. */
export interface UnitCycles {
  readonly each: number
  readonly perPacket: number
  readonly perByte: number
  /** How often the step is done for a unit. */
  readonly times: number
}

export interface Formula {
  /** Names technology, place, step and costs, so that the same formula has the same id in every run; 12 hexadecimal digits. */
  readonly id: string
  readonly at: (price: PriceOf) => UnitCycles
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
/** A path that is no straight line: given where a finished unit goes, it returns where a new one enters. */
export type PathFunction = (wiring: Wiring, done: EventKind) => EventKind
export type Path = Line | PathFunction

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
  /** Its own kind of work: the name of the requests that pass it. */
  readonly passes?: string
  /** Whether its handlers may change the size of what passes them, which must be a whole item: before `tcp` or `clone`. */
  readonly resizes?: boolean
  /** Who is let in, whichever handler serves them: given where the handler is entered, it returns where work enters. */
  readonly admission?: (wiring: Wiring, serve: (served: EventKind) => EventKind, done: EventKind) => EventKind
  readonly costs: Costs
  /** Names a scenario may give beside those of `costs`: the whole price of a trap that is otherwise priced in parts. */
  readonly alternatives?: readonly string[]
  readonly handlers: Readonly<Record<string, Handler>>
}

/** Paths by which technologies are linked, as their handlers name them. */
export type PathName = 'enter' | 'transmit' | 'receive' | 'complete' | 'datagram'

/** How a handler is put into a host: prices by their names, and steps that become events. */
export interface Wiring {
  readonly host: HostParts
  readonly technology: Technology
  readonly handler: Handler
  readonly handlerName: string
  /**
   * The value of a cost of this technology: what the scenario says, else the technology's own. What is read here may change what
   * happens, and is run again where other values are asked for; prices of steps are best named in the steps.
   */
  cost(key: string): number
  /** What the scenario says of a cost, by its key; undefined if it says nothing. */
  override(key: string): number | undefined
  /** Where a unit enters this path, given where it goes afterwards. */
  path(path: Path, done: EventKind): EventKind
  /** A straight line of steps, ending in `done`. */
  line(line: Line, done: EventKind): EventKind
  /**
   * A step of this technology before `next`. `cause`: see Charge; `multiple`: how often it is done per unit, times what the cost
   * `by` says, a full name.
   */
  step(step: Step, next: EventKind, cause?: number, multiple?: number, by?: string): EventKind
  /**
   * Holds the vCPU that has brought a unit here, which spins while the unit is served: `serve` is given what is to be fired
   * with the unit when it has been, and returns where the unit enters. It spins as long as that takes, queues included.
   */
  spinning(name: string, serve: (served: EventKind) => EventKind, done: EventKind): EventKind
  /** One instance for all paths of a run, by name: a device, a queue of interrupts, a counter. */
  shared<T>(name: string, make: () => T): T
}

/** The parts of a host, as handlers and the work of VMs find them. */
export interface HostParts {
  readonly setup: Setup
  readonly arm: Arm
  readonly sim: Simulation
  /** Cycles per ns of one core. */
  readonly clock: number
  readonly groups: readonly Group[]
  readonly groupOfVm: Int32Array
  readonly cores: SharedServers
  readonly jobs: Jobs
  readonly ledger: Ledger
  readonly items: Items
  readonly segments: Segments
  readonly port: Port | null
  readonly loads: Loads
  readonly storage: StorageAccount
  /** Packets of a stream that come with one interrupt, for a TCP handler that merges them. */
  readonly merging: Merging
  /** How steps are priced: the formulas that are wired, by their ids. */
  readonly formulas: Map<string, Formula>
  /** Processor generations that the prices of this run's traps were measured on. */
  readonly generations: Set<string>
  /** Sojourn times in ns by technology. */
  readonly latencies: ReadonlyMap<string, Histogram>
  /** How a technology of the arm is wired; undefined if the arm does not name it. */
  wiring(technology: string): Wiring | undefined
  /**
   * Where a unit enters a technology's path, given where it goes afterwards; `done` itself when the arm does not name the
   * technology or its handler has no such path. With `measured`, sojourn times go into the technology's row.
   */
  via(technology: string, path: PathName, done: EventKind, measured?: boolean): EventKind
  /** Technologies of the arm that lie before `next` on the way out of a VM, in the order of their names. */
  passedBefore(next: Passage): string[]
  /** Technologies of the arm that requests of this name pass, in the order of their names. */
  passing(request: string): string[]
  /** As `via`, for all technologies that lie before `next`: one after another, on the way in the other way round. */
  viaThoseBefore(next: Passage, path: PathName, done: EventKind): EventKind
  /** 1 + the index of a technology, as items and charges name a cause. */
  causeOf(technology: string): number
  /** One instance for a run, by name. */
  shared<T>(name: string, make: () => T): T
  /** Something the reader of results should know, and how often. */
  note(text: string, count?: number): void
}
