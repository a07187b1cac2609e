// Where work runs and what it stops, on cases small enough for a sheet of paper. One cycle is one ns (1 GHz).
import { describe, expect, test } from 'vitest'
import type { Arrivals, HostSetup, VmGroup } from '../../../src/models/host/setup.ts'
import { at, host, loop, run, setup, sum, vm } from '../build.ts'
import { finishes, type Finish } from '../finishes.ts'

const times = (...timesNs: number[]): Arrivals => ({ kind: 'times', timesNs, isFromStart: true })

/** VT-x whose system call costs 1,000 cycles, a stack of 1,000 per packet, a host path of 1,000; all else is free. */
const COSTS = {
  'processor.vt-x.syscall': 1000,
  'processor.vt-x.guestWork': 0,
  'processor.vt-x.notify': 0,
  'processor.vt-x.interrupt': 0,
  'tcp.packetCycles': 1000,
  'tcp.byteCycles': 0,
  'tcp.ackCycles': 0,
  'nic.hostCyclesPerPacket': 1000,
  'nic.classifyCyclesPerPacket': 0,
  'nic.copyCyclesPerByte': 0,
}
const ARM = { processor: 'vt-x' }

function done(
  vms: Record<string, VmGroup>,
  changes: Partial<HostSetup> = {},
  arm: Record<string, string> = ARM,
): Finish[] {
  return finishes(setup({ vms, host: host(changes), costs: COSTS }), arm)
}

const compute = (cycles: number, ...when: number[]) => ({ arrivals: times(...when), cycles })

test.each([1, 2, 8])('a trap stops its vCPU, and the job goes on afterwards: on %i cores', (cores) => {
  // 0–2000 compute, 2000–3000 trap, 3000–11000 the rest: other cores are of no use to one vCPU.
  const guest = vm({ compute: compute(10_000, 0), traps: { syscall: times(2000) } })
  expect(done({ guest }, { cores })).toEqual([
    ['traps.syscall', 0, 3000],
    ['compute', 0, 11_000],
  ])
})

describe('a trap stops the lowest vCPU that runs a job, and no other', () => {
  // When a job ends says which vCPU had it, since jobs take the lowest free one and start at different times.
  const guest = (vcpus: number, jobs: number[], traps: number[]): VmGroup =>
    vm({ vcpus, compute: compute(10_000, ...jobs), traps: { syscall: times(...traps) } })
  const ends = (...of: Parameters<typeof guest>): number[] =>
    done({ guest: guest(...of) }, { cores: 3 })
      .filter(([work]) => work === 'compute')
      .map(([, , end]) => end)

  test('of two that run the first: its job ends 1,000 later, and the other’s when it would', () => {
    expect(ends(2, [0, 100], [2000])).toEqual([10_100, 11_000])
  })

  test('not a lower one that is free', () => {
    // At 12,000 the first vCPU is free since 10,000, and the second has its job until 19,000.
    expect(ends(2, [0, 9000], [12_000])).toEqual([10_000, 20_000])
  })

  test('of three the second, when the first is free', () => {
    expect(ends(3, [0, 9000, 9500], [12_000])).toEqual([10_000, 19_500, 20_000])
  })

  test('not one that another trap has stopped already', () => {
    expect(ends(3, [0, 9000, 9500], [12_000, 12_500])).toEqual([10_000, 20_000, 20_500])
  })

  test('when none runs and none is free, it waits for the traps of the lowest', () => {
    const ended = done({ guest: guest(2, [], [0, 500, 600]) }, { cores: 3 })
    expect(ended.map(([, , end]) => end)).toEqual([1000, 1500, 2000])
  })
})

test('traps of one vCPU follow one another, however many cores there are', () => {
  expect(done({ guest: vm({ traps: { syscall: times(0, 0, 500) } }) }, { cores: 4 }).map(([, , end]) => end)).toEqual([
    1000, 2000, 3000,
  ])
})

test('traps at once stop two vCPUs when there are two', () => {
  const guest = vm({ vcpus: 2, traps: { syscall: times(0, 0) } })
  expect(done({ guest }, { cores: 2 }).map(([, , end]) => end)).toEqual([1000, 1000])
})

test('a trap of an idle VM keeps its vCPU from a job that comes meanwhile', () => {
  const guest = vm({ compute: compute(3000, 400), traps: { syscall: times(0) } })
  expect(done({ guest }, { cores: 2 })).toEqual([
    ['traps.syscall', 0, 1000],
    ['compute', 0, 4000],
  ])
})

test('work of the guest’s kernel stops a compute job, which goes on afterwards', () => {
  // The stack runs from 2000 to 3000; then the wire takes 1538 bytes × 0.8 ns = 1230.4 ns.
  const guest = vm({ compute: compute(10_000, 0), packets: [at([2000], { direction: 'transmit' })] })
  expect(done({ guest }, {}, { ...ARM, tcp: 'host-stack' })).toEqual([
    ['packets.0', 0, 4230.4],
    ['compute', 0, 11_000],
  ])
})

