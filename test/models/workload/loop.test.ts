// Closed work by hand. One cycle is one ns; a packet of 1500 bytes takes 1230.4 ns on the wire.
import { describe, expect, test } from 'vitest'
import { sampler, type Distribution } from '../../../src/engine/distributions.ts'
import { RandomStream, streamSeed } from '../../../src/engine/random.ts'
import { WorkDigest } from '../../../src/models/host/digest.ts'
import type { Arm, HostSetup, LoopWork, Setup, VmGroup } from '../../../src/models/host/setup.ts'
import { host, loop, packet, run, runHost, setup, sum, vm } from '../build.ts'
import { finishes, type Finish } from '../finishes.ts'
import { generations } from '../generations.ts'

const COSTS = { 'processor.vt-x.syscall': 300, 'processor.vt-x.hypercall': 200, 'processor.vt-x.guestWork': 0 }
const ARM: Arm = { processor: 'vt-x' }
const WIRE_NS = 1230.4

const idle = (vms: Record<string, VmGroup>, changes: Partial<HostSetup> = {}): Setup =>
  setup({ measureNs: null, vms, host: host(changes), costs: COSTS })
const looping = (changes: Partial<LoopWork>, of: Partial<VmGroup> = {}): Setup =>
  idle({ vm: vm({ ...of, loop: loop(changes) }) }, { cores: 8 })
const messages = (direction: 'receive' | 'transmit', count: number, bytes: Distribution = 1500) => ({
  ...packet({ direction, bytes }),
  count,
})
const makespan = (changes: Partial<LoopWork>, of: Partial<VmGroup> = {}): number | null =>
  run(looping(changes, of), ARM).makespanNs

describe('a request', () => {
  const content = {
    cycles: 1000,
    traps: { syscall: 2, hypercall: 1 },
    packets: [messages('transmit', 1), messages('receive', 2), messages('receive', 1)],
  }

  test('receives its packets, computes, makes its traps kind by kind, transmits its packets, and then the next begins', () => {
    const received = 3 * WIRE_NS
    const computed = received + 1000
    const one = (start: number): Finish[] => [
      ['loop.packets.1', 0, start + WIRE_NS],
      ['loop.packets.1', 0, start + 2 * WIRE_NS],
      ['loop.packets.2', 0, start + received],
      ['loop.compute', 0, start + computed],
      ['loop.traps.hypercall', 0, start + computed + 200],
      // Two system calls are one job.
      ['loop.traps.syscall', 0, start + computed + 800],
      ['loop.packets.0', 0, start + computed + 800 + WIRE_NS],
    ]
    const length = computed + 800 + WIRE_NS
    const expected = [...one(0), ...one(length)].map(([work, of, atNs]) => [work, of, Math.round(atNs * 1e3) / 1e3])
    expect(finishes(looping({ ...content, repeat: 2 }), ARM)).toEqual(expected)
    expect(makespan({ ...content, repeat: 2 })).toBeCloseTo(2 * length, 6)
  })

  test('makes what it needs at a stage at once', () => {
    const { packets } = content
    expect(generations(looping({ packets, cycles: 5 })).map(({ work, atNs }) => [work, Math.round(atNs)])).toEqual([
      ...[
        ['vm loop.packets.1', 0],
        ['vm loop.packets.1', 0],
        ['vm loop.packets.2', 0],
      ],
      ['vm loop.compute', 3691],
      ['vm loop.packets.0', 3696],
    ])
  })

  test('of which a stage has no content goes on to the next', () => {
    expect(makespan({ cycles: 700 })).toBe(700)
    expect(makespan({ traps: { syscall: 2 } })).toBe(600)
    expect(makespan({ packets: [messages('transmit', 1)], cycles: 100 })).toBeCloseTo(100 + WIRE_NS, 6)
  })

  test('has no part of which there are none', () => {
    const given = looping({
      cycles: 7,
      traps: { syscall: 0 },
      packets: [messages('receive', 0), messages('transmit', 1)],
    })
    const { work, makespanNs } = run(given, ARM)
    expect(work.map(({ work: name }) => name)).toEqual(['loop.packets.1', 'loop.compute'].sort())
    expect(makespanNs).toBeCloseTo(7 + WIRE_NS, 6)
  })

  test('without content is over at once, and declares nothing', () => {
    const { host: stopped, tallies } = runHost(looping({ repeat: 5, traps: { halt: 0 } }), ARM)
    expect([tallies.makespanNs, tallies.work, stopped.items.newRequests(1, () => {})]).toEqual([0, [], 0])
  })

  test('that costs nothing is no deeper than one that does: a hundred thousand follow one another', () => {
    const { work, makespanNs } = run(looping({ repeat: 100_000, traps: { syscall: 1 } }), {})
    expect(work).toMatchObject([{ generated: 100_000, finished: 100_000 }])
    expect(makespanNs).toBe(0)
  })
})

