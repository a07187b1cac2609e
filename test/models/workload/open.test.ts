// Open work by hand: which kinds there are and in which order, when each arrives and how large, and what is counted of it.
import { describe, expect, test } from 'vitest'
import { sampler } from '../../../src/engine/distributions.ts'
import { RandomStream, streamSeed } from '../../../src/engine/random.ts'
import { WorkDigest } from '../../../src/models/host/digest.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { step, type Technology } from '../../../src/models/host/technology.ts'
import { at, host, loop, packet, run, runHost, setup, sum, vm } from '../build.ts'
import { generations } from '../generations.ts'

const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const
const clones = { atNs: 700, count: 3, arrivals: null, bytes: 1e6, concurrent: 1 }
const everything = {
  ...vm({ compute: { arrivals: times(1), cycles: 10 }, traps: { syscall: times(2), cpuid: times(3) } }),
  packets: [at([4]), at([5], { vlan: 1, vpn: true })],
  ...{ screen: { arrivals: times(6), pixels: 4 }, clones: { ...clones, atNs: 7, count: 1 } },
}

describe('kinds of work', () => {
  test('stand in order of group names, then compute, traps by name, packets, screen and clones', () => {
    const given = setup({ vms: { b: everything, a: vm({ compute: everything.compute }) } })
    const { work } = run(given, {})
    expect(work.map(({ group, work: name }) => `${group} ${name}`)).toEqual([
      ...['a compute', 'b compute', 'b traps.cpuid', 'b traps.syscall', 'b packets.0', 'b packets.1', 'b screen'],
      'b clones',
    ])
  })

  test('pass what handles them', () => {
    const arm = { processor: 'vt-x', nic: 'sr-iov', tcp: 'host-stack', vlan: 'host-tagging', vpn: 'aes-ni' }
    const all = { ...arm, clone: 'xcopy', display: 'software-pcoip' }
    const array = { pathBytesPerS: 1e9, internalBytesPerS: 1e9 }
    const { work } = run(setup({ measureNs: 1e5, host: host({ array }), vms: { vm: everything } }), all)
    expect(Object.fromEntries(work.map(({ work: name, technologies }) => [name, technologies]))).toEqual({
      ...{ compute: [], 'traps.cpuid': ['processor'], 'traps.syscall': ['processor'] },
      ...{ 'packets.0': ['nic', 'tcp'], 'packets.1': ['nic', 'tcp', 'vlan', 'vpn'] },
      ...{ screen: ['display'], clones: ['clone'] },
    })
  })

  test('pass technologies of a user’s own before the display and before clones are made', () => {
    const own = (passedBefore: 'display' | 'clone'): Technology => ({
      ...{ name: `before ${passedBefore}`, passedBefore },
      costs: { cycles: { value: 70, unit: 'cycles', source: 'assumption: for a test' } },
      handlers: { soft: { kind: 'software', enter: [step('vcpu', 'work', { each: 'cycles' })] } },
    })
    const technologies = [...TECHNOLOGIES, own('display'), own('clone')]
    const arm = { 'before display': 'soft', 'before clone': 'soft', display: 'software-pcoip', clone: 'xcopy' }
    const array = { pathBytesPerS: 1e9, internalBytesPerS: 1e9 }
    const { screen } = everything
    const given = setup({ measureNs: 1e6, host: host({ array }), vms: { vm: vm({ screen, clones }) } })
    const tallies = run(given, arm, { technologies })
    expect(tallies.work.map(({ work, technologies: passed }) => [work, ...passed])).toEqual([
      ['screen', 'display', 'before display'],
      ['clones', 'clone', 'before clone'],
    ])
    expect(sum(tallies, { technology: 'before display', work: 'screen' })).toBe(70)
    expect(sum(tallies, { technology: 'before clone', work: 'clones' })).toBe(3 * 70)
    expect(sum(tallies, { technology: 'display' })).toBeGreaterThan(0)
    expect(sum(tallies, { technology: 'clone' })).toBeGreaterThan(0)
  })

  test('of the guest’s own pass nothing, so that nothing is noted', () => {
    const own = setup({ vms: { vm: vm({ compute: everything.compute }) } })
    expect(run(own, {}).notes).toEqual({})
    const looping = setup({ measureNs: null, vms: { vm: vm({ loop: loop({ cycles: 10 }) }) } })
    expect(run(looping, {}).notes).toEqual({})
  })

  test('only clones are waited for past one more window', () => {
    const { host: wired } = runHost(setup({ vms: { vm: everything } }), {})
    expect(wired.items.works.filter(({ patient }) => patient).map(({ name }) => name)).toEqual(['clones'])
  })
})

