import { expect, test } from 'vitest'
import { compare } from '../../src/answers/comparison.ts'
import { table } from '../../src/report/table.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import {
  entry,
  histogram,
  IDLE_GROUP,
  pair,
  resource,
  scenario,
  tallies,
  TECHNOLOGIES,
  work,
} from '../answers/hand-made.ts'
import { fullComparison } from './hand-made-table.ts'

const printed = (tallies: Map<string, Tallies[]>, changes = {}, width = 100) =>
  table(compare(scenario(changes), TECHNOLOGIES, tallies, 'id'), { width, color: false })

/** Both arms in one replication, with so many cycles of `nic` beside 500e6 of the guest's own. */
const nic = (software: number, hardware: number, changes: Partial<Tallies> = {}) => {
  const run = (counted: number) => [{ ledger: [entry('nic', counted), entry('guest', 500e6)], ...changes }]
  return pair(run(software), run(hardware))
}
const unwrapped = (text: string) => text.replaceAll(/\n {2}(?=\S)/g, ' ')

test('opens with the sentence: what is given back, and what the whole host needs', () => {
  expect(unwrapped(printed(nic(600e6, 100e6)))).toMatch(
    /^hardware gives back 0\.50 of the 0\.60 cores that virtualization takes in software \(83 %\); the whole host needs 0\.60 instead of 1\.1 of its 2 cores \(45 %\)\.\n/,
  )
})

test('a loss is said as a loss, also in the first line of a narrow terminal', () => {
  const text = printed(nic(100e6, 170e6), {}, 80)
  expect(text.split('\n')[0]).toContain('costs 0.070 cores more than software')
  expect(printed(nic(100e6, 170e6))).toMatch(/^nic +0\.100 +0\.170 +-0\.0700 +-70$/m)
})

test('nothing gained is said too', () => {
  expect(printed(nic(100e6, 100e6))).toMatch(/^hardware gives back none of the 0\.10 cores/)
})

test('a baseline that spends nothing has no percent', () => {
  expect(printed(nic(0, 100e6))).toMatch(
    /^hardware costs 0\.10 cores more than software, where virtualization takes 0;/,
  )
})

test('a run until idle is told in processor seconds and makespans', () => {
  const runs = (makespanNs: number, counted: number) => [{ makespanNs, ledger: [entry('nic', counted)] }]
  const text = printed(pair(runs(106.4e9, 90e9), runs(36.9e9, 20e9)), { measureNs: null }, 200)
  expect(text).toMatch(
    /^hardware gives back 70\.0 of the 90\.0 processor seconds that virtualization takes in software \(78 %\); all work is done in 36\.9 s instead of 106 s\.\n/,
  )
  expect(text).toContain('all work done in: 106.4 s → 36.90 s')
  expect(text).toMatch(/^processor seconds +before/m)
})

test('a lone arm says what it costs', () => {
  const lone = new Map([['software', nic(600e6, 0).get('software')!]])
  const text = printed(lone, { arms: { software: { nic: 'emulated' } } })
  expect(text).toMatch(/^software costs 0\.60 cores of virtualization; the whole host needs 1\.1 of its 2 cores\.\n/)
  expect(text).toMatch(/^nic +0\.600$/m)
  expect(text).not.toMatch(/→|NaN|null|undefined/)
})

test('a row for each technology with its handlers, what others cause, and the interval', () => {
  const text = table(fullComparison(), { width: 80, color: false })
  expect(text).toMatch(/^nic +0\.213 +0\.0241 +0\.189 +0\.012 +89\n {2}emulated → sr-iov \(no measurement\)$/m)
  expect(text).toMatch(/^processor .*\n {2}vt-x\n {2}of which caused by nic +0\.0965 +0\.0411/m)
  expect(text).toMatch(/^latency +in +p50 +p95 +p99\nnic +µs +42\.1 +→ 8\.42/m)
  expect(text).toContain('How much does it give back?')
  expect(text).toContain('host utilization: 41 % → 32 %')
  expect(text).toContain('items dropped (nic): 1.2 % → none')
  expect(text).toContain('run an arm with only it')
})

