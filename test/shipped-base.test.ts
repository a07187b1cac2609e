// A scenario laid over one that comes with offsim, by its name, from any folder.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { compile, offsim } from './offsim-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'offsim-base-'))
beforeAll(compile, 120_000)

function checked(file: string, text: string) {
  writeFileSync(join(folder, file), text)
  const { code, stderr } = offsim(['check', file], folder)
  return [code, stderr.trimEnd()]
}

test('is found by its name', () => {
  expect(checked('own.yaml', 'name: own\nscenario: vdi-host\nrun: { measure: 1 s }\n')).toEqual([0, expect.anything()])
})

test('a file of that name in the folder comes first', () => {
  writeFileSync(join(folder, 'fork-wait.yaml'), 'name: mine\nrun: { measure: 1 s }\nhost: { cores: 1 }\n')
  const [code, text] = checked('over.yaml', 'scenario: fork-wait\nname: over\n')
  expect([code, text]).toEqual([2, expect.stringContaining('arms: is missing')])
})

test.each(['vdi-hots', 'password', 'which'])('%s is none, and is said to be none', (name) => {
  expect(checked('wrong.yaml', `name: wrong\nscenario: ${name}\n`)).toEqual([
    2,
    `wrong.yaml:2:11: scenario: ${name}: no such file; name a file, relative to the one that names it, or a scenario that offsim scenarios lists`,
  ])
})

test('a fault of what is laid over it is told at its own place', () => {
  expect(checked('fault.yaml', 'name: f\nscenario: vdi-host\nvms: { desktop: { cuont: 4 } }\n')).toEqual([
    2,
    expect.stringMatching(/^fault\.yaml:3:19: vms\.desktop\.cuont: unknown key/),
  ])
})

test.each(['../scenarios/vdi-host', 'a/vdi-host', '/vdi-host'])('%s is a path, and no name', (path) => {
  expect(checked('path.yaml', `name: p\nscenario: ${path}\n`)[0]).toBe(2)
})
