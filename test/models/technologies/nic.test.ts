// How a packet crosses between a VM and the port, by hand. One cycle is one ns, one byte 0.8 ns; four cores, so that only
// what must wait waits.
import { describe, expect, test } from 'vitest'
import { Host } from '../../../src/models/host/host.ts'
import type { HostSetup, Setup } from '../../../src/models/host/setup.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { paper, sheet } from '../sheet.ts'

/** Every price differs from every other one. An interrupt is 2 × 211 = 422. */
const COSTS = {
  'nic.interruptGap': 10_000,
  'nic.interruptTraps': 2,
  'nic.ringPackets': 64,
  'nic.hostCyclesPerPacket': 101,
  'nic.classifyCyclesPerPacket': 103,
  'nic.copyCyclesPerByte': 2,
  'nic.shapeCyclesPerPacket': 107,
  'nic.hostInterruptCycles': 131,
  'nic.emulated.accessesPerTransmit': 3,
  'nic.emulated.accessesPerReceive': 5,
  'nic.emulated.worldSwitchCycles': 113,
  'nic.emulated.deviceCyclesPerPacket': 127,
  'nic.sr-iov.doorbellCycles': 17,
  'nic.sr-iov.descriptorCycles': 13,
  'processor.vt-x.interrupt': 211,
  'processor.vt-x.notify': 223,
  'processor.vt-x.device-access': 227,
  'tcp.packetCycles': 0,
  'tcp.byteCycles': 0,
  'tcp.ackCycles': 0,
  'tcp.segmentBytes': 65_536,
}
/** A packet of 1500, 150 or 100 bytes on the wire. */
const NS_1500 = (1500 + 38) * 0.8
const NS_150 = (150 + 38) * 0.8
const NS_100 = (100 + 38) * 0.8

/**
 * Three items. VM 0 sends 1600 bytes at 0, which are packets of 1500 and 100, and receives as many, on their way from
 * 20,000. VM 1 receives a packet of 150 on its heels. Off the wire: 21,230.4, 21,340.8 and 21,491.2.
 */
function threeItems(nic?: HostSetup['nic']): Setup {
  const partition = nic ? 'all' : ''
  const transmit = at([0], { direction: 'transmit', bytes: 1600, partition })
  return setup({
    host: host({ cores: 4, ...(nic && { nic }) }),
    vms: {
      a: vm({ packets: [transmit, at([20_000], { bytes: 1600, partition })] }),
      b: vm({ packets: [at([20_000], { bytes: 150, partition })] }),
    },
    costs: COSTS,
  })
}
const WIRES = { 'wire.transmit': NS_1500 + NS_100, 'wire.receive': NS_1500 + NS_100 + NS_150 }

