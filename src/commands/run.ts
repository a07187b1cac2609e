// `offsim run`: every arm of a scenario, and what each gives back.
import { isPrecise } from '../answers/precision.ts'
import { verdicts } from '../answers/verdict.ts'
import type { Scenario } from '../language/asked.ts'
import { identity } from '../language/identity.ts'
import { companion, csv, json, junit, ledgerCsv, table } from '../report/index.ts'
import { overridesOf } from '../store/sweep-record.ts'
import { UsageError, type Given } from './arguments.ts'
import { RUNS_ASKED_TWICE, workersOf } from './options.ts'
import { companionOf, inLines, outputFaults, outputsNamed, writeAll } from './outputs.ts'
import { blaming, pluginsOf } from './plugin-options.ts'
import { load, optionsOf } from './scenario-options.ts'
import { scenarioFile } from './shipped-scenarios.ts'
import { simulateScenario } from './simulating.ts'
import { tell } from '../terminal/telling.ts'

/** Runs every arm of a scenario and says what each gives back. */
export async function run(given: Given, version: string): Promise<number> {
  const file = scenarioFile(given['scenario'] as string)
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
      isQuiet: quiet,
      isAgreed: given['yes'] === true,
      isDoubted: given['no-doubt'] !== true,
    }),
  )
  const { replications } = result
  const comparison = { ...result, id: identity(result.scenario, { technologies, replications, plugins: hashes }) }

  const invocation = { version, file, set: overridesOf(optionsOf(given)), plugins }
  const failures = writeAll([
    [outputs.ledger, () => ledgerCsv(comparison)],
    [outputs.junit, () => junit(comparison)],
    [outputs.json, () => json(comparison, version, plugins)],
    [outputs.companion, () => inLines(companion(comparison, invocation))],
    [outputs.csv, () => csv(comparison)],
  ])
  if (!quiet && outputs.csv !== '-' && outputs.json !== '-') {
    process.stdout.write(table(comparison, { width: widthOfOutput(), color: isColored() }))
  }
  if (interrupted) tell('offsim: interrupted; the answer is that of the replications done by then')
  tell(...failures.map((failure) => `offsim: ${failure}`))
  if (failures.length > 0) return 2
  if (interrupted) return 130
  const { precision } = comparison.scenario
  const isReached = precision === null || isPrecise(comparison, precision.share)
  return isReached && verdicts(comparison).every(({ outcome }) => outcome === 'holds') ? 0 : 1
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
function outputsOf(given: Given, inputs: readonly string[]): Outputs {
  const options = ['csv', 'json', 'ledger', 'junit']
  const [csv, json, ledger, junit] = options.map((option) => given[option] as string | undefined)
  const faults: string[] = []
  if (csv === '-' && json === '-') faults.push('--csv - and --json - both want stdout; write one of them to a file')
  if (ledger === '-') faults.push('--ledger - is not possible; name a file')
  if (junit === '-') faults.push('--junit - is not possible; name a file')
  faults.push(...outputFaults(outputsNamed(given, options), { inputs }))
  if (faults.length > 0) throw new UsageError(...faults)
  const companion = csv === undefined || csv === '-' ? undefined : (companionOf(csv) ?? undefined)
  return { csv, json, ledger, junit, companion }
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

/** Columns of the terminal, as far as lines stay readable; 100 where there is none, unless COLUMNS says otherwise. */
function widthOfOutput(): number {
  return Math.max(60, process.stdout.columns || Number(process.env['COLUMNS']) || 100)
}

function isColored(): boolean {
  // Not a terminal is undefined here, which the library would take as leave to decide for itself.
  return process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}
