// Every price can be set to all that it may be: both ends of its range, its own value, and whatever lies between.
import { describe, expect, test } from 'vitest'
import { RandomStream, streamSeed } from '../../src/engine/random.ts'
import { extentOf } from '../../src/models/host/prices.ts'
import type { Cost } from '../../src/models/host/technology.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { faultsOf, loaded } from './loading.ts'

const SCENARIO = `
name: any-price
run: { measure: 1 s }
host: { cores: 2, clock: 2 GHz, nic: { rate: 1 Gbit/s } }
arms: { software: { nic: emulated }, hardware: { nic: sr-iov } }
vms: { web: { count: 1, vcpus: 1 } }
`
const costs = TECHNOLOGIES.flatMap((technology) =>
  Object.entries<Cost>(technology.costs).map(([key, cost]) => [`${technology.name}.${key}`, cost] as const),
)
const load = (text: string, set: readonly string[] = []) =>
  loaded({ f: SCENARIO + text }, { set, technologies: TECHNOLOGIES })
const PER_COST = 10

/** Both ends, the value itself and points between them, also some that have no short decimals. */
function pointsOf(cost: Cost, random: RandomStream): number[] {
  const [low, high] = extentOf(cost) ?? [cost.value, cost.value]
  const inside = Array.from({ length: PER_COST }, () => low + (high - low) * random.uniform())
  const between = cost.whole || cost.choices ? inside.map(Math.round) : inside
  return [low, high, cost.value, ...between]
}

test.each(costs)('%s takes every point of its range', (name, cost) => {
  const random = new RandomStream(streamSeed(7, 0, name))
  for (const point of pointsOf(cost, random)) {
    const written = cost.choices?.[point] ?? String(point)
    expect(load(`costs: { ${name}: ${written} }`).costs, written).toEqual({ [name]: point })
    expect(load('', [`costs.${name}=${written}`]).costs, written).toEqual({ [name]: point })
  }
})

test.each(costs)('%s may be written with its own range', (name, cost) => {
  if (cost.choices) return
  const [low, high] = extentOf(cost) ?? [cost.value, cost.value]
  const { costOrigins } = load(`costs: { ${name}: { value: ${cost.value}, range: [${low}, ${high}] } }`)
  expect(costOrigins).toEqual({ [name]: { source: null, range: [low, high] } })
})

describe('variants', () => {
  test('half an acknowledgement per segment is the default, and can be said', () => {
    expect(load('costs: { tcp.acksPerSegment: 0.5 }').costs).toEqual({ 'tcp.acksPerSegment': 0.5 })
  })

  test('of sessions, descriptors, requests and associations there is no half', () => {
    const whole = costs.filter(([, cost]) => cost.whole).map(([name]) => name)
    expect(whole.sort()).toEqual([
      'accelerator.engines',
      'display.cardSessions',
      'nic.ringPackets',
      'vpn.inline-nic.associations',
      'vpn.lookaside.outstanding',
    ])
    for (const name of whole)
      expect(faultsOf(() => load(`costs: { ${name}: 70.5 }`))).toEqual([expect.stringContaining('is not whole')])
  })

  test('no range begins below what can be set, and those of whole things are whole', () => {
    for (const [name, cost] of costs) {
      const extent = extentOf(cost)
      if (extent === null) continue
      expect(extent[0], name).toBeGreaterThanOrEqual(cost.least ?? 0)
      if (cost.whole) expect(extent.map(Number.isInteger), name).toEqual([true, true])
    }
  })

  test('what is assumed has a range, also where its author gave none: half to twice, or all the words', () => {
    const assumed = (value: number, more: Partial<Cost> = {}) =>
      extentOf({ value, unit: 'cycles', source: 'assumption: a guess', ...more })
    expect(assumed(400)).toEqual([200, 800])
    expect(assumed(400, { range: [100, 500] })).toEqual([100, 500])
    expect(assumed(3, { whole: true })).toEqual([2, 6])
    expect(assumed(1, { least: 1 })).toEqual([1, 2])
    expect(assumed(0, { choices: ['vcpu', 'host', 'card'] })).toEqual([0, 2])
  })

  test('what is measured has only the range that was published with it', () => {
    expect(extentOf({ value: 400, unit: 'cycles', source: 'CPU-02' })).toBeNull()
    expect(extentOf({ value: 400, unit: 'cycles', source: 'CPU-02', range: [300, 500] })).toEqual([300, 500])
    expect(extentOf({ value: 400, unit: 'cycles', source: 'CPU-02', range: [400, 400] })).toBeNull()
  })
})
