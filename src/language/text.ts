// The text of a file that the caller reads: unpacked, decoded, and its problems in words.
import { Gunzip } from 'fflate'

/** The content of a file, of at most so many bytes; throws what the platform throws when it cannot be read. */
export type ReadFile = (path: string, most?: number) => string | Uint8Array

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
/** What a log may have, uncompressed. */
export const LOG_BYTES_MAX = 256 * 1024 * 1024

/** The text of a UTF-8 file without its byte order mark; that of a `.gz` file is decompressed. */
export function textOf(file: string, readFile: ReadFile, most = FILE_BYTES_MAX): string | Unreadable {
  let content: string | Uint8Array
  try {
    content = readFile(file, most)
  } catch (error) {
    return whyNot(error)
  }
  if (typeof content !== 'string' && content[0] === 0x1f && content[1] === 0x8b) {
    const unpacked = decompressed(content, most)
    if ('problem' in unpacked) return unpacked
    content = unpacked
  }
  const size = typeof content === 'string' ? utf8Length(content, most) : content.length
  if (size > most) return tooLarge(most)
  if (typeof content === 'string') return content.replace(/^\uFEFF/, '')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return { problem: 'is not UTF-8', instead: 'save it as UTF-8' }
  }
}

export function tooLarge(most: number): Unreadable {
  const limit = `${most / 1024 / 1024} MiB`
  return { problem: `is larger than ${limit}`, instead: `write less than ${limit}` }
}

/** Bytes of a text; not counted exactly where its length alone says that it is small enough, or too large. */
function utf8Length(text: string, most: number): number {
  if (3 * text.length <= most || text.length > most) return text.length
  return new TextEncoder().encode(text).length
}

/** What is compressed may be a thousand times as large, so it is unpacked piece by piece and given up in time. */
function decompressed(content: Uint8Array, most: number): Uint8Array | Unreadable {
  const parts: Uint8Array[] = []
  let size = 0
  const unpacker = new Gunzip((part) => {
    parts.push(part)
    size += part.length
  })
  try {
    for (let at = 0; at < content.length && size <= most; at += PIECE) {
      unpacker.push(content.subarray(at, at + PIECE), at + PIECE >= content.length)
    }
  } catch {
    return { problem: 'is not whole, or no gzip file', instead: 'compress it again' }
  }
  if (size > most) return tooLarge(most)
  const all = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const PIECE = 64 * 1024

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

/** Before the name of a scenario that comes with offsim, as a path. */
export const SHIPPED = 'offsim://'

/** A path that is written in a file, seen from where that file is seen. */
export function beside(file: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\]|[a-z]+:\/\/)/.test(path)) return path
  const folder = /^.*[/\\]/.exec(file)?.[0] ?? ''
  return folder + path
}
