// NIC: a packet crosses between a VM and the port.
//
//   emulated       guest ─► 12 device accesses, each a trap and a world switch ─► device model on the host ─► wire
//   paravirtual    guest ─► notification (a trap) ─► host path, copy ─► wire
//   vmdq           as paravirtual; the NIC sorts received packets into queues per VM, in the guest's memory
//   sr-iov         guest ─► doorbell ─► wire                    the VM has a device of its own; no host path
//   flex-10        as paravirtual, over a port that the NIC itself divides and polices
//
// All but sr-iov receive through an interrupt to the host; all deliver through moderated interrupts to the guest, whose
// delivery and end-of-interrupt are traps.
import type { EventKind } from '../../engine/simulation.ts'
import { dispatchBatch, Interrupts } from '../host/interrupts.ts'
import { NONE } from '../host/growing-table.ts'
import { costs } from './nic-costs.ts'
import {
  step,
  trap,
  type PathFunction,
  type Handler,
  type Line,
  type Technology,
  type Wiring,
} from '../host/technology.ts'

/** Interrupts to the guest: the first packet arms one, its traps stop the guest, and then all that wait go on. */
function toGuest(wiring: Wiring, done: EventKind): EventKind {
  const { host } = wiring
  const { sim, items } = host
  const interrupts = wiring.shared('guest interrupts', () => {
    return new Interrupts(host, {
      name: 'guest interrupt',
      perVm: true,
      gapNs: wiring.cost('interruptGap'),
      handling: (delivered) => wiring.line([trap('interrupt', 'interruptTraps')], delivered),
      taken: (first) => {
        host.merging.announce(first)
        dispatchBatch(host, first)
      },
    })
  })
  return sim.event('to guest', (unit) => {
    items.then[unit] = done
    interrupts.arrive(unit)
  })
}

/** Interrupts to the host: one vector for the port, or one per VM where the NIC has a queue for each. */
function toHost(perVm: boolean): PathFunction {
  return (wiring, done) => {
    const { host } = wiring
    const { sim, items } = host
    const interrupts = wiring.shared('host interrupts', () => {
      return new Interrupts(host, {
        name: 'host interrupt',
        perVm,
        gapNs: wiring.cost('interruptGap'),
        handling: (taken) => wiring.line([step('host', 'interrupt', { each: 'hostInterruptCycles' })], taken),
      })
    })
    return sim.event('to host', (unit) => {
      items.then[unit] = done
      interrupts.arrive(unit)
    })
  }
}

/** A notification to the host's thread: needed only while it has nothing of this VM's to do. */
const notified: PathFunction = (wiring, done) => {
  const { host } = wiring
  const { sim, items } = host
  const pending = wiring.shared('pending', () => new Int32Array(host.groupOfVm.length))
  const worked = sim.event('host has worked', (unit) => {
    pending[items.vm[unit]]--
    sim.fire(done, unit)
  })
  const work = wiring.line(hostPath(wiring, 'transmit', true), worked)
  const notify = wiring.line([trap('notify')], work)
  return sim.event('to host thread', (unit) => sim.fire(pending[items.vm[unit]]++ === 0 ? notify : work, unit))
}

/** The host's own way of a packet. */
function hostPath(wiring: Wiring, direction: 'transmit' | 'receive', copied: boolean): Line {
  const sortedByNic = wiring.handlerName === 'vmdq' && direction === 'receive'
  return [
    step('host', 'path', { each: 'hostCyclesPerPacket' }),
    ...(sortedByNic ? [] : [step('host', 'classify', { each: 'classifyCyclesPerPacket' })]),
    ...shaping(wiring),
    ...(copied ? [step('host', 'copy', { perByte: 'copyCyclesPerByte' })] : []),
  ]
}

/** Keeping the streams of a divided port apart is the host's work unless the NIC does it. */
function shaping({ handlerName, host }: Wiring): Line {
  const divided = (host.setup.host.nic?.partitions.length ?? 0) > 0
  return divided && handlerName !== 'flex-10' ? [step('host', 'shape', { each: 'shapeCyclesPerPacket' })] : []
}

/** Received by the host: interrupt, path, copy into the guest's memory, interrupt to the guest. */
function hostReceive(perVm: boolean, copied: boolean): PathFunction {
  return (wiring, done) => {
    const path = wiring.line(hostPath(wiring, 'receive', copied), toGuest(wiring, done))
    return toHost(perVm)(wiring, path)
  }
}

/** The guest learns that a unit was sent from an interrupt, and forgets its stream: there is nothing to merge. */
function completionInterrupt(wiring: Wiring, done: EventKind): EventKind {
  const { items, sim } = wiring.host
  const arrive = toGuest(wiring, done)
  return sim.event('sent', (unit) => {
    items.flow[unit] = NONE
    sim.fire(arrive, unit)
  })
}

/**
 * Device accesses of the guest: each a trap and a switch to the host's world and back; and what the device model does with a
 * packet, the host's own way of it included, as NIC-16 measured it.
 */
const accesses = (count: string): Line => [
  trap('device-access', count),
  step('exit', 'world switch', { each: 'emulated.worldSwitchCycles', times: count }),
  step('exit', 'device model', { each: 'emulated.deviceCyclesPerPacket' }),
]

const emulated: Handler = {
  kind: 'software',
  packetsOnly: true,
  transmit: (wiring, done) => wiring.line([...accesses('emulated.accessesPerTransmit'), ...shaping(wiring)], done),
  receive: (wiring, done) => {
    const touched = wiring.line(accesses('emulated.accessesPerReceive'), done)
    return toHost(false)(wiring, wiring.line(shaping(wiring), toGuest(wiring, touched)))
  },
  complete: completionInterrupt,
}

const paravirtual: Handler = { kind: 'software', transmit: notified, receive: hostReceive(false, true) }

const vmdq: Handler = { kind: 'hardware', transmit: notified, receive: hostReceive(true, false) }

const flex10: Handler = { kind: 'hardware', transmit: notified, receive: hostReceive(false, true) }

/** A virtual function: the guest's own driver, no host path; an IOMMU, if there is one, fences its DMA in. */
const srIov: Handler = {
  kind: 'hardware',
  assigned: true,
  transmit: (wiring, done) => {
    const rung = wiring.line([step('vcpu', 'doorbell', { each: 'sr-iov.doorbellCycles' })], done)
    return wiring.host.via('iommu', 'transmit', rung)
  },
  receive: (wiring, done) => {
    const refilled = wiring.line([step('vcpu', 'descriptor', { each: 'sr-iov.descriptorCycles' })], done)
    return toGuest(wiring, wiring.host.via('iommu', 'receive', refilled))
  },
  complete: (wiring, done) => completionInterrupt(wiring, wiring.host.via('iommu', 'complete', done, false)),
}

export const nic: Technology = {
  name: 'nic',
  costs,
  handlers: { emulated, paravirtual, vmdq, 'sr-iov': srIov, 'flex-10': flex10 },
}
