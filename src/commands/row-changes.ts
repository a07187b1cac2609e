// What has changed since a row was written: the models' version, a price they ship, a plug-in, or the input.
import type { Scenario } from '../language/asked.ts'
import { ScenarioError } from '../language/faults.ts'
import { canonical, costsBehind, shippedCosts } from '../language/identity.ts'
import { loadScenario } from '../language/scenario.ts'
import type { Arm } from '../models/host/setup.ts'
import type { Technology } from '../models/host/technology.ts'
import { MODEL_VERSION } from '../models/host/version.ts'
import { differences, differenceText, type Difference } from '../store/differences.ts'
import { contentOf } from '../store/reading-files.ts'
import { readSweep, type SweepRecord } from '../store/sweep-record.ts'
import { isOfSweep, type RunRecord } from './recorded-row.ts'

type Cells = Readonly<Record<string, string>>

export interface Change {
  readonly text: string
  /** Whether it is a change even where no number of the row depends on it. */
  readonly matters: boolean
}

/** Which cells of a row came out differently; null if there is no such row any more. `again`: all rows of the run as they are now. */
export function changedCells(cells: Cells, again: readonly { readonly cells: Cells }[]): Difference[] | null {
  const same = again.find((row) => row.cells['arm'] === cells['arm'] && row.cells['technology'] === cells['technology'])
  return same === undefined ? null : differences(cells, same.cells)
}

export function changedText(changed: readonly Difference[] | null): string {
  if (changed === null) return 'there is no such row any more; because'
  return `differs in ${changed.map(({ path }) => path).join(', ')} (${differenceText(changed, 3)}); because`
}

/** The record that a row was run again from, and what it was run again with. */
interface RunAgain {
  readonly file: { readonly record: RunRecord | SweepRecord }
  readonly plugins: { readonly technologies: readonly Technology[] }
}

/** What has changed below the scenario: the models and their prices. `arms`: those of the row's run. */
export function changesBelow(
  technology: string,
  arms: readonly Arm[],
  { file: { record }, plugins: { technologies } }: RunAgain,
): Change[] {
  const found: Change[] = []
  if (record.model_version !== MODEL_VERSION) {
    const text = `model version: ${record.model_version} then, ${MODEL_VERSION} now (offsim ${record.offsim} then)`
    found.push({ text, matters: true })
  }
  const now = shippedCosts(technologies)
  const then = record.costs ?? {}
  for (const name of [...Object.keys(then), ...addedSince(then, arms, technologies)]) {
    if (now[name] === then[name]) continue
    const isOwn = name.startsWith(`${technology}.`) || ['total', 'host'].includes(technology)
    found.push({ text: `cost ${name}: ${then[name] ?? 'nothing'} then, ${now[name] ?? 'nothing'} now`, matters: isOwn })
  }
  return found
}

/** Costs behind the arms that a record does not know, though it knows others of the technology. */
function addedSince(
  then: Readonly<Record<string, number>>,
  arms: readonly Arm[],
  technologies: readonly Technology[],
): string[] {
  const known = new Set(Object.keys(then).map((name) => name.split('.')[0]))
  const behind = costsBehind(arms, technologies).filter(({ technology }) => known.has(technology.name))
  return behind.map(({ technology, key }) => `${technology.name}.${key}`).filter((name) => then[name] === undefined)
}

/** The id of a row as it was written, and the ids of its record: as ids are formed now, and as they were formed formerly. */
export interface Ids {
  readonly written: string
  readonly now: string
  readonly former: string
}

/** Why a row is not what it was, where nothing that it was made from is known to have changed. */
export function unexplained({ written, now, former }: Ids, isIdAlone: boolean): Change[] {
  const reasons =
    written === now || written === former
      ? [
          ...(written === now ? [] : ['its id: an earlier offsim formed it without replications and shipped prices']),
          ...(isIdAlone ? [] : [CHANGED_UNSEEN]),
        ]
      : [`its record was changed by hand: the row is of id ${written}, the record of ${now}`]
  return reasons.map((text) => ({ text, matters: true }))
}

const CHANGED_UNSEEN =
  'its record is that of the id, so the row was changed by hand, or the models were changed without a new version'

/** The scenario's file as it is now, as far as it is still there. It is read once. */
export class InputNow {
  readonly #file: string | undefined
  readonly #scenario: (point: number | null) => Scenario | null

  constructor(record: RunRecord | SweepRecord, technologies: readonly Technology[]) {
    this.#file = record.file
    this.#scenario = scenarioNow(record, technologies)
  }

  /** In what a run that was recorded differs from what the file says now. */
  changes(before: Scenario, point: number | null): Change[] {
    try {
      const now = this.#scenario(point)
      if (now === null) return []
      return decisiveDifferences(before, now, point !== null).map((found) => {
        return { text: `${this.#file}: has changed: ${differenceText([found])}`, matters: true }
      })
    } catch (error) {
      // Without the file the record stands for itself; a file that is wrong by now has certainly changed.
      if (!(error instanceof ScenarioError)) throw error
      return error.faults.some((fault) => fault === `${this.#file}: no such file`)
        ? []
        : [{ text: `${this.#file}: has changed: it is wrong now; see offsim check ${this.#file}`, matters: true }]
    }
  }
}

/** The scenario at a point as the file says it now; null where the record names no file. */
function scenarioNow(record: RunRecord | SweepRecord, technologies: readonly Technology[]) {
  const { file, overrides = [] } = record
  const options = { technologies, set: overrides }
  // What came in on stdin is gone.
  if (file === undefined || file === '-') return () => null
  if (isOfSweep(record)) {
    const sweep = once(() => readSweep(file, { ...options, version: '', plugins: [] }).sweep)
    return (point: number | null) => sweep().scenario(point!)
  }
  return once(() => loadScenario(file, { ...options, read: (path) => contentOf(path) }))
}

/** Does something when it is first asked for, and gives the same answer, or the same error, from then on. */
function once<T>(act: () => T): () => T {
  let done: { readonly value: T } | { readonly error: unknown } | null = null
  return () => {
    if (done === null) {
      try {
        done = { value: act() }
      } catch (error) {
        done = { error }
      }
    }
    if ('error' in done) throw done.error
    return done.value
  }
}

/** What decides about numbers. A run has made its replications; a sweep's file says how many there are, or what precision. */
function decisiveDifferences(before: Scenario, now: Scenario, isOfSweep: boolean): Difference[] {
  const data = ({ warmup, warmupNs, ...rest }: Scenario, of: Scenario): unknown => {
    // A warm-up that was found is part of the record and not of the file.
    const given = now.warmup === 'auto' ? { warmup: 'given' as const, warmupNs: 0 } : { warmup, warmupNs }
    const runs = isOfSweep
      ? { precision: of.precision, ...(of.precision === null && { replications: of.replications }) }
      : {}
    return { ...(JSON.parse(canonical({ ...rest, ...given })) as object), name: of.name, ...runs }
  }
  return differences(data(before, before), data(now, now))
}