test('an interval of no width is exact, and a saturated arm has a dash for a latency', () => {
  const runs = (us: number, changes = {}) => [1, 2].map(() => ({ latencies: { nic: histogram(us * 1e3) }, ...changes }))
  const busy = { resources: [resource('cores', { demand: 120 })] }
  const text = printed(pair(runs(4), runs(8, busy)))
  expect(text).toMatch(/^nic +0 +0 +0 +exact +µs +4\.00 → –/m)
  expect(text).toContain('saturated: no → cores')
})

test('a latency is told in the unit that fits it, the same before and after', () => {
  const run = (us: number) => [{ latencies: { nic: histogram(us * 1e3), processor: histogram(us * 1e5) } }]
  const text = printed(pair(run(40_000), run(150)))
  expect(text).toMatch(/ ms +40\.\d +→ 0\.15\d /)
  expect(text).toMatch(/ s +(3\.99|4\.0\d) +→ 0\.015\d /)
})

test.each([60, 80, 100, 160, 200])('fits a terminal of %i columns', (width) => {
  const lines = table(fullComparison(), { width, color: false }).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(width, 72))
  expect(lines.filter((line) => /\s$/.test(line))).toEqual([])
  expect(lines.some((line) => line.startsWith('latency'))).toBe(width < 120)
})

test('colour only when asked for, and nothing else changes', () => {
  const plain = table(fullComparison(), { width: 80, color: false })
  const colored = table(fullComparison(), { width: 80, color: true })
  // eslint-disable-next-line no-control-regex
  expect(plain).not.toMatch(/\u001b/)
  // eslint-disable-next-line no-control-regex
  expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain)
  expect(colored).not.toBe(plain)
})

test('several arms: a sentence and a block for each, in name order', () => {
  const arms = { software: { nic: 'emulated' }, b: { nic: 'sr-iov' }, a: { nic: 'sr-iov' } }
  const all = new Map(Object.keys(arms).map((arm) => [arm, [tallies(arm, 0, { ledger: [entry('nic', 5e6)] })]]))
  const text = printed(all, { arms, replications: 1 })
  expect(text).toMatch(/^a gives back none .*\n(.*\n)*b gives back none/)
  expect(text).toMatch(/^a instead of software: one replication of 1 s, seed 7\n(.*\n)*b instead of software/m)
})

test('a precision that a single replication says nothing of is not there, and no number stands for it', () => {
  const text = unwrapped(printed(nic(600e6, 100e6), { precision: { share: 0.05, maxReplications: 20 } }, 200))
  expect(text).toContain('±5.0 % of what is saved not reached with one replication, which says nothing of chance')
  expect(text).toContain('was not reached before the run was ended, after one replication')
  expect(text).not.toMatch(/NaN|Infinity/)
})

test('where offered work explains all scatter, no number of replications is told', () => {
  const arrivals = { kind: 'poisson', ratePerS: 100 } as const
  const packets = [{ direction: 'receive', bytes: 1000, vlan: 0, vpn: false, partition: '', arrivals }] as const
  const runs = (price: number) =>
    [90, 104, 97, 112, 101].map((items) => ({
      ledger: [entry('nic', items * price)],
      work: [work({ generated: items, offered: items * 1000 })],
    }))
  const changes = { vms: { web: { ...IDLE_GROUP, packets } }, precision: { share: 0.05, maxReplications: 20 } }
  const text = unwrapped(printed(pair(runs(3e6), runs(1e6)), changes, 200))
  expect(text).toContain('hardware saves exactly 0.20 cores in total')
  expect(text).not.toMatch(/NaN|Infinity/)
})

test('what is dropped is a share of what passed the technology in the same arm', () => {
  const dropping = { work: [work({ generated: 40, dropped: 10, technologies: ['nic'] })] }
  const elsewhere = { work: [work({ generated: 40, technologies: [] })] }
  const text = printed(pair([dropping], [elsewhere]), {}, 200)
  expect(text).toContain('items dropped (nic): 25 % → none')
})
