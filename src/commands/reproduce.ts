// `offsim reproduce FILE#ROW`: runs a row of a result again. It is the same byte for byte, or it is said what has changed:
// the models' version, a price they ship, a plug-in, or the input.
import { readFileSync } from 'node:fs'
import type { Given } from './arguments.ts'
import type { Comparison } from '../experiments/comparison.ts'
import { differences, differenceText, type Difference } from '../sweeps/differences.ts'
import { ScenarioError } from '../experiments/faults.ts'
import { canonical, identity } from '../experiments/identity.ts'
import { loadPlugins, type LoadedPlugins } from '../experiments/plugins.ts'
import { loadScenario, type Scenario } from '../experiments/scenario.ts'
import { shippedCosts } from '../experiments/shipped-costs.ts'
import { readSweep, sweepOf } from '../sweeps/sweep-record.ts'
import { MODEL_VERSION } from '../models/version.ts'
import { workersOf } from './options.ts'
import { isOfSweep, recordedRow, recordedScenario, type RecordedRow } from './recorded-row.ts'
import { csv, json } from '../report/index.ts'
import { sweepText } from '../report/sweep-csv.ts'
import { simulateScenario } from './simulating.ts'

/** Runs rows of results again and compares them. */
export async function reproduce(given: Given, version: string): Promise<number> {
  let exitCode = 0
  for (const name of given['rows'] as readonly string[]) {
    const { isSame, text } = await judged(await recordedRow(name), version, workersOf(given))
    if (!isSame) exitCode = 1
    if (!isSame) process.stderr.write(`${text}\n`)
    else if (given['quiet'] !== true) process.stdout.write(`${text}\n`)
  }
  return exitCode
}

async function judged(row: RecordedRow, version: string, workers?: number): Promise<{ isSame: boolean; text: string }> {
  const { record } = row
  const plugins = await loadPlugins(record.plugins.map(({ file }) => file))
  const point = isOfSweep(record) ? Number(row.cells['point']) : null
  const scenario = scenarioIn(row, point, plugins)
  const id = identity(scenario, { point, plugins: plugins.hashes })
  const { technologies } = plugins
  const { comparison } = await simulateScenario(scenario, {
    technologies,
    plugins: plugins.plugins.map(({ file }) => file),
    workers,
    showProgress: false,
  })
  const again = rowsAgain(row, point, { ...comparison, id }, version, plugins)
  const isSame = again.some(({ text }) => text === row.text)
  const changes = [...changesBelow(row, plugins), ...changesOfInput(row, point, scenario, plugins)]
  if (isSame && changes.length === 0) return { isSame: true, text: `${row.name}: the same, byte for byte (id ${id})` }
  const lines = isSame ? [`${row.name}: the same, byte for byte, from its record; but`] : [differenceOf(row, again)]
  if (!isSame && changes.length === 0) changes.push(unexplained(row, id))
  return {
    isSame: isSame && changes.every(({ matters }) => !matters),
    text: [...lines, ...changes.map(({ text }) => `  ${text}`)].join('\n'),
  }
}

function scenarioIn({ record }: RecordedRow, point: number | null, { technologies }: LoadedPlugins): Scenario {
  return isOfSweep(record) ? sweepOf(record, technologies).scenario(point!) : recordedScenario(record)
}

interface RowAgain {
  readonly text: string
  readonly cells: Readonly<Record<string, unknown>>
}

/** All rows of the run as they are written now, in the form of the row. */
function rowsAgain(
  { isJson, record }: RecordedRow,
  point: number | null,
  comparison: Comparison,
  version: string,
  { plugins, technologies }: LoadedPlugins,
): RowAgain[] {
  if (isJson) {
    const { rows } = JSON.parse(json(comparison, version, plugins)) as { rows: Record<string, unknown>[] }
    return rows.map((cells) => ({ cells, text: JSON.stringify(cells) }))
  }
  const text = isOfSweep(record) ? sweepText(sweepOf(record, technologies), point!, comparison) : csv(comparison)
  const [header, ...lines] = text.trimEnd().split('\n')
  const columns = header.split(',')
  return lines.map((line) => {
    const values = line.split(',')
    return { text: line, cells: Object.fromEntries(columns.map((column, i) => [column, values[i]])) }
  })
}

