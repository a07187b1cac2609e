// Tasks on all cores. A pool turns batches of tasks into outcomes; `simulated` feeds it from any number of tasks with a
// bounded look-ahead, so that memory does not grow with them, and in batches that keep the cost of a message small.
import type { Outcome, Simulated, Task } from './task.ts'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Board, type Done } from './board.ts'
import type { ThreadData } from './worker.ts'

export interface Pool {
  readonly workers: number
  /** How many tasks make a batch, and how many batches lie ready at a thread. */
  readonly pace: { readonly batchSize: number; readonly batchesReady: number }
  simulate(batch: readonly Task[]): Promise<readonly Outcome[]>
  /** What threads have done so far, read at any time. */
  readonly done: Done
  /** Ends all threads at once, with what they are doing. */
  close(): Promise<void>
}

export interface PoolOptions {
  /** Threads, from 1. Default: as many as there are cores to use. */
  readonly workers?: number
  /** Files of plug-ins that threads load for themselves. */
  readonly plugins?: readonly string[]
}

/**
 * Starts a pool. Whoever starts it closes it. One thread is a thread too: whatever it is at, the process renews its leases, shows
 * how far it is, and ends it when it is told to.
 */
export async function openPool({ workers, plugins = [] }: PoolOptions = {}): Promise<Pool> {
  const threads = workers ?? availableParallelism()
  const { Piscina } = await import('piscina')
  const pace = new Pace()
  const board = new Board(threads)
  const pool = new Piscina({
    filename: workerFile(),
    workerData: { plugins, board: board.memory } satisfies ThreadData,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: BATCHES_READY,
    loadBalancer: (_, workers) => leastBusy(workers, pace.batchesReady),
    atomics: 'disabled',
    // A run allocates little while it goes on; what it leaves behind is soon swept up, and memory stays small.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  return {
    workers: threads,
    pace,
    get done() {
      return board.done
    },
    simulate: async (batch) => seenBy(pace, (await pool.run(batch.map(bare))) as Simulated),
    close: () => {
      // A thread may answer while it is being ended, which the pool takes for an error of its own.
      pool.on('error', () => {})
      return pool.destroy()
    },
  }
}

function seenBy(pace: Pace, { outcomes, ms }: Simulated): readonly Outcome[] {
  pace.saw(outcomes.length, ms)
  return outcomes
}

/** The thread with the fewest batches, if any has less than `most`. */
function leastBusy<T extends { readonly currentUsage: number }>(threads: readonly T[], most: number): T | null {
  let least: T | null = null
  for (const thread of threads) if (thread.currentUsage < (least?.currentUsage ?? most)) least = thread
  return least
}

/** Threads run the bundled program, from wherever this file is run: it lies two folders deep in `src`, in `dist`, and in a bundle. */
function workerFile(): string {
  return fileURLToPath(new URL('../../dist/program/worker.js', import.meta.url))
}

/** What a caller keeps beside a task stays here. */
function bare({ scenario, arm, replication, mostEvents }: Task): Task {
  return { scenario, arm, replication, mostEvents }
}

/** A task with what came of it. */
export interface TaskDone<U> {
  readonly task: U
  readonly outcome: Outcome
}

/** Simulates tasks and yields each with its outcome; see {@link simulatedBatches}. */
export async function* simulated<U extends Task>(
  tasks: Iterable<U>,
  pool: Pool,
  order: 'given' | 'whenDone' = 'given',
): AsyncGenerator<TaskDone<U>, void, void> {
  for await (const batch of simulatedBatches(tasks, pool, order)) yield* batch
}

/**
 * Simulates tasks and yields them in batches, in the order given, or (`whenDone`) each batch as soon as it is done.
 * Tasks are taken from the iterable only when a thread will soon need them; when it has none for the moment, it is asked again
 * after the next batch. A consumer that stops early leaves started batches behind; closing the pool ends them.
 */
export async function* simulatedBatches<U extends Task>(
  tasks: Iterable<U>,
  pool: Pool,
  order: 'given' | 'whenDone',
): AsyncGenerator<TaskDone<U>[], void, void> {
  const source = tasks[Symbol.iterator]()
  const { pace, workers } = pool
  const pending: Promise<TaskDone<U>[]>[] = []
  const fill = () => {
    const most = order === 'given' ? 4 * workers : pace.batchesReady * workers + 1
    while (pending.length < most) {
      const batch = take(source, pace.batchSize)
      if (batch.length === 0) return
      const done = outcomesOf(batch, pool)
      // Closing the pool fails what a consumer that stopped early has left behind; nobody waits for it then.
      done.catch(() => {})
      pending.push(done)
    }
  }
  for (fill(); pending.length > 0; fill()) {
    const { position, done } = await (order === 'given' ? first(pending) : fastest(pending))
    void pending.splice(position, 1)
    // Threads come before whatever is done with the outcomes.
    fill()
    yield done
  }
}

async function outcomesOf<U extends Task>(batch: readonly U[], pool: Pool): Promise<TaskDone<U>[]> {
  const outcomes = await pool.simulate(batch)
  return batch.map((task, i) => ({ task, outcome: outcomes[i] }))
}

async function first<D>(pending: readonly Promise<D>[]): Promise<{ position: number; done: D }> {
  return { position: 0, done: await pending[0] }
}

function fastest<D>(pending: readonly Promise<D>[]): Promise<{ position: number; done: D }> {
  return Promise.race(pending.map((promise, position) => promise.then((done) => ({ position, done }))))
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

/** A message should carry at least this much work. */
const BATCH_MS = 20
const BATCH_MAX = 256
/** Batches of short tasks at a thread: it begins the next one while what it sent is stored and rows are made. */
const BATCHES_READY = 2
/** Tasks that take longer are handed out one by one, so that at the end no thread has two and another none. */
const LONG_MS = 200

/** How long tasks take, as it was seen so far. It decides about speed only, never about a result. */
class Pace {
  #taskMs = BATCH_MS

  saw(tasks: number, ms: number): void {
    this.#taskMs += 0.3 * (ms / tasks - this.#taskMs)
  }

  get batchSize(): number {
    return Math.max(1, Math.min(BATCH_MAX, Math.floor(BATCH_MS / this.#taskMs)))
  }

  get batchesReady(): number {
    return this.#taskMs < LONG_MS ? BATCHES_READY : 1
  }
}
