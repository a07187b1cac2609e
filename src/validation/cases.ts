// Validation cases as they are read: a folder of YAML files, each with one published figure and a scenario, and `rows.yaml` beside
// them. A scenario that cannot be run is no mistake where the case says which mechanism is missing: it is judged as failing.
import { readDocument, type Keyed, type Tree } from '../language/document.ts'
import { ScenarioError, quoted, remedy, wholeOf, type Fault, type Place } from '../language/faults.ts'
import { parametersIn } from '../language/parameters.ts'
import { read, type Reading } from '../language/reading.ts'
import { without } from '../language/scenario.ts'
import { scenarioLanguage } from '../language/scenario-language.ts'
import { problemOf, textOf, type ReadFile } from '../language/text.ts'
import type { Scenario } from '../language/asked.ts'
import type { Technology } from '../models/host/technology.ts'
import { calculated, ExpressionFault } from '../units/expression.ts'
import { unitText, type Quantity } from '../units/quantity.ts'
import { caseLanguage, rowsLanguage, SCENARIO_KEY, type WrittenCase, type WrittenRows } from './case-language.ts'
import { namedIn, quantityOf, type Named } from './case-quantities.ts'
import { scenarioIn, sourcesIn, standsAt, type ScenarioReading } from './case-scenario.ts'
import { inUnitOf, valuesOf } from './case-values.ts'
import { Figures, type MeasuredRow } from './measured-rows.ts'

/** Values are in the unit of the case. */
export interface Case extends Pick<
  WrittenCase,
  'id' | 'group' | 'title' | 'quantity' | 'unit' | 'rows' | 'tolerance' | 'reason' | 'chosen'
> {
  readonly file: string
  readonly value: number | null
  readonly spread: readonly [least: number, greatest: number] | null
  readonly most: number | null
  readonly least: number | null
  /** Only an order was published: the side of `neutral`. */
  readonly side: 'above' | 'below' | null
  readonly formula: string | null
  readonly scale: number | null
  readonly neutral: number | null
  readonly naive: { readonly value: number; readonly how: string } | null
  readonly against: string | null
  readonly lacks: string | null
  readonly chosenAfter: string | null
  readonly peer: WrittenCase['peer'] | null
  /** What a name in the quantity stands for, for those that are no parameters of the case. */
  readonly named: ReadonlyMap<string, Named>
  readonly parameters: Readonly<Record<string, Quantity>>
  /** null: the scenario cannot be run, for the reason `unrunnable`. */
  readonly scenario: Scenario | null
  readonly unrunnable: string | null
  /** Sources of prices as the scenario writes them: all that is known of a scenario that cannot be run. */
  readonly sources: readonly string[]
}

/** Cases with what is known of their rows and machines. */
export interface CaseFolder {
  readonly cases: readonly Case[]
  readonly rows: ReadonlyMap<string, MeasuredRow>
  readonly figures: Figures
  readonly groups: WrittenRows['groups']
  readonly unused: WrittenRows['unused']
  readonly changes: WrittenRows['changes']
  readonly unmeasured: WrittenRows['unmeasured']
}

export interface CaseOptions {
  readonly read: ReadFile
  readonly technologies: readonly Technology[]
  /** The measurements that offsim brings. */
  readonly rows: ReadonlyMap<string, MeasuredRow>
}

type CaseReading = CaseOptions & ScenarioReading

/** Reads cases. `files`: those of the folder, its `rows.yaml` among them. @throws ScenarioError with all faults */
export function loadCases(files: readonly string[], options: CaseOptions): CaseFolder {
  const faults: Fault[] = []
  const isRows = (file: string) => /(^|[/\\])rows\.yaml$/.test(file)
  const rowsFile = files.find(isRows)
  const fromFile = rowsFile === undefined ? null : rowsIn(rowsFile, options, faults)
  const written = fromFile ?? NO_ROWS
  const own = written.rows.map((row): [string, MeasuredRow] => [row.id, row])
  const rows = new Map([...options.rows, ...own])
  if (rowsFile !== undefined) faults.push(...rowFaults(written, rows, wholeOf(rowsFile)))
  // Where it is missing or wrong, nothing is said of the groups of cases.
  const known = fromFile?.groups ?? null
  const reading: CaseReading = { ...options, rows, language: scenarioLanguage(options.technologies) }
  const cases = files
    .filter((file) => !isRows(file))
    .map((file) => caseIn(file, reading, known, faults))
    .filter((one) => one !== null)
  const ids = cases.map(({ id }) => id)
  for (const { against, file } of cases) {
    if (against === null || ids.includes(against)) continue
    faults.push({ place: wholeOf(file), path: 'against', text: `no case ${quoted(against)}; ${remedy(against, ids)}` })
  }
  if (faults.length > 0) throw new ScenarioError(faults)
  const { groups, unused, changes, unmeasured, sameFigure } = written
  return { cases, rows, figures: new Figures(sameFigure), groups, unused, changes, unmeasured }
}

