// Shared servers against a slow oracle that moves every job at every event, and against hand-made cases.
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { SharedServers } from '../../src/engine/sharing.ts'
import { Simulation } from '../../src/engine/simulation.ts'

function setUp(servers: number, rate = 1, urgentShares = false) {
  const sim = new Simulation(1)
  const log: [arg: number, time: number][] = []
  const cores = new SharedServers(sim, { name: 'cores', servers, rate, urgentShares })
  const done = sim.event('done', (arg) => log.push([arg, sim.now]))
  return { sim, cores, done, log }
}

describe('members', () => {
  test('share the servers evenly, each at most one', () => {
    const { sim, cores, done, log } = setUp(2)
    cores.start(100, done, 1)
    cores.start(100, done, 2)
    cores.start(200, done, 3)
    cores.start(200, done, 4)
    // Half a server each: 1 and 2 are done at 200, with 100 left to 3 and 4, which then have a server each.
    sim.run(Infinity)
    expect(log).toEqual([
      [1, 200],
      [2, 200],
      [3, 300],
      [4, 300],
    ])
    expect([cores.idle, cores.busyUrgent, cores.busyShared]).toEqual([0, 0, 600])
  })

  test('get at most their limit', () => {
    const sim = new Simulation(1)
    const cores = new SharedServers(sim, { name: 'cores', servers: 1, rate: 2, memberLimit: 0.25 })
    const done = sim.event('done', () => {})
    cores.start(100, done, 1)
    sim.run(100)
    expect([cores.remaining(0), cores.idle, cores.busyShared]).toEqual([50, 75, 25])
    for (let i = 0; i < 7; i++) cores.start(100, done, 1)
    // Eight members on one server: an eighth each, a quarter of the work per ns.
    sim.run(200)
    expect([cores.remaining(0), cores.idle, cores.busyShared]).toEqual([25, 75, 125])
  })

  test('do not use more servers than there are members', () => {
    const { sim, cores, done, log } = setUp(8, 2)
    cores.start(100, done, 1)
    sim.run(100)
    expect(log).toEqual([[1, 50]])
    expect([cores.idle, cores.busyShared]).toEqual([750, 50])
  })

  test('that are stopped give back what is left, and the rest goes faster', () => {
    const { sim, cores, done, log } = setUp(1)
    const first = cores.start(100, done, 1)
    cores.start(100, done, 2)
    sim.run(50)
    expect(cores.remaining(first)).toBe(75)
    expect(cores.stop(first)).toBe(75)
    expect(() => cores.stop(first)).toThrow('not a member')
    sim.run(Infinity)
    expect(log).toEqual([[2, 125]])
  })

  test('with no work are done at once, and one that restarts from its own end works on', () => {
    const sim = new Simulation(1)
    const cores = new SharedServers(sim, { name: 'cores', servers: 1, rate: 1 })
    let rounds = 0
    const done = sim.event('done', () => {
      if (++rounds < 5) cores.start(rounds === 2 ? 0 : 10, done, 0)
    })
    cores.start(0, done, 0)
    sim.run(Infinity)
    expect([rounds, sim.now, cores.members]).toEqual([5, 30, 0])
  })

  test('leave no event behind: a stopped last member does not hold up the end', () => {
    const { sim, cores, done } = setUp(1)
    cores.stop(cores.start(1e9, done, 1))
    cores.start(10, done, 2)
    sim.run(Infinity)
    expect(sim.now).toBe(10)
  })
})

describe('urgent jobs', () => {
  test('preempt members, are served in order of arrival, and keep their server', () => {
    const { sim, cores, done, log } = setUp(1)
    cores.start(100, done, 1)
    sim.run(10)
    cores.urgent(5, done, 2)
    cores.urgent(5, done, 3)
    expect(cores.urgentWaitingWork).toBe(5)
    sim.run(Infinity)
    expect(log).toEqual([
      [2, 15],
      [3, 20],
      [1, 110],
    ])
    expect([cores.idle, cores.busyUrgent, cores.busyShared]).toEqual([0, 10, 100])
  })

  test('leave to the members the other servers', () => {
    const { sim, cores, done, log } = setUp(2)
    cores.start(100, done, 1)
    cores.start(100, done, 2)
    cores.urgent(60, done, 3)
    // One server for two members until 60: 30 each; then one each.
    sim.run(Infinity)
    expect(log).toEqual([
      [3, 60],
      [1, 130],
      [2, 130],
    ])
  })

  test('are seen with the work they have done', () => {
    const { sim, cores, done } = setUp(1, 2)
    cores.start(40, done, 7)
    cores.urgent(100, done, 1)
    cores.urgent(30, done, 2)
    sim.run(20)
    const seen: number[][] = []
    cores.eachUrgent((...job) => seen.push(job))
    cores.eachMember((...job) => seen.push(job))
    expect(seen).toEqual([
      [1, 40, 100],
      [7, 40],
    ])
    expect(cores.backlog).toBe(60 + 30 + 40)
  })

  test('share instead of preempting when told to, and are still accounted as urgent', () => {
    const { sim, cores, done, log } = setUp(1, 1, true)
    cores.start(100, done, 1)
    cores.urgent(50, done, 2)
    sim.run(20)
    const seen: number[][] = []
    cores.eachUrgent((...job) => seen.push(job))
    cores.eachMember((...job) => seen.push(job))
    expect(seen).toEqual([
      [2, 10, 50],
      [1, 90],
    ])
    sim.run(Infinity)
    expect(log).toEqual([
      [2, 100],
      [1, 150],
    ])
    expect([cores.busyUrgent, cores.busyShared]).toEqual([50, 100])
  })
})

