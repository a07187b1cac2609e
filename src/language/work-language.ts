// The part of the scenario language that says what virtual machines do: the kinds of work, and what each asks.
import { SCREEN_CONTENTS, TRAP_KINDS, type TrapKind } from '../models/host/setup.ts'
import { length, log } from './log-times.ts'
import {
  bytes,
  choice,
  defaulted,
  either,
  flag,
  items,
  keys,
  measure,
  name,
  number,
  optional,
  required,
  whole,
} from './shapes.ts'
import type { Complaint, Draft, Field, Meaning, Shape } from './shapes.ts'
import {
  amount,
  ARRIVALS,
  count,
  from,
  MOST,
  oneArrival,
  quantity,
  rate,
  time,
  type WrittenArrivals,
} from './arrival-language.ts'

const compute = keys(
  { ...ARRIVALS, cycles: required(quantity(amount('24e6')), 'cycles of one job') },
  { example: '{ rate: 20 /s, cycles: 24e6 }', check: oneArrival },
)

const trapArrivals = either(rate, keys(ARRIVALS, { example: '{ every: 10 ms }', check: oneArrival }))

function perTrapKind<T>(shape: Shape<T>): Record<TrapKind, Field<T | undefined>> {
  const entries = TRAP_KINDS.map((kind) => [kind, optional(shape, TRAP_MEANINGS[kind])])
  return Object.fromEntries(entries) as Record<TrapKind, Field<T | undefined>>
}

const TRAP_MEANINGS: Readonly<Record<TrapKind, string>> = {
  syscall: 'system call',
  'page-fault': 'page fault',
  'page-table-write': 'write to a page table',
  'address-space': 'create, switch or destroy an address space',
  'divide-fault': 'division by zero',
  'port-io': 'access to an I/O port that no device is behind',
  interrupt: 'interrupt, delivery and end',
  'msr-write': 'write to a model-specific register',
  cpuid: 'CPUID instruction',
  hypercall: 'call of the hypervisor',
  halt: 'halt and wake-up',
}

const packetShape = {
  direction: required(choice('direction', ['receive', 'transmit']), 'into or out of the VM'),
  bytes: required(quantity(bytes('1 MiB', '1500')), 'bytes of a message, counted from the IP header'),
  vlan: defaulted(either(flag(), whole(1, 4094, '100')), false, 'false', 'VLAN id; true is VLAN 1'),
  vpn: defaulted(flag(), false, 'false', 'encrypted; on receive decrypted'),
  partition: optional(
    name('the name of a partition', 'storage', []),
    'partition of the port; needed when it is divided',
  ),
}

const packetStream = keys(
  { ...packetShape, ...ARRIVALS },
  { example: '{ direction: receive, rate: 250 /s, bytes: 1200 }', check: oneArrival },
)

const requestShape = {
  name: required(
    name('the name of a kind of requests', 'offloads', []),
    'which technologies they pass: those that pass requests of this name, such as `accelerator`: `offloads`',
  ),
  bytes: required(quantity(bytes('1 TiB', '4096')), 'size of a request'),
  device: optional(
    name('the name of a device', 'disks', []),
    'the device of `host.devices` that serves them, by DMA into the VM’s memory',
  ),
}

const requestStream = keys(
  { ...requestShape, ...ARRIVALS },
  { example: '{ name: offloads, rate: 20000 /s, bytes: 4096 }', check: oneArrival },
)

/** Who of a group is given one of what there may be too few of. */
const grant = (says: string) =>
  optional(
    either(flag(), whole(0, 100_000, '10')),
    `${says}: all, none or so many, before other groups; otherwise most work first`,
  )

const perPixel = (says: string) => defaulted(number(0, 1e6, '10'), 0, '0', says)

const figures = keys(
  {
    encode: required(number(0, 1e6, '40'), 'cycles a pixel to encode it in software'),
    bytes: required(number(0, 1000, '0.1'), 'bytes a pixel as software encodes it'),
    decode: perPixel('cycles a pixel of the guest to decode what is shown'),
    draw: perPixel('cycles a pixel of the guest to draw it'),
  },
  { example: '{ encode: 40, bytes: 0.1, decode: 30, draw: 10 }' },
)

const screen = keys(
  {
    ...ARRIVALS,
    pixels: required(quantity(amount('120e3')), 'changed pixels of one update'),
    content: optional(
      either(choice('content', SCREEN_CONTENTS), figures),
      'what is shown: prices of a pixel by content, or figures of your own; the guest draws it, and decodes a video',
    ),
    quality: optional(number(1, 100, '60'), 'of a video, which is measured at 80'),
    scaledFrom: optional(whole(1, MOST, '2073600'), 'pixels of the picture that a video is scaled from'),
    frames: optional(measure('rate', '0.01 /s', '1e6 /s', '30 /s'), 'updates that the display takes at most'),
    card: grant('displays of the group that have a session of the display card'),
  },
  { example: '{ rate: 8 /s, pixels: 120e3 }', check: screenShows },
)

/** How a video is coded says nothing of text, and own figures say it themselves. */
function screenShows(draft: Draft<WrittenArrivals & { content: unknown }>, given: ReadonlySet<string>): Complaint[] {
  const isOther = !given.has('content') || (draft.content !== undefined && draft.content !== 'video')
  const ofVideo = ['quality', 'scaledFrom'].filter((key) => isOther && given.has(key))
  const complaints = ofVideo.map((key) => ({ key, text: 'is said of a video; write content: video, or remove it' }))
  return [...oneArrival(draft, given), ...complaints]
}

