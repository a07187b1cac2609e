import { expect, test } from 'vitest'
import { offeredWork } from '../../../src/models/workload/offered.ts'
import type { Setup } from '../../../src/models/host/setup.ts'
import { at, host, MS, packet, run, setup, vm } from '../build.ts'

const given: Setup = setup({
  warmupNs: 3 * MS,
  measureNs: 10 * MS,
  host: host({ cores: 8, array: { pathBytesPerS: 1e12, internalBytesPerS: 1e12 } }),
  vms: {
    a: vm({
      count: 3,
      compute: { arrivals: { kind: 'poisson', ratePerS: 5000 }, cycles: { exponential: 700 } },
      traps: { syscall: { kind: 'bursts', ratePerS: 8000, onNs: MS / 4, offNs: MS / 2 } },
      packets: [
        { ...packet({ bytes: { uniform: { min: 100, max: 900 } } }), arrivals: { kind: 'periodic', everyNs: 3e5 } },
      ],
    }),
    b: vm({
      packets: [at([1 * MS, 4 * MS, 5 * MS, 12 * MS, 14 * MS], { bytes: { lognormal: { mean: 400, cv: 1 } } })],
      clones: { atNs: 5 * MS, count: 4, arrivals: null, bytes: { exponential: 1e6 }, concurrent: 2 },
    }),
  },
})

test('what is offered is what is expected, on average over replications', () => {
  const replications = 400
  const tallies = Array.from({ length: replications }, (_, replication) => run(given, {}, { replication }))
  const expected = offeredWork(given)
  expect(expected.map(({ group, work }) => `${group} ${work}`)).toEqual([
    ...['a compute', 'a traps.syscall', 'a packets.0', 'b packets.0', 'b clones'],
  ])
  for (const kind of expected) {
    const amounts = tallies.map(({ work }) => {
      const found = work.find(({ group, work: name }) => group === kind.group && name === kind.work)!
      return kind.isSized ? found.offered : found.generated
    })
    const mean = amounts.reduce((sum, amount) => sum + amount, 0) / replications
    const squares = amounts.reduce((sum, amount) => sum + (amount - mean) ** 2, 0)
    const error = Math.sqrt(squares / (replications - 1) / replications)
    expect(Math.abs(mean - kind.expected), kind.work).toBeLessThan(4 * error + 1e-9)
    expect(error / mean, kind.work).toBeLessThan(0.05)
  }
})

test('counts of what comes at listed times are known', () => {
  const times = offeredWork(given).find(({ group, work }) => group === 'b' && work === 'packets.0')!
  // 4, 5 and 12 ms lie in the window from 3 to 13 ms.
  expect(times.expected).toBe(3 * 400)
})
