// Output files: checked before anything runs, and replaced whole, so that no reader ever sees half of one.
import { accessSync, closeSync, constants, fsyncSync, openSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { mkdirSync, statSync, writeFileSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** A file cannot be written. The message is complete: the file, what is wrong, what to do instead. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
}

/**
 * What keeps `file` from being written, as one line; null if nothing does.
 * @param inputs files that were read and must not be overwritten
 */
export function outputFault(file: string, inputs: readonly string[] = []): string | null {
  const folder = dirname(file)
  const there = statusOf(folder)
  if (there === null) return `${file}: there is no folder ${folder}; create it first`
  if (!there.isDirectory()) return `${file}: ${folder} is not a folder; name another one`
  const existing = statusOf(file)
  if (existing?.isDirectory()) return `${file}: is a folder; name a file in it`
  if (inputs.some((input) => isSame(input, file))) return `${file}: is what was asked to be run; name another file`
  if (!isWritable(existing === null || existing.isFile() ? folder : file)) {
    return `${file}: no permission to write there; name another file`
  }
  return null
}

/**
 * Writes `text` to `file` by way of a new file in the same folder that takes its name when it is complete.
 * What is no ordinary file (a pipe, /dev/null) is written to as it is.
 * @throws OutputError when it cannot be written; a file that was there before is left as it was
 */
export function replaceFile(file: string, text: string): void {
  const existing = statusOf(file)
  const target = existing === null ? file : realpathSync(file)
  const fresh = `${target}.${process.pid}.tmp`
  try {
    if (existing !== null && !existing.isFile()) return writeFileSync(file, text)
    const handle = openSync(fresh, 'wx', existing?.mode ?? 0o666)
    try {
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(fresh, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(fresh, { force: true })
    throw new OutputError(`${file}: cannot be written: ${reason(error)}`)
  }
}

/** Makes a folder if there is none; those above it must be there. Throws what the platform throws. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (!statusOf(folder)?.isDirectory()) throw error
  }
}

/** Whether two paths lead to the same file. */
export function isSame(one: string, other: string): boolean {
  return realPath(one) === realPath(other)
}

function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return resolve(file)
  }
}

function statusOf(file: string): Stats | null {
  return statSync(file, { throwIfNoEntry: false }) ?? null
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Why a file cannot be written, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known: Record<string, string> = {
    ENOSPC: 'no space left on the device',
    EDQUOT: 'the disk quota is used up',
    EACCES: 'no permission',
    EROFS: 'the file system is read-only',
    EEXIST: 'another process is writing it',
    EFBIG: 'it would be larger than files may be',
  }
  return known[code ?? ''] ?? message
}
