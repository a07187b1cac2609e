// The price of a trap: whole or in parts, overridden, and on another processor; all by hand from the published rows.
import { describe, expect, test } from 'vitest'
import type { ProcessorName, TrapKind } from '../../../src/models/host/setup.ts'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { paper, sheet, type Sheet } from '../sheet.ts'

/** What one trap is charged, by step. */
function price(
  handler: string,
  kind: TrapKind,
  costs: Record<string, number> = {},
  processor: ProcessorName = 'as-measured',
): Record<string, number> {
  const given = setup({
    host: host({ processor }),
    vms: { vm: vm({ traps: { [kind]: { kind: 'times', timesNs: [0], isFromStart: true } } }) },
    costs,
  })
  const entries = run(given, { processor: handler }).ledger.filter(({ technology }) => technology === 'processor')
  return Object.fromEntries(entries.map(({ step, counted }) => [step, counted]))
}
const total = (...of: Parameters<typeof price>): number =>
  Object.values(price(...of)).reduce((sumOfSteps, cycles) => sumOfSteps + cycles, 0)

describe('published: cycles per trap are those of rows CPU-01 … CPU-21', () => {
  test.each<[string, TrapKind, number, string]>([
    ['binary-translation', 'syscall', 2308, 'CPU-02'],
    ['vt-x', 'syscall', 246, 'CPU-03'],
    ['binary-translation', 'port-io', 216, 'CPU-05'],
    ['vt-x', 'port-io', 15_826, 'CPU-06'],
    ['binary-translation', 'page-fault', 3927, 'CPU-14'],
    ['vt-x', 'page-fault', 11_242, 'CPU-15'],
    ['binary-translation', 'divide-fault', 3223, 'CPU-17'],
    ['vt-x', 'divide-fault', 1014, 'CPU-18'],
    ['binary-translation', 'page-table-write', 391, 'CPU-20'],
    ['vt-x', 'page-table-write', 12_733, 'CPU-21'],
  ])('%s: %s is %i cycles (%s)', (handler, kind, cycles) => {
    expect(total(handler, kind)).toBe(cycles)
  })

  test.each<[TrapKind, number, string]>([
    ['syscall', 242, 'CPU-01'],
    ['page-fault', 1093, 'CPU-13'],
    ['divide-fault', 889, 'CPU-16'],
    ['page-table-write', 1, 'CPU-19'],
  ])('the native part of a %s is %i cycles (%s), a step of its own', (kind, cycles) => {
    expect(price('binary-translation', kind)[`${kind} (native)`]).toBe(cycles)
  })

  test('a port costs less in translated code than natively: its native part is no more than the whole', () => {
    // CPU-04: 3209 natively, CPU-05: 216 under binary translation.
    expect(price('binary-translation', 'port-io')).toEqual({ 'port-io (native)': 216, 'port-io': 0 })
    expect(price('vt-x', 'port-io')).toEqual({ 'port-io (native)': 3209, 'port-io': 15_826 - 3209 })
  })
})

describe('a price has one form', () => {
  test('in parts: the round trip, the handler, and what caches lose', () => {
    // CPU-42: 3,963. INT-01, INT-02: 8,886 per exit less 1,009 is 7,877; INT-03, INT-10: 1,295 beyond.
    expect(price('vt-x', 'interrupt')).toEqual({ exit: 3963, 'interrupt handler': 7877, 'interrupt indirect': 1295 })
  })

  test('giving the whole price removes the parts', () => {
    expect(price('vt-x', 'interrupt', { 'processor.vt-x.interrupt': 500 })).toEqual({ interrupt: 500 })
  })

  test('giving a part changes that part alone', () => {
    expect(price('vt-x', 'interrupt', { 'processor.vt-x.exit': 10 })).toMatchObject({
      exit: 10,
      'interrupt handler': 7877,
    })
  })

  test('a whole price that is given is the whole, native part included', () => {
    expect(price('vt-x', 'page-fault', { 'processor.vt-x.page-fault': 2000 })).toEqual({
      'page-fault (native)': 1093,
      'page-fault': 907,
    })
    expect(total('vt-x', 'page-fault', { 'processor.vt-x.page-fault': 10 })).toBe(10)
  })
})

