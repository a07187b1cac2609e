// All that a sweep is made from, as plain data: it lies in the sweep's folder and beside its rows, so that any process on any
// machine, at any time, finds the same points from it without the files it was read from.
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Technology } from '../models/host/technology.ts'
import { MODEL_VERSION } from '../models/host/version.ts'
import { shippedCosts, sortedJson } from '../language/identity.ts'
import { plain } from '../points/factors.ts'
import { loadSweep, type Sweep } from '../points/points.ts'
import type { LoadOptions } from '../language/scenario.ts'
import { beside, FILE_BYTES_MAX, LOG_BYTES_MAX } from '../language/text.ts'
import { contentOf, ReadFiles } from './reading-files.ts'

export interface SweepRecord {
  /** Version of offsim that made it. */
  readonly offsim: string
  readonly model_version: number
  /** SHA-256 of all that decides which points there are and what is simulated at them. */
  readonly sweep_id: string
  /** As it was named. */
  readonly file: string
  readonly overrides: readonly string[]
  readonly plugins: readonly { readonly file: string; readonly sha256: string }[]
  /** The scenario with overrides applied, and its `sweep:`. */
  readonly scenario: Readonly<Record<string, unknown>>
  /** Files that the scenario names, by the path it names them by: their text, or where they lie if that is too much. */
  readonly files: Readonly<Record<string, string | KeptFile>>
  /** Every cost as the models ship it. */
  readonly costs: Readonly<Record<string, number>>
}

/** A file that is too large to lie in a record, or no text: it must stay where it is, as it is. */
export interface KeptFile {
  readonly at: string
  readonly sha256: string
}

export interface RecordOptions extends Omit<LoadOptions, 'read'> {
  readonly version: string
  readonly plugins: SweepRecord['plugins']
}

/** Loads a sweep from its file. Throws a ScenarioError. */
export function readSweep(file: string, options: RecordOptions): { sweep: Sweep; record: SweepRecord; read: string[] } {
  const files = new ReadFiles(file)
  const sweep = loadSweep(file, { ...options, read: files.read })
  // Values are read again for every point; files are not.
  const scenarioFiles = new Set([file])
  const seenFrom = (path: string, at: { source: string; path?: string }) => {
    return beside(at.path === undefined ? at.source : file, path)
  }
  const scenario = { ...(plain(sweep.source.tree, seenFrom) as object), sweep: plain(sweep.block, seenFrom) }
  const named = JSON.stringify(scenario)
  const isData = ([path]: [string, Uint8Array]) => !scenarioFiles.has(path) && named.includes(JSON.stringify(path))
  const data = [...files.contents].filter(isData)
  const record = {
    offsim: options.version,
    ...modelsNow(options.technologies),
    file,
    overrides: overridesOf(options),
    plugins: options.plugins,
    scenario,
    files: Object.fromEntries(
      data.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, content]) => [path, recorded(path, content)]),
    ),
  }
  return {
    sweep: sweepOf({ ...record, sweep_id: '' }, options.technologies),
    record: { ...record, sweep_id: idOf(record) },
    read: [...files.paths],
  }
}

/** What the numbers of a sweep depend on besides its scenario, files and plug-ins. */
export function modelsNow(technologies: readonly Technology[]): Pick<SweepRecord, 'model_version' | 'costs'> {
  return { model_version: MODEL_VERSION, costs: shippedCosts(technologies) }
}

function recorded(path: string, content: Uint8Array): string | KeptFile {
  if (content.length <= FILE_BYTES_MAX && isUtf8(content)) return Buffer.from(content).toString('utf8')
  return { at: resolve(path), sha256: sha256Of(content) }
}

function kept({ at, sha256 }: KeptFile): Uint8Array {
  const content = contentOf(at, LOG_BYTES_MAX)
  if (sha256Of(content) === sha256) return content
  throw new Error(`${at} is not what it was when the sweep began`)
}

/** The sweep that a record describes. */
export function sweepOf(record: SweepRecord, technologies: readonly Technology[]): Sweep {
  // Without a folder, so that names of files are taken as they stand.
  const file = record.file.replace(/^.*[/\\]/, '')
  const text = JSON.stringify(record.scenario, null, 1)
  const read = (path: string) => {
    const content = path === file ? text : record.files[path]
    if (content !== undefined) return typeof content === 'string' ? content : kept(content)
    throw Object.assign(new Error('not in the record'), { code: 'ENOENT' })
  }
  return loadSweep(file, { read, technologies })
}

export function overridesOf({
  set = [],
  seed,
  replications,
  precision,
}: Pick<LoadOptions, 'set' | 'seed' | 'replications' | 'precision'>): string[] {
  return [
    ...set,
    ...(seed === undefined ? [] : [`seed=${seed}`]),
    ...(precision === undefined ? [] : [`run.precision=${precision}`]),
    // A number of replications is asked for instead of a precision.
    ...(replications === undefined
      ? []
      : [`run.replications=${replications}`, 'run.precision=null', 'run.max_replications=null']),
  ]
}

/** Order counts where it decides about the numbering of points or about the baseline, and nowhere else. */
function idOf({ scenario, files, plugins }: Pick<SweepRecord, 'scenario' | 'files' | 'plugins'>): string {
  const arms = Object.keys(scenario['arms'] ?? {})
  const hashes = plugins.map(({ sha256 }) => sha256).sort()
  const text = sortedJson({
    ...scenario,
    question: undefined,
    sweep: JSON.stringify(scenario['sweep']),
    baseline: arms[0],
    // Where a file lies decides nothing.
    files: Object.fromEntries(
      Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? file : file.sha256]),
    ),
    plugins: hashes,
  })
  return sha256Of(text)
}

function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
