// What encrypting and decrypting packets costs, with AES-128. Instructions and card are compared in the suite that one source
// measured on both, CBC with HMAC-SHA1 (IPS-01); software without instructions was only found measured with GCM.
import type { Costs } from '../host/technology.ts'

export const costs = {
  place: {
    value: 0,
    unit: 'choice',
    choices: ['vcpu', 'host'],
    source: 'assumption: the guest ends the tunnel; `host` is a gateway that does it for its VMs',
  },
  packetCycles: {
    value: 1000,
    unit: 'cycles/packet',
    source: 'assumption: look the association up, add or take off the ESP header and trailer, check the window',
    range: [200, 4000],
  },
  'software-aes.cyclesPerByte': {
    value: 27.03,
    unit: 'cycles/byte',
    source: 'IPS-06: GCM at 0.296 bits per cycle on a Cortex-A53, without AES instructions',
    range: [10, 48.19],
  },
  'aes-ni.cyclesPerByte': {
    value: 3.453,
    unit: 'cycles/byte',
    source: 'IPS-01: 695 MB/s on one core of 2.40 GHz, CBC with HMAC-SHA1; GCM takes 0.67 (IPS-03)',
    range: [0.67, 4],
  },
  'lookaside.submitCycles': {
    value: 1500,
    unit: 'cycles/request',
    source: 'assumption: build a request, ring the doorbell',
    range: [200, 5000],
  },
  'lookaside.collectCycles': {
    value: 1000,
    unit: 'cycles/request',
    source: 'assumption: take a response off the ring and hand the packet on',
    range: [100, 5000],
  },
  'lookaside.outstanding': {
    value: 128,
    unit: 'count',
    whole: true,
    least: 1,
    source: 'IPS-01: the highest concurrency measured',
    range: [1, 65_536],
  },
  'lookaside.crossings': { value: 3, unit: 'count', source: 'IPS-13' },
  'lookaside.crossingNs': {
    value: 14_700,
    unit: 'ns',
    source:
      'IPS-01: calibrated, a third of what 65.8 µs for 16 KiB with one thread leave after bus, card and processor',
    range: [500, 20_000],
  },
  'lookaside.busNsPerByte': {
    value: 0.3125,
    unit: 'ns/byte',
    source: 'assumption: 3.2 GB/s of payload over the card’s bus, PCIe 2.0 with 8 lanes',
    range: [0.05, 1],
  },
  'lookaside.cardNsPerByte': {
    value: 0.318,
    unit: 'ns/byte',
    source: 'IPS-01: 3,144 MB/s with 128 threads',
  },
  'lookaside.completion': {
    value: 0,
    unit: 'choice',
    choices: ['interrupt', 'polling'],
    source: 'assumption: the card’s driver waits for interrupts unless told to poll',
  },
  'lookaside.interruptTraps': {
    value: 2,
    unit: 'count',
    source: 'INT-01: one to deliver, one to end it, as of any assigned device',
    range: [0, 4],
  },
  'lookaside.interruptGap': {
    value: 20_648,
    unit: 'ns',
    source: 'assumption: moderated as the NIC of INT-10 is',
    range: [0, 1e6],
  },
  'lookaside.hostInterruptCycles': {
    value: 2000,
    unit: 'cycles',
    source: 'assumption: acknowledge, schedule and leave; two native faults of CPU-16',
    range: [500, 10_000],
  },
  'lookaside.pollNs': {
    value: 10_000,
    unit: 'ns',
    least: 1,
    source: 'assumption: a poll each 10 µs while requests are outstanding',
    range: [100, 1e6],
  },
  'lookaside.pollCycles': {
    value: 300,
    unit: 'cycles',
    source: 'assumption: read the head of the response ring',
    range: [50, 2000],
  },
  'inline-nic.descriptorCycles': {
    value: 100,
    unit: 'cycles/packet',
    source: 'assumption: the descriptor names the association; the rest is in the NIC’s own path',
    range: [10, 500],
  },
  'inline-nic.associations': {
    value: 1000,
    unit: 'count',
    whole: true,
    source: 'IPS-10: measured with 1.0k tunnels',
    range: [0, 1_000_000],
  },
  'inline-nic.nsPerByte': {
    value: 0.042,
    unit: 'ns/byte',
    source: 'IPS-10: 190.5 Gbit/s',
  },
} as const satisfies Costs
