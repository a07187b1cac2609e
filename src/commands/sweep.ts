// `offsim sweep`, and the two parts it is made of where many machines work on one: `chunk` and `merge`.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MANIFESTS } from '../campaign/cluster-jobs.ts'
import { placeOf } from '../store/output-place.ts'
import { folderFault, type Output } from './outputs.ts'
import { UsageError, type Given } from './arguments.ts'
import { AllPoints } from '../campaign/point-progress.ts'
import { Merger } from '../campaign/merge.ts'
import { blamed, type LoadedPlugins } from '../plugins/loading.ts'
import type { Sweep } from '../points/points.ts'
import { openPool, type Pool } from '../runs/pool.ts'
import { checkModels, openedFolder, openSweepFolder, recordIn, type SweepFolder } from '../store/sweep-folder.ts'
import { modelsNow, readSweep, sweepOf, type SweepRecord } from '../store/sweep-record.ts'
import { workOn, type SweepOptions, type SweepProgress } from '../campaign/working.ts'
import { runsAsked, whole, workersOf } from './options.ts'
import { pluginsNamed, pluginsOf } from './plugin-options.ts'
import { changeOf, isChanged, recordedPlugins } from './recorded-plugins.ts'
import { duration } from '../terminal/forecast.ts'
import { progressLine } from '../terminal/progress-line.ts'
import { scenarioFile } from './shipped-scenarios.ts'
import { SweepSize } from '../terminal/sweep-size.ts'
import { watching } from '../terminal/watching.ts'
import { FindingsSoFar } from '../report/findings.ts'
import { tell } from '../terminal/telling.ts'
import { outputsOf, SweepResults, toldOf, type Outputs } from './sweep-results.ts'

/** More points than this are asked for with --yes. */
const POINTS_MAX = 1_000_000

/** Simulates every point of a sweep and writes its rows. */
export async function sweep(given: Given, version: string): Promise<number> {
  const file = scenarioFile(given['scenario'] as string)
  const folderName = given['out'] as string | undefined
  if (folderName === undefined) throw new UsageError('offsim sweep needs a folder for its results; add --out DIR')
  const plugins = await pluginsOf(given)
  const {
    sweep: asked,
    record,
    read,
  } = readSweep(file, {
    technologies: plugins.technologies,
    set: given['set'] as readonly string[] | undefined,
    seed: whole('seed', given),
    ...runsAsked(given),
    version,
    plugins: plugins.plugins.map(({ file, sha256 }) => ({ file, sha256 })),
  })
  checkSize(file, asked, given['yes'] === true)
  workersOf(given)
  const inputs = [...read, ...plugins.plugins.map((plugin) => plugin.file)]
  const outputs = outputsOf(given, { folder: folderName, sweep: asked, inputs, others: manifestsOf(given) })
  if (given['on'] === 'slurm') checkForSlurm(outputs)
  const folder = openSweepFolder(folderName, record, warn)
  if (given['on'] !== undefined || given['emit'] !== undefined) {
    folder.close()
    const { onCluster } = await import('./cluster.ts')
    return onCluster({ given, folder: folderName, record, sweep: asked, plugins, outputs })
  }
  return work({ folder, folderName, record, sweep: asked, plugins, outputs, given })
}

/** Simulates one part of the points of a sweep whose folder was made before; makes no rows. */
export async function chunk(given: Given): Promise<number> {
  const folderName = given['folder'] as string
  const record = recordIn(folderName)
  const of = whole('of', given) ?? 1
  const index = whole('index', given) ?? indexHere()
  if (of < 1 || index >= of)
    throw new UsageError(`chunk ${index} of ${of}: chunks are numbered from 0; give --of N and --index I`)
  const plugins = await pluginsIn(record, folderName, given)
  const part = {
    folder: openedFolder(folderName, warn),
    folderName,
    record,
    sweep: sweepOf(record, plugins.technologies),
    plugins,
  }
  return work({ ...part, outputs: null, given, chunk: { index, of } })
}

/** Makes the rows of a sweep from what is stored; simulates nothing. */
export async function merge(given: Given): Promise<number> {
  const folderName = given['folder'] as string
  const record = recordIn(folderName)
  const plugins = await pluginsIn(record, folderName, given)
  const asked = sweepOf(record, plugins.technologies)
  const inputs = [record.file, ...Object.keys(record.files), ...plugins.plugins.map((plugin) => plugin.file)]
  const outputs = outputsOf(given, { folder: folderName, sweep: asked, inputs })
  const folder = openedFolder(folderName)
  const results = await SweepResults.begin(outputs, asked)
  try {
    const merger = new Merger(allPointsOf(asked, folder, plugins), results)
    const progress = pointsLine(given, asked.size)
    const undone = 'has not been simulated yet; run its chunk again'
    const failures = { some: true, of: (key: string) => folder.store.failureOf(key) ?? undone }
    while (!merger.isDone) {
      merger.advance(failures, 200)
      progress.show({ points: merger.point, of: asked.size, tasks: 0 })
      await new Promise((resolve) => setImmediate(resolve))
    }
    progress.clear()
    return await results.finish(record, given)
  } finally {
    results.discard()
    folder.close()
  }
}

/** Files that --emit writes. */
function manifestsOf(given: Given): Output[] {
  const emit = given['emit'] as string | undefined
  if (emit === undefined) return []
  const fault = folderFault(emit)
  if (fault !== null) throw new UsageError(`--emit ${fault}`)
  return existsSync(emit) ? MANIFESTS.map((name) => ({ file: join(emit, name), with: `--emit ${emit}` })) : []
}

