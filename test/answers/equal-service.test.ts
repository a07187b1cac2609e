// Savings at equal service: what an arm left undone, dropped or superseded costs what it would have cost.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare, type Comparison } from '../../src/answers/comparison.ts'
import { verdicts } from '../../src/answers/verdict.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { doubts } from '../../src/report/doubts.ts'
import { sentences } from '../../src/report/sentence.ts'
import { table } from '../../src/report/table.ts'
import { inTurn, runScenario } from '../../src/runs/run-scenario.ts'
import { run as runArm } from '../models/build.ts'
import { randomArm, randomSetup } from '../models/random-setup.ts'
import { scenario } from './hand-made.ts'

const run = (written: object): Promise<Comparison> => {
  const read = () => JSON.stringify({ name: 'equal', seed: 3, ...written })
  return runScenario(
    loadScenario('equal.yaml', { read, technologies: TECHNOLOGIES }),
    TECHNOLOGIES,
    inTurn(TECHNOLOGIES),
  )
}
const row = ({ rows }: Comparison, name: string) => rows.find(({ technology }) => technology === name)!
const PROCESSORS = { software: { processor: 'vt-x' }, hardware: { processor: 'vt-x-ept' } }

test('the host saves what technologies save, to the cycle, on 300 random scenarios with starved arms', () => {
  let starved = 0
  fc.assert(
    fc.property(randomSetup, randomArm, randomArm, (random, software, hardware) => {
      const arms = { software, hardware }
      const tallies = new Map(
        Object.entries(arms).map(([name, arm]) => [name, [{ ...runArm(random, arm), arm: name, replication: 0 }]]),
      )
      const comparison = compare(scenario({ ...random, arms, baseline: 'software' }), TECHNOLOGIES, tallies)
      if (comparison.arms.some(({ imputation }) => imputation.missing > 0)) starved++
      const cycles = (name: string) => Math.round(row(comparison, name).savedS! * random.host.clockHz)
      expect(cycles('host')).toBe(cycles('total'))
    }),
    { numRuns: 300, seed: 20261125, endOnFailure: true },
  )
  expect(starved).toBeGreaterThan(50)
}, 100_000)

describe('a host that starves its guests', () => {
  // Guests ask for 8 × 2 × 4 /s × 100e6 cycles and their page faults: 1.6 cores at 2 GHz, and 1.9 of virtualization.
  const starved = (changes: object = {}) => ({
    run: { warmup: '100 ms', measure: '500 ms', replications: 1 },
    host: { cores: 2, clock: '2 GHz' },
    arms: PROCESSORS,
    vms: {
      db: {
        count: 8,
        vcpus: 2,
        compute: { rate: '4 /s', cycles: 100e6 },
        traps: { 'page-fault': '42000 /s' },
        ...changes,
      },
    },
  })

  test('needs what it was asked for, is saturated, and is relieved by what relieves it', async () => {
    const comparison = await run(starved())
    const { baselineS, savedS } = row(comparison, 'host')
    const jobs = comparison.baseline.tallies[0].work.find(({ work }) => work === 'compute')!
    const guestS = (jobs.generated * 100e6) / 2e9
    expect(baselineS).toBeCloseTo(guestS + row(comparison, 'total').baselineS!, 9)
    expect(baselineS! / 0.5).toBeGreaterThan(3.2)
    expect(savedS).toBeGreaterThan(0)
    expect(comparison.baseline.saturation.map(({ resource }) => resource)).toContain('cores')
  })

  test('and what nobody can know is said to be unknown, and decides nothing', async () => {
    const comparison = await run(starved())
    expect(doubts(comparison).join('\n')).toMatch(
      /not known, .* items of software .* processor \(vt-x\) for db compute/,
    )
    expect(row(comparison, 'total').isUndecided).toBe(true)
    expect(sentences(comparison)[0]).toMatch(/undecided/)
  })

  test('unfinished jobs are the long ones: the guest part is theirs all the same', async () => {
    const cycles = { pareto: { mean: 6e6, cv: 4 } }
    const comparison = await run({
      ...starved({ compute: { rate: '40 /s', cycles }, traps: { 'page-fault': '42000 /s' } }),
      run: { warmup: '100 ms', measure: '500 ms', replications: 2 },
    })
    const guest = ({ ledgers, tallies }: Comparison['baseline']) =>
      ledgers.map((ledger, i) => ({
        counted: ledger.reduce((sum, entry) => sum + (entry.technology === 'guest' ? entry.counted : 0), 0),
        drawn: tallies[i].work.find(({ work }) => work === 'compute')!.drawn,
      }))
    for (const arm of comparison.arms) for (const { counted, drawn } of guest(arm)) expect(counted).toBe(drawn)
    expect(comparison.baseline.imputation.missing).toBeGreaterThan(0)
  })
})

describe('work that is not delivered', () => {
  const desktop = (vcpus: number) => ({
    run: { warmup: '100 ms', measure: '500 ms', replications: 2 },
    host: { cores: 16, clock: '3 GHz', nic: { rate: '10 Gbit/s' } },
    arms: {
      software: { display: 'software-pcoip', nic: 'sr-iov', tcp: 'host-stack' },
      hardware: { display: 'pcoip-card', nic: 'sr-iov', tcp: 'host-stack' },
    },
    vms: { desktop: { count: 1, vcpus, screen: { every: '16666667 ns', pixels: 8_294_400 } } },
  })

  test('is priced at its own size: one vCPU or five, a desktop needs as much', async () => {
    const [one, five] = [await run(desktop(1)), await run(desktop(6))]
    const cores = (comparison: Comparison) => row(comparison, 'display').baselineS! / 0.5
    expect(cores(five)).toBeGreaterThan(4.5)
    expect(Math.abs(cores(one) / cores(five) - 1)).toBeLessThan(0.05)
    const { items, delivered, baselineDelivered } = row(one, 'display')
    expect(baselineDelivered).toBeLessThan(items / 2)
    expect(delivered).toBeGreaterThan(baselineDelivered!)
    expect(sentences(one)[0]).toMatch(/software delivers \d+ % of the work of display and hardware/)
  })

  test('makes a run until idle not done, and no makespan of it holds', async () => {
    const packets = [{ direction: 'receive', count: 1, bytes: 65536 }]
    const lost = await run({
      run: { warmup: '0 s', until: 'idle', replications: 3 },
      host: { cores: 96, clock: '2.8 GHz', nic: { rate: '50 Gbit/s' } },
      arms: {
        strict: { iommu: 'strict', nic: 'sr-iov', tcp: 'segmentation-offload' },
        lazy: { iommu: 'deferred', nic: 'sr-iov', tcp: 'segmentation-offload' },
      },
      expect: ['lazy.total.makespan <= 50 ms', 'lazy.total.makespan >= 1 ns', 'lazy.total.baseline_makespan <= 1 h'],
      vms: { server: { count: 1, vcpus: 1, loop: { repeat: 400, concurrent: 64, packets } } },
    })
    expect(row(lost, 'total').dropped).toBeGreaterThan(0)
    expect(verdicts(lost).map(({ outcome }) => outcome)).toEqual(['does not hold', 'does not hold', 'does not hold'])
    expect(table(lost, { width: 100, color: false })).not.toMatch(/all work (is )?done/)
    expect(sentences(lost)[0]).toContain('work was lost')
  })
})
