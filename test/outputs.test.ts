// Outputs never destroy: whatever a command is told to write, what it reads, devices, pipes, links and what a sweep keeps stay;
// and one output that cannot be written loses none of the others.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { readFileSync, readlinkSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compile, folderWithScenario, offsim, offsimHere, projectFolder } from './offsim-process.ts'

const bin = join(projectFolder, 'bin', 'offsim')
const SWEEP = 'scenario: small.yaml\nsweep: { grid: { host.cores: [2, 3] } }\nexpect: [hardware.total.cores >= 0]\n'

let made: string
let folder: string
const inside = (path: string) => join(folder, path)
const text = (path: string) => readFileSync(inside(path), 'utf8')
const here = (...args: readonly string[]) => {
  const workers = ['merge', 'new'].includes(args[0]) ? [] : ['--workers', '1']
  return offsimHere([...args, ...workers], folder)
}

beforeAll(async () => {
  compile()
  made = folder = folderWithScenario('2 ms', 2)
  writeFileSync(inside('sweep.yaml'), SWEEP)
  expect(await here('sweep', 'sweep.yaml', '--out', 'done', '--quiet')).toMatchObject({ code: 0, stderr: '' })
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offsim-outputs-'))
  cpSync(made, folder, { recursive: true })
  symlinkSync('/dev/null', inside('null'))
  spawnSync('mkfifo', [inside('pipe')])
})

const RUN = ['run', 'small.yaml', '--quiet']
const SWEPT = ['sweep', 'sweep.yaml', '--quiet', '--out', 'done']
const MERGE = ['merge', 'done', '--quiet']

