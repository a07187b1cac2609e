// The command line: argv → one command → exit code. Results go to stdout, all else to stderr.
// Exit codes: 0 done; 1 it ran, but a check did not hold; 2 the input is wrong; 130 interrupted.
// What commands need is loaded when one of them runs: `--help` does not wait for the models.
import type { Options } from 'yargs'
import { readArguments, UsageError, type Command } from './commands/arguments.ts'
import { version } from './commands/package-version.ts'
import { tell } from './terminal/telling.ts'
import { ScenarioError } from './language/faults.ts'
import { OutputError } from './store/files.ts'

const text = (describe: string): Options => ({ describe, type: 'string', requiresArg: true })
const flag = (describe: string): Options => ({ describe, type: 'boolean' })

const PLUGIN = {
  plugin: { ...text("FILE.ts: a user's own handlers or technologies; may be repeated"), array: true, nargs: 1 },
}

const CHANGES = {
  seed: text("Seed of all random streams, instead of the scenario's"),
  replications: text("Number of replications, instead of the scenario's"),
  precision: text('Run until intervals are this narrow, for example 1 %, instead of a number of replications'),
  set: { ...text('PATH=VALUE: change one place of the scenario; may be repeated'), array: true, nargs: 1 },
}

const JUNIT = text('Write what the scenario expects, and whether it holds, to FILE as JUnit XML')

const ROWS = {
  csv: text('Write the rows to FILE, and how to run them again to FILE.json; results.csv in the folder if not given'),
  parquet: text('Write the rows to FILE as Parquet too'),
  junit: JUNIT,
}

const WORKERS = text('Threads; all cores when not given. No number depends on it')

const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    operands: '<scenario>',
    needs: 'a scenario: offsim run FILE.yaml, or a name that offsim scenarios lists',
    summary: 'Run every arm of a scenario and say what each gives back',
    options: {
      ...CHANGES,
      ...PLUGIN,
      csv: text('Write the rows to FILE, and how to run them again to FILE.json; - is stdout'),
      json: text('Write rows, costs and doubts to FILE; - is stdout'),
      ledger: text('Write every entry of the ledger to FILE'),
      junit: JUNIT,
      workers: WORKERS,
      yes: flag('Do it, though it takes more than an hour'),
      'no-doubt': flag('Do not ask how far the answer rests on prices; it comes sooner'),
      quiet: flag('No table and no progress'),
    },
  },
  {
    name: 'sweep',
    operands: '<scenario>',
    needs: 'a scenario with `sweep:`: offsim sweep FILE.yaml --out DIR',
    summary: 'Run a scenario at every point of its `sweep:`; a sweep that was stopped goes on from there',
    options: {
      seed: CHANGES.seed,
      replications: CHANGES.replications,
      precision: CHANGES.precision,
      set: CHANGES.set,
      ...PLUGIN,
      out: text('Folder for finished runs and results; several processes may work on one'),
      ...ROWS,
      workers: WORKERS,
      shuffle: flag('Begin points in random order; the results are the same'),
      yes: flag('Do it, though it takes more than an hour, or has more than a million points'),
      on: { ...text('Have it done by a cluster: slurm, or kubernetes with --emit'), choices: ['slurm', 'kubernetes'] },
      chunks: text('Jobs that a cluster is given; 16 if not given'),
      emit: text('DIR: write the manifests of the jobs instead of starting them'),
      image: text('Container image with offsim, for --on kubernetes'),
      quiet: flag('No progress and no summary'),
    },
  },
  {
    name: 'chunk',
    operands: '<folder>',
    needs: 'the folder of a sweep: offsim chunk DIR --of N --index I',
    summary: 'Do one part of a sweep that was begun; what jobs on a cluster run',
    options: {
      of: text('Number of chunks'),
      ...PLUGIN,
      index: text('Which one, from 0; from SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX if not given'),
      workers: WORKERS,
      quiet: flag('No progress'),
    },
  },
  {
    name: 'merge',
    operands: '<folder>',
    needs: 'the folder of a sweep: offsim merge DIR',
    summary: 'Write the rows of a sweep from its finished runs',
    options: { ...ROWS, ...PLUGIN, quiet: flag('No progress and no summary') },
  },
  {
    name: 'reproduce',
    operands: '<rows..>',
    needs: 'rows of results: offsim reproduce FILE.csv#1 …',
    summary: 'Run rows of results again and compare them byte for byte',
    options: { ...PLUGIN, workers: WORKERS, quiet: flag('Say nothing when the row is the same') },
  },
  {
    name: 'validate',
    operands: '[groups..]',
    summary: 'Say how far off published measurements offsim is; groups are machines, all of them when none is named',
    options: {
      cases: text('DIR: cases of your own, a YAML file each, instead of those that come with offsim'),
      ...PLUGIN,
      csv: text('Write a row for each case to FILE; - is stdout'),
      json: text('Write cases and summary to FILE; - is stdout'),
      page: text('FILE.md: write all of it as a page, and its picture beside it as FILE.svg'),
      workers: WORKERS,
      quiet: flag('No table and no progress'),
    },
  },
  {
    name: 'check',
    operands: '[scenarios..]',
    summary: 'List every fault of scenarios without running them; with --plugin, run the handler suite on plug-ins',
    options: { ...CHANGES, ...PLUGIN, quiet: flag('Say nothing about what is without fault') },
  },
  {
    name: 'schema',
    operands: '',
    summary: 'Print the JSON schema of scenarios, for editors',
    options: PLUGIN,
  },
  {
    name: 'models',
    operands: '[name]',
    summary: 'Print technologies, their handlers, and every cost with its source',
    options: { ...PLUGIN, json: flag('Print all of them as JSON') },
  },
  {
    name: 'new',
    operands: '<what> <name>',
    needs: 'what and a name: offsim new scenario NAME, or offsim new handler NAME',
    summary: 'Write NAME.yaml, a scenario, or NAME.ts, a plug-in with one handler, to begin from',
    options: { technology: text('For a handler: the technology it is one of; display if not given') },
  },
  {
    name: 'scenarios',
    operands: '',
    summary: 'Print the scenarios that come with offsim, each with its question',
    options: { json: flag('Print them as JSON, with their files') },
  },
  {
    name: 'completion',
    operands: '<shell>',
    needs: 'a shell: offsim completion bash, zsh or fish',
    summary: 'Print a script that completes commands, options and names in bash, zsh or fish',
    options: {},
  },
  {
    name: 'help',
    operands: '[command]',
    summary: 'Print what commands there are, or the options of one',
    options: {},
  },
]

