// Time series of a pilot run, from which the end of its start-up is judged: the run is cut into equal buckets.
//
//   work        share of the cores that open work kept busy in the bucket
//   open NAME   items in the system of open work that passes technology NAME (`guest`: the guest's own jobs)
//
// A pilot samples the host from outside, with an event of its own: nothing of it is in the way of other runs.
// Batches (clones) are left out: they are no process that could settle.
import type { EventKind } from '../../engine/simulation.ts'
import type { Host } from './host.ts'
import { isCompute } from './setup.ts'

/** Buckets of a pilot, and how often items are counted within each. */
export const BUCKETS = 500
const SAMPLES_PER_BUCKET = 20

export type Series = Readonly<Record<string, readonly number[]>>

/** Watches a host that has a window and no warm-up. To be made before the work is wired; read once the run is over. */
export class SeriesWatch {
  readonly #host: Host
  readonly #sampleNs: number
  readonly #sample: EventKind
  readonly #work: number[] = []
  readonly #open = new Map<string, number[]>()
  #entries: readonly number[] = []
  #kinds: readonly (readonly [technology: string, works: readonly number[]])[] = []
  #executed = 0
  #samples = 0

  constructor(host: Host) {
    const { measureNs } = host.setup
    if (typeof measureNs !== 'number')
      throw new RangeError(`a run until ${measureNs ?? 'idle'} has no steady state to wait for`)
    this.#host = host
    this.#sampleNs = measureNs / BUCKETS / SAMPLES_PER_BUCKET
    this.#sample = host.sim.event('pilot sample', () => this.#onSample())
    // In the middle of its share of time, so that the last sample lies before the end of the window.
    host.sim.after(this.#sampleNs / 2, this.#sample, 0)
  }

  get series(): Series {
    const open = [...this.#open].map(([name, values]) => [`open ${name}`, values] as const)
    return Object.fromEntries([['work', this.#work] as const, ...open])
  }

  #onSample(): void {
    if (this.#samples === 0) this.#begin()
    const bucket = Math.floor(this.#samples / SAMPLES_PER_BUCKET)
    const { items } = this.#host
    for (const [name, works] of this.#kinds) {
      let open = 0
      for (const work of works) open += items.generated[work] - items.finished[work] - items.droppedOf[work]
      this.#open.get(name)![bucket] += open / SAMPLES_PER_BUCKET
    }
    this.#samples++
    if (this.#samples % SAMPLES_PER_BUCKET === 0) this.#endBucket()
    if (this.#samples < BUCKETS * SAMPLES_PER_BUCKET) this.#host.sim.after(this.#sampleNs, this.#sample, 0)
  }

  /** Everything is wired by the first sample: kinds of work and entries of the ledger have their numbers. */
  #begin(): void {
    const { items, ledger, technologyNames } = this.#host
    const isOpen = (work: number): boolean => !items.works[work].patient
    this.#entries = Array.from(ledger.executed.keys()).filter((entry) => isOpen(ledger.ofEntry(entry).work))
    const works = [...items.works.keys()].filter(isOpen)
    const passing = (name: string) => works.filter((work) => items.works[work].technologies.includes(name))
    const guest = works.filter((work) => isCompute(items.works[work].name))
    const kinds = [['guest', guest] as const, ...technologyNames.map((name) => [name, passing(name)] as const)]
    this.#kinds = kinds.filter(([, some]) => some.length > 0)
    for (const [name] of this.#kinds) this.#open.set(name, new Array<number>(BUCKETS).fill(0))
  }

  #endBucket(): void {
    const { ledger, setup, clock } = this.#host
    let executed = 0
    for (const entry of this.#entries) executed += ledger.executedOf(entry)
    this.#work.push((executed - this.#executed) / (setup.host.cores * clock * this.#sampleNs * SAMPLES_PER_BUCKET))
    this.#executed = executed
  }
}
