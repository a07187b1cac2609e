// Files that somebody names, read: looked at before they are opened, so that nothing waits for a pipe or reads a device without
// end, and each read once, so that all that a command does is about the same bytes.
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { FILE_BYTES_MAX, TOO_LARGE, UnreadableFile } from '../language/text.ts'

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
  readonly read = (path: string): Uint8Array => {
    const before = this.#contents.get(path)
    if (before !== undefined) return before
    const opened = path === this.#named ? OPENED.exec(path) : null
    const content = opened === null ? contentOf(path) : bytesOf(Number(opened[1] ?? 0))
    this.#contents.set(path, content)
    return content
  }

  /** The files that were read, with their text. */
  get texts(): ReadonlyMap<string, string> {
    return new Map([...this.#contents].map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
  }

  get paths(): readonly string[] {
    return [...this.#contents.keys()]
  }
}

/** The content of an ordinary file of at most 4 MiB. @throws UnreadableFile, or what the platform throws */
export function contentOf(path: string): Uint8Array {
  check(statSync(path))
  // It may have become a pipe meanwhile, and opening must not wait for whoever writes into it.
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    check(fstatSync(handle))
    return bytesOf(handle)
  } finally {
    closeSync(handle)
  }
}

function check(status: Stats): void {
  if (status.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' })
  if (!status.isFile()) {
    const what = status.isFIFO() ? 'a pipe' : status.isSocket() ? 'a socket' : 'a device'
    throw new UnreadableFile(`is ${what}`, 'name an ordinary file')
  }
  // Files of the system say that they are empty and are not; what is read is counted too.
  if (status.size > FILE_BYTES_MAX) throw new UnreadableFile(TOO_LARGE.problem, TOO_LARGE.instead)
}

function bytesOf(handle: number): Uint8Array {
  const pieces: Uint8Array[] = []
  let size = 0
  for (;;) {
    const piece = new Uint8Array(1 << 16)
    const count = readSync(handle, piece, 0, piece.length, null)
    if (count === 0) return Buffer.concat(pieces, size)
    pieces.push(piece.subarray(0, count))
    size += count
    if (size > FILE_BYTES_MAX) throw new UnreadableFile(TOO_LARGE.problem, TOO_LARGE.instead)
  }
}
