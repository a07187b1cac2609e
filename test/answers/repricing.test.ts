// Priced again from the counts, an arm costs what it costs when it is run again at those prices.
import { describe, expect, test } from 'vitest'
import { RandomStream, streamSeed } from '../../src/engine/random.ts'
import { pricingOf, uncertainPrices, type UncertainPrice } from '../../src/answers/pricing.ts'
import { amountsOf } from '../../src/answers/amounts.ts'
import { NOTHING_MEASURED, RepricedArm, runAgainFor } from '../../src/answers/repricing.ts'
import type { Scenario } from '../../src/language/asked.ts'
import type { Technology } from '../../src/models/host/technology.ts'
import { step } from '../../src/models/host/technology.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { inTurn, runScenario } from '../../src/runs/run-scenario.ts'
import { loaded } from '../language/loading.ts'

/** Light work that passes everything, a packet at a time, so that hardly any of it waits for other work. */
const scenario = (arm: string, more = '', technologies: readonly Technology[] = TECHNOLOGIES) =>
  loaded(
    {
      f: `
name: light
seed: 5
run: { measure: 1 s, replications: 2 }
host: { cores: 4, clock: 3 GHz, nic: { rate: 10 Gbit/s }, array: { path: 8 Gbit/s, internal: 4 GB/s }${more.startsWith('processor') ? `, ${more}` : ''} }
arms: { only: ${arm} }
vms:
  desktop:
    count: 2
    vcpus: 2
    compute: { rate: 5 /s, cycles: 1000000 }
    traps: { syscall: 50 /s, page-fault: 20 /s, page-table-write: 20 /s, address-space: 5 /s, port-io: 20 /s, halt: 5 /s }
    packets:
      - { direction: receive, rate: 40 /s, bytes: 900, vlan: true }
      - { direction: transmit, rate: 40 /s, bytes: 900, vlan: true, vpn: true }
    screen: { rate: 3 /s, pixels: 4000 }
${more.startsWith('costs') ? more : ''}
`,
    },
    { technologies },
  )

const ARMS = [
  '{ processor: trap-and-emulate, nic: emulated, tcp: host-stack, vlan: host-tagging, vpn: software-aes, display: software-pcoip }',
  '{ processor: binary-translation, nic: paravirtual, tcp: host-stack, vlan: nic-tagging, vpn: aes-ni, display: pcoip-card }',
  '{ processor: vt-x, nic: vmdq, tcp: host-stack, vlan: switch-tagging, vpn: lookaside, display: software-pcoip }',
  '{ processor: vt-x-ept, nic: sr-iov, tcp: host-stack, vlan: nic-tagging, vpn: inline-nic, display: software-pcoip, iommu: strict }',
  '{ processor: vt-x-posted-interrupts, nic: sr-iov, tcp: host-stack, vlan: host-tagging, vpn: aes-ni, display: software-pcoip, iommu: deferred }',
  '{ processor: amd-v, nic: flex-10, tcp: host-stack, vlan: host-tagging, vpn: aes-ni, display: software-pcoip }',
  '{ processor: amd-v-rvi, nic: paravirtual, tcp: host-stack, vlan: host-tagging, vpn: aes-ni, display: software-pcoip }',
  '{ nic: emulated, tcp: host-stack, vlan: host-tagging, vpn: aes-ni, display: software-pcoip }',
]

const cyclesOf = async (given: Scenario, technologies: readonly Technology[]) => {
  const { arms } = await runScenario(given, technologies, inTurn(technologies))
  return arms[0]
}

/** By technology: cycles at other prices, as they are worked out and as they come out when the arm is run again. */
async function bothWays(
  given: Scenario,
  choose: (price: UncertainPrice) => number,
  technologies: readonly Technology[] = TECHNOLOGIES,
) {
  const pricing = pricingOf(given, 'only', technologies)
  const prices = uncertainPrices(given, technologies, [pricing])
  const again = new Set(runAgainFor(pricing, prices))
  const chosen = new Map(prices.filter((price) => !again.has(price)).map((price) => [price.name, choose(price)]))
  const arm = await cyclesOf(given, technologies)
  const moved = new RepricedArm(amountsOf(arm, pricing), pricing, prices, NOTHING_MEASURED).movedTo((name) =>
    chosen.get(name),
  )
  const other = await cyclesOf({ ...given, costs: { ...given.costs, ...Object.fromEntries(chosen) } }, technologies)
  const cycles = ({ ledgers }: typeof arm, name: string) =>
    ledgers.flat().reduce((sum, entry) => (entry.technology === name ? sum + entry.counted / 2 : sum), 0)
  return {
    chosen,
    rows: [...new Set(moved.map(({ technology }) => technology))].map((name) => {
      const more = moved.reduce((sum, { technology, cycles }) => (technology === name ? sum + cycles : sum), 0)
      const charges = arm.ledgers
        .flat()
        .reduce((sum, entry) => (entry.technology === name ? sum + entry.items / 2 : sum), 0)
      return { name, priced: cycles(arm, name) + more, run: cycles(other, name), charges }
    }),
  }
}

/** Prices move when things happen, and so, by a little, how often. A charge is a whole number of cycles. */
function expectAlike({ name, priced, run, charges }: { name: string; priced: number; run: number; charges: number }) {
  expect(Math.abs(priced - run), name).toBeLessThan(0.01 * run + 0.5 * charges + 1)
}

