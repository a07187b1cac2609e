// What a thread of the pool does: a batch of tasks in, the text of their tallies out. It touches no file, so that a
// thread that dies leaves nothing half done.
import { workerData } from 'node:worker_threads'
import { TECHNOLOGIES } from '../models/technologies/index.ts'
import type { Technology } from '../models/host/technology.ts'
import { runReplication } from './replication.ts'
import type { Outcome, Simulated, Task } from './task.ts'

/** Simulates tasks one after the other. A task that fails does not stop the others. */
export function simulateBatch(batch: readonly Task[], technologies: readonly Technology[]): Simulated {
  const started = performance.now()
  const outcomes = batch.map(({ scenario, arm, replication }): Outcome => {
    try {
      return { tallies: JSON.stringify(runReplication(scenario, arm, replication, technologies)) }
    } catch (error) {
      const { name, message, stack = message } = error instanceof Error ? error : new Error(String(error))
      return { failure: message, stack, name }
    }
  })
  return { outcomes, ms: performance.now() - started }
}

/** The entrance of a thread: technologies with the plug-ins that it was started with, loaded once. */
let technologies: Promise<readonly Technology[]> | null = null

export default async function simulateHere(batch: readonly Task[]): Promise<Simulated> {
  technologies ??= technologiesWith(pluginFiles())
  return simulateBatch(batch, await technologies)
}

/** Checking plug-ins takes the whole scenario language: a thread that has none starts without it. */
async function technologiesWith(plugins: readonly string[]): Promise<readonly Technology[]> {
  if (plugins.length === 0) return TECHNOLOGIES
  const { loadPlugins } = await import('../plugins/loading.ts')
  return (await loadPlugins(plugins)).technologies
}

/** The pool puts its own data in front of what it was given. */
function pluginFiles(): readonly string[] {
  const given: unknown = Array.isArray(workerData) ? workerData.at(-1) : workerData
  return (given as { plugins?: readonly string[] } | null)?.plugins ?? []
}
