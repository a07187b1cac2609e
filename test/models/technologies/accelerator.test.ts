// Offloads by hand: software, an engine that nobody waits for, one that a thread sleeps for, and one that a vCPU spins for.
// One cycle is one ns.
import { describe, expect, test } from 'vitest'
import type { Arrivals, RequestFlow, Setup } from '../../../src/models/host/setup.ts'
import { host, loop, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'
import { paper, sheet } from '../sheet.ts'

const COSTS = {
  'accelerator.software.cyclesPerByte': 10,
  'accelerator.submitCycles': 100,
  'accelerator.transferCycles': 30,
  'accelerator.transferCyclesPerByte': 2,
  'accelerator.wakeCycles': 70,
  'accelerator.engineNs': 500,
  'accelerator.engineNsPerByte': 3,
}
const times = (...timesNs: number[]): Arrivals => ({ kind: 'times', timesNs, isFromStart: true })
const offloads = (bytes: number, ...when: number[]): RequestFlow[] => [
  { name: 'offloads', bytes, device: '', arrivals: times(...when) },
]
const one = (changes: Parameters<typeof vm>[0], cores = 1, costs = COSTS): Setup =>
  setup({ host: host({ cores }), vms: { vm: vm(changes) }, costs })
/** 100 bytes: 1,000 in software; 130 + 200 to submit, 800 in the engine. */
const submitted = 330
const served = submitted + 800

test.each([
  ['software', [['work', 'vcpu', 1000]], 1000],
  [
    'asynchronous',
    [
      ['submit', 'vcpu', 100],
      ['transfer', 'vcpu', 230],
    ],
    served,
  ],
  [
    'sleeping',
    [
      ['submit', 'vcpu', 100],
      ['transfer', 'vcpu', 230],
      ['wake up', 'vcpu', 70],
    ],
    served + 70,
  ],
  [
    'spinning',
    [
      ['submit', 'vcpu', 100],
      ['transfer', 'vcpu', 230],
      ['wait for the engine', 'vcpu', 800],
    ],
    served,
  ],
] as const)('%s', (handler, steps, end) => {
  const cycles = steps.reduce((total, [, , each]) => total + each, 0)
  expect(sheet(one({ requests: offloads(100, 0) }), { accelerator: handler })).toEqual(
    paper({
      steps: steps.map(([name, place, each]) => ['accelerator', 'accelerator', place, name, 1, each] as const),
      vcpus: cycles,
      devices: handler === 'software' ? {} : { 'offload engine': 800 },
      latency: { accelerator: [1, end] },
      done: [['requests.offloads', 0, end]],
      left: {},
    }),
  )
})

describe('a vCPU that spins', () => {
  const ends = (given: Setup, handler = 'spinning') => finishes(given, { accelerator: handler })

  test('does nothing else, where one that sleeps or is not waited for works on', () => {
    const guest = { requests: offloads(100, 0), compute: { arrivals: times(10), cycles: 500 } }
    expect(ends(one(guest))).toEqual([
      ['requests.offloads', 0, 1130],
      ['compute', 0, 1630],
    ])
    expect(ends(one(guest), 'asynchronous')).toEqual([
      ['compute', 0, 830],
      ['requests.offloads', 0, 1130],
    ])
    expect(ends(one(guest), 'sleeping')).toEqual([
      ['compute', 0, 830],
      ['requests.offloads', 0, 1200],
    ])
  })

  test('spins through the queue too: the second of two VMs waits for the first one’s service', () => {
    const guest = vm({ count: 2, requests: offloads(100, 0) })
    const given = setup({ host: host({ cores: 2 }), vms: { guest }, costs: COSTS })
    const tallies = run(given, { accelerator: 'spinning' })
    expect(sum(tallies, { step: 'wait for the engine' })).toBe(800 + 1600)
    // Two engines leave no queue.
    const two = run({ ...given, costs: { ...COSTS, 'accelerator.engines': 2 } }, { accelerator: 'spinning' })
    expect(sum(two, { step: 'wait for the engine' })).toBe(800 + 800)
  })

  test('keeps its core from others only as far as it gets it: two spin on one core, and each gets half', () => {
    const guest = vm({ count: 2, requests: offloads(100, 0) })
    const given = setup({ vms: { guest }, costs: { ...COSTS, 'accelerator.engines': 2 } })
    // Both submit until 660, at half speed, and are served until 1,460.
    const tallies = run(given, { accelerator: 'spinning' })
    expect(sum(tallies, { step: 'wait for the engine' })).toBe(2 * 400)
    expect(finishes(given, { accelerator: 'spinning' }).map(([, , end]) => end)).toEqual([1460, 1460])
  })

  test('ends on a whole cycle, within one of what it waits for', () => {
    const given = one({ requests: offloads(100, 0) }, 1, { ...COSTS, 'accelerator.engineNs': 500.25 })
    expect(sum(run(given, { accelerator: 'spinning' }), { step: 'wait for the engine' })).toBe(801)
    expect(ends(given)).toEqual([['requests.offloads', 0, 330 + 801]])
  })

  test('goes on as long as it takes, and is stopped by a trap meanwhile', () => {
    const long = { ...COSTS, 'accelerator.engineNs': 299_700, 'processor.vt-x.syscall': 1000 }
    const guest = { requests: offloads(100, 0), traps: { syscall: times(1000) } }
    const tallies = run(one(guest, 1, long), { accelerator: 'spinning', processor: 'vt-x' })
    expect(sum(tallies, { step: 'wait for the engine' })).toBe(300_000 - 1000)
    expect(sum(tallies, { step: 'wait for the engine' }, 'executed')).toBe(299_000)
  })

  test('of which the service ends while a trap has stopped it ends with the trap', () => {
    const costs = { ...COSTS, 'processor.vt-x.syscall': 5000 }
    const guest = { requests: offloads(100, 0), traps: { syscall: times(1000) } }
    const tallies = run(one(guest, 1, costs), { accelerator: 'spinning', processor: 'vt-x' })
    expect(sum(tallies, { step: 'wait for the engine' })).toBe(1000 - submitted)
    expect(finishes(one(guest, 1, costs), { accelerator: 'spinning', processor: 'vt-x' })).toContainEqual([
      'requests.offloads',
      0,
      6000,
    ])
  })

  test('across the end of the window is executed up to it', () => {
    const given = { ...one({ requests: offloads(100, 0) }), measureNs: 700 }
    const tallies = run(given, { accelerator: 'spinning' })
    expect(sum(tallies, { step: 'wait for the engine' }, 'executed')).toBe(700 - submitted)
    expect(sum(tallies, { step: 'wait for the engine' })).toBe(800)
  })
})

test('orders: waiting asleep pays where there is other work, and spinning where the wake-up is longer than the service', () => {
  const costs = { ...COSTS, 'accelerator.engineNsPerByte': 0, 'accelerator.engineNs': 40 }
  const busy = (concurrent: number) =>
    loop({ repeat: 50, concurrent, cycles: 1000, requests: [{ name: 'offloads', bytes: 100, device: '', count: 1 }] })
  const makespan = (handler: string, prices: typeof COSTS, concurrent: number) =>
    run({ ...one({ loop: busy(concurrent) }, 1, prices), measureNs: null }, { accelerator: handler }).makespanNs!
  expect(makespan('spinning', costs, 4)).toBeLessThan(makespan('sleeping', costs, 4))
  expect(makespan('sleeping', COSTS, 4)).toBeLessThan(makespan('spinning', COSTS, 4))
  expect(makespan('asynchronous', COSTS, 4)).toBeLessThan(makespan('sleeping', COSTS, 4))
  // An engine slower than the processor loses, unless nobody waits for it.
  const slow = { ...COSTS, 'accelerator.engineNsPerByte': 30 }
  expect(makespan('software', slow, 4)).toBeLessThan(makespan('spinning', slow, 4))
})

test('requests at a device of the host queue for it, and pass the IOMMU on the way there and back', () => {
  const devices = { disks: { nsPerRequest: 1000, nsPerByte: 1, servers: 1 } }
  const costs = { 'iommu.strict.mapCycles': 50, 'iommu.strict.unmapCycles': 20, 'iommu.buffersPerPacket': 1 }
  const requests = [{ name: 'reads', bytes: 200, device: 'disks', arrivals: times(0, 0) }]
  const given = setup({ host: host({ cores: 1, devices }), vms: { vm: vm({ requests }) }, costs })
  expect(finishes(given, {}).map(([, , end]) => end)).toEqual([1200, 2400])
  expect(finishes(given, { iommu: 'off' }).map(([, , end]) => end)).toEqual([1200, 2400])
  const tallies = run(given, { iommu: 'strict' })
  expect(sum(tallies, { technology: 'iommu', step: 'map' })).toBe(100)
  expect(finishes(given, { iommu: 'strict' }).map(([, , end]) => end)).toEqual([1270, 2470])
})

test('requests that nobody serves are free, and a note says so', () => {
  const requests = [{ name: 'reads', bytes: 200, device: '', arrivals: times(0) }]
  const { notes, work } = run(setup({ vms: { vm: vm({ requests }) } }), { accelerator: 'spinning' })
  expect(Object.keys(notes)).toContain('free: no technology of the arm serves requests named reads')
  expect(work[0]).toMatchObject({ work: 'requests.reads', finished: 1, technologies: [] })
})
