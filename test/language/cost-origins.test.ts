// Where a user's own number comes from: kept beside the price, told in JSON and among the doubts, and no part of the identity.
import { describe, expect, test } from 'vitest'
import { identity } from '../../src/language/identity.ts'
import { Prices } from '../../src/models/host/prices.ts'
import { doubts } from '../../src/report/doubts.ts'
import { json } from '../../src/report/json.ts'
import { taskKeys } from '../../src/campaign/task-key.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { fullComparison } from '../report/hand-made-table.ts'
import { faultsOf, loaded } from './loading.ts'

const scenario = (costs: string) => `
name: own-prices
run: { measure: 1 s }
host: { cores: 2, clock: 2 GHz, nic: { rate: 1 Gbit/s } }
arms: { software: { nic: emulated }, hardware: { nic: sr-iov } }
vms: { web: { count: 1, vcpus: 1 } }
costs: { ${costs} }
`
const load = (costs: string, set: readonly string[] = []) =>
  loaded({ f: scenario(costs) }, { set, technologies: TECHNOLOGIES })
const NAME = 'display.encodeCyclesPerPixel'
const OWN = `${NAME}: { value: 40, source: measured on our hosts, range: [30, 60] }`

test('a price keeps its source and range, and is the number it was', () => {
  const found = load(OWN)
  expect(found.costs).toEqual({ [NAME]: 40 })
  expect(found.costOrigins).toEqual({ [NAME]: { source: 'measured on our hosts', range: [30, 60] } })
  const made = { technologies: TECHNOLOGIES, replications: 3 }
  expect(identity(found, made)).toBe(identity(load(`${NAME}: 40`), made))
})

describe('variants', () => {
  test('a bare number says nothing of where it comes from', () => {
    expect(load(`${NAME}: 40`)).not.toHaveProperty('costOrigins')
    expect(load(`${NAME}: { value: 40 }`)).not.toHaveProperty('costOrigins')
  })

  test('--set of the value keeps what is said of it, --set of the price does not', () => {
    expect(load(OWN, [`costs.${NAME}.value=50`])).toMatchObject({
      costs: { [NAME]: 50 },
      costOrigins: { [NAME]: { source: 'measured on our hosts' } },
    })
    expect(load(OWN, [`costs.${NAME}.range.1=45`]).costOrigins![NAME].range).toEqual([30, 45])
    expect(load(OWN, [`costs.${NAME}=50`])).not.toHaveProperty('costOrigins')
  })

  test('the whole price of a trap may have a source too', () => {
    const found = load('processor.vt-x.syscall: { value: 250, source: our trace }')
    expect(found.costOrigins).toEqual({ 'processor.vt-x.syscall': { source: 'our trace', range: null } })
  })

  test('a choice of words may have one, but no range', () => {
    const [name, choices] = ['vpn.lookaside.completion', ['interrupt', 'polling']]
    expect(load(`${name}: { value: ${choices[1]}, source: data sheet }`).costs).toEqual({ [name]: 1 })
    expect(faultsOf(() => load(`${name}: { value: ${choices[1]}, range: [${choices[0]}, ${choices[1]}] }`))).toEqual([
      expect.stringContaining('range: stands beside a word, which has none; remove it'),
    ])
  })

  test('one that is called an assumption is one, and a run of it another', () => {
    const [assumed, known] = [load(`${NAME}: { value: 40, source: "assumption: as ours" }`), load(`${NAME}: 40`)]
    expect(assumed.assumed).toEqual([NAME])
    const display = TECHNOLOGIES.find(({ name }) => name === 'display')!
    const rests = [assumed, known].map(({ costs, assumed }) =>
      new Prices(TECHNOLOGIES, costs, assumed).isAssumed(display, 'encodeCyclesPerPixel'),
    )
    expect(rests).toEqual([true, false])
    const [one, other] = [assumed, known].map((found) =>
      taskKeys(found, { technologies: TECHNOLOGIES, plugins: [] })('software', 0),
    )
    expect(one).not.toBe(other)
  })
})

test.each([
  ['value: 40, range: [50, 60]', 'range: does not hold the value 40; write a range around it'],
  ['value: 40, range: [60, 30]', 'range: begins above its end; write [least, greatest]'],
  ['value: 40, range: [30, 50, 60]', 'range: has 3 ends; write two, [least, greatest]'],
  ['source: here', 'value: is missing; write a number'],
  ['value: -1, range: [0, 1]', 'value: `-1` is below 0'],
  ['value: 1, sorce: here', 'sorce: unknown key; did you mean `source`?'],
])('{ %s } is refused', (inner, text) => {
  const faults = faultsOf(() => load(`${NAME}: { ${inner} }`))
  expect(faults).toEqual([expect.stringContaining(`costs.${NAME}.${text}`)])
})

test('JSON and doubts tell where it comes from', () => {
  const origins = { 'nic.emulated.copyCycles': { source: 'our trace', range: [900, 1200] as const } }
  const costs = { 'nic.emulated.copyCycles': 1000, 'processor.vt-x.syscall': 300 }
  const own = { ...fullComparison(), scenario: { ...fullComparison().scenario, costs } }
  const told = { ...own, scenario: { ...own.scenario, costOrigins: origins } }
  const { costs: shown } = JSON.parse(json(told, '1')) as { costs: { name: string }[] }
  expect(shown.find(({ name }) => name === 'nic.emulated.copyCycles')).toEqual({
    ...{ name: 'nic.emulated.copyCycles', value: 1000, unit: 'cycles', source: 'our trace', range: [900, 1200] },
    shipped: { value: 2000, source: 'NIC-16' },
  })
  expect(shown.find(({ name }) => name === 'processor.vt-x.syscall')).toMatchObject({ value: 300, source: 'scenario' })
  expect(doubts(told)).toContain(
    "prices of the scenario's own: nic.emulated.copyCycles = 1000 (900 to 1200; our trace)",
  )
  expect(doubts(own).join()).not.toContain("scenario's own")
})
