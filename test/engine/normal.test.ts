// Normal quantiles against printed tables and against the distribution function, computed another way.
import { describe, expect, test } from 'vitest'
import { normalQuantile } from '../../src/engine/normal.ts'

/** The lower half of the distribution function, Φ(−x) for x ≥ 0. */
function below(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  if (x < 2) {
    // Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/15 + …): Abramowitz & Stegun 26.2.11.
    let term = x
    let sum = x
    for (let n = 3; term > 1e-18; n += 2) sum += term *= (x * x) / n
    return 0.5 - density * sum
  }
  // φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))): 26.2.14, from its end.
  let fraction = x
  for (let n = 300; n > 0; n--) fraction = x + n / fraction
  return density / fraction
}

/** Quantiles to 16 digits, as R and the tables of the National Institute of Standards print them. */
const printed: [p: number, quantile: number][] = [
  [0.5, 0],
  [0.6, 0.2533471031357997],
  [0.75, 0.6744897501960817],
  [0.9, 1.2815515655446004],
  [0.95, 1.6448536269514722],
  [0.975, 1.959963984540054],
  [0.99, 2.3263478740408408],
  [0.995, 2.5758293035489004],
  [0.999, 3.090232306167813],
]

describe('the normal quantile', () => {
  test.each(printed)('of %d, and of its complement', (p, quantile) => {
    expect(Math.abs(normalQuantile(p) - quantile)).toBeLessThan(4e-15)
    expect(Math.abs(normalQuantile(1 - p) + quantile)).toBeLessThan(4e-15)
  })

  test('one, two and three deviations from the middle: the probabilities of the 68–95–99.7 rule', () => {
    const rule = [0.158655253931457051, 0.0227501319481792072, 0.00134989803163009453]
    rule.forEach((p, i) => expect(Math.abs(normalQuantile(p) / -(i + 1) - 1)).toBeLessThan(4e-16 * 4))
  })

  // The relative error of a quantile is about that of p, divided by x²: small in the tail.
  test.each([
    ['the middle', 0.001, 1.44],
    ['a tail', 1.44, 6.7],
    ['a far tail', 6.7, 37.5],
  ])('inverts the distribution function in %s', (_, from, to) => {
    for (let i = 0; i <= 300; i++) {
      const x = from + ((to - from) * i) / 300
      const p = below(x)
      expect(Math.abs(normalQuantile(p) + x)).toBeLessThan(5e-15 * Math.max(1, x))
    }
  })

  test('rises from each number to the next where one approximation follows another, and is odd', () => {
    for (const edge of [0.075, Math.exp(-25), 0.925]) {
      const around = [-3, -2, -1, 0, 1, 2, 3].map((i) => normalQuantile(edge * (1 + i * 1e-13)))
      expect(around.toSorted((a, b) => a - b)).toEqual(around)
    }
    for (const p of [0.125, 0.0625, 2 ** -20, 2 ** -40]) expect(normalQuantile(1 - p)).toBe(-normalQuantile(p))
  })

  test('reaches the smallest double', () => {
    // −ln 5e−324 = 744.44 = x²/2 + ln x + ln √(2π) + 1/x² …, so x = 38.467.
    expect(normalQuantile(5e-324)).toBeCloseTo(-38.467, 3)
  })
})
