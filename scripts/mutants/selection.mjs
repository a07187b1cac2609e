// Which mutants are tried: some files, some lines, a sample, or what an earlier run says was not noticed.
import { readFileSync } from 'node:fs'
import { keyOf } from './instrument.mjs'
import { glob } from './test-files.mjs'

export function chosen(root, mutants, { files, lines, sample, seed = '1', 'since-survivors': earlier }) {
  let left = mutants
  if (files) {
    const fitting = new Set(glob(root, files))
    left = left.filter(({ file }) => fitting.has(file))
  }
  if (lines) {
    const [from, to = from] = lines.split('-').map(Number)
    left = left.filter(({ line }) => line >= from && line <= to)
  }
  if (earlier) {
    const survivors = JSON.parse(readFileSync(earlier, 'utf8')).filter(({ status }) => !isNoticed(status))
    const keys = new Set(survivors.map(({ key }) => key))
    left = left.filter((mutant) => keys.has(keyOf(mutant)))
  }
  return sample ? drawn(left, Number(sample), Number(seed)) : left
}

export const isNoticed = (status) => status === 'killed' || status === 'timeout'

/** Processor time of the tests that a mutant has to get past: one that does counts as not noticed. */
const TESTS_MS = 4000

/**
 * The tests that judge a mutant: those of its own file first, then those of its folder, then all others, the quickest first,
 * as many as take the time above. Some that would notice it may be left out, so the score is a lower bound.
 */
export function nearest(file, indices, units) {
  const own = file.replace(/^src\//, 'test/').replace(/\.ts$/, '')
  const folder = own.replace(/[^/]*$/, '')
  const distance = ({ file: test }) => (test.startsWith(own) ? 0 : test.startsWith(folder) ? 1 : 2)
  const sorted = indices.toSorted((a, b) => distance(units[a]) - distance(units[b]) || units[a].ms - units[b].ms)
  let left = TESTS_MS
  return sorted.filter((index, i) => i === 0 || (left -= units[index].ms) > 0)
}

/** So many of them at random, in their order. */
function drawn(list, count, seed) {
  const random = mulberry32(seed)
  const keyed = list.map((item, index) => ({ item, index, key: random() }))
  const first = keyed.sort((a, b) => a.key - b.key).slice(0, count)
  return first.sort((a, b) => a.index - b.index).map(({ item }) => item)
}

/** A small generator of numbers in [0, 1), by Tommy Ettinger: good enough to draw a sample. */
function mulberry32(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
