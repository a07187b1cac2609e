// The events of shared servers, by hand: how many there are, and when members end to the last digit.
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { SharedServers } from '../../src/engine/sharing.ts'
import { Simulation } from '../../src/engine/simulation.ts'

function setUp({ servers = 1, rate = 1 } = {}) {
  const sim = new Simulation(1)
  const log: [arg: number, time: number][] = []
  const cores = new SharedServers(sim, { name: 'cores', servers, rate })
  const done = sim.event('done', (arg) => log.push([arg, sim.now]))
  return { sim, cores, done, log }
}

describe('events', () => {
  test('that come too early are set again, and are not moved before', () => {
    const { sim, cores, done, log } = setUp()
    cores.start(100, done, 1)
    sim.run(10)
    cores.urgent(50, done, 2)
    sim.run(Infinity)
    expect(log).toEqual([
      [2, 60],
      [1, 150],
    ])
    // The urgent job's, the member's at 100, where it has 50 left, and again at 150.
    expect(sim.eventCount).toBe(3)
  })

  test('that turn out to be right are the last, and keep their turn among others of the same time', () => {
    const { sim, cores, done, log } = setUp({ servers: 2 })
    cores.start(100, done, 1)
    sim.after(100, done, 0)
    cores.start(200, done, 2)
    sim.run(10)
    // The rate falls and is what it was at once.
    cores.stop(cores.start(1e6, done, 3))
    sim.run(100)
    expect([log, sim.eventCount]).toEqual([
      [
        [1, 100],
        [0, 100],
      ],
      2,
    ])
  })

  test('are one for each member, however its work is rounded, where others come and go beside it', () => {
    const random = new RandomStream('rounding')
    const { sim, cores, done } = setUp({ servers: 500, rate: 2.93 })
    for (let i = 0; i < 60; i++) {
      cores.start(1000 + random.exponential(1000), done, i)
      sim.run(sim.now + random.uniform())
      const other = cores.start(1e9, done, -1)
      sim.run(sim.now + random.uniform())
      cores.stop(other)
    }
    for (; cores.members > 0; sim.run(sim.now + 1)) {
      const other = cores.start(1e9, done, -1)
      sim.run(sim.now + random.uniform())
      cores.stop(other)
    }
    expect([cores.completed, sim.eventCount]).toEqual([60, 60])
  })

  test('are at one instant for members that came with equal work, whatever their number and rate', () => {
    const random = new RandomStream('equal')
    for (let members = 2; members < 60; members++) {
      const { sim, cores, done, log } = setUp({ servers: 2, rate: 2.93 })
      sim.run(1000 * random.uniform())
      const work = random.exponential(1000)
      for (let i = 0; i < members; i++) cores.start(work, done, i)
      for (let i = 0; i < 3; i++) {
        sim.run(sim.now + random.uniform())
        cores.urgent(random.uniform(), done, -1)
      }
      sim.run(Infinity)
      expect(new Set(log.filter(([arg]) => arg >= 0).map(([, time]) => time)).size).toBe(1)
    }
  })

  test('of a member without work wait for a server like those of any other', () => {
    const { sim, cores, done, log } = setUp()
    cores.urgent(10, done, 1)
    cores.start(0, done, 2)
    sim.run(Infinity)
    // Within one instant the server's end is told after it has been given to the members.
    expect(log).toEqual([
      [1, 10],
      [2, 10],
    ])
  })
})
