// What one run is asked to simulate, in base units: the host, the groups of VMs on it, and the work they generate.
// A scenario file is turned into this by the loader; nothing below knows of files, units or YAML.
import type { Distribution } from '../../engine/distributions.ts'

/** When work arrives, for each VM on its own. Many listed times are memory that threads share. */
export type Arrivals =
  | { readonly kind: 'poisson'; readonly ratePerS: number }
  | { readonly kind: 'periodic'; readonly everyNs: number }
  | { readonly kind: 'bursts'; readonly ratePerS: number; readonly onNs: number; readonly offNs: number }
  | {
      readonly kind: 'times'
      readonly timesNs: readonly number[] | Float64Array
      /** They count from the start of the run, and not from that of the window. */
      readonly isFromStart?: true
    }

export const TRAP_KINDS = [
  'syscall',
  'page-fault',
  'page-table-write',
  'address-space',
  'divide-fault',
  'port-io',
  'interrupt',
  'msr-write',
  'cpuid',
  'hypercall',
  'halt',
] as const
export type TrapKind = (typeof TRAP_KINDS)[number]

export type Direction = 'receive' | 'transmit'

/** The guest's own work: jobs of a number of cycles. */
export interface ComputeWork {
  readonly arrivals: Arrivals
  readonly cycles: Distribution
}

/** What a message asks of the technologies on its way. */
export interface PacketShape {
  readonly direction: Direction
  /** Bytes of one message, counted from the IP header. */
  readonly bytes: Distribution
  /** VLAN id 1–4094; 0: untagged. `vlan: true` in a scenario is VLAN 1. */
  readonly vlan: number
  readonly vpn: boolean
  /** Name of a partition of the port; '' when the port is not divided. */
  readonly partition: string
}

export interface PacketFlow extends PacketShape {
  readonly arrivals: Arrivals
}

/**
 * Who of a group is given one of something that there may be too few of: all of its VMs, none, or so many; those go before
 * groups of which nothing is said.
 */
export type Grant = boolean | number

/** What a screen shows, as far as there are prices for it. */
export const SCREEN_CONTENTS = ['text', 'mixed', 'video'] as const
export type ScreenContent = (typeof SCREEN_CONTENTS)[number]

/** What a pixel asks that is like none of them: bytes to its viewer, and cycles to encode, decode and draw it. */
export interface ScreenFigures {
  readonly encode: number
  readonly bytes: number
  readonly decode: number
  readonly draw: number
}

export interface ScreenWork {
  readonly arrivals: Arrivals
  /** Changed pixels per update. */
  readonly pixels: Distribution
  /** Nothing is said: the display's prices of a pixel of which one knows nothing, and no work of the guest. */
  readonly content?: ScreenContent | ScreenFigures
  /** Quality of a coded video, 1 to 100. */
  readonly quality?: number
  /** Pixels of the picture that a video is scaled from: more pixels show no more. */
  readonly scaledFrom?: number
  /** How many updates a display takes in a second at most. */
  readonly framesPerS?: number
  /** Sessions of a display card. */
  readonly card?: Grant
}

/** What a group's VMs are given of a NIC. */
export interface NicShare {
  /** Security associations, for all tunnels of a VM. */
  readonly associations?: Grant
  /** Virtual functions. */
  readonly functions?: Grant
}

/** What a request asks: of the technologies that its name passes, and of a device of the host. */
export interface RequestShape {
  readonly name: string
  readonly bytes: Distribution
  /** The host's device that serves it; '' for none. */
  readonly device: string
}

export interface RequestFlow extends RequestShape {
  readonly arrivals: Arrivals
}

export interface CloneWork {
  /** All `count` requests are made at `atNs`, or each at its own time when `arrivals` is given. */
  readonly atNs: number
  readonly count: number
  readonly arrivals: Arrivals | null
  readonly bytes: Distribution
  /** Admission: how many are served at a time; the rest wait first come first served. */
  readonly concurrent: number
  /** `atNs` counts from the start of the run, and not from that of the window. */
  readonly isFromStart?: true
  /** How often such a batch comes; not given: nothing is said of that. */
  readonly perNs?: number
}

/** When the requests of a batch are made. */
export function cloneArrivals({ arrivals, atNs, count, isFromStart }: CloneWork): Arrivals {
  if (arrivals !== null) return arrivals
  return {
    kind: 'times',
    timesNs: new Array<number>(count).fill(atNs),
    ...(isFromStart === true ? { isFromStart } : {}),
  }
}

/** A closed workload: each VM keeps `concurrent` requests of this content outstanding. */
export interface LoopWork {
  readonly repeat: number
  readonly concurrent: number
  /** Cycles of the guest's own work per request; null: none. */
  readonly cycles: Distribution | null
  readonly traps: Readonly<Partial<Record<TrapKind, number>>>
  readonly packets: readonly (PacketShape & { readonly count: number })[]
  readonly requests?: readonly (RequestShape & { readonly count: number })[]
}

export interface VmGroup {
  readonly count: number
  readonly vcpus: number
  /** A list where several streams are written as one; see {@link computeStreams}. */
  readonly compute: ComputeWork | readonly ComputeWork[] | null
  readonly traps: Readonly<Partial<Record<TrapKind, Arrivals>>>
  readonly packets: readonly PacketFlow[]
  readonly requests?: readonly RequestFlow[]
  readonly screen: ScreenWork | null
  readonly clones: CloneWork | null
  readonly loop: LoopWork | null
  readonly nic?: NicShare
}

