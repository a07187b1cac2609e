// Finished tasks on disk. Each process appends to a log of its own, one line for each task:
//
//   KEY CRC JSON      64 hexadecimal digits, 8 hexadecimal digits of the CRC-32 of key and JSON, the tallies
//
// A line is there when its line break is, and right when its checksum is: whatever a killed process, a crash or a full
// disk leaves behind is a line that nobody reads. No process writes to another's log, so nothing needs a lock.
// Why this and not a file for each task: docs/decisions/store.md.
import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, fstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { makeFolder, OutputError, reason, syncFolder } from './files.ts'
import { TaskIndex, type Location } from './task-index.ts'

/** Offsets in a log fit into 32 bits. */
const LOG_BYTES_MAX = 2 ** 31
const READ_BYTES = 1 << 20
const LINE_BYTES = 1 << 12
/** Logs of other processes that are kept open. */
const OPEN_MAX = 100
/** How much finished work a loss of power may cost. */
const SYNC_EVERY_MS = 1000
/** Looking at many logs, before each task, may take this share of the time. */
const LOOKING_SHARE = 0.05
const KEY_LENGTH = 64
/** Key, space, checksum, space. */
const HEAD_LENGTH = KEY_LENGTH + 1 + 8 + 1

interface Log {
  readonly file: string
  handle: number | null
  /** How far complete lines have been read. */
  read: number
}

/** The log that this process appends to. */
interface Own {
  readonly number: number
  readonly handle: number
  offset: number
}

/** A task that was tried and could not be simulated; it is tried again whenever it is asked for. */
interface FailureRecord {
  readonly failure: string
}

export class Store {
  readonly folder: string
  /** Lines with a wrong checksum that were met. */
  damaged = 0
  readonly #logs: Log[] = []
  /** Files that are among them. */
  readonly #known = new Set<string>()
  /** Those that are open for reading; the one that was read last stands at the end. */
  readonly #open = new Set<Log>()
  readonly #logBytesMax: number
  readonly #index = new TaskIndex()
  readonly #failures = new Map<string, string>()
  #own: Own | null = null
  #syncedMs = 0
  /** When the logs were last looked at, and how long that took. */
  #looked = { atMs: 0, tookMs: 0 }
  /** What was read last: as long as the longest line so far, or longer. */
  #line = Buffer.allocUnsafe(LINE_BYTES)

  /** Opens the store in a folder, which is made if there is none. @throws OutputError */
  constructor(folder: string, logBytesMax = LOG_BYTES_MAX) {
    this.folder = folder
    this.#logBytesMax = logBytesMax
    try {
      makeFolder(folder)
    } catch (error) {
      throw new OutputError(`${folder}: cannot be used: ${reason(error)}`)
    }
    this.refresh()
  }

  /** Number of different tasks stored. */
  get size(): number {
    return this.#index.size
  }

  has(key: string): boolean {
    return this.#index.has(key)
  }

  /** Why a task could not be simulated, if that is the last that is known of it. */
  failureOf(key: string): string | undefined {
    return this.has(key) ? undefined : this.#failures.get(key)
  }

  /** The JSON text of a task's tallies; null if it is not stored. */
  read(key: string): string | null {
    const location = this.#index.get(key)
    if (location === null) return null
    const line = this.#lineAt(location)
    if (line?.toString('latin1', 0, KEY_LENGTH) === key && isWhole(line)) return line.toString('utf8', HEAD_LENGTH)
    throw new OutputError(`${this.#logs[location.log].file}: has changed since it was read; leave it alone`)
  }

  /** Stores finished tasks. When this returns, no end of this process loses them. @throws OutputError */
  append(tasks: readonly { readonly key: string; readonly json: string }[]): void {
    if (tasks.length === 0) return
    const lines = tasks.map(({ key, json }) => lineOf(key, json))
    const start = this.#write(lines)
    const { number } = this.#own!
    let offset = start
    tasks.forEach(({ key }, i) => {
      this.#index.set(key, { log: number, offset })
      offset += lines[i].length
    })
  }

  /** Notes why a task could not be simulated. @throws OutputError */
  appendFailure(key: string, failure: string): void {
    this.#write([lineOf(key, JSON.stringify({ failure } satisfies FailureRecord))])
    this.#failures.set(key, failure)
  }

  /** Takes in what other processes have stored since. */
  refresh(): void {
    const startedMs = performance.now()
    const names = readdirSync(this.folder).filter((name) => name.endsWith('.units'))
    for (const name of names.sort()) {
      const file = join(this.folder, name)
      if (!this.#known.has(file)) this.#add(file)
    }
    this.#logs.forEach((log, number) => {
      if (number !== this.#own?.number) this.#readOn(log, number)
    })
    const atMs = performance.now()
    this.#looked = { atMs, tookMs: atMs - startedMs }
  }

