// A file that is written piece by piece and takes its name when it is complete: nobody ever reads half of one.
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { OutputError, reason } from './files.ts'

const BUFFER_BYTES = 1 << 16

export class GrowingFile {
  readonly #file: string
  readonly #fresh: string
  readonly #handle: number
  #pieces: Uint8Array[] = []
  #waiting = 0

  /** @throws OutputError */
  constructor(file: string) {
    this.#file = file
    removeAbandoned(file)
    this.#fresh = `${file}.${hostname()}-${process.pid}.tmp`
    this.#handle = this.#trying(() => openSync(this.#fresh, 'w'))
  }

  /** @throws OutputError */
  write(piece: string | Uint8Array): void {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece)
    this.#pieces.push(bytes)
    this.#waiting += bytes.length
    if (this.#waiting > BUFFER_BYTES) this.#flush()
  }

  /** Gives the file its name. @throws OutputError */
  finish(): void {
    this.#flush()
    this.#trying(() => {
      fsyncSync(this.#handle)
      closeSync(this.#handle)
      renameSync(this.#fresh, this.#file)
    })
  }

  /** Leaves what was there before. */
  discard(): void {
    rmSync(this.#fresh, { force: true })
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#waiting = 0
    this.#trying(() => {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#handle, bytes, written)
    })
  }

  #trying<T>(act: () => T): T {
    try {
      return act()
    } catch (error) {
      this.discard()
      throw new OutputError(`${this.#file}: cannot be written: ${reason(error)}; what was finished before is kept`)
    }
  }
}

/** Removes what processes of this host left behind that were killed while they wrote the same file. */
function removeAbandoned(file: string): void {
  const folder = dirname(file)
  const start = `${basename(file)}.${hostname()}-`
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(start) && name.endsWith('.tmp') ? Number(name.slice(start.length, -4)) : NaN
    if (Number.isSafeInteger(pid) && !isRunning(pid)) rmSync(join(folder, name), { force: true })
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
