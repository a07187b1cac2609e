// Demand on cores, vCPUs, links and devices by hand. One cycle is one ns unless the clock says otherwise.
import { describe, expect, test } from 'vitest'
import type { Arm, Setup, VmGroup } from '../../../src/models/host/setup.ts'
import type { ResourceTally, Tallies } from '../../../src/models/host/tallies.ts'
import { at, host, loop, MS, run, setup, vm } from '../build.ts'

const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const
const compute = (cycles: number, ...when: number[]) => ({ compute: { arrivals: times(...when), cycles } })
const resource = (given: Setup, name: string, arm: Arm = {}): ResourceTally => {
  const found = run(given, arm).resources.find((each) => each.name === name)
  if (!found) throw new Error(`no resource ${name}`)
  return found
}
const PACKET_NS = 1230.4

describe('capacity', () => {
  const vms = { b: vm({ count: 3, vcpus: 2 }), a: vm(), none: vm({ count: 0 }) }

  test('is cores × clock × window, VMs × vCPUs likewise, and the window for each link', () => {
    const given = setup({ warmupNs: 500, measureNs: 2000, host: host({ cores: 4, clockHz: 3e9 }), vms })
    expect(run(given, {}).resources.map(({ name, capacity, closed }) => [name, capacity, closed])).toEqual([
      ['cores', 4 * 3 * 2000, false],
      ['a.vcpus', 3 * 2000, false],
      ['b.vcpus', 3 * 2 * 3 * 2000, false],
      ['wire.receive', 2000, false],
      ['wire.transmit', 2000, false],
    ])
  })

  test('until idle, all is closed work’s', () => {
    const given = setup({ measureNs: null, vms: { vm: vm({ loop: loop({ cycles: 1000 }) }) } })
    expect(run(given, {}).resources.map(({ name, capacity, closed }) => [name, capacity, closed])).toEqual([
      ['cores', 1000, true],
      ['vm.vcpus', 1000, true],
      ['wire.receive', 1000, true],
      ['wire.transmit', 1000, true],
    ])
  })

  test('a path of storage is closed work’s in a window too, since only clones use it', () => {
    const array = { pathBytesPerS: 1e9, internalBytesPerS: 2e9 }
    const clones = { atNs: 0, count: 1, arrivals: null, bytes: 1000, concurrent: 1 }
    const given = setup({ measureNs: 4000, host: host({ array }), vms: { vm: vm({ clones }) } })
    // 1000 bytes are read and written, at 2 bytes per ns in the array.
    expect(resource(given, 'array', { clone: 'xcopy' })).toMatchObject({ closed: true, capacity: 4000, demand: 1000 })
    expect(resource(given, 'path', { clone: 'host-copy' })).toMatchObject({ closed: true, demand: 2000 })
  })
})

