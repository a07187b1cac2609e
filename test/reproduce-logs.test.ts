// Long logs beyond one run: rows made with them are run again from their record, and what became of the log is noticed.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { compile, offsim } from './offsim-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'offsim-logs-'))
const log = join(folder, 'log.csv')
const ROWS = 100_001

beforeAll(() => {
  compile()
  writeFileSync(log, `t\n${Array.from({ length: ROWS }, (_, i) => 1_568_174_900_000 + i).join('\n')}\n`)
  writeFileSync(
    join(folder, 'log.yaml'),
    `name: log
run: { warmup: 0 s, measure: 20 ms, replications: 2 }
host: { cores: 2, clock: 2 GHz }
arms: { software: { processor: binary-translation }, hardware: { processor: vt-x } }
vms: { web: { count: 1, vcpus: 1, traps: { syscall: { arrivals: { file: log.csv, column: t } } } } }
`,
  )
}, 120_000)

test('a row of a run with a long log is made again, on threads as well as without, and only with the same log', () => {
  const run = (name: string, workers: string) =>
    offsim(['run', 'log.yaml', '--csv', name, '--workers', workers, '--quiet'], folder)
  expect(run('one.csv', '1')).toMatchObject({ code: 0, stderr: '' })
  expect(run('two.csv', '2')).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(join(folder, 'two.csv'), 'utf8')).toBe(readFileSync(join(folder, 'one.csv'), 'utf8'))
  const record = readFileSync(join(folder, 'one.csv.json'), 'utf8')
  expect(record.length).toBeLessThan(20_000)
  expect(offsim(['reproduce', 'one.csv#1'], folder)).toMatchObject({ code: 0 })
  const before = readFileSync(log, 'utf8')
  writeFileSync(log, before.replace('1568174900001', '1568174900002'))
  expect(offsim(['reproduce', 'one.csv#1'], folder)).toMatchObject({
    code: 2,
    stderr: 'offsim: log.csv: has changed since the row was made; put back what it was\n',
  })
  writeFileSync(log, before)
}, 120_000)

test('a sweep over the speed of a packed log keeps where it lies, and notices when it changes', () => {
  const { gzipSync } = process.getBuiltinModule('node:zlib')
  const packed = join(folder, 'log.csv.gz')
  writeFileSync(packed, gzipSync(readFileSync(log)))
  const sweep = `scenario: log.yaml
name: speeds
vms: { web: { traps: { syscall: { arrivals: { file: log.csv.gz } } } } }
sweep: { grid: { vms.web.traps.syscall.arrivals.speed: [1, 2] } }
`
  writeFileSync(join(folder, 'sweep.yaml'), sweep)
  const run = () => offsim(['sweep', 'sweep.yaml', '--out', 'out', '--quiet'], folder)
  expect(run()).toMatchObject({ code: 0, stderr: '' })
  const rows = readFileSync(join(folder, 'out', 'results.csv'), 'utf8')
    .trim()
    .split('\n')
  const [header, ...cells] = rows.map((row) => row.split(','))
  const items = cells.map((row) => Number(row[header.indexOf('items')]))
  expect(items[0]).toBe(20)
  expect(items.at(-1)).toBe(40)
  expect(offsim(['reproduce', 'out/results.csv#1'], folder)).toMatchObject({ code: 0 })
  writeFileSync(packed, gzipSync('t\n5\n'))
  expect(offsim(['reproduce', 'out/results.csv#1'], folder).stderr).toContain('is not what it was when the sweep began')
}, 240_000)
