// What shared servers are made with, and the cells of what changes with every event.

export interface SharedServersOptions {
  readonly name: string
  readonly servers: number // a whole number from 1
  readonly rate: number // work that one server does in a ns
  /** The most that one member gets, in servers: 0 < memberLimit ≤ 1. Default 1. */
  readonly memberLimit?: number
  /** Urgent jobs do not preempt: each is served as one more member. They are still accounted as urgent. */
  readonly urgentShares?: boolean
}

export function checkOptions({ name, servers, rate, memberLimit = 1 }: SharedServersOptions): void {
  if (!(Number.isInteger(servers) && servers >= 1))
    throw new RangeError(`${name}: ${servers} servers; at least 1, whole`)
  if (!(rate > 0 && rate < Infinity)) throw new RangeError(`${name}: the rate is ${rate}; it must be positive`)
  if (!(memberLimit > 0 && memberLimit <= 1))
    throw new RangeError(`${name}: a member's limit is ${memberLimit}; 0 to 1`)
}

export function checkWork(work: number): void {
  if (!(work >= 0 && work < Infinity)) throw new RangeError(`the work is ${work}; it must be a finite number from 0`)
}

/** Cells of the state: doubles that change with every event, kept where they need no boxes. */
export const VIRTUAL = 0 // virtual time: work that a member has received since the members were last none
export const SETTLED = 1 // simulated time up to which all cells hold
export const MEMBER_RATE = 2 // work per ns that each member receives
export const EVENT_TIME = 3 // when the event of the earliest member happens
export const URGENT = 4
export const SHARED = 5
// Sums of which no digit is lost, each in two cells.
export const IDLE = 6
export const DONE = 8 // work of jobs that are done, or as much as was done of those that were stopped
export const CELLS = 10
