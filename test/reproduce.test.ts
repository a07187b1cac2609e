// offsim reproduce, as a user meets it: rows of a sweep over axes of all kinds, and of runs with options.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { reproduceRows } from '../scripts/reproduce-rows.mjs'
import { compile, folderWithScenario, offsimHere } from './offsim-process.ts'

beforeAll(compile)

test('rows of a sweep are the same byte for byte, and changed costs are named', { timeout: 120_000 }, () => {
  const said: string[] = []
  const faults = reproduceRows({ points: 4, rows: 20, seed: 2, isShort: true }, (line) => void said.push(line))
  expect(faults).toEqual([])
  expect(said).toHaveLength(3)
  expect(said[0]).toMatch(/^ok {5}20 of 20 rows, of \d+, are the same byte for byte$/)
})

test('what the command line said is part of the record; a point is run once for all its rows', async () => {
  const folder = folderWithScenario('2 ms', 1)
  const run = (...args: readonly string[]) => offsimHere(args, folder)
  await run('run', 'small.yaml', '--seed', '7', '--replications', '3', '--csv', 'seeded.csv', '--quiet')
  await run('run', 'small.yaml', '--precision', '50 %', '--csv', 'precise.csv', '--quiet')
  const rows = ['seeded.csv#1', 'precise.csv#2', 'seeded.csv#3', 'seeded.csv#1']
  const { code, stdout, stderr } = await run('reproduce', ...rows)
  expect([code, stderr]).toEqual([0, ''])
  // Files in the order of the first name, each row once.
  expect(stdout.match(/^\S+(?=: the same, byte for byte \(id [0-9a-f]{12}\)$)/gm)).toEqual([
    'seeded.csv#1',
    'seeded.csv#3',
    'precise.csv#2',
  ])
  expect(await run('reproduce', 'seeded.csv#9')).toMatchObject({
    code: 2,
    stderr: 'offsim: seeded.csv#9: seeded.csv has 3 rows; name one of them\n',
  })
  const text = readFileSync(join(folder, 'small.yaml'), 'utf8')
  writeFileSync(join(folder, 'small.yaml'), text.replace('seed: 1', 'seed: 2'))
  expect((await run('reproduce', 'seeded.csv#1')).code).toBe(0)
  expect((await run('reproduce', 'precise.csv#1')).stderr).toMatch(/\n {2}small.yaml: has changed: seed: 1, now 2\n/)
})