describe('what must stay is told before anything runs', () => {
  const before = () => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !/^(null|pipe)$/.test(name),
    )
    return names.sort().map((name) => [name, statSync(inside(name)).isFile() ? text(name) : null])
  }

  test.each<[string, readonly string[], RegExp]>([
    [
      'a scenario',
      ['sweep', 'named.csv.json', '--out', 'done', '--csv', 'named.csv'],
      /writes named.csv.json too: is what was asked/,
    ],
    [
      'a scenario of a run',
      ['run', 'small.csv.json', '--csv', 'small.csv'],
      /writes small.csv.json too: is what was asked to be run/,
    ],
    ['the scenario below', [...SWEPT, '--parquet', 'small.yaml'], /^offsim: small.yaml: is what was asked to be run/],
    ['the scenario below, by a link', [...SWEPT, '--junit', 'link.yaml'], /^offsim: link.yaml: is what was asked/],
    ['the scenario below, by a hard link', [...SWEPT, '--csv', 'hard.yaml'], /^offsim: hard.yaml: is what was asked/],
    ['a scenario, of a merge', [...MERGE, '--junit', 'sweep.yaml'], /^offsim: sweep.yaml: is what was asked/],
    ['the Parquet', [...SWEPT, '--csv', 'x', '--parquet', 'x.json'], /x.json: two outputs cannot share a file/],
    [
      'the Parquet, of the usual CSV',
      [...SWEPT, '--parquet', 'done/results.csv.json'],
      /results.csv.json: two outputs cannot share/,
    ],
    ['the usual CSV', [...MERGE, '--junit', 'done/results.csv'], /results.csv: two outputs cannot share a file/],
    ['the record', [...SWEPT, '--csv', 'done/sweep.json'], /done\/sweep.json: is the record of the sweep/],
    [
      'the record, by a companion',
      [...SWEPT, '--csv', 'done/sweep'],
      /writes done\/sweep.json too: is the record of the sweep/,
    ],
    ['the record, of a merge', [...MERGE, '--parquet', './done/../done/sweep.json'], /is the record of the sweep/],
    ['finished runs', [...MERGE, '--csv', 'done/units/rows.csv'], /is where the sweep keeps its runs/],
    ['leases', [...SWEPT, '--junit', 'done/leases/x.xml'], /is where the sweep keeps its runs/],
    [
      'a scenario among manifests',
      ['sweep', 'k8s/chunks.yaml', '--out', 'new', '--on', 'kubernetes', '--emit', 'k8s'],
      /--emit k8s writes k8s\/chunks.yaml too: is what was asked/,
    ],
    [
      'an output among manifests',
      [...SWEPT, '--on', 'kubernetes', '--emit', 'k8s', '--junit', 'k8s/merge.yaml'],
      /two outputs cannot share/,
    ],
    [
      'a file in place of manifests',
      [...SWEPT, '--on', 'kubernetes', '--emit', 'small.yaml'],
      /--emit small.yaml: is no folder/,
    ],
    ['a plug-in that is there', ['new', 'handler', 'mine'], /mine.ts: exists already/],
    ['a link of a plug-in', ['new', 'handler', 'linked'], /linked.ts: exists already/],
    ['a socket or a link to itself', [...RUN, '--csv', 'circle'], /circle: is a link that leads back to itself/],
    ['a folder behind a link', [...RUN, '--csv', 'to-folder'], /to-folder: is a folder; name a file in it/],
    ['nothing, for want of a folder behind a link', [...RUN, '--csv', 'to-nowhere'], /to-nowhere: there is no folder/],
    ['a name that is too long', [...RUN, '--csv', 'x'.repeat(300)], /its name is too long/],
    ['what the shell has not opened', [...RUN, '--csv', '/dev/fd/987'], /is not open/],
    ['a pipe for two', [...RUN, '--csv', 'pipe', '--json', 'pipe'], /pipe: two outputs cannot share a file/],
    [
      'a device, by jobs elsewhere',
      [...SWEPT, '--on', 'slurm', '--csv', '/dev/null'],
      /jobs of Slurm cannot write there/,
    ],
  ])('%s', async (_, args, message) => {
    mkdirSync(inside('k8s'))
    writeFileSync(inside('k8s/chunks.yaml'), SWEEP.replace('small', '../small'))
    writeFileSync(inside('named.csv.json'), SWEEP)
    writeFileSync(inside('small.csv.json'), text('small.yaml'))
    writeFileSync(inside('mine.ts'), 'mine')
    symlinkSync('to-be.ts', inside('linked.ts'))
    writeFileSync(inside('to-be.ts'), 'mine')
    symlinkSync('small.yaml', inside('link.yaml'))
    linkSync(inside('small.yaml'), inside('hard.yaml'))
    symlinkSync('done', inside('to-folder'))
    writeFileSync(inside('here'), '')
    const all = before()
    symlinkSync('circle', inside('circle'))
    symlinkSync('nowhere/x.csv', inside('to-nowhere'))
    const { code, stdout, stderr } = await here(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/fault of offsim/)
    const now = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(now.filter((name) => !/^(null|pipe|circle|to-nowhere)$/.test(name)).sort()).toEqual(
      all.map(([name]) => name),
    )
    for (const [name, content] of all) if (content !== null) expect(text(name as string)).toBe(content)
  })

  test.skipIf(process.getuid?.() === 0)('a file that may not be written is not replaced', async () => {
    writeFileSync(inside('kept'), 'kept')
    chmodSync(inside('kept'), 0o444)
    expect((await here(...RUN, '--csv', 'kept')).stderr).toMatch(/no permission to write there/)
  })
})