/** Runs the command that `args` (without node and script) ask for, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', stopWriting)
  process.stderr.on('error', stopWriting)
  try {
    const asked = await readArguments(args, COMMANDS, version())
    if (asked === null) return 0
    const commands = await import('./commands/index.ts')
    const { name } = asked.command
    if (name === 'completion') return commands.completionScript(asked.given, COMMANDS)
    // `help` has been printed by now.
    if (name === 'help') return 0
    return await commands[name](asked.given, version())
  } catch (error) {
    return explain(error)
  }
}

/** Errors of runs that went as they should, and found that there is no answer. */
const ANSWERED_WITH_1 = new Set(['DigestError', 'WarmupError'])

/** Tells the user what went wrong, and returns the exit code. A stack trace is only shown for a fault of our own. */
function explain(error: unknown): number {
  if (error instanceof UsageError) return complain(2, ...error.faults.map((fault) => `offsim: ${fault}`))
  if (error instanceof ScenarioError) return complain(2, ...error.faults)
  if (error instanceof Error && error.name === 'PluginError') return complain(2, ...error.message.split('\n'))
  if (error instanceof Error && error.name === 'AmountError') return complain(2, `offsim: ${error.message}`)
  if (error instanceof OutputError) return complain(2, `offsim: ${error.message}`)
  if (error instanceof Error && ANSWERED_WITH_1.has(error.name)) return complain(1, `offsim: ${error.message}`)
  if (error instanceof Error && error.name === 'InterruptedError') return complain(130, `offsim: ${error.message}`)
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return complain(
    1,
    'offsim: this is a fault of offsim, not of yours; please report it with these lines:',
    ...trace.split('\n'),
  )
}

function complain(exitCode: number, ...lines: readonly string[]): number {
  tell(...lines)
  return exitCode
}

/** A reader that has seen enough, such as `head`, closes the pipe: nothing is wrong then. */
function stopWriting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') complain(2, `offsim: the output cannot be written: ${error.message}`)
  process.exit(error.code === 'EPIPE' ? 0 : 2)
}
