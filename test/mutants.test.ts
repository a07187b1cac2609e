// `npm run mutants` on a project of a few lines, in which it is known what tests notice.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from './offsim-process.ts'

const SOURCE = `export function least(a: number, b: number): number {
  return a < b ? a : b
}
export function countTo(end: number): number {
  let count = 0
  while (count < end) count++
  return count
}
export function greeting(): string {
  return 'hello'
}
`
const TEST = `import { expect, test } from 'vitest'
import { countTo, greeting, least } from '../../src/engine/toy.ts'
test('the least', () => expect([least(1, 2), least(2, 1)]).toEqual([1, 1]))
test('counts', () => expect(countTo(3)).toBe(3))
test('greets', () => void greeting())
`

test('what tests notice, what they do not, and what never ends are told apart', () => {
  const root = mkdtempSync(join(tmpdir(), 'offsim-mutants-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('package.json', '{ "type": "module" }')
  write('src/index.ts', 'export {}\n')
  write('src/engine/toy.ts', SOURCE)
  write('test/engine/toy.test.ts', TEST)
  const json = join(root, 'mutants.json')
  execFileSync(process.execPath, ['--no-warnings', 'scripts/mutants.mjs', '--root', root, '--json', json], {
    cwd: projectFolder,
    stdio: 'pipe',
  })
  const mutants = JSON.parse(readFileSync(json, 'utf8')) as { original: string; replacement: string; status: string }[]
  const statusOf = (original: string, replacement: string): string | undefined =>
    mutants.find((mutant) => mutant.original === original && mutant.replacement === replacement)?.status
  expect(statusOf('a < b', 'true')).toBe('killed')
  expect(statusOf('a < b', 'a >= b')).toBe('killed')
  // Equal numbers are not tried, and make no difference.
  expect(statusOf('a < b', 'a <= b')).toBe('survived')
  expect(statusOf("'hello'", '""')).toBe('survived')
  expect(statusOf('count++', 'count--')).toBe('timeout')
})