describe('devices, pipes and links are written through', () => {
  test.each([
    ['run', [...RUN, '--csv', 'null', '--json', 'null', '--ledger', 'null']],
    ['sweep', [...SWEPT, '--csv', 'null', '--parquet', 'null', '--junit', 'null']],
    ['merge', [...MERGE, '--csv', 'null', '--parquet', '/dev/null', '--junit', 'null']],
  ])('%s into a device, without a companion', async (_, args) => {
    const names = readdirSync(folder).sort()
    expect(await here(...args)).toMatchObject({ code: 0, stderr: '' })
    expect(readlinkSync(inside('null'))).toBe('/dev/null')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(names)
  })

  test.each([
    ['run', '--csv', RUN],
    ['run', '--ledger', RUN],
    ['sweep', '--csv', SWEPT],
    ['sweep', '--junit', SWEPT],
    ['merge', '--csv', MERGE],
  ] as const)('%s %s into a pipe', async (_, option, args) => {
    const cat = spawn('cat', [inside('pipe')])
    let read = ''
    cat.stdout.on('data', (chunk) => (read += String(chunk)))
    const ended = new Promise((resolve) => cat.on('close', resolve))
    expect(await here(...args, option, 'plain')).toMatchObject({ code: 0, stderr: '' })
    expect(await here(...args, option, 'pipe')).toMatchObject({ code: 0, stderr: '' })
    await ended
    expect(read.length).toBeGreaterThan(100)
    expect(read).toBe(text('plain'))
    expect(lstatSync(inside('pipe')).isFIFO()).toBe(true)
  })

  test.each([
    ['run', '--csv', RUN],
    ['sweep', '--csv', SWEPT],
    ['sweep', '--parquet', SWEPT],
    ['merge', '--junit', MERGE],
  ] as const)('%s %s through links, also to what is not there yet', async (_, option, args) => {
    mkdirSync(inside('far'))
    writeFileSync(inside('far/there'), 'old')
    for (const name of ['there', 'new']) {
      symlinkSync(`far/${name}`, inside(`first-${name}`))
      symlinkSync(`first-${name}`, inside(`link-${name}`))
      expect(await here(...args, option, `link-${name}`)).toMatchObject({ code: 0, stderr: '' })
      expect(readlinkSync(inside(`link-${name}`))).toBe(`first-${name}`)
      expect(readlinkSync(inside(`first-${name}`))).toBe(`far/${name}`)
      expect(text(`far/${name}`).length).toBeGreaterThan(50)
    }
    expect(readdirSync(inside('far')).sort()).toEqual(['new', 'there'])
  })

  test('what the shell has opened is added to, not replaced', () => {
    const script = `{ echo before; ${process.execPath} ${bin} ${RUN.join(' ')} --csv /dev/stdout; echo behind; } > all.txt`
    expect(spawnSync('sh', ['-c', script], { cwd: folder }).status).toBe(0)
    const lines = text('all.txt').trimEnd().split('\n')
    expect([lines[0], lines[1].slice(0, 12), lines.at(-1)]).toEqual(['before', 'scenario,id,', 'behind'])
    expect(readdirSync(folder)).not.toContain('stdout.json')
  })
})

describe('what was left behind', () => {
  test('is in nobody’s way, whatever it is, and goes when its process is gone', async () => {
    const { pid } = spawnSync('true')
    const host = realpathSync('/proc/sys/kernel/hostname') && readFileSync('/proc/sys/kernel/hostname', 'utf8').trim()
    mkdirSync(inside(`rows.csv.${process.pid}.tmp`))
    writeFileSync(inside(`rows.csv.json.${process.pid}.tmp`), 'left')
    const abandoned = [pid, process.pid].map((of) => `rows.csv.${host}-${of}-0123456789ab.tmp`)
    for (const name of abandoned) writeFileSync(inside(name), 'left')
    writeFileSync(inside(`rows.csv.${host}-1-0123456789ab.tmp`), 'of somebody who is still writing')
    for (const args of [RUN, SWEPT, MERGE]) {
      expect(await here(...args, '--csv', 'rows.csv')).toMatchObject({ code: 0, stderr: '' })
    }
    for (const name of abandoned) expect(existsSync(inside(name))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toHaveLength(3)
  })

  test('a name as long as names may be has room for what is written first', async () => {
    const name = `${'n'.repeat(245)}.csv`
    expect(await here(...RUN, '--json', name)).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(inside(name))).toBe(true)
  })
})

