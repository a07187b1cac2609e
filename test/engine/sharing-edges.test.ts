// Shared servers at their edges, by hand: limits, accounts at every change, numbers of members, refusals; and any mixture
// of both kinds of jobs with a limit against a slow reference.
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { SharedServers } from '../../src/engine/sharing.ts'
import type { SharedServersOptions } from '../../src/engine/sharing-state.ts'
import { Simulation, type EventKind } from '../../src/engine/simulation.ts'

function setUp(options: Partial<SharedServersOptions> = {}, sim = new Simulation(1)) {
  const log: [arg: number, time: number][] = []
  const cores = new SharedServers(sim, { name: 'cores', servers: 1, rate: 1, ...options })
  const done = sim.event('done', (arg) => log.push([arg, sim.now]))
  const accounts = () => [cores.idle, cores.busyUrgent, cores.busyShared]
  const jobs = () => {
    const seen: [kind: 'urgent' | 'member', ...numbers: number[]][] = []
    cores.eachUrgent((...job) => seen.push(['urgent', ...job]))
    cores.eachMember((...job) => seen.push(['member', ...job]))
    return seen
  }
  return { sim, cores, done, log, accounts, jobs }
}

describe('accounts', () => {
  test('begin when the servers are made, not at 0', () => {
    const sim = new Simulation(1)
    sim.run(100)
    const { cores, accounts } = setUp({ servers: 3 }, sim)
    sim.run(110)
    expect([accounts(), cores.backlog, cores.members, cores.completed]).toEqual([[30, 0, 0], 0, 0, 0])
  })

  test('of three servers through every kind of change', () => {
    const { sim, cores, done, accounts, jobs } = setUp({ servers: 3, rate: 2 })
    cores.urgent(20, done, 1)
    sim.run(2)
    expect(accounts()).toEqual([4, 2, 0])
    const member = cores.start(40, done, 2)
    sim.run(4)
    expect(accounts()).toEqual([6, 4, 2])
    for (const arg of [3, 4, 5]) cores.urgent(8, done, arg)
    // Three urgent jobs fill the servers; one waits, and so does the member.
    expect([cores.urgentWaitingWork, cores.backlog]).toEqual([8, 12 + 16 + 8 + 36])
    sim.run(6)
    expect([accounts(), cores.remaining(member)]).toEqual([[6, 10, 2], 36])
    expect(jobs()).toEqual([
      ['urgent', 1, 12, 20],
      ['urgent', 3, 4, 8],
      ['urgent', 4, 4, 8],
      ['member', 2, 36],
    ])
    // 3 and 4 end at 8, and 5 takes one of their servers until 12; 1 ends at 10.
    sim.run(9)
    expect([accounts(), cores.remaining(member), cores.urgentWaitingWork]).toEqual([[6, 18, 3], 34, 0])
    expect(jobs()).toEqual([
      ['urgent', 1, 18, 20],
      ['urgent', 5, 2, 8],
      ['member', 2, 34],
    ])
    sim.run(20)
    expect([accounts(), cores.remaining(member)]).toEqual([[24, 22, 14], 12])
    expect(cores.stop(member)).toBe(12)
    sim.run(30)
    expect([accounts(), cores.completed, cores.backlog]).toEqual([[54, 22, 14], 0, 0])
  })

  test('divide shared time among both classes by their number when urgent jobs share', () => {
    const { sim, cores, done, accounts, jobs, log } = setUp({ servers: 2, urgentShares: true })
    cores.urgent(30, done, 1)
    sim.run(10)
    expect(accounts()).toEqual([10, 10, 0])
    for (const arg of [2, 3, 4]) cores.start(100, done, arg)
    // Four on two servers: half a server each, a quarter of the time urgent.
    sim.run(20)
    expect(accounts()).toEqual([10, 15, 15])
    expect(jobs()).toEqual([
      ['urgent', 1, 15, 30],
      ['member', 2, 95],
      ['member', 3, 95],
      ['member', 4, 95],
    ])
    expect([cores.backlog, cores.urgentWaitingWork, cores.members]).toEqual([15 + 3 * 95, 0, 4])
    sim.run(50)
    expect([log, cores.completed, accounts()]).toEqual([[[1, 50]], 1, [10, 30, 60]])
    // Then two thirds of a server for each of three.
    sim.run(80)
    expect([accounts(), cores.backlog]).toEqual([[10, 30, 120], 3 * 60])
  })
})

