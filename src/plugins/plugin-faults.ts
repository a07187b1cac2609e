// What is wrong with what a plug-in exports, each in one line: said when it is loaded, before anything runs.
import { TRAP_KINDS } from '../models/host/setup.ts'
import { PASSAGES, type Handler, type Passage, type Place, type Technology } from '../models/host/technology.ts'
import { listed, quoted, remedy } from '../language/faults.ts'

/** Says what is wrong with a place, `handlers.dpu.transmit`; '' is the export as a whole. */
type Complain = (path: string, text: string) => void

/** The technology that handlers are written for, with their costs. */
interface AllowedKeys {
  readonly costs: Readonly<Record<string, unknown>>
  /** Keys that a handler must have, and those that it may have. */
  readonly needed: readonly string[]
  readonly allowed: readonly string[]
  readonly complain: Complain
}

type Thing = Readonly<Record<string, unknown>>

/** What handlers and technologies may be called. */
export const HANDLER_NAME = /^[a-z][a-z0-9-]*$/
const NAME_RULE = 'use small letters, digits and hyphens, and begin with a letter'
/** As names of a scenario are. */
const REQUEST_NAME = /^[A-Za-z][A-Za-z0-9-]*$/
const COST_KEY = /^[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*$/
/** Rows of results carry these names. */
const RESERVED = ['total', 'host', 'guest', 'idle']
const PLACES: readonly Place[] = ['vcpu', 'user', 'exit', 'host']
const PATHS = ['enter', 'transmit', 'receive', 'datagram', 'complete']
/** Kinds of traps that items may cause. */
export const CAUSED_TRAPS: readonly string[] = [...TRAP_KINDS, 'device-access', 'notify']
const EXAMPLE = "export default { technology: 'nic', handlers: { … } }"

/**
 * What is wrong with an export, given the technologies there are; nothing if it can be added to them.
 * @param rows ids of the measurements
 */
export function extensionFaults(extension: unknown, technologies: readonly Technology[], rows: Rows): string[] {
  const faults: string[] = []
  const complain: Complain = (path, text) => void faults.push(path === '' ? text : `${path}: ${text}`)
  if (!isThing(extension)) complain('', `the default export is ${shown(extension)}; write ${EXAMPLE}`)
  else if (!('technology' in extension) && !('name' in extension))
    complain('', `the default export names no technology; write ${EXAMPLE}`)
  else if ('technology' in extension) additionFaults(extension, technologies, rows, complain)
  else technologyFaults(extension, technologies, rows, complain)
  return faults
}

function additionFaults(addition: Thing, technologies: readonly Technology[], rows: Rows, complain: Complain): void {
  unknownKeys(addition, ['technology', 'handlers', 'costs'], '', complain)
  const technology = technologies.find(({ name }) => name === addition['technology'])
  if (!technology) {
    const known = technologies.map(({ name }) => name)
    const wrong = shown(addition['technology'])
    complain('technology', `${wrong} is no technology; ${remedy(textOr(addition['technology'], ''), known)}`)
    return
  }
  const costs = costFaults(addition['costs'] ?? {}, rows, complain)
  for (const key of Object.keys(costs).filter((key) => Object.hasOwn(technology.costs, key)))
    complain(`costs.${key}`, `is a cost of ${technology.name} already; choose another name, or use the one there is`)
  const keys: AllowedKeys = { costs: { ...technology.costs, ...costs }, ...handlerKeys(technology), complain }
  handlersFaults(addition['handlers'], Object.keys(technology.handlers), keys)
}

/** Keys that every handler of a technology has, and those that some have. */
export function handlerKeys(technology: Technology): { needed: string[]; allowed: string[] } {
  const keys = Object.values(technology.handlers).map((handler) => Object.keys(handler))
  const needed = keys[0].filter((key) => keys.every((others) => others.includes(key)))
  return { needed, allowed: [...new Set(keys.flat())] }
}

function technologyFaults(own: Thing, technologies: readonly Technology[], rows: Rows, complain: Complain): void {
  unknownKeys(own, ['name', 'costs', 'handlers', 'passedBefore', 'passes', 'resizes'], '', complain)
  const { name, passedBefore, passes, resizes } = own
  if (typeof name !== 'string' || !HANDLER_NAME.test(name)) complain('name', `is ${shown(name)}; ${NAME_RULE}`)
  else if (RESERVED.includes(name)) complain('name', `${quoted(name)} is a row of results; choose another`)
  else if (name === 'like') complain('name', '`like` says in a scenario what an arm is like; choose another')
  else if (technologies.some((technology) => technology.name === name))
    complain('name', `${quoted(name)} exists already; choose another, or add to it: write technology: '${name}'`)
  const isPassage = PASSAGES.some((passage) => passage === passedBefore)
  if (passes !== undefined) requestsFaults(passes, technologies, complain)
  if (!isPassage && (passedBefore !== undefined || passes === undefined)) {
    const wrong = passedBefore === undefined ? 'is missing, so no work would pass it' : `is ${shown(passedBefore)}`
    const own = passedBefore === undefined ? `, or passes: 'pages' for requests of that name` : ''
    complain('passedBefore', `${wrong}; write ${listed(PASSAGES, 'or')}${own}`)
  }
  if (resizes !== undefined && typeof resizes !== 'boolean') complain('resizes', `is ${shown(resizes)}; write true`)
  if (resizes === true && isPassage && passedBefore !== 'tcp' && passedBefore !== 'clone')
    complain('resizes', "would change parts of an item; write passedBefore: 'tcp' or 'clone', where it is whole")
  const costs = costFaults(own['costs'] ?? {}, rows, complain)
  const before = isPassage ? pathsBefore(passedBefore as Passage) : []
  const needed = [...new Set(['kind', ...before, ...(passes === undefined ? [] : ['enter'])])]
  const isKnown = isPassage || (passes !== undefined && passedBefore === undefined)
  handlersFaults(own['handlers'], [], { costs, needed, allowed: isKnown ? needed : ['kind', ...PATHS], complain })
}

/** The name of requests that pass a technology: one that a scenario can write, and that passes no other one. */
function requestsFaults(passes: unknown, technologies: readonly Technology[], complain: Complain): void {
  if (typeof passes !== 'string' || !REQUEST_NAME.test(passes))
    return complain('passes', `is ${shown(passes)}; write the name that requests have in scenarios, such as 'pages'`)
  const other = technologies.find((technology) => technology.passes === passes)
  if (other !== undefined)
    complain('passes', `requests named ${quoted(passes)} pass ${other.name} already; choose another name`)
}

/** The paths by which work passes a technology that lies before this one. */
export function pathsBefore(passage: Passage): readonly (keyof Handler)[] {
  return passage === 'clone' || passage === 'display' ? ['enter'] : ['transmit', 'receive']
}

type Rows = ReadonlySet<string>

/** The costs, as far as they are a map. */
function costFaults(costs: unknown, rows: Rows, complain: Complain): Thing {
  if (!isThing(costs)) {
    complain('costs', `is ${shown(costs)}; write { setUpCycles: { value: 400, unit: 'cycles', source: '…' } }`)
    return {}
  }
  for (const [key, cost] of Object.entries(costs)) {
    const at = `costs.${key}`
    if (!COST_KEY.test(key)) complain(at, 'is no name; join words of letters, digits and hyphens with dots')
    if (!isThing(cost)) {
      complain(at, `is ${shown(cost)}; write { value: 400, unit: 'cycles', source: 'assumption: why' }`)
      continue
    }
    unknownKeys(cost, ['value', 'unit', 'source', 'range', 'least', 'whole', 'choices', 'measuredOn'], at, complain)
    const { value, unit, source, range } = cost
    if (typeof value !== 'number' || !(value >= 0 && value <= 1e15))
      complain(`${at}.value`, `is ${shown(value)}; write a number from 0 to 10^15`)
    if (textOr(unit, '') === '') complain(`${at}.unit`, `is ${shown(unit)}; write for example 'cycles' or 'ns'`)
    sourceFault(source, `${at}.source`, rows, complain)
    if (range !== undefined && !isExtent(range, value))
      complain(`${at}.range`, 'is not [low, high] around the value; write the published or plausible extent')
  }
  return costs
}

function sourceFault(source: unknown, at: string, rows: Rows, complain: Complain): void {
  const text = textOr(source, '')
  if (text.trim() === '' || text.trim() === 'assumption:') {
    const instead = "write where the value was measured or published, or 'assumption: why this value'"
    return complain(at, `${text === '' ? `is ${shown(source)}` : 'gives no reason'}; ${instead}`)
  }
  if (text.startsWith('assumption:')) return
  // Only what begins like an id of ours is taken for one: `RFC-1122` is a source like any other.
  const prefixes = new Set([...rows].map((row) => row.split('-')[0]))
  for (const [id, prefix] of text.matchAll(/\b([A-Z]{2,5})-\d+\b/g))
    if (prefixes.has(prefix) && !rows.has(id))
      complain(at, `there is no measurement ${quoted(id)}; offsim models ID prints those there are`)
}

function isExtent(range: unknown, value: unknown): boolean {
  if (!Array.isArray(range) || range.length !== 2 || typeof value !== 'number') return false
  const [low, high] = range as unknown[]
  return typeof low === 'number' && typeof high === 'number' && low <= value && value <= high
}

function handlersFaults(handlers: unknown, taken: readonly string[], keys: AllowedKeys): void {
  const { complain, needed, allowed } = keys
  if (!isThing(handlers) || Object.keys(handlers).length === 0) {
    const instead = "write { 'my-card': { kind: 'hardware', … } }"
    return complain('handlers', `${handlers === undefined ? 'is missing' : `is ${shown(handlers)}`}; ${instead}`)
  }
  for (const [name, handler] of Object.entries(handlers)) {
    const at = `handlers.${name}`
    if (!HANDLER_NAME.test(name)) complain(at, `is no name; ${NAME_RULE}`)
    if (taken.includes(name)) complain(at, 'exists already; choose another name')
    if (!isThing(handler)) {
      complain(at, `is ${shown(handler)}; write { kind: 'hardware', ${needed.slice(1).join(': […], ')}: […] }`)
      continue
    }
    unknownKeys(handler, allowed, at, complain)
    const missing = needed.filter((key) => handler[key] === undefined)
    if (missing.length > 0) complain(at, `lacks ${listed(missing)}; write it, if need be with nothing in it: []`)
    handlerFaults(handler, at, keys)
  }
}

function handlerFaults(handler: Thing, at: string, { costs, complain }: AllowedKeys): void {
  const { kind, traps, guestWork, segmentBytes, assigned } = handler
  if (kind !== undefined && kind !== 'software' && kind !== 'hardware')
    complain(`${at}.kind`, `is ${shown(kind)}; write 'software' or 'hardware'`)
  for (const path of PATHS) if (handler[path] !== undefined) pathFaults(handler[path], `${at}.${path}`, costs, complain)
  if (guestWork !== undefined) pathFaults(guestWork, `${at}.guestWork`, costs, complain)
  if (traps !== undefined && typeof traps !== 'function')
    complain(`${at}.traps`, `is ${shown(traps)}; write (kind) => [step('exit', kind, { each: … })]`)
  if (segmentBytes !== undefined) namedCost(segmentBytes, `${at}.segmentBytes`, costs, complain)
  if (assigned !== undefined && typeof assigned !== 'boolean')
    complain(`${at}.assigned`, `is ${shown(assigned)}; write true`)
}

function pathFaults(path: unknown, at: string, costs: Thing, complain: Complain): void {
  if (typeof path === 'function') return
  if (!Array.isArray(path))
    return complain(at, `is ${shown(path)}; write a list of steps, or a function of (wiring, done)`)
  path.forEach((piece: unknown, position) => {
    const place = `${at}.${position}`
    if (!isThing(piece)) complain(place, `is ${shown(piece)}; write step(place, name, { each: … }) or trap(kind)`)
    else if ('trap' in piece) trapFaults(piece, place, costs, complain)
    else stepFaults(piece, place, costs, complain)
  })
}

function trapFaults({ trap, times }: Thing, at: string, costs: Thing, complain: Complain): void {
  if (typeof trap !== 'string' || !CAUSED_TRAPS.includes(trap))
    complain(at, `${shown(trap)} is no kind of trap; ${remedy(textOr(trap, ''), CAUSED_TRAPS)}`)
  if (typeof times === 'string') namedCost(times, `${at}.times`, costs, complain)
  else if (typeof times !== 'number' || !(times >= 0 && times <= 1e9))
    complain(`${at}.times`, `is ${shown(times)}; write how many, or the name of a cost that says it`)
}

function stepFaults(step: Thing, at: string, costs: Thing, complain: Complain): void {
  const known = ['place', 'name', 'each', 'times', 'perPacket', 'perByte', 'countsSize', 'derived']
  unknownKeys(step, known, at, complain)
  if (!PLACES.some((place) => place === step['place']))
    complain(`${at}.place`, `is ${shown(step['place'])}; write ${listed(PLACES, 'or')}`)
  if (textOr(step['name'], '') === '') complain(`${at}.name`, `is ${shown(step['name'])}; say what is done`)
  const prices = ['each', 'perPacket', 'perByte'].filter((price) => step[price] !== undefined)
  if (prices.length === 0 && step['derived'] === undefined)
    complain(at, 'has no price; write { each: … }, { perPacket: … } or { perByte: … } with the name of a cost')
  for (const price of [...prices, ...(step['times'] === undefined ? [] : ['times'])])
    namedCost(step[price], `${at}.${price}`, costs, complain)
}

function namedCost(name: unknown, at: string, costs: Thing, complain: Complain): void {
  if (typeof name === 'string' && Object.hasOwn(costs, name)) return
  const text = typeof name === 'string' ? quoted(name) : shown(name)
  complain(at, `${text} is no cost of it; ${remedy(textOr(name, ''), Object.keys(costs))}`)
}

function unknownKeys(thing: Thing, known: readonly string[], at: string, complain: Complain): void {
  for (const key of Object.keys(thing).filter((key) => !known.includes(key)))
    complain(at, `has no use for ${quoted(key)}; ${remedy(key, known)}`)
}

function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? 'empty' : 'a map'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value === undefined ? 'missing' : value === null ? 'null' : `a ${typeof value}`
}
