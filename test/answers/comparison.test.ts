import { expect, test } from 'vitest'
import { compare, DigestError } from '../../src/answers/comparison.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { entry, histogram, pair, resource, scenario, tallies, TECHNOLOGIES, work } from './hand-made.ts'

const SOFTWARE = [100e6, 110e6, 120e6]
const HARDWARE = [40e6, 45e6, 35e6]

const ledgers = (cycles: readonly number[]) =>
  cycles.map((counted) => ({ ledger: [entry('nic', counted), entry('guest', 500e6, { work: 'compute' })] }))

const compared = (tallies: Map<string, Tallies[]>, changes = {}) =>
  compare(scenario(changes), TECHNOLOGIES, tallies, 'id')
const rowOf = (comparison: ReturnType<typeof compared>, technology: string) =>
  comparison.rows.find((row) => row.technology === technology)!

test('saved is the mean of paired differences with its 95 % Student-t interval', () => {
  const nic = rowOf(compared(pair(ledgers(SOFTWARE), ledgers(HARDWARE))), 'nic')
  // Differences 60, 65, 85: mean 70, variance 175, standard error √(175/3), t(0.975, 2) = 4.30265273.
  const halfWidthS = 4.30265273 * Math.sqrt(175 / 3) * 1e-3
  expect(nic.baselineS).toBe(0.11)
  expect(nic.armS).toBe(0.04)
  expect(nic.savedS).toBe(0.07)
  expect(nic.lowS).toBeCloseTo(0.07 - halfWidthS, 9)
  expect(nic.highS).toBeCloseTo(0.07 + halfWidthS, 9)
  expect(nic.percent).toBeCloseTo((100 * 7) / 11, 12)
})

test('rows: technologies in name order, then total without guest work, then host with it', () => {
  const { rows } = compared(pair(ledgers(SOFTWARE), ledgers(HARDWARE)))
  expect(rows.map(({ technology, baselineHandler, handler }) => [technology, baselineHandler, handler])).toEqual([
    ['nic', 'emulated', 'sr-iov'],
    ['processor', 'vt-x', 'vt-x'],
    ['total', '', ''],
    ['host', '', ''],
  ])
  expect(rows.map(({ baselineS, armS }) => [baselineS, armS])).toEqual([
    [0.11, 0.04],
    [0, 0],
    [0.11, 0.04],
    [0.61, 0.54],
  ])
  expect(rows.map(({ percent }) => percent)).toEqual([
    (100 * 70e6) / 110e6,
    null,
    (100 * 70e6) / 110e6,
    (100 * 70e6) / 610e6,
  ])
})

test('arms come in name order without the baseline, whatever the order in which they were run', () => {
  const arm = { nic: 'sr-iov', processor: 'vt-x' }
  const arms = { zeta: arm, software: { nic: 'emulated', processor: 'vt-x' }, Alpha: arm, beta: arm }
  const runs = ['software', 'zeta', 'beta', 'Alpha'].map((name) => [name, [tallies(name, 0)]] as const)
  const comparison = compared(new Map(runs.map(([name, list]) => [name, [...list]])), { arms, replications: 1 })
  expect([...new Set(comparison.rows.map((row) => row.arm))]).toEqual(['Alpha', 'beta', 'zeta'])
  expect(comparison.arms.map(({ name }) => name)).toEqual(['Alpha', 'beta', 'software', 'zeta'])
})

test('hardware that costs more saves a negative amount, and says so', () => {
  const nic = rowOf(compared(pair(ledgers(HARDWARE), ledgers(SOFTWARE))), 'nic')
  expect(nic.savedS).toBe(-0.07)
  expect(nic.percent).toBe(-175)
})

test('equal differences have an interval of no width; one replication has none', () => {
  const exact = rowOf(compared(pair(ledgers([100, 200, 300]), ledgers([1, 101, 201]))), 'nic')
  expect([exact.lowS, exact.savedS, exact.highS]).toEqual([99e-9, 99e-9, 99e-9])
  const single = rowOf(compared(pair(ledgers([100]), ledgers([1]))), 'nic')
  expect([single.lowS, single.savedS, single.highS]).toEqual([null, 99e-9, null])
})

test('a lone arm gives its rows with nothing to compare', () => {
  const lone = new Map([['software', [tallies('software', 0, ledgers([100])[0])]]])
  const { rows } = compared(lone, { arms: { software: { nic: 'emulated' } } })
  expect(rows.map(({ technology }) => technology)).toEqual(['nic', 'total', 'host'])
  expect(rows[0]).toMatchObject({ arm: 'software', handler: 'emulated', baselineHandler: '', armS: 1e-7 })
  for (const row of rows) {
    const empty = [
      row.baselineS,
      row.savedS,
      row.lowS,
      row.highS,
      row.percent,
      row.baselineDropped,
      row.baselineLatency,
    ]
    expect(empty.every((value) => value === null)).toBe(true)
  }
})

