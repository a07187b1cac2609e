// Parquet as DuckDB reads it: the types intended, and row by row what the CSV says.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import type { Cell } from '../../src/report/cells.ts'
import { csvText } from '../../src/report/csv.ts'
import { ParquetRows } from '../../src/report/parquet.ts'
import type { SweepColumn } from '../../src/report/sweep-csv.ts'

const COLUMNS: readonly SweepColumn[] = [
  { name: 'point', type: 'whole' },
  { name: 'host.clock_hz', type: 'number' },
  { name: 'arms.hardware.nic', type: 'text' },
  { name: 'saved_cpu_s', type: 'number' },
  { name: 'saturated', type: 'text' },
]

/** Rows over more than one row group, with everything that is hard to write. */
function rows(): Cell[][] {
  return Array.from({ length: 23_456 }, (_, i) => [
    i % 100 === 7 ? Number.MAX_SAFE_INTEGER - i : i,
    2.4e9 + i / 7,
    ['sr-iov', 'vmdq', 'paravirtual, "quoted"', 'µ'][i % 4],
    i % 5 === 0 ? null : (i % 2 === 0 ? -1 : 1) / (i + 0.1),
    i % 3 === 0 ? '' : 'software:cores',
  ])
}

function parquetOf(lines: readonly (readonly Cell[])[]): Buffer {
  const pieces: Buffer[] = []
  const parquet = new ParquetRows(COLUMNS, (bytes) => void pieces.push(Buffer.from(bytes)))
  for (const line of lines) parquet.add(line)
  parquet.finish()
  return Buffer.concat(pieces)
}

test('DuckDB reads the types intended, and no cell differs from the CSV', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offsim-parquet-'))
  const [csv, parquet] = [join(folder, 'x.csv'), join(folder, 'x.parquet')]
  writeFileSync(parquet, parquetOf(rows()))
  writeFileSync(csv, csvText([COLUMNS.map(({ name }) => name), ...rows()]))
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  const asked = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson()
  const types = await asked(`select column_name, column_type from (describe select * from '${parquet}')`)
  expect(types.map(({ column_type }) => column_type)).toEqual(['BIGINT', 'DOUBLE', 'VARCHAR', 'DOUBLE', 'VARCHAR'])
  expect(types.map(({ column_name }) => column_name)).toEqual(COLUMNS.map(({ name }) => name))
  const reader = `read_csv('${csv}', header = true, types = { 'point': 'BIGINT', 'host.clock_hz': 'DOUBLE', 'saved_cpu_s': 'DOUBLE' })`
  const difference = await asked(`
    select count(*)::integer as n from (select *, row_number() over () as r from '${parquet}') p
    full join (select *, row_number() over () as r from ${reader}) c using (r)
    where p.point is distinct from c.point or p."host.clock_hz" is distinct from c."host.clock_hz"
      or p."arms.hardware.nic" is distinct from c."arms.hardware.nic"
      or p.saved_cpu_s is distinct from c.saved_cpu_s or p.saturated is distinct from c.saturated`)
  expect(difference).toEqual([{ n: 0 }])
  expect(await asked(`select count(*)::integer as n, count(saved_cpu_s)::integer as m from '${parquet}'`)).toEqual([
    { n: 23_456, m: 23_456 - Math.ceil(23_456 / 5) },
  ])
  expect(readFileSync(parquet).subarray(0, 4).toString()).toBe('PAR1')
})

test('the same rows are the same bytes; no rows are a file too', () => {
  expect(parquetOf(rows()).equals(parquetOf(rows()))).toBe(true)
  expect(parquetOf([]).subarray(-4).toString()).toBe('PAR1')
})
