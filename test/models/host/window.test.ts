// What lies in the window, by hand. One core of 1 GHz: one cycle is one ns.
import { describe, expect, test } from 'vitest'
import { discrepancies } from '../../../src/plugins/suite/balance.ts'
import type { Arm, Setup } from '../../../src/models/host/setup.ts'
import { host, loop, run, runHost, setup, sum, vm } from '../build.ts'

const job = (cycles: number, ...timesNs: number[]): Partial<Setup> => ({
  vms: { vm: vm({ compute: { arrivals: { kind: 'times', timesNs }, cycles } }) },
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

test('generation goes on uncounted until the counted items are done', () => {
  // Window 0–1000. The counted job of 900 comes at 500, behind it one at 1100 that is not counted.
  const given = setup({ ...job(900, 500, 1100), measureNs: 1000 })
  expect(both(given)).toEqual([500, 900])
  expect(run(given, {}).work).toMatchObject([{ generated: 1, finished: 1 }])
})

test('an item at the very start of the window is in it, one at its end is not', () => {
  const given = setup({ ...job(10, 300, 1300), warmupNs: 300, measureNs: 1000 })
  expect(run(given, {}).work).toMatchObject([{ generated: 1, finished: 1 }])
})

test('idle cycles are those of all cores, integrated', () => {
  // Three cores for 1000 ns; one is busy from 500 to 1000.
  const given = setup({ ...job(1200, 500), measureNs: 1000, host: host({ cores: 3 }) })
  expect(run(given, {}).idleCycles).toBe(2500)
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
