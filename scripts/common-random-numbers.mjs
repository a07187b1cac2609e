// `npm run common-random-numbers`: what it is worth that all arms see the same work. Prints the table of docs/STATISTICS.md:
// the variance of what a row saves between paired replications, beside that of replications with seeds of their own.
//
//   node scripts/common-random-numbers.mjs [--replications N] [SCENARIO …]
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './bootstrap.mjs'
import { build } from './build.mjs'

/** Two arms that do the same work at prices of which one is `ratio` times the other. */
const pair = (ratio) => ({
  name: `prices 1 : ${ratio}`,
  run: { warmup: '0 ns', measure: '50 ms' },
  host: { cores: 1, clock: '1 GHz' },
  arms: { software: { processor: 'binary-translation' }, hardware: { processor: 'vt-x' } },
  vms: { vm: { count: 1, vcpus: 1, traps: { syscall: '2000 /s' } } },
  costs: { 'processor.binary-translation.syscall': 4000, 'processor.vt-x.syscall': 4000 * ratio },
})

const RATIOS = [0.5, 0.7, 0.9]

async function main(args) {
  const at = args.indexOf('--replications')
  const given = at < 0 ? null : Number(args[at + 1])
  const files = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1))
  if (!process.env['OFFSIM_DIST']) build(() => console.error('offsim: compiling …'))
  const offsim = await modules()
  console.log('| scenario | row | variance is lower by | expected |')
  console.log('| --- | --- | --- | --- |')
  for (const ratio of RATIOS) {
    const text = JSON.stringify(pair(ratio))
    const [factor] = factors('pair.yaml', () => text, ['total'], given ?? 4000, offsim)
    const expected = (1 + ratio * ratio) / ((1 - ratio) * (1 - ratio))
    console.log(`| prices 1 : ${ratio} | total | ${factor.toFixed(1)} | ${expected.toFixed(1)} |`)
  }
  for (const file of files.length > 0 ? files : [join(root, 'scenarios', 'vdi-host.yaml')]) {
    const rows = ['host', 'total']
    factors(file, readFileSync, rows, given ?? 30, offsim).forEach((factor, i) => {
      console.log(
        `| ${file.split('/').at(-1)} | ${rows[i]} | ${factor.toFixed(1)} | ${rows[i] === 'host' ? 'at least 5' : ''} |`,
      )
    })
  }
}

/** For each row: the variance of a difference with independent seeds ÷ that with common ones, of the first other arm. */
function factors(
  file,
  read,
  rows,
  replications,
  { loadScenario, runReplication, compare, countedCycles, chargedTo, TECHNOLOGIES },
) {
  const scenario = loadScenario(file, { read, technologies: TECHNOLOGIES })
  const other = loadScenario(file, { read, technologies: TECHNOLOGIES, seed: scenario.seed + 1 })
  const arm = Object.keys(scenario.arms).find((name) => name !== scenario.baseline)
  const run = (one, name) => Array.from({ length: replications }, (_, i) => runReplication(one, name, i, TECHNOLOGIES))
  const only = {
    ...scenario,
    arms: { [scenario.baseline]: scenario.arms[scenario.baseline], [arm]: scenario.arms[arm] },
  }
  const cycles = (tallies, row) => {
    const comparison = compare(only, TECHNOLOGIES, tallies)
    const found = comparison.arms.find(({ name }) => name === arm)
    return [countedCycles(comparison.baseline, chargedTo(row)), countedCycles(found, chargedTo(row))]
  }
  const common = new Map([scenario.baseline, arm].map((name) => [name, run(only, name)]))
  const independent = new Map([scenario.baseline, arm].map((name) => [name, run({ ...only, seed: other.seed }, name)]))
  return rows.map((row) => {
    const [baseline, paired] = cycles(common, row)
    const [, alone] = cycles(independent, row)
    return (
      variance(baseline.map((value, i) => value - alone[i])) / variance(baseline.map((value, i) => value - paired[i]))
    )
  })
}

function variance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

async function modules() {
  const dist = process.env['OFFSIM_DIST'] ?? `${root}/dist`
  const files = ['language/scenario', 'runs/replication', 'answers/comparison', 'answers/arm-result', 'answers/rows']
  const loaded = await Promise.all([...files, 'models/technologies/index'].map((file) => import(`${dist}/${file}.js`)))
  return Object.assign({}, ...loaded)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
