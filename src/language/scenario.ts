// A scenario file becomes what a run is asked to simulate.
//
//   text ─► tree ─► overlay ─► --set ─► values in base units ─► rules between places ─► Scenario
//
// Reading is given by the caller, so the same code loads a scenario in a browser. Nothing is guessed: every fault of a
// file is reported at once, with its place and what to write instead, and nothing runs.
import type { Technology } from '../models/host/technology.ts'
import type { Scenario } from './asked.ts'
import { assembled } from './assembly.ts'
import { readDocument, type Keyed, type Tree } from './document.ts'
import { ScenarioError, wholeOf, type Fault, type Place } from './faults.ts'
import { writtenOut } from './likeness.ts'
import type { Times } from './log-times.ts'
import type { Refusal } from './measures.ts'
import { scenarioLanguage, type Written } from './scenario-language.ts'
import { overlaid, readSetting, withSetting, type Setting } from './overlay.ts'
import { parametersIn } from './parameters.ts'
import { read, type Reading } from './reading.ts'
import { brokenRules } from './rules.ts'
import { beside, problemOf, SHIPPED, textOf, type ReadFile } from './text.ts'

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
  /** Instead of the file's precision; written like there, with its unit. */
  readonly precision?: string
}

const NOT_A_SCENARIO = 'is not a scenario; write a map that begins with name, run, host, arms and vms'

/** A scenario as it is written: laid together and with its settings made, but not read yet. */
export interface Source {
  /** As it was named. */
  readonly file: string
  readonly tree: Keyed
  readonly language: Language
  readonly technologies: readonly Technology[]
  readonly read: ReadFile
  /** What was made of data files, so that the points of a sweep share it. */
  readonly made: Map<string, Times | Refusal>
}
type Language = ReturnType<typeof scenarioLanguage>

/** Loads a scenario. Throws a {@link ScenarioError} that holds all faults. */
export function loadScenario(file: string, options: LoadOptions): Scenario {
  const faults: Fault[] = []
  const source = scenarioSource(file, options, faults)
  const sweep = source.tree.entries.get('sweep')
  if (sweep !== undefined) {
    const text = 'asks for many scenarios, not for one; write offsim sweep FILE --out DIR'
    faults.push({ place: sweep.at, path: 'sweep', text })
  }
  return scenarioOf(source, sweep === undefined ? source.tree : without('sweep', source.tree), faults)
}

/** Reads files and lays them together. Throws a {@link ScenarioError} if nothing can be made of them. */
export function scenarioSource(file: string, options: LoadOptions, faults: Fault[]): Source {
  const language = scenarioLanguage(options.technologies)
  const written = treeOfFile(file, options.read, faults)
  const settings = settingsOf(options, faults)
  if (written === null) throw new ScenarioError(faults)
  if (written.form !== 'map') {
    throw new ScenarioError([...faults, { place: written.at, path: '', text: NOT_A_SCENARIO }])
  }
  const tree = settings.reduce((before, setting) => withSetting(before, language, setting, faults), written as Tree)
  const { technologies, read: readFile } = options
  return { file, tree: tree as Keyed, language, technologies, read: readFile, made: new Map() }
}

/** The scenario that a tree says. Throws a {@link ScenarioError} that holds `faults` and those of the tree, if any. */
export function scenarioOf(source: Source, tree: Tree, faults: Fault[] = []): Scenario {
  const { tree: written, inherited } = writtenOut(tree, faults)
  const found: Fault[] = []
  const draft = read(source.language, written, '', reading(source, found, tree))
  faults.push(...found.filter(({ path }) => !inherited.has(path)))
  if (draft !== undefined) faults.push(...brokenRules(draft, written))
  if (faults.length > 0) throw new ScenarioError(faults)
  return assembled(draft as Written, source.technologies)
}

/** How values of a source are read. */
export function reading({ file, read: readFile, tree: own, made }: Source, faults: Fault[], tree: Tree = own): Reading {
  return {
    faults,
    parameters: parametersIn(tree),
    made: ({ file: path, at, key, most }, make) => {
      // A --set stands in no file; its paths are relative to the scenario.
      const whole = beside(at.path === undefined ? at.source : file, path)
      const before = made.get(`${whole} ${key}`)
      if (before !== undefined) return before
      const text = textOf(whole, readFile, most)
      const found = typeof text === 'string' ? make(text, whole) : { refused: problemOf(text) }
      made.set(`${whole} ${key}`, found)
      return found
    },
  }
}

