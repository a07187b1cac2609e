// Points of a sweep: their number, order, columns and scenarios, and what is said about sweeps that are wrong.
import { ScenarioError } from '../../src/language/faults.ts'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadSweep, type Sweep } from '../../src/points/points.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'

const BASE = `name: base
seed: 7
run: { warmup: 0 s, measure: 1 s, replications: 3 }
host: { cores: 4, clock: 2.4 GHz, nic: { rate: 10 Gbit/s } }
arms:
  software: { processor: binary-translation, nic: emulated }
  hardware: { processor: vt-x, nic: sr-iov }
vms:
  web:
    count: 2
    vcpus: 1
    traps: { syscall: 2000 /s, interrupt: { every: 10 ms } }
    packets:
      - { direction: receive, rate: 250 /s, bytes: 1200 }
`

function sweepOf(sweep: string, base = BASE): Sweep {
  return loadSweep('s.yaml', { read: () => `${base}sweep:\n${sweep}`, technologies: TECHNOLOGIES })
}

function pointsOf(sweep: Sweep): number[] {
  return Array.from({ length: sweep.size }, (_, point) => point).filter(sweep.includes)
}

describe('grids', () => {
  test('the first factor is slowest, and columns carry their unit', () => {
    const sweep = sweepOf(`  grid:
    vms.web.count: [1, 2]
    host.clock: [2 GHz, 2500 MHz]
    run.measure: [200 ms]
    arms.hardware.nic: [sr-iov, vmdq]
    vms.web.packets.0.rate: [60 /min]
    vms.web.packets.0.bytes: [1 kB]
    host.nic.rate: [1 Gbit/s]
    costs.display.encodeCyclesPerPixel: [10]
`)
    expect(sweep.factors.map(({ column }) => column)).toEqual([
      'vms.web.count',
      'host.clock_hz',
      'run.measure_s',
      'arms.hardware.nic',
      'vms.web.packets.0.rate_per_s',
      'vms.web.packets.0.bytes_bytes',
      'host.nic.rate_bit_per_s',
      'costs.display.encodeCyclesPerPixel',
    ])
    const cells = pointsOf(sweep).map((point) => sweep.cells(point).slice(0, 4).join(' '))
    expect(cells.slice(0, 3)).toEqual(['1 2000000000 0.2 sr-iov', '1 2000000000 0.2 vmdq', '1 2500000000 0.2 sr-iov'])
    expect(cells[7]).toBe('2 2500000000 0.2 vmdq')
    expect(sweep.cells(0).slice(4)).toEqual([1, 1000, 1e9, 10])
  })

  test('a point is the scenario that --set makes', () => {
    const sweep = sweepOf(
      '  grid: { vms.web.count: [1, 5], arms.hardware.nic: [vmdq], vms.web.traps.syscall: [5 /s] }\n',
    )
    const set = ['vms.web.count=5', 'arms.hardware.nic=vmdq', 'vms.web.traps.syscall=5 /s']
    expect(sweep.scenario(1)).toEqual(loadScenario('b.yaml', { read: () => BASE, technologies: TECHNOLOGIES, set }))
  })

  test('the contract sweep has its twelve points', () => {
    const sweep = loadSweep('scenarios/density-sweep.yaml', {
      read: (path) => readFileSync(path),
      technologies: TECHNOLOGIES,
    })
    expect(sweep.factors.map(({ column }) => column)).toEqual([
      'vms.desktop.count',
      'host.clock_hz',
      'arms.hardware.nic',
    ])
    expect(pointsOf(sweep)).toHaveLength(12)
    expect(sweep.cells(11)).toEqual([60, 2.93e9, 'sr-iov'])
    expect(sweep.scenario(11).measureNs).toBe(1e9)
  })
})