test('what one technology makes another pay is set apart', () => {
  const caused = (own: number, byNic: number) => [
    { ledger: [entry('processor', own), entry('processor', byNic, { cause: 'nic' })] },
  ]
  const row = rowOf(compared(pair(caused(10, 70), caused(10, 20))), 'processor')
  expect(row).toMatchObject({ baselineS: 80e-9, armS: 30e-9 })
  expect(row.caused).toMatchObject([{ cause: 'nic', baselineS: 70e-9, armS: 20e-9, savedS: 50e-9 }])
})

test('a technology that no arm names but that was charged has its row, so that rows add up to total', () => {
  const charged = [{ ledger: [entry('nic', 5), entry('processor', 7, { cause: 'nic' })] }]
  const arms = { software: { nic: 'emulated' }, hardware: { nic: 'sr-iov' } }
  const { rows } = compared(pair(charged, charged), { arms })
  expect(rows.map(({ technology, handler, armS }) => [technology, handler, armS])).toEqual([
    ['nic', 'sr-iov', 5e-9],
    ['processor', '', 7e-9],
    ['total', '', 12e-9],
    ['host', '', 12e-9],
  ])
})

test('items and drops are means over replications; total counts an item once, and only what a technology handles', () => {
  const works = (dropped: number) => [
    work({ generated: 10, dropped, technologies: ['nic', 'processor'] }),
    work({ work: 'traps.syscall', generated: 100, technologies: ['processor'] }),
    work({ work: 'compute', generated: 1000, technologies: [] }),
  ]
  const runs = [{ work: works(1) }, { work: works(2) }]
  const { rows } = compared(pair(runs, [{ work: works(0) }, { work: works(0) }]))
  expect(
    rows.map(({ technology, items, baselineDropped, dropped }) => [technology, items, baselineDropped, dropped]),
  ).toEqual([
    ['nic', 10, 1.5, 0],
    ['processor', 110, 1.5, 0],
    ['total', 110, 1.5, 0],
    ['host', 110, 1.5, 0],
  ])
})

test('percentiles are of all replications together; total and host have none', () => {
  const timed = (...values: number[]) => ({ latencies: { nic: histogram(...values) } })
  const slow = [timed(1000, 1000, 1000), timed(9000)]
  const { rows } = compared(pair(slow, [timed(500), timed(500)]))
  const [nic, processor, total, host] = rows
  expect(nic.baselineLatency!.p50Us / 1).toBeCloseTo(1, 1)
  expect(nic.baselineLatency!.p99Us / 9).toBeCloseTo(1, 1)
  expect(nic.latency!.p95Us / 0.5).toBeCloseTo(1, 1)
  for (const { latency, baselineLatency } of [processor, total, host])
    expect([latency, baselineLatency]).toEqual([null, null])
})

test('a saturated arm gives no latency, and the other one does', () => {
  const timed = { latencies: { nic: histogram(1000) } }
  const saturated = [{ ...timed, resources: [resource('cores', { demand: 130 })] }]
  const { rows, baseline } = compared(pair(saturated, [timed]))
  expect(baseline.saturation.map((found) => found.resource)).toEqual(['cores'])
  expect(rows[0].baselineLatency).toBeNull()
  expect(rows[0].latency).not.toBeNull()
})

test('utilization is of executed work; makespan and bytes are means', () => {
  const run = (executed: number, makespanNs: number) => ({
    ...{ ledger: [entry('nic', 1, { executed })], idleCycles: 100 - executed, makespanNs },
    ...{ storedBytes: makespanNs, movedBytes: 2, work: [work({ work: 'clones' })] },
  })
  const runs = [run(20, 1e9), run(40, 3e9)]
  const { arms, rows } = compared(pair(runs, runs), { measureNs: null })
  expect(arms[0]).toMatchObject({ utilization: 0.30000000000000004, makespanS: 2, storedBytes: 2e9, movedBytes: 2 })
  expect(rows.map(({ technology, stores }) => [technology, stores])).toEqual([
    ...[
      ['nic', true],
      ['processor', false],
    ],
    ...[
      ['total', true],
      ['host', true],
    ],
  ])
})

test('arms that did not see the same work are not compared', () => {
  const other = pair([{}, {}], [{}, { digest: 'other' }])
  expect(() => compared(other)).toThrow(DigestError)
  expect(() => compared(other)).toThrow(/replication 1: arms `software` and `hardware`/)
})

test('arms must have the same replications', () => {
  expect(() => compared(pair([{}, {}], [{}]))).toThrow(/2 replications of `software`, 1 of `hardware`/)
  expect(() => compared(pair([{}], [{ replication: 3 }]))).toThrow(/replication 0 of `software` beside 3 of `hardware`/)
  expect(() => compared(new Map([['software', [tallies('software', 0)]]]))).toThrow(/no tallies of arm `hardware`/)
})
