// The ledger alone: ids of steps, lines, chains of charges, and the two accounts.
import { NONE } from '../../../src/models/host/growing-table.ts'
import { describe, expect, test } from 'vitest'
import { CARRY, Ledger, type LedgerStep } from '../../../src/models/host/ledger.ts'

const step = (changes: Partial<LedgerStep> = {}): LedgerStep => ({
  ...{ technology: 'nic', place: 'host', name: 'copy', takesVcpu: false, assumed: false },
  ...changes,
})

/** A chain of charges of these cycles on lines 0, 1, 2 …, done 1, 2, 3 … times. */
function chain(ledger: Ledger, ...cycles: number[]): { head: number; tail: number } {
  let head = NONE
  let tail = NONE
  cycles.forEach((each, i) => {
    tail = ledger.charge(tail, i, each, i + 1)
    if (i === 0) head = tail
  })
  return { head, tail }
}

/** A ledger of so many lines: as many steps, one cause, one kind of work. */
function sealed(lines: number): Ledger {
  const ledger = new Ledger()
  for (let i = 0; i < lines; i++) ledger.step(step({ name: `step ${i}` }))
  ledger.seal(1, 1)
  return ledger
}

const linesOf = (ledger: Ledger, head: number): number[] => {
  const lines: number[] = []
  for (let charge = head; charge !== NONE && lines.length < 1000; charge = ledger.next[charge])
    lines.push(ledger.entry[charge])
  return lines
}

describe('steps', () => {
  test('a step has one id, and each that differs in technology, place, name or vCPU has its own, from 0 on', () => {
    const ledger = new Ledger()
    const changes = [{}, { technology: 'tcp' }, { place: 'vcpu' }, { name: 'shape' }, { takesVcpu: true }]
    expect(changes.map((change) => ledger.step(step(change)))).toEqual([0, 1, 2, 3, 4])
    expect(changes.map((change) => ledger.step(step(change)))).toEqual([0, 1, 2, 3, 4])
    expect(ledger.steps).toEqual(changes.map((change) => step(change)))
  })

  test('names are told apart where one ends and the next begins', () => {
    const ledger = new Ledger()
    expect(ledger.step(step({ technology: 'ab', place: 'c' }))).toBe(0)
    expect(ledger.step(step({ technology: 'a', place: 'bc' }))).toBe(1)
    expect(ledger.step(step({ place: 'ab', name: 'c' }))).toBe(2)
    expect(ledger.step(step({ place: 'a', name: 'bc' }))).toBe(3)
  })

  test('a step is assumed when one of its mentions is, whichever comes first', () => {
    const ledger = new Ledger()
    expect([ledger.step(step()), ledger.step(step({ assumed: true })), ledger.step(step())]).toEqual([0, 0, 0])
    expect(ledger.steps).toEqual([step({ assumed: true })])
  })

  test('a step that stays measured, or stays assumed, is that of its first mention', () => {
    const ledger = new Ledger()
    const [measured, assumed] = [step(), step({ name: 'shape', assumed: true })]
    for (const each of [measured, assumed, { ...measured }, { ...assumed }]) ledger.step(each)
    expect(ledger.steps[0]).toBe(measured)
    expect(ledger.steps[1]).toBe(assumed)
  })
})

test('lines are all of (step, cause, work), each once, and each tells what it is of', () => {
  const ledger = new Ledger()
  for (const name of ['a', 'b', 'c', 'd', 'e']) ledger.step(step({ name }))
  ledger.seal(3, 4)
  const lines: number[] = []
  for (let id = 0; id < 5; id++)
    for (let cause = 0; cause < 3; cause++)
      for (let work = 0; work < 4; work++) {
        const line = ledger.entryOf(id, cause, work)
        expect(ledger.ofEntry(line)).toEqual({ step: id, cause, work })
        lines.push(line)
      }
  expect(lines.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i))
  for (const account of [ledger.executed, ledger.counted, ledger.items])
    expect([...account]).toEqual(new Array(60).fill(0))
})

describe('accounts', () => {
  test('all of a chain is executed from its start to its end', () => {
    const ledger = sealed(3)
    const { head } = chain(ledger, 10, 20, 30)
    ledger.execute(head, 0, 60)
    expect([...ledger.executed]).toEqual([10, 20, 30])
    expect([...ledger.counted]).toEqual([0, 0, 0])
    expect([...ledger.items]).toEqual([0, 0, 0])
  })

  test.each([
    // Charges lie at 0–10, 10–30 and 30–60 of the job's work.
    [0, 10, [10, 0, 0]],
    [10, 30, [0, 20, 0]],
    [30, 60, [0, 0, 30]],
    [4, 7, [3, 0, 0]],
    [4, 12, [6, 2, 0]],
    [12, 31, [0, 18, 1]],
    [9, 31, [1, 20, 1]],
    [25, 25, [0, 0, 0]],
    [60, 60, [0, 0, 0]],
    [Infinity, 60, [0, 0, 0]],
  ])('from %d to %d of 10, 20 and 30 cycles it is %j', (from, to, expected) => {
    const ledger = sealed(3)
    ledger.execute(chain(ledger, 10, 20, 30).head, from, to)
    expect([...ledger.executed]).toEqual(expected)
  })

  test('parts that follow one another add up to the whole, and a chain is counted each time it is asked for', () => {
    const ledger = sealed(3)
    const { head } = chain(ledger, 10, 20, 30)
    for (const [from, to] of [
      [0, 5],
      [5, 33],
      [33, 60],
    ])
      ledger.execute(head, from, to)
    expect([...ledger.executed]).toEqual([10, 20, 30])
    ledger.count(head)
    ledger.count(head)
    expect([...ledger.counted]).toEqual([20, 40, 60])
    expect([...ledger.items]).toEqual([2, 4, 6])
    expect([...ledger.executed]).toEqual([10, 20, 30])
  })

  test('two charges on one line are summed', () => {
    const ledger = sealed(1)
    const head = ledger.charge(NONE, 0, 4, 1)
    ledger.charge(head, 0, 5, 2)
    ledger.execute(head, 0, 9)
    ledger.count(head)
    expect([ledger.executed[0], ledger.counted[0], ledger.items[0]]).toEqual([9, 9, 3])
  })

  test('no chain: nothing is executed or counted', () => {
    const ledger = sealed(1)
    ledger.charge(NONE, 0, 4, 1)
    ledger.execute(NONE, 0, 9)
    ledger.count(NONE)
    expect([ledger.executed[0], ledger.counted[0], ledger.items[0]]).toEqual([0, 0, 0])
  })
})

