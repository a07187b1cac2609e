// Sobol points: sequences that fill a cube evenly, in the order of the published program (Gray code).
import { JOE_KUO } from './joe-kuo.ts'

export const SOBOL_DIMENSIONS_MAX = JOE_KUO.length + 1
export const SOBOL_POINTS_MAX = 2 ** 31

const BITS = 32

/** Direction numbers v₁ … v₃₂ of a dimension from 0, each shifted to the top of 32 bits. */
export function directions(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS)
  if (dimension === 0) {
    for (let bit = 0; bit < BITS; bit++) v[bit] = 2 ** (BITS - 1 - bit)
    return v
  }
  const [a, m] = JOE_KUO[dimension - 1]
  const degree = m.length
  for (let bit = 0; bit < BITS; bit++) {
    if (bit < degree) {
      v[bit] = m[bit] * 2 ** (BITS - 1 - bit)
      continue
    }
    v[bit] = v[bit - degree] ^ (v[bit - degree] >>> degree)
    for (let k = 1; k < degree; k++) if ((a >>> (degree - 1 - k)) & 1) v[bit] ^= v[bit - k]
  }
  return v
}

/**
 * The coordinate of a point in [0, 1), a multiple of 2⁻³².
 * @param v directions of the dimension
 * @param point from 0, the point at the origin
 * @param shift exclusive or of all points' digits: moves the whole set, and keeps it even
 */
export function sobolCoordinate(v: Uint32Array, point: number, shift = 0): number {
  let digits = shift
  for (let gray = point ^ (point >>> 1), bit = 0; gray !== 0; gray >>>= 1, bit++) if (gray & 1) digits ^= v[bit]
  return (digits >>> 0) / 2 ** BITS
}
