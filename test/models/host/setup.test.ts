// What a setup can name: kinds of traps and processors, each of which the models know.
import { expect, test } from 'vitest'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { PROCESSORS, TRAP_KINDS } from '../../../src/models/host/setup.ts'
import { host, run, setup, sum, vm } from '../build.ts'

test('a VM can make eleven kinds of traps', () => {
  expect([...TRAP_KINDS].sort()).toEqual([
    ...['address-space', 'cpuid', 'divide-fault', 'halt', 'hypercall', 'interrupt', 'msr-write', 'page-fault'],
    ...['page-table-write', 'port-io', 'syscall'],
  ])
})

test('traps are measured on five processors, of which one is each as it was measured on', () => {
  expect([...PROCESSORS].sort()).toEqual(['as-measured', 'merom', 'nehalem', 'prescott', 'sandy-bridge'])
})

const handlers = Object.keys(TECHNOLOGIES.find(({ name }) => name === 'processor')!.handlers)

test.each(handlers)('processor %s prices every kind of trap on every processor', (processor) => {
  const traps = Object.fromEntries(
    TRAP_KINDS.map((kind) => [kind, { kind: 'times', timesNs: [0], isFromStart: true } as const]),
  )
  for (const name of PROCESSORS) {
    const given = setup({ host: host({ processor: name }), vms: { vm: vm({ traps }) } })
    const tallies = run(given, { processor })
    for (const kind of TRAP_KINDS) expect(sum(tallies, { work: `traps.${kind}` }, 'items'), kind).toBeGreaterThan(0)
  }
})
