// What users get wrong, and the line each of them is told. `¦` in a replacement marks the place the line must name.
import { ScenarioError } from '../../src/language/faults.ts'
import { expect, test } from 'vitest'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'

const BASE = `name: base
run: { warmup: 0 s, measure: 1 s }
host:
  cores: 4
  clock: 2.4 GHz
  nic: { rate: 10 Gbit/s }
  array: { path: 8 Gbit/s, internal: 4 GB/s }
arms:
  software: { nic: emulated, vlan: host-tagging }
  hardware: { nic: sr-iov, vlan: nic-tagging }
vms:
  web:
    count: 2
    vcpus: 1
    traps: { syscall: 2000 /s }
    packets:
      - { direction: receive, rate: 250 /s, bytes: 1200, vlan: 5 }
    clones: { at: 0 s, count: 4, bytes: 1 GiB, concurrent: 2 }
`

const FILES: Readonly<Record<string, string>> = {
  'sizes.csv': 'bytes,note\n100,a\nmany,b\n',
  'short.csv': 'bytes,note\n100\n',
  'open.csv': 'bytes\n"100\n',
  'empty.csv': 'bytes\n',
  'times.csv': 'start\n10\nnoon\n',
}

/** The faults of the base with one place changed, and the position of the mark. */
function mistake(
  before: string,
  after: string,
  set: readonly string[] = [],
): { faults: readonly string[]; at: string } {
  expect(BASE).toContain(before)
  const marked = BASE.replace(before, () => after)
  const lines = marked.slice(0, Math.max(0, marked.indexOf('¦'))).split('\n')
  return { faults: faultsOf(marked.replace('¦', ''), set), at: `f.yaml:${lines.length}:${lines.at(-1)!.length + 1}` }
}

