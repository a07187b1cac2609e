// What a user finds without the sources: shipped scenarios by name, templates, help in every form, stdin, completion.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compile, folderWithScenario, offsim, offsimHere, projectFolder } from './offsim-process.ts'

const empty = () => mkdtempSync(join(tmpdir(), 'offsim-shipped-'))
const FAST = ['--set', 'run.measure=10 ms', '--set', 'run.warmup=0 s', '--replications', '2', '--workers', '1']

beforeAll(() => {
  compile()
}, 120_000)

describe('scenarios', () => {
  test('are listed with their questions, which are those of their files', () => {
    const { code, stdout } = offsim(['scenarios'], empty())
    expect(code).toBe(0)
    const all = JSON.parse(offsim(['scenarios', '--json'], empty()).stdout) as {
      name: string
      question: string
      file: string
    }[]
    expect(all.length).toBeGreaterThan(15)
    for (const { name, question, file } of all) {
      expect(stdout).toContain(`${name} `)
      expect(question).toBe((parse(readFileSync(file, 'utf8')) as { question: string }).question)
      expect(stdout).toContain(question)
    }
  })

  test('run by name from any folder', () => {
    const { code, stdout } = offsim(['run', 'system-calls', ...FAST], empty())
    expect(code).toBe(0)
    expect(stdout).toContain('gives back')
  })

  test('are checked and swept by name', async () => {
    expect((await offsimHere(['check', 'vdi-host', 'density-sweep'], empty())).stdout).toMatch(
      /vdi-host\.yaml: no fault.*\n.*a sweep of/,
    )
    expect((await offsimHere(['sweep', 'density-sweep'], empty())).stderr).not.toContain('no such file')
  })

  test('give way to a file of that name: NAME, then NAME.yaml, in the working folder', async () => {
    const folder = folderWithScenario()
    const text = readFileSync(join(folder, 'small.yaml'), 'utf8')
    writeFileSync(join(folder, 'vdi-host.yaml'), text)
    expect((await offsimHere(['check', 'vdi-host'], folder)).stdout).toContain(
      'vdi-host.yaml: no fault (2 arms, 1 group of VMs)',
    )
    writeFileSync(join(folder, 'vdi-host'), text.replace('small', 'wrong: wrong'))
    expect((await offsimHere(['check', 'vdi-host'], folder)).stderr).toContain('vdi-host:1:')
  })

  test.each([
    ['vdi-hots', 'vdi-hots: no such file, and no scenario of that name; did you mean `vdi-host`?'],
    [
      'my-own-thing',
      'my-own-thing: no such file, and no scenario of that name; offsim scenarios lists those that come with offsim',
    ],
    ['gone.yaml', 'gone.yaml: no such file'],
    ['./vdi-host', './vdi-host: no such file'],
  ])('%s is refused', async (word, text) => {
    const { code, stderr } = await offsimHere(['run', word], empty())
    expect(code).toBe(2)
    expect(stderr).toContain(text)
  })
})

describe('new scenario', () => {
  test('writes one that runs as it is, and overwrites nothing', async () => {
    const folder = empty()
    expect(await offsimHere(['new', 'scenario', 'my-host'], folder)).toMatchObject({
      code: 0,
      stdout: 'my-host.yaml: written; try offsim run my-host.yaml\n',
    })
    expect(offsim(['run', 'my-host', '--set', 'parameters.servers=2', ...FAST], folder)).toMatchObject({ code: 0 })
    expect((await offsimHere(['new', 'scenario', 'my-host'], folder)).stderr).toContain('my-host.yaml: exists already')
  })

  test.each([
    [['new', 'scenario', '../x'], '`../x` is no name of a scenario'],
    [['new', 'scenari', 'x'], 'there is no template of a `scenari`'],
    [['new', 'scenario', 'x', '--technology', 'nic'], '--technology is for handlers'],
    [['new', 'scenario'], 'offsim new needs what and a name'],
  ])('%j is refused', async (args, text) => {
    const folder = empty()
    const { code, stderr } = await offsimHere(args, folder)
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)])
    expect(existsSync(join(folder, 'x.yaml'))).toBe(false)
  })
})

