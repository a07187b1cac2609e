// What every trap costs with every handler, written out from the published rows: whole, or as exit + handler + indirect.
import { describe, expect, test } from 'vitest'
import { processor } from '../../../src/models/technologies/processor.ts'
import { costs } from '../../../src/models/technologies/processor-costs.ts'
import { TRAP_KINDS, type ProcessorName, type TrapKind } from '../../../src/models/host/setup.ts'
import { at, host, run, setup, vm } from '../build.ts'

/** Cycles of one trap of each kind: a whole price, or [exit, handler] or [exit, handler, indirect]. */
type Prices = Readonly<Record<TrapKind, number | readonly number[]>>

/** CPU-45 is the round trip; CPU-53, CPU-52, CPU-60 and CPU-51 were measured whole, and so holds what runs natively. */
const NESTED_INTEL: Prices = {
  syscall: 246,
  'page-fault': 1093,
  'page-table-write': 1,
  'address-space': 0,
  'divide-fault': 1014,
  'port-io': 6732,
  interrupt: [1009, 8886 - 1009, 1295],
  'msr-write': 2565,
  cpuid: 2600,
  hypercall: 1300,
  halt: [1009, 4000],
}
/** CPU-66 is the round trip; what Intel's source left after its own is AMD's handler. */
const AMD_EXITS = {
  'port-io': [1376, 6732 - 784],
  interrupt: [1376, 8886 - 1009, 1295],
  'msr-write': [1376, 2565 - 784],
  cpuid: [1376, 2600 - 1009],
  hypercall: [1376, 1300 - 784],
  halt: [1376, 4000],
}

const PRICES: Readonly<Record<string, Prices>> = {
  // CPU-22 traps into the monitor, and then the work of CPU-01, CPU-13 + CPU-22, CPU-20, CPU-16, CPU-05 is done.
  'trap-and-emulate': {
    syscall: [2030, 242],
    'page-fault': [2030, 1093 + 2030],
    'page-table-write': [2030, 391],
    'address-space': [2030, 400_000],
    'divide-fault': [2030, 889],
    'port-io': [2030, 216],
    interrupt: [2030, 889],
    'msr-write': [2030, 216],
    cpuid: [2030, 216],
    hypercall: [2030, 1300 - 784],
    halt: [2030, 4000],
  },
  // CPU-02, CPU-14, CPU-20, CPU-35, CPU-17, CPU-05; CPU-23 for what is called out.
  'binary-translation': {
    syscall: 2308,
    'page-fault': 3927,
    'page-table-write': 391,
    'address-space': 543_988,
    'divide-fault': 3223,
    'port-io': 216,
    interrupt: 3223,
    'msr-write': 1254,
    cpuid: 1254,
    hypercall: 1254,
    halt: 1254 + 4000,
  },
  // CPU-03, CPU-15, CPU-21, CPU-36, CPU-18, CPU-06; CPU-42 is the round trip.
  'vt-x': {
    syscall: 246,
    'page-fault': 11_242,
    'page-table-write': 12_733,
    'address-space': 88_627,
    'divide-fault': 1014,
    'port-io': 15_826,
    interrupt: [3963, 8886 - 1009, 1295],
    'msr-write': [3963, 2565 - 784],
    cpuid: [3963, 2600 - 1009],
    hypercall: [3963, 1300 - 784],
    halt: [3963, 4000],
  },
  'vt-x-ept': NESTED_INTEL,
  // INT-07, INT-09, INT-10: 165 cycles × 8.75 packets an interrupt, two traps each.
  'vt-x-posted-interrupts': { ...NESTED_INTEL, interrupt: 720 },
  'amd-v': {
    ...AMD_EXITS,
    syscall: 246,
    'page-fault': [1376, 11_242 - 3963],
    'page-table-write': [1376, 12_733 - 3963],
    'address-space': [1376, 88_627 - 3963],
    'divide-fault': 1014,
  },
  'amd-v-rvi': {
    ...AMD_EXITS,
    syscall: 246,
    'page-fault': 1093,
    'page-table-write': 1,
    'address-space': 0,
    'divide-fault': 1014,
  },
}

/** The native cycles that were measured beside a whole price: CPU-01, CPU-13, CPU-19, CPU-16, CPU-04. */
const NATIVE: Readonly<Record<string, number>> = {
  syscall: 242,
  'page-fault': 1093,
  'page-table-write': 1,
  'divide-fault': 889,
  'port-io': 3209,
}