interface Job {
  arg: number
  left: number
  work: number
}

/** The same discipline done the slow way: after each event everybody's remaining work is brought up to date. */
class Oracle {
  now = 0
  members: Job[] = []
  urgent: Job[] = []
  ends: number[] = []
  private readonly servers: number
  private readonly rate: number
  constructor(servers: number, rate: number) {
    this.servers = servers
    this.rate = rate
  }

  advance(to: number): void {
    for (;;) {
      const serving = this.urgent.slice(0, this.servers)
      const share = this.rate * Math.min(1, (this.servers - serving.length) / this.members.length)
      let step = to - this.now
      for (const job of serving) step = Math.min(step, job.left / this.rate)
      for (const job of this.members) step = Math.min(step, job.left / share)
      for (const job of serving) job.left -= step * this.rate
      for (const job of this.members) job.left -= step * share
      this.now += step
      const finished = [...serving, ...this.members].filter((job) => job.left < 1e-6)
      for (const job of finished) this.ends[job.arg] = this.now
      this.urgent = this.urgent.filter((job) => !finished.includes(job))
      this.members = this.members.filter((job) => !finished.includes(job))
      if (this.now >= to) return
    }
  }
}

describe('any mixture of starts, stops and urgent jobs', () => {
  for (const servers of [1, 3, 16]) {
    test(`ends every job when the slow way does, and accounts for all time, on ${servers} servers`, () => {
      const random = new RandomStream(`mixture ${servers}`)
      const rate = 2.93
      const sim = new Simulation(1)
      const cores = new SharedServers(sim, { name: 'cores', servers, rate })
      const oracle = new Oracle(servers, rate)
      const ends: number[] = []
      const members = new Map<number, number>()
      let done = 0
      let stopped = 0
      const finished = sim.event('done', (arg) => {
        ends[arg] = sim.now
        members.delete(arg)
      })
      for (let arg = 0; arg < 3000; arg++) {
        const to = sim.now + random.exponential(1000 / servers)
        sim.run(to)
        oracle.advance(to)
        const work = Math.round(random.exponential(2500)) + 1
        const dice = random.uniform()
        if (dice < 0.3) {
          cores.urgent(work, finished, arg)
          oracle.urgent.push({ arg, left: work, work })
          done += work
        } else if (dice < 0.85 || members.size === 0) {
          members.set(arg, cores.start(work, finished, arg))
          oracle.members.push({ arg, left: work, work })
          done += work
        } else {
          const [victim, member] = [...members][random.below(members.size)]
          const left = cores.stop(member)
          members.delete(victim)
          const job = oracle.members.find((candidate) => candidate.arg === victim)
          expect(Math.abs(left - (job?.left ?? 0))).toBeLessThan(1e-4)
          oracle.members = oracle.members.filter((candidate) => candidate !== job)
          stopped += left
        }
      }
      sim.run(sim.now + 1e9)
      oracle.advance(sim.now)
      expect(cores.members).toBe(0)
      oracle.ends.forEach((end, arg) => {
        expect(Math.abs(ends[arg] - end)).toBeLessThan(1e-4)
      })
      expect(ends.filter((end) => end > 0).length).toBe(oracle.ends.filter((end) => end > 0).length)
      const busy = cores.busyUrgent + cores.busyShared
      expect(Math.abs(busy * rate - (done - stopped))).toBeLessThan(1e-9 * done)
      expect(Math.abs(busy + cores.idle - servers * sim.now)).toBeLessThan(1e-9 * servers * sim.now)
    })
  }

  test('makes few events: starting and stopping urgent jobs moves no member', () => {
    const { sim, cores, done } = setUp(2)
    for (let i = 0; i < 1000; i++) cores.start(1e6, done, i)
    for (let i = 0; i < 10_000; i++) {
      cores.urgent(1, done, -1)
      sim.run(sim.now + 10)
    }
    // One event for each urgent job, and the earliest member's own, which was set again at most a few times.
    expect(sim.eventCount).toBeLessThan(10_020)
    expect(sim.pending).toBeLessThanOrEqual(1)
  })

  test('ends at times so late that the clock is coarse', () => {
    const { sim, cores, done, log } = setUp(3, 2.93)
    sim.run(1e15)
    for (let i = 0; i < 100; i++) cores.start(1 + i / 7, done, i)
    for (let i = 0; i < 50; i++) cores.urgent(0.3, done, 100 + i)
    sim.run(Infinity)
    expect(log.length).toBe(150)
    expect(sim.eventCount).toBeLessThan(1000)
  })
})

test('what makes no sense is refused', () => {
  const { cores, done } = setUp(1)
  for (const work of [-1, NaN, Infinity]) {
    expect(() => cores.start(work, done, 0)).toThrow('finite number from 0')
    expect(() => cores.urgent(work, done, 0)).toThrow('finite number from 0')
  }
  expect(() => setUp(0)).toThrow('servers')
  expect(() => setUp(1, 0)).toThrow('rate')
})