function faultsOf(text: string, set: readonly string[] = []): readonly string[] {
  const read = (path: string) => {
    if (path === 'f.yaml') return text
    if (Object.hasOwn(FILES, path)) return FILES[path]
    throw Object.assign(new Error('cannot'), { code: path === 'folder' ? 'EISDIR' : 'ENOENT' })
  }
  try {
    loadScenario('f.yaml', { read, technologies: TECHNOLOGIES, set })
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  return []
}

const CORES = 'write a whole number from 1 to 4,096 without a unit, such as 16'
const CLOCK = 'write a frequency from 1 MHz to 100 GHz in Hz, kHz, MHz, GHz, such as 2.93 GHz'
const TIME = 'write a time from 1 ns to 240 h in ns, us, ms, s, min, h, such as 3 s'
const RATE = 'write a rate from 0 /s to 1e9 /s in /s, /min, /h, such as 250 /s'
const PACKET_BYTES =
  'write a number of bytes from 1 B to 1 MiB, bare or in B, kB, MB, GB, TB, KiB, MiB, GiB, TiB, such as 1500'
const PARTITION_RULE =
  'a port is divided into at most 4 partitions: fixed requests first, the rest shared evenly by `auto`, in steps of 100 Mbit/s'

const nic = (partitions: string) => `nic: { rate: 10 Gbit/s, ${partitions} }`
const packet = (keys: string) => `{ direction: receive, ${keys} }`

/** [what is there, what the user writes, the message after the position] */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  // Requests and devices
  [
    'count: 2',
    'count: 2\n    requests: [{ name: reads, rate: 1 /s, bytes: 8, ¦device: disks }]',
    'vms.web.requests.0.device: the host has no device `disks`; write host: { devices: { disks: { rate: 500000 /s } } }',
  ],
  [
    'count: 2',
    'count: 2\n    requests: [{ name: reads, rate: 1 /s, bytes: 8 }, { ¦name: reads, rate: 1 /s, bytes: 9 }]',
    'vms.web.requests.1.name: `reads` is another kind already; use one',
  ],
  [
    'count: 2',
    'count: 2\n    requests: [¦{ name: reads, bytes: 8 }]',
    'vms.web.requests.0: says nothing of when work arrives; write rate: 250 /s (Poisson), every: 10 ms, or arrivals: { file, column }',
  ],
  [
    'cores: 4',
    'cores: 4\n  devices: { disks: ¦{ parallel: 4 } }',
    'host.devices.disks: takes no time; write rate: 500000 /s, latency: 10 us, or bandwidth: 2 GB/s',
  ],
  [
    'cores: 4',
    'cores: 4\n  devices: { disks: { rate: 1 /s, ¦latency: 1 ms } }',
    'host.devices.disks.latency: excludes `rate`, which says what a request takes; keep one of the two',
  ],
  [
    'cores: 4',
    'cores: 4\n  devices: { ¦array: { rate: 1 /s } }',
    'host.devices.array: the name `array` is reserved for what every host has; choose another',
  ],
  // YAML
  ['cores: 4', '¦\tcores: 4', 'a tab is used as indentation; indent with spaces'],
  [
    'cores: 4\n  clock',
    'cores: [4\n  ¦clock',
    'a bracket is not closed, or what stands here is not indented enough; close it or indent it',
  ],
  [
    'name: base',
    'name: base\n¦---\nname: other',
    'a second document begins here; keep one scenario to a file and remove the `---`',
  ],
  ['name: base', '¦%YAML 1.1\n---\nname: base', 'the file asks for another YAML than 1.2; remove the %YAML line'],
  [
    'cores: 4',
    'cores: !!str ¦4',
    'host.cores: tag `tag:yaml.org,2002:str` is not part of the language; write the value alone',
  ],
  ['cores: 4', 'cores: ¦*none', 'host.cores: alias `*none` has no anchor before it; write the value itself'],
  ['cores: 4', 'cores: &me [¦*me]', 'host.cores.0: alias `*me` contains itself; write the value itself'],
  ['  cores: 4', '  cores: 4\n  ¦cores: 8', 'host.cores: is already given on line 4; keep one of the two'],
  [
    'count: 2',
    '? ¦[a]\n    : b\n    count: 2',
    'vms.web: a key here is not a plain word; write a name, a colon and a value',
  ],
  ['cores: 4', `cores: ${'['.repeat(64)}¦[`, 'is nested more than 64 levels deep; a scenario needs fewer than ten'],
  // Keys and kinds
  ['name: base\n', '', 'name: is missing; write a name in one line, such as vdi-host'],
  ['    vcpus: 1\n', '', 'vms.web.vcpus: is missing; write a whole number from 1 to 512 without a unit, such as 2'],
  ['cores: 4', '¦coers: 4', 'host.coers: unknown key; did you mean `cores`?'],
  [
    'cores: 4',
    'cores: 4\n  ¦memory: 4 GB',
    'host.memory: unknown key; known: `cores`, `clock`, `processor`, `hypervisor`, `nic`, `array` and `devices`',
  ],
  ['cores: 4', 'cores: ¦[4]', `host.cores: is a list; ${CORES}`],
  ['cores: 4', 'cores: ¦{ count: 4 }', `host.cores: is a map; ${CORES}`],
  ['cores: 4', 'cores:¦', `host.cores: has no value; ${CORES}`],
  [
    '{ at: 0 s, count: 4, bytes: 1 GiB, concurrent: 2 }',
    '¦4',
    'vms.web.clones: is `4`; write a map, such as { at: 0 s, count: 200, bytes: 24 GiB, concurrent: 8 }',
  ],
  [
    '    packets:\n      - { direction',
    '    packets:\n        ¦{ direction',
    'vms.web.packets: is a map; write a list with an item for each packet stream, such as [{ direction: receive, rate: 250 /s, bytes: 1200 }]',
  ],
  ['name: base', 'name: ¦2026', 'name: `2026` is not text; put it in quotes'],
  ['name: base', 'name: ¦"a\\nb"', 'name: holds a line break or a control character; keep it to one line'],
  // Products of numbers, each of which is allowed
  [
    'count: 2\n    vcpus: 1',
    'count: 100000\n    ¦vcpus: 512',
    'vms.web.vcpus: makes 100,000 VMs × 512 vCPUs = 51,200,000 at once; write fewer than 10,000,000',
  ],
  [
    'count: 2\n    vcpus: 1\n    traps: { syscall: 2000 /s }\n    packets:\n      - { direction: receive, rate: 250 /s, bytes: 1200, vlan: 5 }\n    clones: { at: 0 s, count: 4,',
    'count: 1000\n    vcpus: 1\n    clones: { at: 0 s, ¦count: 99999,',
    'vms.web.clones.count: makes 1,000 VMs × 99,999 clones = 99,999,000 at once; write fewer than 10,000,000',
  ],
  // Numbers
  ['cores: 4', 'cores: ¦four', `host.cores: \`four\` is not a number; ${CORES}`],
  ['cores: 4', 'cores: ¦"4"', 'host.cores: `4` is text in quotes; write 4 without them'],
  ['cores: 4', 'cores: ¦4 GHz', `host.cores: \`4 GHz\` has a unit; ${CORES}`],
  ['cores: 4', 'cores: ¦4.5', `host.cores: \`4.5\` is not whole; ${CORES}`],
  ['cores: 4', 'cores: ¦0', `host.cores: \`0\` is below 1; ${CORES}`],
  ['cores: 4', 'cores: ¦5000', `host.cores: \`5000\` is above 4,096; ${CORES}`],
  ['cores: 4', 'cores: ¦0x10', `host.cores: \`0x10\` is hexadecimal; ${CORES}`],
  ['cores: 4', 'cores: ¦0o10', `host.cores: \`0o10\` is octal; ${CORES}`],
  ['cores: 4', 'cores: ¦010', `host.cores: \`010\` begins with a zero, which some read as octal; ${CORES}`],
  ['cores: 4', 'cores: ¦.inf', `host.cores: \`.inf\` is not a finite number; ${CORES}`],
  ['cores: 4', 'cores: ¦.NaN', `host.cores: \`.NaN\` is not a finite number; ${CORES}`],
  ['cores: 4', 'cores: ¦1e400', `host.cores: \`1e400\` is too large for a number; ${CORES}`],
  ['cores: 4', 'cores: ¦1e-400', `host.cores: \`1e-400\` is too small for a number; ${CORES}`],
  // Units
  ['clock: 2.4 GHz', 'clock: ¦2.4', `host.clock: \`2.4\` has no unit; ${CLOCK}`],
  ['clock: 2.4 GHz', 'clock: ¦2.4 ghz', 'host.clock: `ghz` is not a unit, case matters; write 2.4 GHz'],
  ['clock: 2.4 GHz', 'clock: ¦2.4GHz', 'host.clock: `2.4GHz` needs one space before its unit; write 2.4 GHz'],
  ['clock: 2.4 GHz', 'clock: ¦2.4  GHz', 'host.clock: `2.4  GHz` needs one space before its unit; write 2.4 GHz'],
  ['clock: 2.4 GHz', 'clock: ¦5 ms', `host.clock: \`ms\` is a unit of time; ${CLOCK}`],
  ['clock: 2.4 GHz', 'clock: ¦5 furlongs', `host.clock: \`furlongs\` is not a unit; ${CLOCK}`],
  ['measure: 1 s', 'measure: ¦0 s', `run.measure: \`0 s\` is below 1 ns; ${TIME}`],
  ['measure: 1 s', 'measure: ¦241 h', `run.measure: \`241 h\` is above 240 h; ${TIME}`],
  ['rate: 250 /s', 'rate: ¦-3 /s', `vms.web.packets.0.rate: \`-3 /s\` is below 0 /s; ${RATE}`],
  // Names and words
  ['  web:', '  ¦total:', 'vms.total: the name `total` is reserved for rows of results; choose another'],
  [
    '  web:',
    '  ¦web_1:',
    'vms.web_1: `web_1` is not a name; write a letter, then letters, digits and hyphens (at most 100)',
  ],
  ['nic: sr-iov', 'nic: ¦sriov', 'arms.hardware.nic: no handler `sriov`; did you mean `sr-iov`?'],
  [
    'nic: sr-iov',
    'nic: ¦magic',
    'arms.hardware.nic: no handler `magic`; known: `emulated`, `paravirtual`, `vmdq`, `sr-iov` and `flex-10`',
  ],
  ['nic: sr-iov', '¦nci: sr-iov', 'arms.hardware.nci: unknown technology; did you mean `nic`?'],
  ['syscall: 2000 /s', '¦sysscall: 2000 /s', 'vms.web.traps.sysscall: unknown trap kind; did you mean `syscall`?'],
  [
    'direction: receive',
    'direction: ¦both',
    'vms.web.packets.0.direction: no direction `both`; known: `receive` and `transmit`',
  ],
  [
    'cores: 4',
    'cores: 4\n  processor: ¦haswell',
    'host.processor: no processor `haswell`; known: `as-measured`, `prescott`, `merom`, `nehalem` and `sandy-bridge`',
  ],
  [
    'vlan: 5',
    'vlan: ¦yes',
    'vms.web.packets.0.vlan: `yes` is not a number; write true or false, or a whole number from 1 to 4,094 without a unit, such as 100',
  ],
  ['vlan: 5', 'vpn: ¦yes', 'vms.web.packets.0.vpn: is `yes`; write true or false'],
  // Arms and costs
  [
    'hardware: { nic: sr-iov, vlan: nic-tagging }',
    '¦hardware: {}',
    'arms.hardware: lacks `nic` and `vlan`, which arm `software` names; all arms name the same technologies, so add it to the one or remove it from the other',
  ],
  [
    '  software: { nic: emulated, vlan: host-tagging }\n  hardware: { nic: sr-iov, vlan: nic-tagging }',
    '  {}',
    'arms: is empty; give at least one arm',
  ],
  [
    'vms:',
    'costs: { ¦display.encodeCyclesPerPixels: 3 }\nvms:',
    'costs.display.encodeCyclesPerPixels: unknown cost; did you mean `display.encodeCyclesPerPixel`?',
  ],
  [
    'vms:',
    'costs: { display.encodeCyclesPerPixel: ¦-1 }\nvms:',
    'costs.display.encodeCyclesPerPixel: `-1` is below 0; write a number from 0 to 10^15 without a unit, such as 30, or a map, such as { value: 30, source: measured on our hosts }',
  ],
  [
    'vms:',
    'costs: { display.cardSessions: ¦1.5 }\nvms:',
    'costs.display.cardSessions: `1.5` is not whole; write a whole number from 0 to 10^15 without a unit, such as 64, or a map, such as { value: 64, source: measured on our hosts }',
  ],
  // Work
  [
    'rate: 250 /s, bytes',
    '¦every: 1 ms, rate: 250 /s, bytes',
    'vms.web.packets.0.every: excludes `rate`; keep one of the two',
  ],
  [
    packet('rate: 250 /s, bytes: 1200, vlan: 5'),
    `¦${packet('bytes: 1200')}`,
    'vms.web.packets.0: says nothing of when work arrives; write rate: 250 /s (Poisson), every: 10 ms, or arrivals: { file, column }',
  ],
  [
    'rate: 250 /s',
    '¦bursts: { on: 1 ms, off: 1 ms }',
    'vms.web.packets.0.bursts: needs the mean rate beside it; write rate: 250 /s',
  ],
  [
    'rate: 250 /s',
    'rate: 1e9 /s, ¦bursts: { on: 1 ms, off: 1 ms }',
    'vms.web.packets.0.bursts: makes more than 10^9 /s within a burst; write a longer `on` or a lower `rate`',
  ],
  [
    'bytes: 1200',
    'bytes: ¦1200.5',
    `vms.web.packets.0.bytes: \`1200.5\` is not whole; ${PACKET_BYTES}, or a map, such as { exponential: 1500 }`,
  ],
  [
    'bytes: 1200',
    'bytes: { lognormal: { mean: 1200, cv: ¦101 } }',
    'vms.web.packets.0.bytes.lognormal.cv: `101` is above 100; write a number from 0 to 100 without a unit, such as 1.5',
  ],
  [
    'bytes: 1200',
    'bytes: { uniform: { min: 9, ¦max: 3 } }',
    'vms.web.packets.0.bytes.uniform.max: is below `min`; write the larger of the two as `max`',
  ],
  [
    'bytes: 1200',
    'bytes: ¦{ }',
    'vms.web.packets.0.bytes: names no distribution; write one of `constant`, `exponential`, `uniform`, `erlang`, `lognormal`, `weibull`, `pareto` or `empirical`, such as { exponential: 1500 }',
  ],
  [
    'bytes: 1200',
    'bytes: ¦{ constant: 3, exponential: 4 }',
    'vms.web.packets.0.bytes: names more than one distribution, `constant` and `exponential`; keep one',
  ],
  ['bytes: 1200', 'bytes: { empirical: ¦[] }', 'vms.web.packets.0.bytes.empirical: is empty; give at least one value'],
  [
    'bytes: 1200',
    'bytes: { empirical: { file: ¦sizes.csv, column: bytes } }',
    `vms.web.packets.0.bytes.empirical: sizes.csv: line 3: is not a number; ${PACKET_BYTES}`,
  ],
  [
    'bytes: 1200',
    'bytes: { empirical: { file: ¦sizes.csv, column: byte } }',
    'vms.web.packets.0.bytes.empirical: sizes.csv: has no column `byte` (cells are separated by commas); did you mean `bytes`?',
  ],
  [
    'bytes: 1200',
    'bytes: { empirical: { file: ¦short.csv, column: bytes } }',
    'vms.web.packets.0.bytes.empirical: short.csv: line 2 has 1 cells where the header has 2 (cells are separated by commas); write as many cells as headers',
  ],
  [
    'bytes: 1200',
    'bytes: { empirical: { file: ¦open.csv, column: bytes } }',
    'vms.web.packets.0.bytes.empirical: open.csv: line 2 has a quote that is not closed; close it',
  ],
  [
    'bytes: 1200',
    'bytes: { empirical: { file: ¦empty.csv, column: bytes } }',
    'vms.web.packets.0.bytes.empirical: empty.csv: has a header and no rows; give at least one row',
  ],
  [
    'bytes: 1200',
    'bytes: { empirical: { file: ¦none.csv, column: bytes } }',
    'vms.web.packets.0.bytes.empirical: none.csv: no such file; name a file, relative to the one that names it',
  ],
  [
    'at: 0 s, count: 4',
    'arrivals: { file: ¦times.csv, column: start }',
    'vms.web.clones.arrivals: times.csv: line 3: is not a time; write seconds since 1970, such as 1568176297, or ISO 8601, such as 2019-09-11 04:31:37',
  ],
  [
    'clones: { at: 0 s, count: 4,',
    'clones: ¦{ count: 4,',
    'vms.web.clones: lacks `at`; write both `at` and `count`, or `arrivals: { file, column }`',
  ],
  // The machine
  [
    '  nic: { rate: 10 Gbit/s }\n',
    '',
    'vms.web.packets: needs a network port; write host: { nic: { rate: 10 Gbit/s } }',
  ],
  [
    '  array: { path: 8 Gbit/s, internal: 4 GB/s }\n',
    '',
    'vms.web.clones: needs a storage array; write host: { array: { path: 8 Gbit/s, internal: 4 GB/s } }',
  ],
  [
    'vlan: 5',
    '¦partition: a',
    'vms.web.packets.0.partition: names a partition of a port that is not divided; remove it or add host.nic.partitions',
  ],
  [
    'nic: { rate: 10 Gbit/s }',
    nic('¦partitions: [{ name: a, rate: 11 Gbit/s }]'),
    `host.nic.partitions: ask for 11000 Mbit/s of a port that has 10000 Mbit/s; ask for less: ${PARTITION_RULE}`,
  ],
  [
    'nic: { rate: 10 Gbit/s }',
    nic('¦partitions: [{ name: a, rate: 10 Gbit/s }, { name: b, rate: auto }]'),
    `host.nic.partitions: leave less than 100 Mbit/s for each \`auto\`; ask for less: ${PARTITION_RULE}`,
  ],
  [
    'nic: { rate: 10 Gbit/s }',
    nic('partitions: [{ name: a, ¦rate: 150 Mbit/s }]'),
    `host.nic.partitions.0.rate: is not in whole steps: ${PARTITION_RULE}; write a multiple of 100 Mbit/s`,
  ],
  [
    'nic: { rate: 10 Gbit/s }',
    nic('partitions: [{ name: a, rate: auto }, { ¦name: a, rate: auto }]'),
    'host.nic.partitions.1.name: `a` is the name of another partition; choose another',
  ],
  [
    'nic: { rate: 10 Gbit/s }',
    nic(
      `partitions: [${'{ name: a, rate: auto }, '.replace('a', 'a')}${[1, 2, 3].map((i) => `{ name: a${i}, rate: auto }`).join(', ')}, ¦{ name: b, rate: auto }]`,
    ),
    `host.nic.partitions.4: is partition number 5; remove it: ${PARTITION_RULE}`,
  ],
  // The end of the run
  [', measure: 1 s', '', 'run: does not say when the run ends; write measure: 3 s, until: batches or until: idle'],
  ['measure: 1 s', 'measure: 1 s, ¦until: idle', 'run.until: excludes `measure`; keep one of the two'],
  [
    '    clones: {',
    '    ¦loop: { repeat: 3, compute: { cycles: 100 } }\n    clones: {',
    'vms.web.loop: needs a run until it is done; write run: { warmup: 0 s, until: idle }',
  ],
  [
    '    clones: {',
    '    loop: ¦{ repeat: 3 }\n    clones: {',
    'vms.web.loop: repeats nothing; give a request `compute`, `traps`, `packets` or `requests`',
  ],
  [
    'warmup: 0 s, measure: 1 s',
    '¦warmup: 1 s, until: idle',
    'run.warmup: must be 0 s with `until: idle`, which measures from the start; write 0 s',
  ],
]

