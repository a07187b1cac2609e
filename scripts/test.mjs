// `npm test`: installs what is missing, then lint, types, layers, tidy and all tests, and one line that counts them.
// Arguments behind `--` go to vitest, e.g. a file to run alone.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { bootstrap, root } from './bootstrap.mjs'

const tools = (path) => join(root, 'node_modules', path)
const resultFile = join(root, '.cache', 'vitest.json')
/** Test files whose tests are rules of the project and count as one. */
const RULES = { layers: 'test/layers.test.ts', tidy: 'test/tidy.test.ts' }

bootstrap()
const count = { passed: 0, failed: 0, skipped: 0 }

const [eslint, prettier, types] = await Promise.all([
  run('lint', tools('eslint/bin/eslint.js'), '.', '--max-warnings', '0'),
  run('format', tools('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  run('types', tools('typescript/bin/tsc'), '-p', root, '--noEmit'),
])
report('lint', eslint && prettier)
report('types', types)
await runTests(process.argv.slice(2))

console.log(`${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`)
process.exitCode = count.failed > 0 ? 1 : 0

function report(name, ok) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  count[ok ? 'passed' : 'failed']++
}

async function runTests(args) {
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(resultFile, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]
  const ok = await run('tests', tools('vitest/vitest.mjs'), 'run', ...reporters, ...args)
  let files
  try {
    files = JSON.parse(readFileSync(resultFile, 'utf8')).testResults
  } catch {
    return report('tests', false) // vitest did not come to its end
  }
  const failedBefore = count.failed
  for (const file of files) countFile(file)
  // What belongs to no test, such as a rejected promise that nobody awaits, fails the run all the same.
  if (!ok && count.failed === failedBefore) report('tests', false)
}

function countFile(file) {
  const path = relative(root, file.name).replaceAll('\\', '/')
  const rule = Object.keys(RULES).find((name) => RULES[name] === path)
  const results = file.assertionResults.map(({ status }) => status)
  if (rule) return report(rule, file.status === 'passed' && results.length > 0)
  for (const status of results) count[status === 'passed' || status === 'failed' ? status : 'skipped']++
  // A file that cannot even be loaded has no tests and fails as one.
  if (file.status === 'failed' && !results.includes('failed')) count.failed++
}

/** Runs a tool of Node's, shows its output when it is done, and says whether it succeeded. */
function run(name, script, ...args) {
  return new Promise((resolve) => {
    const shown = name === 'tests' ? 'inherit' : 'pipe'
    const tool = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', shown, shown] })
    const output = []
    tool.stdout?.on('data', (chunk) => output.push(chunk))
    tool.stderr?.on('data', (chunk) => output.push(chunk))
    tool.on('close', (code) => {
      if (code !== 0 && output.length > 0) process.stdout.write(Buffer.concat(output))
      resolve(code === 0)
    })
  })
}
