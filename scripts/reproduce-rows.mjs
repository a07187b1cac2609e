// `npm run test:reproduce`: rows of a sweep, run again. A sweep over axes of all kinds, with a plug-in; 200 of its rows at
// random, each the same byte for byte; then costs that are changed, each named: in the scenario, in the plug-in, in the record.
//
//   node scripts/reproduce-rows.mjs [--rows N] [--seed N]
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap, root } from './bootstrap.mjs'
import { build } from './build.mjs'

/** Points of a sample, and rows to draw. A short check does without changed records. */
const WHOLE = { points: 8, rows: 200, seed: 1, isShort: false }

const SCENARIO = `name: again
seed: 5
run: { warmup: 1 ms, measure: 2 ms, replications: 2 }
host: { cores: 4, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms:
  software: { processor: vt-x, nic: emulated, tcp: host-stack }
  hardware: { processor: vt-x-ept, nic: sr-iov, tcp: segmentation-offload }
vms:
  web:
    count: 2
    vcpus: 1
    compute: { rate: 1000 /s, cycles: { exponential: 100e3 } }
    traps: { syscall: 20000 /s }
    packets:
      - { direction: receive, rate: 20000 /s, bytes: 400 }
      - { direction: transmit, rate: 5000 /s, bytes: { lognormal: { mean: 4 kB, cv: 1.5 } } }
costs: { nic.emulated.accessesPerReceive: 4 }
`

/** Handlers and counts; quantities with units; costs; a sample of each kind; points left out. */
const sweepOf = (points) => `scenario: again.yaml
sweep:
  grid: { arms.hardware.nic: [paravirtual, sr-iov, dpu], vms.web.count: [1, 3] }
  zip: { host.cores: [2, 4], host.clock: [3 GHz, 2.93 GHz] }
  latin-hypercube:
    points: ${points}
    seed: 3
    factors:
      costs.processor.vt-x.syscall: { from: 100, to: 3000, scale: log }
      vms.web.packets.0.rate: { from: 5000 /s, to: 30000 /s, scale: log }
  sobol:
    points: ${points / 4}
    seed: 7
    factors:
      vms.web.packets.1.bytes.lognormal.mean: { from: 100 B, to: 8 kB }
      run.measure: { from: 1 ms, to: 3 ms }
      costs.nic.interruptGap: [10000, 50000]
  where: ['vms.web.packets.0.rate <= 25000 /s or host.cores == 4']
`

/**
 * Does the whole check in a folder of its own. Returns what did not go as it should, and says what is done.
 * @param {typeof WHOLE} size
 * @param {(line: string) => void} say
 * @returns {string[]}
 */
export function reproduceRows(size, say = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'offsim-reproduce-'))
  try {
    return new Check(folder, say).run(size)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Check {
  #folder
  #say
  #faults = []

  constructor(folder, say) {
    this.#folder = folder
    this.#say = say
  }

  run({ points, rows, seed, isShort }) {
    this.#write('again.yaml', SCENARIO)
    this.#write('sweep.yaml', sweepOf(points))
    copyFileSync(join(root, 'docs', 'examples', 'nic-dpu.ts'), this.#path('dpu.ts'))
    const made = this.#offsim('sweep', 'sweep.yaml', '--plugin', 'dpu.ts', '--out', 'sweep', '--quiet')
    if (made.code !== 0) return [`the sweep ended with ${made.code}: ${made.stderr}`]
    const lines = this.#read('sweep/results.csv').trimEnd().split('\n').slice(1)
    const chosen = drawn(lines.length, rows, seed).map((row) => ({
      name: `sweep/results.csv#${row + 1}`,
      line: lines[row],
    }))
    const names = chosen.map(({ name }) => name)
    this.#allTheSame(names, lines.length)

    const ofNic = chosen.filter(({ line }) => /,nic,/.test(line)).map(({ name }) => name)
    const some = ofNic.slice(0, Math.ceil(rows / 40))
    const scenario = this.#read('again.yaml')
    this.#write('again.yaml', scenario.replace('accessesPerReceive: 4', 'accessesPerReceive: 6'))
    this.#named('a cost of the scenario', some, 'costs.nic.emulated.accessesPerReceive: 4, now 6')
    this.#write('again.yaml', scenario)

    const plugin = this.#read('dpu.ts')
    this.#write('dpu.ts', plugin.replace('value: 20_000', 'value: 30_000'))
    this.#named('a plug-in that has changed', some, 'plug-in dpu.ts: has changed (SHA-256')
    this.#write('dpu.ts', plugin)
    if (isShort) return this.#faults

    const record = JSON.parse(this.#read('sweep/results.csv.json'))
    const [cost, before] = Object.entries(record.costs).find(([name]) => name.startsWith('nic.'))
    this.#write('sweep/results.csv.json', JSON.stringify({ ...record, costs: { ...record.costs, [cost]: before + 1 } }))
    this.#named('a cost that was shipped then', some, `cost ${cost}: ${before + 1} then, ${before} now`)
    this.#write('sweep/results.csv.json', JSON.stringify(record))

    const changed = { ...record.scenario, costs: { 'nic.emulated.accessesPerReceive': 5 } }
    this.#write('sweep/results.csv.json', JSON.stringify({ ...record, scenario: changed }))
    this.#named('a cost of the record', some, 'costs.nic.emulated.accessesPerReceive: 5, now 4')
    return this.#faults
  }

  #allTheSame(names, all) {
    const { code, stdout, stderr } = this.#offsim('reproduce', '--plugin', 'dpu.ts', ...names)
    const same = stdout.split('\n').filter((line) => /: the same, byte for byte \(id/.test(line)).length
    const isRight = code === 0 && same === names.length && stderr === ''
    this.#tell(isRight, `${same} of ${names.length} rows, of ${all}, are the same byte for byte`, stderr)
  }

  #named(what, names, text) {
    const { code, stderr } = this.#offsim('reproduce', '--plugin', 'dpu.ts', '--workers', '1', ...names)
    const named = stderr.split('\n').filter((line) => line.includes(text)).length
    this.#tell(code === 1 && named === names.length, `${what} is named for ${named} of ${names.length} rows`, stderr)
  }

  #tell(isRight, text, details) {
    this.#say(`${isRight ? 'ok    ' : 'FAILED'} ${text}`)
    if (!isRight) this.#faults.push(`${text}\n${details}`)
  }

  #offsim(...args) {
    const options = { cwd: this.#folder, encoding: 'utf8', maxBuffer: 1 << 28 }
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'offsim'), ...args], options)
    return { code: status, stdout, stderr }
  }

  #path(name) {
    return join(this.#folder, name)
  }

  #read(name) {
    return readFileSync(this.#path(name), 'utf8')
  }

  #write(name, text) {
    writeFileSync(this.#path(name), text)
  }
}

/** So many different numbers below `all`, in random order. */
function drawn(all, count, seed) {
  const numbers = Array.from({ length: all }, (_, i) => i)
  let state = seed
  for (let i = 0; i < Math.min(count, all); i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const j = i + Math.floor((state / 2 ** 32) * (all - i))
    ;[numbers[i], numbers[j]] = [numbers[j], numbers[i]]
  }
  return numbers.slice(0, count)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`)
    return at < 0 ? otherwise : Number(process.argv[at + 1])
  }
  bootstrap()
  build()
  const asked = { ...WHOLE, rows: option('rows', WHOLE.rows), seed: option('seed', WHOLE.seed) }
  const faults = reproduceRows(asked, (line) => console.log(line))
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
