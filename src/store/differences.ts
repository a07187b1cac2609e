// What differs between two pieces of plain data, place by place.

export interface Difference {
  /** Keys joined by dots. */
  readonly path: string
  /** As JSON text; null where there is nothing. */
  readonly before: string | null
  readonly after: string | null
}

/** All places at which two values differ, in the order of their paths. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  const [one, other] = [textOf(before), textOf(after)]
  return one === other ? [] : [{ path, before: one, after: other }]
}

/** `path: before, now after`, at most `most` of them. */
export function differenceText(found: readonly Difference[], most = 5): string {
  const shown = found.slice(0, most).map(({ path, before, after }) => {
    return `${path}: ${short(before)}, now ${short(after)}`
  })
  return shown.join('; ') + (found.length > most ? `; and ${found.length - most} more` : '')
}

function short(text: string | null): string {
  if (text === null) return 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