test('work of the guest’s kernel takes a free vCPU before it stops anything', () => {
  const guest = vm({ vcpus: 2, compute: compute(10_000, 0), packets: [at([2000], { direction: 'transmit' })] })
  expect(done({ guest }, { cores: 2 }, { ...ARM, tcp: 'host-stack' })).toEqual([
    ['packets.0', 0, 4230.4],
    ['compute', 0, 10_000],
  ])
})

test('jobs of a VM take turns on its one vCPU, in order of arrival', () => {
  expect(done({ guest: vm({ compute: compute(3000, 0, 10, 20) }) }, { cores: 4 }).map(([, , end]) => end)).toEqual([
    3000, 6000, 9000,
  ])
})

test('cores are shared evenly between runnable vCPUs', () => {
  // Three vCPUs on two cores run at 2/3 each: 3000 cycles take 4500 ns.
  const ends = done({ guest: vm({ count: 3, compute: compute(3000, 0) }) }, { cores: 2 })
  expect(ends.map(([, , end]) => end)).toEqual([4500, 4500, 4500])
})

test('a vCPU never gets more than one core', () => {
  const ends = done({ guest: vm({ count: 2, compute: compute(3000, 0) }) }, { cores: 4 })
  expect(ends.map(([, , end]) => end)).toEqual([3000, 3000])
})

test('what is left is shared anew when a vCPU is done', () => {
  // One core: both at 1/2 until the short one has its 1000 at 2000; the long one has 2000 left and ends at 4000.
  const guests = { a: vm({ compute: compute(1000, 0) }), b: vm({ compute: compute(3000, 0) }) }
  expect(done(guests).map(([, , end]) => end)).toEqual([2000, 4000])
})

const sender = (when: number, count = 1) => vm({ count, packets: [at([when], { direction: 'transmit' })] })
const PARAVIRTUAL = { nic: 'paravirtual' }

test('hypervisor work preempts guest work', () => {
  const guests = { a: vm({ compute: compute(10_000, 0) }), b: sender(2000) }
  expect(done(guests, {}, PARAVIRTUAL).find(([work]) => work === 'compute')).toEqual(['compute', 0, 11_000])
  expect(done(guests, { cores: 2 }, PARAVIRTUAL).find(([work]) => work === 'compute')).toEqual(['compute', 0, 10_000])
})

test('hypervisor work is first come, first served', () => {
  // On one core host work takes 2000–3000 and 3000–4000; on two both take 2000–3000 and the guest stands still.
  const guests = { a: vm({ compute: compute(10_000, 0) }), b: sender(2000, 2) }
  const [computeOne] = done(guests, {}, PARAVIRTUAL).filter(([work]) => work === 'compute')
  const [computeTwo] = done(guests, { cores: 2 }, PARAVIRTUAL).filter(([work]) => work === 'compute')
  expect([computeOne[2], computeTwo[2]]).toEqual([12_000, 11_000])
})

test('with `hypervisor: shares` host work competes evenly with a vCPU', () => {
  // From 2000 on each has half the core: host work is done at 4000, the guest has had 3000 then and ends at 11,000.
  const guests = { a: vm({ compute: compute(10_000, 0) }), b: sender(2000) }
  const sent = (hypervisor: 'preempts' | 'shares'): Finish[] =>
    finishes(setup({ vms: guests, host: host({ hypervisor }), costs: COSTS }), PARAVIRTUAL).filter(
      ([work]) => work === 'packets.0',
    )
  const preempted = sent('preempts')[0][2]
  expect(sent('shares')[0][2] - preempted).toBe(1000)
  expect(done(guests, { hypervisor: 'shares' }, PARAVIRTUAL).at(-1)).toEqual(['compute', 0, 11_000])
})

test('a loop’s traps stop the vCPU that computed', () => {
  // Two requests, each 1000 of compute and a trap of 1000 on its own vCPU: 2000 each, and three in a row on each.
  const guest = vm({ vcpus: 2, loop: loop({ repeat: 6, concurrent: 2, cycles: 1000, traps: { syscall: 1 } }) })
  const given = setup({ measureNs: null, vms: { guest }, host: host({ cores: 2 }), costs: COSTS })
  expect(run(given, ARM).makespanNs).toBe(6000)
})

test('traps that a request causes at once are one job and one entry with a count', () => {
  const guest = vm({ loop: loop({ repeat: 2, traps: { syscall: 3 } }) })
  const tallies = run(setup({ measureNs: null, vms: { guest }, costs: COSTS }), ARM)
  expect(tallies.makespanNs).toBe(6000)
  expect(sum(tallies, { technology: 'processor', step: 'syscall' }, 'items')).toBe(6)
  expect(sum(tallies, { technology: 'processor' })).toBe(6000)
  expect(tallies.latencies['processor']).toMatchObject({ count: 6, sum: 6000 })
})
