// The order of sentences: what gives back most comes first, whatever the arms are called.
import { expect, test } from 'vitest'
import { sentences } from '../../src/report/sentence.ts'
import { fullComparison } from './hand-made-table.ts'

test.each([
  [
    ['a', 3],
    ['b', 1],
    ['c', -2],
  ],
  [
    ['c', 3],
    ['b', 1],
    ['a', -2],
  ],
  [
    ['b', 2],
    ['a', 2],
    ['c', 0],
  ],
  [
    ['x', -1],
    ['a', -2],
    ['b', -3],
  ],
  [
    ['b', 0],
    ['a', -1],
    ['c', -1],
  ],
] as (readonly [string, number])[][])('%j, %j, %j', (...order) => {
  const given = fullComparison()
  const [total, host] = ['total', 'host'].map((name) => given.rows.find(({ technology }) => technology === name)!)
  const named = [...order].sort(([a], [b]) => (a < b ? -1 : 1))
  // Arms that give back the same stay in the order of the rows.
  const inRows =
    order[0][1] === order[1][1] ? order : order[1][1] === order[2][1] ? [order[1], order[2], order[0]] : named
  const rows = inRows.flatMap(([arm, savedS]) => [
    { ...total, arm, savedS, steady: { ...total.steady, savedS } },
    { ...host, arm },
  ])
  const arm = given.arms.find(({ name }) => name === total.arm)!
  const arms = [given.baseline, ...order.map(([name]) => ({ ...arm, name }))]
  expect(sentences({ ...given, rows, arms }).map((sentence) => sentence.split(' ')[0])).toEqual(
    order.map(([name]) => name),
  )
})
