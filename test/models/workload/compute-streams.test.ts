// Several streams of guest jobs in one group: each with draws of its own, and one alone as it always was.
import { describe, expect, test } from 'vitest'
import { canonical } from '../../../src/language/identity.ts'
import { isCompute } from '../../../src/models/host/setup.ts'
import { offeredWork } from '../../../src/models/workload/offered.ts'
import { faultsOf, loaded } from '../../language/loading.ts'
import { run, setup, sum, vm } from '../build.ts'

const scenario = (compute: string, run = 'measure: 1 s') => `
name: jobs
run: { ${run} }
host: { cores: 2, clock: 2 GHz }
arms: { a: { processor: vt-x }, b: { processor: vt-x-ept } }
vms: { web: { count: 2, vcpus: 1, compute: ${compute} } }
`
const group = (compute: string) => loaded({ f: scenario(compute) }).vms['web']
const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const
const namesOf = (tallies: ReturnType<typeof run>) => tallies.work.map(({ work }) => work)

const STREAM = '{ rate: 20 /s, cycles: 24000 }'
const OTHER = '{ every: 1 s, cycles: { exponential: 5e6 } }'

test('one map is what it was, a list has numbered streams', () => {
  const alone = group(STREAM).compute
  expect(alone).toEqual({ arrivals: { kind: 'poisson', ratePerS: 20 }, cycles: 24000 })
  expect(group(`[${STREAM}, ${OTHER}]`).compute).toEqual([
    alone,
    { arrivals: { kind: 'periodic', everyNs: 1e9 }, cycles: { exponential: 5e6 } },
  ])
  expect(canonical(loaded({ f: scenario(STREAM) }))).toContain('"compute":{"arrivals"')
})

describe('variants', () => {
  const jobs = (at: number, cycles: number) => ({ arrivals: times(at), cycles })

  test('each is simulated under its own name, and together they are the work of the guest', () => {
    const tallies = run(setup({ vms: { vm: vm({ compute: [jobs(1, 100), jobs(2, 30)] }) } }), {})
    expect(namesOf(tallies)).toEqual(['compute.0', 'compute.1'])
    expect([0, 1].map((i) => sum(tallies, { technology: 'guest', work: `compute.${i}` }))).toEqual([100, 30])
  })

  test('one in a list is `compute.0`, one alone is `compute`', () => {
    expect(namesOf(run(setup({ vms: { vm: vm({ compute: [jobs(1, 5)] }) } }), {}))).toEqual(['compute.0'])
    expect(namesOf(run(setup({ vms: { vm: vm({ compute: jobs(1, 5) }) } }), {}))).toEqual(['compute'])
  })

  test('a further stream moves no draw of the first', () => {
    const poisson = { arrivals: { kind: 'poisson', ratePerS: 1e5 }, cycles: { exponential: 100 } } as const
    const of = (compute: readonly (typeof poisson)[]) => run(setup({ vms: { vm: vm({ compute }) } }), {})
    const [one, two] = [of([poisson]), of([poisson, poisson])].map((tallies) =>
      sum(tallies, { technology: 'guest', work: 'compute.0' }),
    )
    expect(one).toBe(two)
    expect(one).toBeGreaterThan(0)
  })

  test('what is offered is known of each', () => {
    const poisson = { arrivals: { kind: 'poisson', ratePerS: 1000 }, cycles: 50 } as const
    const offered = offeredWork(setup({ measureNs: 1e9, vms: { vm: vm({ compute: [poisson, poisson] }) } }))
    expect(offered.map(({ work, expected }) => [work, expected])).toEqual([
      ['compute.0', 50_000],
      ['compute.1', 50_000],
    ])
  })

  test('an empty list is no work', () => {
    expect(group('[]').compute).toBeNull()
  })

  test('--set reaches into a list and into a map', () => {
    const set = (compute: string, path: string) => loaded({ f: scenario(compute) }, { set: [path] }).vms['web'].compute
    expect(set(`[${STREAM}, ${OTHER}]`, 'vms.web.compute.1.every=2 s')).toMatchObject([
      {},
      { arrivals: { everyNs: 2e9 } },
    ])
    expect(set(STREAM, 'vms.web.compute.rate=30 /s')).toMatchObject({ arrivals: { ratePerS: 30 } })
  })
})

test.each([
  [`[${STREAM}, { rate: 20 /s }]`, 'vms.web.compute.1.cycles: is missing'],
  ['[20 /s]', 'vms.web.compute.0: is `20 /s`; write a map'],
  ['5', 'vms.web.compute: is `5`; write a map'],
])('%s is refused', (compute, text) => {
  expect(faultsOf(() => group(compute))).toEqual([expect.stringContaining(text)])
})

test('streams of a list never end either', () => {
  const text = scenario(`[${STREAM}]`, 'until: idle').replace(
    'count: 2',
    'count: 2, loop: { repeat: 1, compute: { cycles: 5 } }',
  )
  expect(faultsOf(() => loaded({ f: text }))).toEqual([expect.stringContaining('vms.web.compute: never ends')])
})

test('guest jobs of open work are told by the name of their stream', () => {
  expect(['compute', 'compute.0', 'compute.12'].filter(isCompute)).toHaveLength(3)
  expect(['loop.compute', 'computes', 'packets.0', 'traps.halt'].filter(isCompute)).toEqual([])
})