describe('so many requests at a time', () => {
  test('are outstanding in each VM', () => {
    // Two of four at a time on two vCPUs: two rounds; three of four: one round of two, and one of two.
    expect(makespan({ repeat: 4, concurrent: 2, cycles: 1000 }, { vcpus: 2 })).toBe(2000)
    expect(makespan({ repeat: 4, concurrent: 1, cycles: 1000 }, { vcpus: 2 })).toBe(4000)
    expect(makespan({ repeat: 4, concurrent: 4, cycles: 1000 }, { vcpus: 4 })).toBe(1000)
    expect(makespan({ repeat: 4, concurrent: 2, cycles: 1000 }, { count: 3, vcpus: 2 })).toBe(2000)
  })

  test('are no more than are left', () => {
    const given = looping({ repeat: 3, concurrent: 5, cycles: 1000 }, { count: 2, vcpus: 8 })
    expect(finishes(given, ARM).map(([, of, atNs]) => [of, atNs])).toEqual([0, 0, 0, 1, 1, 1].map((of) => [of, 1000]))
  })

  test('each go on by themselves: who is done first makes the next', () => {
    // Requests of 1, 2, 3 … VMs share nothing: 0–1000–2000 on one vCPU, and 1230.4 on the wire before each.
    const given = looping({ repeat: 3, concurrent: 2, cycles: 1000, packets: [messages('receive', 1)] }, { vcpus: 2 })
    const ends = finishes(given, {}).filter(([work]) => work === 'loop.compute')
    // The wire is done at 1230.4, 2460.8, and, for the third, which begins at 2230.4, at 3691.2.
    expect(ends.map(([, , atNs]) => atNs)).toEqual([2230.4, 3460.8, 4691.2])
  })

  test('every VM makes each of its repetitions once, in every group', () => {
    const vms = {
      b: vm({ count: 3, vcpus: 2, loop: loop({ repeat: 4, concurrent: 3, cycles: 10, traps: { syscall: 2 } }) }),
      a: vm({ count: 2, loop: loop({ repeat: 5, concurrent: 2, cycles: 10, packets: [messages('receive', 3)] }) }),
    }
    const { host: stopped, tallies } = runHost(idle(vms), ARM)
    expect(stopped.items.newRequests(1, () => {})).toBe(2 * 2 + 3 * 3)
    const made = tallies.work.map(({ group, work, generated, finished }) => [`${group} ${work}`, [generated, finished]])
    expect(Object.fromEntries(made)).toEqual({
      ...{ 'a loop.packets.0': [2 * 5 * 3, 2 * 5 * 3], 'a loop.compute': [2 * 5, 2 * 5] },
      ...{ 'b loop.compute': [3 * 4, 3 * 4], 'b loop.traps.syscall': [3 * 4 * 2, 3 * 4 * 2] },
    })
    const perVm = new Map<string, number>()
    for (const { work, vm: of } of generations(idle(vms), ARM)) {
      const key = `${work} ${of}`
      perVm.set(key, (perVm.get(key) ?? 0) + 1)
    }
    expect(Object.fromEntries([...perVm].sort())).toEqual({
      ...{ 'a loop.compute 0': 5, 'a loop.compute 1': 5, 'a loop.packets.0 0': 15, 'a loop.packets.0 1': 15 },
      ...{ 'b loop.compute 2': 4, 'b loop.compute 3': 4, 'b loop.compute 4': 4 },
      ...{ 'b loop.traps.syscall 2': 4, 'b loop.traps.syscall 3': 4, 'b loop.traps.syscall 4': 4 },
    })
  })
})

test('kinds of work pass what handles them, and are waited for', () => {
  const given = looping({
    cycles: 7,
    traps: { syscall: 1 },
    packets: [messages('receive', 1), { ...messages('transmit', 1), vlan: 3 }],
  })
  const { items } = runHost(given, { ...ARM, nic: 'sr-iov', tcp: 'host-stack', vlan: 'nic-tagging' }).host
  expect(items.works.map(({ group, name, technologies }) => [group, name, ...technologies]).sort()).toEqual([
    ['vm', 'loop.compute'],
    ['vm', 'loop.packets.0', 'nic', 'tcp'],
    ['vm', 'loop.packets.1', 'nic', 'tcp', 'vlan'],
    ['vm', 'loop.traps.syscall', 'processor'],
  ])
  expect(items.works.every(({ patient }) => patient)).toBe(true)
})

