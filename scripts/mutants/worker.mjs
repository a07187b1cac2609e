// A process that tries mutants: it evaluates the bundle anew for each, and runs tests until one fails.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { CASES } from './test-files.mjs'
import { collect, runUnit, vitest } from './vitest-stand-in.mjs'

const root = process.cwd()
const fromRoot = createRequire(join(root, 'package.json'))
let factory = null
let loadedBundle = ''

process.on('unhandledRejection', () => {})
// Whoever asked has been stopped.
process.on('disconnect', () => process.exit())

/** Properties are tried on the same cases each time, and on few. */
function seeded(fc) {
  const assert = (property, options = {}) =>
    fc.assert(property, { seed: 1, ...options, numRuns: Math.min(options.numRuns ?? CASES, CASES) })
  const quiet = { ...fc, assert }
  return { ...quiet, default: quiet, __esModule: true }
}

const stood = { vitest }
function requireFor(id) {
  if (id in stood) return stood[id]
  if (id !== 'fast-check') return fromRoot(id)
  return (stood[id] = seeded(fromRoot(id).default ?? fromRoot(id)))
}

/** Everything loaded anew, with one mutant active; -1: none. Sources are loaded, tests only as they are asked for. */
function fresh(bundle, { id = -1, counts = null, limit = Infinity } = {}) {
  if (bundle !== loadedBundle) {
    factory = new Script(readFileSync(bundle, 'utf8'), { filename: bundle }).runInThisContext()
    loadedBundle = bundle
  }
  const files = { endless: false }
  factory(requireFor, files, id, counts, limit)
  const collected = new Map()
  const unitsOf = (file) => {
    if (!collected.has(file)) {
      const units = collect(files.tests[file])
      collected.set(file, new Map(units.map((unit) => [unit.name, unit])))
    }
    return collected.get(file)
  }
  return { files, unitsOf }
}

const guarded = new Script('__guarded()')
const cpuMs = () => (({ user, system }) => (user + system) / 1000)(process.cpuUsage())

/** How much longer than its processor time a thing takes here, as other work on the machine has its turn too. */
let slowness = 1.5

/** Calls a function that has to come back within the time. What it awaits, only the parent process can stop. */
function within(ms, run) {
  globalThis.__guarded = run
  return guarded.runInThisContext({ timeout: Math.ceil(ms * slowness) })
}

/** What this process can interrupt itself is not hurried by the parent process. */
const LONG_MS = 600_000

const isTimeout = (error) => error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'

/** The processor time a unit may take that took `ms` without a mutant. */
const limitMs = (ms) => 300 + 4 * ms

/** Tests that have killed mutants of the same file, latest first: they often kill the next one too. */
const killers = new Map()

function inOrder(mutant, table) {
  const known = killers.get(mutant.file) ?? []
  const place = (index) => {
    const at = known.indexOf(index)
    return at < 0 ? table[index].ms : table[index].ms / 20 + at / 100
  }
  return [...mutant.units].sort((a, b) => place(a) - place(b))
}

function killedBy(mutant, index) {
  const known = (killers.get(mutant.file) ?? []).filter((other) => other !== index)
  killers.set(mutant.file, [index, ...known].slice(0, 30))
}

/** The graph of a mutant, or what happened while it loaded. */
function loaded(bundle, { id, limit }) {
  try {
    return within(3000, () => {
      const graph = fresh(bundle, { id, limit })
      graph.files.sources()
      return { graph }
    })
  } catch (error) {
    return { outcome: { status: isTimeout(error) ? 'timeout' : 'killed', killer: 'loading' } }
  }
}

async function tryMutant(bundle, mutant, table) {
  let { graph, outcome } = loaded(bundle, mutant)
  if (outcome) return outcome
  for (const index of inOrder(mutant, table)) {
    const unit = table[index]
    for (;;) {
      const used = cpuMs()
      const status = await verdict(graph, unit)
      if (status === 'survived') break
      if (status === 'interrupted' && cpuMs() - used < limitMs(unit.ms)) {
        // It had no chance to use its time, since others had the processor.
        slowness *= 2
        graph = loaded(bundle, mutant).graph
        continue
      }
      killedBy(mutant, index)
      slowness = Math.max(1.5, slowness * 0.9)
      return { status: status === 'killed' ? 'killed' : 'timeout', killer: `${unit.file} > ${unit.name}` }
    }
  }
  return { status: 'survived' }
}

async function verdict(graph, { file, name, ms, waits }) {
  const limit = limitMs(ms)
  const call = (run) => within(limit, run)
  if (waits) process.send({ wait: 10_000 + 3 * slowness * limit })
  try {
    const units = call(() => graph.unitsOf(file))
    const chosen = name === WHOLE ? [...units.values()] : [units.get(name)].filter(Boolean)
    for (const unit of chosen) await runUnit(unit, call)
    return graph.files.endless ? 'endless' : 'survived'
  } catch (error) {
    if (graph.files.endless) return 'endless'
    return isTimeout(error) ? 'interrupted' : 'killed'
  } finally {
    if (waits) process.send({ wait: LONG_MS })
  }
}

/** A file that simulates while its tests are collected is one unit under this name. */
const WHOLE = 'the file as a whole'
const LONG_COLLECTING_MS = 100

/** Runs each unit of a test file alone, and counts which mutants it passes how often; no mutant is active. */
async function countFile({ bundle, file, size }) {
  try {
    const counted = fresh(bundle, { counts: new Uint32Array(size) })
    counted.files.sources()
    const begun = cpuMs()
    const names = [...counted.unitsOf(file).keys()]
    if (cpuMs() - begun > LONG_COLLECTING_MS)
      return { file, units: [await countUnit({ bundle, file, size, name: WHOLE })] }
    const units = []
    for (const name of names) units.push(await countUnit({ bundle, file, size, name }))
    return { file, units }
  } catch (error) {
    return { file, units: [{ name: 'loading', ms: 0, passed: [], failed: String(error?.stack) }] }
  }
}

async function countUnit({ bundle, file, size, name }) {
  const counts = new Uint32Array(size)
  const graph = fresh(bundle, { counts })
  graph.files.sources()
  counts.fill(0)
  const begun = cpuMs()
  let waits = false
  let failed
  const call = (run) => {
    const result = run()
    waits ||= typeof result?.then === 'function'
    return result
  }
  try {
    const units = graph.unitsOf(file)
    for (const unit of name === WHOLE ? [...units.values()] : [units.get(name)]) await runUnit(unit, call)
  } catch (error) {
    failed = String(error?.stack ?? error)
  }
  const ms = Math.round((cpuMs() - begun) * 10) / 10
  const passed = []
  counts.forEach((count, id) => count > 0 && passed.push(id, count))
  return { name, ms, waits, passed, ...(failed && { failed }) }
}

/** What sources pass while they load. */
function countLoading({ bundle, size }) {
  const counts = new Uint32Array(size)
  fresh(bundle, { counts }).files.sources()
  return { passed: [...counts.entries()].filter(([, count]) => count > 0).flat() }
}

const tables = {}
const ANSWERS = {
  table: ({ path }) => void (tables.units = JSON.parse(readFileSync(path, 'utf8'))),
  'count loading': countLoading,
  'count file': countFile,
  mutant: ({ bundle, mutant }) => tryMutant(bundle, mutant, tables.units),
}

process.on('message', async (message) => {
  try {
    process.send({ answer: (await ANSWERS[message.kind](message)) ?? null })
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) })
  }
})
