import { expect, test } from 'vitest'
import { densities } from '../../src/answers/density.ts'
import { resource, tallies } from './hand-made.ts'

const desktop = {
  count: 10,
  vcpus: 1,
  compute: { arrivals: { kind: 'poisson', ratePerS: 1 } as const, cycles: 1 },
  traps: {},
  packets: [],
  screen: null,
  clones: null,
  loop: null,
}

const run = (resources: ReturnType<typeof resource>[]) => [tallies('hardware', 0, { resources })]

test('the cores that others leave, divided by what one VM takes', () => {
  // 100 − 20 of the others = 80 cycles; one of the ten takes 5: sixteen fit.
  const cores = resource('cores', { capacity: 100, demand: 70, demandOf: { desktop: 50, server: 20 } })
  expect(densities({ desktop }, run([cores]))).toEqual([{ group: 'desktop', vms: 16, limit: 'cores' }])
})

test('the resource that is used up first is the limit; a VM brings its own vCPUs', () => {
  const cores = resource('cores', { capacity: 100, demand: 50, demandOf: { desktop: 50 } })
  const vcpus = resource('desktop.vcpus', { capacity: 50, demand: 49, demandOf: { desktop: 49 } })
  const wire = resource('wire.transmit', { capacity: 100, demand: 80, demandOf: { desktop: 80 } })
  expect(densities({ desktop }, run([cores, vcpus, wire]))).toEqual([
    { group: 'desktop', vms: 12, limit: 'wire.transmit' },
  ])
})

test('none fits whose own vCPUs are too few for its work', () => {
  const cores = resource('cores', { capacity: 100, demand: 60, demandOf: { desktop: 60 } })
  const vcpus = resource('desktop.vcpus', { capacity: 50, demand: 60, demandOf: { desktop: 60 } })
  expect(densities({ desktop }, run([cores, vcpus]))).toEqual([{ group: 'desktop', vms: 0, limit: 'desktop.vcpus' }])
})

test('closed work does not limit, nor does a group that asks for nothing', () => {
  const cores = resource('cores', { closed: true, demand: 50, demandOf: { desktop: 50 } })
  expect(densities({ desktop }, run([cores]))).toEqual([])
  expect(densities({ desktop }, run([resource('cores', { demandOf: {} })]))).toEqual([])
})

test('nothing fits where others take all', () => {
  const cores = resource('cores', { capacity: 100, demand: 160, demandOf: { desktop: 50, server: 110 } })
  expect(densities({ desktop }, run([cores]))[0].vms).toBe(0)
})
