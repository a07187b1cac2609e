// From a scenario as it is written, all of it read and right, to what the models are asked to simulate.
import type { Distribution } from '../engine/distributions.ts'
import type { Arrivals, CloneWork, LoopWork, PacketShape, Partition, TrapKind, VmGroup } from '../models/setup.ts'
import type { Written, WrittenGroup } from './language.ts'
import { vlanId } from './rules.ts'
import type { Scenario } from './scenario.ts'
import type { WrittenArrivals } from './work-language.ts'

/** The scenario, its arms, groups and costs in the order of their names. */
export function assembled({ name, question, seed, run, host, arms, vms, costs }: Written): Scenario {
  return {
    name,
    question,
    seed,
    replications: run.replications,
    warmupNs: run.warmup,
    measureNs: run.measure ?? null,
    host: {
      cores: host.cores,
      clockHz: host.clock,
      processor: host.processor,
      hypervisor: host.hypervisor,
      nic: host.nic ? { rateBitPerS: host.nic.rate, partitions: host.nic.partitions.map(partitionOf) } : null,
      array: host.array ? { pathBytesPerS: host.array.path, internalBytesPerS: host.array.internal } : null,
    },
    baseline: Object.keys(arms)[0],
    arms: sorted(arms, (arm) => sorted(arm, (handler) => handler)),
    vms: sorted(vms, groupOf),
    costs: sorted(costs, (cost) => cost),
  }
}

/** The same under each name, in the order of the names' code points. */
function sorted<T, U>(named: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  const order = Object.keys(named).sort((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(order.map((key) => [key, change(named[key])]))
}

type WrittenPartition = NonNullable<Written['host']['nic']>['partitions'][number]

function partitionOf({ name, rate }: WrittenPartition): Partition {
  return { name, rateBitPerS: rate }
}

function groupOf({ count, vcpus, compute, traps, packets, screen, clones, loop }: WrittenGroup): VmGroup {
  return {
    count,
    vcpus,
    compute: compute ? { arrivals: arrivalsOf(compute), cycles: distributionOf(compute.cycles) } : null,
    traps: perKind(traps, (when) => arrivalsOf(typeof when === 'number' ? { rate: when } : when)),
    packets: packets.map((stream) => ({ ...packetOf(stream), arrivals: arrivalsOf(stream) })),
    screen: screen ? { arrivals: arrivalsOf(screen), pixels: distributionOf(screen.pixels) } : null,
    clones: clones ? clonesOf(clones) : null,
    loop: loop ? loopOf(loop) : null,
  }
}

/** Present kinds in the order of their names. */
function perKind<T, U>(
  traps: Readonly<Partial<Record<TrapKind, T>>>,
  change: (value: T) => U,
): Readonly<Partial<Record<TrapKind, U>>> {
  return sorted(traps as Readonly<Record<string, T>>, change)
}

function arrivalsOf({ rate, every, bursts }: Partial<WrittenArrivals>): Arrivals {
  if (every !== undefined) return { kind: 'periodic', everyNs: every }
  if (bursts === undefined) return { kind: 'poisson', ratePerS: rate! }
  return { kind: 'bursts', ratePerS: rate!, onNs: bursts.on, offNs: bursts.off }
}

type WrittenPacket = WrittenGroup['packets'][number]

function packetOf({ direction, bytes, vlan, vpn, partition }: Omit<WrittenPacket, keyof WrittenArrivals>): PacketShape {
  return { direction, bytes: distributionOf(bytes), vlan: vlanId(vlan), vpn, partition: partition ?? '' }
}

function clonesOf({ at, count, arrivals, bytes, concurrent }: NonNullable<WrittenGroup['clones']>): CloneWork {
  const each = { bytes: distributionOf(bytes), concurrent }
  if (arrivals === undefined) return { atNs: at, count: count, arrivals: null, ...each }
  return { atNs: 0, count: arrivals.length, arrivals: { kind: 'times', timesNs: arrivals }, ...each }
}

function loopOf({ repeat, concurrent, compute, traps, packets }: NonNullable<WrittenGroup['loop']>): LoopWork {
  return {
    repeat,
    concurrent,
    cycles: compute ? distributionOf(compute.cycles) : null,
    traps: perKind(traps, (times) => times),
    packets: packets.map((packet) => ({ ...packetOf(packet), count: packet.count })),
  }
}

/** A constant is written as its number, so that both ways of writing it are one scenario. */
function distributionOf(written: WrittenPacket['bytes']): Distribution {
  if (typeof written === 'number') return written
  return written.constant ?? (written as Distribution)
}
