// Room for more in flat arrays.

/** Copies `from` to the beginning of the longer `to`, and returns `to`. */
export function widened<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from)
  return to
}
