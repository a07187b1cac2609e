import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { identity } from '../../src/language/identity.ts'
import { runScenario, type Simulate } from '../../src/runs/run-scenario.ts'
import { runReplication } from '../../src/runs/replication.ts'
import { FIRST_PILOT, PILOT_LOOKS, WarmupError, withFoundWarmup } from '../../src/answers/warmup.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { BUCKETS } from '../../src/models/host/series.ts'
import { methodLines } from '../../src/report/method.ts'
import { IDLE_GROUP, resource, scenario, tallies } from './hand-made.ts'

const asked = scenario({ warmup: 'auto', measureNs: 1e9 })

const [PILOTS, , PILOTS_MAX] = PILOT_LOOKS

/** Noise around 10 that starts so much lower for so many buckets, and each pilot's own burst. */
function series(seed: string, low: number, buckets: number, burst = 0): number[] {
  const stream = new RandomStream(seed)
  const at = stream.below(BUCKETS)
  return Array.from({ length: BUCKETS }, (_, i) => {
    return 10 + stream.normal() - (i < buckets ? low : 0) + (Math.abs(i - at) < 20 ? burst : 0)
  })
}

const pilots = (arm: string, count: number, of: (pilot: number) => Record<string, number[]>) =>
  Array.from({ length: count }, (_, pilot) => tallies(arm, FIRST_PILOT + pilot, { series: of(pilot) }))

describe('from pilot runs', () => {
  test('the longest transient of all series and arms counts for all', () => {
    const found = withFoundWarmup(
      asked,
      new Map([
        [
          'software',
          pilots('software', PILOTS, (i) => ({ work: series(`s${i}`, 5, 60), queue: series(`q${i}`, 0, 0) })),
        ],
        [
          'hardware',
          pilots('hardware', PILOTS, (i) => ({ work: series(`h${i}`, 5, 20), queue: series(`g${i}`, 5, 90) })),
        ],
      ]),
    )!
    // 90 of 500 buckets of a second.
    expect(found.warmupNs).toBe(0.18e9)
    expect(found.warmup).toEqual({ warmupNs: 0.18e9, pilots: PILOTS, arm: 'hardware', series: 'queue' })
    expect(methodLines({ scenario: found } as never)[0]).toBe(
      'warm-up of 0.18 s, found by 15 pilot runs of each arm (slowest to settle: queue of hardware)',
    )
  })

  const found = (count: number, of: (pilot: number) => number[]) =>
    withFoundWarmup(asked, new Map([['software', pilots('software', count, (i) => ({ work: of(i) }))]]))

  test('a start-up of more than a fifth of the pilots takes more pilots, and then is taken as it is', () => {
    const slow = (i: number) => series(`${i}`, 3, 200)
    expect(found(PILOTS, slow)).toBeNull()
    expect(found(PILOTS_MAX, slow)!.warmup).toMatchObject({ warmupNs: 0.4e9, pilots: PILOTS_MAX })
  })

  test('a start-up longer than half of the pilots is refused, once there are enough of them', () => {
    const late = (i: number) => series(`${i}`, 3, 300)
    expect(found(PILOTS, late)).toBeNull()
    expect(() => found(PILOTS_MAX, late)).toThrow(WarmupError)
    expect(() => found(PILOTS_MAX, late)).toThrow(
      /`software` has not settled within half of its pilot runs of 1 s \(work\); write a longer run.measure/,
    )
  })

  test('what goes on rising behind its truncation is refused', () => {
    // Most of it is noise that each pilot has of its own, so that MSER sees nothing; their mean rises by a tenth of it.
    const rising = (i: number) => series(`rising ${i}`, 0, 0).map((value, bucket) => value + (0.3 * bucket) / BUCKETS)
    expect(found(PILOTS, rising)).toBeNull()
    expect(() => found(PILOTS_MAX, rising)).toThrow(WarmupError)
  })

  test('bursts that each pilot has at a time of its own are no start-up', () => {
    for (const experiment of Array.from({ length: 10 }, (_, i) => i)) {
      const burst = (i: number) => series(`burst ${experiment} ${i}`, 0, 0, 40)
      const warmup = (found(PILOTS, burst) ?? found(PILOTS_MAX, burst))!
      expect(warmup.warmupNs).toBeLessThanOrEqual(0.5e9)
    }
  })

  test('a series that is mostly zero says nothing', () => {
    const rare = Array.from({ length: BUCKETS }, (_, i) => (i === 400 ? 1 : 0))
    expect(found(PILOTS, () => rare)!.warmup).toMatchObject({ warmupNs: 0, arm: '' })
  })

  test('an arm whose work asks for more than there is, is refused', () => {
    const resources = [resource('cores', { demand: 130 })]
    const unstable = pilots('software', PILOTS, () => ({})).map((pilot) => ({ ...pilot, resources }))
    expect(() => withFoundWarmup(asked, new Map([['software', unstable]]))).toThrow(/`software` is saturated \(cores\)/)
  })
})

