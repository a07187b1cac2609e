// What lies in the window, by hand. One core of 1 GHz: one cycle is one ns.
import { describe, expect, test } from 'vitest'
import { discrepancies } from '../../../src/plugins/suite/balance.ts'
import type { Host } from '../../../src/models/host/host.ts'
import type { Arm, Setup } from '../../../src/models/host/setup.ts'
import { at, host, loop, run, runHost, setup, sum, vm } from '../build.ts'

const job = (cycles: number, ...timesNs: number[]): Partial<Setup> => ({
  vms: { vm: vm({ compute: { arrivals: { kind: 'times', timesNs, isFromStart: true }, cycles } }) },
})
const both = (given: Setup): [executed: number, counted: number] => {
  const tallies = run(given, {})
  expect(discrepancies(given, tallies)).toEqual([])
  return [sum(tallies, { technology: 'guest' }, 'executed'), sum(tallies, { technology: 'guest' }, 'counted')]
}

test('a counted item is counted whole, though it ends after the window; executed is what lies inside', () => {
  // Generated at 500, runs 500–1700; the window is 0–1000.
  const given = setup({ ...job(1200, 500), measureNs: 1000 })
  expect(both(given)).toEqual([500, 1200])
  const { host: stopped } = runHost(given, {})
  expect(stopped.sim.now).toBe(1700)
})

test('a run waits for counted items for one more window at most', () => {
  // Would end at 5500; at 2000 the run is over and the item unfinished.
  const given = setup({ ...job(5000, 500), measureNs: 1000 })
  expect(both(given)).toEqual([500, 0])
  const { host: stopped, tallies } = runHost(given, {})
  expect(stopped.sim.now).toBe(2000)
  expect(tallies.work).toMatchObject([{ generated: 1, finished: 0, dropped: 0, unfinished: 1 }])
})

test('what was generated before the window is executed in it, and not counted', () => {
  // Runs 100–1100; the window is 300–1300.
  expect(both(setup({ ...job(1000, 100), warmupNs: 300, measureNs: 1000 }))).toEqual([800, 0])
})

test('what is done before the window opens, and what begins after it has closed, is not executed in it', () => {
  // Window 300–1300. Done at 0–100, 500–600 and 1250–1350; the job of 1290 begins at 1350 and is counted, too.
  expect(both(setup({ ...job(100, 0, 500, 1250, 1290), warmupNs: 300, measureNs: 1000 }))).toEqual([150, 300])
})

test('generation goes on uncounted until the counted items are done', () => {
  // Window 0–1000. The counted job of 900 comes at 500, behind it one at 1100 that is not counted.
  const given = setup({ ...job(900, 500, 1100), measureNs: 1000 })
  expect(both(given)).toEqual([500, 900])
  expect(run(given, {}).work).toMatchObject([{ generated: 1, finished: 1 }])
})

test('an item at the very start of the window is in it, one at its end is not', () => {
  // The job of 1299 is at work until 1309, so that the run goes on and the one of 1300 is generated, too.
  const given = setup({ ...job(10, 299, 300, 1299, 1300), warmupNs: 300, measureNs: 1000 })
  const { host: stopped, tallies } = runHost(given, {})
  expect(tallies.work).toMatchObject([{ generated: 2, finished: 2, offered: 20 }])
  expect(stopped.sim.now).toBe(1309)
  expect([299, 300, 1299, 1300].map((atNs) => stopped.window.covers(atNs))).toEqual([false, true, true, false])
})

test('idle cycles are those of all cores, integrated', () => {
  // Three cores for 1000 ns; one is busy from 500 to 1000.
  const given = setup({ ...job(1200, 500), measureNs: 1000, host: host({ cores: 3 }) })
  expect(run(given, {}).idleCycles).toBe(2500)
})

test('idle and busy cycles are of the cores’ clock, inside the window only', () => {
  // Two cores of 3 GHz; 3000 cycles from 0 to 1000, and the window is 400–1400.
  const given = setup({ ...job(3000, 0), warmupNs: 400, measureNs: 1000, host: host({ cores: 2, clockHz: 3e9 }) })
  const { idleCycles, resources } = run(given, {})
  expect(idleCycles).toBe(3 * (1000 + 400))
  expect(resources.find(({ name }) => name === 'cores')!.busy).toBe(3 * 600)
  expect(both(given)).toEqual([1800, 0])
})

