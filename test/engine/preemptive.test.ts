// Preemptive-resume priority against a slow reference that looks at all jobs at every instant, and by hand.
import { describe, expect, test } from 'vitest'
import { Preemptive } from '../../src/engine/preemptive.ts'
import { RandomStream } from '../../src/engine/random.ts'
import { Simulation, type EventKind } from '../../src/engine/simulation.ts'

function setUp(servers: number, places = Infinity) {
  const sim = new Simulation(1)
  const station = new Preemptive(sim, 'disk', servers, places)
  const log: [arg: number, time: number][] = []
  const done = sim.event('done', (arg) => log.push([arg, sim.now]))
  const work = (amount: number, priority: number, arg: number, kind: EventKind = done) => {
    station.amountNs[0] = amount
    return station.work(kind, arg, priority)
  }
  const seen = () => [station.inService, station.waiting, station.completed, station.busyNs, station.backlogNs]
  return { sim, station, work, log, done, seen }
}

describe('by hand', () => {
  test('counts, server time and backlog when jobs come, are stopped, resume and end', () => {
    const { sim, work, seen, log } = setUp(2)
    expect(seen()).toEqual([0, 0, 0, 0, 0])
    work(10, 3, 0)
    work(10, 2, 1)
    sim.run(4)
    // Stops job 0, of the least urgent class, with 6 to go.
    work(3, 1, 2)
    expect(seen()).toEqual([2, 1, 0, 8, 15])
    // Not urgent enough: waits before job 0, behind nobody.
    work(1, 2, 3)
    expect(seen()).toEqual([2, 2, 0, 8, 16])
    sim.run(6)
    expect(seen()).toEqual([2, 2, 0, 12, 12])
    sim.run(7)
    expect(seen()).toEqual([2, 1, 1, 14, 10])
    sim.run(9)
    // Job 3 ended at 8, and job 0 went on.
    expect(seen()).toEqual([2, 0, 2, 18, 6])
    sim.run(Infinity)
    expect(log).toEqual([
      [2, 7],
      [3, 8],
      [1, 10],
      [0, 14],
    ])
    expect(seen()).toEqual([0, 0, 4, 24, 0])
  })

  test('of two in service in one class the later one gives way; of equal urgency nobody does', () => {
    const { sim, work, log } = setUp(3)
    work(10, 1, 0)
    work(10, 2, 1)
    work(10, 2, 2)
    work(1, 2, 3)
    sim.run(1)
    work(5, 0, 4)
    sim.run(Infinity)
    // Job 2 stops from 1 to 6 and has 9 to go; job 3, which came later, waits until job 0 or 1 is done.
    expect(log).toEqual([
      [4, 6],
      [0, 10],
      [1, 10],
      [3, 11],
      [2, 15],
    ])
  })

  test('a job that is stopped at its last instant is done then', () => {
    const { sim, work, log } = setUp(1)
    const urgent = sim.event('urgent', () => work(2, 0, 1))
    // Scheduled first, so that it happens before the end of the job at the same time.
    sim.after(5, urgent, 0)
    work(5, 1, 0)
    sim.run(Infinity)
    expect(log).toEqual([
      [1, 7],
      [0, 7],
    ])
  })

  test('places are beside the servers, and hold also for those that were stopped', () => {
    const { work, seen } = setUp(1, 1)
    expect([work(10, 2, 0), work(10, 1, 1), work(10, 0, 2)]).toEqual([true, true, false])
    expect(seen()).toEqual([1, 1, 0, 0, 20])
    const none = setUp(2, 0)
    expect([none.work(1, 0, 0), none.work(1, 0, 1), none.work(1, 0, 2)]).toEqual([true, true, false])
  })

  test('the next job has begun when the end of one is told, and each fires its own kind', () => {
    const { sim, station, work, log } = setUp(1)
    const look = sim.event('look', (arg) => log.push([arg, station.inService + 10 * station.waiting]))
    work(1, 0, 7, look)
    work(1, 0, 8, look)
    work(1, 0, 9)
    sim.run(Infinity)
    expect(log).toEqual([
      [7, 11],
      [8, 1],
      [9, 3],
    ])
  })

  test('a priority is a whole number from 0', () => {
    const { work, seen } = setUp(1)
    for (const priority of [-1, 0.5, NaN, Infinity]) {
      expect(() => work(1, priority, 0)).toThrow(new RangeError(`priority ${priority}; a whole number from 0`))
    }
    expect(seen()).toEqual([0, 0, 0, 0, 0])
    expect(work(1, 0, 0)).toBe(true)
  })

  test('a job that is done leaves its room to the next: there is room for as many as were there at once', () => {
    const { sim, station, work } = setUp(1)
    for (let i = 0; i < 100; i++) {
      for (let arg = 0; arg < 10; arg++) work(1, 0, arg)
      sim.run(sim.now + 10)
    }
    expect(station.completed).toBe(1000)
    expect((station as unknown as { leftNs: Float64Array }).leftNs.length).toBe(16)
  })

  test('its event bears its name', () => {
    const { sim, done } = setUp(1)
    expect(sim.nameOf((done - 1) as EventKind)).toBe('disk: done')
  })
})

interface Job {
  arg: number
  priority: number
  left: number
}

/** One step of time at a time: in each, the most urgent jobs that came first are served. */
class Slow {
  jobs: Job[] = []
  readonly ends: number[] = []
  given = 0
  now = 0
  private readonly servers: number
  constructor(servers: number) {
    this.servers = servers
  }

  run(to: number): void {
    while (this.now < to && this.jobs.length > 0) {
      this.now++
      for (const job of this.serving()) {
        job.left--
        this.given++
        if (job.left === 0) this.ends[job.arg] = this.now
      }
      this.jobs = this.jobs.filter((job) => job.left > 0)
    }
    this.now = Math.max(this.now, Math.min(to, 1e9))
  }

  serving(): Job[] {
    return this.jobs.toSorted((a, b) => a.priority - b.priority || a.arg - b.arg).slice(0, this.servers)
  }
}

// Some wait by the hundred, so the tables grow beyond their first 16 jobs and the heap is deep.
describe.each([
  [1, 2, 500],
  [3, 4, 500],
  [2, 1, 120],
])('on %i servers, %i classes', (servers, classes, count) => {
  test('all jobs end, and all server time is given, as the slow way says', () => {
    const random = new RandomStream(`${servers} ${classes}`)
    const { sim, station, work, log } = setUp(servers)
    const slow = new Slow(servers)
    for (let arg = 0; arg < count; arg++) {
      // More comes than can be done, then less.
      const to = sim.now + random.below(arg < count / 2 ? 3 : 9)
      sim.run(to)
      slow.run(to)
      const job = { arg, priority: random.below(classes), left: 1 + random.below(6 * servers) }
      work(job.left, job.priority, arg)
      slow.jobs.push(job)
      const left = slow.jobs.reduce((sum, { left }) => sum + left, 0)
      const found = [station.inService + station.waiting, station.backlogNs, station.busyNs]
      expect(found).toEqual([slow.jobs.length, left, slow.given])
    }
    sim.run(Infinity)
    slow.run(Infinity)
    expect(log.toSorted(([a], [b]) => a - b)).toEqual([...slow.ends.entries()])
    expect([station.completed, station.busyNs, station.backlogNs]).toEqual([count, slow.given, 0])
  })
})
