// `npm run test:slurm`: a sweep on a real Slurm of two nodes on this machine, one of which is killed in the middle; its rows
// must be those of a local run. Installs Slurm with apt where it is missing; needs root and Debian or Ubuntu.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootstrap, root } from './bootstrap.mjs'
import { build } from './build.mjs'

const NODES = ['n1', 'n2']
const CHUNKS = 8

bootstrap()
build()
install()
// Short: sockets have short names.
const work = mkdtempSync('/tmp/offsim-')
const state = join(work, 's')
const env = { ...process.env, SLURM_CONF: join(state, 'slurm.conf'), SLURM_TEST_SLURMD_TIMEOUT: '8' }
const scenario = join(root, 'scripts', 'chaos.yaml')
let failed = false
try {
  execFileSync(join(root, 'scripts', 'slurm-up.sh'), [state, String(NODES.length)], { env, stdio: 'inherit' })
  console.log(`       nodes: ${run('sinfo', ['-h', '-N', '-o', '%N %T']).trim().replaceAll('\n', ', ')}`)
  const local = await sweep('local', ['--workers', '1'], {})
  // Writes take their time, so that there is a middle.
  const slow = { NODE_OPTIONS: `--import ${join(root, 'scripts', 'torn-writes.mjs')}`, OFFSIM_TORN_MS: '60' }
  const onSlurm = sweep('slurm', ['--on', 'slurm', '--chunks', String(CHUNKS)], slow)
  await killOneNode()
  const sums = await onSlurm
  console.log(`       nodes: ${run('sinfo', ['-h', '-N', '-o', '%N %T']).trim().replaceAll('\n', ', ')}`)
  for (const kind of ['csv', 'parquet']) {
    console.log(`       ${kind}, local ${local[kind]}\n       ${kind}, Slurm ${sums[kind]}`)
    check(local[kind] === sums[kind], `the same ${kind}`)
  }
} finally {
  execFileSync(join(root, 'scripts', 'slurm-down.sh'), [state], { stdio: 'ignore' })
  if (failed && existsSync(join(state, 'log')))
    console.log(readFileSync(join(state, 'log', 'slurmctld.log'), 'utf8').slice(-3000))
  rmSync(work, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

function install() {
  try {
    execFileSync('sh', ['-c', 'command -v sbatch slurmctld slurmd munged'], { stdio: 'ignore', env: withSbin() })
  } catch {
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    execFileSync('apt-get', ['update'], options)
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'slurm-wlm', 'munge'], options)
  }
}

function withSbin() {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }
}

function run(program, args) {
  return execFileSync(program, args, { env, encoding: 'utf8' })
}

async function sweep(name, args, more) {
  const files = ['--out', join(work, name), '--parquet', join(work, `${name}.parquet`)]
  const child = spawn(process.execPath, [join(root, 'bin', 'offsim'), 'sweep', scenario, ...files, ...args], {
    env: { ...env, ...more },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  check(code === 0, `sweep, ${name}: exit code ${code}`)
  const sha = (file) => createHash('sha256').update(readFileSync(file)).digest('hex')
  return { csv: sha(join(work, name, 'results.csv')), parquet: sha(join(work, `${name}.parquet`)) }
}

/** Kills the daemon of the last node, with the job that runs on it, when results have begun to come in. */
async function killOneNode() {
  const node = NODES.at(-1)
  const units = join(work, 'slurm', 'units')
  for (;;) {
    await sleep(200)
    const running = run('squeue', ['-h', '-t', 'RUNNING', '-o', '%A %N'])
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
    const [job] = running.find(([, where]) => where === node) ?? []
    if (job === undefined || !existsSync(units) || readdirSync(units).length < NODES.length) continue
    const daemon = Number(readFileSync(join(state, `slurmd.${node}.pid`), 'utf8'))
    const killed = [daemon, ...processesOf(job)]
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    console.log(`       killed: node ${node} with job ${job} on it (processes ${killed.join(', ')})`)
    return
  }
}

/** The processes of a job: the one that keeps it, and all below. */
function processesOf(job) {
  const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n')
  const processes = all
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .map(([, pid, parent, args]) => ({ pid: Number(pid), parent: Number(parent), args }))
  const found = processes.filter(({ args }) => args.startsWith(`slurmstepd: [${job}.`)).map(({ pid }) => pid)
  for (const pid of found) found.push(...processes.filter(({ parent }) => parent === pid).map((child) => child.pid))
  return found
}

function check(holds, what) {
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${what}`)
  if (!holds) failed = true
}
