// The JSON schema of a scenario file with its `sweep:`: which places factors may name, and which values each of them takes.
//
// Places are patterns, since names are the file's own: `vms.NAME.count` is ^vms\.[A-Za-z]…\.count$. Places with the same
// values share one pattern.
import { scenarioLanguage } from '../language/scenario-language.ts'
import { fieldSchema, removable, scenarioSchema, schemaOf, type Schema } from '../language/schema.ts'
import {
  choice,
  NAME_PATTERN,
  whole,
  type AnyQuantity,
  type Field,
  type Keys,
  type Measure,
  type Shape,
} from '../language/shapes.ts'
import type { Technology } from '../models/host/technology.ts'
import { POINTS_MAX, SCALES } from './axes.ts'
import { measureOf } from './factors.ts'

/** JSON schema (draft 7) of whatever may stand in a scenario file, a sweep or not. */
export function fileSchema(technologies: readonly Technology[]): object {
  const fields: Keys['fields'] = scenarioLanguage(technologies).fields
  const names = Object.keys(fields).filter((name) => name !== 'scenario')
  const places = names.flatMap((name) => placesOf(fields[name], name))
  const lists = factorsSchema(places, listSchema)
  const samples = factorsSchema(places, ({ schema, shape }) => {
    const measure = measureOf(shape) ?? (shape.form === 'quantity' ? shape : null)
    const list = listSchema({ schema })
    return measure === null ? list : { anyOf: [list, rangeSchema(measure)] }
  })
  return scenarioSchema(technologies, (over) => ({ sweep: sweepSchema(lists, samples, over) }))
}

/** `over`: whether it may be laid over another sweep, so that nothing is required and null removes a key. */
function sweepSchema(lists: Schema, samples: Schema, over: boolean): Schema {
  const sample = mapSchema(
    {
      points: described('how many points', schemaOf(whole(1, POINTS_MAX, '128'), false)),
      seed: described('start of its random numbers', schemaOf(whole(0, Number.MAX_SAFE_INTEGER, '1'), false)),
      factors: described('PATH: { from, to, scale }, or PATH: [value, …], each with the same chance', samples),
    },
    ['points', 'factors'],
    over,
  )
  const condition = { type: 'string', minLength: 1 }
  const axes = {
    grid: described('PATH: [value, …]; every combination of the values', lists),
    zip: described('PATH: [value, …]; lists of equal length, taken together', lists),
    'latin-hypercube': described('with n points, every n-th part of each range of a factor holds one', sample),
    sobol: described('points of a low-discrepancy sequence', sample),
    where: {
      description: 'which points to keep, such as vms.desktop.count <= 4 * host.cores; all conditions must hold',
      anyOf: [condition, { type: 'array', items: condition }],
    },
  }
  return removable({ ...mapSchema(axes, [], over), description: 'points to simulate: the product of these' }, over)
}

/** Where a factor may stand, and what a value of it is. */
interface Place {
  readonly pattern: string
  readonly shape: Shape
  readonly schema: Schema
}

/** The place of a field, and all places inside. */
function placesOf(field: Field<unknown>, pattern: string): Place[] {
  return [{ pattern, shape: field.shape, schema: fieldSchema(field, false) }, ...placesIn(field.shape, pattern)]
}

function placesIn(shape: Shape, pattern: string): Place[] {
  switch (shape.form) {
    case 'keys':
      return inFields(shape.fields, pattern)
    case 'column':
      return inFields(shape.fields, pattern)
    case 'names':
      return ofEach(shape.of, `${pattern}\\.${NAME_PATTERN}`)
    case 'items':
      return ofEach(shape.of, `${pattern}\\.(0|[1-9][0-9]*)`)
    case 'either':
      return shape.options.flatMap((option) => placesIn(option, pattern))
    default:
      return []
  }
}

function inFields(fields: Keys['fields'], pattern: string): Place[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    return placesOf(field, `${pattern}\\.${key.replaceAll('.', '\\.')}`)
  })
}

function ofEach(shape: Shape, pattern: string): Place[] {
  return [{ pattern, shape, schema: schemaOf(shape, false) }, ...placesIn(shape, pattern)]
}

/** A map from places to what is allowed for their values. Null is always allowed: it removes a factor of a sweep below. */
function factorsSchema(places: readonly Place[], valuesOf: (place: Place) => Schema): Schema {
  const alike = new Map<string, { readonly values: Schema; readonly patterns: string[] }>()
  for (const place of places) {
    const values = removable(valuesOf(place), true)
    const text = JSON.stringify(values)
    if (!alike.has(text)) alike.set(text, { values, patterns: [] })
    alike.get(text)!.patterns.push(place.pattern)
  }
  const properties = [...alike.values()].map(({ values, patterns }) => [`^(${patterns.join('|')})$`, values])
  return {
    type: 'object',
    patternProperties: Object.fromEntries(properties) as Schema,
    additionalProperties: false,
    minProperties: 1,
  }
}

function listSchema({ schema }: Pick<Place, 'schema'>): Schema {
  return { type: 'array', items: schema, minItems: 1 }
}

function rangeSchema(measure: Measure | AnyQuantity): Schema {
  const end = schemaOf(measure, false)
  return mapSchema({ from: end, to: end, scale: schemaOf(choice('scale', SCALES), false) }, ['from', 'to'], false)
}

function mapSchema(properties: Readonly<Record<string, Schema>>, required: readonly string[], over: boolean): Schema {
  const entries = Object.entries(properties).map(([key, schema]) => [key, removable(schema, over)])
  return {
    type: 'object',
    properties: Object.fromEntries(entries) as Schema,
    additionalProperties: false,
    ...(over || required.length === 0 ? {} : { required }),
  }
}

/** The schema stays whole inside, so that it may be a definition where it stands in several places. */
function described(description: string, schema: Schema): Schema {
  return { description, anyOf: [schema] }
}