describe.each(ARMS)('%s', (arm) => {
  test.each(['low', 'high', 1, 2, 3] as const)('at prices %s', async (at) => {
    const random = (name: string) => new RandomStream(streamSeed(Number(at), 0, name)).uniform()
    const { rows, chosen } = await bothWays(scenario(arm), ({ name, low, high, isWhole }) => {
      if (typeof at === 'string') return at === 'low' ? low : high
      const value = low + (high - low) * random(name)
      return isWhole ? Math.round(value) : value
    })
    expect(chosen.size).toBeGreaterThan(6)
    for (const row of rows) expectAlike(row)
  })
})

describe('variants', () => {
  test('prices transferred to the host’s own processor are transferred again', async () => {
    const given = scenario(
      '{ processor: vt-x, nic: emulated, tcp: host-stack, vlan: host-tagging, vpn: aes-ni, display: software-pcoip }',
      'processor: nehalem',
    )
    const { rows, chosen } = await bothWays(given, ({ high }) => high)
    expect([...chosen.keys()]).toEqual(
      expect.arrayContaining(['processor.remainderScale', 'processor.vt-x.page-fault.transitions']),
    )
    for (const row of rows) expectAlike(row)
  })

  test('a price that is nothing, and might be something', async () => {
    const cost = 'nic.emulated.worldSwitchCycles'
    const given = scenario(ARMS[0], `costs: { ${cost}: { value: 0, range: [0, 9000] } }`)
    const { rows, chosen } = await bothWays(given, ({ name, value, high }) => (name === cost ? high : value))
    expect(chosen.get(cost)).toBe(9000)
    for (const row of rows) expectAlike(row)
  })

  test('the scenario’s own price with a range takes part, one without is known', () => {
    const names = (costs: string) => {
      const given = scenario(ARMS[0], `costs: { ${costs} }`)
      return uncertainPrices(given, TECHNOLOGIES, [pricingOf(given, 'only', TECHNOLOGIES)])
    }
    const of = (costs: string) => names(costs).find(({ name }) => name === 'tcp.byteCycles')
    expect(of('tcp.packetCycles: 4000')).toMatchObject({ low: 0.1, high: 8 })
    expect(of('tcp.byteCycles: 0.5')).toBeUndefined()
    expect(of('tcp.byteCycles: { value: 0.5, source: measured on our hosts }')).toBeUndefined()
    expect(of('tcp.byteCycles: { value: 0.5, range: [0.4, 0.7] }')).toMatchObject({ value: 0.5, low: 0.4, high: 0.7 })
    expect(of('tcp.byteCycles: { value: 0.5, source: "assumption: as ever" }')).toMatchObject({ low: 0.25, high: 1 })
  })

  test('the whole price of a trap that is otherwise priced in parts may have a range too', async () => {
    const cost = 'processor.vt-x.interrupt'
    const given = scenario(ARMS[2], `costs: { ${cost}: { value: 9000, range: [8000, 12000] } }`)
    const { rows, chosen } = await bothWays(given, ({ name, value, high }) => (name === cost ? high : value))
    expect(chosen.get(cost)).toBe(12_000)
    for (const row of rows) expectAlike(row)
  })

  test('a plug-in’s steps are priced again without its doing, and what it reads for itself is run again', () => {
    const own: Technology = {
      name: 'meter',
      passedBefore: 'nic',
      costs: {
        readCycles: { value: 300, unit: 'cycles', source: 'assumption: a counter' },
        burst: { value: 4, unit: 'count', source: 'assumption: every fourth' },
        sizeCycles: { value: 1, unit: 'cycles', source: 'assumption: by byte, in the same step' },
        fixedCycles: { value: 100, unit: 'cycles', source: 'assumption: in the same step' },
        derivedCycles: { value: 50, unit: 'cycles', source: 'assumption: of what a step is worked out' },
      },
      handlers: {
        plain: {
          kind: 'software',
          transmit: (wiring, done) => {
            const burst = wiring.cost('burst')
            const read = step('host', 'read', { each: 'readCycles' })
            const both = step('host', 'both', { each: 'fixedCycles', perByte: 'sizeCycles' })
            const worked = step('host', 'worked out', {
              derived: { cycles: wiring.cost('derivedCycles') * burst, from: ['derivedCycles'] },
            })
            return wiring.line([read, both, worked], done)
          },
          receive: [step('host', 'read', { each: 'readCycles' })],
        },
      },
    }
    const technologies = [...TECHNOLOGIES, own]
    const given = scenario(ARMS[0].replace('{ ', '{ meter: plain, '), '', technologies)
    const pricing = pricingOf(given, 'only', technologies)
    const prices = uncertainPrices(given, technologies, [pricing]).filter(({ name }) => name.startsWith('meter.'))
    expect(prices.map(({ name }) => name)).toEqual(
      ['burst', 'derivedCycles', 'fixedCycles', 'readCycles', 'sizeCycles'].map((key) => `meter.${key}`),
    )
    expect(runAgainFor(pricing, prices).map(({ name }) => name)).toEqual(
      ['burst', 'derivedCycles', 'fixedCycles', 'sizeCycles'].map((key) => `meter.${key}`),
    )
  })
})
