// Tables that grow: rows given out and taken back, in columns that double when they are full.
import { expect, test } from 'vitest'
import { NONE, Rows } from '../../../src/models/host/growing-table.ts'

/** Columns of each type, of room for two rows. */
function made() {
  const table = {
    whole: new Int32Array(2),
    real: new Float64Array(2),
    flag: new Uint8Array(2),
    next: new Int32Array(2),
  }
  return { table, rows: new Rows(table, ['whole', 'real', 'flag', 'next']) }
}

test('rows are given out in turn, and one that was given back goes before a new one', () => {
  const { rows } = made()
  expect([rows.take(), rows.take()]).toEqual([0, 1])
  rows.release(0)
  expect([rows.take(), rows.take()]).toEqual([0, 2])
  // The last one given back comes first.
  for (const row of [2, 0, 1]) rows.release(row)
  expect([rows.take(), rows.take(), rows.take(), rows.take()]).toEqual([1, 0, 2, 3])
})

test('full columns double, keep what they hold and their types, and are zero behind it', () => {
  const { table, rows } = made()
  rows.take()
  rows.take()
  const { whole } = table
  whole.set([7, -8])
  table.real.set([0.5, -Infinity])
  table.flag.set([1, 255])
  expect(rows.take()).toBe(2)
  expect([...table.whole, ...table.real, ...table.flag]).toEqual([7, -8, 0, 0, 0.5, -Infinity, 0, 0, 1, 255, 0, 0])
  expect(table.whole).toBeInstanceOf(Int32Array)
  expect(table.real).toBeInstanceOf(Float64Array)
  expect(table.flag).toBeInstanceOf(Uint8Array)
  expect(table.next.length).toBe(4)
  expect(whole.length).toBe(2)
})

test('it grows when it is full and not before, and rows given back are found after that too', () => {
  const { table, rows } = made()
  for (const length of [2, 2, 4, 4, 8, 8, 8, 8, 16]) {
    rows.take()
    expect(table.next.length).toBe(length)
  }
  rows.release(1)
  rows.release(8)
  expect([rows.take(), rows.take(), rows.take()]).toEqual([8, 1, 9])
})

test('a chain is given back at once, its last row linked to those that were free', () => {
  const { table, rows } = made()
  for (let i = 0; i < 5; i++) rows.take()
  rows.release(4)
  // 0 → 2 → 1
  table.next[0] = 2
  table.next[2] = 1
  rows.releaseChain(0, 1)
  rows.releaseChain(NONE, NONE)
  expect([rows.take(), rows.take(), rows.take(), rows.take()]).toEqual([0, 2, 1, 4])
  expect(rows.take()).toBe(5)
})