describe('on another processor: transitions × its round trip + remainder × `remainderScale`', () => {
  test('a whole price is taken apart at the round trip it was measured with', () => {
    // 11,242 on a Prescott in 2 transitions of 3,963 leaves 3,316; a Nehalem makes them in 1,009 each.
    expect(total('vt-x', 'page-fault', {}, 'nehalem')).toBe(2 * 1009 + 3316)
    expect(total('vt-x', 'page-fault', {}, 'sandy-bridge')).toBe(2 * 784 + 3316)
    expect(total('vt-x', 'page-fault', {}, 'prescott')).toBe(11_242)
    expect(total('vt-x', 'page-fault', { 'processor.remainderScale': 0.5 }, 'nehalem')).toBe(2 * 1009 + 1658)
  })

  test('a price in parts has its round trip replaced', () => {
    // CPU-60 less CPU-45: 1,591 of handler behind 784, CPU-47.
    expect(price('vt-x', 'cpuid', {}, 'sandy-bridge')).toEqual({ exit: 784, 'cpuid handler': 1591 })
    expect(total('vt-x', 'cpuid', { 'processor.remainderScale': 2 }, 'merom')).toBe(1579 + 2 * 1591)
  })

  test('a price without a transition is all remainder', () => {
    expect(total('vt-x', 'syscall', {}, 'nehalem')).toBe(246)
    expect(total('binary-translation', 'syscall', { 'processor.remainderScale': 0.5 }, 'nehalem')).toBe(1154)
  })

  test('a price that the scenario gives is left as it is', () => {
    expect(total('vt-x', 'page-fault', { 'processor.vt-x.page-fault': 3000 }, 'nehalem')).toBe(3000)
  })

  test('`as-measured` changes nothing, whatever the scale', () => {
    expect(total('vt-x', 'page-fault', { 'processor.remainderScale': 5 })).toBe(11_242)
  })
})

describe('traps that a NIC causes', () => {
  const given = setup({ vms: { vm: vm({ packets: [at([0], { direction: 'transmit' })] }) } })
  const access = { step: 'device-access', cause: 'nic', technology: 'processor' }

  test('are charged to the arm’s processor, and name their cause', () => {
    // NIC-16: 12 accesses a packet; CPU-52: 2,565 each, CPU-23: 1,254 each.
    const nested = run(given, { processor: 'vt-x-ept', nic: 'emulated' })
    expect(sum(nested, access)).toBe(12 * 2565)
    expect(sum(nested, access, 'items')).toBe(12)
    expect(sum(run(given, { processor: 'binary-translation', nic: 'emulated' }), access)).toBe(12 * 1254)
  })

  test('cost what they cost natively in an arm without a processor, charged to the NIC', () => {
    // CPU-04: 3,209 for each of 12 accesses.
    const tallies = run(given, { nic: 'emulated' })
    expect(sum(tallies, { step: 'device-access (native)', technology: 'nic' })).toBe(12 * 3209)
    expect(tallies.ledger.some(({ technology }) => technology === 'processor')).toBe(false)
  })

  test('are not the workload’s own: the row of the processor measures none of them', () => {
    expect(run(given, { processor: 'vt-x-ept', nic: 'emulated' }).latencies['processor'].count).toBe(0)
  })
})

test('guest work is slowed by the processor’s share of it, charged to the processor', () => {
  // CPU-40: 4 % under binary translation.
  const given = setup({
    vms: { vm: vm({ compute: { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, cycles: 100_000 } }) },
  })
  const tallies = run(given, { processor: 'binary-translation' })
  expect(sum(tallies, { technology: 'guest' })).toBe(100_000)
  expect(sum(tallies, { technology: 'processor' })).toBe(4000)
})