describe('a sheet of paper for each handler', () => {
  test('emulated', () => {
    // Out: 3 × 227 + 3 × 113 + 127 = 1147 of trap for each packet, until 1147 and 2294; on the wire until 2377.4 and 2487.8.
    // The interrupt that says so comes at 2377.4 and ends at 2799.4, with both.
    // In: the host's interrupt of 131 begins at 21,230.4 and takes both packets of VM 0; VM 1's comes while the line rests,
    // until 31,230.4. The guests' interrupts end at 21,783.4 and 31,783.4. A packet is 5 × 227 + 5 × 113 + 127 = 1827.
    expect(sheet(threeItems(), { processor: 'vt-x', nic: 'emulated' })).toEqual(
      paper({
        steps: [
          ['processor', 'nic', 'host', 'device-access', 2 * 3 + 3 * 5, 2 * 3 * 227 + 3 * 5 * 227],
          ['nic', 'nic', 'host', 'world switch', 2 * 3 + 3 * 5, 2 * 3 * 113 + 3 * 5 * 113],
          ['nic', 'nic', 'host', 'device model', 2 + 3, 5 * 127],
          ['processor', 'nic', 'host', 'interrupt', 3 * 2, 3 * 422],
          ['nic', 'nic', 'host', 'interrupt', 2, 2 * 131],
        ],
        vcpus: 2 * 1147 + 3 * 1827 + 3 * 422,
        devices: WIRES,
        latency: { nic: [5, 2377.4 + 2487.8 + 3610.4 + 5437.4 + 13_610.4] },
        done: [
          ['packets.0', 0, 2799.4],
          ['packets.1', 0, 21_783.4 + 2 * 1827],
          ['packets.0', 1, 31_783.4 + 1827],
        ],
        left: {},
      }),
    )
  })

  // Out: the first packet's notification stops the guest for 223; the second one finds the host at work for the VM and needs
  // none. Path, classification and copy are 101 + 103 + 2 × bytes: 3204 from 223 on, 404 from 0 on. They leave the wire at
  // 3427 + 1230.4 and 404 + 110.4.
  // In: the host's interrupt ends at 21,361.4 for both packets of VM 0 and at 31,361.4 for VM 1's. The packet of 100 is
  // through the host at 21,765.4 and interrupts its guest until 22,187.4; that of 1500 at 24,565.4, and waits for the
  // guest's next interrupt, 31,765.4 until 32,187.4. VM 1's is through at 31,361.4 + 504, and 422 later in its guest.
  const shared = {
    vcpus: 223 + 3 * 422,
    devices: WIRES,
    latency: { nic: [5, 514.4 + 4657.4 + 2187.4 + 12_187.4 + 12_287.4] },
    done: [
      ['packets.0', 0, 4657.4],
      ['packets.1', 0, 32_187.4],
      ['packets.0', 1, 32_287.4],
    ],
    left: {},
  } as const
  test.each(['paravirtual', 'flex-10'])('%s', (nic) => {
    expect(sheet(threeItems(), { processor: 'vt-x', nic })).toEqual(
      paper({
        steps: [
          ['processor', 'nic', 'host', 'notify', 1, 223],
          ['nic', 'nic', 'host', 'path', 5, 5 * 101],
          ['nic', 'nic', 'host', 'classify', 5, 5 * 103],
          ['nic', 'nic', 'host', 'copy', 5, 2 * (1600 + 1600 + 150)],
          ['nic', 'nic', 'host', 'interrupt', 2, 2 * 131],
          ['processor', 'nic', 'host', 'interrupt', 3 * 2, 3 * 422],
        ],
        ...shared,
      }),
    )
  })

  test('vmdq', () => {
    // Out as paravirtual. In: each VM has a line of its own, so VM 1's packet interrupts the host at once, at 21,491.2. The
    // path of 101 is all: it ends at 21,462.4 for both packets of VM 0, and at 21,723.2; the guests' interrupts 422 later.
    expect(sheet(threeItems(), { processor: 'vt-x', nic: 'vmdq' })).toEqual(
      paper({
        steps: [
          ['processor', 'nic', 'host', 'notify', 1, 223],
          ['nic', 'nic', 'host', 'path', 5, 5 * 101],
          ['nic', 'nic', 'host', 'classify', 2, 2 * 103],
          ['nic', 'nic', 'host', 'copy', 2, 2 * 1600],
          ['nic', 'nic', 'host', 'interrupt', 2, 2 * 131],
          ['processor', 'nic', 'host', 'interrupt', 2 * 2, 2 * 422],
        ],
        vcpus: 223 + 2 * 422,
        devices: WIRES,
        latency: { nic: [5, 514.4 + 4657.4 + 2 * 1884.4 + 2145.2] },
        done: [
          ['packets.0', 0, 4657.4],
          ['packets.1', 0, 21_884.4],
          ['packets.0', 1, 22_145.2],
        ],
        left: {},
      }),
    )
  })

  test('sr-iov', () => {
    // Out: doorbells of 17 until 17 and 34; on the wire until 1247.4 and 1357.8. The interrupt that says so, from 1247.4,
    // takes both at 1669.4. In: the guests' interrupts come at 21,230.4 and 21,491.2; then 13 for each packet's buffer.
    expect(sheet(threeItems(), { processor: 'vt-x', nic: 'sr-iov' })).toEqual(
      paper({
        steps: [
          ['nic', 'nic', 'vcpu', 'doorbell', 2, 2 * 17],
          ['nic', 'nic', 'vcpu', 'descriptor', 3, 3 * 13],
          ['processor', 'nic', 'host', 'interrupt', 3 * 2, 3 * 422],
        ],
        vcpus: 2 * 17 + 3 * 13 + 3 * 422,
        devices: WIRES,
        latency: { nic: [5, 1247.4 + 1357.8 + 1665.4 + 1678.4 + 1926.2] },
        done: [
          ['packets.0', 0, 1669.4],
          ['packets.1', 0, 21_678.4],
          ['packets.0', 1, 21_926.2],
        ],
        left: {},
      }),
    )
  })
})

