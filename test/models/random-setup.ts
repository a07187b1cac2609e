// Random setups for properties: every kind of work, every option of the host, light
// and hopeless load, windows of at most 2 ms so that a thousand of them take seconds.
import fc from 'fast-check'
import type { Distribution } from '../../src/engine/distributions.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { PROCESSORS, SCREEN_CONTENTS, TRAP_KINDS } from '../../src/models/host/setup.ts'
import type {
  Arm,
  Arrivals,
  CloneWork,
  HostSetup,
  PacketShape,
  Partition,
  RequestShape,
  ScreenWork,
  Setup,
  VmGroup,
} from '../../src/models/host/setup.ts'

const log = (low: number, high: number): fc.Arbitrary<number> =>
  fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map((x) => Math.exp(x))

const arrivals = (lowPerS: number, highPerS: number): fc.Arbitrary<Arrivals> =>
  fc.oneof(
    log(lowPerS, highPerS).map((ratePerS): Arrivals => ({ kind: 'poisson', ratePerS })),
    log(lowPerS, highPerS).map((ratePerS): Arrivals => ({ kind: 'periodic', everyNs: Math.round(1e9 / ratePerS) })),
    fc
      .tuple(log(lowPerS, highPerS), log(2e4, 1e6), log(2e4, 1e6))
      .map(([ratePerS, onNs, offNs]): Arrivals => ({ kind: 'bursts', ratePerS, onNs, offNs })),
  )

const size = (low: number, high: number): fc.Arbitrary<Distribution> =>
  fc.oneof(
    log(low, high).map((x) => Math.round(x)),
    log(low, high).map((mean): Distribution => ({ exponential: mean })),
    fc.tuple(log(low, high), log(0.2, 2)).map(([mean, cv]): Distribution => ({ lognormal: { mean, cv } })),
  )

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 2 })

const shape = (partitions: readonly Partition[]): fc.Arbitrary<PacketShape> =>
  fc.record({
    direction: fc.constantFrom('receive' as const, 'transmit' as const),
    bytes: size(40, 40_000),
    vlan: fc.constantFrom(0, 7),
    vpn: fc.boolean(),
    partition: partitions.length === 0 ? fc.constant('') : fc.constantFrom(...partitions.map(({ name }) => name)),
  })

const traps = fc
  .subarray([...TRAP_KINDS], { maxLength: 3 })
  .chain((kinds) => fc.tuple(fc.constant(kinds), fc.array(arrivals(500, 2e5), { minLength: 3, maxLength: 3 })))
  .map(([kinds, when]) => Object.fromEntries(kinds.map((kind, i) => [kind, when[i]])))

const clones: fc.Arbitrary<CloneWork> = fc.record({
  atNs: fc.constantFrom(0, 12_345),
  count: fc.integer({ min: 0, max: 9 }),
  arrivals: fc.constant(null),
  bytes: size(1, 1e7),
  concurrent: fc.integer({ min: 1, max: 4 }),
})

const screen: fc.Arbitrary<ScreenWork> = fc.record(
  {
    arrivals: arrivals(500, 2e4),
    pixels: size(10, 1e5),
    content: fc.oneof(
      fc.constantFrom(...SCREEN_CONTENTS),
      // Whole cycles of the guest, so that what is left undone is known to the cycle.
      fc.constant({ encode: 7.5, bytes: 0.3, decode: 0, draw: 2 }),
    ),
    framesPerS: log(500, 2e4),
  },
  { requiredKeys: ['arrivals', 'pixels'] },
)

/** For the accelerator, for a device, or for nobody. */
const request: fc.Arbitrary<RequestShape> = fc.record({
  name: fc.constantFrom('offloads', 'offloads', 'reads'),
  bytes: size(1, 1e5),
  device: fc.constantFrom('', '', 'disks'),
})