describe('demand', () => {
  test('is what counted items were charged, by group, whenever it was spent', () => {
    // Window 300–1300 on two cores. Of a, the job of 100 is not counted; that of 1200 is, and ends after the window.
    const vms = { a: vm(compute(500, 100, 1200)), b: vm(compute(70, 400)), idle: vm() }
    const given = setup({ warmupNs: 300, measureNs: 1000, host: host({ cores: 2 }), vms })
    expect(resource(given, 'cores')).toMatchObject({ demand: 570, demandOf: { a: 500, b: 70 } })
    expect(resource(given, 'cores').demandOf).not.toHaveProperty('idle')
    // Busy inside: 300–600 and 1200–1300 of a, 400–470 of b.
    expect(resource(given, 'cores').busy).toBe(470)
    expect(resource(given, 'a.vcpus')).toMatchObject({ demand: 500, demandOf: { a: 500 }, busy: 400 })
    expect(resource(given, 'b.vcpus')).toMatchObject({ demand: 70, demandOf: { b: 70 }, busy: 70 })
    expect(resource(given, 'idle.vcpus')).toMatchObject({ demand: 0, demandOf: {}, busy: 0 })
  })

  test('of unfinished items is that of the finished ones of their kind', () => {
    // Window 0–600, waited for until 1200: one of three is done by then, each would ask for 1000.
    const given = setup({ measureNs: 600, vms: { vm: vm(compute(1000, 0, 1, 2)) } })
    expect(resource(given, 'cores')).toMatchObject({ demand: 3000, demandOf: { vm: 3000 }, busy: 600 })
    expect(resource(given, 'vm.vcpus')).toMatchObject({ demand: 3000, busy: 600 })
  })

  test('of unfinished items goes by kind: work that is all done asks for no more', () => {
    const vms = { a: vm(compute(1000, 0, 1)), b: vm(compute(10, 0)) }
    const given = setup({ measureNs: 600, host: host({ cores: 2 }), vms })
    expect(resource(given, 'cores').demandOf).toEqual({ a: 2000, b: 10 })
  })

  test('of the guest itself is known, though nothing was finished: its sizes were drawn', () => {
    const given = setup({ measureNs: 400, vms: { vm: vm(compute(1000, 0)) } })
    expect(resource(given, 'cores')).toMatchObject({ demand: 1000, demandOf: { vm: 1000 }, busy: 400 })
  })

  test('of dropped items is asked for, since they came', () => {
    // Two descriptors, held for 1000 µs: of five packets two are received, at a stack of 1000 µs each.
    const packets = [at([0, 0, 0, 0, 0])]
    const costs = { 'nic.ringPackets': 2, 'nic.interruptGap': 0, 'nic.interruptTraps': 0 }
    const stack = { 'tcp.packetCycles': MS, 'tcp.byteCycles': 0, 'tcp.ackCycles': 0, 'nic.sr-iov.descriptorCycles': 0 }
    const given = setup({ measureNs: 3 * MS, vms: { vm: vm({ packets }) }, costs: { ...costs, ...stack } })
    const tallies = run(given, { nic: 'sr-iov', tcp: 'host-stack' })
    expect(tallies.work).toMatchObject([{ generated: 5, finished: 2, dropped: 3 }])
    expect(tallies.resources[0]).toMatchObject({ name: 'cores', demand: 5 * MS })
  })

  test('of superseded updates is that of all that were asked for', () => {
    // The first is being encoded from 0 to 1000; the second waits and is superseded by the third.
    const screen = { arrivals: times(0, 100, 200), pixels: 1000 }
    const costs = { 'display.encodeCyclesPerPixel': 1, 'tcp.datagramCycles': 0, 'tcp.byteCycles': 0 }
    const given = setup({ measureNs: 5000, vms: { vm: vm({ screen }) }, costs })
    const tallies = run(given, { display: 'software-pcoip' })
    expect(tallies.work).toMatchObject([{ generated: 3, finished: 2, dropped: 1, superseded: 1 }])
    expect(tallies.resources[0]).toMatchObject({ name: 'cores', demand: 3000, busy: 2000 })
    expect(tallies.resources[1]).toMatchObject({ name: 'vm.vcpus', demand: 3000, busy: 2000 })
  })

  test('on vCPUs is what runs there and what they wait for as traps, not what the host does', () => {
    const guest: VmGroup = vm({
      ...compute(500, 0),
      traps: { syscall: times(2000) },
      packets: [at([4000], { direction: 'transmit' })],
    })
    const costs = {
      ...{ 'processor.vt-x.syscall': 300, 'processor.vt-x.guestWork': 0, 'processor.vt-x.notify': 40 },
      ...{ 'nic.hostCyclesPerPacket': 7000, 'nic.classifyCyclesPerPacket': 0, 'nic.copyCyclesPerByte': 0 },
    }
    const given = setup({ measureNs: 50_000, vms: { guest }, costs })
    const arm = { processor: 'vt-x', nic: 'paravirtual' }
    expect(resource(given, 'guest.vcpus', arm)).toMatchObject({ demand: 840, busy: 840 })
    expect(resource(given, 'cores', arm)).toMatchObject({ demand: 7840, busy: 7840 })
  })
})

