// A run that is looked at between slices is the same run, to the byte; and what is seen says how far it is.
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { Board } from '../../src/runs/board.ts'
import { runReplication, type Onlooker } from '../../src/runs/replication.ts'
import { simulateBatch } from '../../src/runs/worker.ts'

const HOST = 'host: { cores: 4, clock: 2 GHz, nic: { rate: 10 Gbit/s }, array: { path: 8 Gbit/s, internal: 8 GB/s } }'
const ARM = 'arms: { a: { processor: vt-x, nic: sr-iov, tcp: host-stack, clone: host-copy } }'
const OPEN =
  'web: { count: 2, vcpus: 1, traps: { syscall: 5000 /s }, packets: [{ direction: receive, rate: 2000 /s, bytes: { exponential: 3000 } }] }'
const CLONES = 'template: { count: 1, vcpus: 1, clones: { at: 1 ms, count: 6, concurrent: 2, bytes: 10 MiB } }'
const LOOP =
  'jobs: { count: 2, vcpus: 1, loop: { repeat: 40, concurrent: 2, compute: { cycles: { exponential: 1e6 } }, traps: { syscall: 9 } } }'

const scenarioOf = (run: string, vms: string) => {
  const text = `name: s\nrun: { ${run}, replications: 1 }\n${HOST}\n${ARM}\nvms:\n  ${vms}\n`
  return loadScenario('s.yaml', { read: () => text, technologies: TECHNOLOGIES })
}
const SCENARIOS = [
  ['measured', scenarioOf('warmup: 5 ms, measure: 30 ms', OPEN)],
  ['measured, until clones are done', scenarioOf('warmup: 0 ms, measure: 5 ms', `${OPEN}\n  ${CLONES}`)],
  ['until idle', scenarioOf('warmup: 0 s, until: idle', `${LOOP}\n  ${CLONES}`)],
  ['until batches', scenarioOf('warmup: 5 ms, until: batches', `${OPEN}\n  ${CLONES}`)],
  ['until batches, loops', scenarioOf('warmup: 5 ms, until: batches', `${OPEN}\n  ${LOOP}`)],
  ['a pilot run', scenarioOf('warmup: auto, measure: 30 ms', OPEN)],
] as const

interface Seen {
  readonly nowNs: number
  readonly endNs: number | null
  readonly events: number
}
function seenBy(sliceNs: () => number): { onlooker: Onlooker; seen: Seen[] } {
  const seen: Seen[] = []
  const look = (nowNs: number, endNs: number | null, events: number) => {
    seen.push({ nowNs, endNs, events })
    return sliceNs()
  }
  return { onlooker: { firstSliceNs: sliceNs(), wired: () => {}, look }, seen }
}

describe.each(SCENARIOS)('%s', (name, scenario) => {
  const whole = JSON.stringify(runReplication(scenario, 'a', 0, TECHNOLOGIES))

  test.each([1e9, 1e6, 54_321.0987, 2000])('slices of %f ns change nothing', (sliceNs) => {
    const { onlooker, seen } = seenBy(() => sliceNs)
    expect(JSON.stringify(runReplication(scenario, 'a', 0, TECHNOLOGIES, onlooker))).toBe(whole)
    expect(seen.length).toBeGreaterThan(0)
  })

  test('slices of all lengths change nothing', () => {
    let step = 1
    const { onlooker } = seenBy(() => (step = (step * 16_807) % 2_147_483_647) / 1e4)
    expect(JSON.stringify(runReplication(scenario, 'a', 0, TECHNOLOGIES, onlooker))).toBe(whole)
  })

  test('time and events go on, and the end is seen to come', () => {
    const { onlooker, seen } = seenBy(() => 100_000)
    const { windowNs } = runReplication(scenario, 'a', 0, TECHNOLOGIES, onlooker)
    seen.slice(1).forEach(({ nowNs, events }, i) => {
      expect(nowNs).toBeGreaterThanOrEqual(seen[i].nowNs)
      expect(events).toBeGreaterThanOrEqual(seen[i].events)
    })
    const known = seen.filter(({ endNs }) => endNs !== null)
    expect(known.length).toBeGreaterThan(0)
    // Half-way through, the end is known to a factor of two.
    const end = Math.max(seen.at(-1)!.nowNs, windowNs)
    const half = known.find(({ nowNs }) => nowNs >= end / 2)
    if (!name.includes('until clones')) expect(half!.endNs! / end).toBeGreaterThan(0.4)
    expect(half!.endNs! / end).toBeLessThan(2.1)
  })
})

test('where clones have not begun to be done, a window that is over says nothing of the end', () => {
  const { onlooker, seen } = seenBy(() => 50_000)
  runReplication(SCENARIOS[1][1], 'a', 0, TECHNOLOGIES, onlooker)
  expect(seen[0].endNs).toBe(5e6)
  expect(seen.some(({ nowNs, endNs }) => nowNs > 5e6 && endNs === null)).toBe(true)
})

describe('the board', () => {
  test('adds up what threads show, finished and not', () => {
    const board = new Board(3)
    const [one, other] = [new Board(board.memory).place(), new Board(board.memory).place()]
    one.show({ share: 0.5, events: 10, simulatedNs: 100, busyMs: 7 })
    other.show({ share: 0, events: 1000, simulatedNs: 40, busyMs: 1000 })
    expect(board.done).toEqual({ tasks: 0.5, events: 10, simulatedNs: 100, busyMs: 7, vagueNs: 40 })
    one.end({ events: 30, simulatedNs: 200, busyMs: 14 })
    other.show({ share: 0.25, events: 5, simulatedNs: 50, busyMs: 3 })
    one.show({ share: 0.25, events: 4, simulatedNs: 50, busyMs: 3 })
    expect(board.done).toEqual({ tasks: 1.5, events: 39, simulatedNs: 300, busyMs: 20, vagueNs: 0 })
  })

  test('has a place for each thread, and none that hurts for more', () => {
    const board = new Board(1)
    const places = [board.place(), board.place(), board.place()]
    for (const place of places) place.end({ events: 1, simulatedNs: 1, busyMs: 1 })
    expect(board.done.tasks).toBe(1)
  })

  test.each(SCENARIOS)('%s: a batch of tasks is that many tasks, with all their events', (_, scenario) => {
    const board = new Board(1)
    const batch = [0, 1, 2].map((replication) => ({ scenario, arm: 'a', replication }))
    const { outcomes } = simulateBatch(batch, TECHNOLOGIES, board.place())
    const alone = simulateBatch(batch, TECHNOLOGIES)
    expect(outcomes).toEqual(alone.outcomes)
    const { tasks, events, simulatedNs, busyMs, vagueNs } = board.done
    expect([tasks, vagueNs]).toEqual([3, 0])
    expect(events).toBeGreaterThan(100)
    expect(Number.isInteger(events)).toBe(true)
    expect(simulatedNs).toBeGreaterThan(10e6)
    expect(busyMs).toBeGreaterThan(0)
  })
})
