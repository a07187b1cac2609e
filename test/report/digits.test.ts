import { expect, test } from 'vitest'
import {
  alignPoints,
  brief,
  byteSize,
  columnDecimals,
  inColumn,
  percentage,
  significant,
} from '../../src/report/digits.ts'
import { grid, wrap } from '../../src/report/grid.ts'

test('as many digits as mean something', () => {
  const of = [0, 1, 0.1, -0.0123456, 9.996, 12.345, 99.96, 123.4, 12345.6, 0.0000123, -1e-9, 3e12]
  expect(of.map((value) => significant(value))).toEqual([
    ...['0', '1.00', '0.100', '-0.0123', '10.0', '12.3', '100', '123', '12346', '1.23e-5', '-1.00e-9', '3.00e+12'],
  ])
  expect([0, 0.07, 1.04, 9.97, 10.91, 99.4, 99.6, 142].map((value) => brief(value))).toEqual([
    ...['0', '0.070', '1.0', '10.0', '10.9', '99.4', '100', '142'],
  ])
  expect([0, 7.14, 9.94, 9.96, 83.3, -175, 0.06, -0.04].map(percentage)).toEqual([
    ...['0', '7.1', '9.9', '10', '83', '-175', '0.1', '~0'],
  ])
  expect([0, 512, 2048, 5 * 2 ** 30].map(byteSize)).toEqual(['0 B', '512 B', '2.00 KiB', '5.00 GiB'])
})

test('a column is no finer than four digits behind the first one of its largest number', () => {
  const column = [1.66, 0.337, -0.0238, 0.000123, -0.0000069, 0]
  expect(columnDecimals(column)).toBe(4)
  expect(column.map((value) => inColumn(value, 4))).toEqual(['1.66', '0.337', '-0.0238', '0.0001', '~0', '0'])
  expect([columnDecimals([0, 0.00723]), columnDecimals([123456]), columnDecimals([0]), columnDecimals([])]).toEqual([
    ...[7, 0, 0, 0],
  ])
})

test('decimal points stand under each other', () => {
  expect(alignPoints(['1.25', '12', '0.1', 'exact', ''])).toEqual(['1.25', '12   ', '0.1 ', 'exact', ''])
})

test('columns are padded to their widest cell, without spaces at the end', () => {
  expect(
    grid(
      [
        ['a', '1', ''],
        ['bcd', '22', 'x'],
      ],
      ['left', 'right', 'left'],
    ),
  ).toEqual(['a     1', 'bcd  22  x'])
})

test('text is wrapped at spaces, under its first line', () => {
  expect(wrap('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four'])
  expect(wrap('of it 50 % is', 8)).toEqual(['of it', '50 % is'])
  expect(wrap('unbreakable', 3)).toEqual(['unbreakable'])
  expect(wrap('', 10)).toEqual([''])
})
