// Paths as segments by hand: what is one job, what it charges, where its marks lie. A cycle is a ns, a byte 0.8 ns.
import { describe, expect, test } from 'vitest'
import { discrepancies } from '../../../src/plugins/suite/balance.ts'
import type { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import type { Setup, VmGroup } from '../../../src/models/host/setup.ts'
import type { Tallies } from '../../../src/models/host/tallies.ts'
import {
  step,
  trap,
  type Costs,
  type Line,
  type Passage,
  type Place,
  type Technology,
} from '../../../src/models/host/technology.ts'
import { at, host, loop, run, runHost, setup, sum, vm, type RunOptions } from '../build.ts'
import { finishes } from '../finishes.ts'
import { generations } from '../generations.ts'

const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const
const cycles = (value: number) => ({ value, unit: 'cycles', source: 'assumption: for a test' })
const costs = {
  ...{ hundred: cycles(100), 'two hundred': cycles(200), 'four hundred': cycles(400), nothing: cycles(0) },
  ...{ third: cycles(0.3), 'half a byte': cycles(0.5), 'per packet': cycles(10), three: cycles(3) },
} as const satisfies Costs

/** A technology that messages pass on their way out, and what one arm with it leaves behind. */
const own = (name: string, transmit: Line, passedBefore: Passage = 'tcp'): Technology => ({
  ...{ name, passedBefore, costs },
  handlers: { soft: { kind: 'software', transmit, receive: [] } },
})
const technologies = (...mine: Technology[]): RunOptions => ({ technologies: [...TECHNOLOGIES, ...mine] })
const armOf = (...mine: Technology[]): Record<string, string> =>
  Object.fromEntries(mine.map(({ name }) => [name, 'soft']))
const sent = (changes: Partial<VmGroup> = {}, bytes = 10, ...timesNs: number[]): VmGroup =>
  vm({ packets: [at(timesNs.length === 0 ? [0] : timesNs, { direction: 'transmit', bytes })], ...changes })
const sentBy = (
  mine: Technology[],
  guest = sent(),
  changes: Partial<Setup> = {},
  prepare?: RunOptions['prepare'],
): Tallies => run(setup({ vms: { vm: guest }, ...changes }), armOf(...mine), { ...technologies(...mine), prepare })
const each = (place: Place, name: string, cost: keyof typeof costs) => step(place, name, { each: cost })

/** How many jobs were opened in a run of these technologies. */
function jobsOf(...mine: Technology[]): number {
  let count = 0
  sentBy(mine, sent(), {}, ({ jobs }: Host) => {
    const open = jobs.open.bind(jobs)
    jobs.open = (unit, segment) => {
      count++
      return open(unit, segment)
    }
  })
  return count
}

describe('steps', () => {
  test('that follow one another in one place are one job, also across technologies', () => {
    const [first, second] = [each('vcpu', 'first', 'hundred'), each('vcpu', 'second', 'two hundred')]
    expect(jobsOf(own('a', [first, second]))).toBe(1)
    expect(jobsOf(own('a', [first]), own('b', [second]))).toBe(1)
    expect(jobsOf(own('a', [first, each('host', 'x', 'hundred'), second]))).toBe(3)
    expect(jobsOf(own('a', [first, each('user', 'x', 'hundred')]))).toBe(2)
    expect(jobsOf(own('a', [each('host', 'x', 'hundred'), each('exit', 'y', 'hundred')]))).toBe(2)
    expect(jobsOf(own('a', []))).toBe(0)
  })

  test('are each charged whatever they are joined with, in the order of the path', () => {
    const mine = [
      own('a', [each('vcpu', 'first', 'hundred'), each('vcpu', 'second', 'two hundred')], 'vpn'),
      own('b', [each('vcpu', 'third', 'four hundred')], 'nic'),
    ]
    const tallies = sentBy(mine)
    const entries = tallies.ledger.map(({ technology, step: name, items, executed, counted }) => [
      ...[technology, name, items, executed, counted],
    ])
    expect(entries.sort()).toEqual([
      ['a', 'first', 1, 100, 100],
      ['a', 'second', 1, 200, 200],
      ['b', 'third', 1, 400, 400],
    ])
    // The window closes at 150: the first step is executed, and 50 of the second.
    const cut = sentBy(mine, sent(), { measureNs: 150 })
    expect(['first', 'second', 'third'].map((name) => sum(cut, { step: name }, 'executed'))).toEqual([100, 50, 0])
  })

  test('cost each + per packet × packets + per byte × size, rounded once', () => {
    const price = step('vcpu', 'work', { each: 'third', perPacket: 'per packet', perByte: 'half a byte' })
    // A message of 1 byte: 0.3 + 10 + 0.5 = 10.8.
    expect(sum(sentBy([own('a', [price])], sent({}, 1)), { step: 'work' })).toBe(11)
    expect(sum(sentBy([own('a', [each('vcpu', 'work', 'third')])]), { step: 'work' })).toBe(0)
    // 4000 bytes are three packets, of which each pays once cut, and a message as one: 0.3 + 10 + 0.5 × size.
    const whole = sentBy([own('a', [price])], sent({}, 4000))
    expect([sum(whole, { step: 'work' }), sum(whole, { step: 'work' }, 'items')]).toEqual([2010, 1])
    const inPackets = sentBy([own('a', [price], 'nic')], sent({}, 4000))
    expect([sum(inPackets, { step: 'work' }), sum(inPackets, { step: 'work' }, 'items')]).toEqual([2 * 760 + 510, 3])
  })

  test('of a unit of several packets cost as many times what a packet costs', () => {
    const mine = own('a', [step('vcpu', 'work', { perPacket: 'per packet' })], 'nic')
    const given = setup({ vms: { vm: sent({}, 4000) } })
    const tallies = run(given, { a: 'soft', tcp: 'segmentation-offload' }, technologies(mine))
    expect([sum(tallies, { step: 'work' }), sum(tallies, { step: 'work' }, 'items')]).toEqual([30, 1])
  })

  test('are counted once each, as often as they are done, or by size', () => {
    const line = [
      ...[each('vcpu', 'once', 'hundred'), step('vcpu', 'thrice', { each: 'hundred', times: 'three' })],
      step('vcpu', 'by size', { perByte: 'half a byte', countsSize: true }),
    ]
    const tallies = sentBy([own('a', line)], sent({}, 64))
    const of = (name: string) => [sum(tallies, { step: name }, 'items'), sum(tallies, { step: name })]
    expect([of('once'), of('thrice'), of('by size')]).toEqual([
      [1, 100],
      [3, 300],
      [64, 32],
    ])
  })

  test('that cost nothing take no time and no core, and are known to have been done', () => {
    const mine = [own('a', [each('user', 'free', 'nothing')])]
    // A job of 5000 is at work on the only vCPU; what costs nothing does not take turns with it.
    const guest = sent({ compute: { arrivals: times(0), cycles: 5000 } }, 10, 100)
    const given = setup({ vms: { guest } })
    const { host: stopped, tallies } = runHost(given, armOf(...mine), technologies(...mine))
    expect(stopped.latencies.get('a')!.toJSON().sum).toBe(0)
    expect(tallies.ledger.find(({ step: name }) => name === 'free')).toMatchObject({
      items: 1,
      executed: 0,
      counted: 0,
    })
  })

  test('that are caused are charged to who caused them, others to the unit’s own cause', () => {
    const mine = own('a', [each('vcpu', 'work', 'hundred'), trap('syscall', 'three')])
    const given = setup({ vms: { vm: sent() }, costs: { 'processor.vt-x.syscall': 50 } })
    const tallies = run(given, { a: 'soft', processor: 'vt-x' }, technologies(mine))
    expect(sum(tallies, { technology: 'processor', cause: 'a' })).toBe(150)
    expect(sum(tallies, { technology: 'a', cause: 'a' })).toBe(100)
    expect(sum(tallies, {})).toBe(250)
  })
})

describe('a place', () => {
  /** When the message has left the step of 100 and the wire (38.4 ns), and the guest’s job of 1000 is done. */
  const ends = (place: Place, cores = 1, hypervisor: 'preempts' | 'shares' = 'preempts'): number[] => {
    const mine = own('a', [each(place, 'work', 'hundred')])
    const guest = sent({ compute: { arrivals: times(0), cycles: 1000 } }, 10, 500)
    const given = setup({ vms: { guest }, host: host({ cores, hypervisor }) })
    const known = technologies(mine)
    const seen = new Map<string, number>()
    run(given, armOf(mine), {
      ...known,
      prepare: ({ items, sim }) => {
        const close = items.close.bind(items)
        items.close = (unit) => {
          seen.set(items.works[items.work[items.item[unit]]].name, Math.round(sim.now * 10) / 10)
          close(unit)
        }
      },
    })
    return [seen.get('packets.0')!, seen.get('compute')!]
  }

  test('on the vCPU is the kernel’s, before the guest’s own work; a user’s comes behind it', () => {
    expect(ends('vcpu')).toEqual([638.4, 1100])
    expect(ends('vcpu', 2)).toEqual([638.4, 1100])
    expect(ends('user', 2)).toEqual([1138.4, 1000])
  })

  test('at the exit stops the vCPU; on the host it needs a core, and no vCPU', () => {
    expect(ends('exit', 2)).toEqual([638.4, 1100])
    expect(ends('host', 1)).toEqual([638.4, 1100])
    expect(ends('host', 2)).toEqual([638.4, 1000])
    // Half a core each from 500 to 700.
    expect(ends('host', 1, 'shares')).toEqual([738.4, 1100])
  })
})

test('work at the exit comes before that of all guests; work on a vCPU has its share of the cores', () => {
  // Of a core, from 500 on: all of it at the exit, half of it on the vCPU.
  const leaves = (place: Place): number => {
    const mine = own('a', [each(place, 'work', 'hundred')])
    const vms = { a: sent({}, 10, 500), b: vm({ compute: { arrivals: times(0), cycles: 1000 } }) }
    const { latencies } = run(setup({ vms }), armOf(mine), technologies(mine))
    return latencies['a'].sum
  }
  expect((['exit', 'host', 'vcpu', 'user'] as const).map(leaves)).toEqual([100, 100, 200, 200])
})

describe('marks', () => {
  const chain = [
    own('a', [each('vcpu', 'x', 'hundred')], 'vpn'),
    own('b', [each('vcpu', 'y', 'two hundred')], 'vlan'),
    own('c', [each('vcpu', 'z', 'four hundred')], 'nic'),
  ]
  const sums = ({ latencies, work: [{ generated }] }: Tallies): number[] => {
    // Each is passed once by each message.
    for (const { count } of Object.values(latencies)) expect(count).toBe(generated)
    return Object.values(latencies).map(({ sum: total }) => total)
  }

  test('within a job lie where the steps before them end', () => {
    expect(jobsOf(...chain)).toBe(1)
    expect(sums(sentBy(chain))).toEqual([100, 200, 400])
  })

  test('at the start of a job lie before its wait for a vCPU', () => {
    // The kernel is at work on another message until 700: that of 50 waits for 650 in the first technology.
    const both = sentBy(chain, sent({}, 10, 0, 50))
    expect(sums(both)).toEqual([100 + 650 + 100, 400, 800])
  })

  test('of technologies without a step take no time and no job', () => {
    const mine = [own('a', []), own('b', [], 'vpn'), own('c', [], 'nic')]
    expect(jobsOf(...mine)).toBe(0)
    expect(sums(sentBy(mine, sent({}, 10, 0, 7)))).toEqual([0, 0, 0])
  })

  test('between technologies of which the middle one is free lie at one instant', () => {
    const mine = [chain[0], own('b', [], 'vlan'), chain[2]]
    expect(jobsOf(...mine)).toBe(1)
    expect(sums(sentBy(mine))).toEqual([100, 0, 400])
  })

  test('across places lie between the jobs', () => {
    const mine = [chain[0], own('b', [each('host', 'y', 'two hundred')], 'vlan'), chain[2]]
    expect(jobsOf(...mine)).toBe(3)
    expect(sums(sentBy(mine))).toEqual([100, 200, 400])
  })

  test('are on a core of the clock’s speed', () => {
    expect(sums(sentBy(chain, sent(), { host: host({ clockHz: 4e9 }) }))).toEqual([25, 50, 100])
  })
})

describe('a job that waits and gives its turn to a later unit', () => {
  const arm = { display: 'software-pcoip' }
  const free = { 'display.encodeCyclesPerPixel': 1, 'tcp.datagramCycles': 0, 'tcp.byteCycles': 0 }
  const screens = (pixels: VmGroup['screen'] & object, changes: Partial<Setup> = {}): Setup =>
    setup({ measureNs: 50_000, vms: { vm: vm({ screen: pixels }) }, costs: free, ...changes })

  test('is charged for that unit alone, at that unit’s size, and given up for the one before', () => {
    // The first is at work from 0 until its pixels are done, past 30 for sure; of the rest the last one stays.
    const given = screens({ arrivals: times(0, 10, 20, 30), pixels: { uniform: { min: 100, max: 900 } } })
    const sizes = generations(given, arm).map(({ size }) => size)
    expect(new Set(sizes).size).toBe(4)
    const tallies = run(given, arm)
    expect(discrepancies(given, tallies)).toEqual([])
    expect(tallies.work).toMatchObject([{ generated: 4, finished: 2, dropped: 2, superseded: 2 }])
    expect(sum(tallies, { step: 'encode' })).toBe(sizes[0] + sizes[3])
    expect(sum(tallies, { step: 'encode' }, 'executed')).toBe(sizes[0] + sizes[3])
    expect(sum(tallies, { step: 'encode' }, 'items')).toBe(2)
    // The last one enters as it comes, at 30, and leaves when both are encoded.
    expect(tallies.latencies['display'].sum).toBeCloseTo(sizes[0] + (sizes[0] + sizes[3] - 30), 6)
  })

  test('keeps its place in the line', () => {
    // The update of 10 waits before the job of 20; the update of 30 has its turn: encoded 1000–2000, the job until 2500.
    const guest = vm({
      screen: { arrivals: times(0, 10, 30), pixels: 1000 },
      compute: { arrivals: times(20), cycles: 500 },
    })
    const given = setup({ measureNs: 50_000, vms: { guest }, costs: free })
    expect(finishes(given, arm).find(([work]) => work === 'compute')).toEqual(['compute', 0, 2500])
  })

  test('has not begun: one that was stopped again goes on', () => {
    // The first begins at 0 and is stopped from 10 to 110 by a trap; the update of 50 waits behind it.
    const guest = vm({ screen: { arrivals: times(0, 50), pixels: 1000 }, traps: { syscall: times(10) } })
    const given = setup({
      ...{ measureNs: 50_000, vms: { guest } },
      costs: { ...free, 'processor.vt-x.syscall': 100, 'processor.vt-x.guestWork': 0 },
    })
    const { work } = run(given, { ...arm, processor: 'vt-x' })
    expect(work.find(({ work: name }) => name === 'screen')).toMatchObject({ generated: 2, finished: 2, superseded: 0 })
  })

  test('leaves no charges behind', () => {
    // 600 updates that supersede one another while the first is at work: each charge is given back as the next is made.
    const given = screens({ arrivals: times(...Array.from({ length: 600 }, (_, i) => i)), pixels: 1000 })
    const { host: stopped, tallies } = runHost(given, arm)
    expect(tallies.work).toMatchObject([{ finished: 2, superseded: 598 }])
    expect(stopped.ledger.entry).toHaveLength(256)
    expect(stopped.jobs.unit).toHaveLength(64)
  })
})

test('jobs are given back when they are done: the table does not grow with their number', () => {
  const given = setup({ measureNs: null, vms: { vm: vm({ loop: loop({ repeat: 500, cycles: 10 }) }) } })
  const { host: stopped } = runHost(given, {})
  expect([stopped.jobs.unit.length, stopped.ledger.entry.length, stopped.items.item.length]).toEqual([64, 256, 64])
})
