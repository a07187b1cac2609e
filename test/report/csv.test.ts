import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, type Comparison } from '../../src/answers/comparison.ts'
import { readCsv } from '../../src/language/csv-column.ts'
import { csv, csvText } from '../../src/report/csv.ts'
import { ledgerCsv } from '../../src/report/ledger-csv.ts'
import type { Tallies } from '../../src/models/host/tallies.ts'
import { entry, histogram, pair, resource, scenario, tallies, TECHNOLOGIES, work } from '../answers/hand-made.ts'

const HEADER =
  'scenario,id,seed,replications,baseline_arm,arm,technology,baseline_handler,handler,items,' +
  'baseline_dropped,dropped,baseline_cpu_s,cpu_s,saved_cpu_s,saved_low_cpu_s,saved_high_cpu_s,saved_percent,' +
  'baseline_cores,cores,saved_cores,baseline_p50_us,p50_us,baseline_p99_us,p99_us,' +
  'baseline_makespan_s,makespan_s,baseline_stored_bytes,stored_bytes,baseline_moved_bytes,moved_bytes,saturated,' +
  'baseline_p95_us,p95_us,baseline_delivered,delivered,baseline_batch_cpu_s,batch_cpu_s,' +
  'saved_low_cores,saved_high_cores,saved_low_percent,saved_high_percent,baseline_utilization_percent,utilization_percent,' +
  'baseline_limit,limit,baseline_fit,fit,fit_low,fit_high,doubt_low_cpu_s,doubt_high_cpu_s,doubt_price'

type Table = Record<string, string>[]

function read(text: string): Table {
  const [header, ...body] = readCsv(text) as string[][]
  return body.map((row) => Object.fromEntries(header.map((name, column) => [name, row[column]])))
}

const compared = (tallies: Map<string, Tallies[]>, changes = {}) =>
  compare(scenario(changes), TECHNOLOGIES, tallies, 'id')
const rowOf = (comparison: Comparison, technology: string) =>
  read(csv(comparison)).find((row) => row['technology'] === technology)!

test('the columns, in their order, and lines that end in \\n', () => {
  const text = csv(compared(pair([{}], [{}])))
  expect(text.split('\n')[0]).toBe(HEADER)
  expect(text.endsWith('\n')).toBe(true)
  expect(text).not.toMatch(/\r|\ufeff|NaN|Infinity|null|undefined/)
  expect(text.trimEnd().split('\n')).toHaveLength(1 + 4)
})

test('every column of a window, by hand', () => {
  // Differences 60e6 and 80e6: mean 70e6, standard error 10e6, t(0.975, 1) = 12.7062047.
  const run = (counted: number, us: number) => ({
    ledger: [entry('nic', counted)],
    latencies: { nic: histogram(us * 1000) },
  })
  const comparison = compared(pair([run(100e6, 4), run(140e6, 4)], [run(40e6, 2), run(60e6, 2)]), { measureNs: 2e9 })
  const row = rowOf(comparison, 'nic')
  const near = [
    'saved_low_cpu_s',
    'saved_high_cpu_s',
    'baseline_p50_us',
    'p50_us',
    'baseline_p99_us',
    'p99_us',
    'cpu_s',
  ]
  const exact = Object.fromEntries(Object.entries(row).filter(([name]) => !near.includes(name)))
  expect(exact).toMatchObject({
    ...{ scenario: 'by-hand', id: 'id', seed: '7', replications: '2', baseline_arm: 'software', arm: 'hardware' },
    ...{ technology: 'nic', baseline_handler: 'emulated', handler: 'sr-iov', items: '10', baseline_dropped: '0' },
    ...{ baseline_cpu_s: '0.12', saved_cpu_s: '0.07', saved_percent: String((100 * 70) / 120) },
    ...{ baseline_cores: '0.06', saved_cores: '0.035', baseline_makespan_s: '', makespan_s: '' },
    ...{ baseline_stored_bytes: '', stored_bytes: '', baseline_moved_bytes: '', moved_bytes: '', saturated: '' },
  })
  expect(Number(row['saved_low_cpu_s'])).toBeCloseTo(0.07 - 0.127062047, 8)
  expect(Number(row['saved_high_cpu_s'])).toBeCloseTo(0.07 + 0.127062047, 8)
  expect(Number(row['baseline_p50_us']) / 4).toBeCloseTo(1, 2)
  expect(Number(row['p99_us']) / 2).toBeCloseTo(1, 2)
})

test('cells without a value are empty: one replication, total, until idle, baseline 0', () => {
  const run = {
    makespanNs: 3e9,
    ledger: [entry('nic', 5)],
    storedBytes: 8,
    movedBytes: 9,
    work: [work({ work: 'clones' })],
  }
  const comparison = compared(pair([run], [run]), { measureNs: null })
  expect(rowOf(comparison, 'nic')).toMatchObject({
    ...{
      saved_low_cpu_s: '',
      saved_high_cpu_s: '',
      saved_percent: '0',
      baseline_cores: '',
      cores: '',
      saved_cores: '',
    },
    ...{ baseline_p50_us: '', p99_us: '', baseline_makespan_s: '3', makespan_s: '3' },
    ...{ baseline_stored_bytes: '8', stored_bytes: '8', baseline_moved_bytes: '9', moved_bytes: '9' },
  })
  expect(rowOf(comparison, 'total')).toMatchObject({ baseline_handler: '', handler: '', p50_us: '', stored_bytes: '8' })
  expect(rowOf(comparison, 'processor')).toMatchObject({ saved_percent: '', saved_cpu_s: '0', stored_bytes: '' })
})

