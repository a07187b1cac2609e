// What happens before the program runs: compiling, starting, and the book-keeping of goldens.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { changedUnderOldId, entryOf, scenarios } from '../scripts/goldens.mjs'
import { argumentsFor } from '../scripts/start.mjs'
import { projectFolder, type Finished } from './offsim-process.ts'

describe('npm start', () => {
  const usual = 'scenarios/vdi-host.yaml'
  test.each([
    [[], ['run', usual]],
    [
      ['--seed', '7'],
      ['run', usual, '--seed', '7'],
    ],
    [['other.yaml'], ['run', 'other.yaml']],
    [
      ['--quiet', 'other.yaml', '--csv', '-'],
      ['run', '--quiet', 'other.yaml', '--csv', '-'],
    ],
    [
      ['--csv=out.yaml', '--set', 'host.cores=4'],
      ['run', usual, '--csv=out.yaml', '--set', 'host.cores=4'],
    ],
  ])('%j: a scenario replaces the usual one, all else is appended', (given, expected) => {
    expect(argumentsFor(given)).toEqual(expected)
  })
})

describe('bin/offsim in a checkout', () => {
  let checkout: string
  const source = (text: string) => writeFileSync(join(checkout, 'src', 'cli.ts'), text)
  const program = (word: string) => `export const main = (): number => (console.log('${word}'), 0)\n`
  const run = () =>
    new Promise<Finished>((resolve) => {
      const child = spawn(process.execPath, [join(checkout, 'bin', 'offsim'), 'x'])
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (chunk) => (stdout += String(chunk)))
      child.stderr.on('data', (chunk) => (stderr += String(chunk)))
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })

  beforeAll(() => {
    checkout = mkdtempSync(join(tmpdir(), 'offsim-checkout-'))
    for (const path of ['bin', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
      cpSync(join(projectFolder, path), join(checkout, path), { recursive: true })
    }
    mkdirSync(join(checkout, 'src', 'runs'), { recursive: true })
    writeFileSync(join(checkout, 'src', 'runs', 'worker.ts'), 'export default 0\n')
    symlinkSync(join(projectFolder, 'node_modules'), join(checkout, 'node_modules'))
    source(program('one'))
  })

  test('compiles when src is newer, once however many start at the same time, and then no more', async () => {
    const first = await Promise.all([run(), run(), run()])
    expect(first.map(({ code, stdout }) => [code, stdout])).toEqual(Array(3).fill([0, 'one\n']))
    expect(first.map(({ stderr }) => stderr).join('')).toBe('offsim: src/ is newer than dist/, compiling …\n')
    expect(await run()).toEqual({ code: 0, stdout: 'one\n', stderr: '' })
    source(program('two'))
    const again = await run()
    expect(again.stdout).toBe('two\n')
    expect(again.stderr).toContain('compiling')
    expect(readdirSync(join(checkout, '.cache'))).toEqual([])
  })

  test('a source that does not compile is said clearly, never run, and does no harm to what was compiled', async () => {
    source('export const main: number = "text"\n')
    const { code, stdout, stderr } = await run()
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/src\/ does not compile\nsrc\/cli.ts\(1,14\): error TS2322/)
    expect(stderr).not.toMatch(/\n {4}at /)
    source(program('three'))
    expect((await run()).stdout).toBe('three\n')
  })
})

describe('goldens', () => {
  const csv = (id: string, value: number) => `scenario,id,seed,replications,x\ns,${id},1,5,${value}\ns,${id},1,5,2\n`

  test('numbers must not change under an old id; under a new one, or with other replications, they may', () => {
    const recorded = { s: entryOf(csv('abc', 1)) }
    expect(recorded.s).toMatchObject({ id: 'abc', replications: 5 })
    expect(changedUnderOldId(recorded, { s: entryOf(csv('abc', 1)) })).toEqual([])
    expect(changedUnderOldId(recorded, { s: entryOf(csv('abc', 3)) })).toEqual(['s'])
    expect(changedUnderOldId(recorded, { s: entryOf(csv('def', 3)) })).toEqual([])
    expect(changedUnderOldId(recorded, { s: entryOf(csv('abc', 3).replaceAll(',1,5,', ',1,6,')) })).toEqual([])
    expect(changedUnderOldId(recorded, { other: entryOf(csv('abc', 3)) })).toEqual([])
    expect(entryOf(csv('abc', 1)).sha256).toBe(entryOf(csv('def', 1)).sha256)
  })

  test('versions.json records the goldens as they are, under the version of the numbers', () => {
    const read = (name: string) => readFileSync(join(projectFolder, 'scenarios', name), 'utf8')
    const version = /MODEL_VERSION = (\d+)/.exec(
      readFileSync(join(projectFolder, 'src/models/host/version.ts'), 'utf8'),
    )
    const versions = JSON.parse(read('versions.json')) as Record<string, unknown>
    const goldens = Object.fromEntries(scenarios().map((name) => [name, entryOf(read(`${name}.csv`))]))
    expect(versions[version![1]]).toEqual(goldens)
  })
})
