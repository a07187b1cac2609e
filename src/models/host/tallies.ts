// What one replication of one arm leaves behind: counts, sums and histograms, and nothing derived from them.
// This is the unit that is stored and sent between processes, so it is plain JSON.
import type { HistogramData } from '../../engine/histogram.ts'
import { isCompute } from './setup.ts'

/** One entry of the ledger. Cycles are whole. Where a sum is above 2⁵², several entries that say the same make it up. */
export interface LedgerEntry {
  /** VM group whose work is paid for; '' for what no group causes (idle, polling). */
  readonly group: string
  /** The kind of work within the group, e.g. `traps.syscall`, `packets.0`, `compute`; '' for none. */
  readonly work: string
  /** A technology's name, `guest` or `idle`. */
  readonly technology: string
  /** The technology whose work made this one pay; the technology itself for work that the VM generated. */
  readonly cause: string
  /** `vcpu`, `host` or the name of a device. */
  readonly place: string
  readonly step: string
  /** How many times the step was done for counted items. */
  readonly items: number
  /** Cycles that cores spent on it inside the window. */
  readonly executed: number
  /** Cycles charged to finished items that were generated inside the window, whenever spent. */
  readonly counted: number
  /** Whether a cost behind this step is an assumption rather than a measurement. */
  readonly assumed: boolean
  /** Whether its price goes by the size of what it is done to; left out where it does not. */
  readonly bySize?: true
  /** Id of the formula that prices the step; absent where no price is behind it. */
  readonly formula?: string
}

/** Counted work items of one kind in one group: generated = finished + dropped + unfinished. */
export interface WorkTally {
  readonly group: string
  readonly work: string
  /** Technologies of the arm that the item passes; rows of these technologies count it. */
  readonly technologies: readonly string[]
  readonly generated: number
  readonly finished: number
  /** Lost to a full queue, or superseded. */
  readonly dropped: number
  /** Of those dropped: given up because a later one made them pointless. */
  readonly superseded: number
  readonly unfinished: number
  /** Sum of the sizes of those generated, as drawn, before they are rounded to whole; 0 for work without a size. */
  readonly offered: number
  /** Sum of the same sizes, each rounded to whole as it is worked on; and of those that were not finished. */
  readonly drawn: number
  readonly drawnMissing: number
}

/** Whether a kind of work is the guest's own: its size is what the guest itself asks for, in cycles. */
export function isGuestWork(work: string): boolean {
  return isCompute(work) || work === 'loop.compute'
}

/** Whether a kind of work is a batch: work that is there to be done, and not a rate. */
export function isBatchWork(work: string): boolean {
  return work === 'clones' || work.startsWith('loop.')
}

/** Demand on something that can be saturated. Units are the resource's own (core-ns, ns, bytes): only ratios are used. */
export interface ResourceTally {
  /** `cores`, `GROUP.vcpus`, `wire.receive`, `wire.transmit`, `wire.NAME.receive`, `path`, `array` or a device's name. */
  readonly name: string
  /** Whether only closed work (clones, loops) uses it: then it is never saturated. */
  readonly closed: boolean
  /** What it can do within the window. */
  readonly capacity: number
  /** What counted work asks of it, and how much of that is each group's. */
  readonly demand: number
  readonly demandOf: Readonly<Record<string, number>>
  /** What it did within the window. */
  readonly busy: number
  /** Work waiting or in service at the window's edges. */
  readonly backlogStart: number
  readonly backlogEnd: number
}

export interface Tallies {
  readonly arm: string
  readonly replication: number
  /** Length of the window in ns; the makespan where that ends it. */
  readonly windowNs: number
  /** ns until idle, or from the window's start until the batches are done; null for a run with a fixed window. */
  readonly makespanNs: number | null
  readonly ledger: readonly LedgerEntry[]
  /** Core cycles idle inside the window, integrated from the cores' own states. */
  readonly idleCycles: number
  /**
   * What cores × clock × window has beyond idle and executed cycles, as the cores themselves tell: digits of idle cycles that
   * a double does not hold, and what jobs were given or denied because the clock is a double.
   */
  readonly restCycles: number
  /** How often a core was done with a job, or put one aside, inside the window: each rounds the clock once. */
  readonly jobEnds: number
  /** Jobs that were in service across an edge of the window: the slack of the executed account, in cycles. */
  readonly edgeJobs: number
  readonly work: readonly WorkTally[]
  /** Sojourn times in ns, by technology. */
  readonly latencies: Readonly<Record<string, HistogramData>>
  readonly resources: readonly ResourceTally[]
  /** Bytes allocated and moved by storage work; null when no arm's technology stores anything. */
  readonly storedBytes: number | null
  readonly movedBytes: number | null
  /** How many events the run took. */
  readonly events: number
  /** Hash of every generated item up to the window's end; equal in all arms. */
  readonly digest: string
  /** Pilot runs only: what happened in each of equal parts of the run, by name of the series. */
  readonly series?: Readonly<Record<string, readonly number[]>>
  /** What the reader should know, counted: `display: encoded in software, card full` → updates. */
  readonly notes: Readonly<Record<string, number>>
}
