// Resources by hand: each discipline on a few jobs, finite queues, and what is measured. Closed forms: test/theory.test.ts.
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { Resource, type ResourceOptions } from '../../src/engine/resource.ts'
import { Simulation } from '../../src/engine/simulation.ts'

const DISCIPLINES = ['fcfs', 'priority', 'processor-sharing'] as const

function setUp(options: Omit<ResourceOptions, 'name'>) {
  const sim = new Simulation(1)
  const log: [arg: number, time: number][] = []
  const resource = new Resource(sim, { name: 'disk', ...options })
  const done = sim.event('done', (arg) => log.push([arg, sim.now]))
  return { sim, resource, done, log }
}

describe('first come, first served', () => {
  test('jobs start in order of arrival on the servers that become free', () => {
    const { sim, resource, done, log } = setUp({ servers: 2, discipline: 'fcfs' })
    ;[10, 4, 3, 5].forEach((amount, arg) => resource.work(amount, done, arg))
    expect([resource.inService, resource.waiting, resource.backlogNs]).toEqual([2, 2, 22])
    sim.run(5)
    expect([resource.busyNs, resource.backlogNs, resource.completed]).toEqual([10, 12, 1])
    sim.run(Infinity)
    expect(log).toEqual([
      [1, 4],
      [2, 7],
      [0, 10],
      [3, 12],
    ])
    expect([resource.busyNs, resource.inService, resource.completed]).toEqual([22, 0, 4])
  })
})

describe('preemptive-resume priority', () => {
  test('an urgent job stops the least urgent, which resumes where it was', () => {
    const { sim, resource, done, log } = setUp({ servers: 1, discipline: 'priority' })
    resource.work(10, done, 0, 2)
    sim.run(4)
    resource.work(10, done, 1, 1)
    sim.run(6)
    resource.work(1, done, 2, 0)
    expect([resource.inService, resource.waiting, resource.busyNs, resource.backlogNs]).toEqual([1, 2, 6, 15])
    sim.run(Infinity)
    expect(log).toEqual([
      [2, 7],
      [1, 15],
      [0, 21],
    ])
  })

  test('within a class nobody overtakes, not even after an interruption', () => {
    const { sim, resource, done, log } = setUp({ servers: 2, discipline: 'priority' })
    resource.work(10, done, 0, 1)
    resource.work(10, done, 1, 1)
    resource.work(10, done, 2, 1)
    sim.run(1)
    // Stops job 1, the later one; it resumes before job 2.
    resource.work(2, done, 3, 0)
    sim.run(Infinity)
    expect(log).toEqual([
      [3, 3],
      [0, 10],
      [1, 12],
      [2, 20],
    ])
  })

  test('does as much work as any other discipline, with any jobs', () => {
    const { sim, resource, done, log } = setUp({ servers: 3, discipline: 'priority' })
    const random = new RandomStream('priority')
    let work = 0
    for (let arg = 0; arg < 5000; arg++) {
      sim.run(sim.now + random.exponential(1))
      const amount = random.exponential(2.5)
      work += amount
      resource.work(amount, done, arg, random.below(5))
      const balanced = Math.abs(work - resource.busyNs - resource.backlogNs) < 1e-6
      const conserving = resource.inService === 3 || resource.waiting === 0
      if (!balanced || !conserving) expect({ balanced, conserving }).toEqual({ balanced: true, conserving: true })
    }
    sim.run(Infinity)
    expect(new Set(log.map(([arg]) => arg)).size).toBe(5000)
    expect(Math.abs(resource.busyNs - work)).toBeLessThan(1e-6)
  })

  test('refuses priorities that are not whole numbers from 0', () => {
    const { resource, done } = setUp({ servers: 1, discipline: 'priority' })
    for (const priority of [-1, 0.5, NaN]) expect(() => resource.work(1, done, 0, priority)).toThrow('priority')
  })
})

describe('processor sharing', () => {
  test('all jobs at once, each at most at the rate of one server', () => {
    const { sim, resource, done, log } = setUp({ servers: 2, discipline: 'processor-sharing' })
    ;[4, 4, 10, 10].forEach((amount, arg) => resource.work(amount, done, arg))
    sim.run(2)
    expect([resource.busyNs, resource.backlogNs, resource.inService, resource.waiting]).toEqual([4, 24, 4, 0])
    sim.run(Infinity)
    expect(log).toEqual([
      [0, 8],
      [1, 8],
      [2, 14],
      [3, 14],
    ])
    expect(resource.completed).toBe(4)
  })
})

