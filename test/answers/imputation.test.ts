import { expect, test } from 'vitest'
import { completeLedgers, IMPUTED_STEP } from '../../src/answers/imputation.ts'
import type { LedgerEntry, Tallies } from '../../src/models/host/tallies.ts'
import { entry, tallies, work } from './hand-made.ts'

const imputedOf = (ledger: readonly LedgerEntry[]) => ledger.filter(({ step }) => step === IMPUTED_STEP)
const complete = (arm: Tallies[], baseline: Tallies[] = arm) => completeLedgers(arm, baseline)

test('nothing is missing: the ledger gets its idle cycles and nothing else', () => {
  const { ledgers, imputation } = complete([tallies('software', 0, { ledger: [entry('nic', 500)], idleCycles: 42 })])
  expect(ledgers[0]).toHaveLength(2)
  expect(ledgers[0][1]).toMatchObject({ technology: 'idle', executed: 42, counted: 0 })
  expect(imputation).toEqual({ generated: 10, missing: 0, unpriced: 0, cycles: 0 })
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
  expect(imputation).toEqual({ generated: 10, missing: 3, unpriced: 0, cycles: 300 })
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

test('an arm that finished none is priced by the baseline, by technology', () => {
  const none = tallies('hardware', 0, { work: [work({ generated: 4, unfinished: 4 })] })
  const baseline = tallies('software', 0, {
    ledger: [entry('nic', 1000), entry('processor', 300, { cause: 'nic' }), entry('guest', 20)],
  })
  const { ledgers, imputation } = complete([none], [baseline])
  expect(imputedOf(ledgers[0]).map(({ technology, counted }) => [technology, counted])).toEqual([
    ['nic', 400],
    ['processor', 120],
    ['guest', 8],
  ])
  expect(imputation.cycles).toBe(528)
})

test('items of which nobody finished one are counted as unpriced', () => {
  const none = tallies('software', 0, { work: [work({ generated: 4, dropped: 4 })] })
  const { ledgers, imputation } = complete([none])
  expect(imputedOf(ledgers[0])).toEqual([])
  expect(imputation).toEqual({ generated: 4, missing: 4, unpriced: 4, cycles: 0 })
})

test('what a later item superseded is dropped, and nobody pays for it', () => {
  const updates = work({ generated: 10, dropped: 4, superseded: 3 })
  const { ledgers, imputation } = complete([tallies('software', 0, { ledger: [entry('nic', 600)], work: [updates] })])
  expect(imputedOf(ledgers[0]).map(({ counted, items }) => [counted, items])).toEqual([[100, 1]])
  expect(imputation).toMatchObject({ missing: 1, cycles: 100 })
})

test('a ledger that already has its idle entry gets no second one', () => {
  const idle = entry('idle', 0, { executed: 5 })
  const { ledgers } = complete([tallies('software', 0, { ledger: [idle], idleCycles: 5 })])
  expect(ledgers[0]).toEqual([idle])
})
