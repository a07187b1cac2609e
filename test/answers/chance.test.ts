// What is seen too rarely is undecided, and never exact.
import { describe, expect, test } from 'vitest'
import { rareRuns } from '../../scripts/rare.mjs'
import { isEnough, LEAST_SEEN, randomKinds, seenCycles } from '../../src/answers/chance.ts'
import { compare } from '../../src/answers/comparison.ts'
import * as precision from '../../src/answers/precision.ts'
import { verdicts } from '../../src/answers/verdict.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { doubts } from '../../src/report/doubts.ts'
import { table } from '../../src/report/table.ts'
import { inTurn, runScenario } from '../../src/runs/run-scenario.ts'
import { runReplication } from '../../src/runs/replication.ts'
import { entry, IDLE_GROUP, pair, scenario, TECHNOLOGIES as BY_HAND, work } from './hand-made.ts'

const poisson = { kind: 'poisson', ratePerS: 3 } as const
const packet = { direction: 'receive', bytes: 1000, vlan: 0, vpn: false, partition: '', arrivals: poisson } as const
const RANDOM = scenario({ vms: { web: { ...IDLE_GROUP, packets: [packet] } } })
const STATED = scenario()

/** As many items in each replication, at 100 cycles in the baseline and 40 in the arm. */
const compared = (asked: typeof RANDOM, counts: readonly number[]) => {
  const replications = (price: number) =>
    counts.map((items) => ({ ledger: [entry('nic', items * price)], work: [work({ generated: items })] }))
  return compare(asked, BY_HAND, pair(replications(100), replications(40)))
}
const total = ({ rows }: ReturnType<typeof compared>) => rows.find(({ technology }) => technology === 'total')!

describe('how many items an interval needs', () => {
  test('twenty random ones, and stated ones as few as there are', () => {
    expect(LEAST_SEEN).toBe(20)
    expect(total(compared(RANDOM, [9, 10]))).toMatchObject({ isUndecided: true, lowS: null, highS: null })
    expect(total(compared(RANDOM, [9, 11])).lowS).not.toBeNull()
    expect(total(compared(STATED, [2, 2]))).toMatchObject({ isUndecided: false })
    expect(total(compared(STATED, [2, 2])).highS).toBe(total(compared(STATED, [2, 2])).savedS)
  })

  test('as many every time is luck, where arrivals are random', () => {
    expect(total(compared(RANDOM, [50, 50, 50])).isUndecided).toBe(true)
    expect(total(compared(STATED, [50, 50, 50])).isUndecided).toBe(false)
  })

  test('three dear items beside a million cheap ones are three', () => {
    const vms = { web: { ...IDLE_GROUP, packets: [packet], traps: { syscall: poisson } } }
    const tallies = [{ work: [work({ generated: 1e6 }), work({ work: 'traps.syscall', generated: 3 })] }]
    const basis = { setup: scenario({ vms }), tallies: pair(tallies, tallies).get('software')!, isWork: () => true }
    const items = (cheap: number, dear: number) =>
      seenCycles(basis, () => true, [[entry('nic', cheap), entry('processor', dear, { work: 'traps.syscall' })]]).items
    expect(items(1, 1e9)).toBeCloseTo(3, 5)
    expect(items(1e9, 1)).toBeCloseTo(1e6, 0)
    // Half and half: (1 + 1)² ÷ (1/10⁶ + 1/3).
    expect(items(5e8, 5e8)).toBeCloseTo(4 / (1e-6 + 1 / 3), 6)
  })

  test('exact is what is equal in both arms, if enough of it was seen and no kind was missing', () => {
    expect(isEnough({ items: 20, isRandom: false, never: [] }, 0)).toBe(true)
    expect(isEnough({ items: 20, isRandom: false, never: ['db traps.msr-write'] }, 0)).toBe(false)
    expect(isEnough({ items: Infinity, isRandom: false, never: [] }, 0)).toBe(true)
    expect(isEnough({ items: 19.9, isRandom: true, never: [] }, 5)).toBe(false)
  })

  test('random are rates and bursts; listed times and whole periods of the window are stated', () => {
    const bursts = { kind: 'bursts', ratePerS: 5, onNs: 1e6, offNs: 1e6 } as const
    const every = (everyNs: number) => ({ ...packet, arrivals: { kind: 'periodic', everyNs } as const })
    const packets = [packet, { ...packet, arrivals: bursts }, every(1e6), every(3e8)]
    const listed = { ...packet, arrivals: { kind: 'times', timesNs: [1] } as const }
    const never = { ...packet, arrivals: { kind: 'poisson', ratePerS: 0 } as const }
    const vms = { web: { ...IDLE_GROUP, packets: [...packets, listed, never] } }
    expect([...randomKinds(scenario({ vms }))]).toEqual(['web packets.0', 'web packets.1', 'web packets.3'])
  })
})

