// How names of costs become prices: what a step is charged, how often it is counted, and whether it rests on assumptions.
import { describe, expect, test } from 'vitest'
import type { EventKind } from '../../../src/engine/simulation.ts'
import type { Host } from '../../../src/models/host/host.ts'
import type { LedgerEntry, Tallies } from '../../../src/models/host/tallies.ts'
import { NONE } from '../../../src/models/host/growing-table.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import {
  step,
  trap,
  type Costs,
  type Path,
  type Step,
  type Technology,
  type Wiring,
} from '../../../src/models/host/technology.ts'
import { costsOf } from '../../../src/models/host/wiring.ts'
import { at, host, run, runHost, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'

const measured = (value: number): Costs[string] => ({ value, unit: 'cycles', source: 'CPU-01' })
const assumed = (value: number): Costs[string] => ({ value, unit: 'cycles', source: 'assumption: nobody knows' })
const COSTS: Costs = {
  five: measured(5),
  three: measured(3),
  seven: measured(7),
  two: measured(2),
  eleven: assumed(11),
  none: measured(0),
}

const own = (transmit: Path, passedBefore: Technology['passedBefore'] = 'vpn', name = 'own'): Technology => ({
  name,
  passedBefore,
  costs: COSTS,
  handlers: { mine: { kind: 'software', transmit } },
})

/** One message of 2500 bytes, as a unit of two packets on its way to a NIC that cuts it, through technologies of one's own. */
function sent(
  technologies: readonly Technology[],
  costs: Record<string, number> = {},
  arm: Record<string, string> = {},
): Tallies {
  const packets = [at([0], { direction: 'transmit', bytes: 2500 })]
  const mine = Object.fromEntries(technologies.map(({ name }) => [name, 'mine']))
  return run(
    setup({ vms: { vm: vm({ packets }) }, host: host({ cores: 2 }), costs: { 'tcp.byteCycles': 0, ...costs } }),
    { tcp: 'segmentation-offload', ...mine, ...arm },
    { technologies: [...TECHNOLOGIES.filter(({ name }) => !(name in mine)), ...technologies] },
  )
}
/** A step as a reader knows it, by whatever formulas it was priced. */
const entryOf = ({ ledger }: Tallies, name: string): LedgerEntry =>
  ledger
    .filter((entry) => entry.step === name)
    .reduce((sum, { items, counted }) => ({ ...sum, items: sum.items + items, counted: sum.counted + counted }))
const charged = (line: Path, costs: Record<string, number> = {}): LedgerEntry => entryOf(sent([own(line)], costs), 'it')

describe('a step', () => {
  test('costs so much each time, for each packet and for each byte, all added', () => {
    const price = { each: 'five', times: 'three', perPacket: 'seven', perByte: 'two' }
    expect(charged([step('host', 'it', price)]).counted).toBe(5 * 3 + 7 * 2 + 2 * 2500)
  })

  test('may have parts that were worked out while wiring, which are multiplied too', () => {
    const derived = { cycles: 13, from: ['five'] }
    expect(charged([step('host', 'it', { derived })]).counted).toBe(13)
    expect(charged([step('host', 'it', { derived, each: 'two', times: 'three' })]).counted).toBe((13 + 2) * 3)
  })

  test('is rounded once', () => {
    const costs = { 'own.five': 0.25, 'own.seven': 0.125, 'own.two': 0.0001 }
    // 0.25 + 2 × 0.125 + 2500 × 0.0001 = 0.75; each part alone would be nothing.
    expect(charged([step('host', 'it', { each: 'five', perPacket: 'seven', perByte: 'two' })], costs).counted).toBe(1)
  })

  test('may be done several times over', () => {
    const price = { each: 'five', times: 'three', perPacket: 'seven', perByte: 'two' }
    const bend: Path = (wiring, done) => wiring.step(step('host', 'it', price), done, NONE, 4)
    expect(charged(bend)).toMatchObject({ counted: 4 * (5 * 3 + 7 * 2 + 2 * 2500), items: 4 * 3 })
  })

  test.each<[times: number, counted: number]>([
    [0, 0],
    [0.1, 1],
    [0.5, 1],
    [1, 1],
    [1.4, 1],
    [1.6, 2],
    [12, 12],
  ])('%d times is %i in the ledger, which counts whole ones; never none if it is done at all', (times, counted) => {
    const { ledger } = sent([own([step('host', 'it', { perByte: 'two', times: 'three' })])], { 'own.three': times })
    expect(ledger.find((entry) => entry.step === 'it')?.items ?? 0).toBe(counted)
  })

  test('may be counted as many times as its unit is large', () => {
    expect(charged([step('host', 'it', { perByte: 'two', countsSize: true })]).items).toBe(2500)
    expect(charged([step('host', 'it', { perByte: 'two' })]).items).toBe(1)
  })

  test.each([
    ['host', 'host', 0],
    ['exit', 'host', 5],
    ['vcpu', 'vcpu', 5],
    ['user', 'vcpu', 5],
  ] as const)('`%s` is a line of `%s`, and takes a vCPU up for %i', (place, line, vcpus) => {
    const tallies = sent([own([step(place, 'it', { each: 'five' })])], { 'tcp.packetCycles': 0, 'tcp.ackCycles': 0 })
    expect(entryOf(tallies, 'it').place).toBe(line)
    expect(tallies.resources.find(({ name }) => name === 'vm.vcpus')!.demand).toBe(vcpus)
    expect(tallies.resources.find(({ name }) => name === 'cores')!.demand).toBe(5)
  })
})

describe('a cost', () => {
  test('is what the scenario says, by the technology’s full name, else its own value', () => {
    const line = [step('host', 'it', { each: 'five' })]
    expect(charged(line).counted).toBe(5)
    expect(charged(line, { 'own.five': 23 }).counted).toBe(23)
    expect(charged(line, { 'own.five': 0 }).counted).toBe(0)
    expect(charged(line, { five: 23, 'tcp.five': 23, 'own.two': 23 }).counted).toBe(5)
  })

  test('that a technology does not have is an error that names both', () => {
    expect(() => charged([step('host', 'it', { each: 'nine' })])).toThrow('technology own has no cost nine')
  })

  test('is found behind every part of a price', () => {
    const derived = { cycles: 1, from: ['d', 'e'] }
    const price = { each: 'a', times: 'b', perPacket: 'c', perByte: 'p', derived }
    expect(costsOf(price).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'p'])
    expect(costsOf({})).toEqual([])
  })
})

