// What a scenario becomes: base units, defaults, order of names, files beside it, overlays and --set.
import { ScenarioError } from '../../src/language/faults.ts'
import type { Scenario } from '../../src/language/asked.ts'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadScenario, type LoadOptions } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'

const CONTRACT = ['clone-storm', 'first-generation', 'fork-wait', 'receiver', 'system-calls', 'vdi-host']

const MINIMAL = `
name: minimal
run: { measure: 1 s }
host: { cores: 2, clock: 2.93 GHz, nic: { rate: 1 Gbit/s }, array: { path: 8 Gbit/s, internal: 3 GB/s } }
arms:
  z: { nic: emulated }
  a: { nic: sr-iov }
vms:
  w: { count: 1, vcpus: 1 }
`

function load(files: Record<string, string>, options: Partial<LoadOptions> = {}): Scenario {
  const read = (path: string) => {
    if (Object.hasOwn(files, path)) return files[path]
    throw Object.assign(new Error('cannot'), { code: 'ENOENT' })
  }
  return loadScenario(Object.keys(files)[0], { read, technologies: TECHNOLOGIES, ...options })
}

/** The minimal scenario with this work in its group. */
function withWork(work: string, files: Record<string, string> = {}, options: Partial<LoadOptions> = {}): Scenario {
  return load({ 'dir/f.yaml': MINIMAL.replace('vcpus: 1', `vcpus: 1, ${work}`), ...files }, options)
}

function faultsOf(action: () => unknown): readonly string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  throw new Error('no fault was found')
}

test.each(CONTRACT)('%s loads as it stands', (name) => {
  const read = (path: string) => readFileSync(path)
  expect(loadScenario(`scenarios/${name}.yaml`, { read, technologies: TECHNOLOGIES }).name).toBe(name)
})

test('the defaults are those of the reference', () => {
  const { question, seed, replications, warmupNs, host, vms, costs } = load({ f: MINIMAL })
  expect({ question, seed, replications, warmupNs, costs }).toEqual({
    question: '',
    seed: 1,
    replications: 5,
    warmupNs: 0,
    costs: {},
  })
  expect(host).toMatchObject({ processor: 'as-measured', hypervisor: 'preempts' })
  expect(vms.w).toEqual({
    count: 1,
    vcpus: 1,
    compute: null,
    traps: {},
    packets: [],
    screen: null,
    clones: null,
    loop: null,
  })
})

test('the first arm of the file is the baseline, and arms come in the order of their names', () => {
  const scenario = load({ f: MINIMAL })
  expect(scenario.baseline).toBe('z')
  expect(Object.keys(scenario.arms)).toEqual(['a', 'z'])
})

test.each([
  ['run.measure=1 ns', 1],
  ['run.measure=1.5 us', 1500],
  ['run.measure=0.3 ms', 300_000],
  ['run.measure=2.7 s', 2_700_000_000],
  ['run.measure=1.1 min', 66_000_000_000],
  ['run.measure=0.1 h', 360_000_000_000],
  ['run.measure=1e-3 s', 1_000_000],
  ['run.measure=+.5 s', 500_000_000],
])('%s is %d ns, exactly', (set, ns) => {
  expect(load({ f: MINIMAL }, { set: [set] }).measureNs).toBe(ns)
})

test('rates, frequencies, bit rates and data rates are exact', () => {
  const { host, vms } = withWork('traps: { syscall: 90 /min, cpuid: 7200 /h, halt: 250 /s }')
  expect(host.clockHz).toBe(2_930_000_000)
  expect(host.nic!.rateBitPerS).toBe(1_000_000_000)
  expect(host.array).toEqual({ pathBytesPerS: 1_000_000_000, internalBytesPerS: 3_000_000_000 })
  expect(vms.w.traps).toEqual({
    syscall: { kind: 'poisson', ratePerS: 1.5 },
    cpuid: { kind: 'poisson', ratePerS: 2 },
    halt: { kind: 'poisson', ratePerS: 250 },
  })
})