/** One trap of every kind, and the steps it leaves in the ledger. */
function steps(handler: string, named: ProcessorName = 'as-measured'): Record<string, Record<string, number>> {
  const once = { kind: 'times', timesNs: [0], isFromStart: true } as const
  const traps = Object.fromEntries(TRAP_KINDS.map((kind) => [kind, once]))
  const { ledger } = run(setup({ host: host({ processor: named }), vms: { vm: vm({ traps }) } }), {
    processor: handler,
  })
  const of = (kind: string) => ledger.filter(({ work }) => work === `traps.${kind}`)
  return Object.fromEntries(
    TRAP_KINDS.map((kind) => [kind, Object.fromEntries(of(kind).map(({ step, counted }) => [step, counted]))]),
  )
}

/** The steps of a price, by the names of the ledger. */
function stepsOf(kind: string, price: number | readonly number[]): Record<string, number> {
  if (typeof price !== 'number') {
    const [exit, handler, indirect] = price
    return {
      exit,
      [`${kind} handler`]: handler,
      ...(indirect === undefined ? {} : { [`${kind} indirect`]: indirect }),
    }
  }
  if (NATIVE[kind] === undefined) return { [kind]: price }
  const native = Math.min(NATIVE[kind], price)
  return { [`${kind} (native)`]: native, [kind]: price - native }
}

test('two monitors are software, the rest is hardware', () => {
  const software = Object.entries(processor.handlers).filter(([, { kind }]) => kind === 'software')
  expect(software.map(([name]) => name)).toEqual(['trap-and-emulate', 'binary-translation'])
  const kinds = new Set(Object.values(processor.handlers).map(({ kind }) => kind))
  expect([...kinds]).toEqual(['software', 'hardware'])
})

test('every handler has its prices here', () => {
  expect(Object.keys(PRICES).sort()).toEqual(Object.keys(processor.handlers).sort())
})

test.each(Object.keys(PRICES))('%s: every kind of trap at its price, in its steps', (handler) => {
  const paper = TRAP_KINDS.map((kind) => [kind, stepsOf(kind, PRICES[handler][kind])])
  expect(steps(handler)).toEqual(Object.fromEntries(paper))
})

describe('on another processor only transitions change', () => {
  /** CPU-42, CPU-45, CPU-47: round trips of a Prescott, a Nehalem and a Sandy Bridge. */
  const [PRESCOTT, NEHALEM, SANDY_BRIDGE] = [3963, 1009, 784]

  test('vt-x, measured on a Prescott, on a Nehalem: 2 transitions of page-table work, 4 of a new address space', () => {
    const { 'page-fault': fault, 'page-table-write': write, ...others } = steps('vt-x', 'nehalem')
    expect(fault['page-fault']).toBe(11_242 - 2 * (PRESCOTT - NEHALEM) - 1093)
    expect(write['page-table-write']).toBe(12_733 - 2 * (PRESCOTT - NEHALEM) - 1)
    expect(others['address-space']).toEqual({ 'address-space': 88_627 - 4 * (PRESCOTT - NEHALEM) })
    expect(others['port-io']['port-io']).toBe(15_826 - (PRESCOTT - NEHALEM) - 3209)
    expect(others['syscall']).toEqual({ 'syscall (native)': 242, syscall: 4 })
  })

  test.each(['vt-x-ept', 'vt-x-posted-interrupts'])(
    '%s, measured on a Sandy Bridge and a Nehalem: one transition for each exit',
    (handler) => {
      const onPrescott = steps(handler, 'prescott')
      expect(onPrescott['port-io']['port-io']).toBe(6732 + PRESCOTT - SANDY_BRIDGE - 3209)
      expect(onPrescott['msr-write']).toEqual({ 'msr-write': 2565 + PRESCOTT - SANDY_BRIDGE })
      expect(onPrescott['cpuid']).toEqual({ cpuid: 2600 + PRESCOTT - NEHALEM })
      expect(onPrescott['hypercall']).toEqual({ hypercall: 1300 + PRESCOTT - SANDY_BRIDGE })
      expect(onPrescott['halt']).toEqual({ exit: PRESCOTT, 'halt handler': 4000 })
      expect(onPrescott['page-fault']).toEqual({ 'page-fault (native)': 1093, 'page-fault': 0 })
    },
  )

  test('binary translation has no transition and stays as it is', () => {
    expect(steps('binary-translation', 'sandy-bridge')).toEqual(steps('binary-translation'))
  })

  test('the exits of amd-v take the round trip of the processor that is named', () => {
    expect(steps('amd-v', 'sandy-bridge')['cpuid']).toEqual({ exit: SANDY_BRIDGE, 'cpuid handler': 1591 })
  })
})

