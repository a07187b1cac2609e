// What every command writes, decided before anything runs: no output takes the place of what is read, of another output, or of what
// a sweep keeps; and written so that one that fails loses none of the others.
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OutputError } from '../store/files.ts'
import { GrowingFile } from '../store/growing-file.ts'
import { isSamePlace, liesIn, permissionFault, placeOf, type Place } from '../store/output-place.ts'
import type { Given } from './arguments.ts'

/** A file that a command is going to write. */
export interface Output {
  readonly file: string
  /** Set for one that nobody named: what writes it too, `--csv x.csv`. */
  readonly with?: string
}

/** What must stay as it is. */
export interface Kept {
  /** Files that are read. */
  readonly inputs: readonly string[]
  /** The folder of a sweep, in which its record and its runs are. */
  readonly folder?: string
}

/** Everything that is wrong with outputs, one line each. */
export function outputFaults(outputs: readonly Output[], kept: Kept): string[] {
  const places = outputs.map(({ file }) => placeOf(file))
  return outputs.flatMap(({ file, with: writer }, position) => {
    const place = places[position]
    const before = places.slice(0, position)
    const fault =
      permissionFault(place) ??
      keptFault(place, kept) ??
      (before.some((other) => isSamePlace(other, place)) ? 'two outputs cannot share a file; name another one' : null)
    if (fault === null) return []
    return [writer === undefined ? `${file}: ${fault}` : `${writer} writes ${file} too: ${fault}`]
  })
}

function keptFault(place: Place, { inputs, folder }: Kept): string | null {
  const isInput = inputs.some((input) => isSamePlace(placeOf(input), place))
  if (isInput) return 'is what was asked to be run; name another file'
  if (folder === undefined) return null
  if (isSamePlace(placeOf(join(folder, 'sweep.json')), place)) return 'is the record of the sweep; name another file'
  const own = ['units', 'leases', 'slurm'].some((name) => liesIn(place, join(folder, name)))
  return own ? 'is where the sweep keeps its runs; name another file' : null
}

/** The outputs of options that name files, and the file beside a CSV that says how to run its rows again. */
export function outputsNamed(given: Given, options: readonly string[]): Output[] {
  return options.flatMap((option) => {
    const file = given[option] as string | undefined
    if (file === undefined || file === '-') return []
    return option === 'csv' ? csvOutputs(file, `--csv ${file}`) : [{ file }]
  })
}

/** A CSV with its companion. There is none beside a device, a pipe, or what the shell has opened. */
export function csvOutputs(file: string, named?: string): Output[] {
  const companion = companionOf(file)
  return companion === null ? [{ file }] : [{ file }, { file: companion, with: named ?? file }]
}

export function companionOf(csv: string): string | null {
  const { kind } = placeOf(csv)
  return kind === 'stream' || kind === 'opened' ? null : `${csv}.json`
}

/** Faults of a folder that is going to be made, or is there. */
export function folderFault(folder: string): string | null {
  const status = statSync(folder, { throwIfNoEntry: false })
  if (status !== undefined) return status.isDirectory() ? null : `${folder}: is no folder; name another one`
  const above = dirname(folder)
  if (statSync(above, { throwIfNoEntry: false })?.isDirectory()) return null
  return `${folder}: there is no folder ${above}; create it first`
}

/** Writes all of them, those for stdout (`-`) last, and tells which could not be written, one line each. */
export function writeAll(outputs: readonly (readonly [file: string | undefined, text: () => string])[]): string[] {
  const failures = outputs.flatMap(([file, text]) =>
    file === undefined || file === '-' ? [] : failureOf(file, text()),
  )
  for (const [file, text] of outputs) if (file === '-') process.stdout.write(text())
  return failures
}

/** Writes a file whole. @throws OutputError; what was there before stays then */
export function replaceFile(file: string, text: string, mode?: number): void {
  const [failure] = failureOf(file, text, mode)
  if (failure !== undefined) throw new OutputError(failure)
}

function failureOf(file: string, text: string, mode?: number): string[] {
  const output = new GrowingFile(file, mode)
  output.write(text)
  output.finish()
  return output.failure === null ? [] : [output.failure]
}

/** JSON as people read it. */
export function inLines(object: object): string {
  return `${JSON.stringify(object, null, 2)}\n`
}
