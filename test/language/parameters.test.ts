// Parameters of a scenario: `=users*video` wherever a number may stand, checked like a number that is written there.
import { describe, expect, test } from 'vitest'
import { canonical, identity } from '../../src/language/identity.ts'
import { loadSweep } from '../../src/points/points.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'
import { faultsOf, loaded, reader } from './loading.ts'

const scenario = (parameters: string, count = '=users * video', more = '') => `
name: parameters
run: { measure: 1 s }
host: { cores: 4, clock: 2 GHz, nic: { rate: 1 Gbit/s } }
arms: { software: { nic: emulated }, hardware: { nic: sr-iov } }
parameters: { ${parameters} }
vms: { desktop: { count: ${count}, vcpus: 1 } }
${more}`
const USERS = 'users: 80, video: 5 %'
const countOf = (parameters: string, count: string, set: readonly string[] = []) =>
  loaded({ f: scenario(parameters, count) }, { set }).vms['desktop'].count

test('a count is calculated, and the scenario is the one with the number', () => {
  expect(countOf(USERS, '=users*video')).toBe(4)
  const [one, other] = [scenario(USERS), scenario(USERS, '4').replace(/parameters: .*\n/, '')].map((f) => loaded({ f }))
  expect(canonical(one)).toBe(canonical(other))
  const made = { technologies: [], replications: 1 }
  expect(identity(one, made)).toBe(identity(other, made))
})

test('a count that is not whole is refused with the value it comes to', () => {
  expect(faultsOf(() => countOf('users: 81, video: 5 %', '=users * video'))).toEqual([
    'f:7:26: vms.desktop.count: `=users * video` comes to 4.05, which is not whole; write a whole number from 0 to 100,000 without a unit, such as 60',
  ])
})

describe('variants', () => {
  test('parameters are set from the command line', () => {
    expect(countOf(USERS, '=users*video', ['parameters.users=90', 'parameters.video=10 %'])).toBe(9)
    expect(faultsOf(() => countOf(USERS, '=users', ['parameters.usrs=90']))).toEqual([
      '--set parameters.usrs=90: the file has no parameter `usrs`; did you mean `users`?',
    ])
  })

  test('a --set may be calculated', () => {
    expect(countOf(USERS, '3', ['vms.desktop.count==users / 2'])).toBe(40)
  })

  test('parameters may be made of each other, in any order', () => {
    expect(countOf(`watching: =users * video, ${USERS}`, '=users - watching')).toBe(76)
  })

  test('an overlay changes a parameter of the scenario below', () => {
    const over = 'scenario: f\nparameters: { users: 120 }'
    expect(loaded({ over, f: scenario(USERS) }).vms['desktop'].count).toBe(6)
  })

  test('any place that takes a number takes a calculation: rates, times, bytes, distributions, costs, shares, the seed', () => {
    const work = `packets: [{ direction: receive, rate: =each, bytes: { exponential: =size / 2 } }]`
    const text = `
name: all
seed: =users + 1
run: { warmup: =span / 10, measure: =span, precision: =video / 5 }
host: { cores: =users / 20, clock: =clock, nic: { rate: =users * 10 Mbit/s } }
arms: { software: { nic: emulated }, hardware: { nic: sr-iov } }
parameters: { users: 80, video: 5 %, span: 2 s, each: 30 /min, size: 3 kB, clock: 2.93 GHz }
vms: { desktop: { count: 1, vcpus: 1, traps: { syscall: =each * 4 }, ${work} } }
costs: { display.encodeCyclesPerPixel: =users / 2.5 }
`
    const found = loaded({ f: text })
    expect(found).toMatchObject({ seed: 81, warmupNs: 2e8, measureNs: 2e9, precision: { share: 0.01 } })
    expect(found.host).toMatchObject({ cores: 4, clockHz: 2.93e9, nic: { rateBitPerS: 8e8 } })
    const { traps, packets } = found.vms['desktop']
    expect(traps).toEqual({ syscall: { kind: 'poisson', ratePerS: 2 } })
    expect(packets[0]).toMatchObject({ arrivals: { ratePerS: 0.5 }, bytes: { exponential: 1500 } })
    expect(found.costs).toEqual({ 'display.encodeCyclesPerPixel': 32 })
  })

  test('what looks like a calculation in quotes is one, and in a text is text', () => {
    expect(countOf(USERS, "'=users * 2'")).toBe(160)
    expect(loaded({ f: scenario(USERS).replace('name: parameters', "name: '=users'") }).name).toBe('=users')
  })

  test('an expectation may be one', () => {
    const limits = 'least: 40, budget: 30 ms'
    const expectations = (...texts: string[]) =>
      loaded({ f: scenario(`${USERS}, ${limits}`, '1', `expect: [${texts.join(', ')}]`) }).expectations
    expect(
      expectations(
        ...['hardware.total.saved_percent >= least + 2', 'hardware.nic.p99 <= 2 * budget'],
        ...['hardware.total.saved > video * 8', 'hardware.total.saved_cores >= users / 100'],
      ).map(({ column, limit }) => [column, limit]),
    ).toEqual([
      ['saved_percent', 42],
      ['p99_us', 60_000],
      ['saved_percent', 40],
      ['saved_cores', 0.8],
    ])
  })
})