const NO_ROWS: WrittenRows = { groups: {}, rows: [], sameFigure: [], unused: [], changes: [], unmeasured: [] }

function rowsIn(file: string, options: CaseOptions, faults: Fault[]): WrittenRows | null {
  const tree = mapIn(file, options.read, faults)
  const before = faults.length
  const rows = tree && read(rowsLanguage, tree, '', readingOf(tree, faults))
  return rows === null || rows === undefined || faults.length > before ? null : (rows as WrittenRows)
}

function rowFaults(written: WrittenRows, rows: ReadonlyMap<string, MeasuredRow>, place: Place): Fault[] {
  const lists = [
    ...Object.entries(written.groups).flatMap(([name, { parameters }]) =>
      parameters.map((parameter, i): [string, readonly string[]] => [`groups.${name}.parameters.${i}`, parameter.rows]),
    ),
    ...written.sameFigure.map((one, i): [string, readonly string[]] => [`sameFigure.${i}`, one.rows]),
    ...written.unused.map((one, i): [string, readonly string[]] => [`unused.${i}`, one.rows]),
  ]
  return lists.flatMap(([path, ids]) => unknownRows(ids, rows).map((text) => ({ place, path, text })))
}

function unknownRows(ids: readonly string[], rows: ReadonlyMap<string, MeasuredRow>): string[] {
  const unknown = ids.filter((id) => !rows.has(id))
  return unknown.map(
    (id) => `no row ${quoted(id)}; ${remedy(id, [...rows.keys()])}, or add it to \`rows\` of rows.yaml`,
  )
}

function mapIn(file: string, readFile: ReadFile, faults: Fault[]): Keyed | null {
  const text = textOf(file, readFile)
  if (typeof text !== 'string') {
    faults.push({ place: wholeOf(file), path: '', text: problemOf(text) })
    return null
  }
  const { tree, faults: found } = readDocument(text, file)
  faults.push(...found)
  if (tree === null || tree.form === 'map') return tree
  faults.push({ place: tree.at, path: '', text: 'is no map; write id, group, title, quantity and what belongs to it' })
  return null
}

/** Cases read no data files of their own. */
function readingOf(tree: Tree, faults: Fault[]): Reading {
  return { faults, parameters: parametersIn(tree), made: () => ({ refused: 'a case names no data file; remove it' }) }
}

/** The groups of rows.yaml; null where there is none, and a case may name any. */
type Groups = WrittenRows['groups'] | null

function caseIn(file: string, options: CaseReading, groups: Groups, faults: Fault[]): Case | null {
  const tree = mapIn(file, options.read, faults)
  if (tree === null) return null
  const found: Fault[] = []
  const draft = read(caseLanguage, without(SCENARIO_KEY, tree), '', readingOf(tree, found))
  const scenarioTree = tree.entries.get(SCENARIO_KEY)?.value
  const complain = (path: string, text: string): void => {
    found.push({ place: tree.entries.get(path)?.value.at ?? tree.at, path, text })
  }
  if (scenarioTree === undefined) complain(SCENARIO_KEY, 'is missing; write a scenario, or the path of one')
  if (draft === undefined || found.length > 0 || scenarioTree === undefined) {
    faults.push(...found)
    return null
  }
  const written = draft as WrittenCase
  const values = valuesOf(written, complain)
  for (const [path, text] of contradictions(written, file, options, groups)) complain(path, text)
  const run = scenarioIn(scenarioTree, file, written.id, options)
  if ('faults' in run && written.lacks === undefined) found.push(...run.faults)
  const scenario = 'scenario' in run ? run.scenario : null
  const names = scenario === null ? new Map<string, Named>() : namesOf(written, scenario, options)
  // Results may lack what the quantity names as well.
  if (typeof names === 'string' && written.lacks === undefined) complain('quantity', names)
  if (scenario !== null) for (const text of unsourced(written, scenario)) complain(SCENARIO_KEY, text)
  for (const { path } of written.chosen) {
    if (run.tree === null || standsAt(run.tree, path)) continue
    complain('chosen', `nothing stands at ${quoted(path)} of the scenario; write the path of a parameter`)
  }
  faults.push(...found)
  if (found.length > 0) return null
  const { id, group, title, quantity, unit, rows, tolerance, reason, chosen } = written
  const sources = sourcesIn(run.tree)
  return {
    sources,
    ...{ id, group, title, quantity, unit, rows, tolerance, reason, chosen, file, ...values },
    ...(typeof names === 'string' ? { named: new Map(), scenario: null } : { named: names, scenario }),
    side: written.published.side ?? null,
    formula: written.published.formula ?? null,
    against: written.against ?? null,
    lacks: written.lacks ?? null,
    chosenAfter: written.chosenAfter ?? null,
    peer: written.peer ?? null,
    parameters: written.parameters,
    unrunnable: 'faults' in run ? new ScenarioError(run.faults).faults[0] : typeof names === 'string' ? names : null,
  }
}

