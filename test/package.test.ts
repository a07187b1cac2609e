// The package as npm makes it: installed into an empty folder it runs, with its scenarios and its documents.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compile, projectFolder } from './offsim-process.ts'

test('npm pack, npm install, offsim run', () => {
  compile()
  const folder = mkdtempSync(join(tmpdir(), 'offsim-package-'))
  const npm = (cwd: string, ...args: string[]) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' })
  npm(projectFolder, 'pack', '--ignore-scripts', '--pack-destination', folder)
  const [packed] = readdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }\n')
  npm(folder, 'install', `./${packed}`, '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts')
  const bin = join(folder, 'node_modules', '.bin', 'offsim')
  const offsim = (...args: string[]) => spawnSync(bin, args, { cwd: folder, encoding: 'utf8' })

  const fast = ['--set', 'run.measure=10 ms', '--set', 'run.warmup=0 s', '--replications', '2']
  const { status, stdout, stderr } = offsim('run', 'system-calls', '--workers', '2', ...fast)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain('gives back')
  expect(offsim('scenarios').stdout).toContain('vdi-host')
  expect(offsim('models', 'nic').status).toBe(0)

  const inside = join(folder, 'node_modules', 'offsim')
  for (const file of [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'docs/SCENARIOS.md',
    'scenarios/scenario.schema.json',
    'dist/index.d.ts',
  ])
    expect(existsSync(join(inside, file)), file).toBe(true)
  for (const file of ['src', 'test', 'scripts', 'bench']) expect(existsSync(join(inside, file)), file).toBe(false)
}, 300_000)
