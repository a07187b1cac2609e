// Leases: which process works on what, so that no two do the same. They only save time: a task that is done twice is the
// same to the byte, and is stored once. A lease is a file that says who holds it, and its holder touches it from time to
// time. It is free when its holder has died on this host. Of a holder elsewhere only the time is known: then it is free
// when it was not touched for a minute, or at a time that is yet to come.
import { randomBytes } from 'node:crypto'
import { linkSync, lstatSync, readFileSync, readlinkSync, renameSync, rmSync, unlinkSync, utimesSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder, OutputError, reason } from './files.ts'

export const LEASE_MS = 60_000
export const RENEW_MS = 15_000
/** What names no holder is half written, for a moment, or no lease at all. */
export const UNREADABLE_MS = 10_000

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
  readonly #warn: (message: string) => void
  #renewal: NodeJS.Timeout | null = null

  /**
   * @param warn is told what was in the way of a lease and should not have been there
   * @throws OutputError when the folder cannot be written
   */
  constructor(folder: string, warn: (message: string) => void = () => {}) {
    this.#folder = folder
    this.#warn = warn
    this.#owner = {
      place: placeHere(),
      pid: process.pid,
      started: statusOf('self')?.started ?? '',
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
    if (this.#held.delete(file) && this.#isOwn(file)) remove(file)
  }

  /** Says that this process is still at work. */
  renew(): void {
    const now = new Date()
    // Usually all are one file; where links are not possible each is its own.
    for (const file of [this.#ownFile, ...this.#held]) {
      try {
        if (!this.#isOwn(file)) throw new Error('taken over by somebody who thought us dead')
        utimesSync(file, now, now)
      } catch {
        this.#held.delete(file)
      }
    }
  }

  close(): void {
    if (this.#renewal !== null) clearInterval(this.#renewal)
    for (const file of [...this.#held, this.#ownFile]) if (this.#isOwn(file)) remove(file)
    this.#held.clear()
  }

  /** Whoever thought us dead may hold by now what we took. */
  #isOwn(file: string): boolean {
    return lookAt(file)?.owner?.nonce === this.#owner.nonce
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

  /** Whether nobody holds a lease any more; then it is removed. */
  #isFree(file: string): boolean {
    const found = lookAt(file)
    if (found === null) return true // released in the meantime
    const why = this.#whyFree(found)
    if (why === null) return false
    const aside = `${file}.${this.#owner.nonce}`
    try {
      renameSync(file, aside)
    } catch {
      return true // somebody else was faster
    }
    // What was renamed may be the lease of somebody who was faster still.
    const renamed = lookAt(aside)?.owner
    if (renamed && renamed.nonce !== found.owner?.nonce) restore(aside, file)
    else if (why !== '') this.#warn(`${file}: ${why}; it was removed`)
    rmSync(aside, { force: true, recursive: true })
    return true
  }

  /** Why a lease does not count, '' where that is nothing to wonder at; null if it does count. */
  #whyFree({ owner, isFile, ageMs }: Found): string | null {
    if (!isFile) return 'is no file, but stood in the place of a lease'
    if (owner === null) return Math.abs(ageMs) > UNREADABLE_MS ? 'is no lease, but stood in the place of one' : null
    // Where processes can be seen, a holder that is too busy to touch its lease still holds it.
    const state = owner.place === this.#owner.place ? stateOf(owner) : 'unknown'
    if (state !== 'unknown') return state === 'gone' ? '' : null
    if (ageMs < -LEASE_MS) return 'is a lease from the future (the clocks of two machines differ)'
    return ageMs > LEASE_MS ? '' : null
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

/** What stands in the place of a lease. */
interface Found {
  /** null: it does not say who. */
  readonly owner: Owner | null
  readonly isFile: boolean
  /** Since it was touched; negative when that is yet to come. */
  readonly ageMs: number
}

/** null if nothing is there. */
function lookAt(file: string): Found | null {
  const status = lstatSync(file, { throwIfNoEntry: false })
  if (status === undefined) return null
  const ageMs = Date.now() - status.mtimeMs
  if (!status.isFile()) return { owner: null, isFile: false, ageMs }
  try {
    return { owner: ownerIn(readFileSync(file, 'utf8')), isFile: true, ageMs }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : { owner: null, isFile: true, ageMs }
  }
}

function ownerIn(text: string): Owner | null {
  try {
    const { place, pid, started, nonce } = JSON.parse(text) as Owner
    const isOwner = [place, started, nonce].every((part) => typeof part === 'string') && Number.isSafeInteger(pid)
    return isOwner && pid > 0 ? { place, pid, started, nonce } : null
  } catch {
    return null
  }
}

/** What is known of a process on this host; of one that is suspended, or whose number may be another's by now, nothing. */
function stateOf({ pid, started }: Owner): 'gone' | 'at work' | 'unknown' {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  const now = statusOf(String(pid))
  if (now === null || started === '') return 'unknown'
  if (now.state === 'Z' || now.started !== started) return 'gone'
  return now.state === 'T' ? 'unknown' : 'at work'
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

/** State of a process and its start in ticks: the 3rd and 22nd field of its status. null where that cannot be read. */
function statusOf(pid: string): { readonly state: string; readonly started: string } | null {
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ')
  return fields.length < 20 ? null : { state: fields[0], started: fields[19] }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
