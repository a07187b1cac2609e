// The text of a file that the caller reads: decoded, and its problems in words.

/** The content of a file; throws what the platform throws when it cannot be read. */
export type ReadFile = (path: string) => string | Uint8Array

/** Why a file gives no text. */
export interface Unreadable {
  /** `no such file` */
  readonly problem: string
  readonly instead: string
}

/** Throw it to say why in the words of a message. */
export class UnreadableFile extends Error implements Unreadable {
  readonly problem: string
  readonly instead: string

  constructor(problem: string, instead: string) {
    super(`${problem}; ${instead}`)
    this.name = 'UnreadableFile'
    this.problem = problem
    this.instead = instead
  }
}

export const FILE_BYTES_MAX = 4 * 1024 * 1024
export const TOO_LARGE: Unreadable = { problem: 'is larger than 4 MiB', instead: 'write less than 4 MiB' }

/** The text of a UTF-8 file without its byte order mark. */
export function textOf(file: string, readFile: ReadFile): string | Unreadable {
  let content: string | Uint8Array
  try {
    content = readFile(file)
  } catch (error) {
    return whyNot(error)
  }
  const size = typeof content === 'string' ? new TextEncoder().encode(content).length : content.length
  if (size > FILE_BYTES_MAX) return TOO_LARGE
  if (typeof content === 'string') return content.replace(/^\uFEFF/, '')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return { problem: 'is not UTF-8', instead: 'save it as UTF-8' }
  }
}

/** What is wrong and what to do, as a message says it. */
export function problemOf({ problem, instead }: Unreadable): string {
  return `${problem}; ${instead}`
}

const CODES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'is a directory',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
}

function whyNot(error: unknown): Unreadable {
  if (error instanceof UnreadableFile) return error
  const instead = 'name a file, relative to the one that names it'
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }
  const known = typeof code === 'string' ? CODES[code] : undefined
  return { problem: known ?? `cannot be read (${String(message ?? error)})`, instead }
}

/** A path that is written in a file, seen from where that file is seen. */
export function beside(file: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\]|[a-z]+:\/\/)/.test(path)) return path
  const folder = /^.*[/\\]/.exec(file)?.[0] ?? ''
  return folder + path
}
