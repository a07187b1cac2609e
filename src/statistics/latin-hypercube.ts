// Latin hypercubes: with n points, each of n equal parts of every factor's range holds exactly one of them.
import { RandomStream } from '../engine/random.ts'

/**
 * One factor's coordinates in [0, 1), by point: a random permutation of the parts, and a random place within each.
 * @param seed text that names the seed and the factor, so that a further factor moves no other
 */
export function latinCoordinates(points: number, seed: string): Float64Array {
  const stream = new RandomStream(seed)
  const coordinates = new Float64Array(points)
  for (let i = 0; i < points; i++) {
    const j = stream.below(i + 1)
    coordinates[i] = coordinates[j]
    coordinates[j] = i
  }
  for (let i = 0; i < points; i++) coordinates[i] = Math.min((coordinates[i] + stream.uniform()) / points, 1 - 2 ** -53)
  return coordinates
}
