// Runs until batches are done: batch work beside open work, and a window as long as the batch takes. The times that clones take
// are those of their bytes: each is read and written once, over a path that all of them share.
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../../src/language/scenario.ts'
import type { Tallies } from '../../../src/models/host/tallies.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { discrepancies } from '../../../src/plugins/suite/balance.ts'
import { runReplication } from '../../../src/runs/replication.ts'
import { runScenario } from '../../../src/runs/run-scenario.ts'
import { canonical } from '../../../src/language/identity.ts'

const GIB = 2 ** 30
const PEOPLE =
  'desktops: { count: 4, vcpus: 1, compute: { rate: 100 /s, cycles: { exponential: 4e6 } }, traps: { syscall: 2000 /s } }'

interface Asked {
  readonly warmup?: string
  readonly arms?: string
  readonly beside?: string
  readonly batch: string
  readonly run?: string
}
const ARMS = '{ copy: { clone: host-copy, processor: vt-x }, offload: { clone: xcopy, processor: vt-x } }'

/** The path moves 1 GB/s, the array 8 GB/s inside. */
function scenarioOf({ warmup = '1 s', arms = ARMS, beside = PEOPLE, batch, run }: Asked, log = '') {
  const text = `name: s
run: { ${run ?? `warmup: ${warmup}, until: batches, replications: 1`} }
host: { cores: 8, clock: 2 GHz, array: { path: 8 Gbit/s, internal: 8 GB/s }, nic: { rate: 10 Gbit/s } }
arms: ${arms}
vms:
  ${beside}
  ${batch}
`
  const read = (file: string) => (file === 's.yaml' ? text : log)
  return loadScenario('s.yaml', { read, technologies: TECHNOLOGIES })
}

function ran(asked: Asked, arm = 'copy', log = ''): Tallies {
  const scenario = scenarioOf(asked, log)
  const tallies = runReplication(scenario, arm, 0, TECHNOLOGIES)
  expect(discrepancies(scenario, tallies)).toEqual([])
  expect(tallies.windowNs).toBe(tallies.makespanNs)
  return tallies
}
const clones = (rest: string) => `template: { count: 1, vcpus: 1, clones: { ${rest} } }`

describe('the window lasts as long as the bytes of the clones take', () => {
  test.each([
    ['all at once', clones('at: 0 s, count: 20, concurrent: 20, bytes: 1 GiB'), (20 * 2 * GIB) / 1e9],
    ['four at a time', clones('at: 0 s, count: 20, concurrent: 4, bytes: 1 GiB'), (20 * 2 * GIB) / 1e9],
    ['one after another', clones('at: 0 s, count: 3, concurrent: 1, bytes: 2 GiB'), (6 * 2 * GIB) / 1e9],
    [
      'a while after the window has opened',
      clones('at: 5 s, count: 2, concurrent: 2, bytes: 1 GiB'),
      5 + (4 * GIB) / 1e9,
    ],
    [
      'of three templates',
      clones('at: 0 s, count: 2, concurrent: 2, bytes: 1 GiB').replace('count: 1', 'count: 3'),
      (12 * GIB) / 1e9,
    ],
  ])('%s', (_, batch, seconds) => {
    expect(ran({ batch }).makespanNs! / 1e9).toBeCloseTo(seconds, 6)
  })

  test.each(['0 s', '1 ms', '1 s', '7 s', '20 s'])('after a warm-up of %s', (warmup) => {
    const batch = clones('at: 0 s, count: 4, concurrent: 4, bytes: 1 GiB')
    const { makespanNs, work } = ran({ warmup, batch })
    expect(makespanNs! / 1e9).toBeCloseTo((8 * GIB) / 1e9, 6)
    const batched = work.find((tally) => tally.work === 'clones')!
    expect([batched.generated, batched.finished, batched.unfinished]).toEqual([4, 4, 0])
  })

  test('from the first row of a log on, until the last of its clones is there', () => {
    const batch = clones('arrivals: { file: log.csv, column: queued }, concurrent: 4, bytes: 1 GiB')
    const log = 'queued\n1700000000\n1700000010\n1700000060\n'
    expect(ran({ batch }, 'copy', log).makespanNs! / 1e9).toBeCloseTo(60 + (2 * GIB) / 1e9, 6)
  })

  test('inside the array, for an arm that offloads them', () => {
    const batch = clones('at: 0 s, count: 4, concurrent: 4, bytes: 8 GiB')
    const { makespanNs } = ran({ batch }, 'offload')
    expect(makespanNs! / 1e9).toBeGreaterThanOrEqual((4 * 2 * 8 * GIB) / 8e9 - 1e-6)
    expect(makespanNs!).toBeLessThan(ran({ batch }).makespanNs!)
  })
})

