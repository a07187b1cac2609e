// From a scenario as it is written, all of it read and right, to what the models are asked to simulate.
import type { Distribution } from '../engine/distributions.ts'
import type {
  Arrivals,
  CloneWork,
  ComputeWork,
  HostDevice,
  HostSetup,
  LoopWork,
  PacketShape,
  Partition,
  RequestShape,
  ScreenWork,
  TrapKind,
  VmGroup,
} from '../models/host/setup.ts'
import type { Cost, Technology } from '../models/host/technology.ts'
import type { WrittenCost } from './price-language.ts'
import { MAX_REPLICATIONS, type Written, type WrittenGroup } from './scenario-language.ts'
import { expectationIn } from './expectation.ts'
import { namesOf, vlanId } from './rules.ts'
import type { CostOrigin, Expectation, PeerAsked, PeerModel, Scenario } from './asked.ts'
import type { WrittenArrivals } from './arrival-language.ts'

/** The scenario, its arms, groups and costs in the order of their names. */
export function assembled(written: Written, technologies: readonly Technology[]): Scenario {
  const { name, question, seed, run, host, arms, vms, costs, expect, compare, fit } = written
  return {
    name,
    question,
    seed,
    replications: run.replications,
    precision:
      run.precision === undefined
        ? null
        : { share: run.precision, maxReplications: run.max_replications ?? MAX_REPLICATIONS },
    confidence: run.confidence,
    expectations: expect.map((text) => expectationIn(text, namesOf(written)) as Expectation),
    warmup: run.warmup === 'auto' ? 'auto' : 'given',
    warmupNs: run.warmup === 'auto' ? 0 : run.warmup,
    measureNs: run.measure ?? (run.until === 'batches' ? 'batches' : null),
    host: {
      cores: host.cores,
      clockHz: host.clock,
      processor: host.processor,
      hypervisor: host.hypervisor,
      nic: host.nic ? { rateBitPerS: host.nic.rate, partitions: host.nic.partitions.map(partitionOf) } : null,
      ...devicesOf(host.devices),
      array: host.array ? { pathBytesPerS: host.array.path, internalBytesPerS: host.array.internal } : null,
    },
    baseline: Object.keys(arms)[0],
    arms: sorted(arms, (arm) => sorted(arm, (handler) => handler)),
    vms: sorted(vms, groupOf),
    costs: sorted(costs, (cost, key) => numberOf(cost, key, technologies)),
    ...originsOf(costs),
    ...(fit === undefined ? {} : { fit: { utilization: fit.utilization, group: fit.group ?? null } }),
    ...(compare.length === 0 ? {} : { peers: compare.map(peerOf) }),
  }
}

