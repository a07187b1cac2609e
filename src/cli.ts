// The command line: argv → one command → exit code. Results go to stdout, all else to stderr.
// Exit codes: 0 done; 1 it ran, but a check did not hold; 2 the input is wrong; 130 interrupted.
// Commands load what they need when they run: `--help` must not wait for the models.
import { readFileSync } from 'node:fs'
import type { Options } from 'yargs'
import { readArguments, UsageError, type Command, type Given } from './arguments.ts'
import { ScenarioError } from './experiments/faults.ts'
import { isSame, OutputError, outputFault, replaceFile } from './experiments/files.ts'
import type { Scenario } from './experiments/scenario.ts'

const text = (describe: string): Options => ({ describe, type: 'string', requiresArg: true })
const flag = (describe: string): Options => ({ describe, type: 'boolean' })

const CHANGES = {
  seed: text("Seed of all random streams, instead of the scenario's"),
  replications: text("Number of replications, instead of the scenario's"),
  set: { ...text('PATH=VALUE: change one place of the scenario; may be repeated'), array: true, nargs: 1 },
}

const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    operands: '<scenario>',
    needs: 'a scenario: offsim run FILE.yaml',
    summary: 'Run every arm of a scenario and say what each gives back',
    options: {
      ...CHANGES,
      csv: text('Write the rows to FILE, and how to run them again to FILE.json; - is stdout'),
      json: text('Write rows, costs and doubts to FILE; - is stdout'),
      ledger: text('Write every entry of the ledger to FILE'),
      quiet: flag('No table and no progress'),
    },
    run,
  },
  {
    name: 'check',
    operands: '<scenarios..>',
    needs: 'one or more scenarios: offsim check FILE.yaml …',
    summary: 'List every fault of scenarios without running them',
    options: { ...CHANGES, quiet: flag('Say nothing about scenarios without fault') },
    run: check,
  },
  {
    name: 'schema',
    operands: '',
    summary: 'Print the JSON schema of scenarios, for editors',
    options: {},
    run: schema,
  },
  {
    name: 'models',
    operands: '[name]',
    summary: 'Print technologies, their handlers, and every cost with its source',
    options: { json: flag('Print all of them as JSON') },
    run: models,
  },
]