describe('a port that is divided', () => {
  const divided = threeItems({ rateBitPerS: 10e9, partitions: [{ name: 'all', rateBitPerS: 'auto' }] })
  const undivided = threeItems()

  test.each(['emulated', 'paravirtual', 'vmdq'])('%s: the host shapes each packet, in both directions', (nic) => {
    const arm = { processor: 'vt-x', nic }
    const shaped = run(divided, arm)
    expect(sum(shaped, { technology: 'nic', place: 'host', step: 'shape' })).toBe(5 * 107)
    expect(sum(shaped, { step: 'shape' }, 'items')).toBe(5)
    expect(sum(shaped, { technology: 'nic' })).toBe(sum(run(undivided, arm), { technology: 'nic' }) + 5 * 107)
  })

  test.each(['sr-iov', 'flex-10'])('%s: the NIC polices its partitions, and all is as on an undivided port', (nic) => {
    const arm = { processor: 'vt-x', nic }
    const { devices, ...asked } = sheet(divided, arm)
    const { devices: ofOne, ...asOne } = sheet(undivided, arm)
    expect(asked).toEqual(asOne)
    expect(Object.values(devices)).toEqual(Object.values(ofOne))
    expect(Object.keys(devices)).toEqual(['wire.all.receive', 'wire.all.transmit'])
  })
})

describe('notifications of a host that shares its NIC', () => {
  /** Times of packets of 100 bytes that a VM sends: each is 101 + 103 + 200 = 404 of host work, after 223 where it is notified. */
  const notified = (timesNs: number[], count = 1): number => {
    const sending = vm({ count, packets: [at(timesNs, { direction: 'transmit', bytes: 100 })] })
    const given = setup({ host: host({ cores: 4 }), vms: { vm: sending }, costs: COSTS })
    return sum(run(given, { processor: 'vt-x', nic: 'paravirtual' }), { step: 'notify' }, 'items')
  }

  test('a packet that comes while the host has some of this VM’s to do needs none', () => {
    // The host is done with the first at 223 + 404 = 627.
    expect(notified([0, 626])).toBe(1)
    expect(notified([0, 628])).toBe(2)
  })

  test('all that the VM gave the host counts, not the last packet alone', () => {
    // The second is done at 100 + 404 = 504, before the first.
    expect(notified([0, 100, 600])).toBe(1)
    expect(notified([0, 100, 628])).toBe(2)
  })

  test('what the host has to do for another VM does not count', () => {
    expect(notified([0, 626], 2)).toBe(2)
  })
})

