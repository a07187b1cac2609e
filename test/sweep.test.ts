// offsim sweep, chunk, merge and reproduce, as a user meets them.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, folderWithScenario, offsim } from './offsim-process.ts'

let folder: string
const inFolder = (...args: readonly string[]) => offsim(args, folder)
const inside = (name: string) => join(folder, name)
const sum = (name: string) =>
  createHash('sha256')
    .update(readFileSync(inside(name)))
    .digest('hex')

beforeAll(() => {
  compile()
  folder = folderWithScenario()
  const small = readFileSync(inside('small.yaml'), 'utf8')
  writeFileSync(
    inside('sweep.yaml'),
    'scenario: small.yaml\nname: swept\nsweep:\n  grid: { vms.guests.count: [1, 2], host.cores: [2, 4] }\n',
  )
  writeFileSync(inside('bad.yaml'), 'scenario: small.yaml\nsweep:\n  grid: { vms.guests.cout: [1] }\n')
  writeFileSync(inside('empty.yaml'), 'scenario: small.yaml\nsweep:\n  grid: { host.cores: [] }\n')
  const thousand = `[${Array.from({ length: 1000 }, (_, i) => i + 1).join(', ')}]`
  writeFileSync(
    inside('huge.yaml'),
    `scenario: small.yaml\nsweep:\n  grid: { host.cores: ${thousand}, seed: ${thousand}, run.replications: ${thousand} }\n`,
  )
  writeFileSync(
    inside('where.yaml'),
    `${readFileSync(inside('sweep.yaml'), 'utf8')}  where: ['host.cores < 2 and host.cores > 3']\n`,
  )
  writeFileSync(
    inside('other.yaml'),
    'scenario: small.yaml\nname: swept\nsweep:\n  grid: { vms.guests.count: [1, 3], host.cores: [2, 4] }\n',
  )
  // At the second point the port is asked for more than it has.
  writeFileSync(
    inside('failing.yaml'),
    `${small.replace('clock: 2 GHz', 'clock: 2 GHz, nic: { rate: 1 Gbit/s }')}sweep: { grid: { host.nic.partitions: [[{ name: a, rate: 1 Gbit/s }], [{ name: a, rate: 2 Gbit/s }]] } }\n`,
  )
  mkdirSync(inside('full'))
  writeFileSync(inside('full/notes.txt'), 'mine')
  writeFileSync(inside('file'), '')
})

describe('sweep', () => {
  test('writes tidy rows that chunks and a merge write too; what is finished is not done again', () => {
    const whole = inFolder('sweep', 'sweep.yaml', '--out', 'a', '--parquet', 'a.parquet', '--workers', '1')
    expect(whole).toEqual({ code: 0, stdout: '4 points, 12 rows: a/results.csv, a.parquet\n', stderr: '' })
    const lines = readFileSync(inside('a/results.csv'), 'utf8').trimEnd().split('\n')
    expect(lines[0]).toMatch(
      /^point,vms.guests.count,host.cores,scenario,id,seed,replications,baseline_arm,arm,technology,/,
    )
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 4).join())).toEqual(
      ['0,1,2,swept', '1,1,4,swept', '2,2,2,swept', '3,2,4,swept'].flatMap((point) => [point, point, point]),
    )
    const finished = readFileSync(inside('a/sweep.json'))
    rmSync(inside('a/results.csv'))
    expect(inFolder('merge', 'a', '--quiet').code).toBe(0)
    expect(readFileSync(inside('a/sweep.json'))).toEqual(finished)

    mkdirSync(inside('b'))
    writeFileSync(inside('b/sweep.json'), finished)
    expect(inFolder('chunk', 'b', '--of', '2', '--index', '1', '--quiet').code).toBe(0)
    const early = inFolder('merge', 'b', '--csv', 'early.csv')
    expect(early.stderr).toMatch(/2 of the points failed.*\n.*point 0: has not been simulated yet/)
    expect(early.code).toBe(1)
    const environment = { SLURM_ARRAY_TASK_ID: '0' }
    expect(offsim(['chunk', 'b', '--of', '2', '--quiet'], folder, environment).code).toBe(0)
    expect(inFolder('merge', 'b', '--parquet', 'b.parquet', '--quiet').code).toBe(0)
    expect([sum('b/results.csv'), sum('b.parquet')]).toEqual([sum('a/results.csv'), sum('a.parquet')])
  })

  test('a point that fails is listed at the end and stops no other', () => {
    const { code, stderr, stdout } = inFolder('sweep', 'failing.yaml', '--out', 'failing', '--workers', '1')
    expect(code).toBe(1)
    expect(stdout).toBe('1 point, 3 rows: failing/results.csv\n')
    expect(stderr).toMatch(/^offsim: 1 of the points failed:\noffsim: point 1: .*2000 Mbit\/s.*\n$/)
  })

  test.each([
    [['sweep', 'sweep.yaml'], /needs a folder for its results; add --out DIR/],
    [['sweep', 'small.yaml', '--out', 'x'], /^small.yaml: has no `sweep:`/],
    [['run', 'sweep.yaml'], /^sweep.yaml:3:1: sweep: asks for many scenarios.*offsim sweep/],
    [
      ['sweep', 'bad.yaml', '--out', 'x'],
      /^bad.yaml:3:11: vms.guests.cout: unknown key `cout`; did you mean `count`\?/,
    ],
    [['sweep', 'empty.yaml', '--out', 'x'], /^empty.yaml:3:23: host.cores: has no values/],
    [['sweep', 'huge.yaml', '--out', 'x'], /huge.yaml: sweep: makes 1,000,000,000 points;.*--yes/],
    [['sweep', 'where.yaml', '--out', 'x'], /where.yaml: sweep.where: leaves no point of 4/],
    [['sweep', 'sweep.yaml', '--out', 'full'], /full: is not empty \(notes.txt\) and holds no sweep/],
    [['sweep', 'sweep.yaml', '--out', 'file'], /file: cannot be made/],
    [['sweep', 'sweep.yaml', '--out', '/proc/nowhere'], /nowhere: cannot be made/],
    [['sweep', 'sweep.yaml', '--out', 'x', '--csv', 'no/x.csv'], /no\/x.csv: there is no folder no/],
    [['sweep', 'sweep.yaml', '--out', 'x', '--parquet', '-'], /--parquet - is not possible/],
    [['sweep', 'sweep.yaml', '--out', 'x', '--workers', '0'], /--workers 0: there are 1 to 1024/],
    [['sweep', 'sweep.yaml', '--out', 'x', '--on', 'kubernetes'], /add --emit DIR/],
    [['chunk', 'full', '--of', '2', '--index', '0'], /full: is not the folder of a sweep/],
    [['merge', 'nowhere'], /nowhere: is not the folder of a sweep/],
    [['reproduce', 'small.yaml'], /small.yaml: names no row; write FILE#ROW/],
    [['reproduce', 'none.csv#1'], /none.csv: no such file/],
  ])('%j is one line and exit code 2', (args, message) => {
    const { code, stderr, stdout } = inFolder(...args)
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
  })

  test('a folder of another sweep is refused, and says in what it differs', () => {
    const { code, stderr } = inFolder('sweep', 'other.yaml', '--out', 'a')
    expect(stderr).toMatch(
      /^offsim: a: holds the results of another sweep, of sweep.yaml \(sweep.grid.vms.guests.count: \[1,2\], now \[1,3\]\)/,
    )
    expect(code).toBe(2)
  })

  test('check takes sweeps, and manifests for Kubernetes run the same chunks', () => {
    expect(inFolder('check', 'sweep.yaml').stdout).toBe('sweep.yaml: no fault (a sweep of 2 factors, 4 points)\n')
    expect(inFolder('check', 'bad.yaml').code).toBe(2)
    const { code } = inFolder(
      'sweep',
      'sweep.yaml',
      '--out',
      'k',
      '--on',
      'kubernetes',
      '--emit',
      'k8s',
      '--chunks',
      '3',
    )
    expect(code).toBe(0)
    const chunks = readFileSync(inside('k8s/chunks.yaml'), 'utf8')
    expect(chunks).toMatch(/completionMode: Indexed\n {2}completions: 3\n/)
    expect(chunks).toMatch(/- chunk\n\s+- \/sweep\n\s+- --of\n\s+- "3"\n/)
    expect(existsSync(inside('k8s/merge.yaml'))).toBe(true)
  })
})

