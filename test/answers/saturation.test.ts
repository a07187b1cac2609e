import { expect, test } from 'vitest'
import { RandomStream } from '../../src/engine/random.ts'
import { saturations } from '../../src/answers/saturation.ts'
import type { ResourceTally } from '../../src/models/host/tallies.ts'
import { resource, tallies } from './hand-made.ts'

/** One replication for each list of resources. */
const over = (...replications: ResourceTally[][]) =>
  saturations(replications.map((resources, replication) => tallies('software', replication, { resources })))

const growing = (name: string, ends: number[], changes: Partial<ResourceTally> = {}) =>
  ends.map((backlogEnd) => resource(name, { backlogStart: 10, backlogEnd, demand: 95, busy: 95, ...changes }))

test('demand at capacity saturates, also with one replication; just below does not', () => {
  expect(over([resource('cores', { demand: 100 })])).toEqual([{ resource: 'cores', load: 1, rule: 'demand' }])
  expect(over([resource('cores', { demand: 99.9 })])).toEqual([])
  expect(over([resource('cores', { demand: 90 })], [resource('cores', { demand: 130 })])).toEqual([
    { resource: 'cores', load: 1.1, rule: 'demand' },
  ])
})

test('a backlog that grows in every replication saturates; one that comes and goes does not', () => {
  // Growth 9, 10, 11: mean 10, standard error 1/√3; one-sided 99 % with 2 degrees of freedom: 6.965 × 0.577 = 4.02.
  expect(over(...growing('cores', [19, 20, 21]).map((tally) => [tally]))).toEqual([
    { resource: 'cores', load: 0.95, rule: 'growth' },
  ])
  // Growth 5, 10, 15: standard error 2.887, threshold 20.1.
  expect(over(...growing('cores', [15, 20, 25]).map((tally) => [tally]))).toEqual([])
  expect(over(...growing('cores', [0, 0, 0]).map((tally) => [tally]))).toEqual([])
})

test('one replication has no test of growth', () => {
  expect(over(growing('cores', [90]))).toEqual([])
})

test('a resource that was idle for half of the time does not saturate by growth', () => {
  expect(over(...growing('wire', [19, 20, 21], { busy: 50, demand: 50 }).map((tally) => [tally]))).toEqual([])
  expect(over(...growing('wire', [19, 20, 21], { busy: 50.1, demand: 50 }).map((tally) => [tally]))).toHaveLength(1)
})

test('the 99 % hold for the arm: what alone is an alarm is none among twenty busy resources', () => {
  // Growth 8, 10, 12: standard error 1.155. Alone the threshold is 8.04; among 20 it is 31.6 × 1.155 = 36.5.
  const ends = [18, 20, 22]
  const alone = ends.map((_, replication) => [growing('a', ends)[replication]])
  expect(over(...alone)).toHaveLength(1)
  const crowd = (busy: number) =>
    ends.map((_, replication) => [
      growing('a', ends)[replication],
      ...Array.from({ length: 19 }, (_, other) => resource(`b${other}`, { busy })),
    ])
  expect(over(...crowd(70))).toEqual([])
  expect(over(...crowd(40)), 'idle ones are not tested and do not count').toHaveLength(1)
})

test('a host that keeps up is called saturated at most once in a hundred times, however many resources it has', () => {
  const chance = new RandomStream('false alarms')
  const trials = 4000
  let alarms = 0
  for (let trial = 0; trial < trials; trial++) {
    const backlogs = () => ({ busy: 80, demand: 80, backlogStart: 100, backlogEnd: 100 + chance.normal() })
    const names = Array.from({ length: 12 }, (_, resource) => `r${resource}`)
    if (over(...Array.from({ length: 5 }, () => names.map((name) => resource(name, backlogs())))).length > 0) alarms++
  }
  // Expected 1 %: 40 of 4000, standard deviation 6.3; without dividing it would be 11 %.
  expect(alarms).toBeGreaterThan(40 - 4 * 6.3)
  expect(alarms).toBeLessThan(40 + 4 * 6.3)
})

test('closed work never saturates, and names come in order', () => {
  expect(over([resource('path', { closed: true, demand: 500 })])).toEqual([])
  const both = over([resource('wire.receive', { demand: 200 }), resource('cores', { demand: 150 })])
  expect(both.map((found) => found.resource)).toEqual(['cores', 'wire.receive'])
})
