// Arrivals from the logs that clusters, clouds and arrays write: what is read, what is left out, and what is said of the rest.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { canonical, hashOf, identity } from '../../src/language/identity.ts'
import { timesIn, type TimesAsked } from '../../src/language/log-times.ts'
import { runReplication } from '../../src/runs/replication.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { faultsOf, loaded } from './loading.ts'

const asked: TimesAsked = { column: 't', origin: 'first', missing: 'error', speed: 1 }
const times = (rows: readonly string[], changes: Partial<TimesAsked> = {}) =>
  timesIn(['t', ...rows].join('\n'), { ...asked, ...changes })
const S = 1e9

describe('times', () => {
  test.each([
    ['seconds', ['1568174900', '1568174905.25'], [0, 5.25 * S]],
    ['seconds in ns', ['1568174900', '1568174900.000000001'], [0, 1]],
    ['milliseconds', ['1568174900000', '1568174905250'], [0, 5.25 * S]],
    ['microseconds', ['1568174900000000', '1568174900000003'], [0, 3000]],
    ['nanoseconds', ['1568174900000000001', '1568174900000000004'], [0, 3]],
    ['with an exponent', ['1.5e9', '1.500000001e9'], [0, S]],
    ['ISO 8601 as Azure writes it', ['2023-11-16 18:17:03.9799600', '2023-11-16 18:17:04.0319600'], [0, 52e6]],
    ['ISO 8601 with T and Z', ['2023-11-16T18:17:03Z', '2023-11-16T18:17:05.5Z'], [0, 2.5 * S]],
    [
      'ISO 8601 with zones',
      ['2023-11-16T18:00:00+02:00', '2023-11-16T17:00:00+0100', '2023-11-16T16:00:01-00'],
      [0, 0, S],
    ],
    ['days alone, over the end of a month', ['2024-02-29', '2024-03-01'], [0, 86_400 * S]],
    ['relative numbers, from the earliest', ['10', '7', '7.5'], [0, 0.5 * S, 3 * S]],
  ])('%s', (_, rows, expected) => {
    expect(times(rows)).toEqual(expected)
  })

  test('a stated unit is believed, and zero is where relative ones begin', () => {
    expect(times(['5', '20'], { unit: 'ms' })).toEqual([0, 15e6])
    expect(times(['5', '20'], { unit: 'ms', origin: 'zero' })).toEqual([5e6, 20e6])
    expect(times(['1568174900000'], { unit: 's', origin: 'first' })).toEqual(
      expect.objectContaining({ refused: expect.stringContaining('too large') as string }),
    )
  })

  test('a slice counts from its beginning, and may be played faster', () => {
    const rows = ['100', '160', '220', '280', '340']
    expect(times(rows, { from: 60 * S, to: 180 * S })).toEqual([0, 60 * S])
    expect(times(rows, { from: 50 * S })).toEqual([10 * S, 70 * S, 130 * S, 190 * S])
    expect(times(rows, { from: 60 * S, to: 180 * S, speed: 10 })).toEqual([0, 6 * S])
    expect(times(rows, { from: 150 * S, origin: 'zero' })).toEqual([10 * S, 70 * S, 130 * S, 190 * S])
    expect(times(rows, { from: 500 * S })).toEqual({
      refused: 'has no row in this slice; write another `from` or `to`',
    })
  })

  test('rows without a value are left out where that is asked for', () => {
    const rows = ['10', '""', 'NA', 'null', '-', 'NaN', '12']
    expect(times(rows, { missing: 'skip' })).toEqual([0, 2 * S])
    expect(times(['10', '""'])).toEqual({ refused: 'line 3: has no value; write missing: skip to leave such rows out' })
    expect(times(['10', 'NA'])).toEqual({
      refused: 'line 3: has no value; write missing: skip to leave such rows out',
    })
    expect(times(['NA'], { missing: 'skip' })).toEqual({ refused: 'has no time in any row; name another column' })
  })

  test.each([
    [['10', '', '', 'noon'], 'line 5: is not a time; write seconds since 1970'],
    [['2023-02-30'], 'line 2: is not a time'],
    [['2023-11-16 25:00'], 'line 2: is not a time'],
    [['-5'], 'line 2: is not a time'],
    [['1568174900', '1568174900123'], 'line 3: looks like ms, and line 2 like s; say which with unit: s, ms, us, ns'],
    [['1568174900', '2019-09-11'], 'line 3: looks like ISO 8601, and line 2 like s'],
    [['"1,5"'], 'line 2: has a decimal comma; write a decimal point'],
    [
      ['0', '10001278'],
      'spans 2,778 h, and a run at most 240 h; take a slice with `from` and `to`, or play it faster with `speed`',
    ],
  ])('%j is refused', (rows, text) => {
    expect(times(rows)).toEqual({ refused: expect.stringContaining(text) as string })
  })
})

