// The README and the documents do what they say: commands run and print what is shown, and what is named exists.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { argumentsFor } from '../scripts/start.mjs'
import { compile, projectFolder } from './offsim-process.ts'
import { projectFiles, textOf } from './project-files.ts'
import { blocksOf, isShown, linksOf, sessionsOf } from './readme-blocks.ts'

const readme = textOf('README.md')
const blocks = blocksOf(readme)
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }

let folder = ''

/** What a shell shows of a command, in the usual width: its output, then its messages. */
function shell(command: string): string {
  const env = { ...process.env, COLUMNS: '100', NO_COLOR: '1' }
  const { stdout, stderr } = spawnSync(command, { cwd: folder, shell: true, encoding: 'utf8', env })
  return stdout + stderr
}

/** `npm start` is run without its installing; alone it writes its CSV too. */
function withoutInstalling(command: string): string {
  if (command === 'npm start') return `${withoutInstalling('npm start --')} --csv main-job.csv`
  const given = /^npm start --(.*)$/.exec(command)
  return given ? `./bin/offsim ${argumentsFor(given[1].split(' ').filter(Boolean)).join(' ')}` : command
}

describe('README', () => {
  /** A folder that looks like a checkout and may be written to, with the files that the README shows. */
  beforeAll(() => {
    compile()
    folder = mkdtempSync(join(tmpdir(), 'offsim-readme-'))
    for (const entry of ['bin', 'bench', 'dist', 'docs', 'scenarios', 'package.json'])
      symlinkSync(join(projectFolder, entry), join(folder, entry))
    for (const { language, text } of blocks) {
      const name = /^# (\S+\.yaml)\n/.exec(text)?.[1]
      if (language === 'yaml' && name) writeFileSync(join(folder, name), text)
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is short', () => {
    expect(readme.split('\n').length).toBeLessThan(200)
  })

  test('… stands for lines, or for what is left of one', () => {
    expect(isShown('a\nb\nc\n', 'a\n…\nc\n')).toBe(true)
    expect(isShown('a\nc\n', 'a\n…\nc\n')).toBe(true)
    expect(isShown('rate 17\n', 'rate …\n')).toBe(true)
    expect(isShown('a\nb\n', 'a\n')).toBe(false)
    expect(isShown('a.b\n', 'a+b\n')).toBe(false)
    expect(isShown('a\nb\n', 'a…\n')).toBe(false)
  })

  const sessions = sessionsOf(blocks)
  test('shows commands', () => {
    expect(sessions.length).toBeGreaterThan(5)
  })

  // A quarter of a minute in all where nothing else runs.
  test.each(sessions)('$command', { timeout: 240_000 }, ({ command, shown }) => {
    const output = shell(withoutInstalling(command))
    if (!isShown(output, shown)) expect(output).toBe(shown)
  })

  test('npm start has just reproduced its golden, byte for byte', () => {
    expect(sessions.map(({ command }) => command)).toContain('npm start')
    expect(readFileSync(join(folder, 'main-job.csv'), 'utf8')).toBe(textOf('scenarios/vdi-host.csv'))
  })

  test('npm commands that it names are scripts of the package, and their files exist', () => {
    const commands = [...readme.matchAll(/\bnpm (run --silent |run )?([\w:]+)([^`\n]*)/g)]
    const names = commands.map(([, , name]) => name)
    expect(names).toEqual(expect.arrayContaining(['start', 'test', 'bench', 'bench:ratio']))
    expect(names.filter((name) => scripts[name] === undefined)).toEqual([])
    const files = commands.flatMap(([, , , rest]) => rest.match(/\b(test|scenarios)\/\S+\.\w+/g) ?? [])
    expect(files.length).toBeGreaterThan(2)
    expect(files.filter((file) => !existsSync(join(projectFolder, file)))).toEqual([])
  })

  test('figures that it says are reproduced are in the tests that do', () => {
    const [table] = /^\| checked against [\s\S]*?\n\n/m.exec(readme)!
    const rows = table.trimEnd().split('\n').slice(2)
    let file = ''
    const unfounded = rows.flatMap((row) => {
      const [, what, , command] = row.split('|')
      file = /npm test -- (\S+\.test\.ts)/.exec(command)?.[1] ?? file
      const figures = what.match(/\d[\d,.]*\d/g) ?? []
      return figures.filter((figure) => !isYear(figure) && !textOf(file).includes(figure))
    })
    expect(rows.length).toBeGreaterThan(5)
    expect(unfounded).toEqual([])
  })
})

const isYear = (figure: string): boolean => /^20\d\d$/.test(figure)

describe('documents', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', ...projectFiles('docs', /\.md$/)]

  test.each(documents)('links of %s lead somewhere', (document) => {
    const places = linksOf(textOf(document)).map((link) => posix.join(posix.dirname(document), link))
    expect(places.filter((place) => !existsSync(join(projectFolder, place)))).toEqual([])
  })

  test.each(documents)('files that %s names exist', (document) => {
    const named = textOf(document).match(/\b(src|test|scripts|bench|data|docs)\/[\w./-]+\.(ts|mjs|cpp|csv|bib|md)\b/g)
    const missing = (named ?? []).filter((file) => !existsSync(join(projectFolder, file)))
    expect(missing.filter((file) => !file.includes('NAME'))).toEqual([])
  })

  test('files that the architecture names without their folder are somewhere in src', () => {
    const sources = projectFiles('src', /\.ts$/)
    const named = textOf('docs/ARCHITECTURE.md').match(/(?<![\w/.-])[a-z][\w-]*\.ts\b/g) ?? []
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter((name) => !sources.some((path) => path.endsWith(`/${name}`)))).toEqual([])
  })

  test('decisions are short, and say what, why and what else there was', () => {
    const decisions = projectFiles('docs/decisions', /\.md$/)
    expect(decisions.length).toBeGreaterThan(15)
    const long = decisions.filter((path) => textOf(path).trimEnd().split('\n').length > 40)
    expect(long).toEqual([])
    expect(decisions.filter((path) => !/^# .+\n/.test(textOf(path)))).toEqual([])
    expect(decisions.filter((path) => !/considered|rejected|instead|rather/i.test(textOf(path)))).toEqual([])
  })
})
