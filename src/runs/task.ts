// A task: one replication of one arm, and what comes of it.
import type { Scenario } from '../language/asked.ts'

/** One replication of one arm: what is simulated, stored and sent as a whole. */
export interface Task {
  readonly scenario: Scenario
  readonly arm: string
  /** From 0. */
  readonly replication: number
  /** It is given up behind so many events: what it comes to then is less than what there was. No end where absent. */
  readonly mostEvents?: number
}

/** The tallies of a task as JSON text, or why there are none. */
export type Outcome = { readonly tallies: string } | Failure

/** `name`: that of the error. */
export interface Failure {
  readonly failure: string
  readonly stack: string
  readonly name: string
}

/** What came of a batch, and how long it took. */
export interface Simulated {
  readonly outcomes: readonly Outcome[]
  readonly ms: number
}
