// Rules about work whose numbers are each allowed: how much there is at once and in all, and whether any of it is counted.
import type { Written } from './scenario-language.ts'
import { remedy } from './faults.ts'
import type { Draft } from './shapes.ts'

/** A place, what is wrong there, and what to write instead. */
export interface WorkFault {
  readonly keys: readonly (string | number)[]
  readonly text: string
}

/** Requests, messages, copies and vCPUs that there can be at once: a million takes some 100 MB. */
const AT_ONCE_MAX = 10_000_000
/** Counts are exact up to here. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER

/** Work that may go on for ever, by its keys. */
export const OPEN_WORK = ['compute', 'traps', 'packets', 'requests', 'screen'] as const

/** What is wrong with the work of a scenario, group by group. */
export function workFaults(scenario: Draft<Written>): WorkFault[] {
  return [...sizeFaults(scenario), ...windowFaults(scenario), ...requestFaults(scenario)]
}

/** What there is too much of. */
function sizeFaults({ vms = {} }: Draft<Written>): WorkFault[] {
  return Object.entries(vms).flatMap(([group, vm]) => {
    const place = ['vms', group]
    const count = vm?.count ?? 0
    const atOnce = (keys: readonly (string | number)[], each: number, text: string): WorkFault[] =>
      count * each <= AT_ONCE_MAX
        ? []
        : [
            {
              keys: [...place, ...keys],
              text: `makes ${of(count)} × ${text} = ${whole(count * each)} ${less(AT_ONCE_MAX)}`,
            },
          ]
    return [
      ...atOnce(['vcpus'], vm?.vcpus ?? 0, `${whole(vm?.vcpus ?? 0)} vCPUs`),
      ...atOnce(['clones', 'count'], vm?.clones?.count ?? 0, `${whole(vm?.clones?.count ?? 0)} clones`),
      ...loopFaults(place, count, vm?.loop),
    ]
  })
}

/** A name stands for one kind of requests of a group, and a device must be one that the host has. */
function requestFaults({ host, vms = {} }: Draft<Written>): WorkFault[] {
  const devices = Object.keys(host?.devices ?? {})
  return Object.entries(vms).flatMap(([group, vm]) =>
    [
      { requests: vm?.requests ?? [], keys: ['vms', group, 'requests'] },
      { requests: vm?.loop?.requests ?? [], keys: ['vms', group, 'loop', 'requests'] },
    ].flatMap(({ requests, keys }) =>
      requests.flatMap((request, i): WorkFault[] => {
        const { name, device } = request ?? {}
        const isTwice = name !== undefined && requests.findIndex((other) => other?.name === name) < i
        if (host === undefined) return []
        const instead = devices.length === 0 ? 'write host: { devices: { disks: { rate: 500000 /s } } }' : ''
        return [
          ...(isTwice ? [{ keys: [...keys, i, 'name'], text: `\`${name}\` is another kind already; use one` }] : []),
          ...(device !== undefined && !devices.includes(device)
            ? [
                {
                  keys: [...keys, i, 'device'],
                  text: `the host has no device \`${device}\`; ${instead || remedy(device, devices)}`,
                },
              ]
            : []),
        ]
      }),
    ),
  )
}

type Loop = NonNullable<NonNullable<Draft<Written>['vms']>[string]>['loop']

function loopFaults(place: readonly string[], count: number, loop: Loop): WorkFault[] {
  if (loop === undefined) return []
  const { concurrent = 1, repeat = 0, traps = {}, packets = [], requests = [] } = loop
  const messages = [...packets, ...requests].map((each) => each?.count ?? 0)
  const held = Math.max(1, ...messages)
  const atOnce = count * concurrent * held
  if (atOnce > AT_ONCE_MAX) {
    const each = held === 1 ? '' : ` × ${whole(held)} messages`
    const text = `makes ${of(count)} × ${whole(concurrent)} requests${each} = ${whole(atOnce)} ${less(AT_ONCE_MAX)}`
    return [{ keys: [...place, 'loop', ...(concurrent === 1 ? [] : ['concurrent'])], text }]
  }
  const times = Math.max(1, ...messages, ...Object.values(traps).map((each) => each ?? 0))
  const counted = count * repeat * times
  if (counted <= COUNT_MAX) return []
  const each = times === 1 ? '' : ` × ${whole(times)} in each`
  const text = `makes ${of(count)} × ${whole(repeat)} requests${each} = ${whole(counted)} that are counted; write fewer than 2^53`
  return [{ keys: [...place, 'loop', 'repeat'], text }]
}

function of(count: number): string {
  return `${whole(count)} VMs`
}

function less(most: number): string {
  return `at once; write fewer than ${whole(most)}`
}

/** A whole number as people read it. */
function whole(value: number): string {
  return value < 1e15 ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : value.toExponential(1)
}

/** A batch, or a whole log, outside the window would be in no number. */
function windowFaults(scenario: Draft<Written>): WorkFault[] {
  const { measure = Infinity, warmup = 0 } = scenario.run ?? {}
  return listedWork(scenario).flatMap(({ from, at, arrivals, keys }) => {
    const times = at === undefined ? arrivals : [at]
    // Where a pilot run ends the warm-up, nobody knows by now when that is.
    if (times === undefined || times.length === 0 || (from === 'start' && warmup === 'auto')) return []
    const opensNs = from === 'start' ? Number(warmup) : 0
    const closesNs = opensNs + measure
    const [first, last] = [times[0], times[times.length - 1]]
    if (last < opensNs) {
      const instead = 'write a shorter run.warmup, or leave `from: start` away to count from the window'
      const text = `lies in the warm-up, which takes ${seconds(opensNs)}, so nothing of it would be counted; ${instead}`
      return [{ keys, text }]
    }
    if (first < closesNs) return []
    const window = `${opensNs === 0 ? '' : `from ${seconds(opensNs)} `}to ${seconds(closesNs)}`
    const instead = 'write an earlier time, or a longer run.measure'
    return [{ keys, text: `lies behind the window (${window}), so nothing of it would be counted; ${instead}` }]
  })
}

function seconds(ns: number): string {
  return `${Number((ns / 1e9).toPrecision(9))} s`
}

/** Work whose times are listed, by `at` or a log, and the place that says so. */
interface Listed {
  readonly from?: 'window' | 'start'
  readonly at?: number
  readonly arrivals?: readonly number[] | Float64Array
  readonly keys: readonly (string | number)[]
}

function listedWork({ vms = {} }: Draft<Written>): Listed[] {
  return Object.entries(vms).flatMap(([group, vm]) =>
    [...OPEN_WORK, 'clones' as const].flatMap((work) => {
      const written: unknown = vm?.[work]
      return streamsIn(written, ['vms', group, work]).flatMap(([keys, stream]) => {
        const key = ['at', 'arrivals'].find((name) => name in stream)
        return key === undefined ? [] : [{ ...(stream as Listed), keys: [...keys, key] }]
      })
    }),
  )
}

/** One stream, or those of a list or a map, each with its place. */
function streamsIn(written: unknown, keys: Listed['keys']): [Listed['keys'], object][] {
  if (typeof written !== 'object' || written === null) return []
  if ('bytes' in written || 'cycles' in written || 'pixels' in written) return [[keys, written]]
  return Object.entries(written).flatMap(([key, stream]): [Listed['keys'], object][] => {
    return typeof stream === 'object' && stream !== null
      ? [[[...keys, Array.isArray(written) ? Number(key) : key], stream]]
      : []
  })
}
