// What cannot be written, in words, and folders.
import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'

/** A file cannot be written. The message is complete: the file, what is wrong, what to do instead. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
}

/** Makes a folder if there is none; those above it must be there. Throws what the platform throws. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}

/** Puts on the disk itself which files a folder holds. Throws what the platform throws. */
export function syncFolder(folder: string): void {
  // Windows opens no folders, and keeps their entries by itself.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } catch (error) {
    // Some network file systems cannot do it for folders.
    if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    closeSync(handle)
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
    ENAMETOOLONG: 'its name is too long',
    ELOOP: 'it is a link that leads back to itself',
    EPIPE: 'nobody reads it any more',
    ENXIO: 'nobody is at the other end',
    EBADF: 'it is not open for writing',
  }
  return known[code ?? ''] ?? message
}
