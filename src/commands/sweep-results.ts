// Where the results of a sweep go, point by point: rows, expectations as JUnit, and what there is to say at the end.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Comparison } from '../answers/comparison.ts'
import { failureLines, FindingsSoFar, findingsLines, isAsExpected } from '../report/findings.ts'
import { pointLabel, type Findings } from '../report/findings.ts'
import { JUNIT_END, JUNIT_START, junitOfFailure, junitOfPoint } from '../report/junit.ts'
import { GrowingFile } from '../store/growing-file.ts'
import type { RowSink } from '../campaign/merge.ts'
import type { Sweep } from '../points/points.ts'
import { placeOf } from '../store/output-place.ts'
import type { SweepRecord } from '../store/sweep-record.ts'
import { UsageError, type Given } from './arguments.ts'
import { companionOf, csvOutputs, inLines, outputFaults, outputsNamed, writeAll, type Output } from './outputs.ts'
import { RowFiles } from './row-files.ts'
import { say, tell } from '../terminal/telling.ts'

export interface Outputs {
  readonly csv: string
  readonly parquet?: string
  readonly junit?: string
  readonly toStdout: boolean
  /** The sweep's. */
  readonly folder: string
}

export interface SweepPlaces {
  readonly folder: string
  readonly sweep: Sweep
  /** Files that are read, and plug-ins. */
  readonly inputs: readonly string[]
  /** What is written besides, such as manifests. */
  readonly others?: readonly Output[]
}

/** Where the results of a sweep are asked to go. Everything that is wrong with these places is said before anything runs. */
export function outputsOf(given: Given, { folder, sweep, inputs, others = [] }: SweepPlaces): Outputs {
  const [asked, parquet, junit] = ['csv', 'parquet', 'junit'].map((option) => given[option] as string | undefined)
  const isDefault = asked === undefined || asked === '-'
  const csv = isDefault ? join(folder, 'results.csv') : asked
  const faults: string[] = []
  for (const [option, file] of Object.entries({ parquet, junit })) {
    if (file === '-') faults.push(`--${option} - is not possible; name a file`)
  }
  // The sweep's own folder is made later; where it can be is said then.
  const isMade = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  const rows = isDefault ? (isMade ? csvOutputs(csv) : []) : outputsNamed(given, ['csv'])
  // One fault is enough where there can be no CSV.
  const both = placeOf(csv).kind === 'none' ? rows.slice(0, 1) : rows
  const outputs = [...both, ...outputsNamed(given, ['parquet', 'junit']), ...others]
  faults.push(...outputFaults(outputs, { inputs, folder }))
  if (junit !== undefined && !expectsSomething(sweep))
    faults.push('--junit has nothing to tell: the scenario has no `expect:`; add one or remove the option')
  if (faults.length > 0) throw new UsageError(...faults)
  return { csv, parquet, junit, toStdout: asked === '-', folder }
}

function expectsSomething({ source, factors }: Sweep): boolean {
  const written = source.tree.entries.get('expect')?.value
  return factors.some(({ keys }) => keys[0] === 'expect') || (written?.form === 'list' && written.items.length > 0)
}

/** Takes the results of points and writes them where they go. */
export class SweepResults implements RowSink {
  readonly #outputs: Outputs
  readonly #columns: readonly string[]
  readonly #rows: RowFiles
  readonly #junit: GrowingFile | null
  #suites = 0
  readonly #findings = new FindingsSoFar()
  #isDone = false

  private constructor(outputs: Outputs, { factors }: Sweep, rows: RowFiles) {
    this.#outputs = outputs
    this.#columns = factors.map(({ column }) => column)
    this.#rows = rows
    this.#junit = outputs.junit === undefined ? null : new GrowingFile(outputs.junit)
    this.#junit?.write(JUNIT_START)
  }

  /** Begins the files. */
  static async begin(outputs: Outputs, sweep: Sweep): Promise<SweepResults> {
    return new SweepResults(outputs, sweep, await RowFiles.begin(outputs, sweep.factors))
  }

  point(point: number, cells: readonly (number | string)[], comparison: Comparison): void {
    this.#rows.point(point, cells, comparison)
    const label = () => pointLabel(point, this.#columns, cells)
    this.#findings.point(comparison, label)
    if (comparison.scenario.expectations.length > 0)
      this.#junit?.write(junitOfPoint(label(), comparison, this.#suites++))
  }

  failed(point: number, cells: readonly (number | string)[], error: string): void {
    this.#findings.failed(point, error)
    this.#junit?.write(junitOfFailure(pointLabel(point, this.#columns, cells), error, this.#suites++))
  }

  /** Gives the files their names, says what came of it, and returns the exit code. */
  async finish(record: SweepRecord, given: Given): Promise<number> {
    const { csv, parquet, junit, toStdout, folder } = this.#outputs
    this.#rows.finish()
    this.#junit?.write(JUNIT_END)
    this.#junit?.finish()
    this.#isDone = true
    const { count, points } = this.#rows
    const findings = this.#findings.sum
    const companion = () => inLines({ ...record, rows: count, findings })
    const failures = [
      ...this.#rows.failures,
      ...(this.#junit?.failure ? [this.#junit.failure] : []),
      ...writeAll([[companionOf(csv) ?? undefined, companion]]),
    ]
    const isWritten = (file: string) => !failures.some((failure) => failure.startsWith(`${file}: `))
    if (toStdout && isWritten(csv)) await pipeline(createReadStream(csv), process.stdout, { end: false })
    const where = [csv, parquet, junit].filter((name) => name !== undefined && isWritten(name)).join(', ')
    const summary = `${points} ${points === 1 ? 'point' : 'points'}, ${count} rows: ${where || 'none written'}`
    const exitCode = toldOf(findings, toStdout || given['quiet'] === true ? null : [summary])
    if (failures.length === 0) return exitCode
    tell(...failures.map((failure) => `offsim: ${failure}`))
    tell(`offsim: what was simulated is kept in ${folder}, and offsim merge ${folder} writes it again`)
    return 2
  }

  /** Leaves no files behind, unless they are finished. */
  discard(): void {
    this.#rows.discard()
    if (!this.#isDone) this.#junit?.discard()
  }
}

/** What was found when the rows in this file were made; null if they were not made yet, or by an offsim that did not say. */
export function findingsBeside(csv: string): Findings | null {
  const companion = companionOf(csv)
  if (companion === null || !existsSync(companion)) return null
  return (JSON.parse(readFileSync(companion, 'utf8')) as { findings?: Findings }).findings ?? null
}

/** Says what a sweep has found, behind a summary if anything is to be on stdout, and returns the exit code. */
export function toldOf(findings: Findings, summary: readonly string[] | null): number {
  if (summary !== null) say(...summary, ...findingsLines(findings))
  tell(...failureLines(findings.failed).map((line) => `offsim: ${line}`))
  return isAsExpected(findings) ? 0 : 1
}