const openGroup = (partitions: readonly Partition[]): fc.Arbitrary<VmGroup> =>
  fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    vcpus: fc.integer({ min: 1, max: 4 }),
    compute: maybe(fc.record({ arrivals: arrivals(500, 2e4), cycles: size(1e2, 1e6) })),
    traps,
    packets: fc.array(
      fc.tuple(shape(partitions), arrivals(1e3, 3e5)).map(([each, when]) => ({ ...each, arrivals: when })),
      { maxLength: 3 },
    ),
    requests: fc.array(
      fc.tuple(request, arrivals(1e3, 2e5)).map(([each, when]) => ({ ...each, arrivals: when })),
      { maxLength: 2 },
    ),
    screen: maybe(screen),
    clones: fc.constant(null),
    loop: fc.constant(null),
  })

const loopGroup = (partitions: readonly Partition[]): fc.Arbitrary<VmGroup> =>
  fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    vcpus: fc.integer({ min: 1, max: 4 }),
    compute: fc.constant(null),
    traps: fc.constant({}),
    packets: fc.constant([]),
    screen: fc.constant(null),
    clones: maybe(clones),
    loop: fc.record({
      repeat: fc.integer({ min: 0, max: 12 }),
      concurrent: fc.integer({ min: 1, max: 4 }),
      cycles: maybe(size(1e2, 1e5)),
      traps: fc
        .subarray([...TRAP_KINDS], { maxLength: 3 })
        .map((kinds) => Object.fromEntries(kinds.map((kind, i) => [kind, 1 + ((i * 7) % 5)]))),
      packets: fc.array(
        fc.tuple(shape(partitions), fc.integer({ min: 0, max: 4 })).map(([each, count]) => ({ ...each, count })),
        { maxLength: 3 },
      ),
      requests: fc.array(
        fc.tuple(request, fc.integer({ min: 0, max: 3 })).map(([each, count]) => ({ ...each, count })),
        { maxLength: 2 },
      ),
    }),
  })

const partitions: fc.Arbitrary<Partition[]> = fc
  .array(fc.constantFrom('auto' as const, 1e9, 2.5e9), { maxLength: 4 })
  .map((rates) => rates.map((rateBitPerS, i) => ({ name: `p${i}`, rateBitPerS })))

const hostOf = (divided: readonly Partition[]): fc.Arbitrary<HostSetup> =>
  fc.record({
    cores: fc.constantFrom(1, 1, 2, 3, 8),
    clockHz: fc.constantFrom(733e6, 1e9, 2.93e9, 3.8e9),
    processor: fc.constantFrom(...PROCESSORS),
    hypervisor: fc.constantFrom('preempts' as const, 'shares' as const),
    nic: fc.constant({ rateBitPerS: 10e9, partitions: divided }),
    array: fc.constant({ pathBytesPerS: 1e9, internalBytesPerS: 4e9 }),
    devices: fc.constant({ disks: { nsPerRequest: 1500, nsPerByte: 0.5, servers: 2 } }),
  })

/** A run with a window, or until idle when `idle`. */
export const randomSetup: fc.Arbitrary<Setup> = fc.tuple(partitions, fc.boolean()).chain(([divided, idle]) =>
  fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    warmupNs: idle ? fc.constant(0) : fc.constantFrom(0, 1e5, 333_333),
    measureNs: idle ? fc.constant(null) : log(5e4, 2e6),
    host: hostOf(divided),
    vms: fc.dictionary(fc.constantFrom('a', 'b', 'c'), idle ? loopGroup(divided) : openGroup(divided), {
      minKeys: 1,
      maxKeys: 2,
    }),
    costs: fc.constantFrom<Record<string, number>>(
      {},
      { 'nic.ringPackets': 64 },
      { 'nic.interruptGap': 0 },
      { 'tcp.segmentBytes': 9000, 'nic.interruptGap': 100_000 },
      { 'display.cardSessions': 1, 'vpn.place': 1, 'vpn.inline-nic.associations': 1 },
    ),
  }),
)

/** Any choice of technologies, each with any of its handlers. */
export const randomArm: fc.Arbitrary<Arm> = fc
  .tuple(
    ...TECHNOLOGIES.map(({ name, handlers }) =>
      fc.tuple(fc.constant(name), fc.option(fc.constantFrom(...Object.keys(handlers)), { nil: null, freq: 6 })),
    ),
  )
  .map((chosen) => Object.fromEntries(chosen.filter((pair): pair is [string, string] => pair[1] !== null)))
