// Prices of traps that are given, or taken to another processor; and what is said of the processors they were measured on.
import { describe, expect, test } from 'vitest'
import { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { processor } from '../../../src/models/technologies/processor.ts'
import type { ProcessorName, TrapKind } from '../../../src/models/host/setup.ts'
import { trap, type Step, type Technology } from '../../../src/models/host/technology.ts'
import { costsOf } from '../../../src/models/host/wiring.ts'
import { at, host, loop, run, setup, vm } from '../build.ts'

const once = { kind: 'times', timesNs: [0], isFromStart: true } as const

/** The steps and cycles of one trap. */
function price(
  handler: string,
  kind: TrapKind,
  costs: Record<string, number> = {},
  named: ProcessorName = 'as-measured',
): Record<string, number> {
  const vms = { vm: vm({ traps: { [kind]: once } }) }
  const { ledger } = run(setup({ host: host({ processor: named }), vms, costs }), { processor: handler })
  return Object.fromEntries(ledger.map(({ step, counted }) => [step, counted]))
}

describe('a price that is in parts', () => {
  test('may be given whole, for every kind of every handler that has it so', () => {
    const kinds = (handler: string): string[] =>
      processor.alternatives!.filter((key) => key.startsWith(`${handler}.`)).map((key) => key.slice(handler.length + 1))
    expect(kinds('amd-v-rvi').sort()).toEqual(
      ['cpuid', 'device-access', 'halt', 'hypercall', 'interrupt', 'msr-write', 'notify', 'port-io'].sort(),
    )
    expect(kinds('vt-x-ept').sort()).toEqual(['halt', 'interrupt', 'notify'])
    expect(kinds('vt-x-posted-interrupts').sort()).toEqual(['halt', 'notify'])
    expect(kinds('binary-translation')).toEqual([])
    expect(kinds('trap-and-emulate')).toHaveLength(13)
    expect(kinds('vt-x')).toHaveLength(7)
    expect(kinds('amd-v')).toHaveLength(11)
  })

  test('given whole, has its native part where that was measured, and no exit', () => {
    expect(price('amd-v', 'page-fault', { 'processor.amd-v.page-fault': 2003 })).toEqual({
      'page-fault (native)': 1093,
      'page-fault': 910,
    })
    expect(price('amd-v', 'cpuid', { 'processor.amd-v.cpuid': 2003 })).toEqual({ cpuid: 2003 })
  })

  test('given whole, is no longer an assumption; its native part is what it is by itself', () => {
    const vms = { vm: vm({ traps: { halt: once } }) }
    const halt = (costs: Record<string, number>) =>
      Object.fromEntries(
        run(setup({ vms, costs }), { processor: 'vt-x-ept' }).ledger.map(({ step, assumed }) => [step, assumed]),
      )
    expect(halt({})).toEqual({ exit: false, 'halt handler': true })
    expect(halt({ 'processor.vt-x-ept.halt': 7 })).toEqual({ halt: false })
  })

  test('names the costs it was worked out from, so that each line knows whether one is assumed', () => {
    const wired = new Host(setup(), { processor: 'vt-x' }, 0, TECHNOLOGIES).wiring('processor')!
    const from = (kind: string) => wired.handler.traps!(kind, wired).map((piece) => costsOf(piece as Step))
    expect(from('syscall')).toEqual([['native.syscall'], ['vt-x.syscall']])
    expect(from('interrupt')).toEqual([['vt-x.exit'], ['vt-x.interrupt.handler'], ['vt-x.interrupt.indirect']])
  })

  test('is not scaled where no processor is named', () => {
    expect(price('vt-x', 'halt', { 'processor.remainderScale': 5 })).toEqual({ exit: 3963, 'halt handler': 4000 })
  })

  test('given part by part', () => {
    const costs = {
      'processor.vt-x-ept.exit': 101,
      'processor.vt-x-ept.interrupt.handler': 211,
      'processor.vt-x-ept.interrupt.indirect': 307,
    }
    expect(price('vt-x-ept', 'interrupt', costs)).toEqual({
      exit: 101,
      'interrupt handler': 211,
      'interrupt indirect': 307,
    })
  })
})

describe('on a processor that is named', () => {
  test('remainderScale scales handler and indirect part, and not the exit', () => {
    expect(price('vt-x-ept', 'interrupt', { 'processor.remainderScale': 2 }, 'merom')).toEqual({
      exit: 1579,
      'interrupt handler': 2 * 7877,
      'interrupt indirect': 2 * 1295,
    })
  })

  test('round trips are costs as others are', () => {
    const given = { 'processor.nehalem.roundTrip': 1000, 'processor.prescott.roundTrip': 4000 }
    // 11,242 in two transitions of 4,000 leaves 3,242, and 2 × 1,000.
    expect(price('vt-x', 'page-fault', given, 'nehalem')).toEqual({ 'page-fault (native)': 1093, 'page-fault': 4149 })
    expect(price('vt-x', 'halt', given, 'nehalem')).toEqual({ exit: 1000, 'halt handler': 4000 })
  })

  test('what more transitions leave than the whole has is nothing, and not less', () => {
    // Three transitions of 3,963 are more than 11,242.
    const costs = { 'processor.vt-x.page-fault.transitions': 3 }
    expect(price('vt-x', 'page-fault', costs, 'nehalem')).toEqual({
      'page-fault (native)': 1093,
      'page-fault': 3 * 1009 - 1093,
    })
  })

  test('a trap into the monitor is no exit of the hardware: its round trip stays, its handler is scaled', () => {
    expect(price('trap-and-emulate', 'cpuid', { 'processor.remainderScale': 3 }, 'nehalem')).toEqual({
      exit: 2030,
      'cpuid handler': 3 * 216,
    })
  })

  test('the round trip of AMD is replaced as Intel’s is', () => {
    expect(price('amd-v', 'halt', {}, 'merom')).toEqual({ exit: 1579, 'halt handler': 4000 })
  })

  test('a price in parts that is given whole is left as it is', () => {
    const costs = { 'processor.vt-x.halt': 500, 'processor.remainderScale': 2 }
    expect(price('vt-x', 'halt', costs, 'nehalem')).toEqual({ halt: 500 })
  })

  test('the native part is no larger than what the whole has become', () => {
    // 1,093 of a guest’s own fault, at a tenth: 109.3.
    const costs = { 'processor.remainderScale': 0.1 }
    expect(price('vt-x-ept', 'page-fault', costs, 'nehalem')).toEqual({ 'page-fault (native)': 109, 'page-fault': 0 })
  })
})

describe('traps at once', () => {
  test('are as many times each of the steps, rounded once', () => {
    const guest = vm({ loop: loop({ traps: { 'page-fault': 3 } }) })
    const given = setup({ measureNs: null, vms: { guest }, costs: { 'processor.vt-x.page-fault': 1100.5 } })
    const { ledger } = run(given, { processor: 'vt-x' })
    // 1,093 natively and 7.5 more, three times: 22.5 is 23.
    expect(Object.fromEntries(ledger.map(({ step, items, counted }) => [step, [items, counted]]))).toEqual({
      'page-fault (native)': [3, 3279],
      'page-fault': [3, 23],
    })
  })
})

describe('which processors the prices of a run were measured on', () => {
  const measuredOn = (handler: string, kinds: TrapKind[], changes: Parameters<typeof setup>[0] = {}): string[] => {
    const traps = Object.fromEntries(kinds.map((kind) => [kind, once]))
    return Object.keys(run(setup({ vms: { vm: vm({ traps }) }, ...changes }), { processor: handler }).notes)
  }
  const noted = (names: string): string[] => [`prices: those of processor were measured on ${names}`]

  test('is noted once a run, in the order of their names', () => {
    expect(measuredOn('vt-x', ['syscall', 'page-fault'])).toEqual(noted('prescott'))
    expect(measuredOn('vt-x-ept', ['syscall', 'cpuid', 'hypercall'])).toEqual(noted('nehalem, prescott, sandy-bridge'))
    expect(measuredOn('binary-translation', ['cpuid'])).toEqual(noted('prescott'))
  })

  test('a price in parts is of the processor whose round trip it has', () => {
    expect(measuredOn('vt-x-ept', ['halt'])).toEqual(noted('nehalem'))
    expect(measuredOn('vt-x', ['halt'])).toEqual(noted('prescott'))
    expect(measuredOn('trap-and-emulate', ['syscall'])).toEqual(noted('prescott'))
  })

  test('nothing is noted of what nobody measured, or whose processor is not known', () => {
    expect(measuredOn('binary-translation', ['halt'])).toEqual([])
    expect(measuredOn('vt-x-ept', ['address-space'])).toEqual([])
    expect(measuredOn('amd-v', ['syscall', 'halt'])).toEqual([])
    expect(measuredOn('vt-x', [])).toEqual([])
  })

  test('nothing is noted where a processor is named', () => {
    expect(measuredOn('vt-x', ['syscall', 'halt'], { host: host({ processor: 'nehalem' }) })).toEqual([])
  })

  test('nothing is noted of a price that the scenario gives, whole or by its exit', () => {
    expect(measuredOn('vt-x', ['syscall'], { costs: { 'processor.vt-x.syscall': 100 } })).toEqual([])
    expect(measuredOn('vt-x-ept', ['halt'], { costs: { 'processor.vt-x-ept.exit': 100 } })).toEqual([])
  })

  test('traps that others cause are priced by it, too', () => {
    const vms = { vm: vm({ packets: [at([0], { direction: 'transmit' })] }) }
    const { notes } = run(setup({ vms }), { processor: 'vt-x-ept', nic: 'paravirtual' })
    expect(Object.keys(notes)).toContain(noted('nehalem')[0])
  })
})

test.each(['vt-x', 'binary-translation', 'amd-v'])('%s has no price for a kind that nobody gave it', (name) => {
  const nic = TECHNOLOGIES.find((technology) => technology.name === 'nic')!
  const own: Technology = {
    ...nic,
    handlers: { own: { kind: 'software', transmit: [trap('nonsense')], receive: [] } },
  }
  const technologies = TECHNOLOGIES.map((technology) => (technology === nic ? own : technology))
  const given = setup({ vms: { vm: vm({ packets: [at([0], { direction: 'transmit' })] }) } })
  const running = (named: ProcessorName) => () =>
    run({ ...given, host: host({ processor: named }) }, { processor: name, nic: 'own' }, { technologies })
  expect(running('as-measured')).toThrow(`${name} has no price for nonsense`)
  expect(running('nehalem')).toThrow(`${name} has no price for nonsense`)
})