describe('a step rests on an assumption', () => {
  const prices: [string, Step][] = [
    ['each', step('host', 'it', { each: 'eleven' })],
    ['times', step('host', 'it', { each: 'five', times: 'eleven' })],
    ['perPacket', step('host', 'it', { each: 'five', perPacket: 'eleven' })],
    ['perByte', step('host', 'it', { each: 'five', perByte: 'eleven' })],
    ['derived', step('host', 'it', { each: 'five', derived: { cycles: 1, from: ['two', 'eleven'] } })],
  ]
  test.each(prices)('where any of its costs does: %s', (_, piece) => {
    expect(charged([piece]).assumed).toBe(true)
  })

  test.each(prices)('not where a scenario gives that cost, which is its own knowledge: %s', (_, piece) => {
    expect(charged([piece], { 'own.eleven': 11 }).assumed).toBe(false)
  })

  test('also where it is given as nothing', () => {
    expect(charged([prices[0][1]], { 'own.eleven': 0 })).toMatchObject({ assumed: false, counted: 0, items: 1 })
  })

  test('not where another cost is given', () => {
    expect(charged([prices[0][1]], { 'own.five': 1 }).assumed).toBe(true)
  })

  test('not where all are measured', () => {
    const price = { each: 'five', times: 'three', perPacket: 'seven', perByte: 'two' }
    expect(charged([step('host', 'it', price)]).assumed).toBe(false)
  })

  test('where one of several that are one line of the ledger does, whichever comes first', () => {
    const two = [step('host', 'it', { each: 'five' }), step('host', 'it', { each: 'eleven' })]
    expect(charged(two)).toMatchObject({ assumed: true, counted: 16, items: 2 })
    expect(charged(two.toReversed())).toMatchObject({ assumed: true, counted: 16, items: 2 })
  })
})

