// Each part of a host stands on its own: made here with nothing but what it asks for, and no host.
import { expect, test } from 'vitest'
import { SharedServers } from '../../../src/engine/sharing.ts'
import { Simulation, type EventKind } from '../../../src/engine/simulation.ts'
import { Loads } from '../../../src/models/host/devices.ts'
import { Interrupts } from '../../../src/models/host/interrupts.ts'
import { Items } from '../../../src/models/host/items.ts'
import { Jobs } from '../../../src/models/host/jobs.ts'
import { Ledger } from '../../../src/models/host/ledger.ts'
import { Merging } from '../../../src/models/host/merging.ts'
import { Segments } from '../../../src/models/host/segments.ts'
import { Vcpus } from '../../../src/models/host/vcpus.ts'
import { LookasideCard } from '../../../src/models/technologies/lookaside.ts'

/** One core of 1 GHz, so that a cycle is a ns, and two VMs of one vCPU in one group. */
function parts() {
  const sim = new Simulation(1, 0)
  const cores = new SharedServers(sim, { name: 'cores', servers: 1, rate: 1 })
  const jobs = new Jobs()
  const ledger = new Ledger()
  const items = new Items(ledger)
  const groupOfVm = new Int32Array(2)
  const loads = new Loads(items, groupOfVm, 1)
  const work = items.declare({ group: 'vm', name: 'messages', technologies: [], patient: false })
  /** When units came to an end, by unit. */
  const ends: [unit: number, atNs: number][] = []
  const done = sim.event('done', (unit) => {
    ends.push([unit, sim.now])
    items.close(unit)
  })
  const seal = (steps = 1): void => {
    ledger.seal(1, 1)
    items.seal()
    expect(ledger.steps.length).toBe(steps)
  }
  const unit = (vm: number, size: number): number => items.generate(vm, work, size, sim.now, true)
  return { sim, cores, jobs, ledger, items, groupOfVm, loads, ends, done, seal, unit }
}

test('vCPUs: two jobs of a VM with one vCPU run one after another', () => {
  const { sim, cores, jobs } = parts()
  const finished: [job: number, atNs: number][] = []
  const vcpus = new Vcpus(sim, cores, jobs, [1, 1], (job) => finished.push([job, sim.now]))
  const [first, second] = [jobs.open(0, 0), jobs.open(1, 0)]
  for (const job of [first, second]) jobs.left[job] = 100
  vcpus.run(0, first)
  vcpus.run(0, second)
  sim.run(Infinity)
  expect(finished).toEqual([
    [first, 100],
    [second, 200],
  ])
})

test('segments: two steps in one place are one job with two charges', () => {
  const { sim, cores, jobs, ledger, items, ends, done, seal, unit } = parts()
  const vcpus = new Vcpus(sim, cores, jobs, [1, 1], (job) => segments.finish(job))
  const segments: Segments = new Segments({ sim, jobs, items, ledger, cores, vcpus, clock: 1 })
  const step = (name: string) =>
    ledger.step({ technology: 'mine', place: 'host', name, takesVcpu: false, assumed: false })
  const price = { cause: -1, perPacket: 0, perByte: 0, times: 1 }
  const second = segments.charge('host', 'second', { ...price, step: step('second'), each: 30 }, done)
  const entry = segments.charge('host', 'first', { ...price, step: step('first'), each: 12 }, second)
  seal(2)
  const sent = unit(0, 1)
  sim.fire(entry, sent)
  sim.run(Infinity)
  expect(ends).toEqual([[sent, 42]])
  expect([...ledger.counted]).toEqual([30, 12])
})

test('interrupts: the second of two within the gap waits for its end', () => {
  const { sim, items, groupOfVm, ends, done, unit, seal } = parts()
  const interrupts = new Interrupts(
    { sim, items, groupOfVm },
    { name: 'interrupt', perVm: true, gapNs: 1000, handling: (taken) => taken },
  )
  seal(0)
  const arrive = sim.event('arrive', (vm) => {
    const next = unit(vm, 1)
    items.then[next] = done
    interrupts.arrive(next)
  })
  for (const [atNs, vm] of [[0, 0], [300, 0], [400, 0], [500, 1]]) sim.after(atNs, arrive, vm) // prettier-ignore
  sim.run(Infinity)
  expect(ends.map(([, atNs]) => atNs)).toEqual([0, 500, 1000, 1000])
})

/** Two packets of one flow, of 700 and 500 bytes, that came with one interrupt. */
function announced(merging: Merging, items: Items, unit: (vm: number, size: number) => number): [number, number] {
  const [first, second] = [unit(0, 700), unit(0, 500)]
  for (const each of [first, second]) items.flow[each] = 7
  items.next[first] = second
  items.next[second] = -1
  merging.announce(first)
  return [first, second]
}

test('merging: what came with one interrupt is one segment', () => {
  const { sim, items, unit, seal } = parts()
  const merging = new Merging(items, sim)
  merging.begin(64_000)
  const sizes: number[] = []
  const segment = sim.event('segment', (whole) => sizes.push(items.size[whole]))
  seal(0)
  const [first, second] = announced(merging, items, unit)
  merging.gather(first, segment)
  expect(sizes).toEqual([])
  merging.gather(second, segment)
  expect(sizes).toEqual([1200])
})

test('merging: where nobody has begun it, each unit is handed up for itself', () => {
  const { sim, items, unit, seal } = parts()
  const merging = new Merging(items, sim)
  const sizes: number[] = []
  const segment = sim.event('segment', (whole) => sizes.push(items.size[whole]))
  seal(0)
  const [first] = announced(merging, items, unit)
  merging.gather(first, segment)
  expect(sizes).toEqual([700])
})

test('look-aside card: one request at a time, out and back', () => {
  const { sim, items, groupOfVm, loads, ends, done, unit, seal } = parts()
  const COSTS: Readonly<Record<string, number>> = {
    'lookaside.outstanding': 1,
    'lookaside.cardNsPerByte': 1,
    'lookaside.crossingNs': 10,
    'lookaside.busNsPerByte': 0,
    'lookaside.crossings': 3,
    'lookaside.completion': 0,
    'lookaside.interruptGap': 0,
  }
  // Taking its interrupt costs nothing.
  const line = (_: unknown, after: EventKind): EventKind => after
  const card = new LookasideCard({ host: { sim, items, groupOfVm, loads }, cost: (key) => COSTS[key], line }, 'host')
  seal(0)
  const requests = [unit(0, 100), unit(1, 50)]
  for (const each of requests) {
    items.then[each] = done
    card.request(each)
  }
  sim.run(Infinity)
  // Two crossings, 1 ns a byte, one crossing back: 130 ns; the second begins then and takes 80.
  expect(ends.map(([, atNs]) => atNs)).toEqual([130, 210])
  expect(loads.all.map(({ name, demandNs }) => [name, [...demandNs]])).toEqual([['crypto card', [150]]])
})
