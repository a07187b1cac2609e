// The shared suite must find what is wrong with a handler: each of these has one bug, planted on purpose.
import { describe, expect, test } from 'vitest'
import type { Host } from '../../../src/models/host/host.ts'
import type { EventKind } from '../../../src/engine/simulation.ts'
import { handlerSuite } from '../../../src/plugins/suite/handler-suite.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { NONE } from '../../../src/models/host/growing-table.ts'
import type { Wiring } from '../../../src/models/host/technology.ts'
import { step, type PathFunction, type Handler, type Technology } from '../../../src/models/host/technology.ts'

const STACK = step('vcpu', 'stack', { each: 'packetCycles' })

/** The checks that a TCP handler made of this bend fails. */
function failed(bend: PathFunction, more: Partial<Handler> = {}): string[] {
  const tcp = TECHNOLOGIES.find(({ name }) => name === 'tcp')!
  const handler: Handler = { kind: 'hardware', transmit: bend, receive: bend, ...more }
  const own: Technology = { ...tcp, handlers: { ...tcp.handlers, mine: handler } }
  const technologies = TECHNOLOGIES.map((technology) => (technology === tcp ? own : technology))
  return handlerSuite(technologies, 'tcp', 'mine')
    .filter(({ ok }) => !ok)
    .map(({ check }) => check)
}

/** A handler that does something with each unit and then its one step. */
const first =
  (act: (wiring: Wiring, unit: number, stack: EventKind, done: EventKind) => void): PathFunction =>
  (wiring, done) => {
    const stack = wiring.line([STACK], done)
    return wiring.host.sim.event('first', (unit) => act(wiring, unit, stack, done))
  }

/** Charges a unit without giving the work to anybody. */
function chargeOnly(wiring: Wiring, stepId: number, unit: number, cycles: number): void {
  const { ledger, items } = wiring.host
  const charge = ledger.charge(NONE, ledger.entryOf(stepId, 0, items.work[items.item[unit]]), cycles, 1)
  items.charged(unit, charge, charge)
}

/** A bend with a step that it charges by hand. */
const withStep =
  (act: (wiring: Wiring, stepId: number, unit: number) => void): PathFunction =>
  (wiring, done) => {
    const stack = wiring.line([STACK], done)
    const where = { technology: 'tcp', place: 'host', takesVcpu: false }
    const stepId = wiring.host.ledger.step({ ...where, name: 'by hand', assumed: false })
    return wiring.host.sim.event('by hand', (unit) => {
      act(wiring, stepId, unit)
      wiring.host.sim.fire(stack, unit)
    })
  }

test('a handler without a bug passes', () => {
  expect(failed(first(({ host }, unit, stack) => host.sim.fire(stack, unit)))).toEqual([])
})

test('a handler that drops a unit and says so passes', () => {
  let seen = 0
  const bend = first(({ host }, unit, stack) => {
    if (seen++ % 7 === 3) host.items.drop(unit)
    else host.sim.fire(stack, unit)
  })
  // The counter outlives a run, which is a bug of its own; nothing else is wrong.
  expect(failed(bend)).toEqual(['same seed, same bytes', 'unrelated events change nothing'])
})