/** Jobs on other machines cannot write into a device or a pipe of this one. */
function checkForSlurm({ csv, parquet, junit }: Outputs): void {
  const files = [csv, parquet, junit].filter((file) => file !== undefined)
  const special = files.filter((file) => !['file', 'none'].includes(placeOf(file).kind))
  if (special.length > 0) {
    throw new UsageError(...special.map((file) => `${file}: jobs of Slurm cannot write there; name a file`))
  }
}

function warn(message: string): void {
  tell(`offsim: ${message}`)
}

/** Where the scheduler says which chunk this is. */
function indexHere(): number {
  const written = process.env['SLURM_ARRAY_TASK_ID'] ?? process.env['JOB_COMPLETION_INDEX']
  if (written !== undefined && /^\d+$/.test(written)) return Number(written)
  throw new UsageError('offsim chunk does not know its number; add --index I, or start it as a job of an array')
}

interface Task {
  readonly folder: SweepFolder
  readonly folderName: string
  readonly record: SweepRecord
  readonly sweep: Sweep
  readonly plugins: LoadedPlugins
  /** null: somebody else makes the rows. */
  readonly outputs: Outputs | null
  readonly given: Given
  readonly chunk?: SweepOptions['chunk']
}

async function work(task: Task): Promise<number> {
  const { folder, folderName, record, sweep: asked, plugins, outputs, given, chunk } = task
  const results = outputs === null ? null : await SweepResults.begin(outputs, asked)
  const files = plugins.plugins.map(({ file }) => file)
  const pool = await openPool({ workers: workersOf(given), plugins: files })
  const allPoints = allPointsOf(asked, folder, plugins)
  const merger = results === null ? null : new Merger(allPoints, results)
  const stop = new AbortController()
  let refusal: string | null = null
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const watch = watchOf(task, pool, (why) => {
    refusal = why
    stop.abort()
  })
  try {
    const failures = await workOn(allPoints, {
      leases: folder.leases,
      pool,
      merger,
      chunk,
      order: given['shuffle'] === true ? 'shuffled' : 'given',
      onProgress: watch.at,
      signal: stop.signal,
    })
    watch.close()
    if (refusal !== null) throw new UsageError(`${refusal as string} (what was finished is kept in ${folderName})`)
    if (stop.signal.aborted) {
      tell(
        `offsim: interrupted; ${folder.store.size} finished runs are kept in ${folderName}, and the same command goes on from there`,
      )
      return 130
    }
    if (results !== null) return await results.finish(record, given)
    const found = new FindingsSoFar()
    for (const { point, error } of failures) found.failed(point, error)
    return toldOf(found.sum, null)
  } catch (error) {
    throw blamed(error, files) ?? error
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    watch.close()
    await pool.close()
    results?.discard()
    folder.close()
  }
}

/** Looks at a sweep from time to time. Whoever has a chunk done by a cluster means it. */
function watchOf({ sweep: asked, given, chunk }: Task, pool: Pool, end: (why: string) => void) {
  const size = new SweepSize(asked, chunk)
  let now: SweepProgress | null = null
  const close = watching({
    pool,
    isQuiet: given['quiet'] === true,
    isAgreed: given['yes'] === true || chunk !== undefined,
    end,
    tasks: () => size.tasks,
    show: (done, elapsedMs) => {
      const { points, tasks } = now ?? { points: 0, tasks: 0 }
      const running = done.tasks > tasks ? `, ${Math.floor(100 * (done.tasks - tasks)) / 100} more in part` : ''
      const text = `${points} of ${asked.size} points, ${tasks} runs simulated${running}, ${duration(elapsedMs / 1000)} so far`
      return { text, done: points, of: asked.size }
    },
  })
  const at = (progress: SweepProgress): void => {
    now = progress
    size.saw(progress)
  }
  return { at, close }
}

function pointsLine(given: Given, all: number) {
  const line = progressLine({ isQuiet: given['quiet'] === true, everyMs: 200 })
  const show = ({ points, tasks }: SweepProgress): void =>
    line.show(`${points} of ${all} points, ${tasks} runs simulated`, points, all)
  return { show, clear: line.clear }
}

function allPointsOf(asked: Sweep, { store }: SweepFolder, { technologies, hashes }: LoadedPlugins): AllPoints {
  return new AllPoints({ sweep: asked, store, technologies, plugins: hashes })
}

/** Plug-ins of a sweep that was begun elsewhere or earlier; they must be what they were. */
async function pluginsIn(record: SweepRecord, folder: string, given: Given): Promise<LoadedPlugins> {
  const recordFile = join(folder, 'sweep.json')
  const [found] = await recordedPlugins([{ record, recordFile }], pluginsNamed(given))
  if (!isChanged(found)) {
    checkModels(folder, record, modelsNow(found.technologies))
    return found
  }
  throw new UsageError(...found.map((plugin) => `${changeOf(plugin)} since the sweep was begun; begin another`))
}

function checkSize(file: string, asked: Sweep, isAgreed: boolean): void {
  const { size, includes } = asked
  if (size > POINTS_MAX && !isAgreed) {
    const count = size.toLocaleString('en')
    throw new UsageError(`${file}: sweep: makes ${count} points; write fewer values, or add --yes if that is meant`)
  }
  for (let point = 0; point < size; point++) if (includes(point)) return
  throw new UsageError(
    `${file}: sweep.where: leaves no point of ${size}; the conditions contradict each other or the values`,
  )
}
