// First come, first served, against Lindley's recursion for several servers, and by hand at every change.
import { describe, expect, test } from 'vitest'
import { FirstCome } from '../../src/engine/first-come.ts'
import { RandomStream } from '../../src/engine/random.ts'
import { Simulation, type EventKind } from '../../src/engine/simulation.ts'

function setUp(servers: number, places = Infinity) {
  const sim = new Simulation(1)
  const station = new FirstCome(sim, 'disk', servers, places)
  const log: [arg: number, time: number][] = []
  const done = sim.event('done', (arg) => log.push([arg, sim.now]))
  const work = (amount: number, arg: number, kind: EventKind = done) => {
    station.amountNs[0] = amount
    return station.work(kind, arg)
  }
  const seen = () => [station.inService, station.waiting, station.completed, station.busyNs, station.backlogNs]
  return { sim, station, work, log, done, seen }
}

describe('by hand', () => {
  test('counts, server time and backlog at every change', () => {
    const { sim, work, seen, log } = setUp(2)
    expect(seen()).toEqual([0, 0, 0, 0, 0])
    for (const [arg, amount] of [10, 4, 3].entries()) expect(work(amount, arg)).toBe(true)
    expect(seen()).toEqual([2, 1, 0, 0, 17])
    sim.run(4)
    // Job 1 is done at 4, and job 2 begins then.
    expect(seen()).toEqual([2, 0, 1, 8, 9])
    sim.run(7)
    expect(seen()).toEqual([1, 0, 2, 14, 3])
    sim.run(20)
    expect(seen()).toEqual([0, 0, 3, 17, 0])
    work(5, 3)
    sim.run(22)
    expect(seen()).toEqual([1, 0, 3, 19, 3])
    sim.run(Infinity)
    expect(seen()).toEqual([0, 0, 4, 22, 0])
    expect(log).toEqual([
      [1, 4],
      [2, 7],
      [0, 10],
      [3, 25],
    ])
  })

  test('each job fires its own kind with its own integer, also one that has waited', () => {
    const { sim, work, log } = setUp(1)
    const other = sim.event('other', (arg) => log.push([-arg, sim.now]))
    work(1, 7)
    work(2, 8, other)
    work(3, 9)
    sim.run(Infinity)
    expect(log).toEqual([
      [7, 1],
      [-8, 3],
      [9, 6],
    ])
  })

  test('the next job has begun when the end of one is told, or the server is free for it', () => {
    const { sim, station, work } = setUp(1)
    const told: number[][] = []
    const look = sim.event('look', () => told.push([station.inService, station.waiting, station.completed]))
    work(1, 0, look)
    work(1, 0, look)
    sim.run(Infinity)
    expect(told).toEqual([
      [1, 0, 1],
      [0, 0, 2],
    ])
  })

  test('places are beside the servers: what finds none leaves no trace', () => {
    const { sim, work, seen } = setUp(2, 1)
    expect([1, 2, 3, 4].map((arg) => work(10, arg))).toEqual([true, true, true, false])
    expect(seen()).toEqual([2, 1, 0, 0, 30])
    sim.run(10)
    expect([work(10, 5), work(10, 6), work(10, 7)]).toEqual([true, true, false])
    expect(seen()).toEqual([2, 1, 2, 20, 30])
    const none = setUp(1, 0)
    expect([none.work(1, 0), none.work(1, 1)]).toEqual([true, false])
  })

  test('its event bears its name', () => {
    const { sim, done } = setUp(1)
    expect(sim.nameOf((done - 1) as EventKind)).toBe('disk: done')
  })
})

describe.each([1, 2, 5])('with %i servers', (servers) => {
  test('every job ends when the server that was free first has done it', () => {
    const random = new RandomStream(`servers ${servers}`)
    const { sim, station, work, log } = setUp(servers)
    const free = new Array<number>(servers).fill(0)
    const ends: number[] = []
    let given = 0
    for (let arg = 0; arg < 400; arg++) {
      // Whole numbers, so that many things happen at one instant.
      sim.run(sim.now + random.below(4))
      const amount = random.below(4 * servers)
      given += amount
      work(amount, arg)
      const server = free.indexOf(Math.min(...free))
      ends[arg] = free[server] = Math.max(free[server], sim.now) + amount
      expect(station.busyNs + station.backlogNs).toBe(given)
    }
    sim.run(Infinity)
    expect(log.toSorted(([a], [b]) => a - b)).toEqual([...ends.entries()])
    expect([station.busyNs, station.completed, station.inService]).toEqual([given, 400, 0])
  })
})
