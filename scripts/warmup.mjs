// `npm run warmup-table`: what `run.warmup: auto` finds, and what it refuses. Prints the tables of docs/STATISTICS.md: runs of
// M/M/1 and M/M/4 that are too short to settle, or long enough, and the scenarios that ship. Seeds are 1, 2, 3, …
// The scenarios take a quarter of an hour.
//
//   node scripts/warmup.mjs [queues] [scenarios] [FILE …] [--seeds N]
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from './bootstrap.mjs'
import { build } from './build.mjs'

/** Mean service time of a job. */
const JOB_MS = 100

/** Servers, load, length of the run in mean service times. */
const QUEUES = [
  ...[2, 20, 200, 20_000].map((jobs) => [1, 0.95, jobs]),
  ...[20, 1000, 5000].map((jobs) => [1, 0.8, jobs]),
  ...[2, 20, 2000].map((jobs) => [4, 0.9, jobs]),
  ...[100, 1000].map((jobs) => [1, 0.5, jobs]),
]

/** Seeds of a scenario, and of those whose pilots take minutes. */
const SEEDS = 10
const SEEDS_OF_SLOW = { 'receiver.yaml': 5, 'vdi-host.yaml': 3, 'which-first.yaml': 2 }

/** A queue as a scenario: one VM with as many virtual processors as there are cores, and nothing else to do. */
function queue(servers, load, jobs) {
  return {
    name: `M/M/${servers}`,
    run: { warmup: 'auto', measure: `${jobs * JOB_MS} ms`, replications: 1 },
    host: { cores: servers, clock: '1 GHz' },
    arms: { only: { vlan: 'switch-tagging' } },
    vms: {
      queue: {
        count: 1,
        vcpus: servers,
        compute: { rate: `${(load * servers * 1000) / JOB_MS} /s`, cycles: { exponential: JOB_MS * 1e6 } },
      },
    },
  }
}

async function main(args) {
  const at = args.indexOf('--seeds')
  const given = at < 0 ? null : Number(args[at + 1])
  const asked = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1))
  build(() => console.error('offsim: compiling …'))
  const offsim = await modules()
  const files = asked.filter((word) => word.endsWith('.yaml'))
  if (asked.length === 0 || asked.includes('queues')) await queueTable(given ?? 20, offsim)
  if (asked.length === 0 || asked.includes('scenarios')) files.push(...shipped())
  if (files.length > 0) await scenarioTable(files, given, offsim)
}

async function queueTable(seeds, offsim) {
  console.log('| queue | load | run in mean service times | relaxation time | refused | warm-up, median |')
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const [servers, load, jobs] of QUEUES) {
    const text = JSON.stringify(queue(servers, load, jobs))
    const found = await ofSeeds('queue.yaml', () => text, seeds, offsim)
    const relaxation = 1 / (servers * (1 - Math.sqrt(load)) ** 2)
    const warmup = found.median === null ? '' : round(found.median / JOB_MS / 1e6)
    const cells = [`M/M/${servers}`, load, jobs, round(relaxation), `${found.refused} of ${seeds}`, warmup]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

async function scenarioTable(files, given, offsim) {
  console.log('| scenario | run | refused | warm-up, median | pilots, median |')
  console.log('| --- | --- | --- | --- | --- |')
  for (const file of files) {
    const seeds = given ?? SEEDS_OF_SLOW[basename(file)] ?? SEEDS
    const found = await ofSeeds(file, readFileSync, seeds, offsim)
    const warmup = found.median === null ? '' : `${round(found.median / 1e6)} ms`
    const length = `${found.measureNs / 1e6} ms`
    console.log(`| ${basename(file)} | ${length} | ${found.refused} of ${seeds} | ${warmup} | ${found.pilots ?? ''} |`)
  }
}

/** Scenarios with a window; the others have no warm-up. */
function shipped() {
  const files = readdirSync(join(root, 'scenarios')).filter((name) => name.endsWith('.yaml'))
  const paths = files.map((name) => join(root, 'scenarios', name))
  return paths.filter((path) => !/^sweep:|until: idle/m.test(readFileSync(path, 'utf8')))
}

async function ofSeeds(file, read, seeds, { loadScenario, runScenario, openPool, on, TECHNOLOGIES }) {
  const found = []
  const pool = await openPool()
  let measureNs = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const set = ['run.warmup=auto', `seed=${seed}`]
    const scenario = loadScenario(file, { read, technologies: TECHNOLOGIES, set, replications: 1 })
    measureNs = scenario.measureNs
    try {
      const comparison = await runScenario(scenario, TECHNOLOGIES, on(pool))
      found.push(comparison.scenario.warmup)
    } catch (error) {
      if (error.name !== 'WarmupError') throw error
    }
  }
  await pool.close()
  const middle = (values) => (values.length === 0 ? null : values.sort((a, b) => a - b)[values.length >> 1])
  return {
    measureNs,
    refused: seeds - found.length,
    median: middle(found.map(({ warmupNs }) => warmupNs)),
    pilots: middle(found.map(({ pilots }) => pilots)),
  }
}

function round(value) {
  return Number(value.toPrecision(2))
}

async function modules() {
  const files = ['language/scenario', 'runs/run-scenario', 'runs/pool', 'commands/simulating']
  const loaded = await Promise.all(
    [...files, 'models/technologies/index'].map((file) => import(`${root}/dist/${file}.js`)),
  )
  return Object.assign({}, ...loaded)
}

await main(process.argv.slice(2))
