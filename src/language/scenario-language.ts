// The scenario language: every key with its shape, range, default and meaning. This table (with that of work) is the only
// place that knows them: the loader, its messages, the JSON schema and the tables of docs/SCENARIOS.md come from it.
import { PROCESSORS } from '../models/host/setup.ts'
import type { Technology } from '../models/host/technology.ts'
import { EXPRESSION_WORDS } from './parameters.ts'
import {
  anyQuantity,
  choice,
  defaulted,
  either,
  items,
  keys,
  measure,
  name,
  names,
  optional,
  required,
  text,
  whole,
} from './shapes.ts'
import type { Complaint, Field, Meaning } from './shapes.ts'
import { peer } from './peer-language.ts'
import { count, time } from './arrival-language.ts'
import { pricesOf } from './price-language.ts'
import { vmGroup } from './work-language.ts'

/** Rows of a result carry these names, so groups and partitions may not; an arm may be called `host`. */
const RESERVED = ['total', 'host', 'guest', 'idle']
const RESERVED_FOR_ARMS = ['total', 'guest', 'idle']

/** Resources of every host, which its devices stand beside. */
const DEVICES_THERE_ARE = ['cores', 'path', 'array', 'toe']

const bitRate = measure('bitRate', '1 Mbit/s', '10000 Gbit/s', '10 Gbit/s')
const byteRate = measure('byteRate', '1 kB/s', '10000 GB/s', '4 GB/s')

const partition = keys(
  {
    name: required(name('the name of a partition', 'storage', RESERVED), 'the name that packet streams use'),
    rate: required(
      either(choice('partition rate', ['auto']), measure('bitRate', '100 Mbit/s', '10000 Gbit/s', '2 Gbit/s')),
      'a fixed request in steps of 100 Mbit/s, or an even part of the rest',
    ),
  },
  { example: '{ name: storage, rate: 2 Gbit/s }' },
)

const device = keys(
  {
    rate: optional(measure('rate', '1 /s', '1e9 /s', '500000 /s'), 'requests that it serves at most, all together'),
    latency: optional(time('0 ns', '10 us'), 'what a request takes beside its bytes'),
    bandwidth: optional(byteRate, 'bytes of a request, at a time'),
    parallel: defaulted(count(1, '32'), 1, '1', 'requests that it serves at a time'),
  },
  { example: '{ rate: 500000 /s }', check: takesTime },
)

/** A rate is that of all it serves at a time, and a latency that of one: one of the two says what a request takes. */
function takesTime(_: unknown, given: ReadonlySet<string>): Complaint[] {
  if (given.has('rate') && given.has('latency'))
    return [{ key: 'latency', text: 'excludes `rate`, which says what a request takes; keep one of the two' }]
  if (['rate', 'latency', 'bandwidth'].some((key) => given.has(key))) return []
  return [{ text: 'takes no time; write rate: 500000 /s, latency: 10 us, or bandwidth: 2 GB/s' }]
}

const host = keys(
  {
    cores: required(whole(1, 4096, '16'), 'processor cores'),
    clock: required(measure('frequency', '1 MHz', '100 GHz', '2.93 GHz'), 'clock rate of a core'),
    processor: defaulted(
      choice('processor', PROCESSORS),
      'as-measured',
      'as-measured',
      'whose world switch prices a trap',
    ),
    hypervisor: defaulted(
      choice('rule', ['preempts', 'shares']),
      'preempts',
      'preempts',
      'whether hypervisor work preempts guest work or shares the cores evenly with it',
    ),
    nic: optional(
      keys(
        {
          rate: required(bitRate, 'rate of the port, each way'),
          partitions: defaulted(items('partition', partition, 1), [], '[]', 'the port divided, at most four'),
        },
        { example: '{ rate: 10 Gbit/s }' },
      ),
      'the network port; needed for packets and screens',
    ),
    array: optional(
      keys(
        {
          path: required(byteRate, 'bytes moved between host and array, reads plus writes'),
          internal: required(byteRate, 'bytes moved inside the array, reads plus writes'),
        },
        { example: '{ path: 8 Gbit/s, internal: 4 GB/s }' },
      ),
      'the storage array; needed for clones',
    ),
    devices: defaulted(
      names('device', DEVICES_THERE_ARE, device, '{ disks: { rate: 500000 /s } }', 'for what every host has'),
      {},
      '{}',
      'devices that serve requests, each with a queue of its own',
    ),
  },
  { example: '{ cores: 16, clock: 2.93 GHz }' },
)

/** Replications at which a run that asks for a precision gives up. */
export const MAX_REPLICATIONS = 400

