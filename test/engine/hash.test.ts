// MurmurHash3 x86 128 against published vectors.
import { expect, test } from 'vitest'
import { hash128, hashHex } from '../../src/engine/hash.ts'

// From the tests of PeterScott/murmur3 (with a seed) and of murmurhash3js-revisited (seed 0); the lengths cover a whole
// number of blocks, several blocks, and tails of one to four words.
const vectors: [text: string, seed: number, hash: string][] = [
  ['Hello, world!', 123, '61c9129e5a1aacd7a41621629e37c886'],
  ['Hello, world!', 321, 'd5fbdcb3c26c4193045880c5a7170f0f'],
  ['xxxxxxxxxxxxxxxxxxxxxxxxxxxx', 123, '5e40bab278825a164cf929d31fec6047'],
  ['', 123, 'fedc524526f3e79926f3e79926f3e799'],
  ['', 0, '00000000000000000000000000000000'],
  ['0', 0, '0ab2409ea5eb34f8a5eb34f8a5eb34f8'],
  ['01', 0, '0f87acb4674f3b21674f3b21674f3b21'],
  ['012', 0, 'cd94fea54c13d78e4c13d78e4c13d78e'],
  ['0123', 0, 'dc378fea485d3536485d3536485d3536'],
  ['01234', 0, '35c5b3ee7b3b211600ae108800ae1088'],
  ["I will not buy this tobacconist's, it is scratched.", 0, '9b5b7ba2ef3f7866889adeaf00f3f98e'],
]

test.each(vectors)('%j with seed %i', (text, seed, expected) => {
  const words = hash128(text, seed)
  expect(words.map((word) => word.toString(16).padStart(8, '0')).join('')).toBe(expected)
  if (seed === 0) expect(hashHex(text)).toBe(expected)
})

test('the words are unsigned, and text is hashed as UTF-8', () => {
  for (let i = 0; i < 100; i++) for (const word of hash128(`${i}`)) expect(word >= 0 && word < 2 ** 32).toBe(true)
  expect(hashHex('é')).not.toBe(hashHex('e\u0301'))
})
