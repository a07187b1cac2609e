// What mapping and unmapping buffers costs a guest with a device of its own, by hand. One cycle is one ns, one byte 0.8 ns.
import { describe, expect, test } from 'vitest'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { paper, sheet } from '../sheet.ts'

/** Every price differs from every other one; a unit has three buffers. An interrupt is 2 × 211 = 422. */
const COSTS = {
  'iommu.strict.mapCycles': 31,
  'iommu.strict.unmapCycles': 37,
  'iommu.deferred.mapCycles': 41,
  'iommu.deferred.unmapCycles': 43,
  'iommu.buffersPerPacket': 3,
  'nic.interruptGap': 10_000,
  'nic.interruptTraps': 2,
  'nic.ringPackets': 64,
  'nic.sr-iov.doorbellCycles': 17,
  'nic.sr-iov.descriptorCycles': 13,
  'processor.vt-x.interrupt': 211,
}
const NS_1500 = (1500 + 38) * 0.8
const NS_100 = (100 + 38) * 0.8
const SR_IOV = { processor: 'vt-x', nic: 'sr-iov' }

/** A VM sends 1600 bytes at 0, two packets, and receives two messages of 100 and 1500 that were sent at 20,000. */
const given = setup({
  host: host({ cores: 4 }),
  vms: {
    vm: vm({ packets: [at([0], { direction: 'transmit', bytes: 1600 }), at([20_000], { bytes: 100 }), at([20_001])] }),
  },
  costs: COSTS,
})
const WIRES = { 'wire.transmit': NS_1500 + NS_100, 'wire.receive': NS_100 + NS_1500 }

test.each([
  ['strict', 3 * 31, 3 * 37],
  ['deferred', 3 * 41, 3 * 43],
])('%s', (iommu, map, unmap) => {
  // Out: the guest maps and rings for each packet, until m + 17 and twice that; the wire is done with them 1230.4 and
  // 1230.4 + 110.4 after the first. The interrupt comes with the first and takes both 422 later; then two are unmapped.
  const sent = map + 17 + 1230.4
  // In: off the wire at 20,110.4 and 21,340.8. The interrupts of the guest end at 20,532.4 and, a gap of 10,000 after the
  // last one, at 30,532.4. Each buffer is unmapped, the one that takes its place mapped, and handed back for 13.
  const each = unmap + map + 13
  expect(sheet(given, { ...SR_IOV, iommu })).toEqual(
    paper({
      steps: [
        ['iommu', 'iommu', 'vcpu', 'map', 4 * 3, 4 * map],
        ['iommu', 'iommu', 'vcpu', 'unmap', 4 * 3, 4 * unmap],
        ['nic', 'nic', 'vcpu', 'doorbell', 2, 2 * 17],
        ['nic', 'nic', 'vcpu', 'descriptor', 2, 2 * 13],
        ['processor', 'nic', 'host', 'interrupt', 3 * 2, 3 * 422],
      ],
      vcpus: 4 * (map + unmap) + 2 * 17 + 2 * 13 + 3 * 422,
      devices: WIRES,
      latency: {
        // The second packet waits for the first one's doorbell. Unmapping after a packet is sent is not on its way.
        iommu: [4, map + (map + 17 + map) + 2 * (unmap + map)],
        nic: [4, sent + (sent + 110.4) + (532.4 + each) + (10_531.4 + each)],
      },
      done: [
        ['packets.0', 0, sent + 422 + 2 * unmap],
        ['packets.1', 0, 20_532.4 + each],
        ['packets.2', 0, 30_532.4 + each],
      ],
      left: {},
    }),
  )
})

test('off: nothing is mapped, and all is as without an IOMMU', () => {
  const off = sheet(given, { ...SR_IOV, iommu: 'off' })
  expect(off).toEqual(
    paper({
      steps: [
        ['nic', 'nic', 'vcpu', 'doorbell', 2, 2 * 17],
        ['nic', 'nic', 'vcpu', 'descriptor', 2, 2 * 13],
        ['processor', 'nic', 'host', 'interrupt', 3 * 2, 3 * 422],
      ],
      vcpus: 2 * 17 + 2 * 13 + 3 * 422,
      devices: WIRES,
      latency: { iommu: [4, 0], nic: [4, 1247.4 + 1357.8 + (532.4 + 13) + (10_531.4 + 13)] },
      done: [
        ['packets.0', 0, 1247.4 + 422],
        ['packets.1', 0, 20_532.4 + 13],
        ['packets.2', 0, 30_532.4 + 13],
      ],
      left: {},
    }),
  )
  const { latency, ...without } = sheet(given, SR_IOV)
  expect({ ...without, latency: { ...latency, iommu: [4, 0] } }).toEqual(off)
})

describe('a device that is not assigned to a VM', () => {
  test.each(['emulated', 'paravirtual', 'vmdq', 'flex-10'])('%s: is the host’s own, and nothing is mapped', (nic) => {
    const tallies = run(given, { processor: 'vt-x', nic, iommu: 'strict' })
    expect(tallies.ledger.filter(({ technology }) => technology === 'iommu')).toEqual([])
    expect(tallies.latencies['iommu'].count).toBe(0)
    expect(tallies.work.map(({ technologies }) => technologies)).toEqual(Array(3).fill(['nic']))
  })

  test('nor without a NIC in the arm', () => {
    const tallies = run(given, { iommu: 'strict' })
    expect(sum(tallies, { technology: 'iommu' })).toBe(0)
    expect(tallies.work[0].technologies).toEqual([])
  })

  test('the packets of an assigned one pass the IOMMU', () => {
    const { work } = run(given, { ...SR_IOV, iommu: 'strict' })
    expect(work.map(({ technologies }) => [...technologies].sort())).toEqual(Array(3).fill(['iommu', 'nic']))
  })
})

test('a segment of many packets has as many buffers as one packet', () => {
  // 3 buffers of 31 for each of one segment or three packets.
  const message = { ...given, vms: { vm: vm({ packets: [at([0], { direction: 'transmit', bytes: 4500 })] }) } }
  const mapped = (tcp: string): number => sum(run(message, { ...SR_IOV, iommu: 'strict', tcp }), { step: 'map' })
  expect([mapped('segmentation-offload'), mapped('host-stack')]).toEqual([3 * 31, 3 * 3 * 31])
})
