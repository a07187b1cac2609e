// What each command does, once it is known what was asked for. Returns the exit code.
import { readFileSync } from 'node:fs'
import { UsageError, type Given } from './arguments.ts'
import { remedy, ScenarioError } from '../experiments/faults.ts'
import { isSame, outputFault, replaceFile } from '../experiments/files.ts'
import { identity } from '../experiments/identity.ts'
import { asksForSweep, loadSweep } from '../sweeps/points.ts'
import { overridesOf } from '../sweeps/sweep-record.ts'
import { fileSchema } from '../sweeps/sweep-schema.ts'
import { loadScenario, type Scenario } from '../experiments/scenario.ts'
import { verdicts } from '../experiments/verdict.ts'
import type { Technology } from '../models/technology.ts'
import { RUNS_ASKED_TWICE, whole, workersOf } from './options.ts'
import { blaming, pluginsOf, suiteFailures } from './plugins.ts'
import { simulateScenario } from './simulating.ts'
import { companion, csv, json, junit, ledgerCsv, modelNames, modelsJson, modelsText, table } from '../report/index.ts'

export { newHandler as new } from './plugins.ts'
export { chunk, merge, sweep } from './sweep.ts'
export { reproduce } from './reproduce.ts'

/** Runs every arm of a scenario and says what each gives back. */
export async function run(given: Given, version: string): Promise<number> {
  const file = given['scenario'] as string
  const quiet = given['quiet'] === true
  const extended = await pluginsOf(given)
  const { technologies, hashes } = extended
  const plugins = extended.plugins.map(({ file, sha256 }) => ({ file, sha256 }))
  const { scenario, filesRead } = load(file, given, technologies)
  checkOptions(given, scenario)
  const outputs = outputsOf(given, [...filesRead, ...plugins.map((plugin) => plugin.file)])
  const { comparison: result, interrupted } = await blaming(extended, () =>
    simulateScenario(scenario, {
      technologies,
      plugins: plugins.map((plugin) => plugin.file),
      workers: workersOf(given),
      showProgress: !quiet && process.stderr.isTTY,
    }),
  )
  const comparison = { ...result, id: identity(result.scenario, { plugins: hashes }) }

  const invocation = { version, file, set: overridesOf(optionsOf(given)), plugins }
  if (outputs.ledger) replaceFile(outputs.ledger, ledgerCsv(comparison))
  if (outputs.junit) replaceFile(outputs.junit, junit(comparison))
  if (outputs.json) write(outputs.json, json(comparison, version, plugins))
  if (outputs.companion) replaceFile(outputs.companion, inLines(companion(comparison, invocation)))
  if (outputs.csv) write(outputs.csv, csv(comparison))
  if (!quiet && outputs.csv !== '-' && outputs.json !== '-') {
    process.stdout.write(table(comparison, { width: widthOfOutput(), color: isColored() }))
  }
  if (interrupted) process.stderr.write('offsim: interrupted; the answer is that of the replications done by then\n')
  if (interrupted) return 130
  return verdicts(comparison).every(({ outcome }) => outcome === 'holds') ? 0 : 1
}

/** Lists every fault of scenarios without running them, and what plug-ins fail of the handler suite. */
export async function check(given: Given): Promise<number> {
  const files = (given['scenarios'] as readonly string[] | undefined) ?? []
  const extended = await pluginsOf(given)
  if (files.length + extended.plugins.length === 0)
    throw new UsageError('offsim check needs one or more scenarios: offsim check FILE.yaml …, or --plugin FILE.ts')
  const faults: string[] = []
  for (const file of files) {
    try {
      const content = contentOf(file, given, extended.technologies)
      if (given['quiet'] !== true) process.stdout.write(`${file}: no fault (${content})\n`)
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      faults.push(...error.faults)
    }
  }
  const failures = await suiteFailures(extended, given['quiet'] === true)
  process.stderr.write([...faults, ...failures].map((fault) => `${fault}\n`).join(''))
  if (faults.length > 0) return 2
  return failures.length > 0 ? 1 : 0
}

/** What is in a scenario, or in a sweep, that has no fault. */
function contentOf(file: string, given: Given, technologies: readonly Technology[]): string {
  const options = { read: (path: string) => readFileSync(path), technologies, set: changesOf(given) }
  if (asksForSweep(file, options)) {
    const { size, factors } = loadSweep(file, options)
    return `a sweep of ${counted(factors, 'factor')}, ${size} ${size === 1 ? 'point' : 'points'}`
  }
  const { arms, vms } = load(file, given, technologies).scenario
  return `${counted(Object.keys(arms), 'arm')}, ${counted(Object.keys(vms), 'group')} of VMs`
}

