// Exact arithmetic, against whole numbers of any size.
import { expect, test } from 'vitest'
import { addWhole, exactly, nearest, product, sumOf, wholeOf } from '../../src/engine/exact.ts'
import { RandomStream } from '../../src/engine/random.ts'

const ONE = 2n ** 60n

test('doubles become exact numbers and come back', () => {
  for (const value of [0, 1, -1, 0.1, 2.93, 1 / 3, 2 ** 53, 1e30, -(2 ** -60)]) {
    expect(nearest(exactly(value))).toBe(value)
  }
  expect(exactly(3)).toBe(3n * ONE)
})

test('products have all their digits', () => {
  expect(product(exactly(2 ** 53 + 2), exactly(1024))).toBe((2n ** 53n + 2n) * 1024n * ONE)
  expect(product(exactly(2.5), exactly(0.25))).toBe((5n * ONE) / 8n)
})

test('sums of whole numbers are rounded once, whatever their order', () => {
  const stream = new RandomStream('sums')
  for (let run = 0; run < 50; run++) {
    const values = Array.from({ length: 40 }, () => Math.round((stream.uniform() - 0.5) * 2 ** 53))
    const exact = values.reduce((sum, value) => sum + BigInt(value), 0n)
    expect(sumOf(values)).toBe(Number(exact))
    expect(sumOf(values.toReversed())).toBe(Number(exact))
  }
  // What cancels leaves the small rest.
  expect(sumOf([2 ** 53, 2 ** 53, 1, -(2 ** 53), -(2 ** 53)])).toBe(1)
  expect([sumOf([]), sumOf([0.5, 0.25])]).toEqual([0, 0.75])
})

test('a sum in two cells is what was added, digit by digit', () => {
  const stream = new RandomStream('cells')
  const cells = new Float64Array(4)
  let sum = 0n
  for (let k = 0; k < 20_000; k++) {
    // From 2⁻¹⁰ to 2⁶⁰ in halves of both signs: larger and smaller than the sum so far.
    const value = Math.round((stream.uniform() - 0.4) * 2 ** 20) * 2 ** Math.floor(stream.uniform() * 40 - 10)
    addWhole(cells, 2, value)
    sum += exactly(value)
    expect(wholeOf(cells, 2)).toBe(sum)
  }
  expect(cells[2] + cells[3]).toBe(nearest(sum))
  expect([...cells.subarray(0, 2)]).toEqual([0, 0])
})

test('nanoseconds and tenths of them over years of a thousand cores lose nothing', () => {
  const cells = new Float64Array(2)
  let sum = 0n
  for (let k = 0; k < 10_000; k++) {
    addWhole(cells, 0, 1e17)
    addWhole(cells, 0, 0.125)
    sum += exactly(1e17) + exactly(0.125)
  }
  expect(wholeOf(cells, 0)).toBe(sum)
})
