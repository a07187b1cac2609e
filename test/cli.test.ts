// The command line, as a user meets it: what goes where, and what is said about mistakes.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, folderWithScenario, offsim, offsimHere, projectFolder, start } from './offsim-process.ts'
import { importsOf } from './project-files.ts'

let folder: string
beforeAll(() => {
  compile()
  folder = folderWithScenario()
})
const inFolder = (...args: readonly string[]) => offsim(args, folder)

describe('help and version', () => {
  test('--version prints the version and nothing else', () => {
    const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string }
    expect(offsim(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  })

  test('--help lists the commands that exist, and each has help of its own', () => {
    const { code, stdout, stderr } = offsim(['--help'])
    expect([code, stderr]).toEqual([0, ''])
    const names = [...stdout.matchAll(/^ {2}offsim (\S+)/gm)].map((match) => match[1])
    expect(names).toEqual([
      'run',
      'sweep',
      'chunk',
      'merge',
      'reproduce',
      'validate',
      'check',
      'schema',
      'models',
      'new',
      'scenarios',
      'completion',
      'help',
    ])
    for (const name of names) {
      const help = offsim([name, '--help'])
      expect(help.code).toBe(0)
      expect(help.stdout).toContain(`offsim ${name}`)
    }
  })

  test('--help waits for nothing heavy: no library and no model is loaded before a command runs', () => {
    const loaded = new Set(['src/cli.ts'])
    for (const path of loaded) {
      if (!path.startsWith('src/')) continue
      for (const { to, typeOnly, later } of importsOf(path)) if (!typeOnly && !later) loaded.add(to)
    }
    expect(loaded.size).toBeGreaterThan(3)
    expect([...loaded].filter((path) => !/^(src\/|node:)/.test(path))).toEqual([])
    expect([...loaded].filter((path) => /^src\/(engine|models|report)\//.test(path))).toEqual([])
  })
})

describe('mistakes on the command line: one line with a remedy, exit code 2, no stack trace', () => {
  test.each([
    [[], /^offsim: which command\? known: `run`, `sweep`, .*`check`/],
    [['rnu', 'small.yaml'], /unknown command `rnu`; did you mean `run`\?/],
    [['small.yaml'], /unknown command `small.yaml`; write offsim run small.yaml/],
    [['run'], /offsim run needs a scenario/],
    [['check'], /offsim check needs one or more scenarios/],
    [['run', 'small.yaml', 'other.yaml'], /has no use for `other.yaml`; remove it/],
    [['run', 'small.yaml', '--sed', '3'], /unknown option `--sed`; did you mean `--seed` or `--set`\?/],
    [['run', 'small.yaml', '--Seed=3'], /unknown option `--Seed`; did you mean `--seed`\?/],
    [['run', 'small.yaml', '-q'], /unknown option `-q`/],
    [['check', 'small.yaml', '--csv', 'x.csv'], /unknown option `--csv`/],
    [['run', 'small.yaml', '--seed'], /--seed needs a value behind it/],
    [['run', 'small.yaml', '--seed='], /--seed is empty/],
    [['run', 'small.yaml', '--seed', 'abc'], /--seed abc: .*whole number/],
    [['run', 'small.yaml', '--seed', '-1'], /--seed -1: .*whole number/],
    [['run', 'small.yaml', '--seed', '1.5'], /--seed 1.5: .*whole number/],
    [['run', 'small.yaml', '--seed', '9007199254740992'], /--seed.*above 2\^53-1/],
    [['run', 'small.yaml', '--seed', '1', '--seed', '2'], /--seed is given twice; give it once/],
    [['run', 'small.yaml', '--replications', '0'], /--replications.*100,?000/],
    [['run', 'small.yaml', '--set'], /--set needs a value behind it/],
    [['run', 'small.yaml', '--set', 'vms.nobody.count=3'], /^--set vms.nobody.count=3: /],
    [['run', 'small.yaml', '--set', 'host.cores'], /^--set host.cores: /],
    [['run', 'missing.yaml'], /^missing.yaml: no such file/],
    [['run', '.'], /^\.: is a directory/],
    [['run', 'small.yaml', '--csv', 'no/such/x.csv'], /no\/such\/x.csv: there is no folder no\/such; create it first/],
    [['run', 'small.yaml', '--json', '.'], /\.: is a folder; name a file in it/],
    [['run', 'small.yaml', '--ledger', 'small.yaml/x.csv'], /small.yaml is not a folder/],
    [['run', 'small.yaml', '--csv', 'small.yaml'], /small.yaml: is what was asked to be run/],
    [['run', 'small.yaml', '--csv', 'a', '--json', './a'], /two outputs cannot share a file/],
    [['run', 'small.yaml', '--csv', 'a', '--json', 'a.json'], /a.json: two outputs cannot share a file/],
    [['run', 'small.yaml', '--csv', '-', '--json', '-'], /--csv - and --json - both want stdout/],
    [['run', 'small.yaml', '--ledger', '-'], /--ledger - is not possible; name a file/],
    [['models', 'sr-iv'], /nothing is called `sr-iv`/],
    [['models', 'nothing-like-it'], /; offsim models lists what is known: (`[^`]+`[, ]+){5}and \d+ more$/m],
    [['run', 'small.yaml', '--set', 'costs.nothing-like-it=1'], /unknown cost .*offsim models lists what is known/],
    [['run', '--', '--none.yaml'], /^.\/--none.yaml: no such file/],
    [['run', '--', 'small.yaml', 'other.yaml'], /has no use for `other.yaml`/],
    [['schema', 'x'], /has no use for `x`/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await offsimHere(args, folder)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n {4}at |fault of offsim/)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('all faults are listed at once, one line each', () => {
    const { stderr } = inFolder('run', 'small.yaml', '--csv', 'no/x.csv', '--json', 'neither/x.json', '--ledger', '-')
    expect(stderr.trimEnd().split('\n')).toHaveLength(4)
  })
})

describe('run', () => {
  test('prints the answer first and needs no terminal', () => {
    const { code, stdout, stderr } = inFolder('run', 'small.yaml')
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(stdout.split('\n')[0]).toMatch(/gives back|costs/)
    expect(stdout).not.toContain('\x1b')
  })

  test('the table keeps to the width it is given', () => {
    for (const columns of [80, 160]) {
      const { stdout } = offsim(['run', 'small.yaml'], folder, { COLUMNS: String(columns) })
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
    }
  })

  test('--csv - and --json - print that and nothing else', () => {
    const csv = inFolder('run', 'small.yaml', '--csv', '-')
    expect(csv.stdout).toMatch(/^scenario,id,seed,replications,baseline_arm,arm,technology,/)
    expect(csv.stdout.endsWith('\n')).toBe(true)
    expect(csv.stderr).toBe('')
    const json = JSON.parse(inFolder('run', 'small.yaml', '--json', '-').stdout) as { rows: unknown[] }
    expect(json.rows).toHaveLength(csv.stdout.trimEnd().split('\n').length - 1)
  })

  test('writes files beside the table; --quiet leaves the table out; the same twice are the same bytes', () => {
    const files = ['--csv', 'out.csv', '--json', 'out.json', '--ledger', 'ledger.csv']
    const first = inFolder('run', 'small.yaml', ...files)
    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toMatch(/gives back|costs/)
    const names = ['out.csv', 'out.csv.json', 'out.json', 'ledger.csv']
    const read = () => names.map((name) => readFileSync(join(folder, name), 'utf8'))
    const before = read()
    expect(inFolder('run', 'small.yaml', ...files, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(read()).toEqual(before)
    expect(before[0]).toBe(inFolder('run', 'small.yaml', '--csv', '-').stdout)
    expect(before[0]).not.toContain('\r')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('--seed, --replications and --set change what is run, and the companion says so', () => {
    const args = ['--seed', '7', '--replications', '3', '--set', 'host.cores=3', '--set', 'host.cores=4']
    expect(inFolder('run', 'small.yaml', ...args, '--csv', 'changed.csv').code).toBe(0)
    const [header, row] = readFileSync(join(folder, 'changed.csv'), 'utf8').split('\n')
    const cell = (name: string) => row.split(',')[header.split(',').indexOf(name)]
    expect([cell('seed'), cell('replications')]).toEqual(['7', '3'])
    const companion = readFileSync(join(folder, 'changed.csv.json'), 'utf8')
    expect(JSON.parse(companion)).toMatchObject({ scenario: { host: { cores: 4 }, seed: 7 }, replications: 3 })
    const original = inFolder('run', 'small.yaml', '--csv', '-').stdout
    expect(inFolder('run', 'small.yaml', '--seed', '7', '--csv', '-').stdout).not.toBe(original)
  })

  test('nothing is written or run when one of the outputs is impossible', () => {
    expect(inFolder('run', 'small.yaml', '--csv', 'good.csv', '--json', 'no/bad.json').code).toBe(2)
    expect(existsSync(join(folder, 'good.csv'))).toBe(false)
  })

  test('an output that is a link stays one, and a device is not replaced', () => {
    writeFileSync(join(folder, 'target.csv'), 'old')
    symlinkSync('target.csv', join(folder, 'link.csv'))
    expect(inFolder('run', 'small.yaml', '--json', 'link.csv').code).toBe(0)
    expect(readFileSync(join(folder, 'target.csv'), 'utf8')).toMatch(/^\{/)
    expect(inFolder('run', 'small.yaml', '--json', '/dev/null').code).toBe(0)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('a device that is full is said in one line', () => {
    const { code, stderr } = inFolder('run', 'small.yaml', '--ledger', '/dev/full')
    expect(stderr).toBe('offsim: /dev/full: cannot be written: no space left on the device\n')
    expect(code).toBe(2)
  })
})

describe('check, schema, models', () => {
  test('check lists the faults of all files and names the good ones', () => {
    mkdirSync(join(folder, 'bad'))
    writeFileSync(join(folder, 'bad', 'one.yaml'), 'name: one\nhost: { cores: 0, clock: 3 }\n')
    const { code, stdout, stderr } = inFolder('check', 'small.yaml', 'bad/one.yaml', 'missing.yaml')
    expect(code).toBe(2)
    expect(stdout).toBe('small.yaml: no fault (2 arms, 1 group of VMs)\n')
    const lines = stderr.trimEnd().split('\n')
    expect(lines.filter((line) => /^bad\/one.yaml:\d+:\d+: /.test(line)).length).toBeGreaterThanOrEqual(3)
    expect(lines.at(-1)).toMatch(/^missing.yaml: no such file/)
    expect(inFolder('check', 'small.yaml', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('schema prints the committed one', () => {
    const committed = readFileSync(join(projectFolder, 'scenarios', 'scenario.schema.json'), 'utf8')
    expect(inFolder('schema').stdout).toBe(committed)
  })

  test('models prints everything, one technology, or a measurement by its id', () => {
    expect(inFolder('models').stdout).toContain('processor')
    expect(inFolder('models', 'nic').stdout).toContain('sr-iov')
    expect(inFolder('models', 'CPU-02').stdout).toContain('2308')
    const { technologies } = JSON.parse(inFolder('models', '--json').stdout) as { technologies: { name: string }[] }
    expect(technologies.map(({ name }) => name)).toContain('processor')
  })
})

describe('being stopped', () => {
  test('a reader that closes the pipe early ends it quietly with 0', async () => {
    const models = start(['models', '--json'])
    models.stdout.destroy()
    let stderr = ''
    models.stderr.on('data', (chunk) => (stderr += String(chunk)))
    const code = await new Promise((resolve) => models.on('close', resolve))
    expect([code, stderr]).toEqual([0, ''])
  })

  test('an interrupt ends a run at once, as 130 in a shell, and leaves no half file', async () => {
    const long = folderWithScenario('1000 s', 1000) // no replication ends before the signal
    const run = start(['run', join(long, 'small.yaml'), '--csv', join(long, 'out.csv')])
    await new Promise((resolve) => setTimeout(resolve, 1500))
    run.kill('SIGINT')
    const code = await new Promise((resolve) => run.on('exit', (code, signal) => resolve(code ?? signal)))
    expect(['SIGINT', 130]).toContain(code)
    expect(readdirSync(long)).toEqual(['small.yaml'])
  })
})