describe('help', () => {
  test('comes in every form people try', async () => {
    const overview = await offsimHere(['--help'])
    for (const args of [['-h'], ['help'], ['help', 'help'], ['help', '--help']])
      expect(await offsimHere(args)).toEqual(overview)
    const ofRun = offsim(['run', '--help']).stdout
    for (const args of [
      ['run', '-h'],
      ['help', 'run'],
      ['-h', 'run'],
    ])
      expect(offsim(args)).toMatchObject({ code: 0, stdout: ofRun })
  })

  test('of what there is not is refused', async () => {
    expect((await offsimHere(['help', 'rnu'])).stderr).toContain('unknown command `rnu`; did you mean `run`?')
    expect((await offsimHere(['help', 'run', 'x'])).stderr).toContain('offsim help has no use for `x`')
    expect((await offsimHere(['run', '-x'])).stderr).toContain('unknown option `-x`')
  })
})

describe('-', () => {
  const piped = (args: readonly string[], input: string, cwd: string) =>
    spawnSync(process.execPath, [join(projectFolder, 'bin', 'offsim'), ...args], { cwd, input, encoding: 'utf8' })

  test('is the scenario on stdin, for run, check and sweep; files it names are beside the working folder', () => {
    const folder = folderWithScenario()
    const text = readFileSync(join(folder, 'small.yaml'), 'utf8')
    const there = offsim(['run', 'small.yaml', '--workers', '1', '--csv', '-'], folder).stdout
    expect(piped(['run', '-', '--workers', '1', '--csv', '-'], text, folder).stdout).toBe(there)
    expect(piped(['check', '-'], text, folder).stdout).toBe('-: no fault (2 arms, 1 group of VMs)\n')
    expect(piped(['check', '-'], 'scenario: small.yaml\nname: over\n', folder).stdout).toContain('-: no fault')
    const sweep = 'scenario: small.yaml\nname: over\nsweep: { grid: { seed: [1, 2] } }\n'
    expect(piped(['sweep', '-', '--out', 'out', '--workers', '1', '--quiet'], sweep, folder).status).toBe(0)
  })

  test('is named in faults', () => {
    expect(piped(['run', '-'], 'nme: x\n', empty()).stderr).toContain('-:1:1: nme: unknown key; did you mean `name`?')
  })
})

describe('completion', () => {
  test('of bash gives commands, options, scenarios and files', () => {
    const script = offsim(['completion', 'bash']).stdout
    const folder = folderWithScenario()
    const complete = (...words: string[]) => {
      const ask = `${script}\nCOMP_WORDS=(offsim ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _offsim; printf '%s\\n' "\${COMPREPLY[@]}"`
      return spawnSync('bash', ['-c', ask], { cwd: folder, encoding: 'utf8' }).stdout.trim().split('\n')
    }
    expect(complete('sw')).toEqual(['sweep'])
    expect(complete('run', '--re')).toEqual(['--replications'])
    expect(complete('run', 'vdi')).toEqual(['vdi-host'])
    expect(complete('run', 'sma')).toEqual(['small.yaml'])
    expect(complete('completion', 'z')).toEqual(['zsh'])
    expect(complete('new', 'sc')).toEqual(['scenario'])
  })

  test.each(['zsh', 'fish'])('of %s names every command and the options of each', (shell) => {
    const script = offsim(['completion', shell]).stdout
    for (const word of ['run', 'sweep', 'scenarios', 'replications', 'emit', 'vdi-host']) expect(script).toContain(word)
    const found = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })
    if (found.error === undefined) expect(found.stderr).toBe('')
  })

  test('of another shell is refused', async () => {
    expect((await offsimHere(['completion', 'bsh'])).stderr).toContain(
      'no completion for `bsh`; did you mean `bash` or `zsh`?',
    )
  })
})
