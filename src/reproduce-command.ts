// `offsim reproduce FILE#ROW`.
export function reproduce(): number {
  return 0
}
