// The clock and the loop: order, cancellation, stopping, errors, and that what does nothing changes nothing.
import { describe, expect, test } from 'vitest'
import { RandomStream, streamSeed } from '../../src/engine/random.ts'
import { Simulation, type EventHandle, type EventKind } from '../../src/engine/simulation.ts'

describe('events', () => {
  test('happen by time, and at one instant in the order of scheduling', () => {
    const sim = new Simulation(1)
    const log: [string, number, number][] = []
    const a = sim.event('a', (arg) => log.push(['a', arg, sim.now]))
    const b = sim.event('b', (arg) => {
      log.push(['b', arg, sim.now])
      sim.after(0, a, 99)
    })
    sim.after(10, a, 1)
    sim.after(5, b, 2)
    sim.after(5, a, 3)
    sim.after(0, a, -(2 ** 31))
    sim.run(Infinity)
    expect(log).toEqual([
      ['a', -(2 ** 31), 0],
      ['b', 2, 5],
      ['a', 3, 5],
      ['a', 99, 5],
      ['a', 1, 10],
    ])
    expect([sim.eventCount, sim.pending, sim.now]).toEqual([5, 0, 10])
    expect([sim.nameOf(a), sim.nameOf(b)]).toEqual(['a', 'b'])
  })

  test('that are fired happen within the current one', () => {
    const sim = new Simulation(1)
    const log: number[] = []
    const inner = sim.event('inner', (arg) => log.push(arg))
    const outer = sim.event('outer', () => {
      sim.fire(inner, 1)
      log.push(2)
    })
    sim.after(1, outer, 0)
    sim.run(Infinity)
    expect(log).toEqual([1, 2])
    expect(sim.eventCount).toBe(1)
  })

  test('that are cancelled do not happen; cancelling again, or too late, says so', () => {
    const sim = new Simulation(1)
    let happened = 0
    const kind = sim.event('kind', () => happened++)
    const kept = sim.after(1, kind, 0)
    const cancelled = sim.after(1, kind, 0)
    expect([sim.cancel(cancelled), sim.cancel(cancelled), sim.pending]).toEqual([true, false, 1])
    sim.run(Infinity)
    expect([happened, sim.cancel(kept), sim.cancel(0 as EventHandle)]).toEqual([1, false, false])
  })

  test('may cancel others of the same instant', () => {
    const sim = new Simulation(1)
    let handle = 0 as EventHandle
    const log: number[] = []
    const kind = sim.event('kind', (arg) => {
      log.push(arg)
      if (arg === 1) expect(sim.cancel(handle)).toBe(true)
    })
    sim.after(1, kind, 1)
    handle = sim.after(1, kind, 2)
    sim.after(1, kind, 3)
    sim.run(Infinity)
    expect(log).toEqual([1, 3])
  })
})

describe('run', () => {
  function ticking() {
    const sim = new Simulation(1)
    const tick: EventKind = sim.event('tick', () => void sim.after(10, tick, 0))
    sim.after(10, tick, 0)
    return { sim, tick }
  }

  test('includes its end, leaves the clock there, and goes on', () => {
    const { sim } = ticking()
    sim.run(25)
    expect([sim.now, sim.eventCount]).toEqual([25, 2])
    sim.run(30)
    sim.run(30)
    expect([sim.now, sim.eventCount]).toEqual([30, 3])
  })

  test('stops after the current event when told to, and goes on later', () => {
    const { sim } = ticking()
    const stop = sim.event('stop', () => sim.stop())
    sim.after(20, stop, 0)
    sim.run(1000)
    // The tick at 20 was scheduled after the stop at 20, so it is still to come.
    expect([sim.now, sim.eventCount, sim.pending]).toEqual([20, 2, 1])
    sim.run(40)
    expect(sim.eventCount).toBe(5)
  })

  test('refuses the past, and to be nested', () => {
    const { sim } = ticking()
    sim.run(25)
    expect(() => sim.run(24)).toThrow('cannot run until 24')
    expect(() => sim.run(NaN)).toThrow('cannot run until NaN')
    const nested = sim.event('nested', () => sim.run(100))
    sim.after(0, nested, 0)
    expect(() => sim.run(26)).toThrow('from within')
    sim.run(26)
    expect(sim.now).toBe(26)
  })
})