describe('the window lasts as long as a loop takes', () => {
  const loop = (count: number, repeat: number, concurrent: number, cycles: number) =>
    `jobs: { count: ${count}, vcpus: ${concurrent}, loop: { repeat: ${repeat}, concurrent: ${concurrent}, compute: { cycles: ${cycles} } } }`
  // No processor that takes a part, and cores to spare: a request takes its cycles at 2 GHz.
  const arms = '{ copy: { tcp: host-stack } }'
  const beside = 'desktops: { count: 1, vcpus: 1, compute: { every: 10 ms, cycles: 2e6 } }'
  test.each([
    [loop(1, 50, 1, 2e7), 0.5],
    [loop(1, 10, 1, 2e9), 10],
    [loop(2, 100, 1, 2e6), 0.1],
    [loop(1, 100, 4, 2e7), 0.25],
    [loop(3, 7, 1, 2e8), 0.7],
  ])('%s', (batch, seconds) => {
    expect(ran({ batch, arms, beside }).makespanNs! / 1e9).toBeCloseTo(seconds, 9)
  })

  test('and begins after the warm-up', () => {
    const batch = loop(1, 50, 1, 2e7)
    const asked = { batch, arms, beside, warmup: '3 s' }
    expect(ran(asked).makespanNs! / 1e9).toBeCloseTo(0.5, 9)
  })
})

describe('work beside the batch', () => {
  const steady =
    'desktops: { count: 4, vcpus: 1, compute: { every: 10 ms, cycles: 2e6 }, traps: { syscall: { every: 1 ms } } }'
  const batch = clones('at: 0 s, count: 4, concurrent: 4, bytes: 1 GiB')

  test('is counted over the window, all of it', () => {
    const { work, windowNs } = ran({ batch, beside: steady })
    const computed = work.find((tally) => tally.work === 'compute')!
    // 4 VMs every 10 ms, to within an item at either end.
    expect(Math.abs(computed.generated - (4 * windowNs) / 10e6)).toBeLessThanOrEqual(8)
    expect(computed.unfinished).toBe(0)
  })

  test('saves nothing by a batch that is done sooner', async () => {
    const comparison = await runScenario(scenarioOf({ batch, beside: steady }), TECHNOLOGIES)
    const [before, after] = comparison.arms.map(({ makespanS }) => makespanS!)
    expect(after).toBeLessThan(before / 3)
    expect(comparison.windowS).toBeCloseTo(before, 9)
    const guest = comparison.rows.find(({ technology }) => technology === 'processor')!
    expect(guest.baselineS! / comparison.windowS!).toBeGreaterThan(0)
    expect(Math.abs(guest.savedS!)).toBeLessThan(0.02 * guest.baselineS!)
    const host = comparison.rows.find(({ technology }) => technology === 'host')!
    const clone = comparison.rows.find(({ technology }) => technology === 'clone')!
    expect(Math.abs(host.savedS! - clone.savedS!)).toBeLessThan(0.02 * host.baselineS!)
  })

  test.each([
    PEOPLE,
    steady,
    'desktops: { count: 2, vcpus: 2, packets: [{ direction: receive, rate: 1000 /s, bytes: 1500 }] }',
    'desktops: { count: 3, vcpus: 1, compute: { rate: 50 /s, bursts: { on: 100 ms, off: 300 ms }, cycles: 1e6 } }',
    'desktops: { count: 1, vcpus: 1, traps: { page-fault: 5000 /s } }',
  ])('is the same in every arm, and the run the same each time: %#', async (beside) => {
    const scenario = scenarioOf({ batch, beside })
    const [one, other] = [0, 1].map(() => JSON.stringify(runReplication(scenario, 'copy', 0, TECHNOLOGIES)))
    expect(one).toBe(other)
    const { digests } = await runScenario(scenario, TECHNOLOGIES)
    expect(digests).toHaveLength(1)
  })
})

test('its name is another than that of a run until idle, and that is what it was', () => {
  const batch = clones('at: 0 s, count: 2, concurrent: 2, bytes: 1 GiB')
  const idle = canonical(scenarioOf({ batch, beside: '', run: 'until: idle' }))
  expect(idle).toContain('"measureNs":null')
  expect(canonical(scenarioOf({ batch, beside: '', run: 'until: batches' }))).toBe(
    idle.replace('"measureNs":null', '"measureNs":"batches"'),
  )
})

describe('is refused, with what to write instead,', () => {
  const batch = clones('at: 0 s, count: 2, concurrent: 2, bytes: 1 GiB')
  const loop = 'jobs: { count: 1, vcpus: 1, loop: { repeat: 5, concurrent: 1, compute: { cycles: 1e6 } } }'
  test.each([
    [
      'without a batch',
      { batch: 'web: { count: 1, vcpus: 1, traps: { syscall: 10 /s } }' },
      /^s.yaml:2:\d+: run.until: finds no batch.*`clones`/,
    ],
    ['with a length', { batch, run: 'until: batches, measure: 3 s' }, /run.until: excludes `measure`/],
    ['with a warm-up to be found', { batch, run: 'until: batches, warmup: auto' }, /run.warmup: .*write a time/],
    [
      'where no arm says what clones cost',
      { batch, arms: '{ a: { processor: vt-x } }' },
      /run.until: ends at once.*clone: host-copy/,
    ],
    ['misspelt', { batch, run: 'until: batch' }, /run.until: .*`batches`/],
    ['for idle beside open work', { batch, run: 'until: idle' }, /vms.desktops.compute: never ends.*until: batches/],
  ])('%s', (_, asked, message) => {
    expect(() => scenarioOf(asked)).toThrow(message)
  })

  test('but taken with a loop alone, or without a warm-up', () => {
    expect(scenarioOf({ batch: loop, arms: '{ a: { processor: vt-x } }', run: 'until: batches' })).toMatchObject({
      measureNs: 'batches',
      warmupNs: 0,
    })
  })
})
