// What was published beside what offsim says: cases are read, run, judged and summed up.
import type { Comparison } from '../answers/comparison.ts'
import type { Scenario } from '../language/asked.ts'
import { identity } from '../language/identity.ts'
import type { Technology } from '../models/host/technology.ts'
import type { Case, CaseFolder } from './cases.ts'
import { judged, outcomeOf, withDifferences, type Judged, type Outcome } from './judging.ts'
import { basisOf, roleOf } from './roles.ts'

export { loadCases, type Case, type CaseFolder } from './cases.ts'
export type { Judged } from './judging.ts'
export { measuredRows } from './measured-rows.ts'
export { forgottenRows, summaryOf, type Summary } from './summary.ts'
export { validationCsv, validationJson } from './validation-files.ts'
export { correlationPlot } from './correlation-plot.ts'
export { validationPage } from './validation-page.ts'
export { validationTable } from './validation-table.ts'

/** Has a scenario run. */
export type RunScenario = (scenario: Scenario) => Promise<Comparison>

/** Judges cases. A scenario that several of them share is run once. */
export async function validate(
  cases: readonly Case[],
  folder: CaseFolder,
  technologies: readonly Technology[],
  run: RunScenario,
): Promise<Judged[]> {
  const comparisons = new Map<string, Comparison>()
  const results: Judged[] = []
  for (const one of cases) {
    const basis = basisOf(one, folder, technologies)
    const restsOn = folder.figures.shared(basis.keys(), one.rows)
    const outcome = await outcomeIn(one, technologies, comparisons, run)
    results.push(judged(one, roleOf(one, folder, basis), basis, restsOn, outcome))
  }
  return withDifferences(results)
}

/** Runs that went as they should and have no answer: the case is judged without a value. */
const NO_ANSWER = new Set(['DigestError', 'WarmupError', 'AmountError'])

async function outcomeIn(
  one: Case,
  technologies: readonly Technology[],
  comparisons: Map<string, Comparison>,
  run: RunScenario,
): Promise<Outcome> {
  const { scenario } = one
  if (scenario === null) return { why: one.unrunnable! }
  const key = identity(scenario, { technologies, replications: scenario.replications })
  let comparison = comparisons.get(key)
  if (comparison === undefined) {
    try {
      comparison = await run(scenario)
    } catch (error) {
      if (error instanceof Error && NO_ANSWER.has(error.name)) return { why: error.message }
      throw error
    }
    comparisons.set(key, comparison)
  }
  return outcomeOf(one, comparison)
}
