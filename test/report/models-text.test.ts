import { expect, test } from 'vitest'
import { modelNames, modelsJson, modelsText } from '../../src/report/models-text.ts'
import { TECHNOLOGIES } from '../answers/hand-made.ts'

const MEASUREMENTS = `id,technology,quantity,value,unit,baseline,notes
CPU-03,processor,"syscall round trip: hardware VMM (VT-x, shadow paging)",246,cycles,native,
NIC-16,nic,"what is ""left""",2000,cycles,-,see NIC-15
`
const listed = (name?: string) => modelsText(TECHNOLOGIES, name, MEASUREMENTS)

test('everything: technologies, handlers with their kind, costs in name order with their source', () => {
  expect(listed()).toBe(`nic
  emulated  software
  sr-iov    hardware (no measurement)

  nic.descriptorCycles        100  cycles  50 to 200  NIC-02
  nic.emulated.copyCycles    2000  cycles             NIC-16
  nic.sr-iov.doorbellCycles   300  cycles             assumption: a write to the device

processor
  vt-x  hardware

  processor.vt-x.syscall  246  cycles    CPU-03
`)
})

test('a cost that is a choice is told by its names, as a scenario gives it', () => {
  const place = { value: 0, unit: 'choice', choices: ['vcpu', 'host'], source: 'assumption: the guest does it' }
  const vpn = { name: 'vpn', costs: { place }, handlers: {} }
  expect(modelsText([vpn], 'vpn.place', MEASUREMENTS)).toBe(
    '  vpn.place  vcpu  choice  vcpu or host  assumption: the guest does it\n',
  )
})

test('one technology, one handler', () => {
  expect(listed('processor')).toMatch(/^processor\n {2}vt-x {2}hardware\n/)
  expect(listed('nic.sr-iov')).toBe(
    'nic.sr-iov: hardware (no measurement)\n\n  nic.sr-iov.doorbellCycles  300  cycles    assumption: a write to the device\n',
  )
})

test('one cost, with the measurements that it cites', () => {
  expect(listed('nic.emulated.copyCycles')).toBe(
    `  nic.emulated.copyCycles  2000  cycles    NIC-16

id: NIC-16
technology: nic
quantity: what is "left"
value: 2000
unit: cycles
notes: see NIC-15
`,
  )
})

test('one measurement', () => {
  expect(listed('CPU-03')).toBe(`id: CPU-03
technology: processor
quantity: syscall round trip: hardware VMM (VT-x, shadow paging)
value: 246
unit: cycles
baseline: native
`)
})

test('an unknown name is nothing, and all known names can be had for a hint', () => {
  expect(listed('cpu-03')).toBeNull()
  expect(listed('nic.sr')).toBeNull()
  const names = modelNames(TECHNOLOGIES, MEASUREMENTS)
  expect(names).toEqual(expect.arrayContaining(['nic', 'nic.sr-iov', 'nic.descriptorCycles', 'CPU-03']))
  for (const name of names) expect(listed(name), name).not.toBeNull()
})

test('for machines', () => {
  expect(modelsJson(TECHNOLOGIES)).toEqual({
    technologies: [
      {
        name: 'nic',
        handlers: [
          { name: 'emulated', kind: 'software' },
          { name: 'sr-iov', kind: 'hardware' },
        ],
        costs: [
          {
            name: 'nic.descriptorCycles',
            value: 100,
            unit: 'cycles',
            source: 'NIC-02',
            range: [50, 200],
            rows: ['NIC-02'],
          },
          { name: 'nic.emulated.copyCycles', value: 2000, unit: 'cycles', source: 'NIC-16', rows: ['NIC-16'] },
          {
            name: 'nic.sr-iov.doorbellCycles',
            value: 300,
            unit: 'cycles',
            source: 'assumption: a write to the device',
            rows: [],
          },
        ],
      },
      {
        name: 'processor',
        handlers: [{ name: 'vt-x', kind: 'hardware' }],
        costs: [{ name: 'processor.vt-x.syscall', value: 246, unit: 'cycles', source: 'CPU-03', rows: ['CPU-03'] }],
      },
    ],
  })
})
