// What is asked: a scenario once it has been read. Everything behind the language works with these types, and nobody who
// answers a question needs to know how it was written.
import type { Arm, Setup } from '../models/host/setup.ts'

/** How precise an answer has to be. */
export interface Precision {
  /** Half-width of an interval as a share of what is saved: 0.01 for 1 %. */
  readonly share: number
  /** Replications after which the run ends in any case. */
  readonly maxReplications: number
}

/** What pilot runs found. */
export interface FoundWarmup {
  readonly warmupNs: number
  readonly pilots: number
  /** The arm and the series that took longest to settle; empty when all of them were settled from the start. */
  readonly arm: string
  readonly series: string
}

/** Who decides about the warm-up: the scenario, pilot runs that are still to be made, or those that were made. */
export type Warmup = 'given' | 'auto' | FoundWarmup

export type Relation = '>=' | '<=' | '>' | '<'

/** A condition that the results are expected to meet. */
export interface Expectation {
  /** As it was written. */
  readonly text: string
  readonly arm: string
  /** A technology, `total` or `host`. */
  readonly row: string
  /** A column of the results. */
  readonly column: string
  readonly relation: Relation
  /** In the column's unit. */
  readonly limit: number
}

/** Where a number of the user's own comes from. */
export interface CostOrigin {
  readonly source: string | null
  readonly range: readonly [low: number, high: number] | null
}

/** How full a host may be that VMs are to fit on. */
export interface Fit {
  /** Share of each resource that may be used: 0.7 for 70 %. */
  readonly utilization: number
  /** The group whose VMs are counted in results; null: the only one with open work, if there is only one. */
  readonly group: string | null
}

export type PeerModel = 'accelerometer' | 'logca' | 'laws' | 'amdahl'

/** A published model to hold results against. */
export interface PeerAsked {
  readonly model: PeerModel
  /** Its symbols; null: read off the results. */
  readonly symbols: Readonly<Record<string, number>> | null
  /** Of Accelerometer: who waits. */
  readonly mode: 'sync' | 'sync-os' | 'async'
}

/** A question and everything that is needed to answer it. */
export interface Scenario extends Setup {
  readonly name: string
  readonly question: string
  /** Runs of each arm. */
  readonly replications: number
  /** What decides their number instead; null: `replications` does. */
  readonly precision: Precision | null
  /** Level of all intervals, such as 0.95. */
  readonly confidence: number
  /** Who decides about `warmupNs`, which is 0 until then. */
  readonly warmup: Warmup
  readonly expectations: readonly Expectation[]
  /** Not given: the host may be full. */
  readonly fit?: Fit
  /** Models of others that are told beside the results; no number of those depends on it. */
  readonly peers?: readonly PeerAsked[]
  /** Where costs that the scenario gives come from, as far as it says so; by full name. */
  readonly costOrigins?: Readonly<Record<string, CostOrigin>>
  /** Name of the first arm of the file. */
  readonly baseline: string
  /** In the order of their names. */
  readonly arms: Readonly<Record<string, Arm>>
}
