// Where work enters the host: what it is declared as, how large it is, and what guest jobs, traps and messages cost there.
import { describe, expect, test } from 'vitest'
import { declare, messageEntry, shapeOf, inFlow, wholeSize } from '../../../src/models/workload/entrances.ts'
import { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { step, trap, type Technology } from '../../../src/models/host/technology.ts'
import { at, loop, packet, run, runHost, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'

const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const

test('sizes are rounded to whole, at least 1; work without a size has none', () => {
  expect([0, 0.2, 0.5, 1, 1.49, 1.5, 7.6, 1e9 + 0.25].map(wholeSize)).toEqual([0, 1, 1, 1, 1, 2, 8, 1e9])
})

describe('a kind of work', () => {
  test('is declared with the technologies that the arm names; the others are noted as passed free', () => {
    const host = new Host(setup(), { nic: 'sr-iov', vpn: 'aes-ni' }, 0, TECHNOLOGIES)
    const work = { group: 'web', name: 'packets.0', technologies: ['nic', 'tcp', 'vlan', 'vpn'], patient: true }
    expect(declare(host, work)).toBe(0)
    expect(host.items.works).toEqual([{ ...work, technologies: ['nic', 'vpn'] }])
    expect([...host.notes]).toEqual([
      ['free: tcp: work of web.packets.0 passes it at no cost', 1],
      ['free: vlan: work of web.packets.0 passes it at no cost', 1],
    ])
    expect(declare(host, { ...work, name: 'packets.1' })).toBe(1)
  })
})

describe('a job of the guest’s own', () => {
  const given = setup({
    vms: { vm: vm({ compute: { arrivals: times(0), cycles: 2000 } }) },
    costs: { 'processor.vt-x.guestWork': 0.25 },
  })

  test('runs on its vCPU for as many cycles as it is large, measured and not assumed', () => {
    const { ledger } = run(given, {})
    expect(ledger).toEqual([
      {
        ...{ group: 'vm', work: 'compute', technology: 'guest', cause: 'guest', place: 'vcpu', step: 'work' },
        ...{ items: 1, executed: 2000, counted: 2000, assumed: false, bySize: true },
      },
    ])
  })

  test('takes up a vCPU, and is made longer by the processor’s share', () => {
    const tallies = run(given, { processor: 'vt-x' })
    expect(sum(tallies, { technology: 'guest' })).toBe(2000)
    expect(sum(tallies, { technology: 'processor', place: 'vcpu' })).toBe(500)
    const { resources } = tallies
    expect(resources.find(({ name }) => name === 'vm.vcpus')!.demand).toBe(2500)
    expect(finishes(given, { processor: 'vt-x' })).toEqual([['compute', 0, 2500]])
  })

  test('is the user’s, not the kernel’s: work of the kernel stops it', () => {
    const guest = vm({ compute: { arrivals: times(0), cycles: 5000 }, packets: [at([100], { direction: 'transmit' })] })
    const costs = { 'tcp.packetCycles': 1000, 'tcp.byteCycles': 0, 'tcp.ackCycles': 0 }
    expect(finishes(setup({ vms: { guest }, costs }), { tcp: 'host-stack' })).toEqual([
      ['packets.0', 0, 100 + 1000 + 1230.4],
      ['compute', 0, 6000],
    ])
  })
})

describe('traps', () => {
  const costs = { 'processor.vt-x.syscall': 1000 }
  const arm = { processor: 'vt-x' }

  test('cost nothing and take no time where the arm names no processor', () => {
    const given = setup({ vms: { vm: vm({ traps: { syscall: times(5) } }) }, costs })
    expect(finishes(given, {})).toEqual([['traps.syscall', 0, 5]])
    const { ledger, work, latencies, notes } = run(given, {})
    expect([ledger, latencies]).toEqual([[], {}])
    expect(work).toMatchObject([{ generated: 1, finished: 1, technologies: [] }])
    expect(notes).toEqual({ 'free: processor: work of vm.traps.syscall passes it at no cost': 1 })
  })

  test('are priced by the processor; only those that are counted are in its latencies', () => {
    // At 100 and 350 in a warm-up of 400; the one at 500 waits for the one of 350, which ends at 2100.
    const given = setup({ warmupNs: 400, vms: { vm: vm({ traps: { syscall: times(100, 350, 500) } }) }, costs })
    const { latencies, work } = run(given, arm)
    expect(work).toMatchObject([{ work: 'traps.syscall', technologies: ['processor'], generated: 1, offered: 0 }])
    expect(latencies['processor']).toMatchObject({ count: 1, sum: 3100 - 500 })
  })

  test('cost the steps of their price; a trap in the price of a trap is none', () => {
    const processor = TECHNOLOGIES.find(({ name }) => name === 'processor')!
    const traps = () => [trap('halt'), step('exit', 'own', { each: 'vt-x.syscall' })]
    const own: Technology = { ...processor, handlers: { own: { kind: 'software', traps } } }
    const given = setup({ vms: { vm: vm({ traps: { cpuid: times(0) } }) }, costs })
    const { ledger } = run(given, { processor: 'own' }, { technologies: [own] })
    expect(ledger).toMatchObject([{ step: 'own', items: 1, executed: 1000, counted: 1000 }])
  })

  test('made at once by a request are one job, each with its share of the time, and all in the ledger', () => {
    const given = setup({ measureNs: null, vms: { vm: vm({ loop: loop({ traps: { syscall: 4 } }) }) }, costs })
    const tallies = run(given, arm)
    expect(tallies.makespanNs).toBe(4000)
    expect(sum(tallies, { step: 'syscall' }, 'items')).toBe(4)
    expect(tallies.latencies['processor']).toMatchObject({ count: 4, sum: 4000 })
  })

  test('are caused by the VM itself', () => {
    const given = setup({ vms: { vm: vm({ traps: { syscall: times(0) } }) }, costs })
    const { ledger } = run(given, arm)
    expect(ledger.length).toBeGreaterThan(0)
    for (const { technology, cause } of ledger) expect([technology, cause]).toEqual(['processor', 'processor'])
  })
})

describe('messages', () => {
  test('take their route by direction, tag, tunnel and partition, and none is a datagram', () => {
    const plain = { direction: 'receive', tagged: false, vpn: false, partition: '', datagram: false }
    expect(shapeOf(packet())).toEqual(plain)
    expect(shapeOf(packet({ vlan: 1 }))).toEqual({ ...plain, tagged: true })
    expect(shapeOf(packet({ direction: 'transmit', vlan: 4094, vpn: true, partition: 'a' }))).toEqual({
      ...{ direction: 'transmit', tagged: true, vpn: true, partition: 'a', datagram: false },
    })
  })

  test('of one shape share one route', () => {
    const host = new Host(setup(), {}, 0, TECHNOLOGIES)
    const entry = messageEntry(host, packet({ vlan: 5 }))
    expect(messageEntry(host, packet({ vlan: 6, bytes: 9 }))).toBe(entry)
    expect(messageEntry(host, packet({ vlan: 0 }))).not.toBe(entry)
    expect(messageEntry(host, packet({ vlan: 5, direction: 'transmit' }))).not.toBe(entry)
    expect(messageEntry(host, packet({ vlan: 5, vpn: true }))).not.toBe(entry)
  })

  test('have a flow for each VM and declaration, numbered through', () => {
    const host = new Host(setup({ vms: { a: vm({ count: 2 }), b: vm({ count: 3 }) } }), {}, 0, TECHNOLOGIES)
    const seen: number[] = []
    const entry = host.sim.event('entry', (unit) => {
      seen.push(unit)
    })
    const declared = [inFlow(host, entry), inFlow(host, entry)]
    expect(host.items.newFlows(1)).toBe(10)
    host.items.declare({ group: 'a', name: 'packets.0', technologies: [], patient: false })
    host.seal()
    const flows: number[] = []
    for (const flow of declared)
      for (let of = 0; of < 5; of++) {
        const unit = host.items.generate(of, 0, 1, 0, false)
        host.sim.fire(flow, unit)
        expect(seen.at(-1)).toBe(unit)
        flows.push(host.items.flow[unit])
      }
    expect(flows).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('wherever they are declared, flows differ', () => {
    const guest = vm({ count: 2, packets: [at([0]), at([0], { direction: 'transmit' })] })
    const looping = vm({ loop: loop({ packets: [{ ...packet(), count: 1 }] }) })
    expect(runHost(setup({ vms: { guest } }), {}).host.items.newFlows(1)).toBe(4)
    expect(runHost(setup({ measureNs: null, vms: { looping } }), {}).host.items.newFlows(1)).toBe(1)
  })
})
