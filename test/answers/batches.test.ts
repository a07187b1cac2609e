// A batch is no rate, and work outside the window is in no number: both are said, and neither changes what steady work costs.
import { describe, expect, test } from 'vitest'
import type { Comparison, Row } from '../../src/answers/comparison.ts'
import { densities } from '../../src/answers/density.ts'
import { ScenarioError } from '../../src/language/faults.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { doubts } from '../../src/report/doubts.ts'
import { sentences } from '../../src/report/sentence.ts'
import { table } from '../../src/report/table.ts'
import { inTurn, runScenario } from '../../src/runs/run-scenario.ts'

const LOG = 't\n0\n0.1\n3\n9\n'
const load = (written: object) => {
  const read = (path: string) => (path === 'log.csv' ? LOG : JSON.stringify({ name: 'batches', seed: 3, ...written }))
  return loadScenario('batches.yaml', { read, technologies: TECHNOLOGIES })
}
const run = (written: object): Promise<Comparison> => runScenario(load(written), TECHNOLOGIES, inTurn(TECHNOLOGIES))
const faults = (written: object): readonly string[] => {
  try {
    load(written)
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  return []
}
const row = ({ rows }: Comparison, name: string): Row => rows.find(({ technology }) => technology === name)!

/** Copies of 256 MiB by the host, 4,096 commands of 20,000 cycles each, or by the array, 16 commands of 30,000; at 2 GHz. */
const HOST_S = (4096 * 20_000) / 2e9
const ARRAY_S = (16 * 30_000) / 2e9
const CLONES = { at: '0 s', count: 4, bytes: '256 MiB', concurrent: 8 }
const WEB = { count: 4, vcpus: 1, traps: { syscall: '20000 /s' } }
const storm = (clones: object = {}, changes: { run?: object; vms?: object } = {}) => ({
  run: { warmup: '100 ms', measure: '1 s', replications: 2, ...changes.run },
  host: { cores: 4, clock: '2 GHz', array: { path: '8 Gbit/s', internal: '4 GB/s' } },
  arms: {
    host: { clone: 'host-copy', processor: 'vt-x' },
    array: { clone: 'xcopy', processor: 'vt-x-ept' },
  },
  vms: { template: { count: 1, vcpus: 1, clones: { ...CLONES, ...clones } }, ...changes.vms },
})

describe('the same batch', () => {
  test.each(['500 ms', '1 s', '4 s'])('takes the same processor seconds in a window of %s', async (measure) => {
    const comparison = await run(storm({}, { run: { measure } }))
    expect(row(comparison, 'clone').batch.baselineS).toBeCloseTo(4 * HOST_S, 12)
    expect(row(comparison, 'clone').batch.armS).toBeCloseTo(4 * ARRAY_S, 12)
    expect(row(comparison, 'total').steady).toMatchObject({ baselineS: 0, armS: 0 })
    const [sentence] = sentences(comparison)
    expect(sentence).toBe(
      'array gives back 0.16 of the 0.16 processor seconds that virtualization takes for clones in host (99 %).',
    )
  })

  test.each([
    ['at the start of the window, whatever the warm-up', { at: '0 s' }, '700 ms'],
    ['later in it', { at: '400 ms' }, '0 s'],
    ['at a time of the run', { at: '900 ms', from: 'start' }, '800 ms'],
    ['from the start of the window, said so', { at: '1 ns', from: 'window' }, '300 ms'],
  ])('is counted whole %s', async (_, clones, warmup) => {
    const comparison = await run(storm(clones, { run: { warmup } }))
    expect(row(comparison, 'clone').batch.baselineS).toBeCloseTo(4 * HOST_S, 12)
    expect(doubts(comparison).join()).not.toContain('outside the window')
  })

  test('changes neither the cores of steady work, nor how many VMs fit', async () => {
    const alone = await run(storm({ count: 0 }, { vms: { web: WEB } }))
    const beside = await run(storm({}, { vms: { web: WEB } }))
    expect(row(beside, 'processor').steady).toEqual(row(alone, 'processor').steady)
    expect(row(beside, 'total').steady.savedS).toBe(row(alone, 'total').steady.savedS)
    const fit = ({ baseline, scenario }: Comparison) => densities(scenario, baseline.tallies)
    expect(fit(beside)).toEqual(fit(alone))
  })

  test('adds up with steady work to what all costs', async () => {
    const { rows } = await run(storm({}, { vms: { web: WEB } }))
    for (const { technology, armS, baselineS, steady, batch } of rows) {
      expect([technology, steady.armS + batch.armS]).toEqual([technology, expect.closeTo(armS, 12)])
      expect(steady.baselineS! + batch.baselineS!).toBeCloseTo(baselineS!, 12)
    }
  })

  test('saturates no host, however short the window', async () => {
    const comparison = await run(
      storm({ count: 40, concurrent: 40, bytes: '64 MiB' }, { run: { measure: '50 ms' }, vms: { web: WEB } }),
    )
    expect(comparison.arms.flatMap(({ saturation }) => saturation.filter(({ rule }) => rule === 'demand'))).toEqual([])
  })
})

describe('the answer keeps batches apart', () => {
  test('in its first sentence', async () => {
    const [sentence] = sentences(await run(storm({}, { vms: { web: WEB } })))
    expect(sentence).toMatch(/of the [\d.]+ cores that virtualization takes in host/)
    expect(sentence).toContain('; virtualization of the clones takes 0.00096 instead of 0.16 processor seconds (99 %)')
  })

  test('in rows of their own, where steady rows are in cores', async () => {
    const text = table(await run(storm({}, { vms: { web: WEB } })), { width: 100, color: false })
    const [cores, seconds] = ['cores  ', 'processor seconds of batches'].map((head) => text.indexOf(head))
    expect(cores).toBeGreaterThan(0)
    expect(seconds).toBeGreaterThan(cores)
    expect(text.slice(cores, seconds)).not.toMatch(/^clone/m)
    expect(text.slice(seconds)).toMatch(/^clone +0\.164 +0\.00096 /m)
  })

  test('and tells cores over a period, where one is stated', async () => {
    const comparison = await run(storm({ per: '100 s' }, { vms: { web: WEB } }))
    const text = table(comparison, { width: 100, color: false })
    expect(text).toContain('clones of template, every 100 s: 0.00164 cores → 9.60e-6 cores')
    // A period is a rate after all, so it takes its part of the cores that VMs can have.
    const demand = comparison.baseline.tallies[0].resources.find(({ name }) => name === 'cores')!.demandOf['template']
    expect(demand / 2e9).toBeCloseTo((4 * HOST_S) / 100, 12)
  })

  test('a run until idle is told in processor seconds as a whole', async () => {
    const comparison = await run(storm({}, { run: { warmup: '0 s', measure: undefined, until: 'idle' } }))
    expect(sentences(comparison)[0]).toContain('of the 0.16 processor seconds that virtualization takes in host')
    expect(table(comparison, { width: 100, color: false })).not.toContain('of batches')
  })
})

describe('outside the window', () => {
  test.each([
    [
      'behind it',
      { at: '1 s' },
      '0 s',
      /clones\.at: lies behind the window \(to 1 s\), so nothing .*; write an earlier/,
    ],
    ['behind it, long warm-up', { at: '5 s' }, '9 s', /lies behind the window \(to 1 s\)/],
    [
      'in the warm-up',
      { at: '1 s', from: 'start' },
      '2 s',
      /lies in the warm-up, which takes 2 s, .*; write a shorter/,
    ],
    ['behind it from the start', { at: '3 s', from: 'start' }, '2 s', /lies behind the window \(from 2 s to 3 s\)/],
  ])('a batch %s is refused', (_, clones, warmup, message) => {
    expect(faults(storm(clones, { run: { warmup } }))).toEqual([expect.stringMatching(message)])
  })

  test('a log of which nothing would be counted is refused', () => {
    const arrivals = { file: 'log.csv', column: 't', origin: 'zero', from: '3 s' }
    const late = {
      at: undefined,
      count: undefined,
      arrivals: { ...arrivals, unit: 's', speed: 0.1, from: '0 s', to: '1 s' },
    }
    expect(faults(storm(late, { run: { measure: '1 s' } }))).toEqual([])
    const early = { ...late, from: 'start' }
    expect(faults(storm(early, { run: { warmup: '5 s' } }))).toEqual([expect.stringContaining('lies in the warm-up')])
  })

  test('what part of a log is not counted is said, with its amount', async () => {
    const log = { at: undefined, count: undefined, arrivals: { file: 'log.csv', column: 't', unit: 's' } }
    expect(doubts(await run(storm(log)))).toContainEqual(
      'outside the window, and in no number: 2 of the 4 of template clones (measure longer, or list earlier times)',
    )
    const jobs = { compute: { arrivals: { file: 'log.csv', column: 't', unit: 's' }, cycles: 1000 } }
    const beside = await run(storm({}, { vms: { web: { count: 3, vcpus: 1, ...jobs } } }))
    expect(doubts(beside).join('\n')).toContain('6 of the 12 of web compute')
  })

  test('`from` without listed times says nothing, and is refused', () => {
    const web = { web: { ...WEB, traps: { syscall: { rate: '1 /s', from: 'start' } } } }
    expect(faults(storm({}, { vms: web }))).toEqual([expect.stringContaining('there are none; remove it')])
  })
})
