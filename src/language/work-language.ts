// The part of the scenario language that says what virtual machines do: when work arrives, and how much of it.
import { TRAP_KINDS, type TrapKind } from '../models/host/setup.ts'
import { length, log } from './log-times.ts'
import {
  bytes,
  choice,
  column,
  defaulted,
  either,
  flag,
  items,
  keys,
  measure,
  name,
  number,
  oneOf,
  optional,
  required,
  whole,
} from './shapes.ts'
import type { Complaint, Draft, Field, Meaning, Measure, Shape } from './shapes.ts'

/** The largest amount of anything that is counted. */
export const MOST = 1e15
const RATE_MAX_PER_S = 1e9

export const time = (min: string, example: string) => measure('time', min, '240 h', example)
const rate = measure('rate', '0 /s', '1e9 /s', '250 /s')
export const count = (min: number, example: string) => whole(min, 100_000, example)
const amount = (example: string) => whole(0, MOST, example)

/** A number or a distribution. A plain number must be whole, since it is counted; a mean need not be. */
function quantity(plain: Shape<number> & Measure) {
  const noun = plain.dimension === null ? 'a number' : plain.noun
  const mean: Shape<number> & Measure = { ...plain, noun, whole: false }
  const cv = required(number(0, 100, '1.5'), 'standard deviation divided by mean')
  const spread = (example: string) =>
    keys({ mean: required(mean, 'the mean'), cv }, { example: `{ mean: ${plain.example}, cv: ${example} }` })
  const uniform = keys(
    { min: required(mean, 'the least value'), max: required(mean, 'the greatest value') },
    { example: `{ min: 1, max: ${plain.example} }`, check: ascending },
  )
  const k = required(whole(1, 1000, '4'), 'number of exponential stages')
  const erlang = keys({ mean: required(mean, 'the mean'), k }, { example: `{ mean: ${plain.example}, k: 4 }` })
  const values = either(items('value', mean, 1), column(mean))
  const distribution = oneOf(
    {
      constant: optional(plain, 'always this value'),
      exponential: optional(mean, 'exponential with this mean'),
      uniform: optional(uniform, 'evenly between min and max'),
      erlang: optional(erlang, 'sum of k exponential stages'),
      lognormal: optional(spread('1.5'), 'lognormal'),
      weibull: optional(spread('1.5'), 'Weibull'),
      pareto: optional(spread('1.5'), 'Pareto of type I, α = 1 + √(1 + 1/cv²)'),
      empirical: optional(values, 'drawn from these values with equal chance'),
    },
    { noun: 'distribution', example: `{ exponential: ${plain.example} }` },
  )
  return either(plain, distribution)
}

function ascending({ min, max }: Draft<{ min: number; max: number }>): Complaint[] {
  if (min === undefined || max === undefined || min <= max) return []
  return [{ key: 'max', text: 'is below `min`; write the larger of the two as `max`' }]
}

const bursts = keys(
  {
    on: required(time('1 ns', '2 ms'), 'mean length of a burst'),
    off: required(time('0 ns', '8 ms'), 'mean length of a pause'),
  },
  { example: '{ on: 2 ms, off: 8 ms }' },
)

const from = optional(
  choice('start', ['window', 'start']),
  'what times count from: the start of the window (the default), or of the run, warm-up included',
)

const ARRIVALS = {
  rate: optional(rate, 'Poisson arrivals per VM; with `bursts` the mean rate'),
  every: optional(time('1 ns', '10 ms'), 'constant gaps, starting at a random phase'),
  bursts: optional(bursts, 'on/off source beside `rate`'),
  arrivals: optional(log, 'times of a log, instead of `rate`: each VM has them all'),
  from,
}
export type WrittenArrivals = { [K in keyof typeof ARRIVALS]: Meaning<(typeof ARRIVALS)[K]> | undefined }

function oneArrival(draft: Draft<WrittenArrivals>, given: ReadonlySet<string>): Complaint[] {
  const complaints: Complaint[] = []
  if (given.has('from') && !given.has('arrivals')) {
    return [{ key: 'from', text: 'says what the times of `arrivals` count from, and there are none; remove it' }]
  }
  if (given.has('arrivals')) {
    const both = ['rate', 'every', 'bursts'].filter((key) => given.has(key))
    return both.map((key) => ({ key, text: 'excludes `arrivals`, whose rows say when; keep one of the two' }))
  }
  if (given.has('rate') && given.has('every')) {
    complaints.push({ key: 'every', text: 'excludes `rate`; keep one of the two' })
  }
  if (given.has('bursts') && !given.has('rate')) {
    complaints.push({ key: 'bursts', text: 'needs the mean rate beside it; write rate: 250 /s' })
  }
  if (!given.has('rate') && !given.has('every') && !given.has('bursts')) {
    complaints.push({
      text: 'says nothing of when work arrives; write rate: 250 /s (Poisson), every: 10 ms, or arrivals: { file, column }',
    })
  }
  const { on, off } = draft.bursts ?? {}
  if (draft.rate !== undefined && on !== undefined && off !== undefined && on > 0) {
    const peakPerS = (draft.rate * (on + off)) / on
    if (peakPerS > RATE_MAX_PER_S) {
      complaints.push({
        key: 'bursts',
        text: 'makes more than 10^9 /s within a burst; write a longer `on` or a lower `rate`',
      })
    }
  }
  return complaints
}

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

/** Who of a group is given one of what there may be too few of. */
const grant = (says: string) =>
  optional(
    either(flag(), whole(0, 100_000, '10')),
    `${says}: all, none or so many, before other groups; otherwise most work first`,
  )

const screen = keys(
  {
    ...ARRIVALS,
    pixels: required(quantity(amount('120e3')), 'changed pixels of one update'),
    card: grant('displays of the group that have a session of the display card'),
  },
  { example: '{ rate: 8 /s, pixels: 120e3 }', check: oneArrival },
)

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
  },
  { example: '{ repeat: 400, compute: { cycles: 397670 } }', check: loopContent },
)

interface LoopDraft {
  readonly compute?: object
  readonly traps?: Readonly<Record<string, number | undefined>>
  readonly packets?: readonly ({ readonly count?: number } | undefined)[]
}

// A request without content takes no time, and the loop would never let the clock move.
function loopContent(draft: LoopDraft, given: ReadonlySet<string>): Complaint[] {
  const traps = Object.values(draft.traps ?? {})
  const packets = (draft.packets ?? []).map((packet) => packet?.count)
  const empty = !given.has('compute') && [...traps, ...packets].every((times) => times === 0)
  const wrongInside =
    (given.has('traps') && draft.traps === undefined) || (given.has('packets') && draft.packets === undefined)
  if (!empty || wrongInside) return []
  return [{ text: 'repeats nothing; give a request `compute`, `traps` or `packets`' }]
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
    screen: optional(screen, 'screen updates, sent to a viewer over the port'),
    clones: optional(clones, 'copies of virtual disks'),
    loop: optional(loop, 'closed work: each VM keeps requests of fixed content outstanding'),
    nic: optional(nicShare, 'what the VMs are given of a NIC that has too little for all'),
  },
  { example: '{ count: 60, vcpus: 1, traps: { syscall: 2000 /s } }' },
)