describe('segments of 64 KiB', () => {
  const message = setup({
    vms: { vm: vm({ packets: [at([0], { direction: 'transmit', bytes: 4500 })] }) },
    host: host({ cores: 4 }),
    costs: COSTS,
  })

  test('cross the host’s path once, as one unit', () => {
    const tallies = run(message, { processor: 'vt-x', nic: 'paravirtual', tcp: 'segmentation-offload' })
    expect(sum(tallies, { technology: 'nic', step: 'path' })).toBe(101)
    expect(sum(tallies, { technology: 'nic', step: 'copy' })).toBe(2 * 4500)
  })

  test('are cut by the guest where the NIC is emulated: the stack and the device model see packets', () => {
    const tallies = run(message, { processor: 'vt-x', nic: 'emulated', tcp: 'segmentation-offload' })
    expect(sum(tallies, { technology: 'tcp', step: 'segment' }, 'items')).toBe(3)
    expect(sum(tallies, { technology: 'nic', step: 'device model' })).toBe(3 * 127)
  })
})

test('the interrupt that says a packet was sent announces nothing to merge', () => {
  // A packet is sent on the stream that two wait of: from the wire at 1230.4, 2460.8 and 3691.2, the first with an interrupt,
  // the two others with the next one at 11,230.4. One is sent meanwhile, with the same interrupt: it is no part of the
  // segment, which is complete when its two packets are there.
  const packets = [at([0, 0, 0]), at([3000], { direction: 'transmit', bytes: 100 })]
  const given = setup({
    host: host({ cores: 4 }),
    vms: { vm: vm({ packets }) },
    costs: { ...COSTS, 'tcp.packetCycles': 19 },
  })
  const tallies = run(given, { processor: 'vt-x', nic: 'sr-iov', tcp: 'segmentation-offload' })
  expect(sum(tallies, { work: 'packets.0', technology: 'tcp', step: 'segment' }, 'items')).toBe(2)
  expect(sum(tallies, { work: 'packets.0', technology: 'tcp', step: 'segment' })).toBe(2 * 19)
  expect(tallies.work.map(({ unfinished }) => unfinished)).toEqual([0, 0])
})

describe('in an arm without `processor`', () => {
  test('device accesses cost what they cost natively, interrupts and notifications nothing; the NIC pays', () => {
    // An access is 229 natively, a native interrupt 233, both given; for `notify` there is no native price.
    const costs = { 'processor.native.device-access': 229, 'processor.native.interrupt': 233 }
    const given = { ...threeItems(), costs: { ...COSTS, ...costs } }
    const { ledger, notes } = run(given, { nic: 'emulated' })
    const native = ledger.filter(({ step }) => step.endsWith('(native)'))
    expect(
      native.filter(({ technology, cause, assumed }) => technology !== 'nic' || cause !== 'nic' || assumed),
    ).toEqual([])
    const { steps, vcpus } = sheet(given, { nic: 'emulated' })
    expect(steps).toContainEqual(['nic', 'nic', 'host', 'device-access (native)', 21, 21 * 229])
    expect(steps).toContainEqual(['nic', 'nic', 'host', 'interrupt (native)', 3 * 2, 3 * 2 * 233])
    // They stop the guest as traps do: with world switches and the device model.
    expect(vcpus).toBe(21 * 229 + 3 * 2 * 233 + 21 * 113 + 5 * 127)
    expect(Object.keys(notes)).toContain('free: processor: traps of nic cost what they cost on bare metal')
  })

  test('a notification is free, which is an assumption', () => {
    const { steps, vcpus } = sheet(threeItems(), { nic: 'paravirtual' })
    expect(steps).toContainEqual(['nic', 'nic', 'host', 'notify (native)', 1, 0, 'assumed'])
    expect(vcpus).toBe(0)
  })
})

test('a NIC is wired on a host without a port too, for a technology that sends nothing by it', () => {
  const given = setup({ host: host({ nic: null }) })
  for (const nic of ['emulated', 'paravirtual', 'vmdq', 'flex-10']) {
    const wired = new Host(given, { nic }, 0, TECHNOLOGIES)
    const done = wired.sim.event('done', () => {})
    expect(wired.via('nic', 'transmit', done)).not.toBe(done)
  }
})
