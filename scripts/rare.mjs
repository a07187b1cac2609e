// `npm run rare-table`: what is said of work that is seen rarely. Poisson traps of known prices, so few of them that most
// replications hold hardly any; how often the interval misses the truth, or the answer is undecided, and how often a precision
// is said to be reached that is not there. Prints the table of docs/STATISTICS.md. Meta-run m has seed m.
//
//   node scripts/rare.mjs [--meta-runs N]
import { fileURLToPath } from 'node:url'
import { root } from './bootstrap.mjs'
import { build } from './build.mjs'

/** Items a replication. */
export const RATES = [0.5, 2, 10]
const REPLICATIONS = [5, 20]
const SHARE = 0.2
const MOST = 40
/** Cycles that a trap saves. */
const SAVED = 2000

/** Shares of so many meta-runs: undecided, decided and wrong, by replications; a precision that was reached and is not there. */
export function rareRuns(items, metaRuns, { loadScenario, runReplication, compare, isPrecise, looks, TECHNOLOGIES }) {
  const found = { undecided: REPLICATIONS.map(() => 0), wrong: REPLICATIONS.map(() => 0), reached: 0, isFalse: 0 }
  const truth = items * SAVED
  for (let seed = 1; seed <= metaRuns; seed++) {
    const scenario = loadScenario('rare.yaml', {
      read: () => JSON.stringify(written(items)),
      technologies: TECHNOLOGIES,
      seed,
    })
    const tallies = new Map(Object.keys(scenario.arms).map((arm) => [arm, []]))
    const totalAfter = (replications) => {
      for (const [arm, list] of tallies)
        while (list.length < replications) list.push(runReplication(scenario, arm, list.length, TECHNOLOGIES))
      const prefix = new Map([...tallies].map(([arm, list]) => [arm, list.slice(0, replications)]))
      const comparison = compare(scenario, TECHNOLOGIES, prefix)
      const { savedS, lowS, highS } = comparison.rows.find(({ technology }) => technology === 'total')
      const cycles = (seconds) => (seconds === null ? null : seconds * scenario.host.clockHz)
      return { comparison, saved: cycles(savedS), low: cycles(lowS), high: cycles(highS) }
    }
    REPLICATIONS.forEach((replications, i) => {
      const { low, high } = totalAfter(replications)
      if (low === null) found.undecided[i]++
      else if (truth < low || truth > high) found.wrong[i]++
    })
    for (const look of looks(scenario.precision)) {
      const { comparison, saved } = totalAfter(look)
      if (!isPrecise(comparison, SHARE)) continue
      found.reached++
      if (Math.abs(saved - truth) > SHARE * truth) found.isFalse++
      break
    }
  }
  const share = (count) => count / metaRuns
  return {
    fixed: REPLICATIONS.map((replications, i) => {
      return { replications, undecided: share(found.undecided[i]), wrong: share(found.wrong[i]) }
    }),
    reached: share(found.reached),
    isFalse: share(found.isFalse),
  }
}

function written(items) {
  return {
    name: 'rare',
    run: { warmup: '0 s', measure: '10 ms', precision: `${100 * SHARE} %`, max_replications: MOST },
    host: { cores: 2, clock: '1 GHz' },
    arms: { software: { processor: 'binary-translation' }, hardware: { processor: 'vt-x' } },
    costs: { 'processor.binary-translation.syscall': 1000 + SAVED, 'processor.vt-x.syscall': 1000 },
    vms: { vm: { count: 1, vcpus: 1, traps: { syscall: `${100 * items} /s` } } },
  }
}

async function main(args) {
  const at = args.indexOf('--meta-runs')
  const metaRuns = at < 0 ? 1000 : Number(args[at + 1])
  if (!process.env['OFFSIM_DIST']) build(() => console.error('offsim: compiling …'))
  const dist = process.env['OFFSIM_DIST'] ?? `${root}/dist`
  const files = ['language/scenario', 'runs/replication', 'answers/comparison', 'answers/precision']
  const loaded = await Promise.all([...files, 'models/technologies/index'].map((file) => import(`${dist}/${file}.js`)))
  const offsim = Object.assign({}, ...loaded)
  const percent = (share) => `${(100 * share).toFixed(1)} %`
  console.log(
    '| items a replication | replications | undecided | decided, and the truth is outside | precision: false |',
  )
  console.log('| --- | --- | --- | --- | --- |')
  for (const items of RATES) {
    const { fixed, isFalse } = rareRuns(items, metaRuns, offsim)
    fixed.forEach(({ replications, undecided, wrong }, i) => {
      console.log(
        `| ${items} | ${replications} | ${percent(undecided)} | ${percent(wrong)} | ${i === 0 ? percent(isFalse) : ''} |`,
      )
    })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main(process.argv.slice(2))
