// Definitions of a JSON schema: what occurs in many places is written once.

export type Schema = Readonly<Record<string, unknown>>

/** Shorter parts are clearer where they are used. */
const DEFINITION_LENGTH_MIN = 160

/** The schema with each long part that occurs more than once as a definition, named by the place where it comes first. */
export function withDefinitions(schema: Schema): Schema {
  const uses = new Map<string, number>()
  countUses(schema, uses)
  const names = new Map<string, string>()
  const definitions: Record<string, Schema> = {}
  const short = Object.entries(schema).map(([key, part]) => [key, shared(part, '')])
  return { ...(Object.fromEntries(short) as Schema), definitions }

  function shared(part: unknown, path: string): unknown {
    if (Array.isArray(part)) return part.map((item) => shared(item, path))
    if (typeof part !== 'object' || part === null) return part
    const text = JSON.stringify(part)
    if (!isWorthIt(part, text) || uses.get(text) === 1) return inner(part, path)
    if (!names.has(text)) {
      const name = freeName(path)
      names.set(text, name)
      definitions[name] = {}
      definitions[name] = inner(part, path)
    }
    return { $ref: `#/definitions/${names.get(text)}` }
  }

  function inner(part: object, path: string): Schema {
    const entries = Object.entries(part).map(([key, value]) => {
      if (key === 'properties') return [key, propertiesOf(value as Schema, (name) => `${path}.${name}`)]
      if (key === 'patternProperties') return [key, propertiesOf(value as Schema, () => `${path}.PATH`)]
      return [key, shared(value, key === 'additionalProperties' ? `${path}.NAME` : path)]
    })
    return Object.fromEntries(entries) as Schema
  }

  function propertiesOf(properties: Schema, pathOf: (name: string) => string): Schema {
    const entries = Object.entries(properties).map(([name, value]) => [name, shared(value, pathOf(name))])
    return Object.fromEntries(entries) as Schema
  }

  function freeName(path: string): string {
    const base = path === '' ? 'scenario' : path.slice(1)
    let name = base
    for (let copy = 2; Object.hasOwn(definitions, name); copy++) name = `${base}-${copy}`
    return name
  }
}

function countUses(part: unknown, uses: Map<string, number>): void {
  if (typeof part !== 'object' || part === null) return
  const text = JSON.stringify(part)
  const before = uses.get(text) ?? 0
  uses.set(text, before + 1)
  // What stands inside a shared part is written once with it.
  if (before === 0 || !isWorthIt(part, text)) Object.values(part).forEach((inner) => countUses(inner, uses))
}

function isWorthIt(part: object, text: string): boolean {
  const isSchema = 'type' in part || 'anyOf' in part || 'enum' in part
  return isSchema && text.length >= DEFINITION_LENGTH_MIN
}
