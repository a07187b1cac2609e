// offsim sweep, chunk, merge and reproduce, as a user meets them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { formerIdentity } from '../src/language/identity.ts'
import type { Scenario } from '../src/language/asked.ts'
import { compile, folderWithScenario, offsim, offsimHere, start } from './offsim-process.ts'

let folder: string
const inFolder = (...args: readonly string[]) => offsimHere(args, folder)
const inside = (name: string) => join(folder, name)
const sum = (name: string) =>
  createHash('sha256')
    .update(readFileSync(inside(name)))
    .digest('hex')

/** Addresses of the units in a folder, by whichever process they were done. */
const unitsIn = (name: string) =>
  readdirSync(inside(`${name}/units`)).flatMap((segment) => {
    const lines = readFileSync(inside(`${name}/units/${segment}`), 'latin1').split('\n')
    return lines.slice(0, -1).map((line) => line.slice(0, 64))
  })

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
  // At the last two points there is no warm-up to be found: they are asked for more than they can do.
  writeFileSync(
    inside('precise.yaml'),
    `scenario: small.yaml
name: precise
run: { warmup: auto, measure: 5 ms, precision: 8 %, max_replications: 15 }
expect: [hardware.total.saved_percent >= 20, hardware.total.cores >= 0.022, hardware.host.cores <= 1000]
sweep: { grid: { vms.guests.traps.syscall: [20000 /s, 1e6 /s], vms.guests.count: [1, 2] } }
`,
  )
  mkdirSync(inside('full'))
  writeFileSync(inside('full/notes.txt'), 'mine')
  writeFileSync(inside('file'), '')
})

