import { expect, test } from 'vitest'
import { compare } from '../../src/answers/comparison.ts'
import { doubts } from '../../src/report/doubts.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { entry, pair, resource, scenario, TECHNOLOGIES, work } from '../answers/hand-made.ts'

const doubted = (software: Partial<Tallies>[], hardware: Partial<Tallies>[], changes = {}) =>
  doubts(compare(scenario(changes), TECHNOLOGIES, pair(software, hardware), 'id'))
const twice = (changes: Partial<Tallies>) => [changes, changes]

test('two replications of measured prices leave nothing to doubt', () => {
  const run = (counted: number) => twice({ ledger: [entry('nic', counted)] })
  expect(doubted(run(100), run(40))).toEqual([])
})

test('one replication says nothing of chance', () => {
  expect(doubted([{}], [{}])).toEqual(['one replication only: nothing is known of chance (--replications)'])
})

test('saturation names the resource and the cores needed', () => {
  const hardware = twice({
    ledger: [entry('nic', 2.6e9)],
    resources: [resource('cores', { demand: 2.6e9, capacity: 2e9 })],
  })
  expect(doubted(twice({}), hardware)[0]).toBe(
    'hardware is saturated: its work asks for 130 % of cores. It needs 2.6 cores and has 2; it has no steady state, so no latency is given',
  )
})

test('the share of the saving that rests on assumed prices', () => {
  const run = (assumed: number, measured: number) =>
    twice({ ledger: [entry('nic', assumed, { assumed: true }), entry('nic', measured), entry('guest', 9e9)] })
  expect(doubted(run(60e6, 100e6), run(35e6, 25e6))).toEqual([
    'on assumed prices, not on measured ones, rest 25 % of what hardware gives back',
  ])
  expect(doubted(run(35e6, 25e6), run(60e6, 100e6))).toEqual([
    'on assumed prices, not on measured ones, rest 25 % of what hardware costs more',
  ])
  expect(doubted(run(0, 100e6), run(30e6, 50e6))).toEqual([
    'hardware: assumed prices account for a saving of -0.030 cores, measured ones for 0.050 cores',
  ])
  expect(doubted(run(10e6, 100e6), run(10e6, 50e6)), 'the same assumption on both sides cancels').toEqual([])
})

test('items that had to be priced by others of their kind', () => {
  const software = twice({ ledger: [entry('nic', 700e3)], work: [work({ generated: 10, dropped: 3 })] })
  const hardware = twice({ work: [work({ generated: 10, dropped: 10, work: 'packets.9' })] })
  const all = doubted(software, hardware)
  expect(all).toContain(
    'imputed: work items dropped or unfinished are priced at their own size, like finished ones of their kind: ' +
      '100 % in hardware (0 cores), 30 % in software (0.00030 cores)',
  )
  expect(all).toContain(
    'not known, and in no number: what 20 work items of hardware that were not finished cost in nic (sr-iov) for ' +
      'web packets.9; no arm with that handler finished one',
  )
})

test('notes are printed as they are, once for arms that say the same, with their count unless they are flags', () => {
  const software = twice({ notes: { 'free: vpn: web.packets.0': 17, 'nic: no free buffer': 12 } })
  const free = { 'free: vpn: web.packets.0': 17 }
  const hardware = [{ notes: { ...free, slow: 1 } }, { notes: { ...free, slow: 1, never: 0 } }]
  expect(doubted(software, hardware)).toEqual([
    'free: vpn: web.packets.0',
    'hardware: slow',
    'software: nic: no free buffer (12.0 per replication)',
  ])
})

test('prices of different processor generations are named by arm; the same in all arms is no doubt', () => {
  const [merom, prescott] = ['merom', 'prescott'].map((name) => twice({ notes: { [`prices: ${name}`]: 1 } }))
  expect(doubted(merom, prescott)).toEqual(['hardware: prices: prescott', 'software: prices: merom'])
  expect(doubted(merom, merom)).toEqual([])
})

test('intervals that are wide or hold zero, of rows that matter', () => {
  const run = (nic: number[], processor: number[]) =>
    nic.map((counted, i) => ({ ledger: [entry('nic', counted), entry('processor', processor[i])] }))
  // nic saves 500 ± 12.7 × 50 = 635, within chance of zero; total likewise; processor is below a hundredth.
  const unsigned = doubted(run([1000, 1000], [2, 3]), run([450, 550], [1, 1]))
  expect(unsigned).toEqual(['hardware: what nic, total, host saves cannot be told from zero'])
  // 500 ± 12.7 × 10 = 127 is more than a fifth, and not zero.
  const wide = doubted(run([1000, 1000], [0, 0]), run([490, 510], [0, 0]))
  expect(wide).toEqual([
    'hardware: what nic, total, host saves is known to more than ±20 % only; more replications narrow it',
  ])
})

test('an interval that is narrow beside the baseline is not doubted, even where nothing is saved', () => {
  const run = (nic: number[]) => nic.map((counted) => ({ ledger: [entry('nic', counted)] }))
  // 0 ± 12.7 × 1 of 1000.
  expect(doubted(run([1000, 1000]), run([999, 1001]))).toEqual([])
})

test('devices handed to VMs without an IOMMU are unprotected', () => {
  const handlers = { emulated: { kind: 'software' }, 'sr-iov': { kind: 'hardware', assigned: true } } as const
  const technologies = [{ name: 'nic', costs: {}, handlers }]
  const said = (iommu: object) => {
    const arms = { software: { nic: 'emulated', ...iommu }, hardware: { nic: 'sr-iov', ...iommu } }
    return doubts(compare(scenario({ arms }), technologies, pair(twice({}), twice({})), 'id'))
  }
  const doubt = 'hardware: unprotected, since devices are handed to VMs without an IOMMU to fence in their DMA'
  expect(said({})).toEqual([doubt])
  expect(said({ iommu: 'off' })).toEqual([doubt])
  expect(said({ iommu: 'strict' })).toEqual([])
})

test('a technology that was charged although no arm names it', () => {
  const run = twice({ ledger: [entry('nic', 5), entry('processor', 7, { cause: 'nic' })] })
  const arms = { software: { nic: 'emulated' }, hardware: { nic: 'sr-iov' } }
  expect(doubted(run, run, { arms })).toEqual([
    'no arm names a handler for processor: what others make it do costs what it costs natively',
  ])
})
