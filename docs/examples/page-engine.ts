// Pages that are compressed before they are put aside: work that no technology of offsim has, and so requests of its own.
//
//   software   the guest's processor does it
//   polled     submit ─► engine; the vCPU spins until the page is there, and does nothing else meanwhile
//   slept      submit ─► engine ─► wake-up; the thread sleeps, and its vCPU goes on with other work
import { Device, step, type Costs, type EventKind, type Handler, type Technology, type Wiring } from 'offsim'

const costs = {
  compressCyclesPerByte: { value: 6, unit: 'cycles/byte', source: 'assumption: LZ4 at 400 MB/s', range: [3, 20] },
  submitCycles: { value: 600, unit: 'cycles', source: 'assumption: a descriptor and a doorbell', range: [100, 3000] },
  wakeCycles: { value: 5000, unit: 'cycles', source: 'assumption: two switches of threads', range: [1000, 20_000] },
  pageNs: { value: 900, unit: 'ns', source: 'assumption: a round trip to an engine on the chip', range: [300, 3000] },
  nsPerByte: { value: 0.1, unit: 'ns/byte', source: 'assumption: an engine of 10 GB/s', range: [0.02, 1] },
} as const satisfies Costs

/** One engine for all VMs: pages wait for each other. */
function engine(wiring: Wiring, served: EventKind): EventKind {
  const { host } = wiring
  const device = wiring.shared('engine', () => new Device(host, 'page engine'))
  const [each, perByte] = [wiring.cost('pageNs'), wiring.cost('nsPerByte')]
  return host.sim.event('page', (unit) => device.work(each + perByte * host.items.size[unit], unit, served))
}

const submit = [step('vcpu', 'submit', { each: 'submitCycles' })]

const handlers: Record<string, Handler> = {
  software: { kind: 'software', enter: [step('vcpu', 'compress', { perByte: 'compressCyclesPerByte' })] },
  polled: {
    kind: 'hardware',
    enter: (wiring, done) => {
      const waiting = wiring.spinning('wait for the page', (served) => engine(wiring, served), done)
      return wiring.line(submit, waiting)
    },
  },
  slept: {
    kind: 'hardware',
    enter: (wiring, done) => {
      const woken = wiring.line([step('vcpu', 'wake up', { each: 'wakeCycles' })], done)
      return wiring.line(submit, engine(wiring, woken))
    },
  },
}

export default { name: 'swap', passes: 'pages', costs, handlers } satisfies Technology
