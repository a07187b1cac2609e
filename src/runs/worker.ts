// What a thread of the pool does: a batch of tasks in, the text of their tallies out. It touches no file, so that a
// thread that dies leaves nothing half done.
import { workerData } from 'node:worker_threads'
import { TECHNOLOGIES } from '../models/technologies/index.ts'
import type { Technology } from '../models/host/technology.ts'
import { Board, type Place } from './board.ts'
import { runReplication, type Onlooker } from './replication.ts'
import type { Outcome, Simulated, Task } from './task.ts'

/** Simulates tasks one after the other. A task that fails does not stop the others. `place`: where it is shown how far they are. */
export function simulateBatch(batch: readonly Task[], technologies: readonly Technology[], place?: Place): Simulated {
  const started = performance.now()
  const outcomes = batch.map(({ scenario, arm, replication, mostEvents }): Outcome => {
    const watch = place && new Watch(place)
    try {
      const tallies = runReplication(scenario, arm, replication, technologies, watch, mostEvents)
      watch?.end()
      return { tallies: JSON.stringify(tallies) }
    } catch (error) {
      const { name, message, stack = message } = error instanceof Error ? error : new Error(String(error))
      return { failure: message, stack, name }
    }
  })
  return { outcomes, ms: performance.now() - started }
}

/** How often a thread shows how far it is, roughly. */
const SLICE_MS = [20, 80] as const

/** Shows how far a task is. Slices are as long as it takes to simulate for a moment. */
class Watch implements Onlooker {
  readonly firstSliceNs = 100_000
  readonly #place: Place
  readonly #startedMs = performance.now()
  #wiredMs = this.#startedMs
  #lookedMs = this.#startedMs
  #sliceNs = this.firstSliceNs
  #simulated = { nowNs: 0, events: 0 }

  constructor(place: Place) {
    this.#place = place
  }

  wired(): void {
    this.#wiredMs = this.#lookedMs = performance.now()
  }

  look(nowNs: number, endNs: number | null, events: number): number {
    const nowMs = performance.now()
    const simulated = endNs === null || endNs <= 0 ? 0 : Math.min(1, nowNs / endNs)
    // Wiring is done once: what is left is simulating.
    const allMs = this.#wiredMs - this.#startedMs + (nowMs - this.#wiredMs) / simulated
    const busyMs = nowMs - this.#startedMs
    const share = simulated === 0 ? 0 : Math.min(1, busyMs / allMs)
    this.#simulated = { nowNs, events }
    // What the whole task comes to, times the share of it that is done.
    const scale = share === 0 ? 1 : share / simulated
    this.#place.show({ share, events: events * scale, simulatedNs: nowNs * scale, busyMs })
    const tookMs = nowMs - this.#lookedMs
    this.#lookedMs = nowMs
    if (tookMs < SLICE_MS[0]) this.#sliceNs *= 2
    else if (tookMs > SLICE_MS[1]) this.#sliceNs /= 2
    return this.#sliceNs
  }

  end(): void {
    const { nowNs, events } = this.#simulated
    this.#place.end({ events, simulatedNs: nowNs, busyMs: performance.now() - this.#startedMs })
  }
}

/** The entrance of a thread: technologies with the plug-ins that it was started with, loaded once. */
let technologies: Promise<readonly Technology[]> | null = null
let place: Place | null = null

export default async function simulateHere(batch: readonly Task[]): Promise<Simulated> {
  const { plugins, board } = given()
  technologies ??= technologiesWith(plugins)
  place ??= new Board(board).place()
  return simulateBatch(batch, await technologies, place)
}

/** Checking plug-ins takes the whole scenario language: a thread that has none starts without it. */
async function technologiesWith(plugins: readonly string[]): Promise<readonly Technology[]> {
  if (plugins.length === 0) return TECHNOLOGIES
  const { loadPlugins } = await import('../plugins/loading.ts')
  return (await loadPlugins(plugins)).technologies
}

/** What a thread is started with. */
export interface ThreadData {
  /** Files of plug-ins. */
  readonly plugins: readonly string[]
  readonly board: SharedArrayBuffer
}

/** The pool puts its own data in front of what it was given. */
function given(): ThreadData {
  return (Array.isArray(workerData) ? workerData.at(-1) : workerData) as ThreadData
}
