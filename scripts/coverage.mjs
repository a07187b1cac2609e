// `npm run coverage-table`: how often the 95 % interval of what is saved holds the truth. Prints the table of
// docs/STATISTICS.md. Seeds are fixed: meta-run m of a system has seed m. Takes minutes.
//
//   node scripts/coverage.mjs [SYSTEM …] [--meta-runs N]
import { fileURLToPath } from 'node:url'
import { root } from './bootstrap.mjs'
import { build } from './build.mjs'

const FIXED = [5, 10, 30]

const HOST = { cores: 4, clock: '1 GHz', nic: { rate: '10 Gbit/s' } }
const PROCESSORS = { software: { processor: 'binary-translation' }, hardware: { processor: 'vt-x' } }

/** Systems whose saving is known in cycles per replication. */
export const SYSTEMS = {
  // Poisson traps of fixed prices: saved = count × difference, nearly normal.
  traps: {
    arms: PROCESSORS,
    costs: { 'processor.binary-translation.syscall': 3000, 'processor.vt-x.syscall': 1000 },
    vms: { vm: { count: 1, vcpus: 1, traps: { syscall: '1000 /s' } } },
    measure: '50 ms',
    precision: '6 %',
    truth: 50 * 2000,
  },
  // Poisson jobs of lognormal length, slowed by the monitor: skewness of a replication's saving 0.8.
  jobs: {
    arms: PROCESSORS,
    costs: { 'processor.binary-translation.guestWork': 0.1, 'processor.vt-x.guestWork': 0.04 },
    vms: { vm: { count: 1, vcpus: 4, compute: { rate: '100 /s', cycles: { lognormal: { mean: 1e6, cv: 1.5 } } } } },
    measure: '500 ms',
    precision: '10 %',
    truth: 50 * 1e6 * 0.06,
  },
  // The same with few jobs of very different length: skewness 4.5, where no method of this kind holds its level.
  'few jobs': {
    arms: PROCESSORS,
    costs: { 'processor.binary-translation.guestWork': 0.1, 'processor.vt-x.guestWork': 0.04 },
    vms: { vm: { count: 1, vcpus: 4, compute: { rate: '100 /s', cycles: { lognormal: { mean: 1e5, cv: 3 } } } } },
    measure: '500 ms',
    precision: '20 %',
    truth: 50 * 1e5 * 0.06,
    metaRuns: 500,
  },
  // Packets with moderated interrupts: what the offered work leaves unexplained. Truth: the mean of all replications.
  packets: {
    arms: {
      software: { processor: 'vt-x-ept', nic: 'paravirtual', tcp: 'host-stack' },
      hardware: { processor: 'vt-x-ept', nic: 'sr-iov', tcp: 'segmentation-offload' },
    },
    costs: {},
    vms: {
      vm: {
        count: 1,
        vcpus: 1,
        packets: [{ direction: 'receive', rate: '10000 /s', bytes: { lognormal: { mean: 3000, cv: 1 } } }],
      },
    },
    measure: '10 ms',
    precision: '12 %',
    truth: null,
    metaRuns: 1000,
  },
}

async function main(args) {
  const at = args.indexOf('--meta-runs')
  const given = at < 0 ? null : Number(args[at + 1])
  const chosen = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1))
  if (!process.env['OFFSIM_DIST']) build(() => console.error('offsim: compiling …'))
  const offsim = await modules()
  console.log('| system | replications | 95 % interval holds the truth | with control variate |')
  console.log('| --- | --- | --- | --- |')
  for (const name of chosen.length > 0 ? chosen : Object.keys(SYSTEMS))
    report(name, measured(SYSTEMS[name], given ?? SYSTEMS[name].metaRuns ?? 2000, offsim))
}

/** For each meta-run, the intervals of the saved total after 5, 10 and 30 replications, and at the end of a sequential run. */
function measured(
  system,
  metaRuns,
  { loadScenario, runReplication, compare, isPrecise, looks, controlledSaving, TECHNOLOGIES },
) {
  const load = (seed) =>
    loadScenario('coverage.yaml', {
      read: () => JSON.stringify(written(system)),
      technologies: TECHNOLOGIES,
      seed,
    })
  const found = { fixed: FIXED.map(() => []), sequential: [], savings: [] }
  for (let seed = 1; seed <= metaRuns; seed++) {
    const scenario = load(seed)
    const tallies = new Map(Object.keys(scenario.arms).map((arm) => [arm, []]))
    const after = (replications) => {
      for (const [arm, list] of tallies) {
        for (let next = list.length; next < replications; next++)
          list.push(runReplication(scenario, arm, next, TECHNOLOGIES))
      }
      const prefix = new Map([...tallies].map(([arm, list]) => [arm, list.slice(0, replications)]))
      return compare(scenario, TECHNOLOGIES, prefix)
    }
    const intervalOf = (comparison) => {
      const { savedS, lowS, highS } = comparison.rows.find(({ technology }) => technology === 'total')
      const { clockHz } = scenario.host
      const arm = comparison.arms.find((candidate) => candidate !== comparison.baseline)
      const controlled = controlledSaving(comparison, arm, 'total')
      return {
        replications: comparison.replications,
        saved: savedS * clockHz,
        low: lowS * clockHz,
        high: highS * clockHz,
        controlled,
      }
    }
    FIXED.forEach((replications, i) => found.fixed[i].push(intervalOf(after(replications))))
    for (const look of looks(scenario.precision)) {
      const comparison = after(look)
      if (look < scenario.precision.maxReplications && !isPrecise(comparison, scenario.precision.share)) continue
      found.sequential.push(intervalOf(comparison))
      break
    }
  }
  const thirty = found.fixed[2]
  const truth = system.truth ?? thirty.reduce((sum, { saved }) => sum + saved, 0) / thirty.length
  return { ...found, truth, metaRuns, precision: system.precision }
}

function report(name, { fixed, sequential, truth, metaRuns, precision }) {
  const holds = ({ low, high }) => low <= truth && truth <= high
  const share = (intervals) => `${((100 * intervals.filter(holds).length) / intervals.length).toFixed(1)} %`
  const line = (what, intervals) => {
    const controlled = intervals.map((interval) => interval.controlled).filter((interval) => interval !== null)
    const gains = controlled.map(({ gain }) => gain).sort((a, b) => a - b)
    // Where the offered work explains everything the interval has no width, and only rounding would be tested.
    const explained = gains.length === 0 || !(gains[gains.length >> 1] < 1e6)
    const gain = explained ? 'exact' : `${share(controlled)}, gain ${gains[gains.length >> 1].toFixed(1)}`
    console.log(`| ${name} | ${what} | ${share(intervals)} | ${gain} |`)
  }
  FIXED.forEach((replications, i) => line(String(replications), fixed[i]))
  const mean = sequential.reduce((sum, { replications }) => sum + replications, 0) / metaRuns
  line(`±${precision}, ${mean.toFixed(0)} on average`, sequential)
}

/** The scenario of a system, as a file says it. */
export function written({ arms, costs, vms, measure, precision }) {
  return { name: 'coverage', run: { warmup: '5 ms', measure, precision }, host: HOST, arms, vms, costs }
}

async function modules() {
  const dist = process.env['OFFSIM_DIST'] ?? `${root}/dist`
  const answers = ['comparison', 'precision', 'control-variate'].map((file) => `answers/${file}`)
  const files = ['language/scenario', 'runs/replication', ...answers]
  const loaded = await Promise.all([...files, 'models/technologies/index'].map((file) => import(`${dist}/${file}.js`)))
  return Object.assign({}, ...loaded)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
