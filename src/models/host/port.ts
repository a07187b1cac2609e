// The NIC's port: a wire per direction, or, when the port is divided, one per partition and direction.
import type { EventKind, Simulation } from '../../engine/simulation.ts'
import { Device, type Loads } from './devices.ts'
import type { Direction, Partition } from './setup.ts'

/** Bytes a packet carries on the wire beyond its IP packet: Ethernet header 14, FCS 4, preamble 8, gap 12 (IEEE 802.3). */
export const WIRE_OVERHEAD_BYTES = 38
/** The largest IP packet on the wire: Ethernet's standard MTU. */
export const MTU_BYTES = 1500
/** Partitions of a port, and the grain of their rates: NIC-09, NIC-10. */
export const PARTITIONS_MAX = 4
export const PARTITION_STEP_BIT_PER_S = 100e6

export const PARTITION_RULE =
  'a port is divided into at most 4 partitions: fixed requests first, the rest shared evenly by `auto`, in steps of 100 Mbit/s'

/**
 * The rate each partition gets, in bit/s (HP Virtual Connect, rows NIC-09 … NIC-11): fixed requests are met first, the
 * rest is shared evenly by `auto`, rounded down to whole steps; steps left over go to the first `auto` ones.
 * Throws a RangeError naming the rule when there are too many or they ask for more than the port has.
 */
export function allocatePartitions(rateBitPerS: number, partitions: readonly Partition[]): number[] {
  if (partitions.length > PARTITIONS_MAX) throw new RangeError(`${partitions.length} partitions; ${PARTITION_RULE}`)
  const fixed = partitions.reduce((sum, { rateBitPerS: rate }) => sum + (rate === 'auto' ? 0 : rate), 0)
  const autos = partitions.filter(({ rateBitPerS: rate }) => rate === 'auto').length
  const steps = Math.floor((rateBitPerS - fixed) / PARTITION_STEP_BIT_PER_S)
  if (fixed > rateBitPerS || steps < autos)
    throw new RangeError(`${fixed / 1e9} Gbit/s fixed on a port of ${rateBitPerS / 1e9} Gbit/s; ${PARTITION_RULE}`)
  let left = autos === 0 ? 0 : steps % autos
  return partitions.map(({ rateBitPerS: rate }) => {
    if (rate !== 'auto') return rate
    const extra = left-- > 0 ? 1 : 0
    return (Math.floor(steps / autos) + extra) * PARTITION_STEP_BIT_PER_S
  })
}

/** One direction of the port or of a partition: packets pass one after another at its rate. */
export class Link {
  readonly name: string
  readonly #device: Device
  readonly #nsPerByte: number

  constructor(sim: Simulation, loads: Loads, name: string, rateBitPerS: number) {
    this.name = name
    this.#device = new Device({ sim, loads }, name)
    this.#nsPerByte = 8e9 / rateBitPerS
  }

  /** Sends a unit's packets, then fires `done` with it. */
  send(bytes: number, packets: number, unit: number, done: EventKind): void {
    this.#device.work((bytes + packets * WIRE_OVERHEAD_BYTES) * this.#nsPerByte, unit, done)
  }
}

export class Port {
  readonly #links = new Map<string, Link>()

  constructor(sim: Simulation, loads: Loads, rateBitPerS: number, partitions: readonly Partition[]) {
    const rates = allocatePartitions(rateBitPerS, partitions)
    const parts =
      partitions.length === 0
        ? [{ name: '', rate: rateBitPerS }]
        : partitions.map(({ name }, i) => ({ name, rate: rates[i] }))
    for (const { name, rate } of parts)
      for (const direction of ['receive', 'transmit'] as const) {
        const link = new Link(sim, loads, linkName(direction, name), rate)
        this.#links.set(link.name, link)
      }
  }

  link(direction: Direction, partition: string): Link {
    const link = this.#links.get(linkName(direction, partition))
    if (!link) throw new Error(`the port has no partition ${partition}`)
    return link
  }
}

function linkName(direction: Direction, partition: string): string {
  return partition === '' ? `wire.${direction}` : `wire.${partition}.${direction}`
}
