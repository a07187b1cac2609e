import { expect, test } from 'vitest'
import { askedDensity, densities } from '../../src/answers/density.ts'
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

const asked = { vms: { desktop }, confidence: 0.95 }
const run = (resources: ReturnType<typeof resource>[]) => [tallies('hardware', 0, { resources })]

test('the cores that others leave, divided by what one VM takes', () => {
  // 100 − 20 of the others = 80 cycles; one of the ten takes 5: sixteen fit.
  const cores = resource('cores', { capacity: 100, demand: 70, demandOf: { desktop: 50, server: 20 } })
  expect(densities(asked, run([cores]))).toMatchObject([{ group: 'desktop', vms: 16, limit: 'cores' }])
})

test('the resource that is used up first is the limit; a VM brings its own vCPUs', () => {
  const cores = resource('cores', { capacity: 100, demand: 50, demandOf: { desktop: 50 } })
  const vcpus = resource('desktop.vcpus', { capacity: 50, demand: 49, demandOf: { desktop: 49 } })
  const wire = resource('wire.transmit', { capacity: 100, demand: 80, demandOf: { desktop: 80 } })
  expect(densities(asked, run([cores, vcpus, wire]))).toMatchObject([
    { group: 'desktop', vms: 12, limit: 'wire.transmit' },
  ])
})

test('none fits whose own vCPUs are too few for its work', () => {
  const cores = resource('cores', { capacity: 100, demand: 60, demandOf: { desktop: 60 } })
  const vcpus = resource('desktop.vcpus', { capacity: 50, demand: 60, demandOf: { desktop: 60 } })
  expect(densities(asked, run([cores, vcpus]))).toMatchObject([{ group: 'desktop', vms: 0, limit: 'desktop.vcpus' }])
})

test('closed work does not limit, nor does a group that asks for nothing', () => {
  const cores = resource('cores', { closed: true, demand: 50, demandOf: { desktop: 50 } })
  expect(densities(asked, run([cores]))).toEqual([])
  expect(densities(asked, run([resource('cores', { demandOf: {} })]))).toEqual([])
})

test('nothing fits where others take all', () => {
  const cores = resource('cores', { capacity: 100, demand: 160, demandOf: { desktop: 50, server: 110 } })
  expect(densities(asked, run([cores]))[0].vms).toBe(0)
})

test('headroom: so much of each resource is left alone', () => {
  // 70 − 20 of the others = 50 cycles, and one takes 5; of the wire 70, and one takes 8.
  const cores = resource('cores', { capacity: 100, demand: 70, demandOf: { desktop: 50, server: 20 } })
  const wire = resource('wire.transmit', { capacity: 100, demand: 80, demandOf: { desktop: 80 } })
  const fit = { utilization: 0.7, group: null }
  expect(densities({ ...asked, fit }, run([cores]))).toMatchObject([{ vms: 10, limit: 'cores' }])
  expect(densities({ ...asked, fit }, run([cores, wire]))).toMatchObject([{ vms: 8, limit: 'wire.transmit' }])
})

test('the interval is that of the number over replications, before it is made whole', () => {
  // One VM takes 4, 5 and 6 of 100: 25, 20 and 16.7 fit, in the mean of the three 20. Student's t with 2 degrees of freedom is 4.303.
  const each = [40, 50, 60].map((demand, replication) =>
    tallies('hardware', replication, { resources: [resource('cores', { demand, demandOf: { desktop: demand } })] }),
  )
  const [{ vms, interval }] = densities(asked, each)
  const [a, b, c] = [25, 20, 100 / 6]
  const centre = (a + b + c) / 3
  const error = Math.sqrt(((a - centre) ** 2 + (b - centre) ** 2 + (c - centre) ** 2) / 2 / 3)
  expect(vms).toBe(20)
  expect(interval.mean).toBe(20)
  expect(interval.high! - interval.low!).toBeCloseTo(2 * 4.302653 * error, 4)
  expect(densities(asked, each.slice(0, 1))[0].interval).toMatchObject({ low: null, high: null })
})

test('results tell of the only group with open work, or of the one that is named', () => {
  const cores = resource('cores', { demand: 30, demandOf: { desktop: 20, server: 10 } })
  const two = { ...asked, vms: { desktop, server: { ...desktop, count: 1 } } }
  expect(askedDensity(asked, run([cores]))).toMatchObject({ group: 'desktop', vms: 45 })
  expect(askedDensity(two, run([cores]))).toBeNull()
  const fit = { utilization: 1, group: 'server' }
  expect(askedDensity({ ...two, fit }, run([cores]))).toMatchObject({ group: 'server', vms: 8 })
})
