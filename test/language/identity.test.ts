// The identity of a scenario: equal for whatever gives equal numbers, different for whatever could change one.
import { canonical, formerIdentity, identity, pricesBehind } from '../../src/language/identity.ts'
import type { Scenario } from '../../src/language/asked.ts'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { loadScenario } from '../../src/language/scenario.ts'
import { MODEL_VERSION } from '../../src/models/host/version.ts'
import { TECHNOLOGIES as SHIPPED } from '../../src/models/technologies/index.ts'
import type { Technology } from '../../src/models/host/technology.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'

const TEXT = `
name: one
question: What?
seed: 5
run: { warmup: 100 ms, measure: 1 s, replications: 3 }
host: { cores: 2, clock: 2 GHz, nic: { rate: 1 Gbit/s } }
arms:
  software: { nic: emulated, tcp: host-stack }
  hardware: { nic: sr-iov, tcp: toe }
  other: { nic: vmdq, tcp: toe }
vms:
  web: { count: 2, vcpus: 1, traps: { syscall: 100 /s, cpuid: 60 /min } }
  db: { count: 1, vcpus: 4, packets: [{ direction: receive, rate: 1 /s, bytes: 1500, vlan: true }] }
costs: { processor.vt-x.syscall: 250, display.cardSessions: 1 }
`

function load(text: string, set: readonly string[] = []): Scenario {
  return loadScenario('f.yaml', { read: () => text, technologies: TECHNOLOGIES, set })
}

const MADE = { technologies: TECHNOLOGIES, replications: 3 }
const idOf = (scenario: Scenario, made = {}) => identity(scenario, { ...MADE, ...made })

/** The text with one place changed. */
function changed(before: string, after: string): string {
  expect(TEXT).toContain(before)
  return TEXT.replace(before, () => after)
}

test.each([
  ['name', 'name: one', 'name: two'],
  ['question', 'question: What?', '# no question'],
  ['how many replications are asked for', 'replications: 3', 'replications: 9'],
  ['a unit', 'measure: 1 s', 'measure: 1000 ms'],
  ['a default written out', 'cores: 2', 'cores: 2, processor: as-measured, hypervisor: preempts'],
  ['the order of keys', 'seed: 5\n', ''],
  ['the short form of arrivals', 'syscall: 100 /s', 'syscall: { rate: 100 /s }'],
  ['another unit of a rate', 'cpuid: 60 /min', 'cpuid: 1 /s'],
  ['the long form of a constant', 'bytes: 1500', 'bytes: { constant: 1.5 kB }'],
  ['the id that `vlan: true` means', 'vlan: true', 'vlan: 1'],
  [
    'the order of costs',
    'processor.vt-x.syscall: 250, display.cardSessions: 1',
    'display.cardSessions: 1, processor.vt-x.syscall: 250',
  ],
  [
    'the order of later arms',
    '  hardware: { nic: sr-iov, tcp: toe }\n  other: { nic: vmdq, tcp: toe }',
    '  other: { tcp: toe, nic: vmdq }\n  hardware: { nic: sr-iov, tcp: toe }',
  ],
])('%s does not enter', (what, before, after) => {
  const text = changed(before, after) + (what === 'the order of keys' ? 'seed: 5\n' : '')
  expect(canonical(load(text))).toBe(canonical(load(TEXT)))
  expect(idOf(load(text))).toBe(idOf(load(TEXT)))
})

test('the order of groups does not enter', () => {
  const lines = TEXT.split('\n')
  const web = lines.findIndex((line) => line.startsWith('  web'))
  const swapped = lines
    .with(web, lines[web + 1])
    .with(web + 1, lines[web])
    .join('\n')
  expect(swapped).not.toBe(TEXT)
  expect(canonical(load(swapped))).toBe(canonical(load(TEXT)))
})

test.each([
  'seed=6',
  'run.warmup=101 ms',
  'run.measure=2 s',
  'host.clock=2.1 GHz',
  'host.hypervisor=shares',
  'arms.other.nic=flex-10',
  'vms.web.count=3',
  'vms.web.traps.cpuid=61 /min',
  'vms.db.packets.0.vlan=2',
  'vms.db.packets.0.bytes={ exponential: 1500 }',
  'costs.display.cardSessions=2',
])('%s enters', (set) => {
  expect(idOf(load(TEXT, [set]))).not.toBe(idOf(load(TEXT)))
})