const run = keys(
  {
    warmup: defaulted(
      either(choice('warm-up', ['auto']), time('0 ns', '500 ms')),
      0,
      '0 s',
      'time before the window, not measured; `auto`: as pilot runs find it',
    ),
    measure: optional(time('1 ns', '3 s'), 'length of the window'),
    until: optional(
      choice('end', ['idle', 'batches']),
      'instead of `measure`: until closed work is done (`idle`), or until clones and loops are done, beside other work (`batches`)',
    ),
    replications: defaulted(
      count(1, '5'),
      5,
      '5',
      'runs of each arm with other random numbers; not used with `precision`',
    ),
    precision: optional(
      measure('share', '0.01 %', '100 %', '1 %'),
      'run until intervals are this narrow: half-width as a share of what is saved',
    ),
    confidence: defaulted(measure('share', '50 %', '99.99 %', '95 %'), 0.95, '95 %', 'level of all intervals'),
    max_replications: optional(count(10, '400'), `where \`precision\` gives up; ${MAX_REPLICATIONS} unless given`),
  },
  { example: '{ warmup: 500 ms, measure: 3 s, replications: 5 }', check: windowOrIdle },
)

interface RunDraft {
  readonly warmup?: number | 'auto'
  readonly until?: 'idle' | 'batches'
}

function windowOrIdle(draft: RunDraft, given: ReadonlySet<string>): Complaint[] {
  const complaints: Complaint[] = []
  if (given.has('until') && given.has('measure'))
    complaints.push({ key: 'until', text: 'excludes `measure`; keep one of the two' })
  if (!given.has('until') && !given.has('measure')) {
    complaints.push({ text: 'does not say when the run ends; write measure: 3 s, until: batches or until: idle' })
  }
  if (given.has('max_replications') && !given.has('precision')) {
    complaints.push({
      key: 'max_replications',
      text: 'does nothing without `precision`; write precision: 1 % beside it',
    })
  }
  if (draft.until === 'batches' && draft.warmup === 'auto') {
    const text =
      'is found by pilot runs of a stated length, and `until: batches` states none; write a time, such as 10 s'
    complaints.push({ key: 'warmup', text })
  }
  if (draft.until === 'idle' && (draft.warmup ?? 0) !== 0) {
    complaints.push({ key: 'warmup', text: 'must be 0 s with `until: idle`, which measures from the start; write 0 s' })
  }
  return complaints
}

const fit = keys(
  {
    utilization: defaulted(
      measure('share', '1 %', '100 %', '70 %'),
      1,
      '100 %',
      'share of each resource that may be used',
    ),
    group: optional(
      name('the name of a group', 'desktop', []),
      'the group whose VMs are counted in results; needed where several have open work',
    ),
  },
  { example: '{ utilization: 70 % }' },
)

/** The language, with the handlers and costs of these technologies as its words. */
export function scenarioLanguage(technologies: readonly Technology[]) {
  const handlers = technologies.map(({ name: technology, handlers }) => {
    return [technology, optional(choice('handler', Object.keys(handlers)), `handler of ${technology}`)] as const
  })
  const like = optional(name('the name of another arm', 'software', []), 'the arm that this one is laid over')
  const fields = Object.fromEntries([['like', like], ...handlers]) as Record<string, Field<string | undefined>>
  const arm = keys(fields, {
    noun: 'technology',
    example: '{ processor: vt-x-ept }',
  })
  return keys(
    {
      name: required(text('a name in one line', 'vdi-host'), 'what results call the scenario'),
      question: defaulted(text('a question in one line', 'What does it cost?'), '', '', 'what the scenario asks'),
      scenario: optional(
        text('the path of a scenario', 'base.yaml'),
        'a scenario that this one is laid over: a file, or the name of one that comes with offsim',
      ),
      seed: defaulted(whole(0, Number.MAX_SAFE_INTEGER, '42'), 1, '1', 'start of all random numbers'),
      parameters: defaulted(
        names(
          'parameter',
          EXPRESSION_WORDS,
          anyQuantity(),
          '{ users: 80, video: 5 % }',
          'for units and words of expressions',
        ),
        {},
        '{}',
        'numbers with names: `=users * video` may stand wherever a number may',
      ),
      run: required(run, 'what is measured'),
      host: required(host, 'the machine'),
      arms: required(
        names('arm', RESERVED_FOR_ARMS, arm, '{ software: { nic: emulated }, hardware: { nic: sr-iov } }'),
        'choices to compare; the first is the baseline',
      ),
      vms: required(names('group', RESERVED, vmGroup, '{ desktop: { count: 60, vcpus: 1 } }'), 'groups of alike VMs'),
      fit: optional(fit, 'how full the host may be for the number of VMs that fit on it'),
      costs: defaulted(
        pricesOf(technologies),
        {},
        '{}',
        'prices of the models, by the names that `offsim models` prints',
      ),
      expect: defaulted(
        items('expectation', text('an expectation', 'hardware.total.saved_percent >= 40')),
        [],
        '[]',
        'what the results must satisfy: ARM.ROW.COLUMN >= NUMBER, or with a unit, or calculated',
      ),
      compare: defaulted(
        items('model', peer),
        [],
        '[]',
        'published models whose formulas are printed beside what the other arms gain; symbols read off unless given',
      ),
    },
    { example: '{ name, run, host, arms, vms }' },
  )
}

/** A scenario as it is written, in base units and with defaults. */
export type Written = Meaning<ReturnType<typeof scenarioLanguage>>
export type WrittenGroup = Written['vms'][string]