/** Prints the JSON schema of scenarios. */
export async function schema(given: Given): Promise<number> {
  const { technologies } = await pluginsOf(given)
  process.stdout.write(inLines(fileSchema(technologies)))
  return 0
}

/** Prints technologies, handlers and costs; or what is known under one name. */
export async function models(given: Given): Promise<number> {
  const name = given['name'] as string | undefined
  const { technologies } = await pluginsOf(given)
  const measurements = readFileSync(new URL('../../data/measurements.csv', import.meta.url), 'utf8')
  const found =
    given['json'] === true ? inLines(modelsJson(technologies)) : modelsText(technologies, name, measurements)
  if (found === null) {
    throw new UsageError(
      `nothing is called \`${name}\`; ${remedy(name!, modelNames(technologies, measurements), 'offsim models')}`,
    )
  }
  process.stdout.write(found)
  return 0
}

function load(
  file: string,
  given: Given,
  technologies: readonly Technology[],
): { scenario: Scenario; filesRead: readonly string[] } {
  const filesRead: string[] = []
  const scenario = loadScenario(file, {
    read: (path) => {
      filesRead.push(path)
      return readFileSync(path)
    },
    technologies,
    ...optionsOf(given),
  })
  return { scenario, filesRead }
}

/** What the command line says instead of the file. */
function optionsOf(given: Given) {
  return {
    set: changesOf(given),
    seed: whole('seed', given),
    replications: whole('replications', given),
    precision: given['precision'] as string | undefined,
  }
}

function changesOf(given: Given): readonly string[] {
  return (given['set'] as readonly string[] | undefined) ?? []
}

/** Options that do not go together, or ask for what cannot be. Said before anything runs. */
function checkOptions(given: Given, { expectations }: Scenario): void {
  const faults: string[] = []
  if (given['precision'] !== undefined && given['replications'] !== undefined) faults.push(RUNS_ASKED_TWICE)
  if (given['junit'] !== undefined && expectations.length === 0)
    faults.push('--junit has nothing to tell: the scenario has no `expect:`; add one or remove the option')
  if (faults.length > 0) throw new UsageError(...faults)
  workersOf(given)
}

interface Outputs {
  /** A file, or `-` for stdout. */
  readonly csv?: string
  readonly json?: string
  readonly ledger?: string
  readonly junit?: string
  /** The file beside `csv` that says how to run its rows again. */
  readonly companion?: string
}

/** Where results go. Everything that is wrong with these places is said before anything runs. */
function outputsOf(given: Given, filesRead: readonly string[]): Outputs {
  const options = ['csv', 'json', 'ledger', 'junit'].map((option) => given[option] as string | undefined)
  const [csv, json, ledger, junit] = options
  const companion = csv === undefined || csv === '-' ? undefined : `${csv}.json`
  const faults: string[] = []
  if (csv === '-' && json === '-') faults.push('--csv - and --json - both want stdout; write one of them to a file')
  if (ledger === '-') faults.push('--ledger - is not possible; name a file')
  if (junit === '-') faults.push('--junit - is not possible; name a file')
  const files = [csv, companion, json, ledger, junit].filter((file) => file !== undefined && file !== '-') as string[]
  files.forEach((file, position) => {
    const fault = outputFault(file, filesRead)
    if (fault !== null) faults.push(fault)
    else if (files.slice(0, position).some((other) => isSame(other, file))) {
      faults.push(`${file}: two outputs cannot share a file; name another one`)
    }
  })
  if (faults.length > 0) throw new UsageError(...faults)
  return { csv, json, ledger, junit, companion }
}

function write(where: string, content: string): void {
  if (where === '-') process.stdout.write(content)
  else replaceFile(where, content)
}

function inLines(object: object): string {
  return `${JSON.stringify(object, null, 2)}\n`
}

/** Columns of the terminal, as far as lines stay readable; 100 where there is none, unless COLUMNS says otherwise. */
function widthOfOutput(): number {
  return Math.max(60, process.stdout.columns || Number(process.env['COLUMNS']) || 100)
}

function isColored(): boolean {
  // Not a terminal is undefined here, which the library would take as leave to decide for itself.
  return process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

function counted(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`
}