test.each(MISTAKES)('%s → %s', (before, after, message) => {
  const { faults, at } = mistake(before, after)
  if (after.includes('¦')) expect(faults).toContain(`${at}: ${message}`)
  else expect(faults.map((fault) => fault.replace(/^f\.yaml:\d+:\d+: /, ''))).toContain(message)
  for (const fault of faults) expect(fault).toMatch(/^f\.yaml:\d+:\d+: [^\n]+$/)
})

/** One slip each: nothing else that depends on the place may complain as well. */
test.each([
  ['nic: { rate', 'nicc: { rate'],
  ['array: {', 'aray: {'],
  ['host:', 'hosts:'],
  ['measure: 1 s', 'mesure: 1 s'],
  ['nic: sr-iov', 'nicc: sr-iov'],
  ['count: 2', 'cuont: 2'],
  ['rate: 250 /s', 'rte: 250 /s'],
  ['direction: receive', 'directoin: receive'],
  ['cores: 4', 'cores: *none'],
  ['traps: { syscall: 2000 /s }', 'traps: { syscal: 2000 /s }'],
  ['packets:', 'packet:'],
])('%s → %s is one fault', (before, after) => {
  expect(mistake(before, after).faults).toHaveLength(1)
})

test('at least 40 distinct messages are told', () => {
  // A message is told apart by what is wrong, not by the place or the value.
  const said = MISTAKES.map(([, , message]) =>
    message
      .replace(/^[\w.-]+: /, '')
      .replace(/;.*/, '')
      .replace(/`[^`]*`/g, ''),
  )
  expect(new Set(said).size).toBeGreaterThanOrEqual(40)
})

const closed = (count: number, loop: string) =>
  faultsOf(`name: closed
run: { warmup: 0 s, until: idle }
host: { cores: 2, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms: { a: { processor: vt-x } }
vms:
  db: { count: ${count}, vcpus: 1, loop: ${loop} }
`)

test.each([
  [50_000, '{ repeat: 1, concurrent: 100000, compute: { cycles: 10 } }', 'vms.db.loop.concurrent', '5,000,000,000'],
  [5000, '{ repeat: 1, packets: [{ direction: receive, count: 99999, bytes: 9 }] }', 'vms.db.loop', '499,995,000'],
  [2, '{ repeat: 1e15, traps: { syscall: 10 } }', 'vms.db.loop.repeat', '2.0e+16'],
  [100, '{ repeat: 1e15, compute: { cycles: 1 } }', 'vms.db.loop.repeat', '1.0e+17'],
])('a loop of %d VMs that asks for too much at once or in all is one line: %s', (count, loop, start, product) => {
  const faults = closed(count, loop)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatch(new RegExp(`^f.yaml:6:[0-9]+: ${start}: `))
  expect(faults[0]).toContain(` = ${product} `)
})

test('as much as there may be is no mistake', () => {
  expect(closed(100, '{ repeat: 1, concurrent: 100000, compute: { cycles: 10 } }')).toEqual([])
  expect(closed(9, '{ repeat: 1e15, compute: { cycles: 1 } }')).toEqual([])
})
