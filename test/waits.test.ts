// What a run costs is known before it costs it, and every wait ends: long runs are refused or told of, and Ctrl-C is heard.
// How soon it is heard is a matter of the machine: `npm run test:waits`, on one that does nothing else, holds all cases to it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, folderWithScenario, offsim, start, type Finished } from './offsim-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'offsim-waits-'))
beforeAll(compile, 120_000)

interface Asked {
  readonly run: string
  readonly vms?: string
  readonly cores?: number
  readonly rest?: string
}
const BUSY =
  'web: { count: 20, vcpus: 1, compute: { rate: 1000 /s, cycles: { exponential: 100e3 } }, traps: { syscall: 20000 /s, page-fault: 2000 /s } }'
const CLONES = 'template: { count: 1, vcpus: 1, clones: { at: 0 s, count: 20000, concurrent: 4, bytes: 1 MiB } }'
const LOOP =
  'jobs: { count: 8, vcpus: 1, loop: { repeat: 100000000, concurrent: 1, compute: { cycles: 100e3 }, traps: { syscall: 9 } } }'

let scenarios = 0

function scenario({ run, vms = BUSY, cores = 8, rest = '' }: Asked): string {
  const name = `s${++scenarios}`
  const file = join(folder, `${name}.yaml`)
  const text = `name: ${name}
question: How long does it take?
seed: 1
run: { ${run} }
host: { cores: ${cores}, clock: 2 GHz, array: { path: 8 Gbit/s, internal: 8 GB/s } }
arms:
  software: { processor: binary-translation, clone: host-copy }
  hardware: { processor: vt-x, clone: xcopy }
vms:
  ${vms}
${rest}`
  writeFileSync(file, text)
  return file
}

/** A command that is running, and what it will have come to: others may run beside it. */
function started(args: readonly string[]) {
  const run = start(args)
  const texts = ['', '']
  run.stdout.on('data', (chunk: Buffer) => (texts[0] += chunk.toString()))
  run.stderr.on('data', (chunk: Buffer) => (texts[1] += chunk.toString()))
  const ended = new Promise<Finished>((resolve) => {
    run.once('close', (code) => resolve({ code, stdout: texts[0], stderr: texts[1] }))
  })
  return { run, ended }
}

/** How long a process has computed, on all its threads: the 14th and 15th field of its status, in hundredths of a second. */
function computedMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

/** Starts a command, sends it Ctrl-C when it has computed for so long, and tells how long it took to end then. */
async function interrupted(args: readonly string[], afterMs: number) {
  const { run, ended } = started(args)
  while (run.exitCode === null && computedMs(run.pid!) < afterMs)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const sentMs = performance.now()
  run.kill('SIGINT')
  return { ...(await ended), tookMs: performance.now() - sentMs }
}
const ARE_ALL = process.env.OFFSIM_ALL_WAITS === '1'
/** Of a busy machine only this is asked: that it ends at all long before the work would. */
const SOON_MS = ARE_ALL ? 1000 : 30_000
/** All cases, or the first of them. */
const some = <Case>(cases: readonly Case[], few: number): readonly Case[] => (ARE_ALL ? cases : cases.slice(0, few))

describe.concurrent('a run of more than an hour is refused without --yes where nobody can be asked', () => {
  const long: [string, Asked, string[]][] = [
    ['measured', { run: 'measure: 200000 s, replications: 5' }, []],
    ['on one thread', { run: 'measure: 200000 s, replications: 5' }, ['--workers', '1']],
    ['of many replications', { run: 'measure: 500 ms, replications: 100000' }, ['--quiet']],
    ['until idle', { run: 'until: idle, replications: 5', vms: LOOP }, []],
    ['until batches', { run: 'warmup: 10 ms, until: batches, replications: 1000', vms: `${BUSY}\n  ${CLONES}` }, []],
  ]
  test.each(some(long, 1))('%s', { timeout: 120_000 }, async (name, asked, options) => {
    const { code, stdout, stderr } = await started(['run', scenario(asked), ...options]).ended
    expect(stderr).toMatch(
      /^offsim: this takes about [\d.,]+ (h|days|min): [\d.,a-z ]+ runs, .* of simulated time, .* events; add --yes/m,
    )
    expect([name, code, stdout]).toEqual([name, 2, ''])
  })
})