describe.each(DISCIPLINES)('%s', (discipline) => {
  test('loses what finds no place, and counts it', () => {
    const { sim, resource, done, log } = setUp({ servers: 1, discipline, queue: 2 })
    const accepted = [1, 2, 3, 4, 5].map((arg) => resource.work(10, done, arg, 10 - arg))
    expect(accepted).toEqual([true, true, true, false, false])
    sim.run(Infinity)
    expect([log.length, resource.lost, resource.completed]).toEqual([3, 2, 3])
    expect(resource.work(10, done, 6)).toBe(true)
  })

  test('takes work that ends at once, and work given from the end of another', () => {
    const sim = new Simulation(1)
    const resource = new Resource(sim, { name: 'disk', servers: 1, discipline })
    let rounds = 0
    const again = sim.event('again', () => {
      if (++rounds < 100) resource.work(rounds % 2, again, 0)
    })
    resource.work(0, again, 0)
    sim.run(Infinity)
    expect([rounds, sim.now, resource.busyNs, resource.backlogNs]).toEqual([100, 50, 50, 0])
  })

  test('refuses what makes no sense', () => {
    const { resource, done } = setUp({ servers: 1, discipline })
    for (const amount of [-1, NaN, Infinity]) expect(() => resource.work(amount, done, 0)).toThrow('disk: the work is')
    for (const servers of [0, 1.5, NaN]) expect(() => setUp({ servers, discipline })).toThrow('servers')
    for (const queue of [-1, NaN]) expect(() => setUp({ servers: 1, discipline, queue })).toThrow('queue')
  })
})

describe('a resource', () => {
  test('keeps its name and servers, and says nothing before work comes', () => {
    for (const discipline of DISCIPLINES) {
      const { resource } = setUp({ servers: 3, discipline })
      const { name, servers, lost, busyNs, backlogNs, inService, waiting, completed } = resource
      expect([name, servers]).toEqual(['disk', 3])
      expect([lost, busyNs, backlogNs, inService, waiting, completed]).toEqual([0, 0, 0, 0, 0, 0])
    }
  })

  test('has as many places beside its servers as its queue, none or any number', () => {
    for (const discipline of DISCIPLINES) {
      const accepted = (queue?: number) => {
        const { resource, done } = setUp({ servers: 2, discipline, queue })
        let count = 0
        while (count < 100 && resource.work(10, done, count)) count++
        return [count, resource.lost, resource.inService + resource.waiting]
      }
      expect([accepted(0), accepted(1), accepted(5)]).toEqual([
        [2, 1, 2],
        [3, 1, 3],
        [7, 1, 7],
      ])
      expect(accepted()).toEqual([100, 0, 100])
    }
  })

  test('looks at priorities in the discipline of that name only; the default is the most urgent', () => {
    const order = (discipline: (typeof DISCIPLINES)[number], priorities: (number | undefined)[]) => {
      const { sim, resource, done, log } = setUp({ servers: 1, discipline })
      priorities.forEach((priority, arg) => resource.work(4, done, arg, priority))
      sim.run(Infinity)
      return log.map(([arg]) => arg)
    }
    expect(order('fcfs', [2, 1, undefined])).toEqual([0, 1, 2])
    expect(order('priority', [2, 1, undefined])).toEqual([2, 1, 0])
    expect(order('priority', [undefined, 0, undefined])).toEqual([0, 1, 2])
    expect(order('processor-sharing', [2, 1, undefined, NaN])).toEqual([0, 1, 2, 3])
  })

  test('refuses by name, in full, and is as it was', () => {
    for (const discipline of DISCIPLINES) {
      const { resource, done } = setUp({ servers: 1, discipline })
      for (const amount of [-1, NaN, Infinity]) {
        const message = `disk: the work is ${amount}; it must be a finite number from 0`
        expect(() => resource.work(amount, done, 0)).toThrow(new RangeError(message))
      }
      expect([resource.lost, resource.inService, resource.backlogNs]).toEqual([0, 0, 0])
      for (const servers of [0, -1, 1.5, NaN, Infinity]) {
        const message = `disk: ${servers} servers; at least 1, whole`
        expect(() => setUp({ servers, discipline })).toThrow(new RangeError(message))
      }
      for (const queue of [-1, NaN]) {
        const message = `disk: a queue of ${queue}; it must be a number from 0`
        expect(() => setUp({ servers: 1, discipline, queue })).toThrow(new RangeError(message))
      }
    }
  })
})

describe('shared by all jobs', () => {
  test('measures time and work at every change', () => {
    const { sim, resource, done, log } = setUp({ servers: 2, discipline: 'processor-sharing', queue: 1 })
    const seen = () => [resource.inService, resource.waiting, resource.completed, resource.busyNs, resource.backlogNs]
    resource.work(8, done, 0)
    sim.run(2)
    expect(seen()).toEqual([1, 0, 0, 2, 6])
    resource.work(12, done, 1)
    resource.work(1.5, done, 2)
    expect(resource.work(1, done, 3)).toBe(false)
    sim.run(2.75)
    // Three on two servers: two thirds each.
    expect(seen().slice(0, 4)).toEqual([3, 0, 0, 3.5])
    expect(resource.backlogNs).toBeCloseTo(18, 12)
    sim.run(Infinity)
    expect(log.map(([arg]) => arg)).toEqual([2, 0, 1])
    // 1.5 ÷ (2/3) = 2.25 later; then a server each for the 4.5 and 10.5 that are left.
    log.forEach(([, time], i) => expect(time).toBeCloseTo([4.25, 8.75, 14.75][i], 12))
    expect([resource.lost, resource.completed, resource.inService]).toEqual([1, 3, 0])
    expect(resource.busyNs).toBeCloseTo(21.5, 12)
  })
})
