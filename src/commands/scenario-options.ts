// A scenario as a command line names it: its file, and what options say instead of it.
import type { Scenario } from '../language/asked.ts'
import { loadScenario } from '../language/scenario.ts'
import type { Technology } from '../models/host/technology.ts'
import { ReadFiles } from '../store/reading-files.ts'
import type { Given } from './arguments.ts'
import { whole } from './options.ts'

/** Reads a scenario with what the command line says instead of it, and tells which files were read. */
export function load(
  file: string,
  given: Given,
  technologies: readonly Technology[],
  files = new ReadFiles(file),
): { scenario: Scenario; filesRead: readonly string[] } {
  const scenario = loadScenario(file, { read: files.read, technologies, ...optionsOf(given) })
  return { scenario, filesRead: files.paths }
}

/** What the command line says instead of the file. */
export function optionsOf(given: Given) {
  return {
    set: changesOf(given),
    seed: whole('seed', given),
    replications: whole('replications', given),
    precision: given['precision'] as string | undefined,
  }
}

/** `PATH=VALUE` of every --set. */
export function changesOf(given: Given): readonly string[] {
  return (given['set'] as readonly string[] | undefined) ?? []
}
