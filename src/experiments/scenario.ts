// A scenario file becomes what a run is asked to simulate.
//
//   text ─► tree ─► overlay ─► --set ─► values in base units ─► rules between places ─► Scenario
//
// Reading is given by the caller, so the same code loads a scenario in a browser. Nothing is guessed: every fault of a
// file is reported at once, with its place and what to write instead, and nothing runs.
import type { Arm, Setup } from '../models/setup.ts'
import type { Technology } from '../models/technology.ts'
import { assembled } from './assembly.ts'
import { columnOf } from './csv-column.ts'
import { readDocument, type Tree } from './document.ts'
import { ScenarioError, wholeOf, type Fault, type Place } from './faults.ts'
import { scenarioLanguage, type Written } from './language.ts'
import { overlaid, readSetting, withSetting, type Setting } from './overlay.ts'
import { read } from './reading.ts'
import { brokenRules } from './rules.ts'
import { beside, problemOf, textOf, type ReadFile } from './text.ts'

export { ScenarioError } from './faults.ts'
export { canonical, identity } from './identity.ts'
export { scenarioSchema } from './schema.ts'

/** A question and everything that is needed to answer it. */
export interface Scenario extends Setup {
  readonly name: string
  readonly question: string
  /** Runs of each arm. */
  readonly replications: number
  /** Name of the first arm of the file. */
  readonly baseline: string
  /** In the order of their names. */
  readonly arms: Readonly<Record<string, Arm>>
}

export interface LoadOptions {
  /** The content of a file; throws what the platform throws when it cannot be read. */
  readonly read: ReadFile
  readonly technologies: readonly Technology[]
  /** `PATH=VALUE`, later ones win. */
  readonly set?: readonly string[]
  /** Instead of the file's seed. */
  readonly seed?: number
  /** Instead of the file's number of replications. */
  readonly replications?: number
}

/** Loads a scenario. Throws a {@link ScenarioError} that holds all faults. */
export function loadScenario(file: string, options: LoadOptions): Scenario {
  const faults: Fault[] = []
  const language = scenarioLanguage(options.technologies)
  const written = treeOfFile(file, options.read, faults)
  const settings = settingsOf(options, faults)
  if (written === null) throw new ScenarioError(faults)
  if (written.form !== 'map') {
    const text = 'is not a scenario; write a map that begins with name, run, host, arms and vms'
    throw new ScenarioError([...faults, { place: written.at, path: '', text }])
  }
  const tree = settings.reduce((before, setting) => withSetting(before, language, setting, faults), written as Tree)
  const draft = read(language, tree, '', {
    faults,
    cells: (path, column, at) => {
      // A --set stands in no file; its paths are relative to the scenario.
      const text = textOf(beside(at.path === undefined ? at.source : file, path), options.read)
      return typeof text === 'string' ? columnOf(text, column) : { refused: problemOf(text) }
    },
  })
  if (draft !== undefined) faults.push(...brokenRules(draft, tree))
  if (faults.length > 0) throw new ScenarioError(faults)
  return assembled(draft as Written)
}

/** The tree of a file, laid over the one that it names. */
function treeOfFile(file: string, readFile: ReadFile, faults: Fault[]): Tree | null {
  const over = treeOfText(file, wholeOf(file), '', readFile, faults)
  if (over?.form !== 'map') return over
  const named = over.entries.get('scenario')
  if (named === undefined) return over
  const { value } = named
  if (value.form !== 'scalar' || typeof value.value !== 'string' || value.value === '') return over
  const base = treeOfText(beside(file, value.value), value.at, 'scenario', readFile, faults)
  if (base === null) return null
  const deeper = base.form === 'map' ? base.entries.get('scenario') : undefined
  if (deeper !== undefined) {
    const text = 'a scenario that another is laid over cannot name one itself; name the lowest file in the upper one'
    faults.push({ place: deeper.at, path: 'scenario', text })
    return null
  }
  return withoutScenarioKey(overlaid(base, over))
}

function withoutScenarioKey(tree: Tree): Tree {
  if (tree.form !== 'map') return tree
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => key !== 'scenario')) }
}

/** `asked`: where the file was asked for, for the fault when it cannot be read. */
function treeOfText(file: string, asked: Place, path: string, readFile: ReadFile, faults: Fault[]): Tree | null {
  const text = textOf(file, readFile)
  if (typeof text !== 'string') {
    const what = path === '' ? text.problem : `${file}: ${problemOf(text)}`
    faults.push({ place: asked, path, text: what })
    return null
  }
  const { tree, faults: found } = readDocument(text, file)
  faults.push(...found)
  return tree
}

function settingsOf({ set = [], seed, replications }: LoadOptions, faults: Fault[]): Setting[] {
  const settings = set.map((written) => readSetting(written, faults)).filter((setting) => setting !== null)
  if (seed !== undefined) settings.push(numberSetting('--seed', 'seed', seed))
  if (replications !== undefined) settings.push(numberSetting('--replications', 'run.replications', replications))
  return settings
}

function numberSetting(option: string, path: string, value: number): Setting {
  const at = { ...wholeOf(`${option} ${value}`), path }
  return {
    at,
    segments: path.split('.'),
    value: { form: 'scalar', at, value, written: String(value), inQuotes: false },
  }
}
