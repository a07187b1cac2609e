// Admission of clones lies before handlers: one of a user's own obeys it and books its bytes. One byte is one ns here.
import { expect, test } from 'vitest'
import { extended } from '../../../src/models/technologies/extension.ts'
import { bookStorage, Device, type Addition, type PathFunction } from '../../../src/models/technologies/extension.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { host, run, setup, vm } from '../build.ts'
import { finishes } from '../finishes.ts'

/** A copier that serves all there are at once, and knows nothing of `concurrent`. */
const copied: PathFunction = (wiring, done) => {
  const { host } = wiring
  const copier = wiring.shared('copier', () => new Device(host, 'copier', { servers: 99 }))
  return host.sim.event('copy', (unit) => {
    bookStorage(host, unit, host.items.size[unit], 2 * host.items.size[unit])
    copier.work(host.items.size[unit], unit, done)
  })
}
const own: Addition = { technology: 'clone', handlers: { copier: { kind: 'hardware', enter: copied } } }
const technologies = extended(TECHNOLOGIES, [own])

const given = (concurrent: number) =>
  setup({
    measureNs: null,
    host: host({ array: { pathBytesPerS: 1e9, internalBytesPerS: 1e9 } }),
    vms: { vm: vm({ clones: { atNs: 0, count: 4, arrivals: null, bytes: 100, concurrent } }) },
  })

test.each([
  [1, [100, 200, 300, 400]],
  [2, [100, 100, 200, 200]],
  [3, [100, 100, 100, 200]],
  [9, [100, 100, 100, 100]],
])('%i at a time, also by a handler that does not count', (concurrent, ends) => {
  expect(finishes(given(concurrent), { clone: 'copier' }, { technologies }).map(([, , end]) => end)).toEqual(ends)
})

test('what it books is told, and its latency holds the wait for admission', () => {
  const tallies = run(given(1), { clone: 'copier' }, { technologies })
  expect(tallies).toMatchObject({ storedBytes: 400, movedBytes: 800 })
  expect(tallies.latencies['clone']).toMatchObject({ count: 4, sum: 1000 })
})
