// The clock and the loop: order, cancellation, stopping, errors, and that what does nothing changes nothing.
import { describe, expect, test } from 'vitest'
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
    expect(() => sim.run(1)).toThrow('`too late`')
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
