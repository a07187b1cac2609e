// Records are data: whatever a file of results, or the folder of a sweep, says about plug-ins, no code runs that is not exactly
// what was recorded, and lies beside the record or was named on the command line.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { offsimHere } from './offsim-process.ts'

const SCENARIO = `name: drawn
run: { warmup: 0 s, measure: 2 ms, replications: 1 }
host: { cores: 2, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms: { software: { display: software-pcoip }, card: { display: mine } }
vms: { desk: { count: 1, vcpus: 1, screen: { rate: 1000 /s, pixels: 1000 } } }
`
/** Leaves a mark in the current folder when it is loaded. */
const PLUGIN = `import { writeFileSync } from 'node:fs'
writeFileSync('ran', 'mine')
import { step } from 'offsim'
export default {
  technology: 'display',
  costs: { 'mine.cycles': { value: 10, unit: 'cycles', source: 'DSP-03' } },
  handlers: { mine: { kind: 'hardware', enter: [step('host', 'work', { each: 'mine.cycles' })] } },
}
`
const EVIL = PLUGIN.replace("'mine')", "'evil')").replace('value: 10', 'value: 20')

let folder: string
const inside = (path: string) => join(folder, path)
const here = async (...args: readonly string[]) => {
  rmSync(inside('ran'), { force: true })
  const workers = args[0] === 'merge' ? [] : ['--workers', '1']
  const finished = await offsimHere([...args, ...workers], folder)
  return { ...finished, ran: existsSync(inside('ran')) ? readFileSync(inside('ran'), 'utf8') : null }
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

let made: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offsim-recorded-'))
  cpSync(made, folder, { recursive: true })
})

beforeAll(async () => {
  made = folder = mkdtempSync(join(tmpdir(), 'offsim-recorded-'))
  mkdirSync(inside('results'))
  mkdirSync(inside('plugins'))
  writeFileSync(inside('drawn.yaml'), SCENARIO)
  writeFileSync(inside('sweep.yaml'), 'scenario: drawn.yaml\nsweep: { grid: { host.cores: [2, 3] } }\n')
  writeFileSync(inside('plugins/mine.ts'), PLUGIN)
  const files = ['--csv', 'results/rows.csv', '--json', 'results/rows.json', '--quiet']
  const run = await here('run', 'drawn.yaml', '--plugin', 'plugins/mine.ts', ...files)
  expect(run).toMatchObject({ code: 0, stderr: '' })
  const sweep = ['sweep', 'sweep.yaml', '--out', 'folder', '--quiet', '--plugin', 'plugins/mine.ts']
  expect(await here(...sweep)).toMatchObject({ code: 0, stderr: '' })
})

const ROWS = ['results/rows.csv#1', 'results/rows.json#1']