describe('run, at its edges', () => {
  function counting() {
    const sim = new Simulation(1)
    const log: [arg: number, time: number][] = []
    const kind = sim.event('kind', (arg) => log.push([arg, sim.now]))
    return { sim, kind, log }
  }

  test('with nothing to do moves the clock to its end, or leaves it when there is no end', () => {
    const { sim } = counting()
    sim.run(Infinity)
    expect([sim.now, sim.eventCount, sim.pending]).toEqual([0, 0, 0])
    sim.run(7)
    sim.run(Infinity)
    expect(sim.now).toBe(7)
  })

  test('takes what lies at its end, leaves what lies beyond, and delays count from where it ended', () => {
    const { sim, kind, log } = counting()
    sim.after(5, kind, 1)
    sim.after(5.0000001, kind, 2)
    sim.run(5)
    expect([log, sim.now, sim.pending]).toEqual([[[1, 5]], 5, 1])
    sim.run(6)
    sim.after(1, kind, 3)
    sim.run(100)
    expect([log.slice(1), sim.now]).toEqual([
      [
        [2, 5.0000001],
        [3, 7],
      ],
      100,
    ])
  })

  test('is not kept from its work by a stop before it', () => {
    const { sim, kind, log } = counting()
    sim.after(5, kind, 1)
    sim.stop()
    sim.run(10)
    expect([log, sim.now]).toEqual([[[1, 5]], 10])
  })

  test('stopped at its very end, or without an end, keeps the time of the last event', () => {
    const { sim, kind, log } = counting()
    const stop = sim.event('stop', () => sim.stop())
    sim.after(3, stop, 0)
    sim.after(3, kind, 1)
    sim.run(Infinity)
    expect([log, sim.now, sim.pending]).toEqual([[], 3, 1])
    sim.run(8)
    expect([log, sim.now]).toEqual([[[1, 3]], 8])
  })

  test('ends with an error of an event, and can go on after it, with new kinds too', () => {
    const { sim, kind, log } = counting()
    const fails = sim.event('fails', () => {
      throw new Error('planned')
    })
    sim.after(2, fails, 0)
    sim.after(4, kind, 1)
    expect(() => sim.run(10)).toThrow('planned')
    expect([sim.now, sim.eventCount, sim.pending]).toEqual([2, 1, 1])
    const late = sim.event('late', (arg) => log.push([-arg, sim.now]))
    sim.after(1, late, 9)
    sim.run(10)
    expect(log).toEqual([
      [-9, 3],
      [1, 4],
    ])
  })

  test('inside an event is refused, and the event may handle that', () => {
    const { sim } = counting()
    const refusals: string[] = []
    const nested = sim.event('nested', () => {
      try {
        sim.run(100)
      } catch (error) {
        refusals.push((error as Error).message)
      }
    })
    sim.after(1, nested, 0)
    sim.run(50)
    expect([refusals, sim.now]).toEqual([['run() is called from within an event'], 50])
  })
})

describe('mistakes, in full', () => {
  test('of seeds, times, kinds and delays', () => {
    for (const strange of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      const rest = `is ${strange}; it must be a whole number from 0 to 2^53 - 1`
      expect(() => new Simulation(strange)).toThrow(new RangeError(`the seed ${rest}`))
      expect(() => new Simulation(0, strange)).toThrow(new RangeError(`the replication ${rest}`))
    }
    const sim = new Simulation(2 ** 53 - 1, 2 ** 53 - 1)
    const kind = sim.event('departure', () => {})
    sim.run(1e308)
    expect(() => sim.run(1)).toThrow(new RangeError(`cannot run until 1 ns: it is ${1e308} ns`))
    // 10^308 ns from 10^308 ns on there is no time left that a double can tell.
    for (const delay of [-1, -5e-324, NaN, Infinity, -Infinity, 1e308]) {
      const message = `the delay of \`departure\` is ${delay}; it must be a finite number from 0`
      expect(() => sim.after(delay, kind, 0)).toThrow(new RangeError(message))
    }
    const undeclared = new RangeError('event kind 1 was not declared in this simulation')
    for (const use of [
      () => sim.after(1, 1 as EventKind, 0),
      () => sim.after(-1, 1 as EventKind, 0),
      () => sim.fire(1 as EventKind, 0),
      () => sim.nameOf(1 as EventKind),
    ]) {
      expect(use).toThrow(undeclared)
    }
    expect([sim.pending, sim.after(0, kind, 0) > 0, sim.pending]).toEqual([0, true, 1])
  })
})