describe('of a scenario', () => {
  /** One core at load 0.5, jobs of 1 ms. */
  const host = { ...scenario().host, cores: 1 }
  const jobs = (ratePerS: number) => ({
    vm: {
      ...IDLE_GROUP,
      vcpus: 2,
      compute: { arrivals: { kind: 'poisson', ratePerS } as const, cycles: { exponential: 1e6 } },
    },
  })
  const arms = { software: { processor: 'trap-and-emulate' }, hardware: { processor: 'vt-x-ept' } }
  const given = scenario({ arms, host, warmup: 'auto', measureNs: 2e9, vms: jobs(500), replications: 2 })

  test('pilots come before, under numbers of their own, and the answer begins after the warm-up they find', async () => {
    const numbers = new Set<number>()
    const simulate: Simulate = async function* (units) {
      for (const unit of units) {
        numbers.add(unit.replication)
        await Promise.resolve()
        yield runReplication(unit.scenario, unit.arm, unit.replication, TECHNOLOGIES)
      }
    }
    const { scenario: settled, id, rows } = await runScenario(given, TECHNOLOGIES, simulate)
    const beyond = [...numbers].filter((number) => number >= FIRST_PILOT)
    expect([...numbers].filter((number) => number < FIRST_PILOT)).toEqual([0, 1])
    expect(beyond.length).toBeGreaterThanOrEqual(PILOTS)
    expect(settled.warmupNs).toBeLessThanOrEqual(1e9)
    // Nothing but the time it names: the same rows as a scenario that gives this warm-up.
    const fixed = { ...given, warmup: 'given', warmupNs: settled.warmupNs } as const
    const again = await runScenario(fixed, TECHNOLOGIES)
    expect(again.rows).toEqual(rows)
    expect(identity(fixed, { technologies: TECHNOLOGIES, replications: 2 })).toBe(id)
  })

  test('pilot runs give the same tallies as runs without a warm-up, and series of what goes on', () => {
    const pilot = runReplication(given, 'software', 3, TECHNOLOGIES)
    const { series: seen, events, ...rest } = pilot
    const plain = runReplication({ ...given, warmup: 'given' }, 'software', 3, TECHNOLOGIES)
    // Looking takes events of its own.
    expect({ ...rest, events: plain.events }).toEqual(plain)
    expect(events).toBeGreaterThan(plain.events)
    expect(Object.keys(seen!)).toEqual(['work', 'open guest'])
    expect(seen!['work']).toHaveLength(BUCKETS)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    // Half of the core works, a few per cent more by what the monitor takes; as many jobs are there as in M/M/1, about 1.
    expect(mean(seen!['work'])).toBeGreaterThan(0.4)
    expect(mean(seen!['work'])).toBeLessThan(0.65)
    expect(mean(seen!['open guest'])).toBeGreaterThan(0.6)
    expect(mean(seen!['open guest'])).toBeLessThan(1.7)
  })

  test('runs shorter than their start-up are refused', async () => {
    // M/M/1 at load 0.95 takes some 1600 service times to settle; here are two of them, and twenty.
    const busy = { vm: { ...jobs(950).vm, vcpus: 1 } }
    const refused = async (measureNs: number, seed: number) => {
      const arms = { only: { vlan: 'switch-tagging' } }
      const short = { ...given, seed, arms, baseline: 'only', measureNs, vms: busy, replications: 1 }
      return runScenario(short, TECHNOLOGIES).then(
        () => false,
        (error: unknown) => error instanceof WarmupError,
      )
    }
    for (const measureNs of [2e6, 20e6]) {
      const outcomes = []
      for (let seed = 1; seed <= 6; seed++) outcomes.push(await refused(measureNs, seed))
      expect(outcomes.filter((outcome) => outcome).length).toBeGreaterThanOrEqual(5)
    }
  })
})