describe('reproduce', () => {
  test('rows of a sweep, of a run and of JSON come out the same', () => {
    inFolder('run', 'small.yaml', '--csv', 'run.csv', '--json', 'run.json', '--quiet')
    const rows = ['a/results.csv#1', 'a/results.csv#12', 'run.csv#2', 'run.json#3']
    const { code, stdout, stderr } = inFolder('reproduce', ...rows)
    expect([code, stderr]).toEqual([0, ''])
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' (id')[0]),
    ).toEqual(rows.map((row) => `${row}: the same, byte for byte`))
  })

  test('what has changed is named: the row, the record, a price, the version, the scenario', () => {
    inFolder('run', 'small.yaml', '--csv', 'run.csv', '--quiet')
    const csv = readFileSync(inside('run.csv'), 'utf8')
    const record = JSON.parse(readFileSync(inside('run.csv.json'), 'utf8')) as Record<string, Record<string, unknown>>
    const reproduced = (change: object, text = csv) => {
      writeFileSync(inside('changed.csv'), text)
      writeFileSync(inside('changed.csv.json'), JSON.stringify({ ...record, ...change }))
      const { code, stderr } = inFolder('reproduce', 'changed.csv#1')
      expect(code).toBe(1)
      return stderr
    }
    expect(reproduced({}, csv.replace(/,processor,([^\n]*),(\d+),/, ',processor,$1,9$2,'))).toMatch(
      /differs in \w+.*because\n.*changed by hand/,
    )
    expect(reproduced({ model_version: 0 })).toMatch(/model version: 0 then, \d+ now/)
    const costs = { ...record['costs'], 'processor.vt-x.exit': 1 }
    expect(reproduced({ costs })).toMatch(/cost processor.vt-x.exit: 1 then, .* now/)
    expect(reproduced({ scenario: { ...record['scenario'], costs: { 'processor.vt-x.syscall': 1 } } })).toMatch(
      /has changed: costs.processor.vt-x.syscall: 1, now nothing/,
    )
    const original = readFileSync(inside('small.yaml'), 'utf8')
    writeFileSync(inside('small.yaml'), `${original}costs: { processor.vt-x.syscall: 3 }\n`)
    expect(reproduced({})).toMatch(
      /the same, byte for byte, from its record; but\n {2}small.yaml: has changed: costs.processor.vt-x.syscall: nothing, now 3/,
    )
    expect(inFolder('reproduce', 'a/results.csv#4').stderr).toMatch(
      /sweep.yaml: has changed: costs.processor.vt-x.syscall/,
    )
    writeFileSync(inside('small.yaml'), original)
  })
})