/** Runs the command that `args` (without node and script) ask for, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', endQuietly)
  process.stderr.on('error', endQuietly)
  try {
    const asked = await readArguments(args, COMMANDS, version())
    return asked === null ? 0 : await asked.command.run(asked.given)
  } catch (error) {
    return explain(error)
  }
}

async function run(given: Given): Promise<number> {
  const file = given['scenario'] as string
  const outputs = outputsOf(given, file)
  const scenario = await load(file, given)
  const { TECHNOLOGIES } = await import('./models/index.ts')
  const { runScenario } = await import('./experiments/replications.ts')
  const comparison = runScenario(scenario, TECHNOLOGIES, progressTo(given['quiet'] !== true))

  const { csv, json, ledger } = outputs
  const report = await import('./report/index.ts')
  if (ledger) replaceFile(ledger, report.ledgerCsv(comparison))
  if (json) print(json, report.json(comparison, version()))
  if (csv && csv !== '-') {
    const invocation = { file, set: changesOf(given), version: version() }
    replaceFile(`${csv}.json`, `${JSON.stringify(report.companion(comparison, invocation), null, 2)}\n`)
  }
  if (csv) print(csv, report.csv(comparison))
  if (csv !== '-' && json !== '-' && given['quiet'] !== true) {
    const width = process.stdout.columns ?? (Number(process.env['COLUMNS']) || 100)
    process.stdout.write(report.table(comparison, { width, color: isColored() }))
  }
  return 0
}

async function check(given: Given): Promise<number> {
  let worst = 0
  for (const file of given['scenarios'] as readonly string[]) {
    try {
      const { arms, vms } = await load(file, given)
      const what = `${count(Object.keys(arms).length, 'arm')}, ${count(Object.keys(vms).length, 'group')} of VMs`
      if (given['quiet'] !== true) process.stdout.write(`${file}: no fault (${what})\n`)
    } catch (error) {
      worst = Math.max(worst, explain(error))
    }
  }
  return worst
}

async function schema(): Promise<number> {
  const { TECHNOLOGIES } = await import('./models/index.ts')
  const { scenarioSchema } = await import('./experiments/scenario.ts')
  process.stdout.write(`${JSON.stringify(scenarioSchema(TECHNOLOGIES), null, 2)}\n`)
  return 0
}

async function models(given: Given): Promise<number> {
  const { TECHNOLOGIES } = await import('./models/index.ts')
  const report = await import('./report/index.ts')
  const measurements = readFileSync(new URL('../data/measurements.csv', import.meta.url), 'utf8')
  const name = given['name'] as string | undefined
  process.stdout.write(
    given['json'] === true
      ? `${JSON.stringify(report.modelsJson(TECHNOLOGIES), null, 2)}\n`
      : report.modelsText(TECHNOLOGIES, name, measurements),
  )
  return 0
}

async function load(file: string, given: Given): Promise<Scenario> {
  const { TECHNOLOGIES } = await import('./models/index.ts')
  const { loadScenario } = await import('./experiments/scenario.ts')
  return loadScenario(file, {
    read: (path) => readFileSync(path),
    technologies: TECHNOLOGIES,
    set: changesOf(given),
    seed: wholeNumber('seed', given),
    replications: wholeNumber('replications', given),
  })
}

function changesOf(given: Given): readonly string[] {
  return (given['set'] as readonly string[] | undefined) ?? []
}

function wholeNumber(option: string, given: Given): number | undefined {
  const written = given[option] as string | undefined
  if (written === undefined) return undefined
  if (/^\d+$/.test(written) && Number.isSafeInteger(Number(written))) return Number(written)
  throw new UsageError(`--${option} ${written}: not a whole number; write for example --${option} 42`)
}

/** Where results are to be written; `-` is stdout. Everything that is wrong with them is said before anything runs. */
function outputsOf(given: Given, scenario: string): Partial<Record<'csv' | 'json' | 'ledger', string>> {
  const [csv, json, ledger] = ['csv', 'json', 'ledger'].map((option) => given[option] as string | undefined)
  const faults: string[] = []
  if (csv === '-' && json === '-') faults.push('--csv - and --json - both want stdout; write one of them to a file')
  if (ledger === '-') faults.push('--ledger - : the ledger is written to a file; name one')
  const files = [csv, csv && csv !== '-' ? `${csv}.json` : undefined, json, ledger].filter(
    (file) => file && file !== '-',
  )
  files.forEach((file, position) => {
    const fault = outputFault(file!, [scenario])
    if (fault !== null) faults.push(fault)
    else if (files.slice(0, position).some((other) => isSame(other!, file!))) {
      faults.push(`${file}: two outputs cannot share a file; name another one`)
    }
  })
  if (faults.length > 0) throw new UsageError(...faults)
  return { csv, json, ledger }
}

function print(where: string, content: string): void {
  if (where === '-') process.stdout.write(content)
  else replaceFile(where, content)
}

/** Shows on a terminal how many runs are done. */
function progressTo(wanted: boolean): (done: number, all: number, arm: string) => void {
  if (!wanted || process.stderr.isTTY !== true) return () => {}
  return (done, all, arm) => {
    process.stderr.write(done === all ? '\r\x1b[K' : `\r\x1b[K${done} of ${all} runs done, now ${arm} …`)
  }
}

function isColored(): boolean {
  return process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

/** Tells the user what went wrong, and returns the exit code. A stack trace is only shown for a fault of our own. */
function explain(error: unknown): number {
  if (error instanceof UsageError)
    return complain(
      error.faults.map((fault) => `offsim: ${fault}`),
      2,
    )
  if (error instanceof ScenarioError) return complain(error.faults, 2)
  if (error instanceof OutputError) return complain([error.message], 2)
  if (error instanceof Error && error.name === 'DigestError') return complain([`offsim: ${error.message}`], 1)
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return complain(['offsim: this is a fault of offsim, not of yours; please report it with the lines below', trace], 1)
}

function complain(lines: readonly string[], exitCode: number): number {
  process.stderr.write(lines.map((line) => `${line}\n`).join(''))
  return exitCode
}

/** A reader that has seen enough, such as `head`, closes the pipe: nothing is wrong then. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
