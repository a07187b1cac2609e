// What the engine offers to whoever imports it, by name; each is the one of its own file.
import { expect, test } from 'vitest'
import { meanOf, sampler } from '../../src/engine/distributions.ts'
import { hash128, hashHex } from '../../src/engine/hash.ts'
import { Histogram } from '../../src/engine/histogram.ts'
import * as engine from '../../src/engine/index.ts'
import { RandomStream } from '../../src/engine/random.ts'
import { Resource } from '../../src/engine/resource.ts'
import { SharedServers } from '../../src/engine/sharing.ts'
import { Simulation } from '../../src/engine/simulation.ts'
import { Tally, TimeWeighted } from '../../src/engine/averages.ts'

test('time, order, waiting, chance and measuring', () => {
  expect({ ...engine }).toEqual({
    Simulation,
    RandomStream,
    meanOf,
    sampler,
    Resource,
    SharedServers,
    Histogram,
    Tally,
    TimeWeighted,
    hash128,
    hashHex,
  })
})

test('every event that the engine declares has a name of its own, which begins with that of its owner', () => {
  const sim = new engine.Simulation(1)
  const owners = ['first', 'second', 'third', 'fourth']
  new engine.Resource(sim, { name: 'first', servers: 1, discipline: 'fcfs' })
  new engine.Resource(sim, { name: 'second', servers: 1, discipline: 'priority' })
  new engine.Resource(sim, { name: 'third', servers: 1, discipline: 'processor-sharing' })
  new engine.SharedServers(sim, { name: 'fourth', servers: 1, rate: 1 })
  const end = sim.event('end', () => {})
  const names = Array.from({ length: end }, (_, kind) => sim.nameOf(kind as engine.EventKind))
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^(first|second|third|fourth): [a-z ]+$/)
  expect([...new Set(names.map((name) => name.split(':')[0]))]).toEqual(owners)
  // A mistake in the use of such an event is told by its name.
  for (let kind = 0; kind < end; kind++) {
    expect(() => sim.after(-1, kind as engine.EventKind, 0)).toThrow(`the delay of \`${names[kind]}\` is -1`)
  }
})
