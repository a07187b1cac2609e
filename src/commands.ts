// What each command does, once it is known what was asked for. Returns the exit code.
import { readFileSync } from 'node:fs'
import { UsageError, type Given } from './arguments.ts'
import { remedy, ScenarioError } from './experiments/faults.ts'
import { isSame, outputFault, replaceFile } from './experiments/files.ts'
import { runScenario } from './experiments/replications.ts'
import { loadScenario, scenarioSchema, type Scenario } from './experiments/scenario.ts'
import { TECHNOLOGIES } from './models/index.ts'
import { companion, csv, json, ledgerCsv, modelNames, modelsJson, modelsText, table } from './report/index.ts'

/** Runs every arm of a scenario and says what each gives back. */
export function run(given: Given, version: string): number {
  const file = given['scenario'] as string
  const quiet = given['quiet'] === true
  const { scenario, filesRead } = load(file, given)
  const outputs = outputsOf(given, filesRead)
  const comparison = runScenario(scenario, TECHNOLOGIES, progress(quiet))

  const invocation = { version, file, set: changesOf(given) }
  if (outputs.ledger) replaceFile(outputs.ledger, ledgerCsv(comparison))
  if (outputs.json) write(outputs.json, json(comparison, version))
  if (outputs.companion) replaceFile(outputs.companion, inLines(companion(comparison, invocation)))
  if (outputs.csv) write(outputs.csv, csv(comparison))
  if (!quiet && outputs.csv !== '-' && outputs.json !== '-') {
    process.stdout.write(table(comparison, { width: widthOfOutput(), color: isColored() }))
  }
  return 0
}

/** Lists every fault of scenarios without running them. */
export function check(given: Given): number {
  const faults: string[] = []
  for (const file of given['scenarios'] as readonly string[]) {
    try {
      const { arms, vms } = load(file, given).scenario
      const content = `${counted(Object.keys(arms), 'arm')}, ${counted(Object.keys(vms), 'group')} of VMs`
      if (given['quiet'] !== true) process.stdout.write(`${file}: no fault (${content})\n`)
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      faults.push(...error.faults)
    }
  }
  process.stderr.write(faults.map((fault) => `${fault}\n`).join(''))
  return faults.length > 0 ? 2 : 0
}

/** Prints the JSON schema of scenarios. */
export function schema(): number {
  process.stdout.write(inLines(scenarioSchema(TECHNOLOGIES)))
  return 0
}

/** Prints technologies, handlers and costs; or what is known under one name. */
export function models(given: Given): number {
  const name = given['name'] as string | undefined
  const measurements = readFileSync(new URL('../data/measurements.csv', import.meta.url), 'utf8')
  const found =
    given['json'] === true ? inLines(modelsJson(TECHNOLOGIES)) : modelsText(TECHNOLOGIES, name, measurements)
  if (found === null) {
    throw new UsageError(`nothing is called \`${name}\`; ${remedy(name!, modelNames(TECHNOLOGIES, measurements))}`)
  }
  process.stdout.write(found)
  return 0
}

function load(file: string, given: Given): { scenario: Scenario; filesRead: readonly string[] } {
  const filesRead: string[] = []
  const scenario = loadScenario(file, {
    read: (path) => {
      filesRead.push(path)
      return readFileSync(path)
    },
    technologies: TECHNOLOGIES,
    set: changesOf(given),
    seed: wholeNumber('seed', given),
    replications: wholeNumber('replications', given),
  })
  return { scenario, filesRead }
}

function changesOf(given: Given): readonly string[] {
  return (given['set'] as readonly string[] | undefined) ?? []
}

function wholeNumber(option: string, given: Given): number | undefined {
  const written = given[option] as string | undefined
  if (written === undefined) return undefined
  if (/^\d{1,16}$/.test(written)) return Number(written)
  throw new UsageError(`--${option} ${written}: not a whole number; write for example --${option} 42`)
}

interface Outputs {
  /** A file, or `-` for stdout. */
  readonly csv?: string
  readonly json?: string
  readonly ledger?: string
  /** The file beside `csv` that says how to run its rows again. */
  readonly companion?: string
}

/** Where results go. Everything that is wrong with these places is said before anything runs. */
function outputsOf(given: Given, filesRead: readonly string[]): Outputs {
  const [csv, json, ledger] = ['csv', 'json', 'ledger'].map((option) => given[option] as string | undefined)
  const companion = csv === undefined || csv === '-' ? undefined : `${csv}.json`
  const faults: string[] = []
  if (csv === '-' && json === '-') faults.push('--csv - and --json - both want stdout; write one of them to a file')
  if (ledger === '-') faults.push('--ledger - is not possible; name a file')
  const files = [csv, companion, json, ledger].filter((file) => file !== undefined && file !== '-') as string[]
  files.forEach((file, position) => {
    const fault = outputFault(file, filesRead)
    if (fault !== null) faults.push(fault)
    else if (files.slice(0, position).some((other) => isSame(other, file))) {
      faults.push(`${file}: two outputs cannot share a file; name another one`)
    }
  })
  if (faults.length > 0) throw new UsageError(...faults)
  return { csv, json, ledger, companion }
}

function write(where: string, content: string): void {
  if (where === '-') process.stdout.write(content)
  else replaceFile(where, content)
}

function inLines(object: object): string {
  return `${JSON.stringify(object, null, 2)}\n`
}

/** Shows on a terminal how many runs are done. */
function progress(quiet: boolean): (done: number, all: number, arm: string) => void {
  if (quiet || !process.stderr.isTTY) return () => {}
  return (done, all, arm) => {
    process.stderr.write(done === all ? '\r\x1b[K' : `\r\x1b[K${done} of ${all} runs done, now ${arm} …`)
  }
}

/** Columns of the terminal, as far as lines stay readable; 100 where there is none, unless COLUMNS says otherwise. */
function widthOfOutput(): number {
  return Math.max(60, process.stdout.columns || Number(process.env['COLUMNS']) || 100)
}

function isColored(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

function counted(things: readonly string[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`
}