describe('sizes', () => {
  const cycles = { exponential: 500 }
  const bytes = { exponential: 900 }
  const given = looping(
    { repeat: 4, concurrent: 3, cycles, packets: [messages('receive', 2, bytes)], traps: { syscall: 3 } },
    { count: 2, vcpus: 3 },
  )
  const drawn = (index: number, work: string, of: Distribution, count: number): number[] => {
    const sizes = sampler(of, new RandomStream(streamSeed(1, 0, `vm/${index}/${work}/size`)))
    return Array.from({ length: count }, () => sizes.next())
  }
  const whole = (size: number): number => Math.max(1, Math.round(size))

  test('are those of the stream of group, index and kind, in the order of repetitions', () => {
    const seen = generations(given)
    for (const index of [0, 1])
      for (const [work, of, count] of [
        ['loop.compute', cycles, 4],
        ['loop.packets.0', bytes, 8],
      ] as const) {
        const mine = seen.filter(({ work: name, vm: which }) => name === `vm ${work}` && which === index)
        const expected = drawn(index, work, of, count).map(whole)
        expect(mine.map(({ size }) => size).sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b))
      }
  })

  test('are offered as drawn', () => {
    const { work } = run(given, ARM)
    const offered = (name: string): number => work.find(({ work: kind }) => kind === name)!.offered
    const total = (work: string, of: Distribution, count: number): number =>
      [0, 1].flatMap((index) => drawn(index, work, of, count)).reduce((sum, size) => sum + size, 0)
    expect(offered('loop.compute')).toBeCloseTo(total('loop.compute', cycles, 4), 6)
    expect(offered('loop.packets.0')).toBeCloseTo(total('loop.packets.0', bytes, 8), 6)
    expect(offered('loop.traps.syscall')).toBe(0)
  })

  test('belong to the number of the repetition, which the digest knows, with all that an item stands for', () => {
    const works = new Map(runHost(given, ARM).host.items.works.map(({ name }, id) => [name, id]))
    const digest = new WorkDigest()
    for (const index of [0, 1]) {
      const compute = drawn(index, 'loop.compute', cycles, 4).map(whole)
      const packets = drawn(index, 'loop.packets.0', bytes, 8).map(whole)
      for (let i = 0; i < 4; i++) {
        digest.add(works.get('loop.compute')!, index, i + 1, compute[i])
        digest.add(works.get('loop.traps.syscall')!, index, i + 1, 0)
        for (const size of packets.slice(2 * i, 2 * i + 2)) digest.add(works.get('loop.packets.0')!, index, i + 1, size)
      }
    }
    expect(run(given, ARM).digest).toBe(digest.hex)
  })
})

test('traps that are bundled weigh what they stand for in every count', () => {
  const given = looping({ repeat: 3, traps: { syscall: 4, hypercall: 1 } })
  const tallies = run(given, ARM)
  expect(tallies.work).toMatchObject([
    { work: 'loop.traps.hypercall', generated: 3, finished: 3, unfinished: 0 },
    { work: 'loop.traps.syscall', generated: 12, finished: 12, unfinished: 0 },
  ])
  expect(sum(tallies, { work: 'loop.traps.syscall' })).toBe(12 * 300)
  expect(generations(given, ARM)).toHaveLength(6)
})

test('a request goes on when a packet of it is lost', () => {
  // One descriptor: of each two packets, the second comes while the first is held by a stack of 5000 cycles.
  const costs = { ...COSTS, 'nic.ringPackets': 1, 'nic.interruptGap': 0, 'tcp.packetCycles': 5000 }
  const given = { ...looping({ repeat: 3, packets: [messages('receive', 2)], cycles: 10 }), costs }
  const { work } = run(given, { nic: 'sr-iov', tcp: 'host-stack' })
  const of = (name: string) => work.find((kind) => kind.work === name)
  expect(of('loop.packets.0')).toMatchObject({ generated: 6, finished: 3, dropped: 3, superseded: 0, unfinished: 0 })
  expect(of('loop.compute')).toMatchObject({ generated: 3, finished: 3, dropped: 0 })
})
