// Results for machines: everything a reader of the table knows, and what is needed to run it again.
import type { ArmResult } from '../answers/arm-result.ts'
import type { Comparison } from '../answers/comparison.ts'
import type { Scenario } from '../language/asked.ts'
import { canonical, costsBehind, hashOf, shippedCosts } from '../language/identity.ts'
import { originOf, type LogOrigin } from '../language/log-times.ts'
import { MODEL_VERSION } from '../models/host/version.ts'
import { COLUMNS } from '../language/columns.ts'
import { cells } from './cells.ts'
import { doubts } from './doubts.ts'
import { methodObject } from './method.ts'
import { peerObjects } from './peer-lines.ts'
import { priceDoubtObject } from './other-prices.ts'

/** How a run was asked for. */
export interface Invocation {
  /** The scenario's file, as it was named. */
  readonly file: string
  /** `PATH=VALUE`, as given and in order; already applied to the scenario. */
  readonly set: readonly string[]
  /** Version of offsim. */
  readonly version: string
  readonly plugins?: readonly Plugin[]
}

/** A user's own file of handlers, by the hash of its source. */
export interface Plugin {
  readonly file: string
  readonly sha256: string
}

/** What `--json` writes; ends with a line break. `version` is that of offsim. */
export function json(comparison: Comparison, version: string, plugins: readonly Plugin[] = []): string {
  const { scenario } = comparison
  const object = {
    offsim: version,
    model_version: MODEL_VERSION,
    scenario: resolvedScenario(comparison),
    seed: scenario.seed,
    plugins,
    costs: costsInForce(comparison),
    arms: Object.fromEntries(comparison.arms.map((arm) => [arm.name, armObject(arm, comparison)])),
    rows: cells(comparison, COLUMNS).map((row, index) => ({
      ...Object.fromEntries(COLUMNS.map(({ name }, column) => [name, row[column] === '' ? null : row[column]])),
      caused: comparison.rows[index].caused.map(({ cause, baselineS, armS, savedS }) => {
        return { cause, baseline_cpu_s: baselineS, cpu_s: armS, saved_cpu_s: savedS }
      }),
    })),
    work_digest: comparison.digests,
    ...methodObject(comparison),
    ...peerObjects(comparison),
    ...priceDoubtObject(comparison),
    doubts: doubts(comparison),
  }
  return JSON.stringify(object, null, 2) + '\n'
}

/** What lies beside `X.csv` as `X.csv.json`: all that is needed to run it again. */
export function companion(comparison: Comparison, invocation: Invocation): object {
  const { scenario, id, replications, digests } = comparison
  return {
    offsim: invocation.version,
    model_version: MODEL_VERSION,
    id,
    seed: scenario.seed,
    replications,
    file: invocation.file,
    overrides: invocation.set,
    plugins: invocation.plugins ?? [],
    scenario: resolvedScenario(comparison),
    costs: shippedCosts(comparison.technologies),
    work_digest: digests,
  }
}

/** The canonical scenario, and what does not enter it because it changes no number. */
function resolvedScenario({ scenario, replications }: Comparison): object {
  const { name, question, confidence, warmup, expectations, costOrigins, peers } = scenario
  // Run again, it needs no precision: the number of replications is known by now.
  const asRun = { precision: null, confidence, warmup, expectations, costOrigins, peers, logs: logsOf(scenario.vms) }
  return { name, question, replications, ...(JSON.parse(canonical(scenario)) as object), ...asRun }
}

/** Where the logs are that a scenario names by their hash; nothing where it holds all its numbers itself. */
function logsOf(work: unknown): Record<string, LogOrigin | null> | undefined {
  const found: Record<string, LogOrigin | null> = {}
  const visit = (value: unknown): void => {
    if (value instanceof Float64Array) found[hashOf(value)] = originOf(value)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
  }
  visit(work)
  return Object.keys(found).length === 0 ? undefined : found
}

/** Every cost that the numbers may depend on, with the scenario's overrides applied and named as such. */
function costsInForce({ technologies, scenario, arms }: Comparison): object[] {
  const behind = costsBehind(
    arms.map(({ handlers }) => handlers),
    technologies,
  )
  const shipped = behind.map(({ technology, key, cost }) => ({ ...cost, name: `${technology.name}.${key}` }))
  const inForce = shipped.map(({ name, value, unit, source }) =>
    Object.hasOwn(scenario.costs, name)
      ? { ...ownCost(name, unit, scenario), shipped: { value, source } }
      : { name, value, unit, source },
  )
  // A scenario may also give the whole price of what is otherwise priced in parts.
  const added = Object.keys(scenario.costs)
    .filter((name) => !shipped.some((cost) => cost.name === name))
    .map((name) => ownCost(name, 'cycles', scenario))
  return [...inForce, ...added].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A cost that the scenario gives, and where it says that this comes from. */
function ownCost(name: string, unit: string, { costs, costOrigins = {} }: Scenario) {
  const { source, range } = costOrigins[name] ?? { source: null, range: null }
  return { name, value: costs[name], unit, source: source ?? 'scenario', range: range ?? undefined }
}

function armObject(arm: ArmResult, { baseline }: Comparison): object {
  const { handlers, utilization, makespanS, storedBytes, movedBytes, saturation, imputation } = arm
  return {
    handlers,
    baseline: arm === baseline,
    utilization,
    makespan_s: makespanS,
    stored_bytes: storedBytes,
    moved_bytes: movedBytes,
    saturated: saturation,
    imputed: imputation,
  }
}
