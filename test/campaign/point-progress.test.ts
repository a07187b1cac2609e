// Points that decide while they run how much is run: each comes to the answer that `run` gives, and the store alone says
// what comes next, whoever asks.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/answers/comparison.ts'
import { simulated, type Pool } from '../../src/runs/pool.ts'
import { Board } from '../../src/runs/board.ts'
import type { Task } from '../../src/runs/task.ts'
import { simulateBatch } from '../../src/runs/worker.ts'
import { runScenario } from '../../src/runs/run-scenario.ts'
import { runReplication } from '../../src/runs/replication.ts'
import { FIRST_PILOT } from '../../src/answers/warmup.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { csv } from '../../src/report/csv.ts'
import { AllPoints, type Campaign, type PointTask } from '../../src/campaign/point-progress.ts'
import { Leases } from '../../src/store/lease.ts'
import { Merger } from '../../src/campaign/merge.ts'
import { loadSweep } from '../../src/points/points.ts'
import { Store } from '../../src/store/store.ts'
import { missingGroups, workOn } from '../../src/campaign/working.ts'
import { ToDo, type Taken } from '../../src/campaign/to-do.ts'

const BASE = `name: base
seed: 3
run: { warmup: auto, measure: 10 ms, precision: 8 %, max_replications: 25 }
host: { cores: 1, clock: 2 GHz }
arms:
  software: { processor: binary-translation }
  hardware: { processor: vt-x }
vms:
  web: { count: 1, vcpus: 1, compute: { rate: 500 /s, cycles: { exponential: 100e3 } }, traps: { syscall: 20000 /s } }
`
const RATES = 'sweep: { grid: { vms.web.traps.syscall: [1500 /s, 20000 /s] } }\n'
/** What the second point asks for is more than its core can do. */
const SATURATED = 'sweep: { grid: { vms.web.traps.syscall: [20000 /s, 1e6 /s, 15000 /s] } }\n'

function campaignOf(
  text: string,
  folder = mkdtempSync(join(tmpdir(), 'offsim-point-')),
): Campaign & { folder: string } {
  const sweep = loadSweep('s.yaml', { read: () => text, technologies: TECHNOLOGIES })
  return { sweep, store: new Store(join(folder, 'units')), technologies: TECHNOLOGIES, plugins: [], folder }
}

/** Simulates tasks here and now, and stores them. */
function doAll({ store }: Campaign, tasks: readonly PointTask[]): void {
  for (const { scenario, arm, replication, key } of tasks) {
    store.append([{ key, json: JSON.stringify(runReplication(scenario, arm, replication, TECHNOLOGIES)) }])
  }
}

/** A pool without threads, one task at a time. */
function poolHere(): Pool {
  const simulate = async (batch: readonly Task[]) => {
    await new Promise((resolve) => setImmediate(resolve))
    return simulateBatch(batch, TECHNOLOGIES).outcomes
  }
  const pace = { batchSize: 1, batchesReady: 1 }
  return { workers: 1, pace, done: new Board(1).done, simulate, close: async () => {} }
}

interface Results {
  readonly comparisons: Comparison[]
  readonly failed: string[]
}

function resultsOf(allPoints: AllPoints, failureOf: (key: string) => string | undefined = () => 'not there'): Results {
  const found: Results = { comparisons: [], failed: [] }
  new Merger(allPoints, {
    point: (_point, _cells, comparison) => void found.comparisons.push(comparison),
    failed: (point, _cells, error) => void found.failed.push(`${point}: ${error}`),
  }).advance({ some: true, of: failureOf })
  return found
}

/** Works on a folder as a process does. */
async function worked(text: string, folder: string, order: 'given' | 'shuffled' = 'given'): Promise<AllPoints> {
  const campaign = campaignOf(text, folder)
  const allPoints = new AllPoints(campaign)
  const [leases, pool] = [new Leases(join(folder, 'leases')), poolHere()]
  const signal = new AbortController().signal
  await workOn(allPoints, { leases, pool, merger: null, order, signal, onProgress: () => {} })
  leases.close()
  campaign.store.close()
  return new AllPoints(campaignOf(text, folder))
}

const rows = ({ comparisons }: Results) => comparisons.map(csv)
const keysIn = (folder: string) => {
  const segments = readdirSync(join(folder, 'units')).map((name) => readFileSync(join(folder, 'units', name), 'utf8'))
  return segments.map((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.slice(0, 64)),
  )
}

