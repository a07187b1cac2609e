// The prices that results rest on, so that a later reader can tell which of them have changed.
import type { Technology } from '../models/host/technology.ts'

/** Every cost of the technologies as they ship it, by its full name. */
export function shippedCosts(technologies: readonly Technology[]): Record<string, number> {
  const all = technologies.flatMap(({ name, costs }) =>
    Object.entries(costs).map(([key, { value }]): [string, number] => [`${name}.${key}`, value]),
  )
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}
