// CSV as RFC 4180 has it, and what is said about a text that is none.
import { expect, test } from 'vitest'
import { readCsv } from '../../src/language/csv-column.ts'

test.each([
  ['line breaks of every kind', 'a,b\r\n1,2\n3,4\r5,6', 'a|b 1|2 3|4 5|6'],
  ['no line break, or one, behind the last row', 'a\n1\n', 'a 1'],
  ['empty lines, which are left out', 'a\n\n1\n\n\n2', 'a 1 2'],
  ['empty cells, which are kept', 'a,b\n,\n1,', 'a|b | 1|'],
  ['rows of different lengths, which others judge', 'a,b\n1\n1,2,3', 'a|b 1 1|2|3'],
  ['cells in quotes, with commas and quotes inside', 'a,b\n"1,5","say ""x"""', 'a|b 1,5|say_"x"'],
  ['line breaks in quotes', 'a,b\n"1\r\n2",3', 'a|b 1\r\n2|3'],
])('%s', (_, text, rows) => {
  expect(readCsv(text)).toEqual(rows.split(' ').map((row) => row.split('|').map((cell) => cell.replace('_', ' '))))
})

test.each([
  ['a\n1\n"2\n3', 'line 3 has a quote that is not closed; close it'],
  ['a\n"1" \n', 'line 2 has text after a closing quote; double the quotes inside a cell'],
  ['a\n\n3"\n', 'line 3 has a quote in a cell that has none around it; put the cell in quotes and double those inside'],
])('%j is refused', (text, refused) => {
  expect(readCsv(text)).toEqual({ refused })
})
