// What crossing between a VM and the port costs.
import type { Costs } from '../host/technology.ts'

export const costs = {
  interruptGap: {
    value: 20_648,
    unit: 'ns',
    source: 'INT-10: 48,430 interrupts/s of a saturated bare-metal receiver',
    range: [0, 1e6],
  },
  interruptTraps: {
    value: 2,
    unit: 'count',
    source: 'INT-01: 102,222 exits for 48,802 interrupts: one to deliver, one to end it',
    range: [0, 4],
  },
  ringPackets: {
    value: 1024,
    unit: 'count',
    whole: true,
    source: 'assumption: descriptors of a 10 Gbit/s virtual function, 512 to 4,096 in common drivers',
    range: [64, 65_536],
  },
  hostCyclesPerPacket: {
    value: 750,
    unit: 'cycles/packet',
    source: "NIC-23: Linux's raw path, 4.8 Mpps on a 3.6 GHz core",
    range: [150, 2000],
  },
  classifyCyclesPerPacket: {
    value: 1250,
    unit: 'cycles/packet',
    source: 'NIC-22, NIC-23: what connection tracking adds to the raw path (2,000 − 750)',
    range: [0, 4000],
  },
  copyCyclesPerByte: {
    value: 0.25,
    unit: 'cycles/byte',
    source: 'assumption: a copy between memories of host and guest moves 4 bytes per cycle',
    range: [0.05, 1],
  },
  shapeCyclesPerPacket: {
    value: 400,
    unit: 'cycles/packet',
    source: 'assumption: a token bucket and a class look-up, half of the raw path NIC-23',
    range: [0, 4000],
  },
  hostInterruptCycles: {
    value: 2000,
    unit: 'cycles',
    source: 'assumption: acknowledge, schedule and leave the poll; two native faults of CPU-16',
    range: [500, 10_000],
  },
  'emulated.accessesPerTransmit': {
    value: 12,
    unit: 'count',
    source: 'NIC-16: one OUT and 11 further IN/OUTs per packet',
  },
  'emulated.accessesPerReceive': {
    value: 5,
    unit: 'count',
    source: 'assumption: interrupt status twice, ring pointer, acknowledge, mask; no figure found for receive',
    range: [1, 12],
  },
  'emulated.worldSwitchCycles': {
    value: 6524,
    unit: 'cycles',
    source: 'NIC-15: 8.9 µs at 733 MHz, VMM to host and back; 0 where the monitor is not hosted',
    range: [0, 10_000],
  },
  'emulated.deviceCyclesPerPacket': {
    value: 16_661,
    unit: 'cycles/packet',
    source: 'NIC-15, NIC-16: 31.63 µs of the OUT path less one world switch of 8.9 µs, at 733 MHz',
    range: [1000, 25_000],
  },
  'sr-iov.descriptorCycles': {
    value: 50,
    unit: 'cycles/packet',
    source: 'assumption: a buffer is handed back to the device, with its share of a doorbell for several',
    range: [10, 500],
  },
  'sr-iov.doorbellCycles': {
    value: 200,
    unit: 'cycles',
    source: 'assumption: an uncached posted write over PCIe',
    range: [50, 1000],
  },
} as const satisfies Costs
