// Units on all cores. A pool turns batches of units into outcomes; `simulated` feeds it from any number of units with a
// bounded look-ahead, so that memory does not grow with them, and in batches that keep the cost of a message small.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { TECHNOLOGIES } from '../models/index.ts'
import type { Technology } from '../models/technology.ts'
import { simulateBatch, type Outcome, type Unit } from './worker.ts'

export type { Outcome, Unit } from './worker.ts'

export interface Pool {
  readonly workers: number
  simulate(batch: readonly Unit[]): Promise<readonly Outcome[]>
  /** Ends all threads at once, with what they are doing. */
  close(): Promise<void>
}

export interface PoolOptions {
  /** Threads, from 1; one works in this process. Default: as many as there are cores to use. */
  readonly workers?: number
  /** What is simulated in this process. */
  readonly technologies?: readonly Technology[]
  /** Files of plug-ins that threads load for themselves; `technologies` has them already. */
  readonly plugins?: readonly string[]
}

/** Starts a pool. Whoever starts it closes it. */
export async function openPool({
  workers,
  technologies = TECHNOLOGIES,
  plugins = [],
}: PoolOptions = {}): Promise<Pool> {
  const threads = workers ?? availableParallelism()
  if (threads === 1) return poolHere(technologies)
  const { Piscina } = await import('piscina')
  const pool = new Piscina({
    filename: workerFile(),
    workerData: { plugins },
    minThreads: threads,
    maxThreads: threads,
    atomics: 'disabled',
    // A run allocates little while it goes on; what it leaves behind is soon swept up, and memory stays small.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  return {
    workers: threads,
    simulate: (batch) => pool.run(batch.map(bare)) as Promise<readonly Outcome[]>,
    close: () => {
      // A thread may answer while it is being ended, which the pool takes for an error of its own.
      pool.on('error', () => {})
      return pool.destroy()
    },
  }
}

function poolHere(technologies: readonly Technology[]): Pool {
  return {
    workers: 1,
    // Between batches the process looks at what else there is: signals, timers.
    simulate: async (batch) => {
      await new Promise((resolve) => setImmediate(resolve))
      return simulateBatch(batch, technologies)
    },
    close: async () => {},
  }
}

/** Threads run compiled code, also when this file is run as it stands (in tests). */
function workerFile(): string {
  const compiled = import.meta.url.endsWith('.ts') ? '../../dist/experiments/worker.js' : './worker.js'
  return fileURLToPath(new URL(compiled, import.meta.url))
}

/** What a caller keeps beside a unit stays here. */
function bare({ scenario, arm, replication }: Unit): Unit {
  return { scenario, arm, replication }
}

/** A message should carry at least this much work. */
const BATCH_MS = 20
const BATCH_MAX = 256

/**
 * Simulates units and yields each with its outcome, in the order given, or (`whenDone`) as soon as it is done.
 * Units are taken from the iterable only when a thread will soon need them.
 * A consumer that stops early leaves started batches behind; closing the pool ends them.
 */
export async function* simulated<U extends Unit>(
  units: Iterable<U>,
  pool: Pool,
  order: 'given' | 'whenDone' = 'given',
): AsyncGenerator<{ readonly unit: U; readonly outcome: Outcome }, void, void> {
  const source = units[Symbol.iterator]()
  const pace = new Pace()
  const pending: Promise<Done<U>>[] = []
  const most = order === 'given' ? 4 * pool.workers : pool.workers + 1
  for (;;) {
    while (pending.length < most) {
      const batch = take(source, pace.batchSize(pool.workers))
      if (batch.length === 0) break
      const done = simulateTimed(pool, batch, pace)
      // Closing the pool fails what a consumer that stopped early has left behind; nobody waits for it then.
      done.catch(() => {})
      pending.push(done)
    }
    if (pending.length === 0) return
    const { position, done } = await (order === 'given' ? first(pending) : fastest(pending))
    void pending.splice(position, 1)
    for (let i = 0; i < done.batch.length; i++) yield { unit: done.batch[i], outcome: done.outcomes[i] }
  }
}

interface Done<U> {
  readonly batch: readonly U[]
  readonly outcomes: readonly Outcome[]
}

async function first<D>(pending: readonly Promise<D>[]): Promise<{ position: number; done: D }> {
  return { position: 0, done: await pending[0] }
}

function fastest<D>(pending: readonly Promise<D>[]): Promise<{ position: number; done: D }> {
  return Promise.race(pending.map((promise, position) => promise.then((done) => ({ position, done }))))
}

async function simulateTimed<U extends Unit>(pool: Pool, batch: readonly U[], pace: Pace): Promise<Done<U>> {
  const started = performance.now()
  const outcomes = await pool.simulate(batch)
  pace.saw(batch.length, performance.now() - started)
  return { batch, outcomes }
}

function take<U>(source: Iterator<U>, most: number): U[] {
  const taken: U[] = []
  while (taken.length < most) {
    const next = source.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}

/** How many units make a batch, from how long they took so far. It decides about speed only, never about a result. */
class Pace {
  #unitMs = BATCH_MS

  saw(units: number, ms: number): void {
    this.#unitMs += 0.3 * (ms / units - this.#unitMs)
  }

  batchSize(workers: number): number {
    // Seen time includes waiting in the queue of a pool of threads: about one batch out of two waits.
    const workMs = workers === 1 ? this.#unitMs : this.#unitMs / 1.5
    return Math.max(1, Math.min(BATCH_MAX, Math.floor(BATCH_MS / workMs)))
  }
}
