// Tallies are stored and sent between processes: plain JSON, which reads back as it was.
import { expect, test } from 'vitest'
import type { Arrivals } from '../../../src/models/host/setup.ts'
import { at, host, loop, run, setup, vm } from '../build.ts'

const often: Arrivals = { kind: 'poisson', ratePerS: 20_000 }
const guest = vm({
  compute: { arrivals: often, cycles: { exponential: 9000 } },
  traps: { syscall: often },
  packets: [at([1, 2, 3])],
})

test.each([
  ['of a window', setup({ warmupNs: 1e5, vms: { vm: guest } })],
  ['until idle', setup({ measureNs: null, vms: { vm: vm({ loop: loop({ repeat: 9, cycles: 1000 }) }) } })],
  ['of nothing', setup({ vms: {} })],
  ['without a port', setup({ host: host({ nic: null }), vms: { vm: vm({ traps: { syscall: often } }) } })],
])('those %s are what they were, once written and read', (_, given) => {
  const tallies = run(given, { processor: 'vt-x', tcp: 'host-stack' })
  expect(JSON.parse(JSON.stringify(tallies))).toStrictEqual(tallies)
})
