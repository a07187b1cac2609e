// Which test passes which mutant: each test is run once without a mutant. What is known of a test file is kept in .cache/mutants.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { askAll } from './processes.mjs'
import { glob } from './test-files.mjs'

const hashOf = (...parts) =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex')

/** What every test's result may depend on: all sources, what tests share, scenarios, and this tool. */
function common(root) {
  const shared = glob(root, [
    'src/**/*.ts',
    'test/**/*.ts',
    '!test/**/*.test.ts',
    'scenarios/**',
    'data/**',
    'docs/examples/*',
  ])
  const own = glob(import.meta.dirname, ['*.mjs'])
  const read = (folder) => (file) => [file, readFileSync(join(folder, file))]
  return hashOf(...shared.flatMap(read(root)), ...own.flatMap(read(import.meta.dirname)))
}

/** Units of all tests with their time and the mutants they pass, and the mutants that are passed while sources load. */
export async function coverage(root, { cache, sources, tests, texts, size, processes, say }) {
  mkdirSync(cache, { recursive: true })
  const { code, imports } = await bundle(root, { sources, tests, texts, kind: 'counted' })
  const path = join(cache, 'counted.cjs')
  writeFileSync(path, code)
  const base = common(root)
  const keptAs = (name, text = '') => join(cache, `${hashOf(base, name, text).slice(0, 24)}.json`)
  const files = new Map(tests.map((file) => [file, keptAs(file, readFileSync(join(root, file), 'utf8'))]))
  files.set('loading', keptAs('loading'))
  const asked = [...files].filter(([, kept]) => !existsSync(kept))
  if (asked.length > 0) say(`runs ${asked.length} test files without a mutant`)
  const messages = asked.map(([file, kept]) => ({
    message: { kind: file === 'loading' ? 'count loading' : 'count file', bundle: path, file, size },
    ms: 600_000,
    about: { file, kept },
  }))
  const done = ({ file, kept }, answer) => {
    if (!answer) throw new Error(`${file}: its tests did not come to an end`)
    writeFileSync(kept, JSON.stringify(answer))
  }
  await askAll(root, { processes, messages, done })
  const read = (file) => JSON.parse(readFileSync(files.get(file), 'utf8'))
  const units = tests.flatMap((file) => read(file).units.map((unit) => ({ file, ...unit })))
  return { units, loading: read('loading').passed, imports }
}

/** For each mutant the indices of the units that can notice it, and how often it may be passed before it is endless. */
export function plan(mutants, { units, loading, imports }) {
  const most = new Map()
  const reached = mutants.map(() => [])
  units.forEach(({ passed }, index) => {
    for (let at = 0; at < passed.length; at += 2) {
      reached[passed[at]].push(index)
      most.set(passed[at], Math.max(most.get(passed[at]) ?? 0, passed[at + 1]))
    }
  })
  const atLoading = new Map()
  for (let at = 0; at < loading.length; at += 2) atLoading.set(loading[at], loading[at + 1])
  const readers = readersOf(mutants, units, imports)
  return mutants.map((mutant) => {
    const whileLoading = atLoading.get(mutant.id) ?? 0
    const all = whileLoading > 0 ? [...new Set([...reached[mutant.id], ...readers(mutant.file)])] : reached[mutant.id]
    return { units: all, loading: whileLoading > 0, limit: 100 * ((most.get(mutant.id) ?? 0) + whileLoading) + 1000 }
  })
}

/**
 * Units that may read what a source file makes while it loads: their test file imports it, by whatever way, and they either
 * pass a mutant in the same drawer of src, or their test file, or a file beside it, imports from there itself.
 */
function readersOf(mutants, units, imports) {
  const drawer = (file) => file.split('/').slice(0, 2).join('/')
  const drawerOf = mutants.map(({ file }) => drawer(file))
  const closures = new Map()
  const closure = (file) =>
    closures.get(file) ??
    closures
      .set(
        file,
        reach(imports, file, () => true),
      )
      .get(file)
  const near = (file) => reach(imports, file, (path) => path.startsWith('test/'))
  const passes = units.map(({ file, passed }) => {
    const drawers = new Set([...near(file)].filter((path) => path.startsWith('src/')).map(drawer))
    for (let at = 0; at < passed.length; at += 2) drawers.add(drawerOf[passed[at]])
    return drawers
  })
  const found = new Map()
  return (file) => {
    const readers = () =>
      [...units.keys()].filter((i) => passes[i].has(drawer(file)) && closure(units[i].file).has(file))
    if (!found.has(file)) found.set(file, readers())
    return found.get(file)
  }
}

/** All files that are imported from `file`, on from those that `goesOn` says. */
function reach(imports, file, goesOn) {
  const seen = new Set([file])
  for (const at of seen) if (at === file || goesOn(at)) for (const next of imports.get(at) ?? []) seen.add(next)
  return seen
}
