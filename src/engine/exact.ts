// Exact arithmetic for sums that a double cannot hold. Only `addWhole` is for the path of events.

/** Binary places behind the point: the times and rates of a simulation have no more that matter. */
const PLACES = 60n
const ONE = 1_152_921_504_606_846_976 // 2⁶⁰

/** A finite double in units of 2⁻⁶⁰; what is smaller than these is cut off. */
export function exactly(value: number): bigint {
  return BigInt(Math.trunc(value * ONE))
}

/** The double next to an exact number. */
export function nearest(exact: bigint): number {
  return Number(exact) / ONE
}

/** The product of two exact numbers. */
export function product(a: bigint, b: bigint): bigint {
  return (a * b) >> PLACES
}

/** The sum of whole numbers, rounded once: also where it is above 2⁵³. Other numbers are added as doubles are. */
export function sumOf(values: readonly number[]): number {
  let sum = 0
  let size = 0
  for (const value of values) {
    sum += value
    size += Math.abs(value)
  }
  if (size <= Number.MAX_SAFE_INTEGER || !values.every(Number.isInteger)) return sum
  return Number(values.reduce((total, value) => total + BigInt(value), 0n))
}

/**
 * Adds to a sum that is kept in two cells: a double next to it, and what that lacks. Nothing is lost but what is below the last
 * digit of the second (Knuth's TwoSum, The Art of Computer Programming 2, 4.2.2).
 */
export function addWhole(cells: Float64Array, cell: number, amount: number): void {
  const before = cells[cell]
  const sum = before + amount
  const part = sum - before
  cells[cell] = sum
  cells[cell + 1] += before - (sum - part) + (amount - part)
}

/** The sum of both cells. */
export function wholeOf(cells: Float64Array, cell: number): bigint {
  return exactly(cells[cell]) + exactly(cells[cell + 1])
}