test('hypervisor work is busy time as well as the guests’', () => {
  // A guest’s 500 from 0, and a packet’s 300 on the host’s path at 600, with a window of 400–1400.
  const costs = { 'nic.hostCyclesPerPacket': 300, 'nic.classifyCyclesPerPacket': 0, 'nic.copyCyclesPerByte': 0 }
  const guest = vm({
    compute: { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, cycles: 500 },
    packets: [at([600], { direction: 'transmit' })],
  })
  const given = setup({
    warmupNs: 400,
    measureNs: 1000,
    vms: { guest },
    costs: { ...costs, 'processor.native.notify': 0 },
  })
  const { resources, idleCycles } = run(given, { nic: 'paravirtual' })
  expect([resources[0].name, resources[0].busy, idleCycles]).toEqual(['cores', 100 + 300, 600])
})

describe('a job that lies across an edge', () => {
  test('is known to run across it, once for each edge', () => {
    const edgeJobs = (...jobs: Parameters<typeof job>): number =>
      run(setup({ ...job(...jobs), warmupNs: 300, measureNs: 1000 }), {}).edgeJobs
    expect(edgeJobs(100, 0, 500)).toBe(0)
    expect(edgeJobs(100, 250)).toBe(1)
    expect(edgeJobs(100, 1250)).toBe(1)
    expect(edgeJobs(2000, 0)).toBe(2)
    // What only waits has not begun: 0–200, 200–400, 400–600.
    expect(edgeJobs(200, 0, 1, 2)).toBe(1)
  })

  test('is executed for what it does inside, step by step', () => {
    // A packet’s stack: 400 of `segment`, then 300 of `acknowledge`; it runs 0–700, and the window is 100–600.
    const costs = { 'tcp.packetCycles': 400, 'tcp.byteCycles': 0, 'tcp.ackCycles': 300, 'tcp.acksPerSegment': 1 }
    const guest = vm({ packets: [at([0], { direction: 'transmit' })] })
    const tallies = run(setup({ warmupNs: 100, measureNs: 500, vms: { guest }, costs }), { tcp: 'host-stack' })
    expect(sum(tallies, { step: 'segment' }, 'executed')).toBe(300)
    expect(sum(tallies, { step: 'acknowledge' }, 'executed')).toBe(200)
    expect(sum(tallies, {}, 'counted')).toBe(0)
  })

  test('is executed for what it did inside, though it stands still at the edge', () => {
    // 0–500 of its 2000, then a trap of 1000 until 1500; the window is 300–1300.
    const guest = vm({
      compute: { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, cycles: 2000 },
      traps: { syscall: { kind: 'times', timesNs: [500], isFromStart: true } },
    })
    const costs = { 'processor.vt-x.syscall': 1000, 'processor.vt-x.guestWork': 0 }
    const given = setup({ warmupNs: 300, measureNs: 1000, vms: { guest }, costs })
    const tallies = run(given, { processor: 'vt-x' })
    expect(discrepancies(given, tallies)).toEqual([])
    expect(sum(tallies, { technology: 'guest' }, 'executed')).toBe(200)
    expect(sum(tallies, { technology: 'processor' }, 'executed')).toBe(800)
    expect(tallies.edgeJobs).toBe(3)
  })
})

describe('the end of a run', () => {
  const endOf = (given: Setup): number => runHost(given, {}).host.sim.now

  test('is the end of the window when all that is counted is done', () => {
    expect(endOf(setup({ ...job(10, 500), measureNs: 1000 }))).toBe(1000)
    expect(endOf(setup({ ...job(10, 500, 995), measureNs: 1000 }))).toBe(1005)
    // The last one ends at the very end of the window.
    expect(endOf(setup({ ...job(10, 500, 990), measureNs: 1000 }))).toBe(1000)
  })

  test('does not wait for what is not counted', () => {
    expect(endOf(setup({ ...job(5000, 100), warmupNs: 300, measureNs: 1000 }))).toBe(1300)
  })

  test('is one more window later at most, after a warm-up too', () => {
    expect(endOf(setup({ ...job(5000, 500), warmupNs: 300, measureNs: 1000 }))).toBe(2300)
  })

  test('waits for clones as long as they take, and then for nothing else', () => {
    // 10,000 bytes are read and written at a byte per ns: from 100 to 20,100. The job ends at 50,000.
    const guest = vm({
      compute: { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, cycles: 50_000 },
      clones: { atNs: 100, count: 1, arrivals: null, bytes: 10_000, concurrent: 1 },
    })
    const array = { pathBytesPerS: 1e9, internalBytesPerS: 1e9 }
    const given = setup({
      measureNs: 1000,
      vms: { guest },
      host: host({ array }),
      costs: { 'clone.xcopy.commandCycles': 1 },
    })
    const { host: stopped, tallies } = runHost(given, { clone: 'xcopy' })
    expect(stopped.sim.now).toBe(20_100)
    expect(tallies.work).toMatchObject([{ unfinished: 1 }, { work: 'clones', finished: 1, unfinished: 0 }])
  })

  test('until idle, what lies before the end of the warm-up is not counted, and the rest is', () => {
    const given = setup({ ...job(10, 100, 300, 9000), warmupNs: 300, measureNs: null })
    const { host: stopped, tallies } = runHost(given, {})
    expect([stopped.sim.now, tallies.makespanNs]).toEqual([9010, 9010])
    expect(tallies.work).toMatchObject([{ generated: 2, finished: 2 }])
    expect(stopped.window.closesNs).toBe(Infinity)
  })
})

