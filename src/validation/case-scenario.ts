// The scenario of a case: a file, or what stands in the case itself; and why it cannot be run, if it cannot.
import { entryAt, type Keyed, type Tree } from '../language/document.ts'
import { ScenarioError, type Fault } from '../language/faults.ts'
import { overWhatItNames, scenarioOf, treeOfFile, type Source } from '../language/scenario.ts'
import type { scenarioLanguage } from '../language/scenario-language.ts'
import { beside, type ReadFile } from '../language/text.ts'
import type { Scenario } from '../language/asked.ts'
import type { Technology } from '../models/host/technology.ts'
import { SCENARIO_KEY } from './case-language.ts'

/** How scenarios of cases are read. */
export interface ScenarioReading {
  readonly read: ReadFile
  readonly technologies: readonly Technology[]
  readonly language: ReturnType<typeof scenarioLanguage>
}

/** The scenario of a case, or why it cannot be run. */
export function scenarioIn(
  tree: Tree,
  file: string,
  id: string,
  { read: readFile, technologies, language }: ScenarioReading,
): { tree: Tree | null } & ({ scenario: Scenario } | { faults: readonly Fault[] }) {
  const faults: Fault[] = []
  const isPath = tree.form === 'scalar' && typeof tree.value === 'string'
  const path = isPath ? beside(file, tree.value) : file
  const whole = isPath ? treeOfFile(path, readFile, faults) : overWhatItNames(tree, file, readFile, faults)
  if (whole === null) return { tree: null, faults }
  if (whole.form !== 'map') {
    const text = 'is no scenario; write a map, or the path of one'
    return { tree: null, faults: [{ place: whole.at, path: SCENARIO_KEY, text }] }
  }
  const source: Source = {
    ...{ file: path, tree: withName(whole, id), language, technologies },
    ...{ read: readFile, made: new Map() },
  }
  try {
    return { tree: whole, scenario: scenarioOf(source, source.tree, faults) }
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    return { tree: whole, faults: error.found }
  }
}

/** Sources of prices, as they are written. */
export function sourcesIn(tree: Tree | null): string[] {
  const costs = tree?.form === 'map' ? tree.entries.get('costs')?.value : undefined
  if (costs?.form !== 'map') return []
  return [...costs.entries.values()].flatMap(({ value }) => {
    const source = value.form === 'map' ? value.entries.get('source')?.value : undefined
    return source?.form === 'scalar' ? [source.written] : []
  })
}

/** A scenario within a case needs no name of its own. */
function withName(tree: Keyed, id: string): Keyed {
  if (tree.entries.has('name')) return tree
  const value: Tree = { form: 'scalar', at: tree.at, value: id, written: id, inQuotes: false }
  return { ...tree, entries: new Map([['name', { at: tree.at, value }], ...tree.entries]) }
}

/** Whether something stands at a path of the scenario; everything behind `costs.` is one key. */
export function standsAt(tree: Tree, path: string): boolean {
  const cost = /^costs\.(.+)$/.exec(path)
  return entryAt(tree, cost === null ? path.split('.') : ['costs', cost[1]]) !== null
}