describe('links and devices', () => {
  test('are asked by counted units only, by group, and are busy with all of them', () => {
    // Window 300–5300. One packet of 0 and one of 10 are not counted: on the wire until 2460.8, 2160.8 of it inside.
    const vms = {
      a: vm({ packets: [at([0, 10, 3000], { direction: 'transmit' })] }),
      b: vm({ packets: [at([3001, 3002], { direction: 'transmit' })] }),
    }
    const wire = resource(setup({ warmupNs: 300, measureNs: 5000, vms }), 'wire.transmit')
    expect(wire.demand).toBeCloseTo(3 * PACKET_NS, 6)
    expect(wire.demandOf['a']).toBeCloseTo(PACKET_NS, 6)
    expect(wire.demandOf['b']).toBeCloseTo(2 * PACKET_NS, 6)
    // From 3000 on it works to the end of the window and beyond: 2300 ns.
    expect(wire.busy).toBeCloseTo(2 * PACKET_NS - 300 + 2300, 6)
    expect(wire.backlogStart).toBeCloseTo(2 * PACKET_NS - 300, 6)
    expect(wire.backlogEnd).toBeCloseTo(3 * PACKET_NS - 2300, 6)
  })

  test('a device is asked by counted units only', () => {
    // The card codes a pixel in a ns. The window is 1000–9000: the update of 0 is not counted.
    const screen = { arrivals: times(0, 2000, 4000), pixels: 500 }
    const free = ['cardSubmitCycles', 'cardCompleteCycles', 'drawCyclesPerPixel', 'uploadCyclesPerPixel']
    const costs = { 'display.cardPixelsPerS': 1e9, ...Object.fromEntries(free.map((key) => [`display.${key}`, 0])) }
    const given = setup({ warmupNs: 1000, measureNs: 8000, vms: { vm: vm({ screen }) }, costs })
    expect(resource(given, 'display card', { display: 'pcoip-card' })).toMatchObject({
      ...{ closed: false, capacity: 8000, demand: 1000, demandOf: { vm: 1000 }, busy: 1000 },
      ...{ backlogStart: 0, backlogEnd: 0 },
    })
  })
})

describe('backlog at the edges of the window', () => {
  const edges = (vms: Record<string, VmGroup>, arm: Arm, costs: Record<string, number>): Tallies['resources'] =>
    run(setup({ warmupNs: 300, measureNs: 1000, vms, costs }), arm).resources
  const backlog = (all: Tallies['resources'], name: string): [number, number] => {
    const { backlogStart, backlogEnd } = all.find((each) => each.name === name)!
    return [backlogStart, backlogEnd]
  }

  test('is what is left of the job that runs and all that wait for a vCPU', () => {
    // Three jobs of 1000 on one vCPU: at 300 there are 700 + 2 × 1000 left, at 1300 700 + 1000.
    const all = edges({ vm: vm(compute(1000, 0, 1, 2)) }, {}, {})
    expect([backlog(all, 'cores'), backlog(all, 'vm.vcpus')]).toEqual([
      [2700, 1700],
      [2700, 1700],
    ])
  })

  test('has the job that the guest’s kernel has stopped, and what waits for the kernel', () => {
    // Stopped at 100 with 4900 left; two stacks of 1000 from 100 on: at 300 800 + 1000, at 1300 800.
    const guest = vm({ ...compute(5000, 0), packets: [at([100, 100], { direction: 'transmit' })] })
    const costs = { 'tcp.packetCycles': 1000, 'tcp.byteCycles': 0, 'tcp.ackCycles': 0 }
    const all = edges({ guest }, { tcp: 'host-stack' }, costs)
    expect([backlog(all, 'cores'), backlog(all, 'guest.vcpus')]).toEqual([
      [6700, 5700],
      [6700, 5700],
    ])
  })

  test('has the job that a trap has stopped, the trap, and those that wait for it', () => {
    const guest = vm({ ...compute(5000, 0), traps: { syscall: times(100, 100) } })
    const costs = { 'processor.vt-x.syscall': 1000, 'processor.vt-x.guestWork': 0 }
    const all = edges({ guest }, { processor: 'vt-x' }, costs)
    expect([backlog(all, 'cores'), backlog(all, 'guest.vcpus')]).toEqual([
      [6700, 5700],
      [6700, 5700],
    ])
  })

  test('has the host’s work, in service and waiting, which is no vCPU’s, and each group has its own', () => {
    // Host work of 1000 each from 100 on, one after another; the guest of a stands still meanwhile, with 4900 left.
    const vms = { a: vm(compute(5000, 0)), b: vm({ packets: [at([100, 100], { direction: 'transmit' })] }) }
    const costs = {
      ...{ 'processor.vt-x.notify': 0, 'processor.vt-x.guestWork': 0, 'nic.hostCyclesPerPacket': 1000 },
      ...{ 'nic.classifyCyclesPerPacket': 0, 'nic.copyCyclesPerByte': 0 },
    }
    const all = edges(vms, { processor: 'vt-x', nic: 'paravirtual' }, costs)
    expect([backlog(all, 'cores'), backlog(all, 'a.vcpus'), backlog(all, 'b.vcpus')]).toEqual([
      [6700, 5700],
      [4900, 4900],
      [0, 0],
    ])
  })
})
