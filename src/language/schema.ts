// The scenario language as a JSON schema, for editors: completion, descriptions and ranges while typing.
import type { Technology } from '../models/host/technology.ts'
import { scenarioLanguage } from './scenario-language.ts'
import { expected, NAME_PATTERN } from './shapes.ts'
import type { Field, Keys, Measure, Shape, Text } from './shapes.ts'
import { unitsOf } from '../units/units.ts'

/**
 * JSON schema (draft 7) of a scenario file. A file with `scenario:` is laid over another, so nothing is required of it
 * and null removes a key. Ranges of numbers with units, which a schema cannot compare, stand in their descriptions.
 * @param beside keys that may stand beside those of a scenario
 */
export function scenarioSchema(
  technologies: readonly Technology[],
  beside: (over: boolean) => Readonly<Record<string, Schema>> = () => ({}),
): object {
  const language = scenarioLanguage(technologies)
  const fields = Object.fromEntries(Object.entries(language.fields).filter(([key]) => key !== 'scenario'))
  return withDefinitions({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'offsim scenario',
    if: { required: ['scenario'] },
    then: withProperties(schemaOf(language, true), beside(true)),
    else: withProperties(schemaOf({ ...language, fields }, false), beside(false)),
  })
}

function withProperties(schema: Schema, more: Readonly<Record<string, Schema>>): Schema {
  return { ...schema, properties: { ...(schema.properties as Schema), ...more } }
}

/** The schema of one shape. `over`: whether it is laid over another scenario. */
export function schemaOf(shape: Shape, over: boolean): Schema {
  switch (shape.form) {
    case 'measure':
      return measureSchema(shape)
    case 'choice':
      return { enum: shape.words }
    case 'text':
      return textSchema(shape)
    case 'flag':
      return { type: 'boolean' }
    case 'keys':
      return keysSchema(shape, over)
    case 'names':
      return {
        type: 'object',
        propertyNames: { pattern: `^${NAME_PATTERN}$`, maxLength: 100, not: { enum: shape.reserved } },
        additionalProperties: removable(schemaOf(shape.of, over), over),
        ...(over ? {} : { minProperties: 1 }),
      }
    case 'items':
      // A list is replaced whole, so its items are complete even in an overlay.
      return { type: 'array', items: schemaOf(shape.of, false), minItems: shape.min }
    case 'either':
      return { anyOf: shape.options.map((option) => schemaOf(option, over)) }
    case 'quantity':
      return QUANTITY
    case 'column':
      return objectSchema(shape.fields, over)
  }
}

function measureSchema(measure: Measure): Schema {
  const { dimension, bare, min, max } = measure
  const number = { type: measure.whole ? 'integer' : 'number', minimum: min.value, maximum: max.value }
  if (dimension === null) return calculable(number)
  const description = expected(measure)
  const units = unitsOf(dimension).map((unit) => unit.replaceAll('/', '\\/'))
  const pattern = `^(=.*|\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)? (${units.join('|')}))$`
  const withUnit = { type: 'string', pattern, ...(bare ? {} : { description }) }
  return bare ? { anyOf: [number, withUnit], description } : withUnit
}

/** A number that may also be calculated. A range is said of numbers and a pattern of text, each of which ignores the other. */
function calculable(number: Schema): Schema {
  return { ...number, type: [number.type, 'string'], pattern: '^=' }
}

const QUANTITY: Schema = {
  type: ['number', 'string'],
  pattern: '^(=.*|[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)? \\S+)$',
  description: 'a number, bare or with its unit, or calculated from others: = and an expression',
}

function textSchema({ isName, reserved }: Text): Schema {
  if (!isName) return { type: 'string', minLength: 1, maxLength: 1000 }
  return {
    type: 'string',
    pattern: `^${NAME_PATTERN}$`,
    maxLength: 100,
    ...(reserved.length > 0 ? { not: { enum: reserved } } : {}),
  }
}

function keysSchema({ fields, exactlyOne }: Keys, over: boolean): Schema {
  const schema = objectSchema(fields, over)
  return exactlyOne && !over ? { ...schema, minProperties: 1, maxProperties: 1 } : schema
}

function objectSchema(fields: Keys['fields'], over: boolean): Schema {
  const properties = Object.entries(fields).map(([key, field]) => [key, removable(fieldSchema(field, over), over)])
  const required = Object.keys(fields).filter((key) => fields[key].required)
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as Schema,
    additionalProperties: false,
    ...(over || required.length === 0 ? {} : { required }),
  }
}

/** The schema of a field, with what it means. */
export function fieldSchema({ shape, says, fallback }: Field<unknown>, over: boolean): Schema {
  const schema = schemaOf(shape, over)
  const range = typeof schema.description === 'string' ? `: ${schema.description}` : ''
  const byDefault = fallback === null ? '' : ` (default ${fallback.text === '' ? 'empty' : fallback.text})`
  return { ...schema, description: `${says}${byDefault}${range}` }
}

/** The schema of what stands under a key of a map; null removes the key where the map is laid over another. */
export function removable(schema: Schema, over: boolean): Schema {
  if (!over) return schema
  if (Array.isArray(schema.enum)) return { ...schema, enum: [...(schema.enum as unknown[]), null] }
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] }
  if (Array.isArray(schema.type)) return { ...schema, type: [...(schema.type as unknown[]), 'null'] }
  const options = Array.isArray(schema.anyOf) ? (schema.anyOf as Schema[]) : [schema]
  return { ...schema, anyOf: [...options, { type: 'null' }] }
}

// What occurs in many places of a schema is written once.

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