describe('files', () => {
  const scenario = (work: string, run = 'measure: 1 min') => `
name: log
run: { warmup: 0 s, ${run} }
host: { cores: 4, clock: 2 GHz, nic: { rate: 1 Gbit/s }, array: { path: 8 Gbit/s, internal: 4 GB/s } }
arms: { a: { processor: vt-x, tcp: host-stack, nic: emulated }, b: { processor: vt-x-ept, tcp: host-stack, nic: sr-iov } }
vms: { web: { count: 1, vcpus: 1, ${work} } }
`
  const LOG = 't,note\n10,a\n13,b\n11,c\n'
  const load = (work: string, log: string | Uint8Array = LOG, run?: string) =>
    loaded({ 'd/f.yaml': scenario(work, run), 'd/log.csv': log }, { technologies: TECHNOLOGIES })
  const FROM = 'arrivals: { file: log.csv, column: t }'
  const listed = { kind: 'times', timesNs: [0, S, 3 * S] }

  test('give arrivals to every kind of work', () => {
    const { vms } = load(
      `compute: [{ ${FROM}, cycles: 9 }], traps: { syscall: { ${FROM} } }, screen: { ${FROM}, pixels: 9 }, ` +
        `packets: [{ direction: receive, bytes: 9, ${FROM} }], clones: { ${FROM}, bytes: 1 MiB, concurrent: 1 }`,
    )
    const { compute, traps, screen, packets, clones } = vms['web']
    const all = [...(compute as readonly object[]), { arrivals: traps.syscall }, screen, packets[0], clones]
    expect(all.map((work) => (work as { arrivals: object }).arrivals)).toEqual([listed, listed, listed, listed, listed])
  })

  test.each([
    ['semicolons', 't;note\n10;a,b\n13;b\n11;c\n'],
    ['tabs', 't\tnote\n10\ta\n13\tb\n11\tc\n'],
    ['commas, with semicolons in quotes', '"a;b;c;d",t\nx,10\ny,13\nz,11\n'],
    ['a byte order mark and CRLF', '\uFEFFt,note\r\n10,a\r\n13,b\r\n11,c\r\n'],
    ['blank lines and spaces', '\n\n t , note\n\n10 , a\n13,b\n\n11,c'],
    ['gzip', gzipSync(LOG)],
    ['gzip of a single column', gzipSync('t\n10\n11\n13')],
  ])('separated or packed otherwise: %s', (_, log) => {
    expect(load(`compute: { ${FROM}, cycles: 9 }`, log).vms['web'].compute).toMatchObject({ arrivals: listed })
  })

  test.each([
    [
      't;note\n10,5\n',
      'log.csv: line 2 has 1 cells where the header has 2 (cells are separated by semicolons); write as many cells as headers',
    ],
    [
      'time\tnote\n1\ta\n',
      'log.csv: has no column `t` (cells are separated by tabs); write one of the 2 headers that it has',
    ],
    ['t,t\n1,2\n', 'log.csv: has two columns `t`'],
    ['', 'log.csv: is empty; give a header and rows'],
    [gzipSync(LOG).subarray(0, 20), 'log.csv: is not whole, or no gzip file; compress it again'],
    [Uint8Array.of(0x74, 0x0a, 0xff), 'log.csv: is not UTF-8; save it as UTF-8'],
  ])('%j is refused', (log, text) => {
    expect(faultsOf(() => load(`compute: { ${FROM}, cycles: 9 }`, log))).toEqual([expect.stringContaining(text)])
  })

  test('a file that unpacks to more than it may have is given up', () => {
    const sizes = 'packets: [{ direction: receive, rate: 1 /s, bytes: { empirical: { file: log.csv, column: t } } }]'
    const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024))
    expect(faultsOf(() => load(sizes, bomb))).toEqual([expect.stringContaining('log.csv: is larger than 4 MiB')])
  })

  test.each([
    ['rate: 5 /s', 'rate: excludes `arrivals`, whose rows say when; keep one of the two'],
    ['every: 5 s', 'every: excludes `arrivals`'],
  ])('a log beside %s is refused', (other, text) => {
    expect(faultsOf(() => load(`compute: { ${FROM}, ${other}, cycles: 9 }`))).toEqual([expect.stringContaining(text)])
  })

  test('work from a log has an end, so a run may wait for it', () => {
    const given = load(`compute: { ${FROM}, cycles: 2000 }`, LOG, 'until: idle')
    const { makespanNs, work } = runReplication(given, 'a', 0, TECHNOLOGIES)
    expect(work[0]).toMatchObject({ generated: 3, finished: 3 })
    expect(makespanNs).toBeGreaterThanOrEqual(3 * S)
    const mixed = `compute: [{ ${FROM}, cycles: 9 }, { rate: 1 /s, cycles: 9 }]`
    expect(faultsOf(() => load(mixed, LOG, 'until: idle')).join()).toContain('vms.web.compute: never ends')
  })

  test('--set reaches the log', () => {
    const files = { 'd/f.yaml': scenario(`compute: { ${FROM}, cycles: 9 }`), 'd/log.csv': LOG }
    const { vms } = loaded(files, { technologies: TECHNOLOGIES, set: ['vms.web.compute.arrivals.speed=2'] })
    expect(vms['web'].compute).toMatchObject({ arrivals: { timesNs: [0, S / 2, 1.5 * S] } })
  })
})

