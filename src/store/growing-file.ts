// An output that is written piece by piece. A file takes its name when it is complete, so that nobody ever reads half of one, and
// what was there before stays until then. Devices and pipes are written to as they are. What goes wrong is kept and told by
// whoever wants to know: one output that cannot be written is no reason to lose the others.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { reason } from './files.ts'
import { placeOf, type Place } from './output-place.ts'

const BUFFER_BYTES = 1 << 16

export class GrowingFile {
  readonly #file: string
  readonly #place: Place
  #fresh: string | null = null
  #handle: number | null = null
  #pieces: Uint8Array[] = []
  #waiting = 0
  #failure: string | null = null

  constructor(file: string, mode = 0o666) {
    this.#file = file
    this.#place = placeOf(file)
    const place = this.#place
    if (place.kind === 'none') this.#failure = `${file}: ${place.fault}`
    if (place.kind !== 'file') return
    removeAbandoned(place.path)
    this.#trying(() => {
      const fresh = freshName(place.path)
      this.#handle = openSync(fresh, 'wx', place.status?.mode ?? mode)
      this.#fresh = fresh
    })
  }

  /** Why it could not be written, as one line; null if all is well so far. */
  get failure(): string | null {
    return this.#failure
  }

  write(piece: string | Uint8Array): void {
    if (this.#failure !== null) return
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece)
    this.#pieces.push(bytes)
    this.#waiting += bytes.length
    if (this.#waiting > BUFFER_BYTES) this.#flush()
  }

  /** Gives the file its name. */
  finish(): void {
    this.#flush()
    const place = this.#place
    this.#trying(() => {
      if (this.#fresh !== null) fsyncSync(this.#handle!)
      this.#close()
      if (this.#fresh === null || place.kind !== 'file') return
      renameSync(this.#fresh, place.path)
      this.#forget()
    })
  }

  /** Leaves what was there before. */
  discard(): void {
    try {
      this.#close()
    } catch {
      // It is not wanted any more.
    }
    if (this.#fresh !== null) rmSync(this.#fresh, { force: true })
    this.#forget()
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#waiting = 0
    this.#trying(() => {
      // A pipe is opened when there is something to write: it waits for whoever reads.
      this.#handle ??= opened(this.#place)
      for (let written = 0; written < bytes.length;) written += writePart(this.#handle, bytes.subarray(written))
    })
  }

  #close(): void {
    const handle = this.#handle
    this.#handle = null
    if (handle !== null && this.#place.kind !== 'opened') closeSync(handle)
  }

  #forget(): void {
    if (this.#fresh !== null) own.delete(basename(this.#fresh))
    this.#fresh = null
  }

  #trying(act: () => void): void {
    if (this.#failure !== null) return
    try {
      act()
    } catch (error) {
      this.#failure = `${this.#file}: cannot be written: ${reason(error)}`
      this.discard()
    }
  }
}

function opened(place: Place): number {
  if (place.kind === 'opened') return place.handle
  if (place.kind === 'stream') return openSync(place.path, constants.O_WRONLY | constants.O_NOCTTY)
  throw new Error('is not open any more')
}

/** Writes as much as there is room for; a pipe that is full is waited for. */
function writePart(handle: number, bytes: Uint8Array): number {
  for (;;) {
    try {
      return writeSync(handle, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** Names of files that this process is writing. */
const own = new Set<string>()

/** Names are at most 255 bytes long. */
const NAME_BYTES_MAX = 100

/** A name beside `file` that nobody else takes: not another process, not this one, not an earlier one with the same number. */
export function freshName(file: string): string {
  const name = `${startOf(file)}${process.pid}-${randomBytes(6).toString('hex')}.tmp`
  own.add(name)
  return join(dirname(file), name)
}

function startOf(file: string): string {
  const host = hostname().replace(/[^A-Za-z0-9.-]/g, '_')
  return `${Buffer.from(basename(file))
    .subarray(0, NAME_BYTES_MAX)
    .toString('latin1')
    .replace(/[^ -~]/g, '_')}.${host}-`
}

/** Removes what processes of this host left behind that were killed while they wrote the same file. */
function removeAbandoned(file: string): void {
  try {
    const start = startOf(file)
    for (const name of readdirSync(dirname(file))) {
      const [, pid] = name.startsWith(start) ? (/^(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(start.length)) ?? []) : []
      if (pid === undefined || own.has(name) || (Number(pid) !== process.pid && isRunning(Number(pid)))) continue
      const path = join(dirname(file), name)
      if (lstatSync(path).isFile()) rmSync(path, { force: true })
    }
  } catch {
    // They are in nobody's way.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
