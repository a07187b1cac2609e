// One scenario laid over another, and single places set from the command line. Both work on trees, before anything is
// read, so that the result is checked as one scenario and every message points to where a thing was said.
import { join, readValue, type Entry, type Keyed, type Tree } from './document.ts'
import { listed, quoted, remedy, wholeOf, type Fault, type Place } from './faults.ts'
import type { Keys, Shape } from './shapes.ts'

/** `over` laid on `base`: maps merge key by key, null removes a key, all else is replaced whole. */
export function overlaid(base: Tree | undefined, over: Tree): Tree {
  if (over.form !== 'map') return over
  const below = base?.form === 'map' ? base.entries : new Map<string, Entry>()
  const entries = new Map(below)
  for (const [key, { at, value }] of over.entries) {
    if (isNull(value)) entries.delete(key)
    else entries.set(key, { at, value: overlaid(below.get(key)?.value, value) })
  }
  return { form: 'map', at: over.at, entries }
}

function isNull(tree: Tree): boolean {
  return tree.form === 'scalar' && tree.value === null && !tree.inQuotes
}

/** A place and what is to stand there. */
export interface Setting {
  readonly at: Place
  readonly keys: readonly string[]
  readonly value: Tree
}

/** Reads `PATH=VALUE`. */
export function readSetting(written: string, faults: Fault[]): Setting | null {
  const equals = written.indexOf('=')
  const path = equals < 0 ? written : written.slice(0, equals)
  const at: Place = { ...wholeOf(`--set ${written.length > 200 ? written.slice(0, 199) + '…' : written}`), path }
  const refuse = (text: string): null => {
    faults.push({ place: at, path, text })
    return null
  }
  if (equals < 0) return refuse('has no value; write PATH=VALUE')
  if (written.slice(equals + 1).trim() === '')
    return refuse('has no value after =; write one, or null to remove the key')
  const keys = keysOf(path)
  if (keys.some((key) => key === '')) return refuse('is not a path; write keys joined by dots, then = and a value')
  if (keys[0] === 'scenario') return refuse('the scenario below is chosen in the file; change it there')
  const value = readValue(written.slice(equals + 1), at)
  faults.push(...value.faults.map((fault) => ({ ...fault, path: join(path, fault.path) })))
  return value.tree === null || value.faults.length > 0 ? null : { at, keys, value: value.tree }
}

/** The keys of a path. What may be said of a cost stands behind its name, which has dots. */
export function keysOf(path: string): string[] {
  const [, cost, of] = /^costs\.(.+?)(?:\.(value|source|range(?:\.[0-9]+)?))?$/.exec(path) ?? []
  if (cost === undefined) return path.split('.')
  return ['costs', cost, ...(of?.split('.') ?? [])]
}

/** What may stand at a place; null if there is no such place in the language. */
export function shapeAt(shape: Shape, keys: readonly string[]): Shape | null {
  return keys.reduce<Shape | null>((outer, key) => outer && optionWith(outer, key).inner, shape)
}

/** The tree with the setting made. A place that does not exist is a fault and changes nothing. */
export function withSetting(tree: Tree, language: Shape, { at, keys, value }: Setting, faults: Fault[]): Tree {
  const result = put(tree, language, keys, at, value)
  if (typeof result !== 'string') return result
  faults.push({ place: at, path: keys.join('.'), text: result })
  return tree
}

/** The new tree, or why there is no such place. */
function put(tree: Tree | undefined, shape: Shape, keys: readonly string[], at: Place, value: Tree): Tree | string {
  const [key, ...rest] = keys
  if (key === undefined) return value
  const option = optionWith(shape, key)
  if (option.inner === null) return noPlace(option.shape, key)
  if (option.shape.form === 'items') return putItem(tree, option.inner, keys, at, value)
  const entries = new Map(tree?.form === 'map' ? tree.entries : [])
  const before = entries.get(key)
  if (option.shape.form === 'names' && before === undefined) {
    const { noun } = option.shape
    return `the file has no ${noun} ${quoted(key)}; ${remedy(key, [...entries.keys()])}`
  }
  // What stands in a map's place is wrong and will be said so, unless the language allows it there (`syscall: 2000 /s`).
  if (tree !== undefined && tree.form !== 'map' && shape.form !== 'either') return tree
  if (rest.length === 0 && isNull(value)) {
    entries.delete(key)
    return { form: 'map', at: tree?.at ?? at, entries }
  }
  const inner = put(before?.value, option.inner, rest, at, value)
  if (typeof inner === 'string') return inner
  entries.set(key, { at: before?.at ?? at, value: inner })
  return { form: 'map', at: tree?.at ?? at, entries } satisfies Keyed
}

function putItem(tree: Tree | undefined, shape: Shape, keys: readonly string[], at: Place, value: Tree): Tree | string {
  const items = tree?.form === 'list' ? tree.items : []
  const index = /^(0|[1-9][0-9]*)$/.test(keys[0]) ? Number(keys[0]) : Infinity
  if (index >= items.length) {
    const has = items.length === 0 ? 'the list has no items' : `the list has items 0 to ${items.length - 1}`
    return `${has}, no ${quoted(keys[0])}; ${items.length === 0 ? 'add it in the file' : 'write one of these numbers'}`
  }
  const inner = put(items[index], shape, keys.slice(1), at, value)
  if (typeof inner === 'string') return inner
  return { form: 'list', at: tree!.at, items: items.with(index, inner) }
}

/** The option of a shape that has this key inside, and the shape of what stands there. */
function optionWith(shape: Shape, key: string): { shape: Shape; inner: Shape | null } {
  if (shape.form !== 'either') return { shape, inner: inside(shape, key) }
  const options = shape.options.map((option) => optionWith(option, key))
  return (
    options.find(({ inner }) => inner !== null) ??
    options.find((option) => knownIn(option.shape).length > 0) ??
    options[0]
  )
}

function inside(shape: Shape, key: string): Shape | null {
  if (shape.form === 'names' || shape.form === 'items') return shape.of
  const fields = fieldsOf(shape)
  return Object.hasOwn(fields, key) ? fields[key].shape : null
}

function fieldsOf(shape: Shape): Keys['fields'] {
  return shape.form === 'keys' || shape.form === 'column' ? shape.fields : {}
}

function knownIn(shape: Shape): readonly string[] {
  return Object.keys(fieldsOf(shape))
}

function noPlace(shape: Shape, key: string): string {
  const known = knownIn(shape)
  if (known.length === 0) return `there is nothing inside to set as ${listed([key])}; end the path before it`
  const noun = shape.form === 'keys' ? shape.noun : 'key'
  return `unknown ${noun} ${quoted(key)}; ${remedy(key, known, 'offsim models')}`
}
