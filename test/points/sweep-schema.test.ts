// The editors' schema of `sweep:`, asked by a validator that is not ours. The loader is asked the same, so that neither
// accepts what the other refuses.
import Ajv from 'ajv'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { loadSweep } from '../../src/points/points.ts'
import { fileSchema } from '../../src/points/sweep-schema.ts'
import { projectFiles } from '../project-files.ts'

const isValid = new Ajv().compile(fileSchema(TECHNOLOGIES))

const BASE = `
name: swept
run: { measure: 10 ms, replications: 2 }
host: { cores: 4, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms:
  software: { processor: vt-x, nic: emulated }
  hardware: { processor: vt-x, nic: sr-iov }
vms:
  web:
    count: 2
    vcpus: 1
    traps: { syscall: 20000 /s }
    packets: [{ direction: receive, rate: 250 /s, bytes: { lognormal: { mean: 400, cv: 1 } } }]
`

function loads(text: string): boolean {
  try {
    loadSweep('swept.yaml', { read: () => text, technologies: TECHNOLOGIES })
    return true
  } catch {
    return false
  }
}

describe('the schema and the loader', () => {
  test.each([
    '{ grid: { host.cores: [8, 16], host.clock: [2.4 GHz] } }',
    '{ grid: { arms.hardware.nic: [paravirtual, sr-iov] }, where: "host.cores <= 16" }',
    '{ grid: { vms.web.packets.0.bytes.lognormal.mean: [100 B, 200] }, where: ["host.cores <= 16"] }',
    '{ grid: { vms.web.packets: [[{ direction: receive, rate: 100 /s, bytes: 60 }]] } }',
    '{ grid: { costs.processor.vt-x.syscall: [100, 200], seed: [1, 2] } }',
    '{ grid: { vms.web.traps.syscall: [1000 /s, { rate: 5 /s }] } }',
    '{ zip: { host.cores: [8, 16], vms.web.count: [1, 2] } }',
    '{ sobol: { points: 8, factors: { host.clock: { from: 1 GHz, to: 4 GHz, scale: log } } } }',
    '{ latin-hypercube: { points: 8, seed: 3, factors: { host.cores: { from: 2, to: 8 }, vms.web.vcpus: [1, 2] } } }',
  ])('accept %s', (sweep) => {
    const text = `${BASE}sweep: ${sweep}\n`
    expect([isValid(parse(text)), isValid.errors]).toEqual([true, null])
    expect(loads(text)).toBe(true)
  })

  test.each([
    '{ grdi: { host.cores: [8, 16] } }',
    '{ grid: { host.core: [8, 16] } }',
    '{ grid: { scenario: [other.yaml] } }',
    '{ grid: { host.cores: [] } }',
    '{ grid: { host.cores: 8 } }',
    '{ grid: { host.cores: [8.5] } }',
    '{ grid: { host.cores: [5000] } }',
    '{ grid: { host.clock: [2.4] } }',
    '{ grid: { arms.hardware.nic: [sriov] } }',
    '{ grid: { host.cores: { from: 2, to: 8 } } }',
    '{ grid: {} }',
    '{ grid: { vms.web.packets.first.rate: [5 /s] } }',
    '{ grid: { costs.processor.vt-x.syscal: [100] } }',
    '{ zip: [8, 16] }',
    '{ sobol: { factors: { host.cores: { from: 2, to: 8 } } } }',
    '{ sobol: { points: 0, factors: { host.cores: { from: 2, to: 8 } } } }',
    '{ sobol: { points: 8 } }',
    '{ sobol: { points: 8, factors: { host.cores: { from: 2 } } } }',
    '{ sobol: { points: 8, factors: { host.cores: { from: 2, to: 8, step: 2 } } } }',
    '{ sobol: { points: 8, factors: { host.clock: { from: 2, to: 4 } } } }',
    '{ sobol: { points: 8, factors: { arms.hardware.nic: { from: emulated, to: sr-iov } } } }',
    '{ latin-hypercube: { points: 8, factors: { host.cores: { from: 2, to: 8, scale: cubic } } } }',
    '{ latin-hypercube: { points: 8, seed: -1, factors: { host.cores: [2, 8] } } }',
    '{ grid: { host.cores: [8] }, where: 5 }',
    '[host.cores]',
  ])('refuse %s', (sweep) => {
    const text = `${BASE}sweep: ${sweep}\n`
    expect([isValid(parse(text)), loads(text)]).toEqual([false, false])
  })
})

test('every scenario and sweep that ships is accepted', () => {
  const files = projectFiles('scenarios', /^scenarios\/[^/]+\.yaml$/)
  expect(files).toContain('scenarios/density-sweep.yaml')
  for (const file of files) expect([file, isValid(parse(readFileSync(file, 'utf8')))]).toEqual([file, true])
})

test('a sweep laid over another needs to say only what it changes', () => {
  const over = (sweep: object | null) => isValid({ scenario: 'other.yaml', sweep })
  expect(over({ sobol: { points: 64 } })).toBe(true)
  expect(over({ grid: { 'host.cores': null } })).toBe(true)
  expect(over(null)).toBe(true)
  expect(over({ grid: { 'host.cores': ['many'] } })).toBe(false)
})
