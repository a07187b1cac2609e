// `npm run doubt-check -- [SCENARIO …]`: whether what `run` says of prices is so. Each scenario is run as it stands, and again, whole,
// at 256 points of a Sobol' sequence over the same ranges, under the same luck: the ends of both ranges must agree within a tenth of
// the range. Takes minutes; `npm test` has a fast version with scenarios of its own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'
import { build } from './build.mjs'

const POINTS = 256
const TOLERANCE = 0.1
const DEFAULT = ['vdi-host', 'iommu-protection', 'vpn-gateway', 'receiver']
/** What would take an hour as it stands is measured for less long, on both sides. */
const SHORTER = { 'vdi-host': ['run.measure=1 s'] }

build(() => console.error('offsim: compiling …'))
const of = (path) => import(`../dist/${path}.js`)
const { loadScenario } = await of('language/scenario')
const { TECHNOLOGIES } = await of('models/technologies/index')
const { withPriceDoubt } = await of('runs/doubting')
const { runScenario } = await of('runs/run-scenario')
const { openPool } = await of('runs/pool')
const { on } = await of('commands/simulating')
const { directions, sobolCoordinate } = await of('points/sobol')

const pool = await openPool({ technologies: TECHNOLOGIES })
const simulate = on(pool)
let worst = 0
for (const name of process.argv.length > 2 ? process.argv.slice(2) : DEFAULT)
  worst = Math.max(worst, await checked(name))
await pool.close()
process.exit(worst <= TOLERANCE ? 0 : 1)

/** Prints a scenario's ranges beside those of the sweep, and gives the largest difference of ends as a share of the sweep's range. */
async function checked(name) {
  const read = (path) => readFileSync(path)
  const whole = loadScenario(join(root, 'scenarios', `${name}.yaml`), {
    ...{ read, technologies: TECHNOLOGIES, set: SHORTER[name] },
  })
  // One replication is the same luck for both sides, and takes a fifth of the time.
  const scenario = { ...whole, replications: 1, precision: null }
  const comparison = await withPriceDoubt(await runScenario(scenario, TECHNOLOGIES, simulate), simulate)
  const { prices, rows, again } = comparison.priceDoubt
  const swept = await sweep(comparison, prices)
  const percent = Math.round((100 * again.events) / again.ofEvents)
  console.log(`\n${name}: ${prices.length} prices, ${again.runs} short runs, ${percent} % of the run's events`)
  return Math.max(...rows.map((row, i) => differenceOf(row, swept[i], comparison)))
}

/** What every row comes to at the points of the sequence. */
async function sweep({ scenario, arms }, prices) {
  // Digits are shifted, so that the first point does not lie in a corner.
  const columns = prices.map((_, i) => ({ v: directions(i), shift: Math.imul(i + 1, 0x9e3779b9) >>> 0 }))
  const values = []
  for (let point = 0; point < POINTS; point++) {
    const at = ({ v, shift }) => sobolCoordinate(v, point, shift)
    const costs = Object.fromEntries(prices.map((price, i) => [price.name, valueAt(price, at(columns[i]))]))
    const there = { ...scenario, costs: { ...scenario.costs, ...costs } }
    const comparison = await runScenario(there, TECHNOLOGIES, simulate)
    values.push(comparison.rows.map(({ savedS, armS }) => (arms.length > 1 ? savedS : armS)))
    if (process.stderr.isTTY) process.stderr.write(`\r${point + 1} of ${POINTS} points`)
  }
  return values[0].map((_, row) => values.map((all) => all[row]).sort((a, b) => a - b))
}

function valueAt({ low, high, isWhole }, share) {
  return isWhole ? low + Math.floor(share * (high - low + 1)) : low + share * (high - low)
}

/** Rows that carry less than a hundredth of what the whole saves say nothing. */
function differenceOf({ arm, technology, lowS, highS, price }, sorted, { windowS }) {
  const [low, high] = [0.025, 0.975].map((share) => {
    const place = share * (sorted.length - 1)
    const below = Math.floor(place)
    return sorted[below] + (place - below) * (sorted[Math.min(sorted.length - 1, below + 1)] - sorted[below])
  })
  const isSum = technology === 'total' || technology === 'host'
  const difference = Math.max(Math.abs(lowS - low), Math.abs(highS - high)) / (high - low || 1)
  const shown = [lowS, highS, low, high].map((value) => (value / (windowS ?? 1)).toFixed(4))
  const text = `${shown[0]} to ${shown[1]}, swept ${shown[2]} to ${shown[3]}: ${(100 * difference).toFixed(1)} %`
  console.log(`  ${arm} ${technology}: ${text}${price === null ? '' : ` (${price})`}`)
  return isSum ? difference : 0
}
