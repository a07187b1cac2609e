// The logarithm of exponential draws: as near to the exact one as is said, everywhere between 0 and 1.
import { describe, expect, test } from 'vitest'
import { minusLogarithm } from '../../src/engine/logarithm.ts'

/** Exact values, rounded to doubles: computed with 60 decimal digits (Python's decimal). */
const exact: [u: number, minusLog: number][] = [
  [1.1102230246251565e-16, 36.7368005696771],
  [3.3306690738754696e-16, 35.63818828100899],
  [9.094947017729282e-13, 27.725887222397812],
  [2.9802322387695312e-8, 17.328679513998633],
  [5.960464466436832e-8, 16.63553233530133],
  [5.960464477539063e-8, 16.635532333438686],
  [8.940696716308594e-8, 16.230067225330522],
  [0.001953125, 6.238324625039508],
  [0.001, 6.907755278982137],
  [0.1, 2.3025850929940455],
  [0.25, 1.3862943611198906],
  [0.3333333333333333, 1.0986122886681098],
  [0.4999999999999999, 0.6931471805599455],
  [0.5, 0.6931471805599453],
  [0.7071067811865476, 0.3465735902799726],
  [0.9, 0.10536051565782628],
  [0.99, 0.01005033585350145],
  [0.9921875, 0.007843177461025893],
  [0.99609375, 0.003913899321136329],
  [0.9960937499999999, 0.0039138993211364406],
  [0.999, 0.0010005003335835344],
  [0.9999990463256836, 9.5367477115389e-7],
  [0.9999999999990905, 9.094947017733418e-13],
  [0.9999999999999999, 1.1102230246251565e-16],
  [0.9478651637233559, 0.05354301920242567],
  [0.3948231462713129, 0.9293173453011503],
  [0.04828627154086895, 3.030607991833799],
  [0.821274315088408, 0.196898102208021],
  [0.09413029474354084, 2.3630753421887642],
  [0.5827881649441329, 0.5399315121010965],
  [0.9097037591929068, 0.09463627181913167],
  [0.2146980797938044, 1.538522517808545],
  [0.08594705462248964, 2.454023816239705],
  [0.4181720894077714, 0.8718622340336201],
  [0.24066260807772888, 1.4243592928425732],
  [0.5510468915524555, 0.5959353708142111],
]

/** What the docstring allows: 4 · 10⁻¹⁶ or the last digit. */
function allowed(value: number): number {
  return Math.max(4e-16, value * 2 ** -52)
}

test.each(exact)('of %d', (u, value) => {
  expect(Math.abs(minusLogarithm(u) - value)).toBeLessThanOrEqual(allowed(value))
})

describe('against Math.log, whose own error is below one last digit', () => {
  const within = (u: number) =>
    Math.abs(minusLogarithm(u) + Math.log(u)) <= allowed(-Math.log(u)) + -Math.log(u) * 2 ** -52

  test('at both sides of every interval of the table, for every power of two', () => {
    for (let power = 1; power <= 53; power++) {
      for (let i = 128; i < 256; i++) {
        const edge = i * 2 ** (-7 - power)
        for (const u of [edge, edge - 2 ** -54, edge + 2 ** -54].filter((u) => u > 0)) expect(within(u)).toBe(true)
      }
    }
  })

  test('at 300,000 evenly spread numbers', () => {
    let outside = 0
    for (let i = 0; i < 300_000; i++) if (!within((i + 0.5) / 300_000)) outside++
    expect(outside).toBe(0)
  })
})

test('is positive for the largest number below 1, and finite for the smallest that is drawn', () => {
  expect(minusLogarithm(1 - 2 ** -53)).toBe(2 ** -53)
  expect(minusLogarithm(2 ** -53)).toBe(53 * Math.LN2)
})
