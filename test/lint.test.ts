// The linter's own rules: what would make a result depend on the machine is refused where it must be.
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { expect, test } from 'vitest'

/** Without the rules that ask for types: reading the types of the whole project takes longer than all of these tests. */
const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] })

/** Rules that are broken by `code` in place of the text of `path`. */
async function broken(path: string, code: string): Promise<string[]> {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath: path })
  return messages.map(({ ruleId }) => ruleId ?? 'syntax')
}

const faults: readonly (readonly [string, string])[] = [
  ['export const x = Math.random()', 'no-restricted-properties'],
  ['export const x = (y: number) => Math.pow(y, 2)', 'no-restricted-properties'],
  ['export const x = (y: number) => y ** 2', 'no-restricted-syntax'],
  ['export const x = (y: number) => Math.exp(y)', 'no-restricted-properties'],
  ['export const x = (y: number) => Math.log1p(y) + Math.atan(y)', 'no-restricted-properties'],
  ['const { log } = Math\nexport const x = log', 'no-restricted-properties'],
  ['export const x = Date.now()', 'no-restricted-globals'],
  ['export const x = new Date()', 'no-restricted-globals'],
  ['export async function x() { await y() }\nconst y = async () => {}', 'no-restricted-syntax'],
  ["import 'node:fs'", 'no-restricted-imports'],
  ["import { readFileSync } from 'fs'\nexport const x = readFileSync", 'no-restricted-imports'],
  ["import 'node:fs/promises'", 'no-restricted-imports'],
  ['export const x = performance.now()', 'no-restricted-globals'],
  ['export const x = (a: string, b: string) => a.localeCompare(b)', 'no-restricted-syntax'],
  ["export const x = () => import('./y.ts')", 'no-restricted-syntax'],
]

test.each(faults)('in engine and models, %s is refused', async (code, rule) => {
  for (const path of ['src/engine/random.ts', 'src/models/host/host.ts'])
    expect(await broken(path, code)).toContain(rule)
})

test('what turns a scenario into results does not know Node; the files that write do', async () => {
  const code = "import { readFileSync } from 'node:fs'\nexport const x = readFileSync"
  for (const path of ['src/language/scenario.ts', 'src/answers/comparison.ts', 'src/report/table.ts']) {
    expect(await broken(path, code)).toContain('no-restricted-imports')
  }
  expect(await broken('src/store/files.ts', code)).toEqual([])
  expect(await broken('src/commands/run.ts', code)).toEqual([])
})

test('statistics, answers and points use no function of the engine’s either; a square root is right everywhere', async () => {
  for (const path of ['src/statistics/student.ts', 'src/answers/precision.ts', 'src/points/axes.ts']) {
    expect(await broken(path, 'export const x = (y: number) => Math.log(y)')).toEqual(['no-restricted-properties'])
    expect(await broken(path, 'export const x = (y: number) => Math.sqrt(y)')).toEqual([])
  }
})

test('a promise that nobody waits for is refused', async () => {
  const { rules } = (await new ESLint().calculateConfigForFile('src/cli.ts')) as { rules: Record<string, unknown[]> }
  const ERROR = 2
  expect(rules['@typescript-eslint/no-floating-promises']?.[0]).toBe(ERROR)
})