describe('a point with a precision and a warm-up to be found', () => {
  test('takes as many replications as `run`, behind the same warm-up, to the same rows', async () => {
    const { folder, sweep } = campaignOf(BASE + RATES)
    const { comparisons, failed } = resultsOf(await worked(BASE + RATES, folder))
    expect(failed).toEqual([])
    for (const [point, comparison] of comparisons.entries()) {
      const run = await runScenario(sweep.scenario(point), TECHNOLOGIES)
      expect(csv({ ...comparison, id: run.id })).toBe(csv(run))
      expect(comparison.scenario.warmup).toEqual(run.scenario.warmup)
      expect(typeof comparison.scenario.warmup).toBe('object')
    }
    // One ends at its largest number, the other before: the rule is looked at.
    expect(comparisons[0].replications).toBe(25)
    expect([10, 15, 20]).toContain(comparisons[1].replications)
    expect(new Set(comparisons.map(({ id }) => id)).size).toBe(2)
  })

  test('goes on from the store alone, whoever asks and however little is done in between', async () => {
    const campaign = campaignOf(BASE + RATES)
    const asked: number[] = []
    for (;;) {
      const missing = new AllPoints(campaign).at(1).missing()
      if (missing.length === 0) break
      // The last ones first, and not all at once.
      doAll(campaign, missing.slice(-3))
      asked.push(...missing.slice(-3).map(({ replication }) => replication))
    }
    const expected = resultsOf(await worked(BASE + RATES, mkdtempSync(join(tmpdir(), 'offsim-point-'))))
    expect(csv(new AllPoints(campaign).at(1).comparison()!)).toBe(rows(expected)[1])
    const { replications, arms } = expected.comparisons[1]
    const firstRun = asked.findIndex((replication) => replication < FIRST_PILOT)
    expect(asked.slice(firstRun).every((replication) => replication < replications)).toBe(true)
    expect(asked.slice(firstRun)).toHaveLength(replications * arms.length)
    expect(asked.slice(0, firstRun).length % (5 * arms.length)).toBe(0)
  })

  test('three processes on one folder, one of them beginning anywhere, share its tasks and do none twice', async () => {
    const one = mkdtempSync(join(tmpdir(), 'offsim-point-'))
    const expected = rows(resultsOf(await worked(BASE + RATES, one)))
    const shared = mkdtempSync(join(tmpdir(), 'offsim-point-'))
    const all = await Promise.all(
      (['given', 'shuffled', 'given'] as const).map((order) => worked(BASE + RATES, shared, order)),
    )
    expect(rows(resultsOf(all[0]))).toEqual(expected)
    const keys = keysIn(shared)
    expect(keys.length).toBeGreaterThan(1)
    expect(new Set(keys.flat()).size).toBe(keys.flat().length)
    expect(new Set(keys.flat())).toEqual(new Set(keysIn(one).flat()))
  })

  test('of a sweep so large that neighbours share a lease comes to the same, also where they go on at different paces', async () => {
    const seeds = Array.from({ length: 2500 }, (_, seed) => seed).join(', ')
    const factors = `seed: [${seeds}], vms.web.traps.syscall: [1500 /s, 20000 /s]`
    const text = `${BASE.replace('warmup: auto', 'warmup: 1 ms')}sweep: { grid: { ${factors} }, where: ['seed > 2 and seed < 5'] }\n`
    const folder = mkdtempSync(join(tmpdir(), 'offsim-point-'))
    const [allPoints] = await Promise.all([worked(text, folder), worked(text, folder, 'shuffled')])
    const { comparisons, failed } = resultsOf(allPoints)
    expect(failed).toEqual([])
    for (const [i, comparison] of comparisons.entries()) {
      const run = await runScenario(allPoints.campaign.sweep.scenario(6 + i), TECHNOLOGIES)
      expect(csv({ ...comparison, id: run.id })).toBe(csv(run))
    }
    expect(new Set(keysIn(folder).flat()).size).toBe(keysIn(folder).flat().length)
    expect(comparisons[0].replications).toBeGreaterThan(comparisons[1].replications)
  })

  test('is a failed point when there is no warm-up to be found, and stops no other', async () => {
    const { folder } = campaignOf(BASE + SATURATED)
    const allPoints = await worked(BASE + SATURATED, folder)
    const { comparisons, failed } = resultsOf(allPoints)
    expect(comparisons).toHaveLength(2)
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatch(/^1: run\.warmup: auto: arm `software` is saturated \(.*cores.*\), so it never settles/)
    expect(missingGroups(allPoints)).toEqual([])
  })

  test('is not complete while a step is missing, whatever was simulated of later ones', () => {
    const campaign = campaignOf(BASE + RATES)
    const allPoints = new AllPoints(campaign)
    expect(missingGroups(allPoints)).toEqual([0, 1])
    expect(resultsOf(allPoints, () => undefined)).toEqual({ comparisons: [], failed: [] })
    while (
      allPoints
        .at(0)
        .missing()
        .some(({ replication }) => replication >= FIRST_PILOT)
    ) {
      doAll(campaign, allPoints.at(0).missing())
    }
    const [first, ...others] = allPoints.at(0).missing()
    expect(others).toHaveLength(19)
    doAll(campaign, others)
    expect(allPoints.at(0).missing()).toEqual([first])
    expect(resultsOf(allPoints).failed).toEqual(['0: not there', '1: not there'])
    expect(missingGroups(allPoints)).toEqual([0, 1])
  })
})

