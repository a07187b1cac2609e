// Draws belong to (group, index of the VM, kind of work, position) and to nothing else.
import { expect, test } from 'vitest'
import type { Host } from '../../src/models/host/host.ts'
import type { Setup, VmGroup } from '../../src/models/host/setup.ts'
import { packet, run, runHost, setup, vm } from './build.ts'

const rate = (ratePerS: number) => ({ kind: 'poisson', ratePerS }) as const

const desktops = (count: number): VmGroup =>
  vm({
    count,
    compute: { arrivals: rate(3000), cycles: { exponential: 1e4 } },
    traps: { syscall: rate(9000), halt: { kind: 'bursts', ratePerS: 5000, onNs: 1e5, offNs: 1e5 } },
    packets: [
      { ...packet({ bytes: { lognormal: { mean: 900, cv: 1 } } }), arrivals: rate(8000) },
      { ...packet({ direction: 'transmit' }), arrivals: { kind: 'periodic', everyNs: 150_000 } },
    ],
  })

/** What each VM of a group generates: kind of work, time and size of every item. */
function generated(given: Setup, group: string, arm = {}): Map<number, string[]> {
  const seen = new Map<number, string[]>()
  const prepare = ({ items, groups }: Host): void => {
    const generate = items.generate.bind(items)
    const { firstVm, count } = groups.find(({ name }) => name === group)!
    items.generate = (of, work, size, nowNs, counted) => {
      const { name, group: owner } = items.works[work]
      const index = of - firstVm
      // How long a run goes on after its window is the arm's doing.
      if (counted && owner === group && index >= 0 && index < count)
        seen.set(index, [...(seen.get(index) ?? []), `${name} ${nowNs} ${size}`])
      return generate(of, work, size, nowNs, counted)
    }
  }
  runHost(given, arm, { prepare })
  for (const list of seen.values()) list.sort()
  return seen
}

test('twenty desktops are the first twenty of forty', () => {
  const few = generated(setup({ vms: { desktop: desktops(20) } }), 'desktop')
  const many = generated(setup({ vms: { desktop: desktops(40) } }), 'desktop')
  expect(few.size).toBe(20)
  for (const [index, items] of few) expect(many.get(index)).toEqual(items)
})

test('two VMs of a group, and two groups, do not do the same', () => {
  const vms = { a: desktops(2), b: desktops(1) }
  const [first, second] = [...generated(setup({ vms }), 'a').values()]
  const [other] = [...generated(setup({ vms }), 'b').values()]
  expect(first).not.toEqual(second)
  expect(first).not.toEqual(other)
})

test('another group, more of its VMs, and other technologies move no draw', () => {
  const alone = generated(setup({ vms: { desktop: desktops(3) } }), 'desktop')
  const beside = setup({ vms: { aaa: desktops(5), desktop: desktops(3), zzz: desktops(2) } })
  expect(generated(beside, 'desktop')).toEqual(alone)
  expect(generated(beside, 'desktop', { processor: 'vt-x' })).toEqual(alone)
})

test('a further kind of work moves no draw of the others', () => {
  const { compute, packets } = desktops(2)
  const less = generated(setup({ vms: { desktop: vm({ count: 2, compute, packets }) } }), 'desktop')
  const more = generated(setup({ vms: { desktop: desktops(2) } }), 'desktop')
  for (const [index, items] of less) expect(more.get(index)).toEqual(expect.arrayContaining(items))
})

test('the order of groups changes no byte', () => {
  const vms = { a: desktops(2), b: desktops(3), c: desktops(1) }
  const shuffled = { c: vms.c, a: vms.a, b: vms.b }
  const arm = { processor: 'vt-x', nic: 'paravirtual', tcp: 'host-stack' }
  expect(JSON.stringify(run(setup({ vms: shuffled }), arm))).toBe(JSON.stringify(run(setup({ vms }), arm)))
})

test('another seed, and another replication, draw anew', () => {
  const vms = { a: desktops(2) }
  const digests = [
    run(setup({ vms }), {}),
    run(setup({ vms, seed: 2 }), {}),
    run(setup({ vms }), {}, { replication: 1 }),
  ]
  expect(new Set(digests.map(({ digest }) => digest)).size).toBe(3)
})