describe('rows of charges', () => {
  test('a chain is in the order in which it was made, and one without a tail begins a new one', () => {
    const ledger = new Ledger()
    const first = chain(ledger, 1, 2, 3)
    const second = chain(ledger, 4)
    expect(linesOf(ledger, first.head)).toEqual([0, 1, 2])
    expect(linesOf(ledger, second.head)).toEqual([0])
    expect([ledger.cycles[second.head], ledger.times[second.head]]).toEqual([4, 1])
  })

  test('what is given back is used again before new rows are', () => {
    const ledger = new Ledger()
    const first = chain(ledger, 1, 2)
    const kept = chain(ledger, 3)
    const last = chain(ledger, 4, 5)
    ledger.release(first.head, first.tail)
    ledger.release(last.head, last.tail)
    const again = Array.from({ length: 5 }, () => ledger.charge(NONE, 9, 9, 9))
    expect(again.slice(0, 4).toSorted((a, b) => a - b)).toEqual([0, 1, 3, 4])
    expect(again[4]).toBe(5)
    expect(again.every((charge) => ledger.next[charge] === NONE)).toBe(true)
    expect(linesOf(ledger, kept.head)).toEqual([0])
  })

  test('giving back nothing changes nothing', () => {
    const ledger = new Ledger()
    const { head, tail } = chain(ledger, 1)
    ledger.release(NONE, tail)
    ledger.release(NONE, NONE)
    const other = ledger.charge(NONE, 0, 1, 1)
    expect(other).not.toBe(head)
    expect(linesOf(ledger, head)).toEqual([0])
    // Nor does what was given back before get lost.
    ledger.release(other, other)
    ledger.release(NONE, NONE)
    expect(ledger.charge(NONE, 0, 1, 1)).toBe(other)
  })

  test('the 257th charge makes room, and no charge is lost', () => {
    const ledger = new Ledger()
    const cycles = Array.from({ length: 256 }, (_, i) => 1000 + i)
    const { head, tail } = chain(ledger, ...cycles)
    expect(ledger.entry.length).toBe(256)
    for (let i = 256; i < 600; i++) ledger.charge(i - 1, i, 1000 + i, i + 1)
    expect(tail).toBe(255)
    const seen: number[][] = []
    for (let charge = head; charge !== NONE && seen.length < 1000; charge = ledger.next[charge])
      seen.push([ledger.entry[charge], ledger.cycles[charge], ledger.times[charge]])
    expect(seen).toEqual(Array.from({ length: 600 }, (_, i) => [i, 1000 + i, i + 1]))
  })
})

describe('sums that no double holds', () => {
  const exactly = (ledger: Ledger, account: 'executed' | 'counted' | 'items') =>
    ledger.sumsOf(0).reduce((sum, part) => sum + BigInt(part[account]), 0n)

  test('240 h of 1,024 cores at 3 GHz, in charges that are not round, are exact in every account', () => {
    const ledger = sealed(1)
    const cycles = 999_999_999_999_997
    const charges = Math.ceil((240 * 3600 * 1024 * 3e9) / cycles)
    for (let i = 0; i < charges; i++) {
      const head = ledger.charge(NONE, 0, cycles, 3_000_000_001)
      ledger.execute(head, 0, cycles)
      ledger.count(head)
      ledger.release(head, head)
    }
    const wanted = BigInt(cycles) * BigInt(charges)
    expect(wanted > 2n ** 53n * 290n).toBe(true)
    expect([exactly(ledger, 'executed'), exactly(ledger, 'counted')]).toEqual([wanted, wanted])
    expect(exactly(ledger, 'items')).toBe(3_000_000_001n * BigInt(charges))
    expect(ledger.executedOf(0)).toBe(Number(wanted))
    for (const part of ledger.sumsOf(0)) expect(Object.values(part).every(Number.isSafeInteger)).toBe(true)
  })

  test('a step that is done more than 2^31 times at once is counted as often', () => {
    const ledger = sealed(1)
    ledger.count(ledger.charge(NONE, 0, 1, 2 ** 34))
    expect(ledger.items[0]).toBe(2 ** 34)
  })

  test('accounts that grow unlike each other, up to the limit and over it', () => {
    const ledger = sealed(1)
    const head = ledger.charge(NONE, 0, CARRY - 1, CARRY)
    for (let i = 0; i < 3; i++) ledger.count(head)
    ledger.execute(head, 0, CARRY - 1)
    expect(exactly(ledger, 'counted')).toBe(3n * BigInt(CARRY - 1))
    expect(exactly(ledger, 'items')).toBe(3n * BigInt(CARRY))
    expect(exactly(ledger, 'executed')).toBe(BigInt(CARRY - 1))
  })
})
