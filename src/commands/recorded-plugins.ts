// Plug-ins that a record names. A record is data, and data runs no code: a plug-in is looked for beside the record and among the
// files that --plugin names, nowhere else, and its hash is compared before any of it is loaded.
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { hashesOf, loadPlugins, type LoadedPlugins } from '../plugins/loading.ts'
import { UsageError } from './arguments.ts'

export interface RecordedPlugin {
  readonly file: string
  readonly sha256: string
}

/** A plug-in that was found, but is not what it was. */
export interface ChangedPlugin extends RecordedPlugin {
  /** Where it was found, and what it is now. */
  readonly found: string
  readonly now: string
}

/** The plug-ins of a record, or those of them that are not what they were. */
export type FoundPlugins = LoadedPlugins | readonly ChangedPlugin[]

export function isChanged(found: FoundPlugins): found is readonly ChangedPlugin[] {
  return 'length' in found
}

/** A record, and the file that it stands in. */
interface Recorded {
  readonly record: { readonly plugins: unknown }
  readonly recordFile: string
}

/**
 * Loads the plug-ins of each record if all of them are what they were; otherwise says which are not, and loads none of its.
 * @param named by --plugin
 * @throws UsageError for a plug-in that is not to be found, or a file that --plugin names and no record does
 */
export async function recordedPlugins(
  records: readonly Recorded[],
  named: readonly string[],
): Promise<readonly FoundPlugins[]> {
  const searches = await Promise.all(records.map((recorded) => searched(recorded, named)))
  const faults = searches.flatMap(({ missing }) => missing)
  const used = new Set(searches.flatMap(({ files, changed }) => [...files, ...changed.map(({ found }) => found)]))
  const sound = await hashesOf(named)
  for (const file of named.filter((file) => !used.has(file))) {
    const why = sound.has(file) ? 'is none of the plug-ins that were recorded, by its SHA-256' : 'no such file'
    faults.push(`--plugin ${file}: ${why}; name one of those`)
  }
  if (faults.length > 0) throw new UsageError(...faults)
  const found: FoundPlugins[] = []
  for (const { wanted, files, changed } of searches) {
    const hashes = wanted.map(({ sha256 }) => sha256)
    found.push(changed.length > 0 ? changed : await loadPlugins(files, hashes))
  }
  return found
}

/** Looks for the plug-ins of a record; runs nothing. */
async function searched({ record, recordFile }: Recorded, named: readonly string[]) {
  const wanted = listed(record.plugins, recordFile)
  const places = wanted.map(({ file }) => [...named, ...beside(recordFile, file)])
  const hashes = await hashesOf([...new Set(places.flat())])
  const files: string[] = []
  const changed: ChangedPlugin[] = []
  const missing: string[] = []
  wanted.forEach((plugin, i) => {
    const same = places[i].find((place) => hashes.get(place) === plugin.sha256)
    const other = places[i].find((place) => hashes.has(place) && basename(place) === basename(plugin.file))
    if (same !== undefined) files.push(same)
    else if (other !== undefined) changed.push({ ...plugin, found: other, now: hashes.get(other)! })
    else missing.push(notFound(plugin, recordFile))
  })
  return { wanted, files, changed, missing }
}

/** What was found in place of a plug-in, in one line. */
export function changeOf({ file, found, sha256, now }: ChangedPlugin): string {
  const where = found === file ? '' : `, ${found}`
  return `plug-in ${file}${where}: has changed (SHA-256 ${sha256.slice(0, 12)}…, now ${now.slice(0, 12)}…)`
}

function notFound({ file, sha256 }: RecordedPlugin, from: string): string {
  const hash = `SHA-256 ${sha256.slice(0, 12)}…`
  return `${from}: was made with the plug-in ${file} (${hash}), which is not beside it and is not loaded from elsewhere; add --plugin FILE`
}

function listed(recorded: unknown, from: string): readonly RecordedPlugin[] {
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  const isPlugin = (plugin: unknown) => {
    const { file, sha256 } = Object(plugin) as Partial<RecordedPlugin>
    return isText(file) && isText(sha256)
  }
  if (Array.isArray(recorded) && recorded.every(isPlugin)) return recorded as RecordedPlugin[]
  throw new UsageError(`${from}: does not say which plug-ins it was made with; take the one that offsim has written`)
}

/** Places beside the record: as the plug-in was named, if that leads nowhere else, and by its name alone. */
function beside(from: string, file: string): string[] {
  const folder = dirname(from)
  const inside = normalize(file)
  const leadsOut = isAbsolute(inside) || inside.startsWith('..')
  return [...(leadsOut ? [] : [join(folder, inside)]), join(folder, basename(file))]
}
