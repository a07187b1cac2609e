// What a technology's row says of time: from entering its handler to leaving it, waiting included; and whose work it is of.
import { describe, expect, test } from 'vitest'
import { Histogram } from '../../src/engine/histogram.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { at, run, setup, sum, vm } from './build.ts'

const TCP = { 'tcp.packetCycles': 1000, 'tcp.byteCycles': 0, 'tcp.ackCycles': 0 }
const times = ({ latencies }: Tallies, technology: string): { count: number; least: number; most: number } => {
  const histogram = new Histogram()
  histogram.merge(latencies[technology])
  return { count: histogram.count, least: histogram.quantile(0), most: histogram.quantile(1) }
}

describe('waiting is part of a latency', () => {
  test('a packet waits in the guest for the one before it', () => {
    const sending = setup({
      vms: { vm: vm({ packets: [at([0, 0, 0], { direction: 'transmit' })] }) },
      costs: TCP,
    })
    expect(times(run(sending, { tcp: 'host-stack' }), 'tcp')).toEqual({ count: 3, least: 1000, most: 3000 })
  })

  test('also where the next technology runs in the same job', () => {
    const tagged = setup({
      vms: { vm: vm({ packets: [at([0, 0], { direction: 'transmit', vlan: 1 })] }) },
      costs: { ...TCP, 'vlan.host-tagging.tagCycles': 200, 'nic.sr-iov.doorbellCycles': 0 },
    })
    const tallies = run(tagged, { tcp: 'host-stack', vlan: 'host-tagging', nic: 'sr-iov' })
    expect(times(tallies, 'tcp')).toEqual({ count: 2, least: 1000, most: 2200 })
    expect(times(tallies, 'vlan')).toEqual({ count: 2, least: 200, most: 200 })
  })
})

test('all packets of an update are caused by the display, and none of them is the VM’s own', () => {
  const screen = { arrivals: { kind: 'times', timesNs: [0], isFromStart: true }, pixels: 40_000 } as const
  const costs = {
    'display.bytesPerPixel': 0.25,
    'display.text.bytesPerPixel': 0.25,
    'display.mixed.bytesPerPixel': 0.25,
  }
  const given = setup({ vms: { vm: vm({ screen }) }, costs })
  const tallies = run(given, { display: 'pcoip-card', nic: 'paravirtual' })
  // 40,000 pixels at a quarter of a byte are seven packets.
  expect(sum(tallies, { technology: 'nic', step: 'path', cause: 'display' }, 'items')).toBe(7)
  expect(tallies.ledger.filter(({ cause, technology }) => technology === 'nic' && cause === 'nic')).toEqual([])
  expect(times(tallies, 'nic').count).toBe(0)
})
