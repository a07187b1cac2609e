// Tables are columns of typed arrays that double when they are full; a row is an integer.

type Column = Int32Array | Float64Array | Uint8Array

/** The same column with room for twice as many rows. */
export function grown<C extends Column>(column: C): C {
  const larger = new (column.constructor as new (length: number) => C)(column.length * 2)
  larger.set(column)
  return larger
}
