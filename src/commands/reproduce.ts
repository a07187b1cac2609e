// `offsim reproduce FILE#ROW …`: runs rows of results again. Each is the same byte for byte, or it is said what has changed.
// A run is simulated once, however many of its rows are asked for, and the points of a sweep share all cores.
import { availableParallelism } from 'node:os'
import type { Given } from './arguments.ts'
import type { Comparison } from '../answers/comparison.ts'
import { formerIdentity, identity } from '../language/identity.ts'
import { blamed, type LoadedPlugins } from '../plugins/loading.ts'
import { openPool } from '../runs/pool.ts'
import { withPriceDoubt } from '../runs/doubting.ts'
import { runScenario, type Simulate } from '../runs/run-scenario.ts'
import type { Scenario } from '../language/asked.ts'
import type { Sweep } from '../points/points.ts'
import { sweepOf } from '../store/sweep-record.ts'
import { workersOf } from './options.ts'
import { pluginsNamed } from './plugin-options.ts'
import { changeOf, isChanged, recordedPlugins } from './recorded-plugins.ts'
import type { ChangedPlugin, FoundPlugins } from './recorded-plugins.ts'
import { cellTexts, isOfSweep, recordedFiles, recordedScenario } from './recorded-row.ts'
import type { RecordedFile, RecordedRow } from './recorded-row.ts'
import { changedCells, changedText, changesBelow, InputNow, unexplained, type Ids } from './row-changes.ts'
import { csv, json } from '../report/index.ts'
import { sweepText } from '../report/sweep-csv.ts'
import { on } from './simulating.ts'
import { say, tell } from '../terminal/telling.ts'

/** Runs rows of results again and compares them. */
export async function reproduce(given: Given, version: string): Promise<number> {
  const names = given['rows'] as readonly string[]
  const workers = workersOf(given) ?? availableParallelism()
  let exitCode = 0
  const files = await recordedFiles(names)
  const plugins = await recordedPlugins(files, pluginsNamed(given))
  for (const [i, file] of files.entries()) {
    await eachVerdict(file, plugins[i], { version, workers }, ({ isSame, lines }) => {
      if (!isSame) exitCode = 1
      if (!isSame) tell(...lines)
      else if (given['quiet'] !== true) say(...lines)
    })
  }
  return exitCode
}

interface Verdict {
  readonly isSame: boolean
  readonly lines: readonly string[]
}

/** What the rows of one file are judged with. */
interface Reproduction {
  readonly file: RecordedFile
  readonly version: string
  readonly plugins: LoadedPlugins
  /** null: the rows are of a single run. */
  readonly sweep: Sweep | null
  readonly now: InputNow
}

/** Rows that come from one run: a point of a sweep, or all. */
interface Run {
  readonly point: number | null
  readonly scenario: Scenario
  readonly rows: readonly RecordedRow[]
}

/** Has the runs of a file simulated, several at a time, and tells of their rows in the order of the runs. */
async function eachVerdict(
  file: RecordedFile,
  plugins: FoundPlugins,
  { version, workers }: { version: string; workers: number },
  tell: (verdict: Verdict) => void,
) {
  const { record } = file
  if (isChanged(plugins)) return file.rows.forEach((row) => tell(notRun(row, plugins)))
  const { technologies } = plugins
  const sweep = isOfSweep(record) ? sweepOf(record, technologies) : null
  const reproduction = { file, version, plugins, sweep, now: new InputNow(record, technologies) }
  const pluginFiles = plugins.plugins.map((plugin) => plugin.file)
  const pool = await openPool({ workers, plugins: pluginFiles })
  try {
    const started: Promise<readonly Verdict[]>[] = []
    for (const run of runsOf(file, sweep)) {
      started.push(verdictsOf(run, reproduction, on(pool)))
      // A failure is told when its turn comes.
      started.at(-1)!.catch(() => {})
      if (started.length > 2 * workers) (await started.shift()!).forEach(tell)
    }
    for (const verdicts of started) (await verdicts).forEach(tell)
  } catch (error) {
    throw blamed(error, pluginFiles) ?? error
  } finally {
    await pool.close()
  }
}

