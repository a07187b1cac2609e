// A 128-bit hash of a text: MurmurHash3 (x86, 128 bit) of its UTF-8 bytes. Random streams are named by it.
import { bytesToHex } from '@noble/hashes/utils.js'

const C1 = 0x239b961b
const C2 = 0xab0e9789
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93

const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits))
const mix = (k: number, first: number, bits: number, second: number) =>
  Math.imul(rotate(Math.imul(k, first), bits), second)

/** The final avalanche: every bit of `h` changes every bit of the result half of the time. */
function avalanche(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const encoder = new TextEncoder()
/** Bytes of the text at hand. A run names a stream for every generator it has: nothing is allocated for each. */
let bytes = new Uint8Array(1024)
let words = new DataView(bytes.buffer)

/** Puts a text's bytes, and zeros up to a multiple of 16, where they are hashed. Returns how many bytes the text has. */
function take(text: string): number {
  // A character is at most three bytes.
  if (bytes.length < 3 * text.length + 16) {
    bytes = new Uint8Array(6 * text.length + 16)
    words = new DataView(bytes.buffer)
  }
  const { written } = encoder.encodeInto(text, bytes)
  bytes.fill(0, written, written + 16)
  return written
}

/** Four unsigned 32-bit words that stand for `text`; equal texts have equal hashes on every machine. */
export function hash128(text: string, seed = 0): [number, number, number, number] {
  // Words past the end read as zero, and a zero word mixes to zero: so the tail needs no code of its own.
  const length = take(text)
  let h1 = seed
  let h2 = seed
  let h3 = seed
  let h4 = seed
  let at = 0
  for (; at + 16 <= length; at += 16) {
    h1 ^= mix(words.getInt32(at, true), C1, 15, C2)
    h1 = Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b
    h2 ^= mix(words.getInt32(at + 4, true), C2, 16, C3)
    h2 = Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747
    h3 ^= mix(words.getInt32(at + 8, true), C3, 17, C4)
    h3 = Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35
    h4 ^= mix(words.getInt32(at + 12, true), C4, 18, C1)
    h4 = Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17
  }
  if (at < length) {
    h1 ^= mix(words.getInt32(at, true), C1, 15, C2)
    h2 ^= mix(words.getInt32(at + 4, true), C2, 16, C3)
    h3 ^= mix(words.getInt32(at + 8, true), C3, 17, C4)
    h4 ^= mix(words.getInt32(at + 12, true), C4, 18, C1)
  }
  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  const a1 = avalanche(h1)
  const a2 = avalanche((h2 + h1) | 0)
  const a3 = avalanche((h3 + h1) | 0)
  const a4 = avalanche((h4 + h1) | 0)
  const sum = (a1 + a2 + a3 + a4) | 0
  return [sum >>> 0, (a2 + sum) >>> 0, (a3 + sum) >>> 0, (a4 + sum) >>> 0]
}

const digest = new Uint8Array(16)
const digestWords = new DataView(digest.buffer)

/** The same hash as 32 hexadecimal digits. */
export function hashHex(text: string): string {
  hash128(text).forEach((word, i) => digestWords.setUint32(4 * i, word))
  return bytesToHex(digest)
}
