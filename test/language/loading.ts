// Scenarios from text: what tests of the language load, and the faults they expect.
import type { Scenario } from '../../src/language/asked.ts'
import { ScenarioError } from '../../src/language/faults.ts'
import { loadScenario, type LoadOptions } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'

/** How files are read from these texts. */
export function reader(files: Readonly<Record<string, string | Uint8Array>>) {
  return (path: string): string | Uint8Array => {
    if (Object.hasOwn(files, path)) return files[path]
    throw Object.assign(new Error('cannot'), { code: 'ENOENT' })
  }
}

/** Loads the first of these files. */
export function loaded(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<LoadOptions> = {},
): Scenario {
  return loadScenario(Object.keys(files)[0], { read: reader(files), technologies: TECHNOLOGIES, ...options })
}

/** The lines of what was found wrong; none if nothing was. */
export function faultsOf(action: () => unknown): readonly string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  return []
}
