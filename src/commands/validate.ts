// `offsim validate`: what was published beside what offsim says, case by case.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { remedy } from '../language/faults.ts'
import { openPool } from '../runs/pool.ts'
import { InterruptedError, runScenario } from '../runs/run-scenario.ts'
import { ReadFiles } from '../store/reading-files.ts'
import { loadCases, measuredRows, summaryOf, validate as judge, validationCsv } from '../validation/index.ts'
import { correlationPlot, validationJson, validationPage, validationTable } from '../validation/index.ts'
import type { CaseFolder, Judged, Summary } from '../validation/index.ts'
import { UsageError, type Given } from './arguments.ts'
import { workersOf } from './options.ts'
import { outputFaults, outputsNamed, writeAll, type Output } from './outputs.ts'
import { pluginsOf } from './plugin-options.ts'
import { on } from './simulating.ts'
import { progressLine } from '../terminal/progress-line.ts'
import { say, tell } from '../terminal/telling.ts'

const SHIPPED = fileURLToPath(new URL('../../scenarios/validation/', import.meta.url))

/** Judges the cases of a folder, or of some of its groups. 1 when one fails of which no missing mechanism is declared. */
export async function validate(given: Given, version: string): Promise<number> {
  const files = caseFiles((given['cases'] as string | undefined) ?? SHIPPED)
  const { technologies, plugins } = await pluginsOf(given)
  const reading = new ReadFiles()
  const measurements = readFileSync(new URL('../../data/measurements.csv', import.meta.url), 'utf8')
  const folder = loadCases(files, { read: reading.read, technologies, rows: measuredRows(measurements) })
  const cases = chosenCases((given['groups'] as readonly string[] | undefined) ?? [], folder)
  const { csv, json, page } = outputsOf(given, [...reading.paths, ...plugins.map(({ file }) => file)])

  const isQuiet = given['quiet'] === true
  const pool = await openPool({ workers: workersOf(given), plugins: plugins.map(({ file }) => file) })
  const line = progressLine({ isQuiet })
  const stop = new AbortController()
  const onInterrupt = (): void => {
    stop.abort()
    void pool.close()
  }
  process.once('SIGINT', onInterrupt)
  let done = 0
  try {
    const all = await judge(cases, folder, technologies, (scenario) => {
      if (stop.signal.aborted) throw new InterruptedError('not all cases were run')
      line.show(`${++done} scenarios of ${cases.length} cases`, done, cases.length)
      return runScenario(scenario, technologies, on(pool, stop.signal), { signal: stop.signal })
    })
    if (stop.signal.aborted) throw new InterruptedError('not all cases were run')
    line.clear()
    const summary = summaryOf(all, folder.groups)
    const failures = writeAll([
      [json, () => validationJson(all, summary, version)],
      [csv, () => validationCsv(all)],
      ...(page === undefined ? [] : pageOutputs(page, all, summary, folder, given)),
    ])
    if (!isQuiet && csv !== '-' && json !== '-') say(...validationTable(all, summary))
    tell(...failures.map((failure) => `offsim: ${failure}`))
    if (failures.length > 0) return 2
    return summary.undeclared.length === 0 ? 0 : 1
  } finally {
    process.off('SIGINT', onInterrupt)
    line.clear()
    await pool.close()
  }
}

/** The YAML files of a folder; those below it are scenarios that cases name. */
export function caseFiles(folder: string): string[] {
  const instead = 'name a folder with a YAML file for each case'
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const what = code === 'ENOTDIR' ? 'is no folder' : code === 'ENOENT' ? 'there is no such folder' : 'cannot be read'
    throw new UsageError(`--cases ${folder}: ${what}; ${instead}`)
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  if (files.every((name) => name === 'rows.yaml')) throw new UsageError(`--cases ${folder}: has no cases; ${instead}`)
  return files.map((name) => join(folder, name))
}

/** Cases of the groups that were named; all, if none was. A case that another is held against comes along. */
function chosenCases(names: readonly string[], { cases }: CaseFolder) {
  const groups = [...new Set(cases.map(({ group }) => group))].sort()
  const faults = names.filter((name) => !groups.includes(name))
  if (faults.length > 0) {
    throw new UsageError(...faults.map((name) => `no group of cases \`${name}\`; ${remedy(name, groups)}`))
  }
  return names.length === 0 ? cases : cases.filter(({ group }) => names.includes(group))
}

/** The page with its picture beside it. */
function pageOutputs(file: string, all: readonly Judged[], summary: Summary, folder: CaseFolder, given: Given) {
  const plot = pictureOf(file)
  const cases = given['cases'] === undefined ? '' : ` --cases ${given['cases'] as string}`
  const named = { plot: basename(plot), command: `offsim validate${cases} --page ${file}` }
  return [
    [file, () => validationPage(all, summary, folder, named)],
    [plot, () => correlationPlot(all)],
  ] as const
}

function pictureOf(page: string): string {
  return `${page.replace(/\.md$/, '')}.svg`
}

function outputsOf(given: Given, inputs: readonly string[]): { csv?: string; json?: string; page?: string } {
  const [csv, json, page] = ['csv', 'json', 'page'].map((option) => given[option] as string | undefined)
  const faults: string[] = []
  if (csv === '-' && json === '-') faults.push('--csv - and --json - both want stdout; write one of them to a file')
  if (page === '-') faults.push('--page - is not possible; name a file, FILE.md')
  const named: Output[] = outputsNamed(given, ['csv', 'json', 'page']).filter((output) => output.with === undefined)
  if (page !== undefined && page !== '-') named.push({ file: pictureOf(page), with: `--page ${page}` })
  faults.push(...outputFaults(named, { inputs }))
  if (faults.length > 0) throw new UsageError(...faults)
  return { csv, json, page }
}
