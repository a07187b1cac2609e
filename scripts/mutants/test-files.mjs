// Which tests judge the mutants: tests of meaning. The one list of what is left out, with reasons.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { globSync } from 'tinyglobby'

/** Test files that are left out, by the end of their name without `.test.ts`, and why. */
export const LEFT_OUT = {
  goldens: 'compares with earlier output',
  scenarios: 'compares with earlier output',
  reproduce: 'compares with earlier output',
  reference: 'compares generated documents with those committed',
  allocation: 'asks how much memory is collected, not what comes out; waits for the collector',
  layers: 'reads sources as text',
  tidy: 'reads sources as text',
  lint: 'reads sources as text',
}

/** Tests that are left out by a pattern of their full name, and why. */
export const LEFT_OUT_TESTS = [
  [/is told from the closed form when/, 'plants a fault of its own to try the check, and says nothing of the code'],
  [/no pattern is quadratic/, 'compares times of the clock, which a busy machine changes'],
]

/** Tests that start processes or threads run the compiled program, in which there is no mutant. */
const STARTS_PROCESSES =
  /from '(node:)?(child_process|worker_threads)'|from 'piscina'|from '@duckdb|offsim-process\.ts'/

/** A property is tried on at most so many cases: a survivor costs as much time as all tests that reach it. */
export const CASES = 100

export const glob = (root, patterns) => globSync(patterns, { cwd: root, ignore: ['**/node_modules/**'] }).sort()

export function testFiles(root) {
  return glob(root, ['test/**/*.test.ts']).filter((file) => {
    const name = basename(file, '.test.ts')
    return !(name in LEFT_OUT) && !STARTS_PROCESSES.test(withHelpers(root, file))
  })
}

/** The text of a test file and of the files beside it that it imports. */
function withHelpers(root, file, seen = new Set()) {
  if (seen.has(file)) return ''
  seen.add(file)
  const text = readFileSync(join(root, file), 'utf8')
  const helpers = [...text.matchAll(/^(?:import|export|\}) .*from '(\.[^']+\.ts)'/gm)].map(([, path]) =>
    relative(root, join(root, dirname(file), path)).replaceAll('\\', '/'),
  )
  const own = helpers.filter((path) => path.startsWith('test/') && existsSync(join(root, path)))
  return text + own.map((path) => withHelpers(root, path, seen)).join('\n')
}
