import { expect, test } from 'vitest'
import { compare } from '../../src/answers/comparison.ts'
import { identity } from '../../src/language/identity.ts'
import type { Scenario } from '../../src/language/asked.ts'
import { companion, json } from '../../src/report/json.ts'
import { MODEL_VERSION } from '../../src/models/host/version.ts'
import { entry, histogram, pair, scenario, TECHNOLOGIES } from '../answers/hand-made.ts'

const run = (counted: number) =>
  [1, 2].map(() => ({ ledger: [entry('nic', counted)], latencies: { nic: histogram(900) } }))
const comparison = (costs = {}) => compare(scenario({ costs }), TECHNOLOGIES, pair(run(300e6), run(100e6)), 'id')
const parsed = (costs = {}) => JSON.parse(json(comparison(costs), '1.2.3')) as Record<string, never>

test('the keys, in their order', () => {
  expect(Object.keys(parsed())).toEqual([
    ...['offsim', 'model_version', 'scenario', 'seed', 'plugins', 'costs', 'arms', 'rows', 'work_digest', 'doubts'],
  ])
  expect(parsed()).toMatchObject({ offsim: '1.2.3', model_version: MODEL_VERSION, seed: 7, plugins: [], doubts: [] })
  expect(parsed()['work_digest']).toEqual(['digest-0', 'digest-1'])
})

test('the scenario is the resolved one, under its name', () => {
  expect(parsed()['scenario']).toMatchObject({
    ...{ name: 'by-hand', question: 'How much does it give back?', replications: 2, baseline: 'software' },
    ...{ measureNs: 1e9, host: { cores: 2 }, arms: { software: { nic: 'emulated' } } },
  })
})

test('rows have the columns of the CSV and p95; what has no value is null', () => {
  const [nic, , total] = parsed()['rows'] as Record<string, unknown>[]
  expect(nic).toMatchObject({
    technology: 'nic',
    handler: 'sr-iov',
    cpu_s: 0.1,
    saved_cpu_s: 0.2,
    saturated: null,
    caused: [],
  })
  expect(nic['p95_us']).toBeCloseTo(0.9, 2)
  expect(total).toMatchObject({ technology: 'total', handler: null, p50_us: null, p95_us: null, makespan_s: null })
})

test('costs are those in force, sorted, and an override says what it replaced', () => {
  const costs = parsed({ 'nic.descriptorCycles': 70, 'processor.vt-x.halt': 4 })['costs'] as { name: string }[]
  expect(costs.map(({ name }) => name)).toEqual([
    'nic.descriptorCycles',
    'nic.emulated.copyCycles',
    'nic.sr-iov.doorbellCycles',
    'processor.vt-x.halt',
    'processor.vt-x.syscall',
  ])
  expect(costs[0]).toEqual({
    ...{ name: 'nic.descriptorCycles', value: 70, unit: 'cycles', source: 'scenario' },
    shipped: { value: 100, source: 'NIC-02' },
  })
  expect(costs[1]).toEqual({ name: 'nic.emulated.copyCycles', value: 2000, unit: 'cycles', source: 'NIC-16' })
  expect(costs[3]).toMatchObject({ value: 4, source: 'scenario' })
})

test('arms say what they are and what became of them', () => {
  expect(parsed()['arms']).toMatchObject({
    hardware: {
      baseline: false,
      handlers: { nic: 'sr-iov', processor: 'vt-x' },
      saturated: [],
      imputed: { missing: 0 },
    },
    software: { baseline: true, makespan_s: null },
  })
})

test('rows say what other technologies made them pay', () => {
  const caused = [{ ledger: [entry('processor', 3e9, { cause: 'nic' })] }]
  const both = compare(scenario(), TECHNOLOGIES, pair(caused, caused), 'id')
  const [, processor] = (JSON.parse(json(both, '1.2.3')) as { rows: { caused: object[] }[] }).rows
  expect(processor.caused).toEqual([{ cause: 'nic', baseline_cpu_s: 3, cpu_s: 3, saved_cpu_s: 0 }])
})

test('from the companion alone the scenario can be had back, under the same id', () => {
  const written = scenario({ costs: { 'nic.descriptorCycles': 70 } })
  const made = compare(written, TECHNOLOGIES, pair(run(3), run(1)))
  const { scenario: kept, id } = JSON.parse(
    JSON.stringify(companion(made, { file: 'a.yaml', set: [], version: '1.2.3' })),
  ) as { scenario: Scenario; id: string }
  expect({ ...kept, replications: 3 }).toEqual(written)
  expect(identity(kept, { technologies: TECHNOLOGIES, replications: 2 })).toBe(id)
})

test('the companion of a CSV holds what is needed to run it again', () => {
  const invocation = { file: 'a/b.yaml', set: ['host.cores=2'], version: '1.2.3' }
  expect(companion(comparison(), invocation)).toMatchObject({
    ...{ offsim: '1.2.3', model_version: MODEL_VERSION, id: 'id', seed: 7, replications: 2, file: 'a/b.yaml' },
    ...{ overrides: ['host.cores=2'], plugins: [], work_digest: ['digest-0', 'digest-1'] },
    scenario: { name: 'by-hand', host: { clockHz: 1e9 }, vms: { web: { count: 1 } }, costs: {} },
  })
})