test('replications that a precision asks for are tasks of fixed replications, and pilots are none of them', () => {
  const fixed = BASE.replace(/run: .*/, 'run: { warmup: 1 ms, measure: 10 ms, replications: 12 }')
  const at = (text: string) => new AllPoints(campaignOf(text + RATES)).at(0)
  const keys = new Set(
    at(fixed)
      .missing()
      .map(({ key }) => key),
  )
  expect(keys.size).toBe(24)
  const precise = BASE.replace(/run: .*/, 'run: { warmup: 1 ms, measure: 10 ms, precision: 8 % }')
  expect(at(precise).missing()).toHaveLength(20)
  expect(
    at(precise)
      .missing()
      .every(({ key }) => keys.has(key)),
  ).toBe(true)
  const pilots = at(BASE.replace('precision: 8 %, max_replications: 25', 'replications: 12')).missing()
  expect(pilots.some(({ key }) => keys.has(key))).toBe(false)
  expect(pilots.every(({ replication }) => replication >= FIRST_PILOT)).toBe(true)
})

test(
  'a point of many replications is merged without looking again and again at those that are there',
  { timeout: 30_000 },
  () => {
    const replications = 4000
    const text = BASE.replace(/run: .*/, `run: { warmup: 1 ms, measure: 10 ms, replications: ${replications} }`)
    const campaign = campaignOf(text + RATES)
    const { store } = campaign
    let asked = 0
    const has = store.has.bind(store)
    store.has = (key) => (asked++, has(key))
    const allPoints = new AllPoints(campaign)
    const tasks = allPoints.at(0).missing()
    expect(tasks).toHaveLength(2 * replications)
    const failed: string[] = []
    const merger = new Merger(allPoints, { point: () => {}, failed: (_, __, error) => void failed.push(error) })
    asked = 0
    for (const { key } of tasks.slice(0, -1)) {
      store.append([{ key, json: '{}' }])
      merger.advance({ some: false, of: () => undefined })
    }
    expect(merger.point).toBe(0)
    // Each is asked for when it is missing and when it is there; what comes on top is small change.
    expect(asked).toBeLessThan(5 * tasks.length)
    merger.advance({ some: true, of: (key) => (key === tasks.at(-1)!.key ? 'lost' : undefined) })
    expect([merger.point, failed]).toEqual([1, ['lost']])
    store.close()
  },
)

test('a task that failed fails its point, though others before it are missing', () => {
  const campaign = campaignOf(BASE + RATES)
  const allPoints = new AllPoints(campaign)
  const [, , third] = allPoints.at(0).missing()
  const failed: string[] = []
  const merger = new Merger(allPoints, { point: () => {}, failed: (_, __, error) => void failed.push(error) })
  merger.advance({ some: true, of: (key) => (key === third.key ? 'broken' : undefined) })
  expect(failed).toEqual(['broken'])
  campaign.store.close()
})

describe('work', () => {
  const options = (folder: string) => {
    return { leases: new Leases(join(folder, 'leases')), order: 'given', signal: new AbortController().signal } as const
  }

  test('other points are begun while one waits for its tasks, and those begun go first', () => {
    const campaign = campaignOf(BASE + RATES)
    const work = new ToDo(new AllPoints(campaign), options(campaign.folder))
    work.begin(0)
    const tasks = work[Symbol.iterator]()
    const take = (count: number) => Array.from({ length: count }, () => tasks.next().value as Taken)
    const pilots = take(new AllPoints(campaign).at(0).missing().length)
    expect(new Set(pilots.map(({ point }) => point))).toEqual(new Set([0]))
    const [next] = take(1)
    expect(next.point).toBe(1)
    for (const task of pilots) {
      const tallies = JSON.stringify(runReplication(task.scenario, task.arm, task.replication, TECHNOLOGIES))
      work.done([{ task, outcome: { tallies } }])
    }
    // What was begun of point 1 is given out, then the next step of point 0; then there is nothing for the moment.
    const rest = take(pilots.length - 1).map(({ point }) => point)
    expect(new Set(rest)).toEqual(new Set([1]))
    expect(tasks.next().value).toMatchObject({ point: 0 })
    while (tasks.next().done !== true);
    expect(tasks.next().done).toBe(true)
  })

  test('a pool asks again for tasks when those it has come back', async () => {
    const campaign = campaignOf(BASE + RATES)
    const left = [...new AllPoints(campaign).at(0).missing()].slice(0, 4)
    let inHand = 0
    let most = 0
    // One task at a time, and none as long as it is not back.
    const one = (): IteratorResult<PointTask> => {
      const task = inHand === 0 ? left.shift() : undefined
      if (task === undefined) return { done: true, value: undefined }
      most = Math.max(most, ++inHand)
      return { done: false, value: task }
    }
    let done = 0
    const pool = poolHere()
    for await (const { outcome } of simulated({ [Symbol.iterator]: () => ({ next: one }) }, pool, 'whenDone')) {
      expect('tallies' in outcome).toBe(true)
      inHand--
      done++
    }
    expect([done, most]).toEqual([4, 1])
  })
})
