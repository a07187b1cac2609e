// How far an answer rests on prices: the range is that of a sweep over the same prices, and it costs a part of the run.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/answers/comparison.ts'
import { doubtOf } from '../../src/answers/price-doubt.ts'
import type { UncertainPrice } from '../../src/answers/pricing.ts'
import { verdicts } from '../../src/answers/verdict.ts'
import type { Scenario } from '../../src/language/asked.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { step, type Technology } from '../../src/models/host/technology.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { directions, sobolCoordinate } from '../../src/points/sobol.ts'
import { csv, json, table } from '../../src/report/index.ts'
import { withPriceDoubt } from '../../src/runs/doubting.ts'
import { inTurn, runScenario } from '../../src/runs/run-scenario.ts'
import { loaded } from '../language/loading.ts'

const shipped = (name: string, set: readonly string[] = []): Scenario =>
  loadScenario(`scenarios/${name}.yaml`, { read: (path) => readFileSync(path), technologies: TECHNOLOGIES, set })

async function doubted(scenario: Scenario, technologies: readonly Technology[] = TECHNOLOGIES): Promise<Comparison> {
  const simulate = inTurn(technologies)
  return withPriceDoubt(await runScenario(scenario, technologies, simulate), simulate)
}

const totalOf = (comparison: Comparison, arm: string) => doubtOf(comparison, { arm, technology: 'total' })!

const SMALL = `
name: small
seed: 3
run: { measure: 200 ms, replications: 2 }
host: { cores: 4, clock: 3 GHz, nic: { rate: 10 Gbit/s } }
arms: { software: { nic: paravirtual, tcp: host-stack }, hardware: { nic: sr-iov, tcp: host-stack } }
vms: { web: { count: 2, vcpus: 2, packets: [{ direction: receive, rate: 2000 /s, bytes: 1400 }] } }
`
const small = (more = '', set: readonly string[] = [], technologies: readonly Technology[] = TECHNOLOGIES) =>
  loaded({ f: SMALL + more }, { technologies, set })

describe('the range is that of 256 Sobol points over the same prices, to a tenth of it', () => {
  const valueAt = ({ low, high, isWhole }: UncertainPrice, share: number) =>
    isWhole ? low + Math.floor(share * (high - low + 1)) : low + share * (high - low)
  const quantile = (sorted: readonly number[], share: number) => sorted[Math.round(share * (sorted.length - 1))]

  test.each([['tcp-large-messages', ['run.measure=10 ms', 'run.warmup=5 ms']]] as const)(
    '%s',
    { timeout: 300_000 },
    async (name, set) => {
      const scenario = { ...shipped(name, set), replications: 1 }
      const answer = await doubted(scenario)
      const { prices } = answer.priceDoubt!
      const columns = prices.map((_, i) => ({ v: directions(i), shift: Math.imul(i + 1, 0x9e3779b9) >>> 0 }))
      const swept = new Map<string, number[]>()
      for (let point = 0; point < 256; point++) {
        const at = prices.map((price, i) => {
          return [price.name, valueAt(price, sobolCoordinate(columns[i].v, point, columns[i].shift))] as const
        })
        const there = { ...scenario, costs: { ...scenario.costs, ...Object.fromEntries(at) } }
        const { rows } = await runScenario(there, TECHNOLOGIES)
        for (const { arm, technology, savedS } of rows)
          if (technology === 'total') swept.set(arm, [...(swept.get(arm) ?? []), savedS!])
      }
      for (const [arm, values] of swept) {
        const sorted = values.toSorted((a, b) => a - b)
        const [low, high] = [quantile(sorted, 0.025), quantile(sorted, 0.975)]
        const { lowS, highS } = totalOf(answer, arm)
        expect(Math.abs(lowS - low) / (high - low), `${arm} low`).toBeLessThan(0.1)
        expect(Math.abs(highS - high) / (high - low), `${arm} high`).toBeLessThan(0.1)
      }
    },
  )
})

describe('it takes at most half of the events that the run took', () => {
  test.each(['receiver', 'nic-sharing', 'vpn-gateway', 'which-first', 'display-video'])(
    '%s',
    { timeout: 120_000 },
    async (name) => {
      const { again } = (await doubted(shipped(name))).priceDoubt!
      expect(again.events).toBeGreaterThan(0)
      expect(again.events / again.ofEvents).toBeLessThanOrEqual(0.5)
    },
  )

  test('of a run that is over at once, what takes less time than to start', { timeout: 60_000 }, async () => {
    const { again } = (await doubted(shipped('display-office'))).priceDoubt!
    expect(again.ofEvents).toBeLessThan(20_000)
    expect(again.events).toBeLessThan(25_000)
  })

  test(
    'a value that makes a hundred times the events is given up, and said to be left out',
    { timeout: 60_000 },
    async () => {
      const answer = await doubted(shipped('clone-storm'))
      const { again, held } = answer.priceDoubt!
      expect(again.events / again.ofEvents).toBeLessThanOrEqual(0.5)
      expect(held).toContain('clone.sliceNs')
      expect(table(answer, { width: 400, color: false })).toMatch(
        /- at other prices only the price itself was changed, not what it decides about, of .*clone\.sliceNs/,
      )
    },
  )

  test('where only prices of steps are uncertain nothing is run again', async () => {
    const { again, prices } = (await doubted(shipped('processor-generations', ['run.measure=20 ms']))).priceDoubt!
    expect(prices.length).toBeGreaterThan(5)
    expect(again).toMatchObject({ runs: 0, prices: [], events: 0 })
  })
})

