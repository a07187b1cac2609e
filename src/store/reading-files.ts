// Files that somebody names, read: looked at before they are opened, so that nothing waits for a pipe or reads a device without
// end, and each read once, so that all that a command does is about the same bytes.
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FILE_BYTES_MAX, SHIPPED, tooLarge, UnreadableFile } from '../language/text.ts'

/** What the shell has opened for us: `offsim run /dev/stdin`, `offsim run <(…)`. Somebody is at the other end. */
const OPENED = /^\/(?:dev\/stdin|(?:dev|proc\/self)\/fd\/(\d+))$/

export class ReadFiles {
  readonly #contents = new Map<string, Uint8Array>()
  readonly #named: string | undefined

  /** @param named a file that the command line names, which may be what the shell has opened */
  constructor(named?: string) {
    this.#named = named
  }

  /** The content of a file. @throws UnreadableFile, or what the platform throws */
  readonly read = (path: string, most = FILE_BYTES_MAX): Uint8Array => {
    const before = this.#contents.get(path)
    if (before !== undefined) return before
    const isStdin = path === '-' && path === this.#named
    const opened = path === this.#named ? OPENED.exec(isStdin ? '/dev/stdin' : path) : null
    const content = opened === null ? contentOf(path, most) : bytesOf(Number(opened[1] ?? 0), most)
    this.#contents.set(path, content)
    return content
  }

  /** The files that were read, with what was in them. */
  get contents(): ReadonlyMap<string, Uint8Array> {
    return this.#contents
  }

  get paths(): readonly string[] {
    return [...this.#contents.keys()]
  }
}

/** Where scenarios lie that come with offsim. */
export const SHIPPED_SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url))

/** The file of a scenario that comes with offsim. */
export function shippedFile(name: string): string {
  return join(SHIPPED_SCENARIOS, `${name}.yaml`)
}

/** The content of an ordinary file of at most so many bytes. @throws UnreadableFile, or what the platform throws */
export function contentOf(named: string, most = FILE_BYTES_MAX): Uint8Array {
  const path = named.startsWith(SHIPPED) ? shippedFile(named.slice(SHIPPED.length)) : named
  check(statSync(path), most)
  // It may have become a pipe meanwhile, and opening must not wait for whoever writes into it.
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    check(fstatSync(handle), most)
    return bytesOf(handle, most)
  } finally {
    closeSync(handle)
  }
}

function check(status: Stats, most: number): void {
  if (status.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' })
  if (!status.isFile()) {
    const what = status.isFIFO() ? 'a pipe' : status.isSocket() ? 'a socket' : 'a device'
    throw new UnreadableFile(`is ${what}`, 'name an ordinary file')
  }
  // Files of the system say that they are empty and are not; what is read is counted too.
  if (status.size > most) throw unreadable(most)
}

function unreadable(most: number): UnreadableFile {
  const { problem, instead } = tooLarge(most)
  return new UnreadableFile(problem, instead)
}

function bytesOf(handle: number, most: number): Uint8Array {
  const pieces: Uint8Array[] = []
  let size = 0
  for (;;) {
    const piece = new Uint8Array(1 << 16)
    const count = readSync(handle, piece, 0, piece.length, null)
    if (count === 0) return Buffer.concat(pieces, size)
    pieces.push(piece.subarray(0, count))
    size += count
    if (size > most) throw unreadable(most)
  }
}