describe('what is long', () => {
  test('is refused as a sweep too, of which is kept what was finished', { timeout: 120_000 }, async () => {
    const rest =
      'sweep: { grid: { vms.web.traps.syscall: [1000 /s, 2000 /s, 5000 /s], seed: [1, 2, 3, 4, 5, 6, 7, 8] } }'
    const file = scenario({ run: 'measure: 100 ms, replications: 20000', rest })
    const { code, stderr } = await started(['sweep', file, '--out', join(folder, 'long')]).ended
    expect([code, stderr.trimEnd()]).toEqual([2, expect.stringMatching(/^offsim: this takes about .*--yes.*kept in/)])
    const [log] = readdirSync(join(folder, 'long', 'units'))
    expect(readFileSync(join(folder, 'long', 'units', log), 'utf8').split('\n').length).toBeGreaterThan(2)
    expect(readdirSync(join(folder, 'long', 'leases'))).toEqual([])
    expect(existsSync(join(folder, 'long', 'results.csv'))).toBe(false)
  })

  test('goes on with --yes, and says how long it will take', { timeout: 120_000 }, async () => {
    const { run, ended } = started(['run', scenario({ run: 'measure: 200000 s, replications: 5' }), '--yes'])
    const told = new Promise<void>((resolve) => run.stderr.once('data', () => resolve()))
    await told
    run.kill('SIGINT')
    const { code, stderr } = await ended
    expect(stderr).toMatch(/^offsim: this takes about .* events\n/)
    expect(code).toBe(130)
  })

  if (ARE_ALL)
    test('says nothing with --yes and --quiet', { timeout: 120_000 }, async () => {
      const file = scenario({ run: 'measure: 200000 s, replications: 5' })
      expect((await interrupted(['run', file, '--yes', '--quiet'], 5000)).stderr).not.toContain('this takes')
    })
})

test.each([['--workers', '1'], ['--workers', '2'], ['--yes'], ['--csv', '-'], ['--json', '-', '--workers', '1']])(
  'a short run says nothing of it: %s',
  (...options) => {
    const { code, stderr } = offsim(['run', 'small.yaml', ...options], folderWithScenario())
    expect([code, stderr]).toEqual([0, ''])
  },
)

describe('Ctrl-C ends', () => {
  const cases: [string, Asked, string[], number][] = [
    ['a replication on one thread', { run: 'measure: 100 s, replications: 5' }, ['--workers', '1'], 1500],
    ['replications on two', { run: 'measure: 100 s, replications: 5' }, ['--workers', '2'], 1500],
    [
      'the wiring of 100,000 VMs',
      { run: 'measure: 10 s', vms: BUSY.replace('20', '100000'), cores: 4096 },
      ['--workers', '1'],
      1200,
    ],
    [
      '100,000 VMs at work',
      { run: 'measure: 10 s', vms: BUSY.replace('20', '100000'), cores: 4096 },
      ['--workers', '1'],
      2900,
    ],
    ['a run until idle', { run: 'until: idle', vms: LOOP }, ['--workers', '1'], 1500],
    [
      'a run that waits for clones',
      { run: 'warmup: 1 s, until: batches', vms: `${BUSY}\n  ${CLONES}` },
      ['--workers', '1'],
      2000,
    ],
    ['pilot runs', { run: 'warmup: auto, measure: 100 s' }, ['--workers', '1'], 1500],
  ]
  test.each(some(cases, 1))('%s within a second', { timeout: 120_000 }, async (_, asked, options, afterMs) => {
    const { code, stderr, stdout, tookMs } = await interrupted(['run', scenario(asked), '--yes', ...options], afterMs)
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toContain('complete')
    expect(tookMs).toBeLessThan(SOON_MS)
  })

  test('a run on one thread, and the replications that are whole are its answer', { timeout: 120_000 }, async () => {
    const file = scenario({ run: 'measure: 100 ms, replications: 5000' })
    const { code, stderr, stdout, tookMs } = await interrupted(['run', file, '--workers', '1', '--yes'], 3000)
    expect([code, tookMs < SOON_MS]).toEqual([130, true])
    expect(stderr).toContain('interrupted; the answer is that of the replications done by then')
    expect(stdout).toMatch(/: (mean of \d+ replications|one replication) of 0.1 s/)
  })

  if (ARE_ALL)
    test('a sweep on one thread, which goes on from there', { timeout: 120_000 }, async () => {
      const rest = 'sweep: { grid: { vms.web.traps.syscall: [1000 /s, 2000 /s, 5000 /s] } }'
      const file = scenario({ run: 'measure: 100 s, replications: 2', rest })
      const args = ['sweep', file, '--out', join(folder, 'stopped'), '--workers', '1', '--yes']
      const { code, stderr, tookMs } = await interrupted(args, 2500)
      expect([code, tookMs < SOON_MS]).toEqual([130, true])
      expect(stderr).toContain('the same command goes on from there')
      expect(readdirSync(join(folder, 'stopped', 'leases'))).toEqual([])
    })
})