test('a lone arm has its rows, and nothing of a baseline', () => {
  const lone = new Map([['software', [tallies('software', 0, { ledger: [entry('nic', 5e8)] })]]])
  const [row] = read(csv(compared(lone, { arms: { software: { nic: 'emulated' } } })))
  expect(row).toMatchObject({ arm: 'software', handler: 'emulated', cpu_s: '0.5', cores: '0.5', dropped: '0' })
  for (const [name, value] of Object.entries(row)) {
    if (/^(baseline|saved)_/.test(name)) expect(value, name).toBe('')
  }
})

test('saturated names both arms, the baseline first, and takes the latencies away', () => {
  const busy = { resources: ['cores', 'wire.receive'].map((name) => resource(name, { demand: 101 })) }
  const timed = { latencies: { nic: histogram(5) } }
  const row = rowOf(compared(pair([{ ...busy, ...timed }], [{ ...busy, ...timed }])), 'nic')
  expect(row['saturated']).toBe('software:cores;software:wire.receive;hardware:cores;hardware:wire.receive')
  expect([row['baseline_p50_us'], row['p50_us'], row['baseline_p99_us'], row['p99_us']]).toEqual(['', '', '', ''])
})

test('text that a spreadsheet would run is escaped, numbers are not, and nothing becomes NaN', () => {
  const line = ['=cmd()', '-5', '+1', '@x', 'a,"b"', -5, -0.25, 1e21, 0.1 + 0.2, -0, NaN, Infinity, null, '']
  expect(csvText([line])).toBe(`'=cmd(),'-5,'+1,'@x,"a,""b""",-5,-0.25,1e+21,0.30000000000000004,0,,,,\n`)
  expect(csv(compared(pair([{}], [{}]), { name: '=1+1' }))).toContain(`\n'=1+1,id,`)
})

test('the ledger file: guest and idle among the rows, kinds of work of a group added up, handlers of the arm', () => {
  const ledger = [
    entry('nic', 5),
    entry('nic', 6, { work: 'packets.1' }),
    entry('processor', 7, { cause: 'nic', place: 'exit', step: 'eoi' }),
    entry('guest', 100, { executed: 90 }),
  ]
  const lines = ledgerCsv(compared(pair([{ ledger, idleCycles: 12.5 }], [{}]))).split('\n')
  expect(lines).toEqual([
    'scenario,id,seed,replication,arm,group,technology,handler,cause,place,step,items,executed_cycles,counted_cycles',
    'by-hand,id,7,0,hardware,,idle,,idle,host,idle,0,1000000000,0',
    'by-hand,id,7,0,software,,idle,,idle,host,idle,0,12.5,0',
    'by-hand,id,7,0,software,web,guest,,guest,host,copy,10,90,100',
    'by-hand,id,7,0,software,web,nic,emulated,nic,host,copy,20,11,11',
    'by-hand,id,7,0,software,web,processor,vt-x,nic,exit,eoi,10,7,7',
    '',
  ])
})

const cycles = fc.integer({ min: 0, max: 2 ** 40 })
const entries = fc.array(
  fc.record({
    technology: fc.constantFrom('nic', 'processor', 'guest'),
    counted: cycles,
    changes: fc.record({
      group: fc.constantFrom('web', 'db'),
      work: fc.constantFrom('packets.0', 'traps.syscall'),
      cause: fc.constantFrom('nic', 'processor'),
      place: fc.constantFrom('host', 'vcpu'),
      step: fc.constantFrom('a', 'b', 'imputed'),
      executed: cycles,
      assumed: fc.boolean(),
    }),
  }),
  { maxLength: 12 },
)
const works = fc
  .tuple(fc.nat(50), fc.nat(9), fc.nat(9), fc.constantFrom('web', 'db'))
  .map(([finished, dropped, unfinished, group]) =>
    work({ group, generated: finished + dropped + unfinished, dropped, unfinished }),
  )
const runs = fc.record({ ledger: entries, works: fc.uniqueArray(works, { selector: ({ group }) => group }) })

test('the sums of the ledger file reproduce the CSV exactly, imputed cycles included', () => {
  const replications = fc.array(fc.tuple(runs, runs), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(replications, fc.constantFrom(1e9, 2.93e9, 3.8e9), (pairs, clockHz) => {
      const made = (arm: 0 | 1) =>
        pairs.map((both) => ({
          ledger: both[arm].ledger.map(({ technology, counted, changes }) => entry(technology, counted, changes)),
          work: both[arm].works,
        }))
      const host = { ...scenario().host, clockHz }
      const comparison = compared(pair(made(0), made(1)), { host, measureNs: 3e8 })
      const ledger = read(ledgerCsv(comparison))
      for (const row of read(csv(comparison))) {
        const isOf = (technology: string) =>
          row['technology'] === 'host' ||
          (row['technology'] === 'total' ? !['guest', 'idle'].includes(technology) : technology === row['technology'])
        const sum = (arm: string) =>
          ledger
            .filter((line) => line['arm'] === arm && isOf(line['technology']))
            .reduce((total, line) => total + Number(line['counted_cycles']), 0)
        const cpuS = (total: number) => total / pairs.length / clockHz
        expect(row['baseline_cpu_s']).toBe(String(cpuS(sum('software'))))
        expect(row['cpu_s']).toBe(String(cpuS(sum('hardware'))))
        expect(row['saved_cpu_s']).toBe(String(cpuS(sum('software') - sum('hardware'))))
        expect(row['cores']).toBe(String(cpuS(sum('hardware')) / 0.3))
        expect(Object.values(row).join()).not.toMatch(/NaN|Infinity|null|undefined/)
      }
    }),
    { numRuns: 150 },
  )
})