/** Which cells of the row came out differently. */
function differenceOf({ name, cells }: RecordedRow, again: readonly RowAgain[]): string {
  const same = again.find((row) => row.cells['arm'] === cells['arm'] && row.cells['technology'] === cells['technology'])
  if (same === undefined) return `${name}: there is no such row any more; because`
  const now = Object.entries(same.cells).map(([column, cell]) => [
    column,
    typeof cell === 'string' ? cell : JSON.stringify(cell),
  ])
  const found = differences(cells, Object.fromEntries(now))
  return `${name}: differs in ${found.map(({ path }) => path).join(', ')} (${differenceText(found, 3)}); because`
}

interface Change {
  readonly text: string
  /** Whether it is a change even where no number of the row depends on it. */
  readonly matters: boolean
}

/** What has changed below the scenario: the models, their prices, plug-ins. */
function changesBelow({ record, cells }: RecordedRow, { plugins, technologies }: LoadedPlugins): Change[] {
  const found: Change[] = []
  if (record.model_version !== MODEL_VERSION) {
    found.push({
      text: `model version: ${record.model_version} then, ${MODEL_VERSION} now (offsim ${record.offsim} then)`,
      matters: true,
    })
  }
  plugins.forEach(({ file, sha256 }, i) => {
    const before = record.plugins[i].sha256
    if (before !== sha256)
      found.push({
        text: `plug-in ${file}: has changed (SHA-256 ${before.slice(0, 12)}…, now ${sha256.slice(0, 12)}…)`,
        matters: true,
      })
  })
  const now = shippedCosts(technologies)
  for (const [name, before] of Object.entries(record.costs ?? {})) {
    if (now[name] === before) continue
    const isOwn = name.startsWith(`${cells['technology']}.`) || ['total', 'host'].includes(cells['technology'])
    found.push({ text: `cost ${name}: ${before} then, ${now[name] ?? 'nothing'} now`, matters: isOwn })
  }
  return found
}

/** What has changed in the scenario's file since, as far as it is still there. */
function changesOfInput(
  { record }: RecordedRow,
  point: number | null,
  scenario: Scenario,
  { technologies }: LoadedPlugins,
): Change[] {
  const { file, overrides = [] } = record
  if (file === undefined) return []
  let now: Scenario
  try {
    const options = { technologies, set: overrides }
    now =
      point === null
        ? loadScenario(file, { ...options, read: (path) => readFileSync(path) })
        : readSweep(file, { ...options, version: '', plugins: [] }).sweep.scenario(point)
  } catch (error) {
    // Without the file the record stands for itself; a file that is wrong by now has certainly changed.
    if (!(error instanceof ScenarioError)) throw error
    return error.faults.some((fault) => fault === `${file}: no such file`)
      ? []
      : [{ text: `${file}: has changed: ${error.faults[0]}`, matters: true }]
  }
  return decisiveDifferences(scenario, now).map((found) => {
    return { text: `${file}: has changed: ${differenceText([found])}`, matters: true }
  })
}

function decisiveDifferences(before: Scenario, now: Scenario): Difference[] {
  const data = ({ warmup, warmupNs, ...rest }: Scenario, of: Scenario): unknown => {
    // A warm-up that was found is part of the record and not of the file.
    const given = now.warmup === 'auto' ? { warmup: 'given' as const, warmupNs: 0 } : { warmup, warmupNs }
    return { ...(JSON.parse(canonical({ ...rest, ...given })) as object), name: of.name }
  }
  return differences(data(before, before), data(now, now))
}

function unexplained({ cells }: RecordedRow, id: string): Change {
  const text =
    cells['id'] === id
      ? 'its record is that of the id, so the row was changed by hand, or the models were changed without a new version'
      : `its record was changed by hand: the row is of id ${cells['id']}, the record of ${id}`
  return { text, matters: true }
}
