// How fast the engine is, as a share of C++ programs of the same work (bench/peers/engine.cpp). The two run in turn, since
// the speed of a machine drifts; a line is the median of the ratios of at least seven pairs, with their extent.
//   npm run bench:ratio [-- PAIRS]
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const peer = here('peers/bin/engine')
const pairs = Number(process.argv[2] ?? 7)
if (!(Number.isInteger(pairs) && pairs >= 7)) {
  console.error(`usage: ratio [PAIRS], a whole number from 7, not ${process.argv[2]}`)
  process.exit(2)
}

const hold = (pending, holds, delays) => ({
  name: `hold, ${pending.toLocaleString('en')} pending, ${delays}`,
  ours: ['hold', '--pending', pending, '--holds', holds, '--delays', delays],
  theirs: ['hold', pending, holds, delays],
})
const contests = [
  { name: 'mm1', ours: ['mm1', '--customers', 2_000_000], theirs: ['mm1', 2_000_000] },
  hold(100, 3_000_000, 'exponential'),
  hold(10_000, 3_000_000, 'exponential'),
  hold(10_000, 3_000_000, 'heavy'),
  hold(10_000, 3_000_000, 'periodic'),
  hold(100_000, 3_000_000, 'exponential'),
]

const output = (program, argv) => execFileSync(program, argv.map(String), { encoding: 'utf8' })
const ourRate = (argv) => Object.values(JSON.parse(output(process.execPath, [here('bench.mjs'), ...argv, '--json'])))[0]
const theirRate = (argv) => Number(output(peer, argv).split(' ')[0])
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]
const millions = (rate) => (rate / 1e6).toFixed(2)

mkdirSync(here('peers/bin'), { recursive: true })
execFileSync('g++', ['-O3', '-march=native', '-std=c++20', here('peers/engine.cpp'), '-o', peer], { stdio: 'inherit' })
for (const { name, ours, theirs } of contests) {
  const runs = Array.from({ length: pairs }, () => ({ our: ourRate(ours), their: theirRate(theirs) }))
  const ratios = runs.map(({ our, their }) => our / their)
  const extent = `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`
  const rates = `${millions(median(runs.map((run) => run.our)))} against ${millions(median(runs.map((run) => run.their)))} M/s`
  console.log(`${name}: ${median(ratios).toFixed(2)} (${extent}), ${rates}, ${pairs} pairs`)
}