describe('arrivals', () => {
  test('are of each VM for itself, at its own times', () => {
    const given = setup({ vms: { b: vm({ traps: { halt: times(5) } }), a: vm({ count: 2, packets: [at([5, 9])] }) } })
    expect(generations(given).map(({ work, vm: of, atNs, size }) => [work, of, atNs, size])).toEqual([
      ['a packets.0', 0, 5, 1500],
      ['a packets.0', 1, 5, 1500],
      ['b traps.halt', 2, 5, 0],
      ['a packets.0', 0, 9, 1500],
      ['a packets.0', 1, 9, 1500],
    ])
  })

  test('come from the stream of group, index and kind; sizes from another one of the same name', () => {
    const desktops = vm({
      count: 2,
      packets: [
        at([]),
        { ...packet({ bytes: { exponential: 700 } }), arrivals: { kind: 'periodic', everyNs: 300_000 } },
      ],
    })
    const seen = generations(setup({ seed: 5, vms: { aa: vm(), desktop: desktops } }), {}, { replication: 3 })
    for (const index of [0, 1]) {
      const stream = (of: string) => new RandomStream(streamSeed(5, 3, `desktop/${index}/packets.1/${of}`))
      const sizes = sampler({ exponential: 700 }, stream('size'))
      const phase = stream('arrivals').uniform() * 300_000
      const mine = seen.filter(({ vm: of, atNs }) => of === index + 1 && atNs < 1e6)
      expect(mine.length).toBeGreaterThanOrEqual(3)
      mine.forEach(({ work, atNs, size }, i) => {
        expect(work).toBe('desktop packets.1')
        expect(atNs).toBeCloseTo(phase + i * 300_000, 6)
        expect(size).toBe(Math.max(1, Math.round(sizes.next())))
      })
    }
  })

  test('that never come do not', () => {
    const never = { kind: 'poisson', ratePerS: 0 } as const
    const given = setup({ vms: { vm: vm({ traps: { halt: never }, compute: { arrivals: never, cycles: 5 } }) } })
    expect(generations(given)).toEqual([])
    expect(run(given, {}).work).toMatchObject([{ generated: 0 }, { generated: 0 }])
  })

  test('requests for clones are made all at once, or when their arrivals say', () => {
    const when = (changes: object): number[] =>
      generations(setup({ vms: { vm: vm({ clones: { ...clones, ...changes } }) } })).map(({ atNs }) => atNs)
    expect(when({})).toEqual([700, 700, 700])
    expect(when({ arrivals: times(1, 20) })).toEqual([1, 20])
  })
})

describe('what is counted', () => {
  test('is what is generated from the opening of the window on and before it closes', () => {
    const edges = times(299, 300, 1299, 1300)
    const given = setup({
      warmupNs: 300,
      measureNs: 1000,
      vms: { vm: vm({ compute: { arrivals: edges, cycles: 5 } }) },
    })
    // The job of 1299 is at work until 1304, so that the one of 1300 is generated.
    expect(generations(given).map(({ atNs, counted }) => [atNs, counted])).toEqual([
      [299, false],
      [300, true],
      [1299, true],
      [1300, false],
    ])
    expect(run(given, {}).work).toMatchObject([{ generated: 2, finished: 2, offered: 10 }])
  })

  test('offers the sum of its sizes as drawn, before they are rounded', () => {
    const guest = vm({
      compute: { arrivals: times(0, 1), cycles: 10.4 },
      packets: [at([2, 3, 4], { bytes: 0.25 })],
      traps: { halt: times(1) },
    })
    const { work } = run(setup({ vms: { guest } }), {})
    expect(Object.fromEntries(work.map(({ work: name, offered }) => [name, offered]))).toEqual({
      ...{ compute: 20.8, 'packets.0': 0.75, 'traps.halt': 0 },
    })
    expect(
      generations(setup({ vms: { guest } }))
        .map(({ work: name, size }) => `${name} ${size}`)
        .sort(),
    ).toEqual([
      ...['guest compute 10', 'guest compute 10', 'guest packets.0 1', 'guest packets.0 1', 'guest packets.0 1'],
      'guest traps.halt 0',
    ])
  })
})

test('the digest is of every item up to the end of the window, of the warm-up too, with its rounded size', () => {
  const vms = {
    a: vm({ traps: { halt: times(5) } }),
    b: vm({ compute: { arrivals: times(2, 1299, 1300), cycles: 9.7 } }),
  }
  const expected = new WorkDigest()
  expected.add(0, 0, 5, 0)
  expected.add(1, 1, 2, 10)
  expected.add(1, 1, 1299, 10)
  expect(run(setup({ warmupNs: 300, measureNs: 1000, vms }), {}).digest).toBe(expected.hex)
})

test('nothing but what a VM declares is started', () => {
  expect(run(setup({ vms: { vm: vm() } }), {}).work).toEqual([])
  const looping = setup({ measureNs: null, vms: { vm: vm({ loop: loop({ cycles: 10 }) }) } })
  expect(run(looping, {}).work.map(({ work }) => work)).toEqual(['loop.compute'])
})