describe('other kinds', () => {
  test('zip moves its factors together; kinds are multiplied', () => {
    const sweep = sweepOf('  zip: { vms.web.count: [1, 2, 3], host.cores: [2, 4, 6] }\n  grid: { seed: [1, 2] }\n')
    expect(sweep.size).toBe(6)
    expect(pointsOf(sweep).map((point) => sweep.cells(point).join(' '))).toEqual([
      '1 2 1',
      '1 2 2',
      '2 4 1',
      '2 4 2',
      '3 6 1',
      '3 6 2',
    ])
  })

  test('every tenth of a range holds one of ten points of a latin hypercube, also on a log scale', () => {
    const sweep = sweepOf(`  latin-hypercube:
    points: 10
    seed: 3
    factors:
      run.measure: { from: 1 s, to: 2 s }
      host.clock: { from: 1 GHz, to: 10 GHz, scale: log }
      vms.web.count: { from: 1, to: 10 }
      arms.hardware.nic: [sr-iov, vmdq, paravirtual, emulated, flex-10]
`)
    const cells = pointsOf(sweep).map((point) => sweep.cells(point))
    const tenths = (of: (row: (number | string)[]) => number) =>
      cells.map((row) => Math.floor(of(row))).sort((a, b) => a - b)
    const each = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    expect(tenths((row) => ((row[0] as number) - 1) * 10)).toEqual(each)
    expect(tenths((row) => Math.log10((row[1] as number) / 1e9) * 10)).toEqual(each)
    expect(tenths((row) => (row[2] as number) - 1)).toEqual(each)
    expect(cells.filter((row) => row[3] === 'vmdq')).toHaveLength(2)
    expect(cells.map((row) => row[0])).not.toEqual([...cells.map((row) => row[0])].sort())
  })

  test('a sobol sample begins with the published points; a seed moves them', () => {
    const block = (seed: string) => `  sobol:
    points: 8
${seed}    factors: { run.measure: { from: 1 s, to: 2 s }, host.cores: { from: 1, to: 8 }, host.clock: { from: 1 GHz, to: 2 GHz } }
`
    const cells = pointsOf(sweepOf(block(''))).map((point) => sweepOf(block('')).cells(point))
    expect(cells.map((row) => row[0])).toEqual([1, 1.5, 1.75, 1.25, 1.375, 1.875, 1.625, 1.125])
    expect(cells.map((row) => (row[2] as number) / 1e9)).toEqual([1, 1.5, 1.25, 1.75, 1.625, 1.125, 1.875, 1.375])
    expect(cells.map((row) => row[1]).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const moved = sweepOf(block('    seed: 5\n'))
    expect(moved.cells(0)).not.toEqual(cells[0])
    expect(
      pointsOf(moved)
        .map((point) => moved.cells(point)[1])
        .sort(),
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('a share is sampled as it is written', () => {
    const sweep = sweepOf('  sobol: { points: 2, factors: { run.confidence: { from: 80 %, to: 98 % } } }\n')
    expect(sweep.cells(1)).toEqual([0.89])
    expect(pointsOf(sweep).map((point) => sweep.scenario(point).confidence)).toEqual([0.8, 0.89])
  })

  test('where leaves points out but not their numbers', () => {
    const included = (where: string) =>
      pointsOf(
        sweepOf(`  grid: { vms.web.count: [4, 8, 16], host.cores: [2, 4], run.measure: [1 s] }\n  where: [${where}]\n`),
      )
    expect(included("'vms.web.count <= 4 * host.cores'")).toEqual([0, 1, 2, 3, 5])
    expect(included("'vms.web.count / host.cores == 2 or host.cores + 0 == 4', 'vms.web.count != 16'")).toEqual([
      0, 1, 3,
    ])
    expect(included("'(run.measure < 500 ms or host.clock > 2 GHz) and arms.software.nic == emulated'")).toHaveLength(6)
    expect(included("'vms.web.vcpus - 1 >= -0.5'")).toHaveLength(6)
  })
})

describe('sweeps that are wrong', () => {
  test.each([
    ['  grid: { vms.web.cuont: [1] }', 's.yaml:16:11: vms.web.cuont: unknown key `cuont`; did you mean `count`?'],
    [
      '  grid: { vms.nobody.count: [1] }',
      's.yaml:16:11: vms.nobody.count: the file has no group `nobody`; known: `web`',
    ],
    ['  grid: { vms.web.count: [] }', 's.yaml:16:26: vms.web.count: has no values; write at least one in the brackets'],
    ['  grid: { vms.web.count: [1, -2] }', 's.yaml:16:30: vms.web.count: `-2` is below 0; write'],
    ['  grid: { host.clock: [2] }', 's.yaml:16:24: host.clock: `2` has no unit; write'],
    [
      '  grid: { arms.hardware.nic: [sr-iv] }',
      's.yaml:16:31: arms.hardware.nic: no handler `sr-iv`; did you mean `sr-iov`?',
    ],
    ['  grid: {}', 's.yaml:16:9: sweep.grid: has no factors; write PATH: [value, value]'],
    ['  gird: { seed: [1] }', 's.yaml:16:3: sweep.gird: unknown key; did you mean `grid`?'],
    [
      '  zip: { seed: [1, 2], host.cores: [1] }',
      's.yaml:16:24: host.cores: has 1 values and `seed` 2; zip takes equally many',
    ],
    [
      '  grid: { seed: [1], seed: [2] }',
      's.yaml:16:22: sweep.grid.seed: is already given on line 16; keep one of the two',
    ],
    ['  grid: { seed: [1] }\n  zip: { seed: [2] }', 's.yaml:17:10: seed: is swept twice; keep one of the two'],
    [
      '  grid: { arms.hardware.nic: [vmdq], arms.hardware: [{ nic: vmdq }] }',
      's.yaml:16:38: arms.hardware: is also set by `arms.hardware.nic`; keep one',
    ],
    ['  grid: { scenario: [a.yaml] }', 's.yaml:16:11: scenario: cannot be swept; choose another place'],
    [
      '  grid: { seed: [1] }\n  where: [seed <= cores.x]',
      's.yaml:17:11: sweep.where.0: `cores.x` is no place of a scenario',
    ],
    ['  grid: { seed: [1] }\n  where: [seed + 1]', 's.yaml:17:11: sweep.where.0: compares nothing'],
    [
      '  grid: { seed: [1] }\n  where: [run.measure < 2]',
      's.yaml:17:11: sweep.where.0: `<` stands beside a number without the unit of a time',
    ],
    ['  grid: { seed: [1] }\n  where: [seed <]', 's.yaml:17:11: sweep.where.0: ends too early'],
    ['  grid: { seed: [1] }\n  where: [seed = 1]', 's.yaml:17:11: sweep.where.0: `= 1` cannot be read'],
    ['  sobol: { points: 4 }', 's.yaml:16:10: sweep.sobol.factors: names no factors'],
    [
      '  sobol: { factors: { seed: [1] } }',
      's.yaml:16:10: sweep.sobol.points: is missing; write a whole number from 1',
    ],
    ['  sobol: { points: 4, factors: { host.cores: { from: 8, to: 2 } } }', '`from` is not below `to`'],
    ['  sobol: { points: 4, factors: { host.cores: { from: 8 } } }', 'host.cores: lacks `to`'],
    ['  sobol: { points: 4, factors: { arms.hardware.nic: { from: 8, to: 9 } } }', 'takes words, which have no range'],
    [
      '  latin-hypercube: { points: 4, factors: { run.warmup: { from: 0 s, to: 1 s, scale: log } } }',
      'a log scale begins above 0',
    ],
    [
      '  sobol: { points: 4, factors: { host.clock: { from: 1 Hz, to: 2 GHz } } }',
      'host.clock.from: `1 Hz` is below 1 MHz',
    ],
  ])('%s', (sweep, message) => {
    expect(() => sweepOf(`${sweep}\n`)).toThrow(ScenarioError)
    try {
      sweepOf(`${sweep}\n`)
    } catch (error) {
      const { faults } = error as ScenarioError
      expect(faults).toHaveLength(1)
      expect(faults[0]).toContain(message)
    }
  })

  test('faults of the scenario below are said once; those of one combination are left to its point', () => {
    expect(() => sweepOf('  grid: { seed: [1, 2] }\n', BASE.replace('cores: 4', 'cores: 0'))).toThrow(
      /^s.yaml:4:16: host.cores: `0`[^\n]*$/,
    )
    const sweep = sweepOf(
      '  grid: { host.nic.partitions: [[{ name: a, rate: 2 Gbit/s }], [{ name: a, rate: 11 Gbit/s }]] }\n',
      BASE.replace('bytes: 1200', 'bytes: 1200, partition: a'),
    )
    expect(sweep.scenario(0).host.nic?.partitions).toHaveLength(1)
    expect(() => sweep.scenario(1)).toThrow(ScenarioError)
  })

  test('run refuses a sweep, and a sweep needs factors', () => {
    const read = () => `${BASE}sweep: { grid: { seed: [1] } }\n`
    expect(() => loadScenario('s.yaml', { read, technologies: TECHNOLOGIES })).toThrow(
      /s.yaml:15:1: sweep: asks for many scenarios.*offsim sweep/,
    )
    expect(() => loadSweep('s.yaml', { read: () => BASE, technologies: TECHNOLOGIES })).toThrow(/has no `sweep:`/)
  })
})