/** Other code than it was made with says nothing about a row, and is not run. */
function notRun(row: RecordedRow, changed: readonly ChangedPlugin[]): Verdict {
  const lines = [`${row.name}: cannot be run again; because`, ...changed.map((plugin) => `  ${changeOf(plugin)}`)]
  return { isSame: false, lines }
}

function* runsOf({ record, rows }: RecordedFile, sweep: Sweep | null): Generator<Run, void, void> {
  if (sweep === null) return yield { point: null, scenario: recordedScenario(record), rows }
  const points = new Set(rows.map(({ cells }) => Number(cells['point'])))
  for (const point of points) {
    const ofPoint = rows.filter(({ cells }) => Number(cells['point']) === point)
    yield { point, scenario: sweep.scenario(point), rows: ofPoint }
  }
}

async function verdictsOf(run: Run, reproduction: Reproduction, simulate: Simulate): Promise<readonly Verdict[]> {
  const { technologies, hashes } = reproduction.plugins
  const plain = await runScenario(run.scenario, technologies, simulate)
  const isDoubted = run.rows.some(({ cells }) => !['', 'null', undefined].includes(cells['doubt_low_cpu_s']))
  const result = isDoubted ? await withPriceDoubt(plain, simulate) : plain
  const { scenario, replications } = result
  const named = { point: run.point, plugins: hashes }
  const id = identity(scenario, { ...named, technologies, replications })
  const former = formerIdentity(scenario, { ...named, modelVersion: reproduction.file.record.model_version })
  const again = rowsAgain(run.point, { ...result, id }, reproduction)
  return run.rows.map((row) => judged(row, run, { now: id, former }, again, reproduction))
}

function judged(
  row: RecordedRow,
  run: Run,
  ids: Omit<Ids, 'written'>,
  again: readonly RowAgain[],
  reproduction: Reproduction,
): Verdict {
  const { scenario, point } = run
  const isSame = again.some(({ text, cells }) => text === row.text || isEarlier(row, cells))
  const changes = [
    ...changesBelow(row.cells['technology'], Object.values(scenario.arms), reproduction),
    ...reproduction.now.changes(scenario, point),
  ]
  if (isSame && changes.length === 0) return { isSame, lines: [`${row.name}: the same, byte for byte (id ${ids.now})`] }
  const changed = isSame ? [] : changedCells(row.cells, again)
  const isIdAlone = changed?.every(({ path }) => path === 'id') ?? false
  const written = row.cells['id']
  const said = isSame ? 'the same, byte for byte, from its record; but' : changedText(changed)
  // Where the id is the same, nothing that it stands for can be the reason.
  const isUnexplained = !isSame && (changes.length === 0 || written === ids.now)
  if (isUnexplained) changes.unshift(...unexplained({ ...ids, written }, isIdAlone))
  return {
    isSame: isSame && changes.every(({ matters }) => !matters),
    lines: [`${row.name}: ${said}`, ...changes.map(({ text }) => `  ${text}`)],
  }
}

/** Whether a row has the cells of an earlier release, which knew fewer columns, and these are the same. */
function isEarlier({ cells }: RecordedRow, now: Readonly<Record<string, string>>): boolean {
  const known = Object.entries(cells)
  return known.length < Object.keys(now).length && known.every(([column, cell]) => now[column] === cell)
}

interface RowAgain {
  readonly text: string
  readonly cells: Readonly<Record<string, string>>
}

/** All rows of the run as they are written now, in the form of the file. */
function rowsAgain(
  point: number | null,
  comparison: Comparison,
  { file, version, plugins, sweep }: Reproduction,
): RowAgain[] {
  if (file.isJson) {
    const { rows } = JSON.parse(json(comparison, version, plugins.plugins)) as { rows: Record<string, unknown>[] }
    return rows.map((cells) => ({ text: JSON.stringify(cells), cells: cellTexts(cells) }))
  }
  const text = sweep === null ? csv(comparison) : sweepText(sweep, point!, comparison)
  const [header, ...lines] = text.trimEnd().split('\n')
  const columns = header.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return { text: line, cells: Object.fromEntries(columns.map((column, i) => [column, values[i]])) }
  })
}