/** What does not go together within a case, as path and text. */
function contradictions(
  written: WrittenCase,
  file: string,
  { rows }: CaseOptions,
  groups: Groups,
): [path: string, text: string][] {
  const { id, group, published, tolerance, neutral, scale, peer, naive } = written
  const wrong: [string, string][] = []
  const fileName = /([^/\\]+)\.ya?ml$/.exec(file)?.[1]
  if (fileName !== id) wrong.push(['id', `is ${quoted(id)} in the file ${quoted(`${fileName}`)}; give both one name`])
  if (groups !== null && !Object.hasOwn(groups, group)) {
    wrong.push(['group', `no group ${quoted(group)} in rows.yaml; ${remedy(group, Object.keys(groups))}`])
  }
  for (const text of unknownRows(written.rows, rows)) wrong.push(['rows', text])
  for (const { rows: ids } of written.chosen) for (const text of unknownRows(ids, rows)) wrong.push(['chosen', text])
  if (written.rows.length === 0 && published.formula === undefined) {
    wrong.push(['rows', 'is empty; name the rows that the value is taken from, or the formula under `published`'])
  }
  const upTo = written.rows.filter((row) => /\((up to|at least|<=?)\)/.test(rows.get(row)?.unit ?? ''))
  if (upTo.length > 0 && published.value !== undefined) {
    wrong.push(['published', `${quoted(upTo[0])} is only a bound ("up to"); write most: or least: instead of value:`])
  }
  if (tolerance === 'sign' && neutral === undefined) {
    wrong.push(['tolerance', '`sign` needs to know of what; write neutral: 0 for a saving, 1 for a ratio'])
  }
  if (published.side !== undefined && tolerance !== 'sign') {
    wrong.push(['tolerance', 'is that of a number, and only an order was published; write sign'])
  }
  const isZero = published.value !== undefined && published.value.amount.times === 0n
  if (isZero && scale === undefined && tolerance !== 'sign') {
    wrong.push(['published', 'is 0, of which nothing is a share; write `scale`, what errors are a share of'])
  }
  if (peer !== undefined && published.formula === undefined) {
    wrong.push(['peer', 'needs the formula of its model; write it as `published.formula`'])
  }
  if (published.formula === undefined && published.value !== undefined && naive === undefined) {
    wrong.push(['naive', 'is missing; write what one would say without the mechanism, as { value, how }'])
  }
  return wrong
}

/** Names of the quantity, each understood; or why it cannot be worked out in the unit of the case. */
function namesOf(
  { quantity, unit, parameters }: WrittenCase,
  scenario: Scenario,
  { technologies }: CaseOptions,
): Map<string, Named> | string {
  const named = new Map<string, Named>()
  try {
    const trial = calculated(quantity, (name) => {
      if (Object.hasOwn(parameters, name)) return { quantity: parameters[name] }
      const found = named.get(name) ?? namedIn(name, scenario, technologies)
      named.set(name, found)
      // Some value, another one for each name, so that differences are not 0.
      return { quantity: quantityOf(1 + 0.37 * named.size, found.dimension) }
    })
    if (inUnitOf(trial, unit) !== null) return named
    return `comes to ${unitText(trial.unit)}, and the unit is ${quoted(unit)}; write one that fits`
  } catch (error) {
    if (error instanceof ExpressionFault) return `${quoted(quantity)}: ${error.message}`
    throw error
  }
}

/** Prices that a scenario gives must say what they rest on, else nobody knows what was predicted. */
function unsourced({ rows, peer }: WrittenCase, { costs, costOrigins = {} }: Scenario): string[] {
  if (rows.length === 0 || peer !== undefined) return []
  const silent = Object.keys(costs).filter((key) => costs[key] !== 0 && (costOrigins[key]?.source ?? null) === null)
  return silent.map((key) => `the price ${quoted(key)} does not say where it comes from; write { value, source }`)
}