/**
 * The streams of guest jobs with their names. One that is written alone is `compute`; those of a list are numbered, also where
 * there is only one, since random streams go by these names.
 */
export function computeStreams({ compute }: Pick<VmGroup, 'compute'>): (readonly [name: string, work: ComputeWork])[] {
  if (compute === null) return []
  return 'cycles' in compute ? [['compute', compute]] : compute.map((work, i) => [`compute.${i}`, work])
}

/** A kind of open work of a group: its name in results, when it arrives, and the sizes drawn for it (null: it has none). */
export interface OpenWork {
  readonly name: string
  readonly arrivals: Arrivals
  readonly size: Distribution | null
}

/** All open work of a group; clones, which may be a batch, and loops are not. */
export function openWork(group: Pick<VmGroup, 'compute' | 'traps' | 'packets' | 'requests' | 'screen'>): OpenWork[] {
  const { traps, packets, requests = [], screen } = group
  return [
    ...computeStreams(group).map(([name, { arrivals, cycles }]) => ({ name, arrivals, size: cycles })),
    ...Object.entries(traps).map(([kind, arrivals]) => ({ name: `traps.${kind}`, arrivals, size: null })),
    ...packets.map(({ arrivals, bytes }, i) => ({ name: `packets.${i}`, arrivals, size: bytes })),
    ...requests.map(({ name, arrivals, bytes }) => ({ name: `requests.${name}`, arrivals, size: bytes })),
    ...(screen ? [{ name: 'screen', arrivals: screen.arrivals, size: screen.pixels }] : []),
  ]
}

/** Whether a kind of work, by its name, is guest jobs of open work. */
export function isCompute(work: string): boolean {
  return work === 'compute' || work.startsWith('compute.')
}

/**
 * Names of groups in the order in which they take turns: larger groups first, then by all else that is written of them. Names
 * decide only between groups that are alike in all of it, and places in a file never do.
 */
export function turnsOf(vms: Setup['vms']): string[] {
  const contents = new Map(Object.keys(vms).map((name) => [name, contentOf(vms[name])]))
  const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)
  return [...contents.keys()].sort((a, b) => {
    return vms[b].count - vms[a].count || compare(contents.get(a)!, contents.get(b)!) || compare(a, b)
  })
}

/** Of so many numbers, a few tell enough. */
const NUMBERS_MAX = 1000

/** Keys in their order, so that it does not matter who has made the group. */
function contentOf(value: unknown): string {
  if (value instanceof Float64Array || (Array.isArray(value) && value.length > NUMBERS_MAX))
    return contentOf([value.length, value[0], value.at(-1)])
  if (Array.isArray(value)) return `[${value.map(contentOf).join()}]`
  // What a group does not have comes last.
  if (value === null) return '~'
  if (typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined)
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, inner]) => `${key}:${contentOf(inner)}`).join()}}`
}

/** A group of VMs as it stands in the host: its VMs are numbered `firstVm` … `firstVm + count − 1`. */
export interface Group extends VmGroup {
  readonly name: string
  readonly firstVm: number
}

export interface Partition {
  readonly name: string
  /** What was asked for, in bit/s; the rule of `port.ts` decides what is given. */
  readonly rateBitPerS: number | 'auto'
}

export const PROCESSORS = ['as-measured', 'prescott', 'merom', 'nehalem', 'sandy-bridge'] as const
export type ProcessorName = (typeof PROCESSORS)[number]

/** A device of the host, which VMs' requests are served by: a constant time for each, and for each byte. */
export interface HostDevice {
  readonly nsPerRequest: number
  readonly nsPerByte: number
  /** How many requests it serves at a time. */
  readonly servers: number
}

export interface HostSetup {
  readonly cores: number
  readonly clockHz: number
  readonly processor: ProcessorName
  /** `preempts`: hypervisor work preempts guest work; `shares`: it competes evenly with the vCPUs. */
  readonly hypervisor: 'preempts' | 'shares'
  readonly nic: { readonly rateBitPerS: number; readonly partitions: readonly Partition[] } | null
  /** Bytes per second, reads plus writes, over the host's storage path and inside the array. */
  readonly array: { readonly pathBytesPerS: number; readonly internalBytesPerS: number } | null
  readonly devices?: Readonly<Record<string, HostDevice>>
}

/**
 * Length of the window in ns, or what ends it: `batches`, when all clones and loops are done, whatever goes on beside them;
 * null, when nothing is left to do (until idle).
 */
export type WindowLength = number | 'batches' | null

/** The part of a scenario that decides what happens in a run. */
export interface Setup {
  readonly seed: number
  readonly warmupNs: number
  readonly measureNs: WindowLength
  readonly host: HostSetup
  readonly vms: Readonly<Record<string, VmGroup>>
  /** Overrides of costs by full name, `technology.key`. */
  readonly costs: Readonly<Record<string, number>>
  /** Which of them the scenario itself calls assumptions, in the order of their names; absent if none. */
  readonly assumed?: readonly string[]
}

/** A named choice of one handler per technology. */
export type Arm = Readonly<Record<string, string>>