  /**
   * As `refresh`, unless there are so many logs that looking at them each time might take longer than the work: what is
   * missed then is done twice, to the same result.
   */
  refreshIfDue(): void {
    const { atMs, tookMs } = this.#looked
    if (this.#logs.length <= OPEN_MAX || performance.now() - atMs > tookMs / LOOKING_SHARE) this.refresh()
  }

  /** Puts all that was stored on the disk itself. */
  sync(): void {
    if (this.#own !== null) fdatasyncSync(this.#own.handle)
    this.#syncedMs = performance.now()
  }

  close(): void {
    this.sync()
    this.#endOwn()
    for (const log of this.#open) closeSync(log.handle!)
    this.#open.clear()
    this.#known.clear()
    this.#logs.length = 0
  }

  #add(file: string): void {
    this.#known.add(file)
    this.#logs.push({ file, handle: null, read: 0 })
  }

  #handle(log: Log): number {
    this.#open.delete(log)
    log.handle ??= openSync(log.file, 'r')
    this.#open.add(log)
    if (this.#open.size > OPEN_MAX) {
      const [longest] = this.#open
      this.#open.delete(longest)
      closeSync(longest.handle!)
      longest.handle = null
    }
    return log.handle
  }

  /** Appends lines to our own log; returns where they begin. */
  #write(lines: readonly Buffer[]): number {
    const bytes = Buffer.concat(lines)
    const own = this.#ownLog(bytes.length)
    const start = own.offset
    try {
      writeAll(own.handle, bytes)
      if (performance.now() - this.#syncedMs > SYNC_EVERY_MS) this.sync()
    } catch (error) {
      // Half a line may stand there now: nothing may follow it.
      this.#endOwn()
      const { file } = this.#logs[own.number]
      throw new OutputError(`${file}: cannot be written: ${reason(error)}; what was finished before is kept`)
    }
    own.offset += bytes.length
    this.#logs[own.number].read = own.offset
    return start
  }

  #ownLog(bytes: number): Own {
    if (this.#own !== null && this.#own.offset + bytes < this.#logBytesMax) return this.#own
    if (this.#own !== null) this.sync()
    this.#endOwn()
    const file = join(this.folder, `${process.pid}-${randomBytes(6).toString('hex')}.units`)
    try {
      this.#own = { number: this.#logs.length, handle: openSync(file, 'ax'), offset: 0 }
      // Without its name a log is lost, however well its lines are kept.
      syncFolder(this.folder)
    } catch (error) {
      throw new OutputError(`${file}: cannot be written: ${reason(error)}`)
    }
    this.#add(file)
    return this.#own
  }

  #endOwn(): void {
    if (this.#own !== null) closeSync(this.#own.handle)
    this.#own = null
  }

  /** Reads complete lines from where reading stopped; a line without an end may still be growing. */
  #readOn(log: Log, number: number): void {
    const handle = this.#handle(log)
    const size = fstatSync(handle).size
    let buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, Math.max(0, size - log.read)))
    while (log.read < size) {
      const filled = readSync(handle, buffer, 0, buffer.length, log.read)
      const chunk = buffer.subarray(0, filled)
      let start = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        this.#takeIn(chunk.subarray(start, end), { log: number, offset: log.read + start })
        start = end + 1
      }
      log.read += start
      if (start > 0) continue
      if (log.read + filled >= size) return
      buffer = Buffer.allocUnsafe(buffer.length * 2)
    }
  }

  /** The line that begins here, until the next one is asked for; null if it has no end. */
  #lineAt({ log, offset }: Location): Buffer | null {
    const handle = this.#handle(this.#logs[log])
    for (;;) {
      const filled = readSync(handle, this.#line, 0, this.#line.length, offset)
      const end = this.#line.subarray(0, filled).indexOf(10)
      if (end >= 0) return this.#line.subarray(0, end)
      if (filled < this.#line.length) return null
      this.#line = Buffer.allocUnsafe(2 * this.#line.length)
    }
  }

  #takeIn(line: Buffer, location: Location): void {
    if (!isWhole(line)) {
      this.damaged++
      return
    }
    const key = line.toString('latin1', 0, KEY_LENGTH)
    const isFailure = line.toString('latin1', HEAD_LENGTH, HEAD_LENGTH + FAILURE_START.length) === FAILURE_START
    if (!isFailure) return this.#index.set(key, location)
    const { failure } = JSON.parse(line.toString('utf8', HEAD_LENGTH)) as FailureRecord
    this.#failures.set(key, failure)
  }
}

const FAILURE_START = '{"failure":'

function lineOf(key: string, json: string): Buffer {
  const text = Buffer.from(json)
  return Buffer.concat([Buffer.from(`${key} ${hex(crc32(text, crc32(key)))} `), text, Buffer.from('\n')])
}

function isWhole(line: Buffer): boolean {
  return line.length > HEAD_LENGTH && line.toString('latin1', KEY_LENGTH + 1, HEAD_LENGTH - 1) === checksum(line)
}

function checksum(line: Buffer): string {
  return hex(crc32(line.subarray(HEAD_LENGTH), crc32(line.subarray(0, KEY_LENGTH))))
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}

function writeAll(handle: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written)
}
