// Processor: a guest does something its hypervisor must see, and a trap is handled while its vCPU waits.
//
//   trap ─► (exit ─► handler ─► entry) ─► guest goes on          what the three cost depends on who has to do what:
//
//   trap-and-emulate         every privileged operation traps; memory by shadow page tables
//   binary-translation       rewritten code calls the monitor, mostly without a trap; shadow page tables
//   vt-x, amd-v              hardware exits; still shadow page tables, so page-table work exits
//   vt-x-ept, amd-v-rvi      nested page tables: the guest's memory is its own, at the price of longer TLB misses
//   vt-x-posted-interrupts   as vt-x-ept, and interrupts reach the guest without an exit
import { costs } from './processor-costs.ts'
import type { Handler, Line, Step, Technology } from '../host/technology.ts'
import { step, type Wiring } from '../host/technology.ts'

type CostOf = (key: string) => number

/** The price of one trap, in steps. It has one form: the whole, or exit + handler + indirect. */
function traps(kind: string, wiring: Wiring): Line {
  const name = wiring.handlerName
  const key = `${name}.${kind}`
  const isWhole = wiring.override(key) !== undefined || costs[key] !== undefined
  noteGeneration(key, wiring)
  return isWhole ? asWhole(kind, key, wiring) : inParts(kind, key, wiring)
}

/** Says which generation a price was measured on, since arms are compared by prices of different ones. */
function noteGeneration(key: string, wiring: Wiring): void {
  const { host } = wiring
  if (host.setup.host.processor !== 'as-measured') return
  const priced = costs[key] ? key : `${wiring.handlerName}.exit`
  const measuredOn = costs[priced]?.measuredOn
  // A price that the scenario gives was measured wherever its user says.
  if (measuredOn && wiring.override(key) === undefined && wiring.override(priced) === undefined) {
    host.generations.add(measuredOn)
  }
}

/** Kinds whose native cost was measured beside the whole: it is part of the price, and a step of its own. */
const NATIVE_MEASURED = new Set(['syscall', 'page-fault', 'page-table-write', 'divide-fault', 'port-io'])

/** Native part, where it is known, and the rest. */
function asWhole(kind: string, key: string, wiring: Wiring): Step[] {
  const from = costs[key] ? [key] : []
  const cycles = onProcessor(key, wiring)
  const nativeKey = `native.${kind}`
  if (!NATIVE_MEASURED.has(kind)) return [step('exit', kind, { derived: { cycles, from } })]
  const native = (cost: CostOf) => Math.min(cost(nativeKey), cycles(cost))
  const rest = step('exit', kind, { derived: { cycles: (cost) => cycles(cost) - native(cost), from } })
  return [step('exit', `${kind} (native)`, { derived: { cycles: native, from: [nativeKey] } }), rest]
}

function inParts(kind: string, key: string, wiring: Wiring): Step[] {
  const name = wiring.handlerName
  const scale = remainderScale(wiring)
  const part = (what: string, cost: string): Step[] => {
    if (!costs[cost]) return []
    return [step('exit', what, { derived: { cycles: (of) => of(cost) * scale(of), from: [cost] } })]
  }
  const processor = wiring.host.setup.host.processor
  const exit = costs[`${name}.exit`] ? `${name}.exit` : undefined
  const isHardware = wiring.handler.kind === 'hardware'
  const roundTrip = processor === 'as-measured' || !isHardware ? exit : `${processor}.roundTrip`
  if (!roundTrip || !costs[`${key}.handler`]) throw new Error(`${name} has no price for ${kind}`)
  return [
    step('exit', 'exit', { each: roundTrip }),
    ...part(`${kind} handler`, `${key}.handler`),
    ...part(`${kind} indirect`, `${key}.indirect`),
  ]
}

/** A whole price on the host's processor: its transitions at that processor's round trip, and the rest. */
function onProcessor(key: string, wiring: Wiring): (cost: CostOf) => number {
  const processor = wiring.host.setup.host.processor
  const measuredOn = costs[key]?.measuredOn
  if (processor === 'as-measured' || wiring.override(key) !== undefined) return (cost) => cost(key)
  const scale = remainderScale(wiring)
  return (cost) => {
    const transitions = costs[`${key}.transitions`] ? cost(`${key}.transitions`) : 0
    const measured = costs[`${measuredOn}.roundTrip`] ? cost(`${measuredOn}.roundTrip`) : 0
    const rest = Math.max(0, cost(key) - transitions * measured)
    return transitions * cost(`${processor}.roundTrip`) + rest * scale(cost)
  }
}

function remainderScale(wiring: Wiring): (cost: CostOf) => number {
  return wiring.host.setup.host.processor === 'as-measured' ? () => 1 : (cost) => cost('remainderScale')
}

/** Steps that make a guest's own work longer: caches and TLBs lost to the monitor, and longer page walks. */
const handler = (kind: Handler['kind'], name: string): Handler => ({
  kind,
  traps,
  guestWork: [step('user', 'guest work slowed', { perByte: `${name}.guestWork` })],
})

const handlers = {
  'trap-and-emulate': handler('software', 'trap-and-emulate'),
  'binary-translation': handler('software', 'binary-translation'),
  'vt-x': handler('hardware', 'vt-x'),
  'vt-x-ept': handler('hardware', 'vt-x-ept'),
  'vt-x-posted-interrupts': handler('hardware', 'vt-x-posted-interrupts'),
  'amd-v': handler('hardware', 'amd-v'),
  'amd-v-rvi': handler('hardware', 'amd-v-rvi'),
}

/** Prices in parts may be given whole. */
const alternatives = Object.keys(costs)
  .filter((key) => key.endsWith('.handler'))
  .map((key) => key.slice(0, -'.handler'.length))

export const processor: Technology = { name: 'processor', costs, alternatives, handlers }