describe('one output that cannot be written loses none of the others', () => {
  const FULL = /^offsim: \S*full: cannot be written: no space left on the device$/m

  test.each([
    ['--json', ['--csv', 'ok.csv', '--ledger', 'ok.ledger'], ['ok.csv', 'ok.csv.json', 'ok.ledger']],
    ['--ledger', ['--json', 'ok.json', '--csv', 'ok.csv'], ['ok.json', 'ok.csv']],
    ['--csv', ['--json', 'ok.json', '--ledger', 'ok.ledger'], ['ok.json', 'ok.ledger']],
  ])('run: %s on a full disk', async (option, others, files) => {
    symlinkSync('/dev/full', inside('full'))
    const { code, stdout, stderr } = await here('run', 'small.yaml', option, 'full', ...others)
    expect([code, stderr]).toEqual([2, expect.stringMatching(FULL)])
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stdout).toMatch(/gives back|costs/)
    for (const file of files) expect(text(file).length).toBeGreaterThan(100)
  })

  test.each([
    ['--csv', SWEPT, ['--parquet', 'ok.parquet', '--junit', 'ok.xml'], ['ok.parquet', 'ok.xml']],
    ['--parquet', SWEPT, ['--csv', 'ok.csv', '--junit', 'ok.xml'], ['ok.csv', 'ok.csv.json', 'ok.xml']],
    ['--junit', MERGE, ['--parquet', 'ok.parquet'], ['ok.parquet', 'done/results.csv', 'done/results.csv.json']],
    ['--parquet', MERGE, ['--csv', 'ok.csv'], ['ok.csv']],
  ] as const)('%s of a sweep on a full disk', async (option, args, others, files) => {
    symlinkSync('/dev/full', inside('full'))
    const { code, stderr } = await here(...args, option, 'full', ...others)
    expect([code, stderr]).toEqual([2, expect.stringMatching(FULL)])
    expect(stderr).toMatch(/offsim: what was simulated is kept in done, and offsim merge done writes it again\n$/)
    for (const file of files) expect(text(file).length).toBeGreaterThan(100)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('all that failed are told, and what was there before stays', () => {
    writeFileSync(inside('old.csv'), 'old')
    const args = ['--csv', 'old.csv', '--json', 'new.json', '--workers', '1']
    const full = `import fs from 'node:fs';import { syncBuiltinESMExports } from 'node:module';
      fs.writeSync = () => { throw Object.assign(new Error('full'), { code: 'ENOSPC' }) };syncBuiltinESMExports()`
    const node = ['--import', `data:text/javascript,${encodeURIComponent(full)}`]
    const options = { cwd: folder, encoding: 'utf8' } as const
    const { status, stderr } = spawnSync(process.execPath, [...node, bin, ...RUN, ...args], options)
    expect(status).toBe(2)
    for (const name of ['old.csv', 'new.json'])
      expect(stderr).toContain(`offsim: ${name}: cannot be written: no space left`)
    expect(text('old.csv')).toBe('old')
    expect(readdirSync(folder).filter((name) => /new\.json|\.tmp$/.test(name))).toEqual([])
  })

  test('a pipe that nobody reads any more', () => {
    const script = `{ read line; } < pipe & ${process.execPath} ${bin} ${RUN.join(' ')} --json pipe --ledger pipe2 --csv ok.csv`
    spawnSync('mkfifo', [inside('pipe2')])
    const reader = `(exec 3< pipe2; exec 3<&-) & ${script}`
    const { status } = spawnSync('sh', ['-c', reader], { cwd: folder, timeout: 60_000 })
    expect([0, 2]).toContain(status)
    expect(text('ok.csv').length).toBeGreaterThan(100)
  })
})

test('the output of a sweep to stdout is there although another fails', () => {
  symlinkSync('/dev/full', inside('full'))
  const { code, stdout } = offsim([...SWEPT, '--csv', '-', '--junit', 'full'], folder)
  expect(code).toBe(2)
  expect(stdout).toMatch(/^point,/)
})