describe('sweep', () => {
  test('writes tidy rows that chunks and a merge write too; what is finished is not done again', async () => {
    const whole = await inFolder('sweep', 'sweep.yaml', '--out', 'a', '--parquet', 'a.parquet', '--workers', '1')
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
    expect((await inFolder('merge', 'a', '--quiet')).code).toBe(0)
    expect(readFileSync(inside('a/sweep.json'))).toEqual(finished)

    mkdirSync(inside('b'))
    writeFileSync(inside('b/sweep.json'), finished)
    expect((await inFolder('chunk', 'b', '--of', '2', '--index', '1', '--quiet')).code).toBe(0)
    const early = await inFolder('merge', 'b', '--csv', 'early.csv')
    expect(early.stderr).toMatch(/2 of the points failed.*\n.*point 0: has not been simulated yet/)
    expect(early.code).toBe(1)
    const environment = { SLURM_ARRAY_TASK_ID: '0' }
    expect(offsim(['chunk', 'b', '--of', '2', '--quiet'], folder, environment).code).toBe(0)
    expect((await inFolder('merge', 'b', '--parquet', 'b.parquet', '--quiet')).code).toBe(0)
    expect([sum('b/results.csv'), sum('b.parquet')]).toEqual([sum('a/results.csv'), sum('a.parquet')])
  })

  test('a point that fails is listed at the end and stops no other', async () => {
    const { code, stderr, stdout } = await inFolder('sweep', 'failing.yaml', '--out', 'failing', '--workers', '1')
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
    [
      ['sweep', 'sweep.yaml', '--out', 'x', '--junit', 'x.xml'],
      /--junit has nothing to tell: the scenario has no `expect:`/,
    ],
    [['sweep', 'precise.yaml', '--out', 'x', '--junit', 'a.x', '--csv', 'a.x'], /a.x: two outputs cannot share a file/],
    [['sweep', 'sweep.yaml', '--out', 'x', '--precision', '1'], /--precision 1: .*no unit/],
    [['merge', 'a', '--junit', 'x.xml'], /--junit has nothing to tell/],
    [['chunk', 'full', '--of', '2', '--index', '0'], /full: is not the folder of a sweep/],
    [['merge', 'nowhere'], /nowhere: is not the folder of a sweep/],
    [['reproduce', 'small.yaml'], /small.yaml: names no row; write FILE#ROW/],
    [['reproduce', 'none.csv#1'], /none.csv: no such file/],
  ])('%j is one line and exit code 2', async (args, message) => {
    const { code, stderr, stdout } = await offsimHere(args, folder)
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
  })

  test('precision, warm-up and expectations at every point: the same bytes however it was done', async () => {
    const files = (name: string) => ['--csv', `${name}.csv`, '--parquet', `${name}.parquet`, '--junit', `${name}.xml`]
    const sums = (name: string) => ['csv', 'parquet', 'xml'].map((kind) => sum(`${name}.${kind}`))
    const whole = await inFolder('sweep', 'precise.yaml', '--out', 'p1', '--workers', '1', ...files('p1'))
    expect(whole.code).toBe(1)
    const [counts, warmup, precision, ...more] = whole.stdout.trimEnd().split('\n')
    expect(counts).toBe('2 points, 6 rows: p1.csv, p1.parquet, p1.xml')
    expect(warmup).toMatch(/^warm-up: [\d.]+( to [\d.]+)? s, found by pilot runs at each point$/)
    expect(precision).toMatch(/^precision: reached at [0-2] of 2 points, with (10|15|10 to 15) replications$/)
    expect(more.find((line) => line.startsWith('expect'))).toMatch(
      /^expect: \d+ hold, [1-9] do not hold, \d undecided$/,
    )
    expect(more.at(-1)).toMatch(
      /^ {2}point \d \(vms\.guests\.traps\.syscall_per_s \d+, vms\.guests\.count 1\): .*cores >= 0\.022 \(/,
    )
    expect(whole.stderr).toMatch(
      /^offsim: 2 of the points failed:\noffsim: point 2: run\.warmup: auto: .*saturated .*\noffsim: point 3: .*\n$/,
    )

    await inFolder('sweep', 'precise.yaml', '--out', 'p2', '--workers', '2', '--shuffle', '--quiet', ...files('p2'))
    expect(sums('p2')).toEqual(sums('p1'))

    const killed = start(['sweep', inside('precise.yaml'), '--out', inside('p3'), '--workers', '2', '--quiet'])
    const ended = new Promise((resolve) => killed.on('close', resolve))
    while (!existsSync(inside('p3/units')) || unitsIn('p3').length < 30) await new Promise((go) => setTimeout(go, 5))
    killed.kill('SIGKILL')
    await ended
    const kept = unitsIn('p3').length
    expect(existsSync(inside('p3/results.csv'))).toBe(false)
    await inFolder('sweep', 'precise.yaml', '--out', 'p3', '--workers', '2', '--quiet', ...files('p3'))
    expect(sums('p3')).toEqual(sums('p1'))
    expect(unitsIn('p3').length).toBeGreaterThan(kept)
    expect(new Set(unitsIn('p3')).size).toBe(unitsIn('p3').length)
    expect(unitsIn('p3').sort()).toEqual(unitsIn('p1').sort())
  })

  test('chunks go on until their points have answers, and a merge before that says what is missing', async () => {
    mkdirSync(inside('p4'))
    writeFileSync(inside('p4/sweep.json'), readFileSync(inside('p1/sweep.json')))
    const part = (index: number) => inFolder('chunk', 'p4', '--of', '2', '--index', String(index), '--workers', '1')
    expect((await part(1)).code).toBe(1)
    const early = await inFolder('merge', 'p4', '--csv', 'early.csv', '--junit', 'early.xml')
    expect(early.stderr).toMatch(
      /3 of the points failed:\noffsim: point 0: has not been simulated yet; run its chunk again/,
    )
    expect(early.stderr).toMatch(/point 3: run\.warmup: auto/)
    expect(readFileSync(inside('early.xml'), 'utf8')).toMatch(
      /<testsuite name="point 0 [^>]* errors="1"[^]*<error type="failed" message="has not been simulated yet/,
    )
    expect((await part(0)).stderr).toMatch(/^offsim: 1 of the points failed:\noffsim: point 2: run\.warmup: auto/)
    const merged = await inFolder('merge', 'p4', '--parquet', 'p4.parquet', '--junit', 'p4.xml')
    expect(merged.code).toBe(1)
    expect(merged.stdout).toMatch(/\nexpect: \d+ hold, /)
    expect([sum('p4/results.csv'), sum('p4.parquet'), sum('p4.xml')]).toEqual(
      ['csv', 'parquet', 'xml'].map((kind) => sum(`p1.${kind}`)),
    )
    // The record beside the rows keeps what was said.
    const { findings } = JSON.parse(readFileSync(inside('p4/results.csv.json'), 'utf8')) as { findings: object }
    expect(findings).toMatchObject({ points: 2, failed: { count: 2 }, precision: { points: 2 } })
  })

  test('each point has the rows of a run of its scenario with the same precision', async () => {
    const set = ['--set', 'vms.guests.count=2', '--set', 'vms.guests.traps.syscall=20000 /s']
    const alone = readFileSync(inside('precise.yaml'), 'utf8').replace(/sweep:.*/, '')
    writeFileSync(inside('alone.yaml'), alone)
    const run = (await inFolder('run', 'alone.yaml', ...set, '--csv', '-')).stdout.trimEnd().split('\n')
    const swept = readFileSync(inside('p1.csv'), 'utf8').split('\n')
    const withoutId = (line: string) =>
      line
        .split(',')
        .filter((_, column) => column !== 1)
        .join()
    const point = swept.filter((line) => line.startsWith('1,')).map((line) => line.split(',').slice(3).join())
    // A run alone is asked how far it rests on prices; the columns for it come last.
    expect(run[0]).toMatch(/,doubt_low_cpu_s,doubt_high_cpu_s,doubt_price$/)
    const common = run.slice(1).map((line) => line.split(',').slice(0, -3).join())
    expect(point.map(withoutId)).toEqual(common.map(withoutId))
  })

  test('expectations decide about the exit code; --precision is part of what sweep it is', async () => {
    const swept = (out: string, ...args: string[]) =>
      inFolder('sweep', 'sweep.yaml', '--out', out, '--workers', '1', ...args)
    const kept = await swept('e1', '--set', 'expect=[hardware.total.cores >= 0]')
    expect(kept).toMatchObject({ code: 0, stderr: '' })
    expect(kept.stdout).toBe('4 points, 12 rows: e1/results.csv\nexpect: 4 hold, 0 do not hold, 0 undecided\n')
    const set = ['--set', 'expect=[hardware.total.cores < 0]', '--junit', 'e.xml']
    const broken = await swept('e2', '--replications', '1', ...set)
    expect(broken.code).toBe(1)
    expect(broken.stdout).toMatch(/expect: 0 hold, 0 do not hold, 4 undecided\n {2}point 0 \(.*one replication only/)
    const xml = readFileSync(inside('e.xml'), 'utf8')
    expect(xml.match(/<testcase /g)).toHaveLength(4)
    expect(xml.match(/<failure type="undecided"/g)).toHaveLength(4)
    expect(xml.match(/<testsuite name="[^"]*"/g)![3]).toBe(
      '<testsuite name="swept, point 3 (vms.guests.count 2, host.cores 4)"',
    )
    const precise = await swept('e3', '--precision', '50 %')
    expect(precise.stdout).toMatch(/\nprecision: reached at 4 of 4 points, with 10 replications\n$/)
    expect((await swept('e3')).stderr).toMatch(
      /e3: holds the results of another sweep, of sweep.yaml \(run.precision: /,
    )
    // A number of replications takes the place of a precision.
    const fixed = await swept('e3', '--precision', '50 %', '--replications', '10')
    expect(fixed).toMatchObject({ code: 2, stdout: '' })
    expect(fixed.stderr).toMatch(/^offsim: --precision and --replications both say .*keep one of the two\n$/)
    expect(
      (await inFolder('sweep', 'precise.yaml', '--out', 'e4', '--replications', '2', '--workers', '1')).stdout,
    ).not.toMatch(/precision/)
  })

  test('a folder of another sweep is refused, and says in what it differs', async () => {
    const { code, stderr } = await inFolder('sweep', 'other.yaml', '--out', 'a')
    expect(stderr).toMatch(
      /^offsim: a: holds the results of another sweep, of sweep.yaml \(sweep.grid.vms.guests.count: \[1,2\], now \[1,3\]\)/,
    )
    expect(code).toBe(2)
  })

  test('a folder of other prices is refused by sweep, chunk and merge alike, and its rows stay', async () => {
    await inFolder('sweep', 'sweep.yaml', '--out', 'o', '--quiet')
    const record = JSON.parse(readFileSync(inside('o/sweep.json'), 'utf8')) as { costs: Record<string, number> }
    const costs = { ...record.costs, 'processor.vt-x.exit': 12 }
    writeFileSync(inside('o/sweep.json'), JSON.stringify({ ...record, costs }))
    const before = readFileSync(inside('o/results.csv.json'), 'utf8')
    const commands = [
      ['sweep', 'sweep.yaml', '--out', 'o'],
      ['chunk', 'o', '--of', '1', '--index', '0'],
      ['merge', 'o'],
    ]
    for (const args of commands) {
      const { code, stderr, stdout } = await inFolder(...args)
      expect(stderr).toMatch(
        /^offsim: o: was begun with other models \(costs\.processor\.vt-x\.exit: 12, now \d+\); name another folder, .*\n$/,
      )
      expect([code, stdout]).toEqual([2, ''])
    }
    expect(readFileSync(inside('o/results.csv.json'), 'utf8')).toBe(before)
  })

  test('check takes sweeps, and manifests for Kubernetes run the same chunks', async () => {
    expect((await inFolder('check', 'sweep.yaml')).stdout).toBe(
      'sweep.yaml: no fault (a sweep of 2 factors, 4 points)\n',
    )
    expect((await inFolder('check', 'bad.yaml')).code).toBe(2)
    const { code } = await inFolder(
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
      '--set',
      'expect=[hardware.total.cores >= 0]',
      '--junit',
      'k.xml',
    )
    expect(code).toBe(0)
    const chunks = readFileSync(inside('k8s/chunks.yaml'), 'utf8')
    expect(chunks).toMatch(/completionMode: Indexed\n {2}completions: 3\n/)
    expect(chunks).toMatch(/- chunk\n\s+- \/sweep\n\s+- --of\n\s+- "3"\n/)
    expect(readFileSync(inside('k8s/merge.yaml'), 'utf8')).toMatch(
      /- \/sweep\/results\.csv\n\s+- --junit\n\s+- \/sweep\/k\.xml\n/,
    )
  })
})

describe('reproduce', () => {
  test('rows of a sweep, of a run and of JSON come out the same', async () => {
    await inFolder('run', 'small.yaml', '--csv', 'run.csv', '--json', 'run.json', '--quiet')
    const rows = ['a/results.csv#1', 'a/results.csv#12', 'run.csv#2', 'run.json#3']
    const { code, stdout, stderr } = await inFolder('reproduce', ...rows)
    expect([code, stderr]).toEqual([0, ''])
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' (id')[0]),
    ).toEqual(rows.map((row) => `${row}: the same, byte for byte`))
  })

  test('a point with a precision finds its warm-up and its number of replications again', async () => {
    const rows = ['p1.csv#1', 'p1.csv#6']
    const { code, stdout } = await inFolder('reproduce', ...rows)
    expect(stdout.match(/: the same, byte for byte \(id /g)).toHaveLength(2)
    expect(code).toBe(0)
    const original = readFileSync(inside('precise.yaml'), 'utf8')
    writeFileSync(inside('precise.yaml'), original.replace('max_replications: 15', 'max_replications: 20'))
    const changed = await inFolder('reproduce', 'p1.csv#1')
    expect(changed.stderr).toMatch(/but\n {2}precise\.yaml: has changed: precision\.maxReplications: 15, now 20\n$/)
    expect(changed.code).toBe(1)
    writeFileSync(inside('precise.yaml'), original)
  })

  test('rows under an id of an earlier offsim: that alone is said where nothing else differs', async () => {
    await inFolder('run', 'small.yaml', '--csv', 'former.csv', '--quiet')
    const csv = readFileSync(inside('former.csv'), 'utf8')
    const { scenario, id, model_version } = JSON.parse(readFileSync(inside('former.csv.json'), 'utf8')) as {
      scenario: Scenario
      id: string
      model_version: number
    }
    const former = formerIdentity(scenario, { modelVersion: model_version })
    expect(former).not.toBe(id)
    writeFileSync(inside('former.csv'), csv.replaceAll(id, former))
    expect(await inFolder('reproduce', 'former.csv#1')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `former.csv#1: differs in id (id: "${former}", now "${id}"); because\n` +
        '  its id: an earlier offsim formed it without replications and shipped prices\n',
    })
    // A row that was changed besides is not excused by its id.
    writeFileSync(
      inside('former.csv'),
      csv.replaceAll(id, former).replace(/,processor,([^\n]*),(\d+),/, ',processor,$1,9$2,'),
    )
    const { stderr } = await inFolder('reproduce', 'former.csv#1')
    expect(stderr).toMatch(
      /because\n {2}its id: an earlier .*\n {2}its record is that of the id, so the row was changed by hand/,
    )
    writeFileSync(inside('former.csv'), csv.replaceAll(id, '0123456789ab'))
    expect((await inFolder('reproduce', 'former.csv#1')).stderr).toMatch(
      `\n  its record was changed by hand: the row is of id 0123456789ab, the record of ${id}\n`,
    )
  })

  test('a row that was changed by hand is not blamed on a price that its id does not rest on', async () => {
    await inFolder('run', 'small.yaml', '--csv', 'run.csv', '--quiet')
    const csv = readFileSync(inside('run.csv'), 'utf8')
    const record = JSON.parse(readFileSync(inside('run.csv.json'), 'utf8')) as { costs: Record<string, number> }
    const costs = { ...record.costs, 'vpn.packetCycles': 1 }
    writeFileSync(inside('run.csv.json'), JSON.stringify({ ...record, costs }))
    expect(await inFolder('reproduce', 'run.csv#1')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/the same, byte for byte, from its record; but\n {2}cost vpn/) as string,
    })
    writeFileSync(inside('run.csv'), csv.replace(/,processor,([^\n]*),(\d+),/, ',processor,$1,9$2,'))
    expect((await inFolder('reproduce', 'run.csv#1')).stderr).toMatch(
      /because\n {2}its record is .*by hand.*\n {2}cost vpn/,
    )
    // A price that the record lacks has come since.
    const fewer = { ...record.costs, 'processor.vt-x.exit': undefined }
    writeFileSync(inside('run.csv.json'), JSON.stringify({ ...record, costs: fewer }))
    expect((await inFolder('reproduce', 'run.csv#2')).stderr).toMatch(
      /cost processor\.vt-x\.exit: nothing then, \d+ now/,
    )
  })

  test('what has changed is named: the row, the record, a price, the version, the scenario', async () => {
    await inFolder('run', 'small.yaml', '--csv', 'run.csv', '--quiet')
    const csv = readFileSync(inside('run.csv'), 'utf8')
    const record = JSON.parse(readFileSync(inside('run.csv.json'), 'utf8')) as Record<string, Record<string, unknown>>
    const reproduced = async (change: object, text = csv) => {
      writeFileSync(inside('changed.csv'), text)
      writeFileSync(inside('changed.csv.json'), JSON.stringify({ ...record, ...change }))
      const { code, stderr } = await inFolder('reproduce', 'changed.csv#1')
      expect(code).toBe(1)
      return stderr
    }
    expect(await reproduced({}, csv.replace(/,processor,([^\n]*),(\d+),/, ',processor,$1,9$2,'))).toMatch(
      /differs in \w+.*because\n.*changed by hand/,
    )
    expect(await reproduced({ model_version: 0 })).toMatch(/model version: 0 then, \d+ now/)
    const costs = { ...record['costs'], 'processor.vt-x.exit': 1 }
    expect(await reproduced({ costs })).toMatch(/cost processor.vt-x.exit: 1 then, .* now/)
    expect(await reproduced({ scenario: { ...record['scenario'], costs: { 'processor.vt-x.syscall': 1 } } })).toMatch(
      /has changed: costs.processor.vt-x.syscall: 1, now nothing/,
    )
    const original = readFileSync(inside('small.yaml'), 'utf8')
    writeFileSync(inside('small.yaml'), `${original}costs: { processor.vt-x.syscall: 3 }\n`)
    expect(await reproduced({})).toMatch(
      /the same, byte for byte, from its record; but\n {2}small.yaml: has changed: costs.processor.vt-x.syscall: nothing, now 3/,
    )
    expect((await inFolder('reproduce', 'a/results.csv#4')).stderr).toMatch(
      /sweep.yaml: has changed: costs.processor.vt-x.syscall/,
    )
    writeFileSync(inside('small.yaml'), original)
  })
})