describe('reported logs', () => {
  const POD = 'name,creation_time,scheduled_time\nvm-0,0,0\nvm-1,427061,427061\nvm-2,1558381,1558381\nvm-3,10001278,\n'

  test('pods (R50): a slice, and rows that were never scheduled', () => {
    const slice = { from: 100 * 3600 * S, to: 120 * 3600 * S, column: 'creation_time' }
    expect(timesIn(POD, { ...asked, ...slice })).toEqual([(427_061 - 360_000) * S])
    expect(timesIn(POD, { ...asked, column: 'scheduled_time' })).toEqual({
      refused: 'line 5: has no value; write missing: skip to leave such rows out',
    })
    const faster = { column: 'scheduled_time', missing: 'skip', speed: 100 } as const
    expect(timesIn(POD, { ...asked, ...faster })).toEqual([0, 4_270_610_000_000, 15_583_810_000_000])
  })
})

describe('a million rows', () => {
  const rows = Array.from({ length: 1_000_000 }, (_, i) => `vm-${i},${1_568_174_900_000 + ((i * 7919) % 1_000_000)}`)
  const text = `name,t\n${rows.join('\n')}\n`
  const found = timesIn(text, asked) as Float64Array

  test('are memory that threads share', () => {
    expect(found).toBeInstanceOf(Float64Array)
    expect(found.length).toBe(1_000_000)
    expect([found[0], found[1], found.at(-1)]).toEqual([0, 1e6, 999_999e6])
    const there = structuredClone({ scenario: { timesNs: found } }).scenario.timesNs
    there[5] = -1
    expect(found[5]).toBe(-1)
    there[5] = 5e6
  })

  const some = `name,t\n${rows.slice(0, 100_001).join('\n')}\n`

  test('stand in the canonical scenario and in the id as their hash', () => {
    const given = loaded(
      {
        f: `
name: log
run: { measure: 1 s }
host: { cores: 4, clock: 2 GHz }
arms: { a: { processor: vt-x }, b: { processor: vt-x-ept } }
vms: { web: { count: 1, vcpus: 1, compute: { arrivals: { file: log.csv, column: t }, cycles: 9 } } }
`,
        'log.csv': some,
      },
      { technologies: TECHNOLOGIES },
    )
    expect(canonical(given).length).toBeLessThan(1000)
    const own = timesIn(some, asked) as Float64Array
    expect(canonical(given)).toContain(`"timesNs":"${hashOf(own)}"`)
    expect(identity(given, { technologies: TECHNOLOGIES, replications: 1 })).toMatch(/^[0-9a-f]{12}$/)
  })

  test('a hundred thousand stand there themselves, as they always did', () => {
    const few = timesIn(`name,t\n${rows.slice(0, 100_000).join('\n')}\n`, asked)
    expect(Array.isArray(few)).toBe(true)
  })
})
