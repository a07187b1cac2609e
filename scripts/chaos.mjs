// `npm run test:chaos`: one sweep in every way it may go, and one SHA-256 for its rows.
// One worker, two, shuffled, three processes on one folder, a disk that runs full, and killed again and again with
// SIGKILL at random moments, most of them while a result was being written. Then a second sweep, in which results decide how
// much is simulated. --short: fewer kills. --seed N: other moments.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootstrap, root } from './bootstrap.mjs'
import { build } from './build.mjs'

const isShort = process.argv.includes('--short')
const KILLS = { all: isShort ? 5 : 20, inWrites: isShort ? 2 : 10 }
const KILLS_PRECISE = { all: isShort ? 2 : 8, inWrites: isShort ? 1 : 4 }

let moment = Number(process.argv[process.argv.indexOf('--seed') + 1]) || 1
bootstrap()
build()
const chaos = mkdtempSync(join(tmpdir(), 'offsim-chaos-'))
let failed = false
/** What is swept, the folder for all that comes of it, and the exit code of a sweep that ran to its end. */
let scenario
let work
let endsWith
try {
  begin('chaos', 0)
  const expected = await whole('1 worker', 'one', ['--workers', '1'])
  same(expected, await whole('2 workers', 'two', ['--workers', '2']))
  same(expected, await whole('shuffled order', 'shuffled', ['--workers', '2', '--shuffle']))
  same(expected, await threeProcesses())
  same(expected, await fullDisk())
  same(expected, await killed(KILLS))

  // Two of its four points do not reach their precision, which is told by the exit code.
  begin('chaos-precise', 1)
  const precise = await whole('1 worker', 'one', ['--workers', '1'])
  same(precise, await whole('2 workers, shuffled order', 'shuffled', ['--workers', '2', '--shuffle']))
  same(precise, await threeProcesses())
  same(precise, await killed(KILLS_PRECISE))
} finally {
  rmSync(chaos, { recursive: true, force: true })
}
console.log(failed ? 'FAILED' : `ok     one SHA-256 for the rows, however they came about`)
process.exitCode = failed ? 1 : 0

function begin(name, code) {
  endsWith = code
  scenario = join(root, 'scripts', `${name}.yaml`)
  work = join(chaos, name)
  mkdirSync(work)
  console.log(`       ${name}.yaml`)
}

function start(folder, args = [], env = {}) {
  const torn = Object.keys(env).length > 0 ? ['--import', join(root, 'scripts', 'torn-writes.mjs')] : []
  const files = ['--out', join(work, folder), '--parquet', join(work, `${folder}.parquet`)]
  const rest = ['sweep', scenario, ...files, '--quiet', ...args]
  const options = { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } }
  const child = spawn(process.execPath, [...torn, join(root, 'bin', 'offsim'), ...rest], options)
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stderr })))
  return { child, ended }
}

async function finished(folder, args) {
  const { code, stderr } = await start(folder, args).ended
  if (code !== endsWith) throw new Error(`sweep ended with ${code}: ${stderr}`)
}

async function whole(what, folder, args) {
  await finished(folder, args)
  return sums(what, folder)
}

async function threeProcesses() {
  await Promise.all([1, 2, 3].map(() => finished('three', ['--workers', '1'])))
  const done = unitsIn('three').map(({ lines }) => lines)
  const keys = unitsIn('three').flatMap(({ keys }) => keys)
  check(done.length === 3, `three processes: each did some of the units (${done.join(', ')})`)
  check(new Set(keys).size === keys.length, `three processes: none of ${keys.length} units was done twice`)
  return sums('three processes on one folder', 'three')
}

async function fullDisk() {
  const { code, stderr } = await start('full', ['--workers', '2'], { OFFSIM_FULL_AFTER: '100000' }).ended
  check(
    code === 2 && /no space left/.test(stderr) && stderr.trim().split('\n').length === 1,
    `full disk: ${stderr.trim()}`,
  )
  const kept = unitsIn('full').flatMap(({ keys }) => keys).length
  await finished('full', ['--workers', '2'])
  const keys = unitsIn('full').flatMap(({ keys }) => keys)
  check(kept > 0 && new Set(keys).size === keys.length, `full disk: ${kept} units were kept, and none was done again`)
  return sums('full disk, then continued', 'full')
}

async function killed({ all, inWrites: ofThemInWrites }) {
  let kills = 0
  let inWrites = 0
  const isEnough = () => kills >= all && inWrites >= ofThemInWrites
  for (let round = 0; !isEnough(); round++) {
    const folder = `killed-${round}`
    while (!existsSync(join(work, folder, 'results.csv')) && !isEnough()) {
      const tornBefore = tornIn(folder)
      const { child, ended } = start(folder, ['--workers', '2'], { OFFSIM_TORN_MS: '60' })
      await randomMoment(child, folder)
      child.kill('SIGKILL')
      const { signal } = await ended
      if (signal !== 'SIGKILL') continue
      kills++
      if (tornIn(folder) > tornBefore) inWrites++
    }
    await finished(folder, ['--workers', '2'])
    const keys = unitsIn(folder).flatMap((segment) => segment.keys)
    check(new Set(keys).size === keys.length, `killed: none of ${keys.length} finished units was done again`)
    if (isEnough()) {
      return sums(`killed ${kills} times, ${inWrites} of them while a result was being written`, folder)
    }
    sums(`killed ${kills} times so far, and continued`, folder)
  }
}

/** One time out of five somewhere in its start, otherwise somewhere after its first result. */
async function randomMoment(child, folder) {
  const own = () => unitsIn(folder).some(({ name }) => name.startsWith(`${child.pid}-`))
  const start = performance.now()
  const isEarly = chance() < 0.2
  if (!isEarly) while (!own() && child.exitCode === null && performance.now() - start < 20_000) await sleep(5)
  await sleep(1500 * chance())
}

/** Complete lines of each segment, and whether its last one is torn. */
function unitsIn(folder) {
  const units = join(work, folder, 'units')
  if (!existsSync(units)) return []
  return readdirSync(units).map((name) => {
    const lines = readFileSync(join(units, name), 'latin1').split('\n')
    const isTorn = lines.pop() !== ''
    return { name, lines: lines.length, keys: lines.map((line) => line.slice(0, 64)), isTorn }
  })
}

function tornIn(folder) {
  return unitsIn(folder).filter(({ isTorn }) => isTorn).length
}

function sums(what, folder) {
  const sha = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')
  const found = { csv: sha(join(work, folder, 'results.csv')), parquet: sha(join(work, `${folder}.parquet`)) }
  if (what !== '') console.log(`       ${what}\n         csv     ${found.csv}\n         parquet ${found.parquet}`)
  return found
}

function same(expected, found) {
  check(expected.csv === found.csv && expected.parquet === found.parquet, 'the same bytes')
}

function check(holds, what) {
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${what}`)
  if (!holds) failed = true
}

/** A number from 0 to 1 from the seed: the moments can be had again, as far as the machine allows. */
function chance() {
  moment = (Math.imul(moment, 1664525) + 1013904223) >>> 0
  return moment / 2 ** 32
}
