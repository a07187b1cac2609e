// The digest of generated work: the same for the same items in any order, another one for any other item.
import { expect, test } from 'vitest'
import { WorkDigest } from '../../../src/models/host/digest.ts'

type Item = readonly [work: number, vm: number, time: number, size: number]

function digestOf(...items: Item[]): string {
  const digest = new WorkDigest()
  for (const item of items) digest.add(...item)
  return digest.hex
}

const A: Item = [1, 2, 3.5, 4]
const B: Item = [0, 7, 1e12, 1500]
const C: Item = [2, 0, 0, 0]

test('of nothing is zero, in 32 hexadecimal digits', () => {
  expect(digestOf()).toBe('0'.repeat(32))
  expect(digestOf(A)).toMatch(/^[0-9a-f]{32}$/)
})

test('does not depend on the order of items', () => {
  const orders = [
    [A, B, C],
    [A, C, B],
    [B, A, C],
    [B, C, A],
    [C, A, B],
    [C, B, A],
  ]
  expect(new Set(orders.map((items) => digestOf(...items))).size).toBe(1)
})

test('knows how often an item was there', () => {
  expect(new Set([digestOf(), digestOf(A), digestOf(A, A), digestOf(A, A, A)]).size).toBe(4)
})

test('an item that is all zeros is an item', () => {
  expect(digestOf([0, 0, 0, 0])).not.toBe(digestOf())
})

test.each<[string, Item, Item]>([
  ['kind of work', [1, 2, 3, 4], [2, 2, 3, 4]],
  ['VM', [1, 2, 3, 4], [1, 3, 3, 4]],
  ['time', [1, 2, 3, 4], [1, 2, 5, 4]],
  ['time, in its last bit', [1, 2, 3, 4], [1, 2, 3 + 2 ** -51, 4]],
  ['size', [1, 2, 3, 4], [1, 2, 3, 6]],
  ['size, in its last bit', [1, 2, 3, 4], [1, 2, 3, 4 + 2 ** -50]],
  ['kind and VM changed places', [1, 2, 3, 4], [2, 1, 3, 4]],
  ['time and size changed places', [1, 2, 3, 4], [1, 2, 4, 3]],
])('tells another %s, in each of its four sums', (_, one, other) => {
  const sums = (hex: string): string[] => hex.match(/.{8}/g)!
  const [ones, others] = [sums(digestOf(one)), sums(digestOf(other))]
  expect(ones.filter((sum, i) => sum === others[i])).toEqual([])
  expect(new Set(ones).size).toBe(4)
})

/** MurmurHash3's 32-bit finalizer, `fmix32`, in whole numbers of any length. */
function fmix32(hash: bigint): bigint {
  let h = hash
  h ^= h >> 16n
  h = (h * 0x85ebca6bn) % 2n ** 32n
  h ^= h >> 13n
  h = (h * 0xc2b2ae35n) % 2n ** 32n
  return h ^ (h >> 16n)
}

test('mixes by MurmurHash3’s finalizer and sums modulo 2³²', () => {
  // MurmurHash3_x86_32 of an empty key is the finalizer of its seed; published check values.
  expect([fmix32(0n), fmix32(1n), fmix32(0xffffffffn)]).toEqual([0n, 0x514e28b7n, 0x81f16f39n])
  const mix = (hash: bigint, word: bigint): bigint => fmix32(hash ^ ((word * 0xcc9e2d51n) % 2n ** 32n))
  const wordsOf = (value: number): bigint[] => [...new Uint32Array(Float64Array.of(value).buffer)].map(BigInt)
  const items: Item[] = Array.from({ length: 50 }, (_, i) => [i % 7, i % 11, 1e6 / (i + 1), 40 * i])
  const sums = [0n, 0n, 0n, 0n]
  for (const [work, vm, time, size] of items) {
    const words = [BigInt(vm), ...wordsOf(time), ...wordsOf(size)]
    const a = words.reduce(mix, 0x9e3779b9n ^ BigInt(work))
    const four = [a, mix(a, 0x85ebca6bn), mix(a, 0xc2b2ae35n), mix(a, 0x27d4eb2fn)]
    four.forEach((each, i) => (sums[i] = (sums[i] + each) % 2n ** 32n))
  }
  expect(digestOf(...items)).toBe(sums.map((sum) => sum.toString(16).padStart(8, '0')).join(''))
})
