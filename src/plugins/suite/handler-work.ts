// The work that the handler suite sends through a handler.
import {
  TRAP_KINDS,
  type Arrivals,
  type Direction,
  type PacketFlow,
  type Setup,
  type VmGroup,
} from '../../models/host/setup.ts'

/** Guest work per job of the quiet run; a number that no rounding treats kindly. */
export const COMPUTE_CYCLES = 10_007

/** Some alone, some at the same instant, some so close that they queue. */
const BURSTS: Arrivals = {
  kind: 'times',
  timesNs: Array.from(
    { length: 48 },
    (_, i) => 100_000 * Math.floor(i / 8) + [0, 0, 1, 500, 501, 9_000, 40_000, 40_001][i % 8],
  ),
}
const FEW: Arrivals = { kind: 'times', timesNs: [0, 250_000, 250_000, 600_001] }

const streams = (arrivals: Arrivals, partition: string): PacketFlow[] =>
  (['receive', 'transmit'] satisfies Direction[]).flatMap((direction) => [
    { direction, bytes: 1500, vlan: 0, vpn: false, partition, arrivals },
    { direction, bytes: { uniform: { min: 64, max: 9000 } }, vlan: 1, vpn: true, partition, arrivals },
  ])

const everyTrap = (arrivals: Arrivals): VmGroup['traps'] =>
  Object.fromEntries(TRAP_KINDS.map((kind) => [kind, arrivals]))

function group(arrivals: Arrivals, few: Arrivals, partition: string, clones: VmGroup['clones']): VmGroup {
  return {
    count: 2,
    vcpus: 2,
    compute: { arrivals, cycles: COMPUTE_CYCLES },
    traps: everyTrap(few),
    packets: streams(arrivals, partition),
    screen: { arrivals: few, pixels: 50_021 },
    clones,
    loop: null,
  }
}

const CLONES = { atNs: 0, count: 4, arrivals: FEW, bytes: 262_144, concurrent: 2 }

/** A list of work that any host has done long before the window of a minute ends. */
export const QUIET: Setup = {
  seed: 20,
  warmupNs: 0,
  measureNs: 60e9,
  host: {
    cores: 8,
    clockHz: 2.5e9,
    processor: 'as-measured',
    hypervisor: 'preempts',
    nic: { rateBitPerS: 10e9, partitions: [] },
    array: { pathBytesPerS: 1e9, internalBytesPerS: 4e9 },
  },
  vms: { one: group(BURSTS, FEW, '', CLONES), two: group(FEW, BURSTS, '', CLONES) },
  costs: {},
}

const random = (ratePerS: number): Arrivals => ({ kind: 'poisson', ratePerS })

/** More than one core can do, in a short window behind a warm-up, on a divided port. (A run would wait for clones.) */
export const BUSY: Setup = {
  ...QUIET,
  seed: 21,
  warmupNs: 200_000,
  measureNs: 1_500_000,
  host: {
    ...QUIET.host,
    cores: 1,
    nic: {
      rateBitPerS: 10e9,
      partitions: [
        { name: 'some', rateBitPerS: 2e9 },
        { name: 'rest', rateBitPerS: 'auto' },
      ],
    },
  },
  vms: {
    one: group(random(20_000), random(2000), 'some', null),
    two: group(random(40_000), random(500), 'rest', null),
  },
}

/** The same with requests of these names: a technology's own kind of work has to come from somewhere. */
export function withRequests(setup: Setup, names: readonly string[]): Setup {
  const requested = (group: VmGroup): VmGroup => {
    const { arrivals } = group.packets[0]
    const bytes = { uniform: { min: 64, max: 9000 } }
    return { ...group, requests: names.map((name) => ({ name, bytes, device: '', arrivals })) }
  }
  const vms = Object.fromEntries(Object.entries(setup.vms).map(([name, group]) => [name, requested(group)]))
  return names.length === 0 ? setup : { ...setup, vms }
}