test('the window is open from its first instant to its last', () => {
  const seen: [number, boolean][] = []
  const prepare = ({ items, sim, ledger }: Host): void => {
    const generate = items.generate.bind(items)
    items.generate = (...args) => {
      seen.push([sim.now, ledger.isExecuting])
      return generate(...args)
    }
  }
  const { host: stopped } = runHost(
    setup({ ...job(10, 299, 301, 1299, 1301), warmupNs: 300, measureNs: 1000 }),
    {},
    { prepare },
  )
  expect(seen).toEqual([
    [299, false],
    [301, true],
    [1299, true],
    [1301, false],
  ])
  expect([stopped.window.opensNs, stopped.window.closesNs]).toEqual([300, 1300])
})

test('a job that has run for less than half a cycle at the edge is known to run across it', () => {
  // Generated at 999.7, so 0.3 cycles lie inside: none of them whole, and one cycle of slack.
  const given = setup({ ...job(100, 999.7), measureNs: 1000 })
  const tallies = run(given, {})
  expect(tallies.edgeJobs).toBe(1)
  expect(discrepancies(given, tallies)).toEqual([])
})

describe('until idle', () => {
  const makespan = (changes: Parameters<typeof loop>[0], vcpus = 1): number | null =>
    run(setup({ measureNs: null, host: host({ cores: 2 }), vms: { vm: vm({ vcpus, loop: loop(changes) }) } }), {})
      .makespanNs

  test('the makespan is when the last request is done', () => {
    expect(makespan({ repeat: 3, cycles: 1000 })).toBe(3000)
    expect(makespan({ repeat: 4, concurrent: 2, cycles: 1000 }, 2)).toBe(2000)
    expect(makespan({ repeat: 5, concurrent: 2, cycles: 1000 }, 2)).toBe(3000)
  })

  test('more requests at a time than vCPUs do not help', () => {
    expect(makespan({ repeat: 4, concurrent: 4, cycles: 1000 }, 1)).toBe(4000)
  })

  test('a loop without content, and one of no repetitions, is over at once', () => {
    expect(makespan({ repeat: 7 })).toBe(0)
    expect(makespan({ repeat: 0, cycles: 1000 })).toBe(0)
  })

  test('a repetition’s draws belong to its number: overlapping requests do the same work in any arm', () => {
    const mixed = loop({
      repeat: 30,
      concurrent: 5,
      cycles: { exponential: 5000 },
      traps: { syscall: 2, 'page-fault': 1 },
      packets: [
        { direction: 'transmit', bytes: { exponential: 3000 }, vlan: 0, vpn: false, partition: '', count: 2 },
        { direction: 'receive', bytes: { exponential: 900 }, vlan: 0, vpn: false, partition: '', count: 1 },
      ],
    })
    const given = setup({ measureNs: null, vms: { vm: vm({ count: 2, vcpus: 3, loop: mixed }) } })
    const arms: Arm[] = [
      {},
      { processor: 'vt-x' },
      { processor: 'binary-translation', nic: 'emulated', tcp: 'host-stack' },
      { nic: 'sr-iov', tcp: 'toe' },
    ]
    expect(new Set(arms.map((arm) => run(given, arm).digest)).size).toBe(1)
    // Guest work is what was drawn, so it is the same number of cycles too.
    expect(new Set(arms.map((arm) => sum(run(given, arm), { technology: 'guest' }))).size).toBe(1)
  })
})