test.each([
  ['1500', 1500],
  ['64 KiB', 65_536],
  ['9 kB', 9000],
  ['1 MiB', 1_048_576],
  ['0.5 MB', 500_000],
  ['{ constant: 2 kB }', 2000],
  ['{ exponential: 1.5 kB }', { exponential: 1500 }],
  ['{ uniform: { min: 64, max: 1500 } }', { uniform: { min: 64, max: 1500 } }],
  ['{ erlang: { mean: 800.5, k: 3 } }', { erlang: { mean: 800.5, k: 3 } }],
  ['{ pareto: { mean: 1 kB, cv: 0 } }', { pareto: { mean: 1000, cv: 0 } }],
  ['{ empirical: [64, 1 KiB] }', { empirical: [64, 1024] }],
  ['{ empirical: { file: sizes.csv, column: "a,b" } }', { empirical: [10, 20.5] }],
])('bytes: %s', (written, bytes) => {
  const files = { 'dir/sizes.csv': '\uFEFFx,"a,b"\r\n1,10\r\n"2 ""q""",20.5\r\n' }
  expect(
    withWork(`packets: [{ direction: receive, rate: 1 /s, bytes: ${written} }]`, files).vms.w.packets[0].bytes,
  ).toEqual(bytes)
})

test('arrivals: Poisson, periodic and bursts', () => {
  const work = 'traps: { syscall: { every: 10 ms }, cpuid: { rate: 5 /s, bursts: { on: 2 ms, off: 8 ms } } }'
  expect(withWork(work).vms.w.traps).toEqual({
    syscall: { kind: 'periodic', everyNs: 10_000_000 },
    cpuid: { kind: 'bursts', ratePerS: 5, onNs: 2_000_000, offNs: 8_000_000 },
  })
})

test('a VLAN is an id, true or false', () => {
  const stream = (vlan: string) => `{ direction: transmit, rate: 1 /s, bytes: 1, ${vlan} }`
  const { vms } = withWork(
    `packets: [${['vlan: true', 'vlan: false', 'vlan: 4094', 'vpn: true'].map(stream).join(', ')}]`,
  )
  expect(vms.w.packets.map(({ vlan }) => vlan)).toEqual([1, 0, 4094, 0])
  expect(vms.w.packets.map(({ vpn }) => vpn)).toEqual([false, false, false, true])
})

test('clone requests may come from a CSV of epoch seconds: times after the earliest, in order', () => {
  const csv = 'vm,start\na,1568176300.25\nb,1568176297\nc,1568176297.000000001\n'
  const work = 'clones: { arrivals: { file: ../logs/c.csv, column: start }, bytes: 1 GiB, concurrent: 8 }'
  expect(withWork(work, { 'dir/../logs/c.csv': csv }).vms.w.clones).toEqual({
    atNs: 0,
    count: 3,
    arrivals: { kind: 'times', timesNs: [0, 1, 3_250_000_000] },
    bytes: 1_073_741_824,
    concurrent: 8,
  })
})

test('a loop keeps its defaults and its content', () => {
  const text = MINIMAL.replace('measure: 1 s', 'until: idle').replace(
    'vcpus: 1',
    'vcpus: 1, loop: { repeat: 40, traps: { syscall: 2 }, packets: [{ direction: transmit, count: 3, bytes: 9 }] }',
  )
  const { measureNs, vms } = load({ f: text })
  expect(measureNs).toBeNull()
  expect(vms.w.loop).toEqual({
    repeat: 40,
    concurrent: 1,
    cycles: null,
    traps: { syscall: 2 },
    packets: [{ direction: 'transmit', count: 3, bytes: 9, vlan: 0, vpn: false, partition: '' }],
  })
})

test('an overlay merges maps key by key, replaces all else, and null removes', () => {
  const base = MINIMAL.replace(
    'vcpus: 1',
    'vcpus: 1, traps: { syscall: 5 /s, cpuid: 6 /s }, packets: [{ direction: receive, rate: 1 /s, bytes: 1 }]',
  )
  const over = `
name: over
scenario: base.yaml
host: { cores: 9 }
arms: { b: { nic: vmdq } }
vms: { w: { traps: { cpuid: null, syscall: 7 /s }, packets: [] } }
`
  const scenario = load({ 'x/over.yaml': over, 'x/base.yaml': base })
  expect(scenario.name).toBe('over')
  expect(scenario.host).toMatchObject({ cores: 9, clockHz: 2_930_000_000 })
  expect(scenario.baseline).toBe('z')
  expect(Object.keys(scenario.arms)).toEqual(['a', 'b', 'z'])
  expect(scenario.vms.w).toMatchObject({ traps: { syscall: { kind: 'poisson', ratePerS: 7 } }, packets: [] })
  expect(scenario.vms.w.traps).not.toHaveProperty('cpuid')
})