describe('work that is rare, run', () => {
  const HOST = { cores: 2, clock: '2 GHz', nic: { rate: '10 Gbit/s' } }
  const ARMS = {
    software: { processor: 'binary-translation', nic: 'paravirtual', tcp: 'host-stack', display: 'software-pcoip' },
    hardware: { processor: 'vt-x-ept', nic: 'sr-iov', tcp: 'host-stack', display: 'pcoip-card' },
  }
  const PRECISE = { measure: '50 ms', precision: '5 %', max_replications: 10 }
  const run = (vm: object, window: object = PRECISE) => {
    const written = {
      ...{ name: 'rare', seed: 3, host: HOST, arms: ARMS, expect: ['hardware.total.saved_cpu <= 1 s'] },
      run: { warmup: '0 s', ...window },
      vms: { db: { count: 1, vcpus: 1, ...vm } },
    }
    const read = () => JSON.stringify(written)
    return runScenario(
      loadScenario('rare.yaml', { read, technologies: TECHNOLOGIES }),
      TECHNOLOGIES,
      inTurn(TECHNOLOGIES),
    )
  }

  test.each([
    ['traps.page-table-write', { traps: { 'page-table-write': '0.001 /s' } }],
    ['compute', { compute: { rate: '0.001 /s', cycles: 1e6 } }],
    ['packets.0', { packets: [{ direction: 'receive', rate: '0.001 /s', bytes: 500 }] }],
    [
      'packets.0',
      { packets: [{ direction: 'transmit', bursts: { on: '1 s', off: '9 s' }, rate: '0.001 /s', bytes: 500 }] },
    ],
    ['screen', { screen: { rate: '0.001 /s', pixels: 1e5 } }],
    ['packets.0', { packets: [{ direction: 'receive', every: '1000 s', bytes: 500 }] }],
  ])('%s that never comes is undecided, not precise, and named', async (work, vm) => {
    const comparison = await run(vm)
    expect(comparison.rows.filter(({ technology }) => technology === 'total')).toMatchObject([{ isUndecided: true }])
    expect(precision.isPrecise(comparison, 0.05)).toBe(false)
    expect(verdicts(comparison)[0].outcome).toBe('undecided')
    expect(doubts(comparison).join('\n')).toContain(`never seen in 10 replications: db ${work};`)
    const printed = table(comparison, { width: 100, color: false })
    expect(printed).not.toMatch(/NaN|Infinity/)
    expect(printed).toMatch(/^total .* undecided/m)
    expect(printed.split('\n')[0]).toContain('undecided')
  })

  test('work that never came beside work that came is named, and what came is decided', async () => {
    const traps = { syscall: '20000 /s', 'page-table-write': '0.001 /s' }
    const comparison = await run({ traps })
    expect(comparison.rows.every(({ isUndecided }) => !isUndecided)).toBe(true)
    expect(doubts(comparison).join('\n')).toContain('never seen in 10 replications: db traps.page-table-write;')
  })

  test('a loop says how many there are: exact', async () => {
    const loop = { repeat: 3, traps: { syscall: 2 } }
    const stated = await run({ loop }, { until: 'idle', replications: 3 })
    expect(stated.rows.map(({ isUndecided }) => isUndecided)).not.toContain(true)
  })

  // A budget of 100 meta-runs at each rate; `npm run rare-table` makes 1,000.
  test.each([0.5, 2, 10])(
    '%f items a replication: the interval holds the truth, or it is undecided',
    (items) => {
      const { fixed, isFalse } = rareRuns(items, 100, {
        ...{ loadScenario, runReplication, compare, TECHNOLOGIES },
        ...{ isPrecise: precision.isPrecise, looks: precision.looks },
      })
      // At most 8 % in truth; 100 draws may show 4 % more.
      for (const { wrong } of fixed) expect(wrong).toBeLessThanOrEqual(0.12)
      expect(isFalse).toBeLessThanOrEqual(0.05)
      if (items === 10) expect(fixed[1].undecided).toBeLessThanOrEqual(0.1)
    },
    120_000,
  )
})
