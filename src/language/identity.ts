// What a result was computed from, as text and as a short name. Two scenarios that ask for the same runs have one
// identity, however they are written; any change that could change a number gives another.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { Prices } from '../models/host/prices.ts'
import type { Arm } from '../models/host/setup.ts'
import type { Cost, Technology } from '../models/host/technology.ts'
import { MODEL_VERSION } from '../models/host/version.ts'
import type { Scenario } from './asked.ts'

/** What a result depends on besides the scenario and the models' code. */
export interface Surroundings {
  /** Where prices come from that the scenario does not give. */
  readonly technologies: readonly Technology[]
  /** How many were made of each arm: as many as asked for, as a precision took, or as there were before an interruption. */
  readonly replications: number
  /** A point of a sweep; absent for a single run. */
  readonly point?: unknown
  /** Hashes of the sources of plug-ins; their order does not matter. */
  readonly plugins?: readonly string[]
}

/**
 * The resolved scenario as JSON with sorted keys: base units, defaults filled in, overrides applied. Name, question and the
 * order of groups and arms are left out, since no number depends on them; and how many replications are asked for, since what
 * a row depends on is how many were made.
 */
export function canonical(scenario: Scenario): string {
  return sortedJson(decisive(scenario))
}

/** Other levels than 95 %, a warm-up that is still to be found, and assumed costs enter it only where they are chosen. */
function decisive(scenario: Scenario): object {
  const { seed, warmupNs, measureNs, host, vms, costs, assumed, baseline, arms, fit } = scenario
  const confidence = scenario.confidence === 0.95 ? undefined : scenario.confidence
  const warmup = scenario.warmup === 'auto' ? 'auto' : undefined
  return { seed, warmupNs, measureNs, host, vms, costs, assumed, baseline, arms, confidence, warmup, fit }
}

/** 12 hexadecimal digits of the SHA-256 of all that a row depends on: scenario, replications, prices, point, models, plug-ins. */
export function identity(scenario: Scenario, made: Surroundings): string {
  const { technologies, replications, point = null, plugins = [] } = made
  const prices = Object.entries(pricesBehind(scenario, Object.values(scenario.arms), technologies))
  return digitsOf({
    scenario: decisive(scenario),
    replications,
    prices: Object.fromEntries(prices.map(([name, { value }]) => [name, value])),
    point,
    modelVersion: MODEL_VERSION,
    plugins: plugins.toSorted(),
  })
}

/** As ids were formed by an offsim that left replications and shipped prices out of them. */
export function formerIdentity(
  scenario: Scenario,
  { point = null, plugins = [], modelVersion }: Omit<Surroundings, 'technologies' | 'replications'> & Version,
): string {
  return digitsOf({ scenario: decisive(scenario), point, modelVersion, plugins: plugins.toSorted() })
}

interface Version {
  readonly modelVersion: number
}

function digitsOf(all: object): string {
  return bytesToHex(sha256(utf8ToBytes(sortedJson(all)))).slice(0, 12)
}

/** A price as it is in force, and what tallies note of it. */
export interface PriceBehind {
  readonly value: number
  readonly isAssumed: boolean
  readonly measuredOn?: string
}

/** Every price that runs of these arms may ask for, by its full name. */
export function pricesBehind(
  { costs, assumed }: Pick<Scenario, 'costs' | 'assumed'>,
  arms: readonly Arm[],
  technologies: readonly Technology[],
): Record<string, PriceBehind> {
  const prices = new Prices(technologies, costs, assumed)
  const named = costsBehind(arms, technologies).map(({ technology, key, cost }): [string, PriceBehind] => {
    const [value, isAssumed] = [prices.value(technology, key), prices.isAssumed(technology, key)]
    return [`${technology.name}.${key}`, { value, isAssumed, measuredOn: cost.measuredOn }]
  })
  return Object.fromEntries(named)
}

interface NamedCost {
  readonly technology: Technology
  readonly key: string
  readonly cost: Cost
}

/** Costs of the technologies that arms name, and what traps cost on bare metal, which an arm without a processor pays. */
export function costsBehind(arms: readonly Arm[], technologies: readonly Technology[]): NamedCost[] {
  const named = new Set(arms.flatMap((arm) => Object.keys(arm)))
  return technologies.flatMap((technology) => {
    const isNative = (key: string) => technology.name === 'processor' && key.startsWith('native.')
    return Object.entries(technology.costs).flatMap(([key, cost]) => {
      return named.has(technology.name) || isNative(key) ? [{ technology, key, cost }] : []
    })
  })
}

const hashes = new WeakMap<Float64Array, string>()

/** What many numbers are called: they are named by their SHA-256, worked out once. */
export function hashOf(numbers: Float64Array): string {
  let hash = hashes.get(numbers)
  if (hash === undefined) {
    const bytes = new DataView(new ArrayBuffer(numbers.byteLength))
    numbers.forEach((number, i) => bytes.setFloat64(8 * i, number, true))
    hash = `sha256:${bytesToHex(sha256(new Uint8Array(bytes.buffer)))}`
    hashes.set(numbers, hash)
  }
  return hash
}

/** JSON whose keys are sorted, so that equal values have equal text. */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (value instanceof Float64Array) return JSON.stringify(hashOf(value))
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  let members = ''
  for (const key of Object.keys(value).sort()) {
    const inner = (value as Readonly<Record<string, unknown>>)[key]
    if (inner === undefined) continue
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${sortedJson(inner)}`
  }
  return `{${members}}`
}

/** Every cost of the technologies as they ship it, by its full name: which of them have changed can be told later. */
export function shippedCosts(technologies: readonly Technology[]): Record<string, number> {
  const all = technologies.flatMap(({ name, costs }) =>
    Object.entries(costs).map(([key, { value }]): [string, number] => [`${name}.${key}`, value]),
  )
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}
