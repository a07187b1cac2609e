// Accelerator: work of a VM that an engine can do instead of the processor: a copy, a checksum, a compression.
//
//   request ─► submit ─┬─ transfer ─► engine ─► done            asynchronous: nobody waits
//                      ├─ transfer ─► engine ─► wake up ─► done     sleeping: the thread gives its vCPU to others meanwhile
//                      └─ transfer ─► engine ═══════════ done       spinning: the vCPU waits, whatever else there is to do
//
// Requests named `offloads` pass it. All VMs share the engine and its queue, so a vCPU that spins also spins while others are
// served. These are the three ways of Accelerometer (Sync, Sync-OS, Async), and the blocking call of LogCA.
import type { EventKind } from '../../engine/simulation.ts'
import { Device } from '../host/devices.ts'
import {
  step,
  type Costs,
  type Handler,
  type Line,
  type PathFunction,
  type Technology,
  type Wiring,
} from '../host/technology.ts'

const costs = {
  'software.cyclesPerByte': {
    value: 0.415,
    unit: 'cycles/byte',
    source: 'TCP-40, TCP-51: a copy is 7.4 % of 5.61 cycles a byte of a receiver on a Xeon Gold 6128',
    range: [0.35, 0.415],
  },
  submitCycles: {
    value: 250,
    unit: 'cycles/request',
    source:
      'assumption: write a descriptor of 64 bytes and hand it over; no published figure apart from the whole (DMA-01)',
    range: [50, 2500],
  },
  transferCycles: {
    value: 0,
    unit: 'cycles/request',
    source: 'DMA-01: the engine reads and writes memory itself, and the processor moves nothing',
    range: [0, 10_000],
  },
  transferCyclesPerByte: {
    value: 0,
    unit: 'cycles/byte',
    source: 'DMA-01: the engine reads and writes memory itself, and the processor moves nothing',
    range: [0, 2],
  },
  wakeCycles: {
    value: 5000,
    unit: 'cycles/request',
    source: 'assumption: a thread is put aside and another taken up, twice, with what caches lose',
    range: [1000, 20_000],
  },
  engineNs: {
    value: 830,
    unit: 'ns',
    source: 'DMA-01: 910 ns by 1.19 us for 10 KB and 28.42 us for 0.995 MB, less 80 ns for submitting',
    range: [500, 1500],
  },
  engineNsPerByte: {
    value: 0.02764,
    unit: 'ns/byte',
    source: 'DMA-01: 1.19 us for 10 KB and 28.42 us for 0.995 MB',
    range: [0.02, 0.04],
  },
  engines: { value: 1, unit: 'count', source: 'DMA-01: one engine', least: 1, whole: true, range: [1, 4] },
} as const satisfies Costs

const submit: Line = [
  step('vcpu', 'submit', { each: 'submitCycles' }),
  step('vcpu', 'transfer', { each: 'transferCycles', perByte: 'transferCyclesPerByte' }),
]

/** Where a unit enters the engine, given where it goes afterwards. */
function engine(wiring: Wiring, served: EventKind): EventKind {
  const { host } = wiring
  const { sim, items } = host
  const servers = wiring.cost('engines')
  const device = wiring.shared('engine', () => new Device(host, 'offload engine', { servers }))
  const [each, perByte] = [wiring.cost('engineNs'), wiring.cost('engineNsPerByte')]
  return sim.event('at the engine', (unit) => device.work(each + perByte * items.size[unit], unit, served))
}

const asynchronous: PathFunction = (wiring, done) => wiring.line(submit, engine(wiring, done))

const sleeping: PathFunction = (wiring, done) => {
  const woken = wiring.line([step('vcpu', 'wake up', { each: 'wakeCycles' })], done)
  return wiring.line(submit, engine(wiring, woken))
}

const spinning: PathFunction = (wiring, done) => {
  return wiring.line(
    submit,
    wiring.spinning('wait for the engine', (served) => engine(wiring, served), done),
  )
}

const software: Handler = {
  kind: 'software',
  enter: [step('user', 'work', { perByte: 'software.cyclesPerByte' })],
}

export const accelerator: Technology = {
  name: 'accelerator',
  passes: 'offloads',
  costs,
  handlers: {
    software,
    asynchronous: { kind: 'hardware', enter: asynchronous },
    sleeping: { kind: 'hardware', enter: sleeping },
    spinning: { kind: 'hardware', enter: spinning },
  },
}
