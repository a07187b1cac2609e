// Leases: which process works on what, so that no two do the same. They only save time: a task that is done twice is the
// same to the byte, and is stored once. A lease is a file that says who holds it; its holder touches it from time to time,
// and one that was not touched for a minute, or whose holder has died on this host, is free.
import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, readlinkSync, renameSync, statSync, unlinkSync, utimesSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder, OutputError, reason } from './files.ts'

export const LEASE_MS = 60_000
export const RENEW_MS = 15_000

/** Whoever holds a lease. */
interface Owner {
  /** Host, its start, and the space of process numbers within it: where `pid` means something. */
  readonly place: string
  readonly pid: number
  /** When the process was started, in the kernel's ticks: a number may be used again. '' where that is not known. */
  readonly started: string
  readonly nonce: string
}

export class Leases {
  readonly #folder: string
  readonly #owner: Owner
  /** A file of our own that every lease of ours is a link to: it is taken and complete in one step. */
  readonly #ownFile: string
  readonly #held = new Set<string>()
  #renewal: NodeJS.Timeout | null = null

  /** @throws OutputError when the folder cannot be written */
  constructor(folder: string) {
    this.#folder = folder
    this.#owner = {
      place: placeHere(),
      pid: process.pid,
      started: startOf('self'),
      nonce: randomBytes(8).toString('hex'),
    }
    this.#ownFile = join(folder, `owner-${this.#owner.pid}-${this.#owner.nonce}`)
    try {
      makeFolder(folder)
      writeFileSync(this.#ownFile, JSON.stringify(this.#owner), { flag: 'wx' })
    } catch (error) {
      throw new OutputError(`${folder}: cannot be used: ${reason(error)}`)
    }
  }

  /** Takes a lease; false if another process holds it. */
  take(name: string): boolean {
    const file = join(this.#folder, name)
    for (let attempt = 0; attempt < 2; attempt++) {
      if (this.#create(file)) {
        this.#held.add(file)
        this.#renewal ??= setInterval(() => this.renew(), RENEW_MS).unref()
        return true
      }
      if (!this.#isFree(file)) return false
    }
    return false
  }

  release(name: string): void {
    const file = join(this.#folder, name)
    if (this.#held.delete(file)) remove(file)
  }

  /** Says that this process is still at work. */
  renew(): void {
    const now = new Date()
    // Usually all are one file; where links are not possible each is its own.
    for (const file of [this.#ownFile, ...this.#held]) {
      try {
        utimesSync(file, now, now)
      } catch {
        this.#held.delete(file) // taken over by somebody who thought us dead
      }
    }
  }

  close(): void {
    if (this.#renewal !== null) clearInterval(this.#renewal)
    for (const file of [...this.#held, this.#ownFile]) remove(file)
    this.#held.clear()
  }

  #create(file: string): boolean {
    try {
      linkSync(this.#ownFile, file)
      return true
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return false
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw unusable(file, error)
    }
    try {
      writeFileSync(file, JSON.stringify(this.#owner), { flag: 'wx' })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw unusable(file, error)
    }
  }

  /** Whether a lease's holder is gone; then the lease is removed. */
  #isFree(file: string): boolean {
    const owner = ownerIn(file)
    if (owner === null) return true // released in the meantime
    if (!isStale(file) && (owner.place !== this.#owner.place || isAlive(owner))) return false
    const aside = `${file}.${this.#owner.nonce}`
    try {
      renameSync(file, aside)
    } catch {
      return true // somebody else was faster
    }
    // What was renamed may be the lease of somebody who was faster still.
    const renamed = ownerIn(aside)
    if (renamed !== null && renamed.nonce !== owner.nonce) restore(aside, file)
    remove(aside)
    return true
  }
}

/** Removes a file if it is there. `rmSync` looks at it twice before, and each task has a lease. */
function remove(file: string): void {
  try {
    unlinkSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function unusable(file: string, error: unknown): OutputError {
  return new OutputError(`${file}: cannot be written: ${reason(error)}`)
}

function restore(aside: string, file: string): void {
  try {
    linkSync(aside, file)
  } catch {
    // Then two work on the same, which costs time and nothing else.
  }
}

const UNKNOWN: Owner = { place: '', pid: 0, started: '', nonce: '' }

/** Who holds a lease; null if nobody does. */
function ownerIn(file: string): Owner | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : UNKNOWN
  }
}

function isStale(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false })
  return status !== undefined && Date.now() - status.mtimeMs > LEASE_MS
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
  const now = startOf(String(pid))
  return now === started || started === '' || now === ''
}

function placeHere(): string {
  const boot = textOf('/proc/sys/kernel/random/boot_id')
  let space = ''
  try {
    space = readlinkSync('/proc/self/ns/pid')
  } catch {
    // Not Linux: one space of process numbers for each host.
  }
  return `${hostname()} ${boot.trim()} ${space}`
}

/** Start of a process in ticks, the 22nd field of its status; a zombie counts as gone. */
function startOf(pid: string): string {
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ')
  return fields[0] === 'Z' ? 'gone' : (fields[19] ?? '')
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