describe('a sheet of paper: a job of 1,000 cycles and a trap at 0, another trap at 10', () => {
  /** A step of a trap: its cycles, and whether they are an assumption. */
  type Part = readonly [step: string, cycles: number, assumed?: 'assumed']

  /** The job and the first trap come at once, so it waits for both traps; the second trap waits for the first. */
  function byHand(first: [TrapKind, Part[]], second: [TrapKind, Part[]], slowed: readonly [number, 'assumed'?]): Sheet {
    const cyclesOf = (parts: Part[]): number => parts.reduce((cycles, [, part]) => cycles + part, 0)
    const [a, b] = [cyclesOf(first[1]), cyclesOf(first[1]) + cyclesOf(second[1])]
    const names = [...new Set([...first[1], ...second[1]].map(([step]) => step))]
    const traps = names.map((name) => {
      const parts = [...first[1], ...second[1]].filter(([step]) => step === name)
      const line = ['processor', 'processor', 'host', name, parts.length, cyclesOf(parts)] as const
      return parts[0][2] ? ([...line, parts[0][2]] as const) : line
    })
    const tax = ['processor', 'processor', 'vcpu', 'guest work slowed', 1, slowed[0]] as const
    return paper({
      steps: [['guest', 'guest', 'vcpu', 'work', 1, 1000], slowed[1] ? ([...tax, slowed[1]] as const) : tax, ...traps],
      vcpus: b + 1000 + slowed[0],
      devices: {},
      latency: { processor: [2, a + (b - 10)] },
      done: [
        [`traps.${first[0]}`, 0, a],
        [`traps.${second[0]}`, 0, b],
        ['compute', 0, b + 1000 + slowed[0]],
      ],
      left: {},
    })
  }
  const seen = (handler: string, first: TrapKind, second: TrapKind, costs: Record<string, number> = {}): Sheet => {
    const once = (ns: number) => ({ kind: 'times', timesNs: [ns], isFromStart: true }) as const
    const traps = { [first]: once(0), [second]: once(10) }
    const guest = vm({ compute: { arrivals: once(0), cycles: 1000 }, traps })
    return sheet(setup({ vms: { guest }, costs }), { processor: handler })
  }

  test('trap-and-emulate: all is exit and handler, and what the scenario says is no assumption', () => {
    const costs = {
      'processor.trap-and-emulate.exit': 101,
      'processor.trap-and-emulate.page-fault.handler': 211,
      'processor.trap-and-emulate.guestWork': 0.5,
    }
    const [fault, interrupt]: Part[] = [
      ['page-fault handler', 211],
      ['interrupt handler', 889, 'assumed'],
    ]
    const paperSheet = byHand(['page-fault', [['exit', 101], fault]], ['interrupt', [['exit', 101], interrupt]], [500])
    expect(seen('trap-and-emulate', 'page-fault', 'interrupt', costs)).toEqual(paperSheet)
  })

  test('binary-translation: whole prices, the native part beside the rest where it was measured', () => {
    const costs = { 'processor.binary-translation.syscall': 503, 'processor.native.syscall': 107 }
    const syscall: Part[] = [
      ['syscall (native)', 107],
      ['syscall', 396],
    ]
    const interrupt: Part[] = [['interrupt', 3223, 'assumed']]
    expect(seen('binary-translation', 'syscall', 'interrupt', costs)).toEqual(
      byHand(['syscall', syscall], ['interrupt', interrupt], [40]),
    )
  })

  test('vt-x: a page fault whole, an interrupt in parts', () => {
    const fault: Part[] = [
      ['page-fault (native)', 1093],
      ['page-fault', 10_149],
    ]
    const interrupt: Part[] = [
      ['exit', 3963],
      ['interrupt handler', 7877],
      ['interrupt indirect', 1295],
    ]
    expect(seen('vt-x', 'page-fault', 'interrupt')).toEqual(
      byHand(['page-fault', fault], ['interrupt', interrupt], [50]),
    )
  })

  test('vt-x-ept: a page fault is the guest’s own, an interrupt in parts', () => {
    const fault: Part[] = [
      ['page-fault (native)', 1093],
      ['page-fault', 0],
    ]
    const interrupt: Part[] = [
      ['exit', 1009],
      ['interrupt handler', 7877],
      ['interrupt indirect', 1295],
    ]
    expect(seen('vt-x-ept', 'page-fault', 'interrupt')).toEqual(
      byHand(['page-fault', fault], ['interrupt', interrupt], [18, 'assumed']),
    )
  })

  test('vt-x-posted-interrupts: an interrupt without an exit, `halt` with one', () => {
    const halt: Part[] = [
      ['exit', 1009],
      ['halt handler', 4000, 'assumed'],
    ]
    expect(seen('vt-x-posted-interrupts', 'interrupt', 'halt')).toEqual(
      byHand(['interrupt', [['interrupt', 720]]], ['halt', halt], [18, 'assumed']),
    )
  })

  test('amd-v: page faults in parts, with AMD’s own round trip', () => {
    const syscall: Part[] = [
      ['syscall (native)', 242],
      ['syscall', 4, 'assumed'],
    ]
    const fault: Part[] = [
      ['exit', 1376],
      ['page-fault handler', 7279, 'assumed'],
    ]
    expect(seen('amd-v', 'syscall', 'page-fault')).toEqual(
      byHand(['syscall', syscall], ['page-fault', fault], [50, 'assumed']),
    )
  })

  test('amd-v-rvi: what caches lose to an interrupt is a step of its own', () => {
    const interrupt: Part[] = [
      ['exit', 1376],
      ['interrupt handler', 7877, 'assumed'],
      ['interrupt indirect', 1295, 'assumed'],
    ]
    const cpuid: Part[] = [
      ['exit', 1376],
      ['cpuid handler', 1591, 'assumed'],
    ]
    expect(seen('amd-v-rvi', 'interrupt', 'cpuid')).toEqual(
      byHand(['interrupt', interrupt], ['cpuid', cpuid], [18, 'assumed']),
    )
  })
})