describe('a limit', () => {
  test.each([
    [1, 0.5],
    [2, 0.5],
    [4, 0.5],
    [5, 0.4],
    [8, 0.25],
  ])('of half a server: %i members on two servers get %d each', (members, share) => {
    const { sim, cores, done, accounts } = setUp({ servers: 2, rate: 4, memberLimit: 0.5 })
    const numbers = Array.from({ length: members }, (_, i) => cores.start(1000, done, i))
    sim.run(10)
    for (const member of numbers) expect(cores.remaining(member)).toBeCloseTo(1000 - 10 * 4 * share, 9)
    const [idle, urgent, shared] = accounts()
    expect([idle, urgent, shared]).toEqual([20 - 10 * share * members, 0, 10 * share * members])
  })

  test('leaves to a member what urgent jobs leave, and no more than the limit', () => {
    const { sim, cores, done, accounts } = setUp({ servers: 2, memberLimit: 0.75 })
    const [first] = [cores.start(100, done, 1), cores.start(100, done, 2)]
    cores.urgent(10, done, 3)
    sim.run(10)
    // One server for two members, half each; then three quarters each.
    expect([cores.remaining(first), accounts()]).toEqual([95, [0, 10, 10]])
    sim.run(20)
    expect([cores.remaining(first), accounts()]).toEqual([87.5, [5, 10, 25]])
  })
})

describe('members', () => {
  test('are numbered anew when others are gone, and keep kind and integer however many they are', () => {
    const { sim, cores, done, log } = setUp({ servers: 100 })
    const other = sim.event('other', (arg) => log.push([-arg, sim.now]))
    for (let round = 0; round < 3; round++) {
      const numbers = Array.from({ length: 70 }, (_, i) => cores.start(1 + i, i % 2 === 0 ? done : other, i + 1))
      expect(new Set(numbers).size).toBe(70)
      expect(Math.max(...numbers)).toBe(69)
      expect(numbers.map((member) => cores.remaining(member))).toEqual(numbers.map((_, i) => 1 + i))
      const start = sim.now
      sim.run(Infinity)
      expect(log.splice(0)).toEqual(numbers.map((_, i) => [i % 2 === 0 ? i + 1 : -(i + 1), start + 1 + i]))
      expect([cores.members, cores.completed]).toEqual([0, 70 * (round + 1)])
    }
  })

  test('that are stopped leave their number to the next, and nobody else is stopped', () => {
    const { sim, cores, done, log, jobs } = setUp({ servers: 40, urgentShares: true })
    const numbers = Array.from({ length: 40 }, (_, i) => cores.start(100 + i, done, i))
    for (let i = 0; i < 40; i += 2) expect(cores.stop(numbers[i])).toBe(100 + i)
    expect(cores.members).toBe(20)
    for (let i = 0; i < 20; i++) cores.urgent(50, done, 1000 + i)
    expect(jobs().filter(([kind]) => kind === 'urgent').length).toBe(20)
    sim.run(60)
    expect([cores.members, cores.completed, cores.busyUrgent]).toEqual([20, 20, 1000])
    sim.run(Infinity)
    expect(log.slice(20)).toEqual(Array.from({ length: 20 }, (_, i) => [2 * i + 1, 101 + 2 * i]))
  })

  test('may be started and stopped from the end of another, and the earliest one too', () => {
    const { sim, cores, log } = setUp()
    let victim = -1
    const done: EventKind = sim.event('done', (arg) => {
      log.push([arg, sim.now])
      if (arg !== 1) return
      expect(cores.stop(victim)).toBe(20)
      cores.start(5, done, 9)
      cores.start(5, done, 8)
    })
    cores.start(10, done, 1)
    victim = cores.start(30, done, 2)
    cores.start(40, done, 3)
    cores.start(41, done, 4)
    sim.run(Infinity)
    // At 40 each has had 10: 2 is stopped with 20 left, and four have a quarter each again. At 60 the two that came have
    // had their 5, and 3 and 4 have half a server each for the 25 and 26 that are left.
    expect(log).toEqual([
      [1, 40],
      [9, 60],
      [8, 60],
      [3, 110],
      [4, 111],
    ])
  })

  test('that have equal work left are done in the order of coming', () => {
    const { sim, cores, done, log } = setUp()
    for (const arg of [3, 1, 4, 2]) cores.start(10, done, arg)
    sim.run(Infinity)
    expect(log).toEqual([3, 1, 4, 2].map((arg) => [arg, 40]))
  })

  test('wait for the last urgent job where there is no server for them, and make no event meanwhile', () => {
    const { sim, cores, done, log } = setUp({ servers: 2 })
    cores.urgent(10, done, 1)
    cores.urgent(20, done, 2)
    cores.start(5, done, 3)
    expect(sim.pending).toBe(2)
    sim.run(Infinity)
    expect([log, sim.eventCount]).toEqual([
      [
        [1, 10],
        [3, 15],
        [2, 20],
      ],
      3,
    ])
  })

  test('of whom the last has left make no event: neither when it is done nor when it is stopped', () => {
    const { sim, cores, done } = setUp()
    const member = cores.start(100, done, 0)
    expect(sim.pending).toBe(1)
    cores.stop(member)
    expect(sim.pending).toBe(0)
    cores.start(10, done, 1)
    sim.run(Infinity)
    expect([sim.pending, sim.now, sim.eventCount]).toEqual([0, 10, 1])
  })
})