describe('traps that devices cause are priced too', () => {
  /** [exit, handler] or whole. CPU-52 and CPU-55 in KVM; CPU-23 is called out. */
  test.each<[string, number | readonly number[], number | readonly number[]]>([
    ['trap-and-emulate', [2030, 216], [2030, 560]],
    ['binary-translation', 1254, 1254],
    ['vt-x', [3963, 2565 - 784], [3963, 560]],
    ['vt-x-ept', 2565, [1009, 560]],
    ['vt-x-posted-interrupts', 2565, [1009, 560]],
    ['amd-v', [1376, 2565 - 784], [1376, 560]],
    ['amd-v-rvi', [1376, 2565 - 784], [1376, 560]],
  ])('%s: a device access and a notification', (handler, access, notify) => {
    const packets = [at([0], { direction: 'transmit', bytes: 1 })]
    const given = setup({ vms: { vm: vm({ packets }) }, costs: { 'nic.emulated.accessesPerTransmit': 1 } })
    const charged = (nic: string, kinds: RegExp) => {
      const sums: Record<string, number> = {}
      for (const { technology, step, counted } of run(given, { processor: handler, nic }).ledger) {
        const isChosen = technology === 'processor' && (step === 'exit' || kinds.test(step))
        if (isChosen) sums[step] = (sums[step] ?? 0) + counted
      }
      return sums
    }
    expect(charged('paravirtual', /notify/)).toEqual(stepsOf('notify', notify))
    // Its completion is an interrupt, which has an exit of its own where it is priced in parts.
    const { exit, ...rest } = charged('emulated', /device-access/)
    const { exit: accessExit, ...accessRest } = stepsOf('device-access', access)
    expect(rest).toEqual(accessRest)
    const interrupt = PRICES[handler].interrupt
    const interruptExits = typeof interrupt === 'number' ? 0 : 2 * interrupt[0]
    expect(exit ?? 0).toBe((accessExit ?? 0) + interruptExits)
  })
})

test('guest work is slowed by 4 % or 5 % with shadow page tables, by 1.8 % with nested ones', () => {
  const slowed = Object.fromEntries(
    Object.keys(processor.handlers).map((handler) => [handler, costs[`${handler}.guestWork`].value]),
  )
  expect(slowed).toEqual({
    'trap-and-emulate': 0.04,
    'binary-translation': 0.04,
    'vt-x': 0.05,
    'vt-x-ept': 0.018,
    'vt-x-posted-interrupts': 0.018,
    'amd-v': 0.05,
    'amd-v-rvi': 0.018,
  })
})

test('prices of AMD are assumptions but for its measured round trip', () => {
  const measured = Object.entries(costs)
    .filter(([key, { source }]) => key.startsWith('amd-v') && !source.startsWith('assumption:'))
    .map(([key]) => key)
  const borrowed = ['syscall', 'page-fault', 'page-table-write', 'divide-fault', 'halt.handler']
  expect(measured.filter((key) => !borrowed.some((kind) => key.endsWith(kind))).sort()).toEqual([
    'amd-v-rvi.exit',
    'amd-v.exit',
  ])
})

test('a price is of the processor that its first row was measured on; what is assumed or shared out is of none', () => {
  const measuredOn = (row: string): string | undefined => {
    const [source, number] = [row.slice(0, 3), Number(row.slice(4))]
    // Adams and Agesen on a Prescott; ELI and Turtles on a Nehalem; Dall on a Sandy Bridge; CPU-43 is Merom's, CPU-66 AMD's.
    if (source === 'INT' || number === 45 || number === 60) return 'nehalem'
    if (number === 47 || (number >= 51 && number <= 53)) return 'sandy-bridge'
    return number <= 42 ? 'prescott' : undefined
  }
  for (const [key, cost] of Object.entries(costs)) {
    const isShared = /\.(handler|guestWork|transitions)$/.test(key) || cost.source.startsWith('assumption:')
    const expected = isShared || key === 'remainderScale' ? undefined : measuredOn(cost.source.slice(0, 6))
    expect([key, cost.measuredOn]).toEqual([key, expected])
  }
})

test('the unit of a price says what it is', () => {
  const unitOf = (key: string): string => {
    if (key.endsWith('.guestWork')) return 'cycles/cycle'
    if (key.endsWith('.transitions')) return 'count'
    return key === 'remainderScale' ? 'factor' : 'cycles'
  }
  for (const [key, { unit }] of Object.entries(costs)) expect([key, unit]).toEqual([key, unitOf(key)])
})

test('a price is within its range, and each has rows or a reason behind it', () => {
  for (const [key, { value, source, range }] of Object.entries(costs)) {
    expect([key, source]).toEqual([key, expect.stringMatching(/^([A-Z]{3}-\d\d|assumption: .{9,})/)])
    if (range) expect(range[0] <= value && value <= range[1], key).toBe(true)
  }
})
