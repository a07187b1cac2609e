// What a thread of the pool does: a batch of units in, the text of their tallies out. It touches no file, so that a
// thread that dies leaves nothing half done.
import { TECHNOLOGIES } from '../models/index.ts'
import type { Technology } from '../models/technology.ts'
import { runReplication } from './run.ts'
import type { Scenario } from './scenario.ts'

/** One replication of one arm: what is simulated, stored and sent as a whole. */
export interface Unit {
  readonly scenario: Scenario
  readonly arm: string
  /** From 0. */
  readonly replication: number
}

/** The tallies of a unit as JSON text, or why there are none. */
export type Outcome = { readonly tallies: string } | { readonly failure: string; readonly stack: string }

/** Simulates units one after the other. A unit that fails does not stop the others. */
export function simulateBatch(batch: readonly Unit[], technologies: readonly Technology[]): Outcome[] {
  return batch.map(({ scenario, arm, replication }) => {
    try {
      return { tallies: JSON.stringify(runReplication(scenario, arm, replication, technologies)) }
    } catch (error) {
      const { message, stack = message } = error instanceof Error ? error : new Error(String(error))
      return { failure: message, stack }
    }
  })
}

/** The entrance of a thread. Units of a batch that share a scenario share it in the message too. */
export default function simulateHere(batch: readonly Unit[]): Outcome[] {
  return simulateBatch(batch, TECHNOLOGIES)
}
