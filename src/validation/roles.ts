// The role of a case: computed from what its scenario's prices rest on, and never written.
//
//   analytic      held against the formula of a published model
//   theory        held against a theorem
//   bound         only "up to" or "at least" was published
//   calibrated    a price, or a parameter that was chosen, rests on the case's own row or one of the same figure
//   unconfirmed   the row was not read where it was published
//   predicted     none of these: the figure had no part in the numbers that give it
import { Host } from '../models/host/host.ts'
import { rowsCited, type Technology } from '../models/host/technology.ts'
import { wireWork } from '../models/workload/open.ts'
import type { Scenario } from '../language/asked.ts'
import type { Case, CaseFolder } from './cases.ts'

export const ROLES = ['predicted', 'calibrated', 'bound', 'unconfirmed', 'theory', 'analytic'] as const
export type Role = (typeof ROLES)[number]

/** Rows that the numbers of a case rest on, each with what rests on it. */
export type Basis = ReadonlyMap<string, readonly string[]>

export function basisOf(one: Case, { groups }: CaseFolder, technologies: readonly Technology[]): Basis {
  const basis = new Map<string, string[]>()
  const rest = (what: string, rows: readonly string[]): void => {
    for (const row of rows) {
      const known = basis.get(row) ?? []
      if (!known.includes(what)) basis.set(row, [...known, what])
    }
  }
  for (const { name, rows, cases } of groups[one.group]?.parameters ?? []) {
    if (cases === undefined || cases.includes(one.id)) rest(name, rows)
  }
  for (const { path, rows } of one.chosen) rest(path, rows)
  const { scenario } = one
  if (scenario === null) for (const source of one.sources) rest(source, rowsCited(source))
  else {
    for (const arm of armsOf(one, scenario)) {
      for (const price of pricesOf(scenario, arm, technologies)) rest(price, rowsOfPrice(price, scenario, technologies))
    }
  }
  return basis
}

export function roleOf(one: Case, folder: CaseFolder, basis: Basis): Role {
  if (one.peer !== null) return 'analytic'
  if (one.rows.length === 0) return 'theory'
  if (one.value === null && one.side === null) return 'bound'
  if (folder.figures.shared(one.rows, basis.keys()).length > 0) return 'calibrated'
  return one.rows.every((row) => folder.rows.get(row)!.confirmed) ? 'predicted' : 'unconfirmed'
}

/** The arms whose results a quantity names, and the first one where they are compared with it. */
function armsOf({ named }: Case, scenario: Scenario): ReadonlySet<string> {
  const names = [...named.values()]
  const own = names.map(({ arm }) => arm)
  return new Set(names.some(({ needsBaseline }) => needsBaseline) ? [scenario.baseline, ...own] : own)
}

/** Full names of all costs that an arm's work is priced by: wired, and not run. */
function pricesOf(scenario: Scenario, arm: string, technologies: readonly Technology[]): string[] {
  const host = new Host(scenario, scenario.arms[arm], 0, technologies)
  wireWork(host)
  return [...new Set([...host.prices.used.keys(), ...host.prices.behind, ...Object.keys(scenario.costs)])]
}

/** A price that the scenario gives rests on what it says; any other on what its technology says. */
function rowsOfPrice(price: string, scenario: Scenario, technologies: readonly Technology[]): string[] {
  if (Object.hasOwn(scenario.costs, price)) return rowsCited(scenario.costOrigins?.[price]?.source ?? '')
  const technology = technologies.find(({ name }) => price.startsWith(`${name}.`))
  return rowsCited(technology?.costs[price.slice(technology.name.length + 1)]?.source ?? '')
}
