// Files that mean harm, or were never meant for offsim: devices, pipes, bombs, other people's secrets. Each ends soon, in little
// room, with one line a fault, exit code 2, and nothing shown that was not the user's own.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { visible } from '../src/language/faults.ts'
import { compile, folderWithScenario, offsim, offsimHere, projectFolder } from './offsim-process.ts'

let folder: string
beforeAll(() => {
  compile()
  folder = folderWithScenario()
  spawnSync('mkfifo', [join(folder, 'pipe')])
  symlinkSync('/dev/zero', join(folder, 'link-to-zero'))
  mkdirSync(join(folder, 'directory'))
  writeFileSync(join(folder, 'large'), Buffer.alloc(4 * 1024 * 1024 + 1, 'a'))
})

function written(name: string, text: string | Uint8Array): string {
  writeFileSync(join(folder, name), text)
  return name
}

const WITH_PACKETS = `name: base
run: { warmup: 0 s, measure: 1 ms }
host: { cores: 4, clock: 2.4 GHz, nic: { rate: 10 Gbit/s } }
arms: { a: { nic: emulated }, b: { nic: sr-iov } }
vms:
  web:
    count: 2
    vcpus: 1
    packets:
`
const packets = (bytes: string) => `      - { direction: receive, rate: 250 /s, bytes: ${bytes} }\n`
const column = (file: string, name: string) => packets(`{ empirical: { file: ${file}, column: ${name} } }`)

describe('what is no ordinary file, or too large, is refused before it is read', () => {
  const refused = [
    ['/dev/zero', 'is a device'],
    ['link-to-zero', 'is a device'],
    ['pipe', 'is a pipe'],
    ['directory', 'is a directory'],
    ['large', 'is larger than 4 MiB'],
    ['/proc/self/fd/0', /is a (device|pipe|socket)|may not be read|no such file|cannot be read/],
  ] as const
  test.each(refused)('%s as `scenario:` and as `file:`', async (file, what) => {
    written('over.yaml', `scenario: ${file}\nname: x\n`)
    written('column.yaml', WITH_PACKETS + column(file, 'x'))
    for (const name of ['over.yaml', 'column.yaml']) {
      const { code, stderr } = await offsimHere(['check', name], folder)
      expect([code, stderr.match(/\n/g)!.length]).toEqual([2, 1])
      expect(stderr).toMatch(what)
      expect(stderr).toMatch(new RegExp(`^${name}:\\d+:\\d+: .*${file}: `))
    }
  })

  test.each(['run', 'check', 'sweep'])('%s of a pipe that nobody writes to, or of a device', async (command) => {
    const out = command === 'sweep' ? ['--out', 'never'] : []
    for (const [file, what] of refused.slice(0, 5)) {
      const { code, stderr } = await offsimHere([command, file, ...out], folder)
      expect([code, stderr]).toEqual([2, `${file}: ${what as string}\n`])
    }
  })

  test('what the shell has opened is read, and a file once', () => {
    const text = `${WITH_PACKETS}${packets('100')}`
    const options = { cwd: folder, input: text, encoding: 'utf8' } as const
    const args = [join(projectFolder, 'bin', 'offsim'), 'check', '/dev/stdin']
    const { status, stdout } = spawnSync(process.execPath, args, options)
    expect([status, stdout]).toEqual([0, '/dev/stdin: no fault (2 arms, 1 group of VMs)\n'])
  })
})

