// Where the results of a sweep go, point by point: rows, expectations as JUnit, and what there is to say at the end.
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Comparison } from '../answers/comparison.ts'
import { isSame, outputFault, replaceFile } from '../store/files.ts'
import { failureLines, FindingsSoFar, findingsLines, isAsExpected } from '../report/findings.ts'
import { pointLabel, type Findings } from '../report/findings.ts'
import { JUNIT_END, JUNIT_START, junitOfFailure, junitOfPoint } from '../report/junit.ts'
import { GrowingFile } from '../store/growing-file.ts'
import type { RowSink } from '../campaign/merge.ts'
import type { Sweep } from '../points/points.ts'
import type { SweepRecord } from '../store/sweep-record.ts'
import { UsageError, type Given } from './arguments.ts'
import { RowFiles } from './row-files.ts'
import { say, tell } from './telling.ts'

export interface Outputs {
  readonly csv: string
  readonly parquet?: string
  readonly junit?: string
  readonly toStdout: boolean
}

/** Where the results of a sweep are asked to go. Everything that is wrong with these places is said before anything runs. */
export function outputsOf(given: Given, folder: string, sweep: Sweep, inputs: readonly string[]): Outputs {
  const [asked, parquet, junit] = ['csv', 'parquet', 'junit'].map((option) => given[option] as string | undefined)
  const csv = asked === undefined || asked === '-' ? join(folder, 'results.csv') : asked
  const faults: string[] = []
  for (const [option, file] of Object.entries({ parquet, junit })) {
    if (file === '-') faults.push(`--${option} - is not possible; name a file`)
  }
  const files = [csv, parquet, junit].filter((file) => file !== undefined && file !== '-') as string[]
  files.forEach((file, position) => {
    // The sweep's own folder is made later.
    const fault = file === csv && asked !== csv ? null : outputFault(file, inputs)
    if (fault !== null) faults.push(fault)
    else if (files.slice(0, position).some((other) => isSame(other, file)))
      faults.push(`${file}: two outputs cannot share a file; name another one`)
  })
  if (junit !== undefined && !expectsSomething(sweep))
    faults.push('--junit has nothing to tell: the scenario has no `expect:`; add one or remove the option')
  if (faults.length > 0) throw new UsageError(...faults)
  return { csv, parquet, junit, toStdout: asked === '-' }
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
  readonly #findings = new FindingsSoFar()
  #isDone = false

  private constructor(outputs: Outputs, { factors }: Sweep, rows: RowFiles) {
    this.#outputs = outputs
    this.#columns = factors.map(({ column }) => column)
    this.#rows = rows
    this.#junit = outputs.junit === undefined ? null : new GrowingFile(outputs.junit)
    this.#junit?.write(JUNIT_START)
  }

  /** Begins the files. @throws OutputError */
  static async begin(outputs: Outputs, sweep: Sweep): Promise<SweepResults> {
    return new SweepResults(outputs, sweep, await RowFiles.begin(outputs, sweep.factors))
  }

  point(point: number, cells: readonly (number | string)[], comparison: Comparison): void {
    this.#rows.point(point, cells, comparison)
    const label = () => pointLabel(point, this.#columns, cells)
    this.#findings.point(comparison, label)
    if (comparison.scenario.expectations.length > 0) this.#junit?.write(junitOfPoint(label(), comparison))
  }

  failed(point: number, cells: readonly (number | string)[], error: string): void {
    this.#findings.failed(point, error)
    this.#junit?.write(junitOfFailure(pointLabel(point, this.#columns, cells), error))
  }

  /** Gives the files their names, says what came of it, and returns the exit code. @throws OutputError */
  async finish(record: SweepRecord, given: Given): Promise<number> {
    const { csv, parquet, junit, toStdout } = this.#outputs
    this.#rows.finish()
    this.#junit?.write(JUNIT_END)
    this.#junit?.finish()
    this.#isDone = true
    const { count, points } = this.#rows
    const findings = this.#findings.sum
    replaceFile(companionOf(csv), `${JSON.stringify({ ...record, rows: count, findings }, null, 2)}\n`)
    if (toStdout) await pipeline(createReadStream(csv), process.stdout, { end: false })
    const where = [csv, parquet, junit].filter((name) => name !== undefined).join(', ')
    const summary = `${points} ${points === 1 ? 'point' : 'points'}, ${count} rows: ${where}`
    return toldOf(findings, toStdout || given['quiet'] === true ? null : [summary])
  }

  /** Leaves no files behind, unless they are finished. */
  discard(): void {
    this.#rows.discard()
    if (!this.#isDone) this.#junit?.discard()
  }
}

/** What was found when the rows in this file were made; null if they were not made yet, or by an offsim that did not say. */
export function findingsBeside(csv: string): Findings | null {
  if (!existsSync(companionOf(csv))) return null
  return (JSON.parse(readFileSync(companionOf(csv), 'utf8')) as { findings?: Findings }).findings ?? null
}

/** Says what a sweep has found, behind a summary if anything is to be on stdout, and returns the exit code. */
export function toldOf(findings: Findings, summary: readonly string[] | null): number {
  if (summary !== null) say(...summary, ...findingsLines(findings))
  tell(...failureLines(findings.failed).map((line) => `offsim: ${line}`))
  return isAsExpected(findings) ? 0 : 1
}

function companionOf(csv: string): string {
  return `${csv}.json`
}