test('a fault of an overlay points into the file that said it', () => {
  const over = 'scenario: base.yaml\nname: over\nhost:\n  cores: 0\n'
  const base = MINIMAL.trimStart().replace('count: 1', 'count: -1')
  const faults = faultsOf(() => load({ 'x/over.yaml': over, 'x/base.yaml': base }))
  expect(faults.map((fault) => fault.split(': ').slice(0, 2))).toEqual([
    ['x/over.yaml:4:10', 'host.cores'],
    ['x/base.yaml:8:15', 'vms.w.count'],
  ])
})

test('an overlay is one level deep, and its base must be readable', () => {
  const over = 'scenario: b.yaml\nname: over\n'
  const [deep] = faultsOf(() => load({ 'a.yaml': over, 'b.yaml': 'scenario: a.yaml\nname: b\n' }))
  expect(deep).toMatch(/^b\.yaml:1:1: scenario: a scenario that another is laid over cannot name one itself; /)
  const [missing] = faultsOf(() => load({ 'a.yaml': over }))
  expect(missing).toMatch(/^a\.yaml:1:11: scenario: b\.yaml: no such file; /)
})

test('--set: later ones win, and seed and replications of the command line win over all', () => {
  const set = [
    'seed=3',
    'seed=4',
    'vms.w.count=2',
    'vms.w.traps.syscall=5 /s',
    'vms.w.traps.syscall.every=1 ms',
    'vms.w.traps.syscall.rate=null',
  ]
  const scenario = load({ f: MINIMAL }, { set, seed: 9, replications: 2 })
  expect(scenario).toMatchObject({ seed: 9, replications: 2 })
  expect(scenario.vms.w).toMatchObject({ count: 2, traps: { syscall: { kind: 'periodic', everyNs: 1_000_000 } } })
})

test('--set: what follows `costs.` is one key, and list items are numbers', () => {
  const work = 'packets: [{ direction: receive, rate: 1 /s, bytes: 1 }, { direction: receive, rate: 2 /s, bytes: 1 }]'
  const set = ['costs.processor.vt-x.syscall=250', 'vms.w.packets.1.bytes=77']
  const { costs, vms } = withWork(work, {}, { set })
  expect(costs).toEqual({ 'processor.vt-x.syscall': 250 })
  expect(vms.w.packets.map(({ bytes }) => bytes)).toEqual([1, 77])
})

test.each([
  ['vms.x.count=3', 'the file has no group `x`; known: `w`'],
  ['arms.y.nic=sr-iov', 'the file has no arm `y`; known: `z` and `a`'],
  ['vms.w.packets.0.rate=3 /s', 'the list has no items, no `0`; add it in the file'],
  ['vms.w.cuont=3', 'unknown key `cuont`; did you mean `count`?'],
  ['vms.w.count=many', '`many` is not a number; write a whole number from 0 to 100,000 without a unit, such as 60'],
  ['vms.w.count.x=3', 'there is nothing inside to set as `x`; end the path before it'],
  [
    'costs.nic.nothing=3',
    'unknown cost `nic.nothing`; known: `processor.vt-x.syscall`, `display.encodeCyclesPerPixel` and `display.cardSessions`',
  ],
  ['arms.a.nic=sriov', 'no handler `sriov`; did you mean `sr-iov`?'],
  ['arms.a.nic=[', 'a quote, bracket or comma is missing; add it'],
  ['scenario=x.yaml', 'the scenario below is chosen in the file; change it there'],
  ['vms..count=3', 'is not a path; write keys joined by dots, then = and a value'],
  ['host.cores=', 'has no value after =; write one, or null to remove the key'],
  ['host.cores', 'has no value; write PATH=VALUE'],
])('--set %s: %s', (set, text) => {
  expect(faultsOf(() => load({ f: MINIMAL }, { set: [set] }))).toEqual([`--set ${set}: ${text}`])
})

test('a seed or a number of replications out of range names its option', () => {
  const faults = faultsOf(() => load({ f: MINIMAL }, { seed: -1, replications: 0.5 }))
  expect(faults.map((fault) => fault.split(';')[0]).sort()).toEqual([
    '--replications 0.5: `0.5` is below 1',
    '--seed -1: `-1` is below 0',
  ])
})

test.each([
  ['ENOENT', 'f.yaml: no such file'],
  ['EISDIR', 'f.yaml: is a directory'],
  ['EACCES', 'f.yaml: may not be read'],
])('%s → %s', (code, line) => {
  const read = () => {
    throw Object.assign(new Error(code), { code })
  }
  expect(faultsOf(() => loadScenario('f.yaml', { read, technologies: TECHNOLOGIES }))).toEqual([line])
})

