// Responses between measured values: straight where they are straight, and a hyperbola where something is divided by the price.
import { describe, expect, test } from 'vitest'
import { through } from '../../src/answers/responses.ts'

const measured = (of: (price: number) => number, at: readonly number[]) => through({ at, values: at.map(of) })
const largestError = (of: (price: number) => number, at: readonly number[]) => {
  const filled = measured(of, at)
  const [low, high] = [at[0], at.at(-1)!]
  const points = Array.from({ length: 101 }, (_, i) => low + ((high - low) * i) / 100)
  return points.reduce((most, price) => Math.max(most, Math.abs(filled(price) - of(price))), 0)
}

test('it goes through what was measured', () => {
  const at = [1, 2, 5, 9]
  const values = [3, 1, 4, 1]
  const filled = through({ at, values })
  at.forEach((price, i) => expect(filled(price)).toBeCloseTo(values[i], 12))
})

describe('variants', () => {
  test('what grows with the price is a straight line', () => {
    expect(largestError((price) => 3 + 2 * price, [0, 1, 50, 100])).toBeLessThan(1e-9)
  })

  test('commands of a copy: bytes divided by the bytes of one', () => {
    expect(largestError((price) => 65_536 / price, [4096, 65_536, 8_390_656, 16_777_216])).toBeLessThan(1e-9)
  })

  test('interrupts: one for a gap and the time until a packet comes', () => {
    const gap = (price: number) => 2e5 / (price + 1e5)
    expect(largestError(gap, [0, 20_648, 5e5, 1e6])).toBeLessThan(0.15)
  })

  test('sessions: all that are wanted, and never more', () => {
    expect(largestError((sessions) => Math.min(60, sessions), [0, 64, 500, 1000])).toBeLessThan(55)
  })

  test('two words, and a price at an end of its range', () => {
    const words = measured((word) => 5 - word, [0, 1])
    expect([words(0), words(1)]).toEqual([5, 4])
    expect(largestError((price) => 7 * price, [2, 3])).toBeLessThan(1e-12)
  })
})