describe('variants', () => {
  test('the answer itself and its interval do not move', async () => {
    const plain = await runScenario(small(), TECHNOLOGIES)
    const { priceDoubt, ...rest } = await doubted(small())
    expect(priceDoubt!.rows.length).toBe(plain.rows.length)
    expect(rest).toEqual(plain)
  })

  test('a price whose range is known better carries less, and one that is known nothing', async () => {
    const of = async (written: string) => totalOf(await doubted(small(written)), 'hardware')
    const wide = await of('')
    const cost = wide.price!
    const technology = TECHNOLOGIES.find(({ name }) => cost.startsWith(`${name}.`))!
    const { value } = technology.costs[cost.slice(technology.name.length + 1)]
    const narrow = await of(`costs: { ${cost}: { value: ${value}, range: [${0.99 * value}, ${1.01 * value}] } }`)
    const known = await of(`costs: { ${cost}: ${value} }`)
    const width = ({ lowS, highS }: typeof wide) => highS - lowS
    expect(width(narrow)).toBeLessThan(0.9 * width(wide))
    expect(width(known)).toBeCloseTo(width(narrow), 4)
    expect([narrow.price, known.price]).not.toContain(cost)
  })

  test('one uncertain price that is paid once a packet: its own range, 2.5 % less at each end', async () => {
    const others = ['interruptGap', 'interruptTraps', 'ringPackets', 'hostCyclesPerPacket', 'copyCyclesPerByte']
    const known = [
      ...[...others, 'hostInterruptCycles', 'sr-iov.descriptorCycles', 'sr-iov.doorbellCycles'].map(
        (key) => `nic.${key}`,
      ),
      ...['packetCycles', 'byteCycles', 'ackCycles', 'acksPerSegment', 'segmentBytes'].map((key) => `tcp.${key}`),
    ]
    const values = new Map(
      TECHNOLOGIES.flatMap(({ name, costs }) =>
        Object.entries(costs).map(([key, { value }]) => [`${name}.${key}`, value]),
      ),
    )
    const costs = known.map((name) => `${name}: ${values.get(name)}`).join(', ')
    const answer = await doubted(small(`costs: { ${costs} }`))
    expect(answer.priceDoubt!.prices.map(({ name }) => name)).toEqual(['nic.classifyCyclesPerPacket'])
    const packets = answer.rows.find(({ technology }) => technology === 'nic')!.items
    const { savedS } = answer.rows.find(({ technology }) => technology === 'total')!
    const at = (price: number) => savedS! + (packets * (price - 1250)) / 3e9
    const { lowS, highS, price, share } = totalOf(answer, 'hardware')
    expect(lowS * 1e6).toBeCloseTo(at(100) * 1e6, 0)
    expect(highS * 1e6).toBeCloseTo(at(3900) * 1e6, 0)
    expect(price).toBe('nic.classifyCyclesPerPacket')
    expect(share).toBeCloseTo(1, 2)
  })

  test(
    'a plug-in that reads its prices for itself is run again; one that charges by hand too',
    { timeout: 60_000 },
    async () => {
      const meter = (transmit: Technology['handlers'][string]['receive']): Technology => ({
        name: 'meter',
        passedBefore: 'nic',
        costs: { every: { value: 2, unit: 'count', source: 'assumption: every other', range: [1, 10] } },
        handlers: { off: { kind: 'hardware', receive: [] }, on: { kind: 'software', receive: transmit } },
      })
      const byHand = meter((wiring, done) => {
        const { ledger, segments } = wiring.host
        const id = ledger.step({ technology: 'meter', place: 'host', name: 'read', takesVcpu: false, assumed: true })
        const each = Math.round(30_000 / wiring.cost('every'))
        return segments.charge('host', 'read', { step: id, cause: -1, each, perPacket: 0, perByte: 0, times: 1 }, done)
      })
      const readItself = meter((wiring, done) => {
        const cycles = Math.round(30_000 / wiring.cost('every'))
        return wiring.line([step('host', 'read', { derived: { cycles, from: ['every'] } })], done)
      })
      for (const own of [byHand, readItself]) {
        const technologies = [...TECHNOLOGIES, own]
        const text = SMALL.replace('software: { ', 'software: { meter: on, ').replace(
          'hardware: { ',
          'hardware: { meter: off, ',
        )
        const answer = await doubted(loaded({ f: text }, { technologies }), technologies)
        expect(answer.priceDoubt!.again.prices).toContain('meter.every')
        const { lowS, highS, price } = doubtOf(answer, { arm: 'hardware', technology: 'meter' })!
        const { savedS } = answer.rows.find(({ technology }) => technology === 'meter')!
        // 30,000 ÷ 10 to 30,000 ÷ 1 where the run paid 15,000: nine tenths of the values are above 1.9.
        expect(price).toBe('meter.every')
        expect(lowS / savedS!).toBeCloseTo(2 / 9.775, 1)
        expect(highS / savedS!).toBeCloseTo(2 / 1.225, 0)
      }
    },
  )

  test('a lone arm is told what it may need', async () => {
    const alone = loaded({ f: SMALL.replace(/, hardware: \{.*?\} \}/, ' }') }, { technologies: TECHNOLOGIES })
    const answer = await doubted(alone)
    const { lowS, highS } = totalOf(answer, 'software')
    const { armS } = answer.rows.find(({ technology }) => technology === 'total')!
    expect(lowS).toBeLessThan(armS)
    expect(highS).toBeGreaterThan(armS)
    expect(table(answer, { width: 100, color: false })).toMatch(/^software costs .* cores of virtualization, or /)
  })
})

