// What a sweep costs beyond its simulation. `sweep`: how well one process with two threads uses two cores, against two
// processes that have a core each and know nothing of one another. `rows`: time and memory of very many tiny points.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const ROWS_PER_POINT = 3
const MB = 2 ** 20

/**
 * Windows of bench/sweep.yaml, by what a unit takes: 1, 5 and 45 ms. Those of the shipped scenarios take 14 ms to 2 s, half
 * of them over 60.
 */
export const UNITS = { tiny: '1 ms', short: '60 ms', usual: '600 ms' }

/**
 * Pairs of: one process with two workers; two processes at once with one worker each, the whole sweep in each. Which of the
 * two is first alternates. The result is the median of the ratios of their points per second.
 */
export async function sweepRatio(pairs, unit) {
  return inFolder(async (folder) => {
    const scenario = join(folder, 'sweep.yaml')
    writeFileSync(
      scenario,
      readFileSync(here('sweep.yaml'), 'utf8').replace('measure: 50 ms', `measure: ${UNITS[unit]}`),
    )
    const seconds = async (workers, processes) => {
      const folders = Array.from({ length: processes }, () => mkdtempSync(join(folder, 'out-')))
      const start = performance.now()
      await Promise.all(folders.map((out) => offsim('sweep', scenario, '--out', out, '--workers', workers)))
      const end = performance.now()
      for (const out of folders) rmSync(out, { recursive: true })
      return (end - start) / 1000
    }
    const runs = []
    for (let pair = 0; pair < pairs; pair++) {
      const threads = pair % 2 === 0 ? await seconds(2, 1) : null
      const processes = await seconds(1, 2)
      runs.push({ threads: threads ?? (await seconds(2, 1)), processes })
    }
    const ratios = runs.map(({ threads, processes }) => processes / 2 / threads).sort((a, b) => a - b)
    return {
      ratio: median(ratios),
      lowest: ratios[0],
      highest: ratios.at(-1),
      pairs,
      two_workers_s: median(runs.map(({ threads }) => threads)),
      two_processes_s: median(runs.map(({ processes }) => processes)),
    }
  })
}

/** A sweep of tiny points to this many rows, and the same rows merged from what it stored. */
export async function manyRows(rows, workers) {
  return inFolder(async (folder) => {
    const scenario = join(folder, 'rows.yaml')
    const points = Math.ceil(rows / ROWS_PER_POINT)
    writeFileSync(scenario, readFileSync(here('rows.yaml'), 'utf8').replace('points: 1\n', `points: ${points}\n`))
    const out = join(folder, 'out')
    const file = (name) => join(folder, name)
    const swept = await offsim(
      'sweep',
      scenario,
      '--out',
      out,
      '--workers',
      workers,
      '--parquet',
      file('swept.parquet'),
    )
    const merged = await offsim('merge', out, '--csv', file('merged.csv'), '--parquet', file('merged.parquet'))
    const sums = await Promise.all([join(out, 'results.csv'), file('merged.csv')].map(sha256))
    const parquetSums = await Promise.all([file('swept.parquet'), file('merged.parquet')].map(sha256))
    if (sums[0] !== sums[1] || parquetSums[0] !== parquetSums[1]) throw new Error('merged rows differ from swept ones')
    return {
      rows: points * ROWS_PER_POINT,
      sweep_s: swept.seconds,
      sweep_max_rss_mb: swept.maxRssMb,
      merge_s: merged.seconds,
      merge_max_rss_mb: merged.maxRssMb,
      csv_mb: statSync(file('merged.csv')).size / MB,
    }
  })
}

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'offsim-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs the command; how long it took, and the largest resident set of the process with all its threads. */
function offsim(...args) {
  const start = performance.now()
  const argv = ['--import', here('max-rss.mjs'), here('../bin/offsim'), ...args.map(String), '--quiet']
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] })
  let told = ''
  child.stdio[3].on('data', (text) => (told += text))
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`offsim ${args.join(' ')}: exit code ${code}`))
      resolve({ seconds: (performance.now() - start) / 1000, maxRssMb: Number(told) / 1024 })
    })
  })
}

async function sha256(file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