describe('refusals', () => {
  const refused = (options: Partial<SharedServersOptions>) => () => setUp(options)

  test('of servers, rates and limits say what was wrong, by name', () => {
    for (const servers of [0, -1, 1.5, NaN, Infinity])
      expect(refused({ servers })).toThrow(new RangeError(`cores: ${servers} servers; at least 1, whole`))
    for (const rate of [0, -1, NaN, Infinity])
      expect(refused({ rate })).toThrow(new RangeError(`cores: the rate is ${rate}; it must be positive`))
    for (const memberLimit of [0, -0.5, 1.0001, NaN])
      expect(refused({ memberLimit })).toThrow(new RangeError(`cores: a member's limit is ${memberLimit}; 0 to 1`))
    expect(refused({ memberLimit: 1, rate: 1e-9 })).not.toThrow()
  })

  test('of members that are none', () => {
    const { sim, cores, done } = setUp()
    const gone = cores.start(1, done, 0)
    sim.run(5)
    for (const member of [gone, -1, 1, 15, 16, 17, 1000]) {
      const message = new RangeError(`${member} is not a member: it is done or was stopped`)
      expect(() => cores.remaining(member)).toThrow(message)
      expect(() => cores.stop(member)).toThrow(message)
    }
  })

  test('of work leave everything as it was', () => {
    const { cores, done } = setUp()
    for (const work of [-1, NaN, Infinity]) {
      const message = new RangeError(`the work is ${work}; it must be a finite number from 0`)
      expect(() => cores.start(work, done, 0)).toThrow(message)
      expect(() => cores.urgent(work, done, 0)).toThrow(message)
    }
    expect([cores.members, cores.backlog]).toEqual([0, 0])
  })
})

test('the events bear the name of the servers', () => {
  const { sim, done } = setUp()
  const names = [done - 2, done - 1].map((kind) => sim.nameOf(kind as EventKind))
  expect(names).toEqual(['cores: urgent job done', 'cores: member done'])
})

describe.each([
  [1, 1, false],
  [1, 0.25, true],
  [3, 0.6, false],
  [3, 1, true],
])('%i servers, limit %d, urgent jobs share: %s', (servers, memberLimit, urgentShares) => {
  test('keep all accounts as small steps of time do', () => {
    const random = new RandomStream(`${servers} ${memberLimit} ${urgentShares}`)
    const { sim, cores, done, accounts } = setUp({ servers, memberLimit, urgentShares })
    let jobs: { urgent: boolean; left: number }[] = []
    const sums = [0, 0, 0]
    /** A step in which nothing changes: each job's rate by definition. */
    const step = (length: number) => {
      const preempting = urgentShares ? [] : jobs.filter((job) => job.urgent).slice(0, servers)
      const sharing = jobs.filter((job) => urgentShares || !job.urgent)
      const rate = Math.min(memberLimit, (servers - preempting.length) / sharing.length)
      const served = [...preempting.map((job) => ({ job, rate: 1 })), ...sharing.map((job) => ({ job, rate }))]
      const ends = served.filter(({ rate }) => rate > 0).map(({ job, rate }) => job.left / rate)
      const passed = Math.min(length, ...ends)
      sums[0] += passed * (servers - served.reduce((sum, { rate }) => sum + rate, 0))
      for (const { job, rate } of served) {
        job.left -= passed * rate
        sums[job.urgent ? 1 : 2] += passed * rate
      }
      jobs = jobs.filter((job) => job.left > 1e-9)
      return passed
    }
    for (let arg = 0; arg < 300; arg++) {
      const length = random.exponential(2 / servers)
      for (let left = length; left > 0;) left -= step(left)
      sim.run(sim.now + length)
      const urgent = random.uniform() < 0.4
      const work = random.exponential(2)
      jobs.push({ urgent, left: work })
      if (urgent) cores.urgent(work, done, arg)
      else cores.start(work, done, arg)
      accounts().forEach((value, i) => expect(Math.abs(value - sums[i])).toBeLessThan(1e-6))
      const backlog = jobs.reduce((sum, { left }) => sum + left, 0)
      expect(Math.abs(cores.backlog - backlog)).toBeLessThan(1e-6)
    }
  })
})
