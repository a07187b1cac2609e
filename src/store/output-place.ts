// Where the name of an output leads, links followed: an ordinary file, which is replaced whole, or a device, a pipe or what the
// shell has opened, which are written through. What could be destroyed is told before anything is written.
import { accessSync, constants, fstatSync, lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { reason } from './files.ts'

export type Place =
  | { readonly kind: 'file'; readonly path: string; readonly status: Stats | null }
  | { readonly kind: 'stream'; readonly path: string; readonly status: Stats }
  | { readonly kind: 'opened'; readonly handle: number }
  | { readonly kind: 'none'; readonly fault: string }

/** What the shell has opened; where it leads is the shell's business. */
const OPENED: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }
const OPENED_BY_NUMBER = /^\/(?:dev|proc\/self)\/fd\/(\d{1,6})$/
const LINKS_MAX = 40

/** Follows links, also those that lead to nothing yet: they stay, and what they lead to is made. */
export function placeOf(file: string): Place {
  let path = file
  for (let links = 0; links <= LINKS_MAX; links++) {
    const handle = OPENED[path] ?? OPENED_BY_NUMBER.exec(path)?.[1]
    if (handle !== undefined) return { kind: 'opened', handle: Number(handle) }
    try {
      const status = lstatSync(path, { throwIfNoEntry: false }) ?? null
      if (!status?.isSymbolicLink()) return placeAt(path, status)
      path = resolve(dirname(path), readlinkSync(path))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTDIR') return placeAt(path, null)
      return { kind: 'none', fault: `cannot be written: ${reason(error)}; name another file` }
    }
  }
  return { kind: 'none', fault: 'is a link that leads back to itself; name another file' }
}

function placeAt(path: string, status: Stats | null): Place {
  const folder = dirname(path)
  const above = lstatFollowed(folder)
  const none = (fault: string): Place => ({ kind: 'none', fault })
  if (above === null) return none(`there is no folder ${folder}; create it first`)
  if (!above.isDirectory()) return none(`${folder} is not a folder; name another one`)
  if (status === null || status.isFile())
    return { kind: 'file', path: join(realpathSync(folder), basename(path)), status }
  if (status.isDirectory()) return none('is a folder; name a file in it')
  if (status.isCharacterDevice() || status.isFIFO()) return { kind: 'stream', path, status }
  return none(status.isSocket() ? 'is a socket; name a file' : 'is a disk; name a file on it')
}

function lstatFollowed(path: string): Stats | null {
  try {
    return lstatSync(realpathSync(path))
  } catch {
    return null
  }
}

/** Why there may be no writing at a place; null if there may. */
export function permissionFault(place: Place): string | null {
  if (place.kind === 'none') return place.fault
  if (place.kind === 'opened') return isOpen(place.handle) ? null : 'is not open; name a file'
  // A file is replaced in its folder, and one that may not be written must not be replaced either.
  const paths = [place.kind === 'file' ? dirname(place.path) : null, place.status === null ? null : place.path]
  return paths.every((path) => path === null || isWritable(path))
    ? null
    : 'no permission to write there; name another file'
}

/** Whether two outputs, or an output and an input, would be one. Whatever is written to a device does not stay. */
export function isSamePlace(one: Place, other: Place): boolean {
  if (one.kind === 'opened' || other.kind === 'opened') {
    return one.kind === 'opened' && other.kind === 'opened' && one.handle === other.handle
  }
  if (one.kind === 'none' || other.kind === 'none') return false
  if (one.status === null || other.status === null) return one.path === other.path
  if (one.status.isCharacterDevice()) return false
  return one.status.dev === other.status.dev && one.status.ino === other.status.ino
}

/** Whether a file lies in a folder, at any depth. */
export function liesIn(place: Place, folder: string): boolean {
  return place.kind === 'file' && place.path.startsWith(realPath(folder) + sep)
}

/** Also of what is not there yet. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const above = dirname(resolve(path))
    return above === resolve(path) ? above : join(realPath(above), basename(path))
  }
}

function isOpen(handle: number): boolean {
  try {
    return fstatSync(handle) !== undefined
  } catch {
    return false
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
