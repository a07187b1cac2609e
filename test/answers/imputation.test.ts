import { expect, test } from 'vitest'
import { completeLedgers, IMPUTED_STEP } from '../../src/answers/imputation.ts'
import type { LedgerEntry, Tallies } from '../../src/models/host/tallies.ts'
import { entry, tallies, work } from './hand-made.ts'

const imputedOf = (ledger: readonly LedgerEntry[]) => ledger.filter(({ step }) => step === IMPUTED_STEP)
const SOFTWARE = { nic: 'emulated', processor: 'vt-x' }
const HARDWARE = { nic: 'sr-iov', processor: 'vt-x' }
const complete = (arm: Tallies[], others: Tallies[] = []) =>
  completeLedgers({ handlers: HARDWARE, tallies: arm }, [
    { handlers: SOFTWARE, tallies: others },
    { handlers: HARDWARE, tallies: arm },
  ])

test('nothing is missing: the ledger gets its idle cycles and nothing else', () => {
  const { ledgers, imputation } = complete([tallies('software', 0, { ledger: [entry('nic', 500)], idleCycles: 42 })])
  expect(ledgers[0]).toHaveLength(2)
  expect(ledgers[0][1]).toMatchObject({ technology: 'idle', executed: 42, counted: 0 })
  expect(imputation).toEqual({ generated: 10, missing: 0, unpriced: 0, unknown: [], cycles: 0 })
})

test('dropped and unfinished items cost what finished ones of their kind cost, in whole cycles', () => {
  // 7 of 10 finished for 500 + 200 cycles: the 3 others are 214.28… → 214 and 85.71… → 86 cycles.
  const ledger = [
    entry('nic', 500),
    entry('processor', 200, { cause: 'nic', step: 'exit' }),
    entry('nic', 9999, { work: 'packets.1' }),
    entry('nic', 8888, { group: 'db' }),
  ]
  const { ledgers, imputation } = complete([
    tallies('software', 0, { ledger, work: [work({ generated: 10, dropped: 1, unfinished: 2 })] }),
  ])
  expect(imputedOf(ledgers[0])).toEqual([
    entry('nic', 214, { step: IMPUTED_STEP, items: 3, executed: 0 }),
    entry('processor', 86, { cause: 'nic', step: IMPUTED_STEP, items: 3, executed: 0 }),
  ])
  expect(imputation).toEqual({ generated: 10, missing: 3, unpriced: 0, unknown: [], cycles: 300 })
})

test('steps of one technology, cause and place become one entry, each rounded on its own; assumed prices stay apart', () => {
  const ledger = [
    entry('nic', 5, { step: 'a' }),
    entry('nic', 5, { step: 'b' }),
    entry('nic', 50, { step: 'c', assumed: true }),
    entry('nic', 70, { step: 'd', place: 'vcpu' }),
  ]
  // 10 finished, 5 missing: 2.5 → 3 twice, 25, 35.
  const lost = work({ generated: 15, unfinished: 5 })
  const { ledgers } = complete([tallies('software', 0, { ledger, work: [lost] })])
  expect(imputedOf(ledgers[0]).map(({ place, assumed, counted, items }) => [place, assumed, counted, items])).toEqual([
    ['host', false, 6, 5],
    ['host', true, 25, 0],
    ['vcpu', false, 35, 5],
  ])
})

test('a replication that finished none is priced by the other replications of its arm', () => {
  const none = tallies('software', 0, { work: [work({ generated: 4, dropped: 4 })] })
  const some = tallies('software', 1, { ledger: [entry('nic', 1000)] })
  const { ledgers } = complete([none, some])
  expect(imputedOf(ledgers[0]).map(({ counted }) => counted)).toEqual([400])
  expect(imputedOf(ledgers[1])).toEqual([])
})

test('an arm that finished none is priced by arms with the same handler, by technology; the rest is unknown', () => {
  const none = tallies('hardware', 0, { work: [work({ generated: 4, unfinished: 4 })] })
  const baseline = tallies('software', 0, {
    ledger: [
      entry('nic', 1000),
      entry('processor', 300, { cause: 'nic' }),
      entry('processor', 400),
      entry('guest', 20),
    ],
  })
  const { ledgers, imputation } = complete([none], [baseline])
  expect(imputedOf(ledgers[0]).map(({ technology, counted }) => [technology, counted])).toEqual([
    ['processor', 160],
    ['guest', 8],
  ])
  // The NIC has another handler there, and so has whoever made the processor pay.
  expect(imputation.unknown.map(({ technology }) => technology)).toEqual(['nic', 'processor'])
  expect(imputation).toMatchObject({ cycles: 168, unpriced: 4 })
})

test('items of which nobody finished one are counted as unpriced', () => {
  const none = tallies('software', 0, { work: [work({ generated: 4, dropped: 4 })] })
  const { ledgers, imputation } = complete([none])
  expect(imputedOf(ledgers[0])).toEqual([])
  expect(imputation).toEqual({
    ...{ generated: 4, missing: 4, unpriced: 4, cycles: 0 },
    unknown: [{ technology: 'nic', group: 'web', work: 'packets.0' }],
  })
})

test('what a later item superseded is priced like all that was not delivered', () => {
  const updates = work({ generated: 10, dropped: 4, superseded: 3 })
  const { ledgers, imputation } = complete([tallies('software', 0, { ledger: [entry('nic', 600)], work: [updates] })])
  expect(imputedOf(ledgers[0]).map(({ counted, items }) => [counted, items])).toEqual([[400, 4]])
  expect(imputation).toMatchObject({ missing: 4, cycles: 400 })
})

test('a ledger that already has its idle entry gets no second one', () => {
  const idle = entry('idle', 0, { executed: 5 })
  const { ledgers } = complete([tallies('software', 0, { ledger: [idle], idleCycles: 5 })])
  expect(ledgers[0]).toEqual([idle])
})

test('prices by size go by the size that is missing, and so does what is done to many pieces of an item', () => {
  // Finished: 5 items of 100 in all. Missing: 5 items of 900.
  const ledger = [
    entry('nic', 1000, { step: 'copy', bySize: true, items: 5 }),
    entry('nic', 50, { step: 'doorbell', items: 5, place: 'vcpu' }),
    entry('nic', 70, { step: 'packet', items: 50, place: 'wire' }),
  ]
  const lost = work({ generated: 10, dropped: 5, drawn: 1000, drawnMissing: 900 })
  const { ledgers } = complete([tallies('hardware', 0, { ledger, work: [lost] })])
  expect(imputedOf(ledgers[0]).map(({ place, counted }) => [place, counted])).toEqual([
    ['host', 9000],
    ['vcpu', 50],
    ['wire', 630],
  ])
  expect(imputedOf(ledgers[0]).every((each) => !('bySize' in each))).toBe(true)
})

test("the guest's part is what was drawn, though nobody finished any", () => {
  const jobs = work({
    work: 'compute',
    technologies: [],
    generated: 3,
    unfinished: 3,
    drawn: 12345,
    drawnMissing: 12345,
  })
  const { ledgers, imputation } = complete([tallies('hardware', 0, { work: [jobs] })])
  expect(imputedOf(ledgers[0])).toMatchObject([{ technology: 'guest', work: 'compute', counted: 12345, place: 'vcpu' }])
  expect(imputation).toMatchObject({ unpriced: 0, unknown: [], cycles: 12345 })
})