test.each([
  ['users: 80', '=usrs', 'vms.desktop.count: `=usrs`: no parameter `usrs`; did you mean `users`?'],
  [
    'users: 80, video: 5 %',
    '=users-video',
    '`=users-video`: no parameter `users-video`; write spaces around - to subtract: users - video',
  ],
  ['users: 80', '=host.cores', '`host.cores` is no parameter; only those may be named here'],
  ['span: 2 s', '=span', '`=span` comes to a time; write a whole number from 0 to 100,000'],
  ['users: 80', '=users *', '`=users *`: ends too early; write `=users * 5 %`'],
  ['users: 80', '=users - 81', '`=users - 81` comes to -1, which is below 0'],
  ['users: 1e9', '=users', '`=users` comes to 1000000000, which is above 100,000'],
  [
    'users: eighty',
    '=users',
    'parameters.users: `eighty` is not a number; write a number, bare or with its unit, such as 80 or 5 %',
  ],
  ['users: 5 lb', '=users', 'parameters.users: `lb` is not a unit'],
  ['a: =b + 1, b: =a', '=a', 'parameters.b: `=a`: `a` is calculated from itself'],
  ['a: =a', '=a', 'parameters.a: `=a`: `a` is calculated from itself'],
  ['users: [80]', '1', 'parameters.users: is a list; write a number'],
  ['ms: 80', '1', 'parameters.ms: the name `ms` is reserved for units and words of expressions; choose another'],
])('%s and count: %s is refused with one line', (parameters, count, text) => {
  const faults = faultsOf(() => countOf(parameters, count))
  expect(faults).toEqual([expect.stringContaining(text)])
})

test.each([
  ['hardware.nic.p99 <= users', '`users`: comes to a plain number; write a time beside p99'],
  ['hardware.nic.p99_us <= 2 * span', '`2 * span`: comes to a time; write a plain number beside p99_us'],
  ['hardware.nic.cores <= usrs', '`usrs`: no parameter `usrs`; did you mean `users`?'],
  ['hardware.nic.cores <= users +', '`users +`: ends too early'],
  ['hardware.nic.cors <= users', 'no column `cors` with numbers; did you mean `cores`?'],
])('the expectation %s is refused', (text, message) => {
  const file = scenario('users: 80, span: 2 s', '1', `expect: ['${text}']`)
  expect(faultsOf(() => loaded({ f: file }))).toEqual([expect.stringContaining(`expect.0: ${message}`)])
})

test('doublings of doublings end in a message', () => {
  const names = Array.from({ length: 40 }, (_, i) => `p${i}`)
  const chain = names.slice(1).map((name, i) => `${name}: =${names[i]} * ${names[i]}`)
  expect(faultsOf(() => countOf(`p0: 1e300, ${chain.join(', ')}`, '1')).join()).toContain(
    'comes to far too large a number',
  )
})

describe('sweeps', () => {
  const sweepOf = (block: string, count = '=users * video') =>
    loadSweep('f', { read: reader({ f: scenario(USERS, count, `sweep: ${block}`) }), technologies: TECHNOLOGIES })
  const counts = (block: string) => {
    const sweep = sweepOf(block)
    return Array.from({ length: sweep.size }, (_, point) => point)
      .filter(sweep.includes)
      .map((point) => sweep.scenario(point).vms['desktop'].count)
  }

  test('a parameter is a factor; its column says its unit', () => {
    expect(counts('{ grid: { parameters.users: [20, 40], parameters.video: [5 %, 10 %] } }')).toEqual([1, 2, 2, 4])
    const { factors, cells } = sweepOf('{ grid: { parameters.users: [20, 40], parameters.video: [5 %, 10 %] } }')
    expect(factors.map(({ column, isWhole }) => [column, isWhole])).toEqual([
      ['parameters.users', false],
      ['parameters.video_share', false],
    ])
    expect(cells(1)).toEqual([20, 0.1])
  })

  test('conditions know parameters and what is calculated from them', () => {
    const grid = 'grid: { parameters.users: [20, 40, 80] }'
    expect(counts(`{ ${grid}, where: users < 80 }`)).toEqual([1, 2])
    expect(counts(`{ ${grid}, where: vms.desktop.count == 2 }`)).toEqual([2])
    expect(counts(`{ ${grid}, where: users * video >= 2 and parameters.video < 6 % }`)).toEqual([2, 4])
  })

  test('a range between whole numbers is of whole numbers, another is not', () => {
    const of = (range: string) => {
      const sweep = sweepOf(`{ sobol: { points: 8, factors: { parameters.users: ${range} } } }`, '1')
      return Array.from({ length: 8 }, (_, point) => sweep.cells(point)[0] as number)
    }
    expect(of('{ from: 1, to: 8 }').sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(of('{ from: 1.0, to: 2.0 }')).toEqual([1, 1.5, 1.75, 1.25, 1.375, 1.875, 1.625, 1.125])
    expect(of('{ from: 1 s, to: 2 s }').slice(0, 3)).toEqual([1, 1.5, 1.75])
  })

  test.each([
    ['{ grid: { vms.desktop.count: [=users] } }', 'is calculated; write values here, or sweep a parameter'],
    ['{ grid: { parameters.users: [20, 2 s] } }', 'is another kind of number than the first'],
    [
      '{ sobol: { points: 2, factors: { parameters.users: { from: 1, to: 2 s } } } }',
      'is another kind of number than `from`',
    ],
    ['{ grid: { parameters.nobody: [20] } }', 'the file has no parameter `nobody`'],
    ['{ grid: { seed: [1] }, where: users < 5 s }', '`<` stands beside a number without the unit of a time'],
  ])('%s is refused', (block, message) => {
    expect(faultsOf(() => sweepOf(block))).toEqual([expect.stringContaining(message)])
  })
})