describe('what is told', () => {
  test('the first three lines hold the range and the price that carries most of it', async () => {
    const text = table(await doubted(small()), { width: 100, color: false })
    expect(text.split('\n').slice(0, 3).join(' ')).toMatch(
      /^hardware gives back [0-9.]+ of .*, or .*[0-9.]+ +to +[0-9.]+ .*at other +prices \(most +by +nic\.[a-zA-Z]+\)/,
    )
    expect(text).toMatch(/^cores .* ± +at other prices/m)
    expect(text).toMatch(/- at other prices: \d+ prices anywhere in their ranges/)
  })

  test('nothing, where it is left out', async () => {
    const plain = await runScenario(small(), TECHNOLOGIES)
    expect(table(plain, { width: 100, color: false })).not.toContain('other prices')
    const [header, row] = csv(plain).split('\n')
    expect(header).toMatch(/,doubt_low_cpu_s,doubt_high_cpu_s,doubt_price$/)
    expect(row).toMatch(/,,,$/)
    expect(JSON.parse(json(plain, '1'))).not.toHaveProperty('price_doubt')
  })

  test('CSV, JSON and the table say the same', async () => {
    const answer = await doubted(small())
    const { lowS, highS, price } = totalOf(answer, 'hardware')
    const lines = csv(answer).trimEnd().split('\n')
    expect(
      lines
        .find((line) => line.includes(',total,'))!
        .split(',')
        .slice(-3),
    ).toEqual([`${lowS}`, `${highS}`, price])
    const { rows, price_doubt: told } = JSON.parse(json(answer, '1')) as {
      rows: Record<string, unknown>[]
      price_doubt: { prices: { name: string }[]; rows: Record<string, unknown>[] }
    }
    expect(rows.find(({ technology }) => technology === 'total')).toMatchObject({
      doubt_low_cpu_s: lowS,
      doubt_price: price,
    })
    expect(told.rows.find(({ technology }) => technology === 'total')).toMatchObject({
      low_cpu_s: lowS,
      high_cpu_s: highS,
    })
    expect(told.prices.map(({ name }) => name)).toContain(price)
  })

  test('a sign that rests on prices is a doubt, and what to measure first', async () => {
    const costs = 'costs: { nic.sr-iov.descriptorCycles: { value: 500, range: [50, 9000] } }'
    const text = table(await doubted(small(costs)), { width: 400, color: false })
    expect(text).toContain('whether it gives back anything rests on prices, most on nic.sr-iov.descriptorCycles')
    expect(text).toMatch(/, or from [0-9.]+ more to [0-9.]+ given back at other prices/)
  })

  test('an expectation may name an end of the range', async () => {
    const expected = (text: string) => small(`expect: ['${text}']`)
    const outcome = async (text: string) => verdicts(await doubted(expected(text)))[0].outcome
    expect(await outcome('hardware.total.doubt_high_cpu >= 0.0001 s')).toBe('holds')
    expect(await outcome('hardware.total.doubt_low_cpu_s >= 10')).toBe('does not hold')
    expect(verdicts(await runScenario(expected('hardware.total.doubt_low_cpu_s >= 0'), TECHNOLOGIES))[0].outcome).toBe(
      'undecided',
    )
  })
})
