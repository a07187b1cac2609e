// The project's form: sizes, names, leftovers, goldens. Style that can be checked is checked here.
import { statSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { projectFiles, syntaxOf, textOf } from './project-files.ts'

const sources = projectFiles('src', /\.ts$/)
const scripts = [...projectFiles('scripts', /\.mjs$/), ...projectFiles('bench', /\.mjs$/), 'bin/offsim']
const code = [...sources, ...scripts]
const everything = projectFiles('.', /(\.(ts|js|mjs|md|ya?ml|cpp|bib)|^bin\/offsim|^\.ci\/run)$/)

const linesOf = (path: string) => textOf(path).trimEnd().split('\n').length

test('no file is longer than 300 lines; a table of costs may be a file of its own', () => {
  const long = code.filter((path) => linesOf(path) > 300 && !path.endsWith('-costs.ts'))
  expect(long).toEqual([])
})

test('no function is longer than 70 lines', () => {
  expect(longFunctions('planted.ts', `function f() {\n${'g()\n'.repeat(70)}}`)).toEqual(['planted.ts:1 f: 72 lines'])
  expect(code.flatMap((path) => longFunctions(path))).toEqual([])
})

function longFunctions(path: string, text?: string): string[] {
  const syntax = text === undefined ? syntaxOf(path) : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const lineAt = (position: number) => syntax.getLineAndCharacterOfPosition(position).line + 1
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const first = lineAt(node.getStart(syntax))
      const length = lineAt(node.end) - first + 1
      if (length > 70) found.push(`${path}:${first} ${node.name?.getText(syntax) ?? 'function'}: ${length} lines`)
    }
    ts.forEachChild(node, visit)
  }
  visit(syntax)
  return found
}

test('every source file opens by saying what it is', () => {
  const silent = code.filter((path) => !/^(#!.*\n)?(\/\/ |\/\*\*)/.test(textOf(path)))
  expect(silent).toEqual([])
})

test('names say what a file holds: no drawers, no job titles', () => {
  const drawer = /(^|[/-])(utils?|helpers?|commons?|types?|misc|shared|manager|service|base)\.(ts|mjs)$/
  expect('src/models/common.ts').toMatch(drawer)
  expect(projectFiles('.', /\.(ts|mjs)$/).filter((path) => drawer.test(path))).toEqual([])
})

test('the engine knows no word of the domain', () => {
  const domain = ['vm', 'guest', 'packet', 'trap', 'pixel', 'hypervisor', 'vcpu', 'nic', 'desktop', 'host', 'offload']
  const words = (text: string) =>
    text.match(/VMs?|[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)?.map((word) => word.toLowerCase()) ?? []
  const spoken = (text: string) => words(text).filter((word) => domain.includes(word.replace(/s$/, '')))
  expect(spoken('const packetBytes = VMs + hostName')).toEqual(['packet', 'vms', 'host'])
  const engine = sources.filter((path) => path.startsWith('src/engine/'))
  expect(engine.length).toBeGreaterThan(5)
  expect(engine.flatMap((path) => spoken(textOf(path)).map((word) => `${path}: ${word}`))).toEqual([])
})

test('nothing is left over: no unfinished marks, no paths of one machine', () => {
  const leftover = /\b(PLACEHOLDER|TODO|FIXME|XXX|HACK)\b|\/(home|root|work|Users)\/[a-z]/
  expect('see /home/someone').toMatch(leftover)
  const own = ['test/tidy.test.ts']
  const found = everything.filter((path) => !own.includes(path) && leftover.test(textOf(path)))
  expect(found).toEqual([])
})

test('every scenario has its golden beside it, and no golden is without its scenario', () => {
  // Scenarios of validation cases stand in folders of their own: what they come to is in docs/VALIDATION.md.
  const runs = projectFiles('scenarios', /^scenarios\/[^/]+\.yaml$/).filter((path) => !/^sweep:/m.test(textOf(path)))
  expect(runs.length).toBeGreaterThan(0)
  const goldens = projectFiles('scenarios', /^scenarios\/[^/]+\.csv$/)
  expect(goldens).toEqual(runs.map((path) => path.replace(/yaml$/, 'csv')))
})

test('dependencies are pinned to exact versions', () => {
  const manifest = JSON.parse(textOf('package.json')) as Record<string, Record<string, string>>
  const versions = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] })
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('what is run is executable', () => {
  const forgotten = ['bin/offsim', '.ci/run'].filter((path) => (statSync(path).mode & 0o111) === 0)
  expect(forgotten).toEqual([])
})
