// Wider arrays begin with what the narrower ones held, and keep what was put behind it.
import { expect, test } from 'vitest'
import { widened } from '../../src/engine/widened.ts'

test('the longer array itself comes back, with the shorter one at its beginning', () => {
  const longer = new Int32Array(5).fill(-1)
  expect(widened(new Int32Array([7, 8]), longer)).toBe(longer)
  expect([...longer]).toEqual([7, 8, -1, -1, -1])
  expect([...widened(new Float64Array([0.5]), new Float64Array(2))]).toEqual([0.5, 0])
})