test('a file is UTF-8, with or without a byte order mark, and at most 4 MiB', () => {
  const load = (content: Uint8Array) => loadScenario('f.yaml', { read: () => content, technologies: TECHNOLOGIES })
  const text = new TextEncoder().encode(MINIMAL)
  expect(load(new Uint8Array([0xef, 0xbb, 0xbf, ...text])).name).toBe('minimal')
  expect(faultsOf(() => load(new Uint8Array([...text, 0xc3, 0x28])))).toEqual(['f.yaml: is not UTF-8'])
  expect(faultsOf(() => load(new Uint8Array(4 * 1024 * 1024 + 1).fill(35)))).toEqual(['f.yaml: is larger than 4 MiB'])
})

test('all faults of a file come at once, in the order of the file, one for each slip', () => {
  const text = MINIMAL.replace('cores: 2', 'coers: 2')
    .replace('measure: 1 s', 'measure: 1')
    .replace('count: 1', 'count: x')
  const faults = faultsOf(() => load({ f: text }))
  expect(faults.map((fault) => fault.split(': ')[1])).toEqual(['run.measure', 'host.coers', 'vms.w.count'])
})

test('switch tagging has one VLAN per port or partition', () => {
  const streams = (second: string) => `packets:
      - { direction: receive, rate: 1 /s, bytes: 1, vlan: 5, partition: p }
      - { direction: receive, rate: 1 /s, bytes: 1, vlan: 6, partition: ${second} }`
  const text = (second: string) =>
    MINIMAL.trimStart()
      .replace('rate: 1 Gbit/s', 'rate: 1 Gbit/s, partitions: [{ name: p, rate: auto }, { name: q, rate: auto }]')
      .replaceAll('nic: emulated', 'nic: emulated, vlan: switch-tagging')
      .replaceAll('nic: sr-iov', 'nic: sr-iov, vlan: nic-tagging')
      .replace('{ count: 1, vcpus: 1 }', `\n    count: 1\n    vcpus: 1\n    ${streams(second)}`)
  expect(load({ f: text('q') }).vms.w.packets.map(({ partition }) => partition)).toEqual(['p', 'q'])
  expect(faultsOf(() => load({ f: text('p') }))).toEqual([
    'f:13:53: vms.w.packets.1.vlan: is VLAN 6 on partition `p` that carries VLAN 5; write 5: ' +
      '`switch-tagging` of arm `z` has one VLAN per port or partition',
  ])
})

test('streams of a divided port name one of its partitions', () => {
  const text = (stream: string) =>
    MINIMAL.replace('rate: 1 Gbit/s', 'rate: 1 Gbit/s, partitions: [{ name: p, rate: 200 Mbit/s }]').replace(
      'vcpus: 1',
      `vcpus: 1, packets: [{ direction: receive, rate: 1 /s, bytes: 1${stream} }]`,
    )
  expect(load({ f: text(', partition: p') }).host.nic!.partitions).toEqual([{ name: 'p', rateBitPerS: 200_000_000 }])
  expect(faultsOf(() => load({ f: text('') }))[0]).toContain(
    'names no partition of the divided port; write partition: `p`',
  )
  expect(faultsOf(() => load({ f: text(', partition: q') }))[0]).toContain('no partition `q`; write `p`')
})

test('empty work needs nothing and ends at once', () => {
  const empty = MINIMAL.replace('measure: 1 s', 'until: idle')
    .replace(', nic: { rate: 1 Gbit/s }', '')
    .replace('vcpus: 1', 'vcpus: 1, packets: [], traps: {}, loop: { repeat: 1, compute: { cycles: 1 } }')
  expect(load({ f: empty }).vms.w).toMatchObject({ packets: [], traps: {} })
})

test('until idle is for closed work, and there must be some', () => {
  const idle = (work: string) =>
    load({ f: MINIMAL.replace('measure: 1 s', 'until: idle').replace('vcpus: 1', `vcpus: 1, ${work}`) })
  for (const work of [
    'compute: { rate: 1 /s, cycles: 1 }',
    'traps: { cpuid: 1 /s }',
    'screen: { rate: 1 /s, pixels: 1 }',
  ]) {
    const faults = faultsOf(() => idle(`loop: { repeat: 1, traps: { cpuid: 1 } }, ${work}`))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain('never ends, so `until: idle` would not be reached; ')
  }
  const [nothing] = faultsOf(() => load({ f: MINIMAL.replace('measure: 1 s', 'until: idle') }))
  expect(nothing).toContain('run.until: finds nothing to wait for; ')
})
