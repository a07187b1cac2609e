// Shipped scenarios are read alike by YAML 1.1 and 1.2; what only one of them takes for a number or a word stays accepted.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadScenario } from '../src/language/scenario.ts'
import { TECHNOLOGIES } from '../src/models/technologies/index.ts'

const files = readdirSync('scenarios').filter((file) => file.endsWith('.yaml'))

test.each(files)('%s', (file) => {
  const text = readFileSync(`scenarios/${file}`, 'utf8')
  const [old, now] = (['1.1', '1.2'] as const).map((version) => parse(text, { version }) as object)
  expect(old).toEqual(now)
})

describe('stays accepted', () => {
  const load = (arm: string, cycles: string) => {
    const text = `
name: forms
run: { measure: 1 s }
host: { cores: 2, clock: 2 GHz, nic: { rate: 1 Gbit/s } }
arms: { a: { iommu: ${arm}, nic: emulated }, b: { iommu: strict, nic: sr-iov } }
vms: { web: { count: 1, vcpus: 1, compute: { rate: 1 /s, cycles: ${cycles} } } }
`
    return loadScenario('f', { read: () => text, technologies: TECHNOLOGIES })
  }

  test.each(['24e6', '24000000', '2.4e7', '2.4e+7', '24E6', '{ constant: 24e6 }'])('%s cycles', (cycles) => {
    expect(load('off', cycles).vms['web'].compute).toMatchObject({ cycles: 24_000_000 })
  })

  test.each(['off', "'off'", '"off"'])('%s as the name of a handler', (arm) => {
    expect(load(arm, '1').arms['a']['iommu']).toBe('off')
  })

  test.each(['on', 'yes', 'no', 'y'])('%s as a name that a technology of one’s own may have', (name) => {
    const own = {
      name: 'own',
      passedBefore: 'vpn' as const,
      costs: {},
      handlers: { [name]: { kind: 'software' as const } },
    }
    const text = `
name: forms
run: { measure: 1 s }
host: { cores: 2, clock: 2 GHz }
arms: { a: { own: ${name} } }
vms: { web: { count: 1, vcpus: 1 } }
`
    expect(loadScenario('f', { read: () => text, technologies: [...TECHNOLOGIES, own] }).arms['a']).toEqual({
      own: name,
    })
  })
})