describe('a trap that a technology causes', () => {
  const line = [trap('port-io', 'three'), trap('cpuid'), trap('hypercall', 2)]

  test('is the arm’s processor’s: so many times its price, and caused by the technology', () => {
    const costs = { 'processor.vt-x.port-io': 4000, 'processor.vt-x.cpuid': 19, 'processor.vt-x.hypercall': 29 }
    const { ledger, notes } = sent([own(line)], costs, { processor: 'vt-x' })
    const traps = ledger.filter(({ technology }) => technology === 'processor')
    expect(traps.map(({ cause }) => cause)).toEqual(Array(4).fill('own'))
    // CPU-04: 3209 of an access to a port are its native part.
    expect(Object.fromEntries(traps.map(({ step: name, items, counted }) => [name, [items, counted]]))).toEqual({
      cpuid: [1, 19],
      hypercall: [2, 2 * 29],
      'port-io': [3, 3 * (4000 - 3209)],
      'port-io (native)': [3, 3 * 3209],
    })
    expect(Object.keys(notes).filter((note) => note.startsWith('free: processor'))).toEqual([])
  })

  test('costs what it costs natively without one, and the technology pays', () => {
    // CPU-04 is measured; for the others there is no native price, which is an assumption of nothing.
    const { ledger, notes } = sent([own(line)])
    const traps = ledger.filter(({ step: name }) => name.endsWith('(native)'))
    for (const entry of traps) expect(entry).toMatchObject({ technology: 'own', cause: 'own', place: 'host' })
    const priced = traps.map((entry) => [entry.step, [entry.items, entry.counted, entry.assumed]])
    expect(Object.fromEntries(priced)).toEqual({
      'port-io (native)': [3, 3 * 3209, false],
      'cpuid (native)': [1, 0, true],
      'hypercall (native)': [2, 0, true],
    })
    expect(notes['free: processor: traps of own cost what they cost on bare metal']).toBe(3)
  })

  test('is as a scenario says it is natively', () => {
    const { ledger } = sent([own(line)], { 'processor.native.port-io': 31 })
    expect(ledger.find(({ step: name }) => name === 'port-io (native)')).toMatchObject({ counted: 93, assumed: false })
  })

  test('rests natively on an assumption where its price does, unless a scenario gives it', () => {
    const processor: Technology = { name: 'processor', costs: { 'native.cpuid': assumed(37) }, handlers: {} }
    const given = setup({ vms: { vm: vm({ packets: [at([0], { direction: 'transmit' })] }) } })
    const priced = (costs: Record<string, number>): LedgerEntry =>
      run({ ...given, costs }, { own: 'mine' }, { technologies: [own([trap('cpuid')]), processor] }).ledger[0]
    expect(priced({})).toMatchObject({ counted: 37, assumed: true })
    expect(priced({ 'processor.native.cpuid': 41 })).toMatchObject({ counted: 41, assumed: false })
  })

  test('stops the guest while it lasts, natively too', () => {
    const tallies = sent([own([trap('port-io')])], { 'tcp.packetCycles': 0, 'tcp.ackCycles': 0 })
    expect(tallies.resources.find(({ name }) => name === 'vm.vcpus')!.demand).toBe(3209)
  })

  test('stops the job that its vCPU runs, natively too', () => {
    // A packet goes up a stack of 20,000 from 1530.4 on, behind an interrupt of 300. The next one’s interrupt, from 11,230.4,
    // stops it for 300; its own stack follows.
    const costs = {
      'tcp.packetCycles': 20_000,
      'tcp.byteCycles': 0,
      'tcp.ackCycles': 0,
      'nic.sr-iov.descriptorCycles': 0,
    }
    const interrupts = { 'processor.native.interrupt': 300, 'nic.interruptTraps': 1, 'nic.interruptGap': 0 }
    const given = setup({ vms: { vm: vm({ packets: [at([0, 10_000])] }) }, costs: { ...costs, ...interrupts } })
    expect(finishes(given, { nic: 'sr-iov', tcp: 'host-stack' }).map(([, , end]) => end)).toEqual([21_830.4, 41_830.4])
  })

  test('must not cause traps itself', () => {
    const processor: Technology = {
      name: 'processor',
      costs: {},
      handlers: { mine: { kind: 'hardware', traps: () => [trap('cpuid')] } },
    }
    expect(() => sent([own(line), processor])).toThrow('the price of a trap causes no traps')
  })
})

test('what is shared is one instance for all paths of a technology, and its own', () => {
  const made: string[] = []
  const bend: Path = (wiring: Wiring, done) => {
    wiring.shared('counter', () => made.push(wiring.technology.name))
    return done
  }
  sent([own(bend), own(bend, 'nic', 'other')])
  expect(made.sort()).toEqual(['other', 'own'])
  made.length = 0
  // Messages of two shapes have two routes through it.
  const packets = [at([0], { direction: 'transmit' }), at([0], { direction: 'transmit', vlan: 1 })]
  const technologies = [...TECHNOLOGIES, own(bend)]
  run(setup({ vms: { vm: vm({ packets }) } }), { own: 'mine' }, { technologies })
  expect(made).toEqual(['own'])
})

test('all a unit’s steps are in the technology’s row of latency', () => {
  const tallies = sent([own([step('host', 'it', { each: 'five' }), step('vcpu', 'that', { each: 'seven' })])])
  expect(tallies.latencies['own']).toMatchObject({ count: 1, sum: 5 + 7 })
  expect(sum(tallies, { technology: 'own' })).toBe(12)
})

test('every kind of event, and all that is shared, has a name to be told by, whatever the arm', () => {
  const shapes = { vlan: 1, vpn: true }
  const packets = (['transmit', 'receive'] as const).map((direction) => at([0], { direction, ...shapes }))
  const clones = { atNs: 0, count: 1, arrivals: null, bytes: 4096, concurrent: 1 }
  const screen = { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, pixels: 100 } as const
  const array = { pathBytesPerS: 1e9, internalBytesPerS: 1e9 }
  const given = setup({ host: host({ array }), vms: { vm: vm({ packets, clones, screen }) } })
  const arms = TECHNOLOGIES.flatMap(({ name, handlers }) =>
    Object.keys(handlers).map((handler) => ({ [name]: handler })),
  )
  for (const arm of arms) {
    const shared = new Set<string>()
    const prepare = (made: Host): void => {
      const share = made.shared.bind(made)
      made.shared = (name, make) => {
        shared.add(name)
        return share(name, make)
      }
    }
    const { host: wired } = runHost(given, { nic: 'sr-iov', ...arm }, { prepare })
    const names = Array.from({ length: wired.sim.event('last', () => {}) }, (_, kind) =>
      wired.sim.nameOf(kind as EventKind),
    )
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !/^\S(.*\S)?$/.test(name))).toEqual([])
    // Those of a technology begin with its name and a full stop.
    expect([...shared].filter((name) => !/^(\w+\.)?\w[^.]*$/.test(name))).toEqual([])
  }
})