describe('reproduce', () => {
  test('loads a plug-in beside the record, or one that --plugin names, when it is what it was', async () => {
    for (const row of ROWS) {
      expect(await here('reproduce', row, '--plugin', 'plugins/mine.ts')).toMatchObject({ code: 0, ran: 'mine' })
    }
    copyFileSync(inside('plugins/mine.ts'), inside('results/mine.ts'))
    for (const row of ROWS) expect(await here('reproduce', row)).toMatchObject({ code: 0, ran: 'mine' })
    copyFileSync(inside('plugins/mine.ts'), inside('another-name.ts'))
    rmSync(inside('results/mine.ts'))
    expect(await here('reproduce', ...ROWS, '--plugin', 'another-name.ts')).toMatchObject({ code: 0, ran: 'mine' })
  })

  test('loads none from where the record says, even what it says', async () => {
    for (const row of ROWS) {
      const { code, stderr, ran } = await here('reproduce', row)
      expect([code, ran]).toEqual([2, null])
      expect(stderr).toMatch(
        /^offsim: results\/rows\.\S+: was made with the plug-in plugins\/mine\.ts \(SHA-256 .*; add --plugin FILE\n$/,
      )
    }
  })

  test.each([
    ['another file beside it', () => writeFileSync(inside('results/mine.ts'), EVIL), []],
    [
      'another file as it was named',
      () => (mkdirSync(inside('results/plugins')), writeFileSync(inside('results/plugins/mine.ts'), EVIL)),
      [],
    ],
    [
      'a changed file that --plugin names',
      () => writeFileSync(inside('plugins/mine.ts'), EVIL),
      ['--plugin', 'plugins/mine.ts'],
    ],
    [
      'a link beside it',
      () => (writeFileSync(inside('evil.ts'), EVIL), symlinkSync('../evil.ts', inside('results/mine.ts'))),
      [],
    ],
    ['a file to which a line was added', () => writeFileSync(inside('results/mine.ts'), `${PLUGIN}\n`), []],
  ])('%s is not loaded, and the difference is shown', async (_, plant, options) => {
    plant()
    for (const row of ROWS) {
      const { code, stdout, stderr, ran } = await here('reproduce', row, ...options)
      expect([code, ran, stdout]).toEqual([1, null, ''])
      const hash = sha256(PLUGIN).slice(0, 12)
      expect(stderr).toMatch(
        new RegExp(
          `^${row}: cannot be run again; because\n  plug-in plugins/mine\\.ts.*: has changed \\(SHA-256 ${hash}…, now `,
        ),
      )
    }
  })

  test.each([
    ['an absolute path', () => inside('evil.ts')],
    ['a path that leads up', () => '../evil.ts'],
    ['a path in the current folder', () => 'evil.ts'],
    ['a path that leads in and out', () => 'x/../../evil.ts'],
    ['an address', () => `file://${inside('evil.ts')}`],
  ])('a record that names code elsewhere with its true hash, by %s, runs none', async (_, path) => {
    writeFileSync(inside('evil.ts'), EVIL)
    for (const file of ['results/rows.csv.json', 'results/rows.json']) {
      const record = JSON.parse(readFileSync(inside(file), 'utf8')) as object
      writeFileSync(inside(file), JSON.stringify({ ...record, plugins: [{ file: path(), sha256: sha256(EVIL) }] }))
    }
    for (const row of ROWS) expect(await here('reproduce', row)).toMatchObject({ code: 2, ran: null })
  })

  test('what a plug-in imports is part of what is compared', async () => {
    writeFileSync(inside('results/mine.ts'), PLUGIN.replace("'node:fs'\n", "'node:fs'\nimport './inner.ts'\n"))
    writeFileSync(inside('results/inner.ts'), 'export {}\n')
    await here('run', 'drawn.yaml', '--plugin', 'results/mine.ts', '--csv', 'results/two.csv', '--quiet')
    expect(await here('reproduce', 'results/two.csv#1')).toMatchObject({ code: 0, ran: 'mine' })
    writeFileSync(
      inside('results/inner.ts'),
      "import { writeFileSync } from 'node:fs'\nwriteFileSync('ran', 'inner')\n",
    )
    expect(await here('reproduce', 'results/two.csv#1')).toMatchObject({ code: 1, ran: null })
  })

  test('a --plugin that nothing was made with, or that is not there, is said', async () => {
    writeFileSync(inside('evil.ts'), EVIL)
    const both = ['--plugin', 'plugins/mine.ts', '--plugin']
    for (const [file, why] of [
      ['evil.ts', 'is none of the plug-ins'],
      ['gone.ts', 'no such file'],
    ]) {
      const { code, stderr, ran } = await here('reproduce', ROWS[0], ...both, file)
      expect([code, ran, stderr]).toEqual([2, null, expect.stringContaining(`--plugin ${file}: ${why}`)])
    }
  })

  test.each(
    [null, 3, 'mine.ts', {}, [null], [{ file: 'mine.ts' }], [{ file: 3, sha256: 'x' }]].map((plugins) => ({ plugins })),
  )('a record with %j is refused in one line', async ({ plugins }) => {
    const record = JSON.parse(readFileSync(inside('results/rows.csv.json'), 'utf8')) as object
    writeFileSync(inside('results/rows.csv.json'), JSON.stringify({ ...record, plugins }))
    const { code, stderr } = await here('reproduce', ROWS[0])
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^offsim: results\/rows.csv.json: does not say which plug-ins/),
    ])
  })
})

describe('chunk and merge', () => {
  const COMMANDS = [
    ['merge', 'folder'],
    ['chunk', 'folder', '--of', '1', '--index', '0'],
    ['reproduce', 'folder/results.csv#1'],
  ]

  test.each(COMMANDS)('%s takes it from beside the record, or from --plugin', async (...command) => {
    expect(await here(...command)).toMatchObject({ code: 2, ran: null })
    expect(await here(...command, '--plugin', 'plugins/mine.ts')).toMatchObject({ code: 0, ran: 'mine' })
    copyFileSync(inside('plugins/mine.ts'), inside('folder/mine.ts'))
    expect(await here(...command)).toMatchObject({ code: 0, ran: 'mine' })
  })

  test.each(COMMANDS)('%s loads nothing else', async (...command) => {
    writeFileSync(inside('folder/mine.ts'), EVIL)
    const { code, stderr, ran } = await here(...command)
    expect([code, ran]).toEqual([command[0] === 'reproduce' ? 1 : 2, null])
    expect(stderr).toMatch(/plug-in plugins\/mine\.ts, folder\/mine\.ts: has changed \(SHA-256 /)
    writeFileSync(inside('plugins/mine.ts'), EVIL)
    expect(await here(...command, '--plugin', 'plugins/mine.ts')).toMatchObject({ ran: null })
  })
})