test('a stream is that of seed, replication and name; the replication is 0 when none is given', () => {
  const first = (sim: Simulation) => sim.stream('gaps').uniform()
  expect(first(new Simulation(5))).toBe(first(new Simulation(5, 0)))
  expect(first(new Simulation(5, 1))).toBe(new RandomStream(streamSeed(5, 1, 'gaps')).uniform())
})

describe('mistakes are named', () => {
  const sim = new Simulation(1)
  const kind = sim.event('departure', () => {})

  test('delays', () => {
    for (const delay of [-1, NaN, Infinity]) {
      expect(() => sim.after(delay, kind, 0)).toThrow(`the delay of \`departure\` is ${delay}`)
    }
    expect(sim.pending).toBe(0)
  })

  test('kinds', () => {
    for (const strange of [1, -1, 0.5, NaN]) {
      expect(() => sim.after(1, strange as EventKind, 0)).toThrow(`event kind ${strange} was not declared`)
      expect(() => sim.fire(strange as EventKind, 0)).toThrow('was not declared')
      expect(() => sim.nameOf(strange as EventKind)).toThrow('was not declared')
    }
    const late = sim.event('late', () => void sim.event('too late', () => {}))
    sim.after(0, late, 0)
    expect(() => sim.run(1)).toThrow('event `too late` is declared during a run; declare all kinds before')
  })

  test('seeds', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
      expect(() => new Simulation(seed)).toThrow(`the seed is ${seed}`)
      expect(() => new Simulation(1, seed)).toThrow(`the replication is ${seed}`)
    }
  })
})

describe('what does nothing changes nothing', () => {
  /** A random walk among kinds, with ties and cancellations; the history is every event with its time. */
  function history(disturb: boolean): string[] {
    const sim = new Simulation(7, 3)
    const idle = sim.event('idle', () => {})
    const gaps = sim.stream('gaps')
    if (disturb) sim.stream('another').uniform()
    const log: string[] = []
    const handles: EventHandle[] = []
    const walk: EventKind = sim.event('walk', (arg) => {
      log.push(`${arg} ${sim.now}`)
      if (disturb) {
        sim.after(0, idle, 0)
        sim.cancel(sim.after(5, idle, 0))
        sim.after(3, idle, 0)
        sim.stream(`another ${arg}`).exponential(1)
      }
      if (arg % 3 === 0) sim.cancel(handles[gaps.below(handles.length)])
      for (let i = log.length < 300 ? 0 : 1; i < 2; i++) handles.push(sim.after(gaps.below(20), walk, handles.length))
    })
    sim.after(0, walk, 1)
    sim.run(500)
    return log
  }

  test('a no-op event, a cancelled one and an extra stream', () => {
    const plain = history(false)
    expect(plain.length).toBeGreaterThan(2000)
    expect(history(true)).toEqual(plain)
  })
})

describe('parts of a run', () => {
  test('leave the clock at the last event, and say whether more are to come', () => {
    const sim = new Simulation(1)
    const tick = sim.event('tick', (left) => {
      if (left > 0) sim.after(10, tick, left - 1)
    })
    sim.after(10, tick, 3)
    expect([sim.runPart(5), sim.now, sim.eventCount]).toEqual([true, 0, 0])
    expect([sim.runPart(25), sim.now, sim.eventCount]).toEqual([true, 20, 2])
    expect([sim.runPart(39), sim.now, sim.eventCount]).toEqual([true, 30, 3])
    expect([sim.runPart(40), sim.now, sim.eventCount]).toEqual([false, 40, 4])
    expect([sim.runPart(1000), sim.now]).toEqual([false, 40])
  })

  test('end where the run is stopped', () => {
    const sim = new Simulation(1)
    const stop = sim.event('stop', () => sim.stop())
    sim.after(10, stop, 0)
    sim.after(20, stop, 0)
    expect([sim.runPart(100), sim.now, sim.pending]).toEqual([false, 10, 1])
  })

  test('count no event that was taken back', () => {
    const sim = new Simulation(1)
    const kind = sim.event('nothing', () => {})
    sim.after(10, kind, 0)
    const handle = sim.after(20, kind, 0)
    sim.cancel(handle)
    expect([sim.runPart(15), sim.now]).toEqual([false, 10])
  })
})