const nicShare = keys(
  { associations: grant("VMs of the group whose tunnels have the NIC's security associations") },
  { example: '{ associations: 10 }' },
)

const clones = keys(
  {
    at: optional(time('0 ns', '500 ms'), 'when all `count` requests are made'),
    count: optional(count(0, '200'), 'requests per VM'),
    arrivals: optional(log, 'times of a log: a request at each'),
    from,
    bytes: required(quantity(bytes('1024 TiB', '24 GiB')), 'size of one clone'),
    concurrent: required(count(1, '8'), 'how many are served at a time; the others wait'),
    per: optional(length('1 ms', '24 h'), 'how often such a batch comes: its cores are told over this time, too'),
  },
  { example: '{ at: 0 s, count: 200, bytes: 24 GiB, concurrent: 8 }', check: batchOrTimes },
)

function batchOrTimes(_: unknown, given: ReadonlySet<string>): Complaint[] {
  if (!given.has('arrivals')) {
    const missing = ['at', 'count'].filter((key) => !given.has(key))
    return missing.map((key) => ({
      text: `lacks \`${key}\`; write both \`at\` and \`count\`, or \`arrivals: { file, column }\``,
    }))
  }
  const both = ['at', 'count'].filter((key) => given.has(key))
  return both.map((key) => ({
    key,
    text: 'excludes `arrivals`, whose rows say when and how many; keep one of the two',
  }))
}

const loop = keys(
  {
    repeat: required(amount('400'), 'requests per VM'),
    concurrent: defaulted(count(1, '4'), 1, '1', 'requests that each VM keeps outstanding'),
    compute: optional(
      keys(
        { cycles: required(quantity(amount('397670')), "cycles of the guest's own work per request") },
        { example: '{ cycles: 397670 }' },
      ),
      "the guest's own work",
    ),
    traps: defaulted(
      keys(perTrapKind(whole(0, 1e9, '40')), { noun: 'trap kind', example: '{ syscall: 40 }' }),
      {} as Record<TrapKind, number | undefined>,
      '{}',
      'traps of each kind per request',
    ),
    packets: defaulted(
      items(
        'kind of packets',
        keys(
          { ...packetShape, count: required(count(0, '1'), 'messages per request') },
          { example: '{ direction: transmit, count: 1, bytes: 1500 }' },
        ),
      ),
      [],
      '[]',
      'packets per request',
    ),
    requests: defaulted(
      items(
        'kind of requests',
        keys(
          { ...requestShape, count: required(count(0, '1'), 'requests of this name at once, per repetition') },
          { example: '{ name: offloads, count: 1, bytes: 4096 }' },
        ),
      ),
      [],
      '[]',
      'requests of a name, kind after kind, that each repetition waits for',
    ),
  },
  { example: '{ repeat: 400, compute: { cycles: 397670 } }', check: loopContent },
)

interface LoopDraft {
  readonly compute?: object
  readonly traps?: Readonly<Record<string, number | undefined>>
  readonly packets?: readonly ({ readonly count?: number } | undefined)[]
  readonly requests?: readonly ({ readonly count?: number } | undefined)[]
}

// A request without content takes no time, and the loop would never let the clock move.
function loopContent(draft: LoopDraft, given: ReadonlySet<string>): Complaint[] {
  const traps = Object.values(draft.traps ?? {})
  const counts = [...(draft.packets ?? []), ...(draft.requests ?? [])].map((each) => each?.count)
  const empty = !given.has('compute') && [...traps, ...counts].every((times) => times === 0)
  const wrongInside = (['traps', 'packets', 'requests'] as const).some((key) => given.has(key) && !draft[key])
  if (!empty || wrongInside) return []
  return [{ text: 'repeats nothing; give a request `compute`, `traps`, `packets` or `requests`' }]
}

/** One group of alike VMs. */
export const vmGroup = keys(
  {
    count: required(count(0, '60'), 'VMs of this kind'),
    vcpus: required(whole(1, 512, '2'), 'virtual processors of each VM'),
    compute: optional(
      either(compute, items('compute stream', compute)),
      "the guest's own work: jobs, of one stream or several",
    ),
    traps: defaulted(
      keys(perTrapKind(trapArrivals), { noun: 'trap kind', example: '{ syscall: 2000 /s }' }),
      {} as Record<TrapKind, Meaning<typeof trapArrivals> | undefined>,
      '{}',
      'traps, by kind: a rate, or a map of arrivals',
    ),
    packets: defaulted(items('packet stream', packetStream), [], '[]', 'packet streams'),
    requests: defaulted(
      items('kind of requests', requestStream),
      [],
      '[]',
      'requests of a name: work for `accelerator`, for technologies of plug-ins, and for devices',
    ),
    screen: optional(screen, 'screen updates, sent to a viewer over the port'),
    clones: optional(clones, 'copies of virtual disks'),
    loop: optional(loop, 'closed work: each VM keeps requests of fixed content outstanding'),
    nic: optional(nicShare, 'what the VMs are given of a NIC that has too little for all'),
  },
  { example: '{ count: 60, vcpus: 1, traps: { syscall: 2000 /s } }' },
)
