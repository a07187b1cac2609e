// Devices, as a handler of a user's own makes them: units in turn, so many at a time, and an account of what is asked.
import { describe, expect, test } from 'vitest'
import { Device } from '../../../src/models/technologies/extension.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import type { Arrivals, Setup } from '../../../src/models/host/setup.ts'
import type { ResourceTally } from '../../../src/models/host/tallies.ts'
import type { PathFunction, Technology } from '../../../src/models/host/technology.ts'
import { at, run, runHost, setup, vm } from '../build.ts'

/** A card that every sent message passes before it is cut, for 100 ns each. */
function technologies(options?: { servers?: number; closed?: boolean }): Technology[] {
  const transmit: PathFunction = (wiring, done) => {
    const device = new Device(wiring.host, 'card', options)
    return wiring.host.sim.event('to the card', (unit) => device.work(100, unit, done))
  }
  const handlers = { card: { kind: 'hardware', transmit, receive: [] } } as const
  return [...TECHNOLOGIES, { name: 'zip', passedBefore: 'tcp', costs: {}, handlers }]
}
const arm = { zip: 'card' }
const sent = (...timesNs: number[]) => vm({ packets: [at(timesNs, { direction: 'transmit', bytes: 10 })] })
const card = (given: Setup, options?: { servers?: number; closed?: boolean }): ResourceTally =>
  run(given, arm, { technologies: technologies(options) }).resources.find(({ name }) => name === 'card')!

/** When each message leaves the card. */
function left(options: { servers?: number } | undefined, ...timesNs: number[]): number[] {
  const given = setup({ vms: { vm: sent(...timesNs) } })
  const times: number[] = []
  const watched = technologies(options).map((technology): Technology => {
    if (technology.name !== 'zip') return technology
    const { card: handler } = technology.handlers
    const transmit: PathFunction = (wiring, done) => {
      const { sim } = wiring.host
      const seen = sim.event('left the card', (unit) => {
        times.push(sim.now)
        sim.fire(done, unit)
      })
      return (handler.transmit as PathFunction)(wiring, seen)
    }
    return { ...technology, handlers: { card: { ...handler, transmit } } }
  })
  run(given, arm, { technologies: watched })
  return times
}

describe('a device', () => {
  test('serves one unit at a time, in order of arrival, unless it says otherwise', () => {
    expect(left(undefined, 0, 10, 20, 500)).toEqual([100, 200, 300, 600])
    expect(left({ servers: 1 }, 0, 10, 20, 500)).toEqual([100, 200, 300, 600])
  })

  test('of two servers serves two at a time', () => {
    expect(left({ servers: 2 }, 0, 10, 20, 500)).toEqual([100, 110, 200, 600])
  })

  test('can do the window, or as much as its servers together', () => {
    const given = setup({ vms: { vm: sent(0) } })
    expect(card(given).capacity).toBe(1e6)
    expect(card(given, { servers: 3 }).capacity).toBe(3e6)
  })

  test('is open work’s, unless it says otherwise', () => {
    const given = setup({ vms: { vm: sent(0) } })
    expect([card(given).closed, card(given, { closed: true }).closed]).toEqual([false, true])
  })

  test('is known to the host by name, behind the port’s links', () => {
    const { host } = runHost(setup({ vms: { vm: sent(0) } }), arm, { technologies: technologies() })
    expect(host.loads.all.map(({ name, servers }) => [name, servers])).toEqual([
      ['wire.receive', 1],
      ['wire.transmit', 1],
      ['card', 1],
    ])
  })
})

describe('what is asked of it', () => {
  // Window 250–1250: messages of 0 and 200 are not counted; three of 300 … 1200 are, the last one served past the end.
  const vms = { b: sent(0, 200, 300), a: sent(301, 1200), c: vm() }

  test('is asked by units of counted items, by group', () => {
    const { demand, demandOf } = card(setup({ warmupNs: 250, measureNs: 1000, vms }))
    expect([demand, demandOf]).toEqual([300, { a: 200, b: 100 }])
  })

  test('is done for all, within the window', () => {
    // Served: 0–100, 200–300, 300–400, 400–500, 1200–1300; of these 50 + 100 + 100 + 50 lie in the window.
    const { busy, backlogStart, backlogEnd } = card(setup({ warmupNs: 250, measureNs: 1000, vms }))
    expect([busy, backlogStart, backlogEnd]).toEqual([300, 50, 50])
  })

  test('is the time itself, whatever the size', () => {
    const often: Arrivals = { kind: 'times', timesNs: [1, 2, 3], isFromStart: true }
    const guest = vm({ packets: [{ ...at([]), direction: 'transmit', arrivals: often, bytes: 5000 }] })
    expect(card(setup({ vms: { guest } })).demand).toBe(300)
  })

  test('until idle, everything is counted', () => {
    expect(card(setup({ measureNs: null, vms })).demandOf).toEqual({ a: 200, b: 300 })
  })
})
