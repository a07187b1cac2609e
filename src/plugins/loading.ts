// Plug-ins: a user's own handlers and technologies, loaded from TypeScript files at run time. Their default export is data
// (see models/extension.ts) and is checked before anything runs; their sources' hashes are part of a result's id.
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Jiti } from 'jiti'
import * as api from '../models/technologies/extension.ts'
import { TECHNOLOGIES } from '../models/technologies/index.ts'
import type { Extension, Technology } from '../models/technologies/extension.ts'
import { extensionFaults } from './plugin-faults.ts'

/** A plug-in that was loaded. */
export interface Plugin {
  /** Its path, as it was named. */
  readonly file: string
  /** SHA-256 of the file; if it imports files of its own, of the list of all their hashes. */
  readonly sha256: string
  /** What it brought, as `technology.handler`. */
  readonly handlers: readonly string[]
}

export interface LoadedPlugins {
  /** The built-in technologies with those of the plug-ins added. */
  readonly technologies: readonly Technology[]
  readonly plugins: readonly Plugin[]
  /** Hashes of the plug-ins, for a result's id. */
  readonly hashes: readonly string[]
}

/** Plug-ins are wrong. `faults` holds one line for each fault: `FILE: PATH: what is wrong; what to write instead`. */
export class PluginError extends Error {
  override readonly name = 'PluginError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Hashes of those files that can be plug-ins, by their paths. None of their code runs. */
export async function hashesOf(files: readonly string[]): Promise<Map<string, string>> {
  const sound = files.filter((file) => fileProblem(file) === null)
  const jiti = sound.length === 0 ? null : await loader()
  return new Map(sound.map((file) => [file, hashOf(jiti!, resolve(file))]))
}

/**
 * Loads plug-ins in the order given. In every process and thread that simulates, they are loaded from their files again.
 * @param hashes what each must be, or nothing of it is loaded
 * @throws PluginError with all faults of all files
 */
export async function loadPlugins(files: readonly string[], hashes?: readonly string[]): Promise<LoadedPlugins> {
  if (files.length === 0) return { technologies: TECHNOLOGIES, plugins: [], hashes: [] }
  const jiti = await loader()
  const rows = measurementIds()
  const plugins: Plugin[] = []
  const faults: string[] = []
  let technologies: readonly Technology[] = TECHNOLOGIES
  for (const [position, file] of files.entries()) {
    const problem = files.slice(0, position).some((other) => resolve(other) === resolve(file))
      ? 'is given twice; give it once'
      : fileProblem(file)
    if (problem !== null) {
      faults.push(`${file}: ${problem}`)
      continue
    }
    // Before its code runs, which could change the file.
    const sha256 = hashOf(jiti, resolve(file))
    if (hashes !== undefined && hashes[position] !== sha256) {
      faults.push(`${file}: has changed while it was looked at; try again`)
      continue
    }
    const exported = await exportOf(jiti, file)
    const found: string[] = 'failed' in exported ? [exported.failed] : []
    const brought: string[] = []
    for (const extension of 'failed' in exported ? [] : inList(exported.value)) {
      const wrong = extensionFaults(extension, technologies, rows)
      found.push(...wrong)
      if (wrong.length > 0) continue
      technologies = api.extended(technologies, [extension as Extension])
      brought.push(...namesOf(extension as Extension))
    }
    faults.push(...found.map((fault) => `${file}: ${oneLine(fault)}`))
    plugins.push({ file, sha256, handlers: brought })
  }
  if (faults.length > 0) throw new PluginError(faults)
  return { technologies, plugins, hashes: plugins.map(({ sha256 }) => sha256) }
}

/**
 * The plug-in in whose code an error arose, as one line for its author; null if it was in none.
 * An error that crosses threads keeps its stack, so this also works on what a worker threw.
 */
export function blamed(error: unknown, files: readonly string[]): PluginError | null {
  if (!(error instanceof Error)) return null
  for (const file of files) {
    const frame = (error.stack ?? '').split('\n').find((line) => line.includes(resolve(file)))
    if (frame === undefined) continue
    const line = /:(\d+):\d+\)?$/.exec(frame)?.[1]
    const where = line === undefined ? file : `${file}:${line}`
    return new PluginError([
      `${where}: failed while it ran: ${oneLine(error.message)}; see offsim check --plugin ${file}`,
    ])
  }
  return null
}

/** A fresh loader: no module is kept from an earlier one, and `offsim` is this very program. */
async function loader(): Promise<Jiti> {
  const { createJiti } = await import('jiti')
  const options = { moduleCache: false, fsCache: false, interopDefault: false, sourceMaps: false }
  return createJiti(import.meta.url, { ...options, virtualModules: { offsim: api } })
}

async function exportOf(jiti: Jiti, file: string): Promise<{ value: unknown } | { failed: string }> {
  try {
    const module = await jiti.import<{ default?: unknown }>(resolve(file))
    return { value: module.default }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return {
      failed: `cannot be loaded: ${message.split('\nRequire stack')[0].replaceAll(`${resolve(file)}:`, 'line ')}`,
    }
  }
}

/** Several extensions may stand in a list. */
function inList(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length > 0 ? (value as unknown[]) : [value]
}

function namesOf(extension: Extension): string[] {
  const technology = 'technology' in extension ? extension.technology : extension.name
  return Object.keys(extension.handlers).map((handler) => `${technology}.${handler}`)
}

function fileProblem(file: string): string | null {
  const status = statSync(file, { throwIfNoEntry: false })
  if (status === undefined) return 'no such file'
  if (!status.isFile()) return status.isDirectory() ? 'is a directory; name the file' : 'is no file'
  if (!/\.[mc]?[jt]s$/.test(file)) return 'is not TypeScript or JavaScript; name a file that ends in .ts'
  return null
}

/** What a file imports by a relative path. A comment that looks like an import only adds to the hash. */
const RELATIVE_IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"`])(\.{1,2}\/[^'"`\n]*)\1/g

function hashOf(jiti: Jiti, file: string): string {
  const hashes = new Map<string, string>()
  const visit = (path: string): void => {
    if (hashes.has(path) || !statSync(path, { throwIfNoEntry: false })?.isFile()) return
    const source = readFileSync(path)
    hashes.set(path, createHash('sha256').update(source).digest('hex'))
    for (const [, , name] of source.toString('utf8').matchAll(RELATIVE_IMPORT)) {
      const found = jiti.esmResolve(name, { parentURL: pathToFileURL(path).href, try: true })
      if (found !== undefined) visit(fileURLToPath(found))
    }
  }
  visit(file)
  if (hashes.size === 1) return hashes.get(file)!
  return createHash('sha256')
    .update([...hashes.values()].join('\n'))
    .digest('hex')
}

function measurementIds(): Set<string> {
  const text = readFileSync(new URL('../../data/measurements.csv', import.meta.url), 'utf8')
  return new Set(text.match(/^[A-Z]{2,5}-\d+(?=,)/gm))
}

/** Paths as the user writes them, and no line breaks. */
function oneLine(text: string): string {
  const folder = resolve('.')
  const shorter = text.replace(/(?:file:\/\/)?(\/[^\s:'"]+)/g, (whole, path: string) => {
    const within = relative(folder, path)
    return within.startsWith('..') || isAbsolute(within) ? whole : within
  })
  return shorter.replace(/\s*\n\s*/g, ' ').replace(/\p{Cc}/gu, ' ')
}