/** The tree of a file, laid over the one that it names. */
export function treeOfFile(file: string, readFile: ReadFile, faults: Fault[]): Tree | null {
  return overWhatItNames(treeOfText(file, wholeOf(file), '', readFile, faults), file, readFile, faults)
}

/** A tree that stands in a file, laid over the scenario that it names, if it names one. */
export function overWhatItNames(over: Tree | null, file: string, readFile: ReadFile, faults: Fault[]): Tree | null {
  if (over?.form !== 'map') return over
  const named = over.entries.get('scenario')
  if (named === undefined) return over
  const { value } = named
  if (value.form !== 'scalar' || typeof value.value !== 'string' || value.value === '') return over
  const found: Fault[] = []
  const base = treeOfText(namedFile(file, value.value, readFile), value.at, 'scenario', readFile, found)
  const isForeign = base !== null && !looksLikeScenario(base)
  faults.push(...(isForeign ? [{ place: base.at, path: '', text: NOT_A_SCENARIO }] : found))
  if (base?.form !== 'map' || isForeign) return null
  const deeper = base.entries.get('scenario')
  if (deeper !== undefined) {
    const text = 'a scenario that another is laid over cannot name one itself; name the lowest file in the upper one'
    faults.push({ place: deeper.at, path: 'scenario', text })
    return null
  }
  return without('scenario', overlaid(base, over))
}

/** The file that is meant: one that is there, else `NAME.yaml` beside it, else the scenario of that name that comes with offsim. */
function namedFile(file: string, word: string, readFile: ReadFile): string {
  const path = beside(file, word)
  if (!/^[\w-]+$/.test(word)) return path
  const isThere = (other: string) => typeof textOf(other, readFile) === 'string'
  return [path, `${path}.yaml`, SHIPPED + word].find(isThere) ?? path
}

/**
 * Whether a file that a scenario names is one itself. Of any other, a password file say, nothing is quoted: not a key, not a
 * value. A scenario that is wrong is still one.
 */
function looksLikeScenario(tree: Tree): boolean {
  if (tree.form !== 'map') return false
  const maps = ['run', 'host', 'arms', 'vms'].filter((key) => tree.entries.get(key)?.value.form === 'map')
  return maps.length >= 2 || tree.entries.has('scenario')
}

/** The tree without one of its keys. */
export function without(key: string, tree: Tree): Tree {
  if (tree.form !== 'map') return tree
  return { ...tree, entries: new Map([...tree.entries].filter(([other]) => other !== key)) }
}

/** `asked`: where the file was asked for, for the fault when it cannot be read. */
function treeOfText(file: string, asked: Place, path: string, readFile: ReadFile, faults: Fault[]): Tree | null {
  const text = textOf(file, readFile)
  if (typeof text !== 'string') {
    const shipped = path === 'scenario' && !file.includes('.') ? ', or a scenario that offsim scenarios lists' : ''
    const what = path === '' ? text.problem : `${file}: ${problemOf(text)}${shipped}`
    faults.push({ place: asked, path, text: what })
    return null
  }
  const { tree, faults: found } = readDocument(text, file)
  faults.push(...found)
  return tree
}

function settingsOf({ set = [], seed, replications, precision }: LoadOptions, faults: Fault[]): Setting[] {
  const settings = set.map((written) => readSetting(written, faults)).filter((setting) => setting !== null)
  if (seed !== undefined) settings.push(optionSetting('--seed', 'seed', seed))
  if (precision !== undefined) settings.push(optionSetting('--precision', 'run.precision', precision))
  if (replications !== undefined) {
    settings.push(optionSetting('--replications', 'run.replications', replications))
    // A number of replications is asked for instead of a precision.
    for (const path of ['run.precision', 'run.max_replications']) settings.push(optionSetting('', path, null))
  }
  return settings
}

function optionSetting(option: string, path: string, value: number | string | null): Setting {
  const at = { ...wholeOf(`${option} ${value}`), path }
  return {
    at,
    keys: path.split('.'),
    value: { form: 'scalar', at, value, written: String(value), inQuotes: false },
  }
}