describe('nothing is quoted of a file that is no scenario and no table', () => {
  const secrets = [
    ['a password file', 'root:x:0:0:hunter2:/root:/bin/sh\ndaemon:x:1:1:hunter2:/:/bin/false\n'],
    ['a key', '-----BEGIN PRIVATE KEY-----\nhunter2hunter2==\n-----END PRIVATE KEY-----\n'],
    ['YAML with other keys', 'hunter2.example: { token: hunter2, user: !hunter2 x, again: *hunter2 }\nhost: hunter2\n'],
    ['a database', 'host: hunter2\nname: hunter2\npassword: hunter2\npassword: hunter2\n'],
    ['what is not YAML', '%hunter2\n@hunter2: "\\hunter2 [}\n- hunter2: }hunter2\n'],
    ['INI', '[default]\naws_secret_access_key = hunter2\nhunter2: [hunter2\n'],
    ['tags and aliases', 'a: !<hunter2> 1\nb: *hunter2\nc: &hunter2 [*hunter2]\n? [hunter2]\n: hunter2\n'],
  ] as const
  test.each(secrets)('%s', async (_, text) => {
    written('secret', text)
    const first = text.split('\n')[0]
    written('over.yaml', 'scenario: secret\nname: x\nhost: { cores: 4 }\n')
    written('column.yaml', WITH_PACKETS + column('secret', 'x'))
    written('known.yaml', WITH_PACKETS + column('secret', JSON.stringify(first)))
    for (const name of ['over.yaml', 'column.yaml', 'known.yaml']) {
      const { code, stderr } = await offsimHere(['check', name], folder)
      expect(code).toBe(2)
      // The column's name is the user's own.
      expect(stderr.replace(/has no column `[^`]*`/, '')).not.toContain('hunter2')
      expect(stderr).toMatch(/^(over|column|known)\.yaml:|^secret:\d+:\d+: /)
    }
  })

  test('the file that a record names is not quoted either', async () => {
    await offsimHere(['run', 'small.yaml', '--csv', 'rows.csv', '--quiet'], folder)
    const inside = mkdtempSync(join(tmpdir(), 'offsim-record-'))
    for (const ending of ['.csv', '.csv.json']) {
      const { stdout } = spawnSync('cat', [join(folder, `rows${ending}`)], { encoding: 'utf8' })
      writeFileSync(join(inside, `rows${ending}`), stdout.replaceAll('small.yaml', 'secret'))
    }
    writeFileSync(join(inside, 'secret'), 'host: hunter2\narms: {hunter2: 3}\nvms: {}\n')
    const { stdout, stderr } = await offsimHere(['reproduce', 'rows.csv#1'], inside)
    expect(stderr).toContain('secret: has changed')
    expect(stdout + stderr).not.toContain('hunter2')
  })
})

const MIB4 = 4 * 1024 * 1024 - 1000
const filled = (piece: string) => piece.repeat(Math.floor(MIB4 / piece.length))
const each = (count: number, piece: (i: number) => string) => Array.from({ length: count }, (_, i) => piece(i)).join('')
const BOMBS: Readonly<Record<string, () => string>> = {
  'a list of ones': () => `[${filled('1,')}1]`,
  'a list of lists': () => `[${filled('[],')}]`,
  'a key a line': () => each(300_000, (i) => `k${i}: 1\n`),
  'the same key': () => filled('a: 1\n'),
  comments: () => filled('#\n'),
  'line breaks': () => filled('\n'),
  'a long key': () => `${'k'.repeat(MIB4)}: 1`,
  'a long key with many values': () => `"${'k'.repeat(MIB4 - 300_000)}": {${each(20_000, (i) => `a${i}: 1, `)}}`,
  'a long number': () => `name: ${'1'.repeat(MIB4)}`,
  'a long text': () => `name: "${filled('\\x41')}"`,
  'a quote that is not closed': () => `name: "${filled(' \n')}`,
  'a folded text': () => `name: >\n${filled(' b\n')}`,
  'aliases of aliases': () =>
    `l0: &l0 [1,2,3,4,5,6,7,8,9]\n${each(30, (i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(',')}]\n`)}`,
  'aliases in their places': () =>
    `${WITH_PACKETS.replace('packets:', `packets: &p [${'{x: 1},'.repeat(2000)}]`)}${each(40, (i) => `  w${i}: { packets: *p }\n`)}`,
  anchors: () => `[${filled('&a 1,')}`,
  'question marks': () => `a: {b\n${filled('? ')}`,
  dashes: () => filled('- '),
  directives: () => filled('%FOO bar\n'),
  documents: () => filled('---\n'),
  'thousands of faults': () => WITH_PACKETS + each(5000, () => '      - { direction: x, rate: 1, bytes: -1 }\n'),
  'a long column': () => WITH_PACKETS + column('ones.csv', 'a'),
  'a long column, ninety times': () => WITH_PACKETS + each(90, () => column('ones.csv', 'a')),
  'a wide table': () => WITH_PACKETS + column('commas.csv', 'a'),
  'a long table with quotes': () => WITH_PACKETS + column('quoted.csv', 'a'),
}

/** Says on stderr how much processor time and memory it took. */
const MEASURED = `data:text/javascript,process.on('exit',()=>{const c=process.cpuUsage();
process._rawDebug('took',(c.user+c.system)/1e6,process.resourceUsage().maxRSS/1024)})`.replace('\n', '')

// Processor time, since other tests run beside it.
describe('anything of 4 MiB is loaded or refused within 2 s and 300 MB', { timeout: 60_000 }, () => {
  beforeAll(() => {
    written('ones.csv', `a\n${filled('9\n')}`)
    written('commas.csv', filled(','))
    written('quoted.csv', `a\n"9"\n${filled('9\n')}`)
  })
  test.each(Object.keys(BOMBS))('%s', (name) => {
    const file = written('bomb.yaml', BOMBS[name]())
    const args = ['--import', MEASURED, join(projectFolder, 'bin', 'offsim'), 'check', file]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    const [, seconds, megabytes] = /took ([\d.]+) ([\d.]+)/.exec(stderr)!
    expect([Number(seconds) < 2, Number(megabytes) < 300, seconds, megabytes]).toEqual([true, true, seconds, megabytes])
    expect([0, 2]).toContain(status)
    const lines = stderr.split('\n').filter((line) => !line.startsWith('took') && line !== '')
    expect(lines.length).toBeLessThanOrEqual(101)
    for (const line of lines) expect(line.slice(0, 200)).toMatch(/^bomb\.yaml(:\d+:\d+)?: /)
    expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThan(5000)
  })

  test('the first hundred faults are told, and how many more there are', async () => {
    const { stderr } = await offsimHere(['check', written('bomb.yaml', BOMBS['thousands of faults']())], folder)
    const lines = stderr.trimEnd().split('\n')
    expect(lines).toHaveLength(101)
    expect(lines.at(-1)).toMatch(/^bomb\.yaml: has \d+ more faults; mend these first$/)
  })

  test('a line of a hundred pairs in brackets is not deep', async () => {
    const many = `{ ${each(100, (i) => `a${i}: { nic: sr-iov }, `)}}`
    const text = WITH_PACKETS.replace(/arms: .*/, `arms: ${many}`) + packets('100')
    expect((await offsimHere(['check', written('wide.yaml', text)], folder)).stdout).toContain('100 arms')
  })
})

describe('what crashed', () => {
  const crashed: [string, string][] = [
    ['? inside a brace that is not closed', `a: {b\n${'? '.repeat(3000)}`],
    ['? inside a bracket', `a: [b\n${'? '.repeat(3000)}`],
    ['? on lines of their own', `a: {b\n${'?\n'.repeat(30_000)}`],
    ['?: and dashes', `a: {b\n${'? - '.repeat(3000)}`],
    ['? behind a comma', `a: [${'1, ? '.repeat(3000)}`],
    ['steps inside a brace', `a: {\n${Array.from({ length: 390 }, (_, i) => `${' '.repeat(i)}? a\n`).join('')}`],
  ]
  test.each(crashed)('%s', async (_, text) => {
    const file = written('crash.yaml', text)
    for (const command of ['check', 'run']) {
      const { code, stderr } = await offsimHere([command, file], folder)
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^crash\.yaml:/)])
      expect(stderr).not.toMatch(/fault of offsim|\n {4}at /)
    }
    const { code, stderr } = await offsimHere(['check', 'small.yaml', '--set', `arms=${text}`], folder)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^--set arms=/)])
  })

  test.each(['*nope', '[*nope]', '{ from: *nope, to: 3 s }', '&a [*a]', '!!set {1 ms}'])(
    'a factor of a sweep that is %s',
    async (levels) => {
      const sample = `sobol: { points: 2, factors: { run.warmup: ${levels} } }`
      for (const design of [sample, sample.replace('sobol', 'latin-hypercube'), `grid: { run.warmup: ${levels} }`]) {
        const file = written('sweep.yaml', `scenario: small.yaml\nname: s\nsweep:\n  ${design}\n`)
        for (const args of [['check'], ['sweep', '--out', 'never'], ['run']]) {
          const { code, stderr } = await offsimHere([...args, file], folder)
          expect([code, stderr]).toEqual([2, expect.stringMatching(/^sweep\.yaml:\d+:\d+: /)])
          expect(stderr).not.toMatch(/fault of offsim|\n {4}at /)
        }
      }
    },
  )
})

describe('what cannot be seen is written out', () => {
  test.each([
    ['\u001b[31m', '\\u001b[31m'],
    ['\u202e', '\\u202e'],
    ['\u200b', '\\u200b'],
    ['\u2066', '\\u2066'],
    ['\u009b', '\\u009b'],
    ['\u00ad', '\\u00ad'],
    ['\ufeff', '\\ufeff'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\ud800'],
    ['\u3164', '\\u3164'],
    ['a ä 漢 😀 −±…', 'a ä 漢 😀 −±…'],
  ])('%j', (text, shown) => {
    expect(visible(text)).toBe(shown)
    expect(visible(shown)).toBe(shown)
  })

  const HIDDEN = '\u202e\u200b'
  const SHOWN = '\\u202e\\u200b'
  test('in the question of a table, at every width', () => {
    const text = spawnSync('cat', [join(folder, 'small.yaml')], { encoding: 'utf8' }).stdout
    written('question.yaml', text.replace('What does', `What${HIDDEN} does`))
    const { stdout } = offsim(['run', 'question.yaml'], folder)
    expect(stdout).toContain(`What${SHOWN} does`)
    expect(stdout).not.toMatch(/[\p{Cf}\p{Zl}]/u)
  })

  test('in names of files, of options, of rows, of keys, and in what a value is', async () => {
    const text = spawnSync('cat', [join(folder, 'small.yaml')], { encoding: 'utf8' }).stdout
    written(`fine${HIDDEN}.yaml`, text)
    written('keys.yaml', text.replace('host:', `ho${HIDDEN}st: 1\nhost:`).replace('count: 2', `count: "${HIDDEN}"`))
    for (const args of [
      ['check', `fine${HIDDEN}.yaml`],
      ['check', 'keys.yaml'],
      ['check', `missing${HIDDEN}.yaml`],
      ['check', `missing\n\u001b[2J${HIDDEN}.yaml`],
      ['run', `fine${HIDDEN}.yaml`, '--csv', `no${HIDDEN}/x.csv`],
      ['run', `fine${HIDDEN}.yaml`, `--${HIDDEN}`],
      [`${HIDDEN}`],
      ['reproduce', `x${HIDDEN}.csv#1`],
      ['merge', `x${HIDDEN}`],
      ['models', `x${HIDDEN}`],
      ['check', '--plugin', `x${HIDDEN}.ts`],
      ['new', 'handler', `x${HIDDEN}`],
    ]) {
      const { stdout, stderr } = await offsimHere(args, folder)
      expect(stdout + stderr).toContain(SHOWN)
      expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })

  test('nothing else writes to the terminal', () => {
    const found = spawnSync('grep', ['-rlE', 'process\\.(stdout|stderr)\\.write|console\\.', 'src'], {
      encoding: 'utf8',
    })
    expect(found.stdout.trimEnd().split('\n').sort()).toEqual([
      'src/commands/arguments.ts',
      'src/commands/completion.ts',
      'src/commands/models.ts',
      'src/commands/outputs.ts',
      'src/commands/run.ts',
      'src/commands/shipped-scenarios.ts',
      'src/terminal/progress-line.ts',
      'src/terminal/telling.ts',
    ])
  })
})
