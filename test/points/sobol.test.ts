// Sobol points against the published table and its own properties; latin hypercubes for their strata.
import { expect, test } from 'vitest'
import { JOE_KUO } from '../../src/points/joe-kuo.ts'
import { latinCoordinates } from '../../src/statistics/latin-hypercube.ts'
import { directions, SOBOL_DIMENSIONS_MAX, sobolCoordinate } from '../../src/points/sobol.ts'

// First lines of new-joe-kuo-6.21201 as published: d, s, a, m_i.
const PUBLISHED = `
2 1 0 1
3 2 1 1 3
4 3 1 1 3 1
5 3 2 1 1 1
6 4 1 1 1 3 3
7 4 4 1 3 5 13
8 5 2 1 1 5 5 17
9 5 4 1 1 5 5 5
10 5 7 1 1 7 11 19
11 5 11 1 1 5 1 1
12 5 13 1 1 1 3 11
13 5 14 1 3 5 5 31
14 6 1 1 3 3 9 7 49
15 6 13 1 1 1 15 21 21
16 6 16 1 3 1 13 27 49
17 6 19 1 1 1 15 7 5
18 6 22 1 3 1 15 13 25
19 6 25 1 1 5 5 19 61
20 7 1 1 3 7 11 23 15 103
21 7 4 1 3 7 13 13 15 69`

test('direction numbers are those published', () => {
  const lines = PUBLISHED.trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
  expect(lines).toEqual(JOE_KUO.slice(0, 20).map(([a, m], row) => [row + 2, m.length, a, ...m]))
})

// The first ten points in three dimensions that come with the authors' program sobol.cc (`sobol 10 3 new-joe-kuo-6.21201`).
test('the first points are those of the published program', () => {
  const points = Array.from({ length: 10 }, (_, point) => [0, 1, 2].map((d) => sobolCoordinate(directions(d), point)))
  expect(points).toEqual([
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
    [0.625, 0.125, 0.875],
    [0.125, 0.625, 0.375],
    [0.1875, 0.3125, 0.9375],
    [0.6875, 0.8125, 0.4375],
  ])
})

// scipy.stats.qmc.Sobol (its own implementation of the same table), point 777 of 1024, in 1024ths.
test('a later point in high dimensions agrees with another implementation', () => {
  const coordinates = [0, 1, 2, 19, 20, 33, 39].map((d) => sobolCoordinate(directions(d), 777) * 1024)
  expect(coordinates).toEqual([709, 959, 167, 771, 243, 3, 367])
})

test('in every dimension the first 2^k points fall into all 2^k parts, with a shift too', () => {
  for (let d = 0; d < SOBOL_DIMENSIONS_MAX; d++) {
    const v = directions(d)
    for (const shift of [0, 0xdeadbeef]) {
      const parts = new Set(
        Array.from({ length: 256 }, (_, point) => Math.floor(sobolCoordinate(v, point, shift) * 256)),
      )
      expect(parts.size).toBe(256)
    }
  }
})

test('a latin hypercube has one point in each part, in an order that depends on the seed', () => {
  for (const points of [1, 2, 7, 1000]) {
    const coordinates = latinCoordinates(points, 'a')
    const parts = new Set([...coordinates].map((u) => Math.floor(u * points)))
    expect([parts.size, Math.min(...parts), Math.max(...parts)]).toEqual([points, 0, points - 1])
  }
  expect([...latinCoordinates(50, 'a')]).not.toEqual([...latinCoordinates(50, 'b')])
  // Places within the parts are spread too: a Kolmogorov–Smirnov distance far below what 1,000 equal ones would have.
  const within = [...latinCoordinates(1000, 'c')].map((u) => (u * 1000) % 1).sort((a, b) => a - b)
  expect(Math.max(...within.map((u, i) => Math.abs(u - i / 1000)))).toBeLessThan(0.06)
})
