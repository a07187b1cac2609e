// The ledger: whole cycles by step, cause and kind of work, in two accounts.
//
//   executed   what cores spent inside the window, whoever it was for
//   counted    what finished items that were generated inside the window were charged, whenever it was spent
//
// A charge is made when its job is submitted, executed when the job has run, and counted when its item is finished.
// Until then it waits in a chain of charges: first the job's, then the item's.
import { NONE, Rows } from './growing-table.ts'

/** A step as the ledger knows it. */
export interface LedgerStep {
  readonly technology: string
  readonly place: string
  readonly name: string
  /** Whether a vCPU is taken up by it: it runs there, or waits there for its trap. */
  readonly takesVcpu: boolean
  /** Whether a cost behind it is an assumption. */
  readonly assumed: boolean
  /** Whether its price goes by the size of what it is done to. */
  readonly bySize?: boolean
  /** Id of the formula that prices it; none for guest work. */
  readonly formula?: string
}

/** No cell of a sum grows beyond this: what is above goes into another. No charge is larger, so every sum is exact. */
export const CARRY = 4_503_599_627_370_496 // 2⁵²

/** A charge is larger than the accounts can hold: prices and sizes of the scenario multiply to more than 4.5 · 10¹⁵ cycles. */
export class AmountError extends Error {
  override readonly name = 'AmountError'
}

/** How often CARRY was taken out of each cell of a sum. */
class Carries {
  readonly of: Float64Array

  constructor(entries: number) {
    this.of = new Float64Array(entries)
  }

  /** To be called when a cell has come to it. */
  take(low: Float64Array, entry: number): void {
    low[entry] -= CARRY
    this.of[entry]++
  }

  /** The whole sum, rounded once. */
  sum(low: Float64Array, entry: number): number {
    return this.of[entry] * CARRY + low[entry]
  }
}

export class Ledger {
  readonly steps: LedgerStep[] = []
  readonly #ids = new Map<string, number>()
  #causes = 1
  #works = 1

  /** Sums by entry, below CARRY; an entry is (step, cause, work). `sumsOf` has the rest. */
  executed = new Float64Array(0)
  counted = new Float64Array(0)
  items = new Float64Array(0)
  #executedCarries = new Carries(0)
  #countedCarries = new Carries(0)
  #itemsCarries = new Carries(0)
  /** Whether cores are inside the window: what they spend is executed. */
  isExecuting = false

  // Charges in waiting: entry, cycles, how many times the step was done, and the next charge of the chain.
  entry = new Int32Array(256)
  cycles = new Float64Array(256)
  times = new Float64Array(256)
  next = new Int32Array(256)
  readonly #charges = new Rows<Ledger>(this, ['entry', 'cycles', 'times', 'next'])

  /** The id of a step, which is made at its first mention. While wiring. */
  step(step: LedgerStep): number {
    const key = `${step.technology}|${step.place}|${step.name}|${step.takesVcpu}|${step.formula}`
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.steps.push(step) - 1
      this.#ids.set(key, id)
    } else if (step.assumed && !this.steps[id].assumed) this.steps[id] = step
    return id
  }

  /** Ends wiring: from here on entries are (step, cause, work) with so many causes and kinds of work. */
  seal(causes: number, works: number): void {
    this.#causes = causes
    this.#works = works
    const entries = this.steps.length * causes * works
    this.executed = new Float64Array(entries)
    this.counted = new Float64Array(entries)
    this.items = new Float64Array(entries)
    this.#executedCarries = new Carries(entries)
    this.#countedCarries = new Carries(entries)
    this.#itemsCarries = new Carries(entries)
  }

  /** The sums of an entry in parts that doubles hold exactly: one of what is below CARRY, and one for each CARRY. */
  sumsOf(entry: number): { executed: number; counted: number; items: number }[] {
    const carries = [this.#executedCarries, this.#countedCarries, this.#itemsCarries].map((each) => each.of[entry])
    const [executed, counted, items] = carries
    const parts = [{ executed: this.executed[entry], counted: this.counted[entry], items: this.items[entry] }]
    for (let part = 0; part < Math.max(...carries); part++) {
      parts.push({
        executed: part < executed ? CARRY : 0,
        counted: part < counted ? CARRY : 0,
        items: part < items ? CARRY : 0,
      })
    }
    return parts
  }

  entryOf(step: number, cause: number, work: number): number {
    return (step * this.#causes + cause) * this.#works + work
  }

  /** What was executed of an entry so far, rounded once. */
  executedOf(entry: number): number {
    return this.#executedCarries.sum(this.executed, entry)
  }

  /** The inverse of `entryOf`. */
  ofEntry(entry: number): { step: number; cause: number; work: number } {
    const stepCause = Math.floor(entry / this.#works)
    return { step: Math.floor(stepCause / this.#causes), cause: stepCause % this.#causes, work: entry % this.#works }
  }

  /** Puts a charge behind `tail` (NONE: begins a chain) and returns it, the new tail. */
  charge(tail: number, entry: number, cycles: number, times: number): number {
    const charge = this.#charges.take()
    this.entry[charge] = entry
    this.cycles[charge] = cycles
    this.times[charge] = times
    this.next[charge] = NONE
    if (tail !== NONE) this.next[tail] = charge
    return charge
  }

  /** Enters the part of a job's chain that ran between two points of its work, in cycles from its start. */
  execute(head: number, from: number, to: number): void {
    let start = 0
    for (let charge = head; charge !== NONE; charge = this.next[charge]) {
      const end = start + this.cycles[charge]
      const part = Math.min(end, to) - Math.max(start, from)
      if (part > 0) {
        const entry = this.entry[charge]
        if ((this.executed[entry] += part) >= CARRY) this.#executedCarries.take(this.executed, entry)
      }
      start = end
    }
  }

  /** Counts a finished item's chain. */
  count(head: number): void {
    for (let charge = head; charge !== NONE; charge = this.next[charge]) {
      const entry = this.entry[charge]
      if ((this.counted[entry] += this.cycles[charge]) >= CARRY) this.#countedCarries.take(this.counted, entry)
      if ((this.items[entry] += this.times[charge]) >= CARRY) this.#itemsCarries.take(this.items, entry)
    }
  }

  /** Gives a chain back. */
  release(head: number, tail: number): void {
    this.#charges.releaseChain(head, tail)
  }
}