/** The same under each name, in the order of the names' code points. */
function sorted<T, U>(named: Readonly<Record<string, T>>, change: (value: T, key: string) => U): Record<string, U> {
  const order = Object.keys(named).sort((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(order.map((key) => [key, change(named[key], key)]))
}

function peerOf(written: Written['compare'][number]): PeerAsked {
  if (typeof written === 'string') return { model: written, symbols: null, mode: 'async' }
  const [model, given] = Object.entries(written)[0] as [PeerModel, Record<string, number | string | undefined>]
  const { mode = 'async', ...symbols } = given
  return { model, symbols: symbols as Record<string, number>, mode: mode as PeerAsked['mode'] }
}

function numberOf(cost: WrittenCost, key: string, technologies: readonly Technology[]): number {
  const value = typeof cost === 'object' ? cost.value : cost
  return typeof value === 'string' ? choiceOf(value, key, technologies) : value
}

/** Where costs come from, and which of them nobody has measured; nothing of what is not said. */
function originsOf(costs: Readonly<Record<string, WrittenCost>>): Pick<Scenario, 'costOrigins' | 'assumed'> {
  const described = Object.entries(costs).flatMap(([key, cost]) => {
    return typeof cost === 'object' && (cost.source ?? cost.range) !== undefined ? ([[key, cost]] as const) : []
  })
  if (described.length === 0) return {}
  const costOrigins = sorted(Object.fromEntries(described), ({ source = null, range }): CostOrigin => {
    return { source, range: range === undefined ? null : [Number(range[0]), Number(range[1])] }
  })
  const assumed = Object.keys(costOrigins).filter((key) => costOrigins[key].source?.startsWith('assumption'))
  return { costOrigins, ...(assumed.length === 0 ? {} : { assumed }) }
}

/** The number of a word that a cost was given. */
function choiceOf(word: string, cost: string, technologies: readonly Technology[]): number {
  const costs = technologies.flatMap((technology) =>
    Object.entries(technology.costs).map(([key, own]): [string, Cost] => [`${technology.name}.${key}`, own]),
  )
  return new Map(costs).get(cost)!.choices!.indexOf(word)
}

type WrittenPartition = NonNullable<Written['host']['nic']>['partitions'][number]

function partitionOf({ name, rate }: WrittenPartition): Partition {
  return { name, rateBitPerS: rate }
}

/** What no scenario says is left out, so that those without have the identity they had. */
function devicesOf(written: Written['host']['devices']): Pick<HostSetup, 'devices'> {
  if (Object.keys(written).length === 0) return {}
  const device = ({ rate, latency = 0, bandwidth, parallel }: (typeof written)[string]): HostDevice => ({
    nsPerRequest: rate === undefined ? latency : (parallel * 1e9) / rate,
    nsPerByte: bandwidth === undefined ? 0 : 1e9 / bandwidth,
    servers: parallel,
  })
  return { devices: sorted(written, device) }
}

function groupOf(written: WrittenGroup): VmGroup {
  const { count, vcpus, compute, traps, packets, requests, screen, clones, loop, nic } = written
  return {
    count,
    vcpus,
    compute: compute === undefined ? null : computeOf(compute),
    traps: perKind(traps, (when) => arrivalsOf(typeof when === 'number' ? { rate: when } : when)),
    packets: packets.map((stream) => ({ ...packetOf(stream), arrivals: arrivalsOf(stream) })),
    ...(requests.length === 0
      ? {}
      : { requests: requests.map((stream) => ({ ...requestOf(stream), arrivals: arrivalsOf(stream) })) }),
    screen: screen ? screenOf(screen) : null,
    clones: clones ? clonesOf(clones) : null,
    loop: loop ? loopOf(loop) : null,
    ...(nic?.associations === undefined ? {} : { nic: { associations: nic.associations } }),
  }
}

function screenOf(written: NonNullable<WrittenGroup['screen']>): ScreenWork {
  const { pixels, card, content, quality, scaledFrom, frames, ...when } = written
  const said = { card, content, quality, scaledFrom, framesPerS: frames }
  return { arrivals: arrivalsOf(when), pixels: distributionOf(pixels), ...onlySaid(said) }
}

/** Without the keys of which nothing is said, so that they are not part of what is asked. */
function onlySaid<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const said = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

type WrittenCompute = NonNullable<WrittenGroup['compute']>
type WrittenStream = Extract<WrittenCompute, { cycles: unknown }>

function computeOf(compute: WrittenCompute): VmGroup['compute'] {
  if ('cycles' in compute) return streamOf(compute)
  return compute.length === 0 ? null : compute.map(streamOf)
}

function streamOf(stream: WrittenStream): ComputeWork {
  return { arrivals: arrivalsOf(stream), cycles: distributionOf(stream.cycles) }
}

/** Present kinds in the order of their names. */
function perKind<T, U>(
  traps: Readonly<Partial<Record<TrapKind, T>>>,
  change: (value: T) => U,
): Readonly<Partial<Record<TrapKind, U>>> {
  return sorted(traps as Readonly<Record<string, T>>, change)
}

function arrivalsOf({ rate, every, bursts, arrivals, from }: Partial<WrittenArrivals>): Arrivals {
  if (arrivals !== undefined) return { kind: 'times', timesNs: arrivals, ...countedFrom(from) }
  if (every !== undefined) return { kind: 'periodic', everyNs: every }
  if (bursts === undefined) return { kind: 'poisson', ratePerS: rate! }
  return { kind: 'bursts', ratePerS: rate!, onNs: bursts.on, offNs: bursts.off }
}

type WrittenPacket = WrittenGroup['packets'][number]

function packetOf({ direction, bytes, vlan, vpn, partition }: Omit<WrittenPacket, keyof WrittenArrivals>): PacketShape {
  return { direction, bytes: distributionOf(bytes), vlan: vlanId(vlan), vpn, partition: partition ?? '' }
}

type WrittenRequest = WrittenGroup['requests'][number]

function requestOf({ name, bytes, device }: Pick<WrittenRequest, 'name' | 'bytes' | 'device'>): RequestShape {
  return { name, bytes: distributionOf(bytes), device: device ?? '' }
}

function clonesOf(written: NonNullable<WrittenGroup['clones']>): CloneWork {
  const { at, count, arrivals, from, bytes, concurrent, per } = written
  const each = { bytes: distributionOf(bytes), concurrent, ...(per === undefined ? {} : { perNs: per }) }
  if (arrivals === undefined) return { atNs: at, count: count, arrivals: null, ...each, ...countedFrom(from) }
  return { atNs: 0, count: arrivals.length, arrivals: arrivalsOf({ arrivals, from }), ...each }
}

/** Only what is not the rule is said, so that both ways of writing the rule are one scenario. */
function countedFrom(from: WrittenArrivals['from']): { readonly isFromStart?: true } {
  return from === 'start' ? { isFromStart: true } : {}
}

function loopOf({
  repeat,
  concurrent,
  compute,
  traps,
  packets,
  requests,
}: NonNullable<WrittenGroup['loop']>): LoopWork {
  return {
    repeat,
    concurrent,
    cycles: compute ? distributionOf(compute.cycles) : null,
    traps: perKind(traps, (times) => times),
    packets: packets.map((packet) => ({ ...packetOf(packet), count: packet.count })),
    ...(requests.length === 0
      ? {}
      : { requests: requests.map((request) => ({ ...requestOf(request), count: request.count })) }),
  }
}

/** A constant is written as its number, so that both ways of writing it are one scenario. */
function distributionOf(written: WrittenPacket['bytes']): Distribution {
  if (typeof written === 'number') return written
  return written.constant ?? (written as Distribution)
}