test('the baseline enters, and so do point and plug-ins, whose order does not', () => {
  const scenario = load(TEXT)
  const other = load(changed('arms:\n  software: { nic: emulated, tcp: host-stack }', 'arms:') + '')
  expect(idOf({ ...scenario, baseline: 'hardware' })).not.toBe(idOf(scenario))
  expect(other.baseline).toBe('hardware')
  expect(idOf(scenario, { point: { 'host.cores': 2 } })).not.toBe(idOf(scenario))
  expect(idOf(scenario, { plugins: ['aa', 'bb'] })).not.toBe(idOf(scenario))
  expect(idOf(scenario, { plugins: ['aa', 'bb'] })).toBe(idOf(scenario, { plugins: ['bb', 'aa'] }))
})

test('the canonical form is JSON with sorted keys, and the identity its SHA-256 in 12 digits', () => {
  const scenario = load(TEXT)
  const form = JSON.parse(canonical(scenario)) as Record<string, unknown>
  expect(Object.keys(form)).toEqual(['arms', 'baseline', 'costs', 'host', 'measureNs', 'seed', 'vms', 'warmupNs'])
  expect(Object.keys(form.vms as object)).toEqual(['db', 'web'])
  const prices = '{"processor.vt-x.syscall":242}'
  const named = { ...scenario, arms: { a: { processor: 'vt-x' } }, costs: {} }
  const asked = `"plugins":[],"point":null,"prices":${prices},"replications":3,"scenario":${canonical(named)}`
  const text = `{"modelVersion":${MODEL_VERSION},${asked}}`
  expect(idOf(named)).toBe(createHash('sha256').update(text).digest('hex').slice(0, 12))
})

test('so many replications are other numbers: 1, 2, 5 and 7 are four ids', () => {
  const scenario = load(TEXT)
  expect(new Set([1, 2, 5, 7].map((replications) => idOf(scenario, { replications }))).size).toBe(4)
})

/** The shipped technologies with another price. */
function repriced(name: string, change: (value: number) => number, changed = SHIPPED): readonly Technology[] {
  const [technology, ...rest] = name.split('.')
  const key = rest.join('.')
  return changed.map((shipped) => {
    if (shipped.name !== technology) return shipped
    const cost = shipped.costs[key]
    return { ...shipped, costs: { ...shipped.costs, [key]: { ...cost, value: change(cost.value) } } }
  })
}
const dearer = (name: string) => ({ technologies: repriced(name, (value) => 12 * value + 12) })

test.each(['nic.copyCyclesPerByte', 'tcp.toe.messageCycles', 'processor.native.interrupt'])(
  'a shipped price that an arm may ask for is part of the id: %s',
  (name) => {
    const scenario = load(TEXT)
    expect(idOf(scenario, dearer(name))).not.toBe(idOf(scenario, { technologies: SHIPPED }))
  },
)

test('a price of a technology that no arm names, and one that the scenario gives, are not', () => {
  const scenario = load(TEXT)
  const id = idOf(scenario, { technologies: SHIPPED })
  expect(idOf(scenario, dearer('vpn.packetCycles'))).toBe(id)
  const own = { ...scenario, costs: { ...scenario.costs, 'nic.copyCyclesPerByte': 5 } }
  expect(idOf(own, dearer('nic.copyCyclesPerByte'))).toBe(idOf(own, { technologies: SHIPPED }))
  expect(idOf(own, { technologies: SHIPPED })).not.toBe(id)
})

test('what is noted of a price is part of what is behind an arm, beside its value', () => {
  const arms = [{ processor: 'vt-x' }]
  const { 'processor.vt-x.syscall': price } = pricesBehind({ costs: {} }, arms, TECHNOLOGIES)
  expect(price).toEqual({ value: 242, isAssumed: false, measuredOn: undefined })
  const costs = { 'processor.vt-x.syscall': 250 }
  const assumed = pricesBehind({ costs, assumed: Object.keys(costs) }, arms, TECHNOLOGIES)
  expect(assumed['processor.vt-x.syscall']).toMatchObject({ value: 250, isAssumed: true })
})

test('the former id knew neither of them', () => {
  const scenario = load(TEXT)
  const text = `{"modelVersion":2,"plugins":[],"point":null,"scenario":${canonical(scenario)}}`
  const former = createHash('sha256').update(text).digest('hex').slice(0, 12)
  expect(formerIdentity(scenario, { modelVersion: 2 })).toBe(former)
})
