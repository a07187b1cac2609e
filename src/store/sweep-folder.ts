// The folder of a sweep: `sweep.json` says which sweep it is, `units/` holds what is finished, `leases/` who is at work.
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { differences, differenceText } from './differences.ts'
import { makeFolder, OutputError, reason } from './files.ts'
import { freshName } from './growing-file.ts'
import { Leases } from './lease.ts'
import { Store } from './store.ts'
import type { SweepRecord } from './sweep-record.ts'

export interface SweepFolder {
  readonly store: Store
  readonly leases: Leases
  close(): void
}

/** Makes the folder of a sweep, or opens the one that was made earlier. @throws OutputError with one line */
export function openSweepFolder(folder: string, record: SweepRecord, warn?: (message: string) => void): SweepFolder {
  make(folder)
  const file = join(folder, 'sweep.json')
  if (!existsSync(file)) begin(folder, file, record)
  const found = recordIn(folder)
  if (found.sweep_id !== record.sweep_id) {
    const what = differenceText(differences(found.scenario, record.scenario), 2)
    throw new OutputError(
      `${folder}: holds the results of another sweep, of ${found.file}${what === '' ? '' : ` (${what})`}; name another folder`,
    )
  }
  checkModels(folder, found, record)
  return openedFolder(folder, warn)
}

/** What the numbers of a sweep depend on besides its scenario. */
type Models = Pick<SweepRecord, 'model_version' | 'costs'>

/** A folder holds the results of one set of prices, and of one version of the models. @throws OutputError */
export function checkModels(folder: string, found: SweepRecord, now: Models): void {
  const compared = ({ model_version, costs }: Models) => ({ 'model version': model_version, costs })
  const changed = differences(compared(found), compared(now))
  if (changed.length === 0) return
  const text = `was begun with other models (${differenceText(changed, 3)})`
  throw new OutputError(`${folder}: ${text}; name another folder, or go on with offsim ${found.offsim} as it was then`)
}

/** One folder and none above it: where the system refuses that, Node's recursive way may try for ever (under /proc). */
function make(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    const parent = dirname(folder)
    const isMissing = statSync(parent, { throwIfNoEntry: false }) === undefined
    const why = isMissing ? `there is no folder ${parent}; create it first` : `${reason(error)}; name another folder`
    throw new OutputError(`${folder}: cannot be made: ${why}`)
  }
}

/** Opens the tasks and leases of a folder; `warn` is told of what stands in the way of leases. */
export function openedFolder(folder: string, warn?: (message: string) => void): SweepFolder {
  const store = new Store(join(folder, 'units'))
  const leases = new Leases(join(folder, 'leases'), warn)
  return {
    store,
    leases,
    close: () => {
      leases.close()
      store.close()
    },
  }
}

/** What sweep a folder is of. @throws OutputError when it is of none */
export function recordIn(folder: string): SweepRecord {
  const file = join(folder, 'sweep.json')
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as SweepRecord
    const { sweep_id: id, scenario, file: named, files } = Object(record) as Partial<SweepRecord>
    const isRecord = typeof id === 'string' && typeof named === 'string' && isMap(scenario) && isMap(files)
    if (isRecord) return record
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (isMissing)
      throw new OutputError(`${folder}: is not the folder of a sweep; make one with offsim sweep FILE --out DIR`)
    if (!(error instanceof SyntaxError)) throw new OutputError(`${file}: cannot be read: ${reason(error)}`)
  }
  throw new OutputError(`${file}: was not written by offsim sweep; name another folder`)
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Writes the record; if several processes begin at once, one of them does. */
function begin(folder: string, file: string, record: SweepRecord): void {
  const others = readdirSync(folder).filter((name) => !name.startsWith('.') && !name.startsWith('sweep.json'))
  if (others.length > 0 && !existsSync(file)) {
    throw new OutputError(`${folder}: is not empty (${others[0]}) and holds no sweep; name a new folder`)
  }
  const fresh = freshName(file)
  try {
    const text = `${JSON.stringify(record, null, 2)}\n`
    writeFileSync(fresh, text, { flag: 'wx' })
    link(fresh, file, text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new OutputError(`${folder}: cannot be written: ${reason(error)}; name another folder`)
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** Gives a complete file a name that must be free. Where the file system has no links, it is written there at once. */
function link(fresh: string, file: string, text: string): void {
  try {
    linkSync(fresh, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    writeFileSync(file, text, { flag: 'wx' })
  }
}
