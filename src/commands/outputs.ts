// Where results go: what is wrong with these places is said before anything runs.
import { isSame, outputFault, replaceFile } from '../store/files.ts'
import { UsageError, type Given } from './arguments.ts'

export interface Outputs {
  /** A file, or `-` for stdout. */
  readonly csv?: string
  readonly json?: string
  readonly ledger?: string
  readonly junit?: string
  /** The file beside `csv` that says how to run its rows again. */
  readonly companion?: string
}

/** Where results go. Everything that is wrong with these places is said before anything runs. */
export function outputsOf(given: Given, filesRead: readonly string[]): Outputs {
  const options = ['csv', 'json', 'ledger', 'junit'].map((option) => given[option] as string | undefined)
  const [csv, json, ledger, junit] = options
  const companion = csv === undefined || csv === '-' ? undefined : `${csv}.json`
  const faults: string[] = []
  if (csv === '-' && json === '-') faults.push('--csv - and --json - both want stdout; write one of them to a file')
  if (ledger === '-') faults.push('--ledger - is not possible; name a file')
  if (junit === '-') faults.push('--junit - is not possible; name a file')
  const files = [csv, companion, json, ledger, junit].filter((file) => file !== undefined && file !== '-') as string[]
  files.forEach((file, position) => {
    const fault = outputFault(file, filesRead)
    if (fault !== null) faults.push(fault)
    else if (files.slice(0, position).some((other) => isSame(other, file))) {
      faults.push(`${file}: two outputs cannot share a file; name another one`)
    }
  })
  if (faults.length > 0) throw new UsageError(...faults)
  return { csv, json, ledger, junit, companion }
}

/** Writes a file, or to stdout. */
export function write(where: string, content: string): void {
  if (where === '-') process.stdout.write(content)
  else replaceFile(where, content)
}

/** JSON as people read it. */
export function inLines(object: object): string {
  return `${JSON.stringify(object, null, 2)}\n`
}
