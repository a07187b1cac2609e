// Products of numbers, each of which is allowed: how many things there are at once, and how often something is counted.
import type { Written } from './scenario-language.ts'
import type { Draft } from './shapes.ts'

/** A place, what is wrong there, and what to write instead. */
export interface SizeFault {
  readonly keys: readonly (string | number)[]
  readonly text: string
}

/** Requests, messages, copies and vCPUs that there can be at once: a million takes some 100 MB. */
const AT_ONCE_MAX = 10_000_000
/** Counts are exact up to here. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER

/** What there is too much of in a scenario, group by group. */
export function sizeFaults({ vms = {} }: Draft<Written>): SizeFault[] {
  return Object.entries(vms).flatMap(([group, vm]) => {
    const place = ['vms', group]
    const count = vm?.count ?? 0
    const atOnce = (keys: readonly (string | number)[], each: number, text: string): SizeFault[] =>
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

type Loop = NonNullable<NonNullable<Draft<Written>['vms']>[string]>['loop']

function loopFaults(place: readonly string[], count: number, loop: Loop): SizeFault[] {
  if (loop === undefined) return []
  const { concurrent = 1, repeat = 0, traps = {}, packets = [] } = loop
  const messages = packets.map((packet) => packet?.count ?? 0)
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
