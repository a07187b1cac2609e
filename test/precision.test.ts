// Precision, warm-up and expectations from the command line.
import { ScenarioError } from '../src/language/faults.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadScenario } from '../src/language/scenario.ts'
import { TECHNOLOGIES } from '../src/models/technologies/index.ts'
import { compile, folderWithScenario, offsimHere } from './offsim-process.ts'

beforeAll(compile, 120_000)

test('a precision gives the same bytes with any number of workers, and as that many replications', async () => {
  const folder = folderWithScenario()
  const run = (...args: string[]) => offsimHere(['run', 'small.yaml', '--csv', '-', ...args], folder)
  const one = await run('--precision', '3 %', '--workers', '1')
  expect(one).toMatchObject({ code: 0, stderr: '' })
  expect((await run('--precision', '3 %', '--workers', '3')).stdout).toBe(one.stdout)
  const [header, row] = one.stdout.split('\n').map((line) => line.split(','))
  const replications = row[header.indexOf('replications')]
  expect(Number(replications)).toBeGreaterThan(10)
  expect((await run('--replications', replications)).stdout).toBe(one.stdout)
}, 120_000)

test('expectations decide about the exit code, and stand in table, JSON and JUnit', async () => {
  const folder = folderWithScenario('5 ms', 10)
  const expecting = (...texts: string[]) => {
    writeFileSync(join(folder, 'e.yaml'), `name: e\nscenario: small.yaml\nexpect: ${JSON.stringify(texts)}\n`)
    return offsimHere(['run', 'e.yaml', '--junit', 'e.xml', '--json', 'e.json'], folder)
  }
  const kept = await expecting('hardware.processor.baseline_cores > 0', 'hardware.processor.p99 <= 1 min')
  expect(kept).toMatchObject({ code: 0, stderr: '' })
  expect(kept.stdout).toContain('- holds: hardware.processor.p99 <= 1 min')
  const broken = await expecting('hardware.total.cores > 100', 'hardware.total.cpu < 1 h')
  expect(broken.code).toBe(1)
  expect(broken.stdout).toContain('- does not hold: hardware.total.cores > 100')
  expect(readFileSync(join(folder, 'e.xml'), 'utf8')).toContain('tests="2" failures="1"')
  const { expectations } = JSON.parse(readFileSync(join(folder, 'e.json'), 'utf8')) as { expectations: object[] }
  expect(expectations[1]).toMatchObject({ expectation: 'hardware.total.cpu < 1 h', outcome: 'holds' })
}, 120_000)

test('a warm-up that cannot be found ends with one line and exit code 1', async () => {
  const folder = folderWithScenario('5 ms')
  const { code, stdout, stderr } = await offsimHere(
    ['run', 'small.yaml', '--set', 'run.warmup=auto', '--set', 'vms.guests.traps.syscall=2e6 /s'],
    folder,
  )
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^offsim: run\.warmup: auto: arm `software` is saturated \(.*\n$/)
}, 120_000)

test('options that say two things, or nothing, are faults', async () => {
  const folder = folderWithScenario()
  const faults = (...args: string[]) => offsimHere(['run', 'small.yaml', ...args], folder)
  expect(await faults('--precision', '1 %', '--replications', '3')).toMatchObject({ code: 2, stdout: '' })
  expect((await faults('--junit', 'x.xml')).stderr).toMatch(
    /--junit has nothing to tell: the scenario has no `expect:`/,
  )
  expect((await faults('--workers', '0')).stderr).toMatch(/--workers 0: there are 1 to 1024/)
}, 120_000)

describe('what a scenario may say', () => {
  const folder = folderWithScenario()
  const load = (...set: string[]) =>
    loadScenario(join(folder, 'small.yaml'), { read: (file) => readFileSync(file), technologies: TECHNOLOGIES, set })
  const fault = (...set: string[]): string => {
    try {
      load(...set)
    } catch (error) {
      if (error instanceof ScenarioError) return error.faults.join('\n')
    }
    return 'no fault'
  }

  test('precision, its level and its end', () => {
    const { precision, confidence } = load('run.precision=1.5 %', 'run.confidence=99 %')
    expect({ precision, confidence }).toEqual({
      precision: { share: 0.015, maxReplications: 400 },
      confidence: 0.99,
    })
    expect(load('run.precision=1 %', 'run.max_replications=25').precision!.maxReplications).toBe(25)
    expect(load()).toMatchObject({ precision: null, confidence: 0.95, warmup: 'given', expectations: [] })
    expect(load('run.warmup=auto')).toMatchObject({ warmup: 'auto', warmupNs: 0 })
  })

  test.each([
    ['run.precision=1', /`1` has no unit; write a share from 0\.01 % to 100 %/],
    ['run.precision=0 %', /`0 %` is below 0\.01 %/],
    ['run.confidence=100 %', /`100 %` is above 99\.99 %/],
    ['run.max_replications=20', /does nothing without `precision`; write precision: 1 % beside it/],
    ['run.warmup=automatic', /`automatic` is not a number; write auto, or a time/],
    ['expect=[hardware.total.saved_percent]', /expect\.0: .* is no expectation; write ARM\.ROW\.COLUMN >= NUMBER/],
    ['expect=[hardware.nic.p99 <= 1 ms]', /expect\.0: no row `nic`; /],
  ])('%s is a fault', (setting, message) => {
    expect(fault(setting)).toMatch(message)
  })

  test('a precision needs two arms, and a warm-up work that settles', () => {
    expect(fault('run.precision=1 %', 'arms.hardware=null')).toMatch(/is that of a difference, and there is one arm/)
    const noWork = ['vms.guests.compute=null', 'vms.guests.traps=null']
    expect(fault('run.warmup=auto', ...noWork)).toMatch(/finds no work that could settle, only batches; write 0 s/)
    expect(fault('run.warmup=auto', 'run.measure=null', 'run.until=idle')).toMatch(/must be 0 s with `until: idle`/)
  })
})
