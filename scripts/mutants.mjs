// `npm run mutants`: how many small faults, planted one at a time in engine and models, the tests of meaning notice.
// docs/decisions/mutants.md says how it works and why it is not StrykerJS that runs them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './mutants/bundle.mjs'
import { coverage, plan } from './mutants/coverage.mjs'
import { equivalents } from './mutants/equivalents.mjs'
import { instrument, keyOf } from './mutants/instrument.mjs'
import { askAll } from './mutants/processes.mjs'
import { report } from './mutants/report.mjs'
import { chosen, nearest } from './mutants/selection.mjs'
import { glob, testFiles } from './mutants/test-files.mjs'

const HELP = `npm run mutants -- [options]
  --files GLOB           only mutants of these files, such as 'src/models/**/nic*.ts'; can be given several times
  --lines FROM-TO        only mutants on these lines
  --sample N             only so many mutants, drawn at random
  --seed N               what the sample is drawn with (1)
  --since-survivors FILE only those that an earlier --json FILE says were not noticed
  --json FILE            write every mutant and what became of it
  --processes N          how many to run (${availableParallelism()})
  --quick                leave out tests of more than half a second: faster, and more mutants survive
  --root FOLDER          the checkout to try (this one)
  --all                  list what was noticed too`

/** Processor time of a test that is still quick. */
const QUICK_MS = 500

const text = { type: 'string' }
const { values: options } = parseArgs({
  options: {
    files: { type: 'string', multiple: true },
    ...{ lines: text, sample: text, seed: text, 'since-survivors': text, json: text, processes: text, root: text },
    all: { type: 'boolean' },
    quick: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
if (options.help) {
  console.log(HELP)
  process.exit(0)
}

const root = resolve(options.root ?? join(import.meta.dirname, '..'))
const cache = join(root, '.cache', 'mutants')
const processes = Number(options.processes ?? availableParallelism())
const say = (line) => console.error(line)
const started = performance.now()
const seconds = (since) => Math.round((performance.now() - since) / 1000)

const sources = glob(root, ['src/engine/**/*.ts', 'src/models/**/*.ts', '!**/*.d.ts'])
const tests = testFiles(root)
const { mutants, texts } = await instrument(root, sources)
const known = equivalents(root, mutants)
const wanted = chosen(root, mutants, options)
say(`${mutants.length} mutants in ${sources.length} files, ${wanted.length} of them to try; ${tests.length} test files`)
const covered = await coverage(root, { cache, sources, tests, texts, size: mutants.length, processes, say })
const failing = covered.units.filter(({ failed }) => failed)
for (const { file, name, failed } of failing) say(`left out, fails without a mutant: ${file} > ${name}\n${failed}`)
say(`${covered.units.length - failing.length} tests, ${seconds(started)} s`)

const results = await tryAll()
const all = wanted.map((mutant) => ({
  ...mutant,
  ...results.get(mutant.id),
  key: keyOf(mutant),
  equivalent: known.get(mutant.id),
}))
report(all, { showAll: options.all === true })
console.log(`${seconds(started)} s`)
if (options.json) {
  mkdirSync(dirname(resolve(options.json)), { recursive: true })
  writeFileSync(options.json, `${JSON.stringify(all, null, 1)}\n`)
}

/** What became of each wanted mutant, by its number. */
async function tryAll() {
  const table = join(cache, `units-${process.pid}.json`)
  writeFileSync(table, JSON.stringify(covered.units.map(({ file, name, ms, waits }) => ({ file, name, ms, waits }))))
  const plans = plan(mutants, covered)
  const found = new Map()
  const taken = ({ failed, ms }) => !failed && (!options.quick || ms <= QUICK_MS)
  const reached = wanted.filter(({ id }) => {
    const units = plans[id].units.filter((index) => taken(covered.units[index]))
    plans[id].units = nearest(mutants[id].file, units, covered.units)
    if (plans[id].units.length === 0) found.set(id, { status: 'no test passes it' })
    return plans[id].units.length > 0
  })
  let count = 0
  const begun = performance.now()
  const done = ({ id, from }, answer) => {
    found.set(id, {
      ...(answer ?? { status: 'timeout', killer: 'the process had to be ended' }),
      ms: Math.round(performance.now() - from.time),
    })
    if (++count % 50 === 0) say(`${count} of ${reached.length}, ${seconds(begun)} s`)
  }
  await askAll(root, { processes, messages: messages(reached, plans), table, done })
  return found
}

/** Mutants by file: a file's bundle has only its own mutants in it, so that all else runs at its usual speed. */
async function* messages(reached, plans) {
  let built = null
  for (const mutant of reached) {
    if (built?.file !== mutant.file) built = { file: mutant.file, path: await bundleFor(mutant.file) }
    const { id, file } = mutant
    const { units, limit } = plans[id]
    const from = { time: performance.now() }
    yield {
      message: { kind: 'mutant', bundle: built.path, mutant: { id, file, units, limit } },
      ms: 600_000,
      about: { id, from },
    }
  }
}

async function bundleFor(file) {
  const only = new Map([[file, texts.get(file)]])
  const { code } = await bundle(root, { sources, tests, texts: only, kind: 'switched' })
  const path = join(cache, `switched-${process.pid}-${file.replaceAll('/', '-')}.cjs`)
  writeFileSync(path, code)
  return path
}