describe('each planted bug is found', () => {
  test('it loses a unit', () => {
    const bend = first(({ host }, unit, stack) => {
      if (host.items.size[unit] !== 1500) host.sim.fire(stack, unit)
    })
    expect(failed(bend)).toContain('leaves once')
  })

  test('it closes a unit instead of handing it on', () => {
    const bend = first(({ host }, unit, stack) => {
      if (host.items.size[unit] === 1500) host.items.close(unit)
      else host.sim.fire(stack, unit)
    })
    expect(failed(bend)).toContain('leaves once')
  })

  test('it finishes a unit twice', () => {
    const bend = first(({ host }, unit, stack, done) => {
      host.sim.fire(stack, unit)
      host.sim.after(1e6, done, unit)
    })
    expect(failed(bend)).toContain('leaves once')
  })

  test('it keeps the last units for ever, waiting for a full batch', () => {
    const bend: PathFunction = (wiring, done) => {
      const { sim } = wiring.host
      const stack = wiring.line([STACK], done)
      const batch: number[] = []
      return sim.event('batch', (unit) => {
        if (batch.push(unit) === 32) for (const each of batch.splice(0)) sim.fire(stack, each)
      })
    }
    expect(failed(bend)).toContain('leaves once')
  })

  test('it schedules into the past', () => {
    const bend = first(({ host }, unit, stack) => void host.sim.after(-5, stack, unit))
    expect(failed(bend)).toContain('runs to its end')
  })

  test('it never comes to an end', () => {
    const bend: PathFunction = (wiring, done) => {
      const { sim } = wiring.host
      const again: EventKind = sim.event('again', (unit) => void sim.after(0, again, unit))
      const stack = wiring.line([STACK], done)
      return sim.event('spin', (unit) => {
        sim.fire(stack, unit)
        sim.fire(again, unit)
      })
    }
    expect(failed(bend)).toContain('runs to its end')
  })

  test('it goes on working for a unit that has left', () => {
    const bend: PathFunction = (wiring, done) => {
      const { sim } = wiring.host
      const ignored = sim.event('ignored', () => {})
      const later = wiring.line([STACK], ignored)
      return sim.event('early', (unit) => {
        sim.fire(later, unit)
        sim.fire(done, unit)
      })
    }
    expect(failed(bend)).toContain('cycles charged are cycles spent')
  })

  test('it leaves a unit of its own behind', () => {
    const bend = first(({ host }, unit, stack) => {
      host.items.split(unit, 1, 1)
      host.sim.fire(stack, unit)
    })
    expect(failed(bend)).toContain('leaves once')
  })

  test('it charges cycles that no core spends', () => {
    const bend = withStep((wiring, stepId, unit) => chargeOnly(wiring, stepId, unit, 5000))
    expect(failed(bend)).toEqual(expect.arrayContaining(['cycles charged are cycles spent', 'takes its time']))
  })

  test('it enters cycles as executed that no core spent', () => {
    const bend = withStep(({ host }, stepId, unit) => {
      host.ledger.executed[host.ledger.entryOf(stepId, 0, host.items.work[host.items.item[unit]])] += 1000
    })
    expect(failed(bend)).toContain('accounts balance')
  })

  test('it spends core time without an entry', () => {
    const bend: PathFunction = (wiring, done) => {
      const { host } = wiring
      const ignored = host.sim.event('ignored', () => {})
      const stack = wiring.line([STACK], done)
      return host.sim.event('spend', (unit) => {
        host.cores.urgent(3000, ignored, unit)
        host.sim.fire(stack, unit)
      })
    }
    expect(failed(bend)).toContain('accounts balance')
  })

  test('it charges a fraction of a cycle', () => {
    const bend = withStep((wiring, stepId, unit) => chargeOnly(wiring, stepId, unit, 0.25))
    expect(failed(bend)).toContain('whole cycles')
  })

  test('it charges a number that is no price of its technology, and spends it', () => {
    const bend: PathFunction = (wiring, done) => {
      const { ledger, segments } = wiring.host
      const where = { technology: 'tcp', place: 'host', takesVcpu: false }
      const charge = { step: ledger.step({ ...where, name: 'by hand', assumed: false }), cause: NONE, times: 1 }
      const stack = wiring.line([STACK], done)
      return segments.charge('host', 'by hand', { ...charge, each: 777, perPacket: 0, perByte: 0 }, stack)
    }
    expect(failed(bend)).toEqual(['ledger is the sum of its steps'])
  })

  test('it changes what its costs are while it is wired, and takes them from there', () => {
    const changed = (cycles: (wiring: Wiring) => number): PathFunction => {
      return (wiring, done) => {
        wiring.cost = () => 1
        return wiring.line(
          [step('vcpu', 'stack', { derived: { cycles: cycles(wiring), from: ['packetCycles'] } })],
          done,
        )
      }
    }
    expect(failed(changed((wiring) => wiring.cost('packetCycles')))).toEqual(['ledger is the sum of its steps'])
    // Steps that name their costs are not moved by it.
    const named: PathFunction = (wiring, done) => {
      wiring.cost = () => 1
      return wiring.line([STACK], done)
    }
    expect(failed(named)).toEqual([])
  })

  test('it names a cost and takes another number', () => {
    const stack = step('vcpu', 'stack', { derived: { cycles: 4321, from: ['packetCycles'] } })
    expect(failed((wiring, done) => wiring.line([stack], done))).toEqual(['ledger is the sum of its steps'])
  })

  test('it changes the size of a unit', () => {
    const bend = first(({ host }, unit, stack) => {
      host.items.size[unit] *= 2
      host.sim.fire(stack, unit)
    })
    expect(failed(bend)).toContain('handed on as it came')
  })

  test('it draws from the stream of a generator', () => {
    const bend: PathFunction = (wiring, done) => {
      const stream = wiring.host.sim.stream('one/0/packets.0/arrivals')
      const stack = wiring.line([STACK], done)
      return wiring.host.sim.event('drawn', (unit) => void wiring.host.sim.after(stream.uniform(), stack, unit))
    }
    expect(failed(bend)).toEqual(['streams of its own'])
  })

  test('it draws from a stream of its own, which is right', () => {
    const bend: PathFunction = (wiring, done) => {
      const stream = wiring.shared('delays', () => wiring.host.sim.stream('tcp.delays'))
      const stack = wiring.line([STACK], done)
      return wiring.host.sim.event('drawn', (unit) => void wiring.host.sim.after(stream.uniform(), stack, unit))
    }
    expect(failed(bend)).toEqual([])
  })

  test('it depends on what is not in the seed', () => {
    const bend = first(({ host }, unit, stack) => void host.sim.after(Math.random() * 100, stack, unit))
    expect(failed(bend)).toContain('same seed, same bytes')
  })

  test('it depends on the clock on the wall', () => {
    const bend = first(({ host }, unit, stack) => void host.sim.after(performance.now() % 100, stack, unit))
    expect(failed(bend)).toContain('same seed, same bytes')
  })

  test('it depends on how many events there were', () => {
    const bend = first(({ host }, unit, stack) => void host.sim.after(host.sim.eventCount % 97, stack, unit))
    expect(failed(bend)).toContain('unrelated events change nothing')
  })

  test('it generates work of its own', () => {
    const bend = first(({ host }, unit, stack) => {
      const { items, digest } = host as Host
      digest.add(items.work[items.item[unit]], items.vm[unit], host.sim.now, 1)
      host.sim.fire(stack, unit)
    })
    expect(failed(bend)).toContain('same work as without it')
  })

  test('it names a cost that does not exist', () => {
    const twice = first(({ host }, unit, stack) => host.sim.fire(stack, unit))
    const line = { datagram: [step('vcpu', 'nothing such', { each: 'no such cost' })] }
    expect(failed(twice, line)).toContain('runs to its end')
  })

  test('no work reaches it', () => {
    const tcp = TECHNOLOGIES.find(({ name }) => name === 'tcp')!
    const technologies = [
      ...TECHNOLOGIES,
      { ...tcp, name: 'unreached', handlers: { mine: { kind: 'hardware' } as const } },
    ]
    const [missing] = handlerSuite(technologies, 'unreached', 'mine').filter(({ ok }) => !ok)
    expect(missing.check).toBe('is reached by work')
  })
})

test('a handler that does not exist is an error', () => {
  expect(() => handlerSuite(TECHNOLOGIES, 'tcp', 'none')).toThrow(RangeError)
})
