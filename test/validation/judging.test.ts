// The judge on cases made by hand: what is read, which role follows from what prices rest on, errors, skill, verdicts.
import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../src/language/faults.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { runScenario } from '../../src/runs/run-scenario.ts'
import { loadCases, summaryOf, validate, type Judged, type Summary } from '../../src/validation/index.ts'
import { errorOf, skillOf } from '../../src/validation/judging.ts'
import { Figures, type MeasuredRow } from '../../src/validation/measured-rows.ts'
import { forgottenRows, nearestRank } from '../../src/validation/summary.ts'
import { summaryLines, validationTable } from '../../src/validation/validation-table.ts'

const row = (id: string, unit = 'cycles', confirmed = true): [string, MeasuredRow] => [
  id,
  { id, fact: 'a fact', value: '1', unit, source: 'somebody', confirmed },
]
const ROWS = new Map([
  ...[row('AAA-1'), row('AAA-2'), row('AAA-3'), row('CPU-02')],
  ...[row('AAA-8', '% (up to)'), row('AAA-9', 'cycles', false)],
])

/** 1,000 system calls of 2,308 cycles (CPU-02) or of as many as `price` says, at 1 GHz. */
const SCENARIO = (price = '') => `
  run: { warmup: 0 s, until: idle, replications: 1 }
  host: { cores: 1, clock: 1 GHz }
  arms: { software: { processor: binary-translation }, native: { processor: vt-x } }
  vms: { vm: { count: 1, vcpus: 1, loop: { repeat: 1000, traps: { syscall: 1 } } } }
  ${price === '' ? '' : `costs: { processor.binary-translation.syscall: ${price} }`}`

interface Parts {
  readonly id?: string
  readonly quantity?: string
  readonly unit?: string
  readonly published?: string
  readonly rows?: string
  readonly tolerance?: string
  readonly naive?: string
  readonly more?: string
  readonly scenario?: string
}

const NAIVE = 'naive: { value: 1000, how: a guess }'

function caseText(parts: Parts = {}): string {
  const { id = 'one', quantity = 'software.total.makespan', unit = 'us', published = '{ value: 2000 }' } = parts
  const { rows = '[AAA-1]', tolerance = '20 %', naive = NAIVE, more = '', scenario = SCENARIO() } = parts
  return [
    `id: ${id}\ngroup: machine\ntitle: a title\nquantity: ${quantity}\nunit: '${unit}'`,
    `published: ${published}\nrows: ${rows}\ntolerance: ${tolerance}\nreason: a reason`,
    ...[naive, more, `scenario:${scenario}`].filter((line) => line !== ''),
  ].join('\n')
}

const GROUPS = 'groups: { machine: { machine: a machine } }'

function folderOf(texts: readonly string[], rows = GROUPS) {
  const files = new Map([['cases/rows.yaml', rows]])
  for (const text of texts) files.set(`cases/${/^id: (\S+)/.exec(text)![1]}.yaml`, text)
  const read = (path: string): string => {
    const text = files.get(path)
    if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
    return text
  }
  return loadCases([...files.keys()], { read, technologies: TECHNOLOGIES, rows: ROWS })
}

async function judge(texts: readonly string[], rows?: string): Promise<{ all: Judged[]; summary: Summary }> {
  const folder = folderOf(texts, rows)
  const all = await validate(folder.cases, folder, TECHNOLOGIES, (scenario) => runScenario(scenario, TECHNOLOGIES))
  return { all, summary: summaryOf(all, folder.groups) }
}

async function judgeOne(parts: Parts = {}, rows?: string): Promise<Judged> {
  return (await judge([caseText(parts)], rows)).all[0]
}

function faultsOf(parts: Parts, rows?: string): readonly string[] {
  try {
    folderOf([caseText(parts)], rows)
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  return []
}

describe('errors, skill and verdict', () => {
  test('1,000 calls of 2,308 cycles at 1 GHz take 2,308 us: 15.4 % above 2,000, skill 1 − 308 ÷ 1,000', async () => {
    const one = await judgeOne()
    expect(one.predicted).toBeCloseTo(2308, 9)
    expect(one.error).toBeCloseTo(0.154, 9)
    expect(one.naiveError).toBe(-0.5)
    expect(one.skill).toBeCloseTo(1 - 0.154 / 0.5, 9)
    expect(one.verdict).toBe('holds')
  })

  test('beyond its tolerance it fails; within the spread of what was published it holds in any case', async () => {
    expect((await judgeOne({ tolerance: '15 %' })).verdict).toBe('fails')
    const published = '{ value: 2000, spread: [1500, 2400] }'
    expect((await judgeOne({ tolerance: '15 %', published })).verdict).toBe('holds')
  })

  test('a bound is broken by what is beyond it, and by nothing else', async () => {
    const bound = { naive: '', tolerance: '1 %' }
    const above = await judgeOne({ ...bound, published: '{ most: 2000 }' })
    expect([above.role, above.verdict]).toEqual(['bound', 'fails'])
    expect(above.error).toBeCloseTo(0.154, 9)
    expect(await judgeOne({ ...bound, published: '{ most: 2400 }' })).toMatchObject({ error: 0, verdict: 'holds' })
    expect(await judgeOne({ ...bound, published: '{ least: 2400 }' })).toMatchObject({ verdict: 'fails' })
  })

  test('a sign is on one side of what is neutral; on the wrong side no tolerance helps', async () => {
    const saved = { quantity: 'native.total.saved', unit: '%', naive: 'naive: { value: 1, how: a guess }' }
    const right = await judgeOne({ ...saved, published: '{ value: 89 }', more: 'neutral: 0', tolerance: 'sign' })
    expect([right.isSignWrong, right.verdict]).toEqual([false, 'holds'])
    const wrong = await judgeOne({ ...saved, published: '{ value: -89 }', more: 'neutral: 0', tolerance: '1000 %' })
    expect([wrong.isSignWrong, wrong.verdict]).toEqual([true, 'fails'])
  })

  test('where only an order was published there is a side and no number, neither published nor as an error', async () => {
    const saved = { quantity: 'native.total.saved', unit: '%', naive: '', tolerance: 'sign', more: 'neutral: 0' }
    const above = await judgeOne({ ...saved, published: '{ side: above }' })
    expect(above).toMatchObject({ role: 'predicted', verdict: 'holds', error: null, skill: null, isSignWrong: false })
    expect(await judgeOne({ ...saved, published: '{ side: below }' })).toMatchObject({
      verdict: 'fails',
      isSignWrong: true,
    })
    expect(faultsOf({ ...saved, published: '{ side: above }', tolerance: '5 %' })[0]).toMatch(
      /only an order was published; write sign/,
    )
    expect(faultsOf({ ...saved, published: '{ side: above, value: 1 }' })[0]).toMatch(
      /side: is that of an order without a number/,
    )
  })

  test('errors are relative to `scale` where what was published is 0', async () => {
    const of = { published: '{ value: 0 }', more: 'scale: 23080', tolerance: '11 %' }
    expect((await judgeOne(of)).error).toBeCloseTo(0.1, 9)
    expect(faultsOf({ published: '{ value: 0 }' })).toEqual([
      'cases/one.yaml:6:12: published: is 0, of which nothing is a share; write `scale`, what errors are a share of',
    ])
  })

  test('the error of a difference stands beside those of its levels', async () => {
    const levels = [
      caseText({ id: 'software', published: '{ value: 2400 }', more: 'against: hardware' }),
      caseText({ id: 'hardware', quantity: 'native.total.makespan', published: '{ value: 300 }' }),
    ]
    const { all } = await judge(levels)
    const { difference, error } = all.find((one) => one.case.id === 'software')!
    expect(error).toBeCloseTo(2308 / 2400 - 1, 9)
    expect(difference).toMatchObject({ against: 'hardware', published: 2100 })
    expect(difference!.predicted).toBeCloseTo(2308 - 246, 9)
    expect(difference!.error).toBeCloseTo(2062 / 2100 - 1, 9)
  })

  test('skill is 1 for what is exact, 0 for what knows as much as the naive, and less for what knows less', () => {
    expect([skillOf(0, 0.5), skillOf(0.5, -0.5), skillOf(-1, 0.5)]).toEqual([1, 0, -1])
    expect([skillOf(0.1, null), skillOf(0, 0), skillOf(0.1, 0)]).toEqual([null, 0, -Infinity])
    const one = folderOf([caseText({ published: '{ value: -50 }' })]).cases[0]
    expect(errorOf(one, -40)).toBeCloseTo(0.2, 12)
  })

  test('quartiles are values that occurred', () => {
    expect([0.5, 0.75].map((share) => nearestRank([1, 2, 3, 4], share))).toEqual([2, 3])
    expect(nearestRank([7], 0.75)).toBe(7)
    expect(nearestRank([], 0.5)).toBeNull()
  })
})

describe('roles follow from what numbers rest on', () => {
  const roleOf = async (parts: Parts, rows?: string): Promise<string> => (await judgeOne(parts, rows)).role

  test('predicted: no price rests on the row', async () => {
    expect(await roleOf({})).toBe('predicted')
  })

  test('calibrated: a shipped price rests on it, and only where the arm in question is priced by it', async () => {
    const one = await judgeOne({ rows: '[CPU-02]' })
    expect(one.role).toBe('calibrated')
    expect(one.restsOn).toEqual(['CPU-02: processor.binary-translation.syscall'])
    expect(await roleOf({ rows: '[CPU-02]', quantity: 'native.total.makespan' })).toBe('predicted')
    expect(await roleOf({ rows: '[CPU-02]', quantity: 'native.total.saved', unit: '%' })).toBe('calibrated')
  })

  test('calibrated: a price of the scenario says so; the shipped price that it replaces no longer counts', async () => {
    const price = (source: string) => SCENARIO(`{ value: 2308, source: '${source}' }`)
    expect(await roleOf({ scenario: price('AAA-2, AAA-1: their mean') })).toBe('calibrated')
    expect(await roleOf({ scenario: price('assumption: as AAA-1') })).toBe('calibrated')
    expect(await roleOf({ scenario: price('AAA-2') })).toBe('predicted')
    expect(await roleOf({ scenario: price('AAA-2'), rows: '[CPU-02]' })).toBe('predicted')
  })

  test('calibrated: a parameter of the workload was chosen by it', async () => {
    expect(await roleOf({ more: 'chosen: [{ path: vms.vm.loop.repeat, rows: [AAA-1] }]' })).toBe('calibrated')
    expect(await roleOf({ more: 'chosen: [{ path: vms.vm.loop.repeat, rows: [AAA-2] }]' })).toBe('predicted')
  })

  test('calibrated: a free parameter of its machine was set by it, or by a row of the same figure', async () => {
    const group = (rows: string, cases = '') =>
      `groups: { machine: { machine: m, parameters: [{ name: p, rows: ${rows}${cases} }] } }`
    expect(await roleOf({}, group('[AAA-1]'))).toBe('calibrated')
    expect(await roleOf({}, group('[AAA-2]'))).toBe('predicted')
    expect(await roleOf({}, `${group('[AAA-2]')}\nsameFigure: [{ rows: [AAA-1, AAA-2], why: one table }]`)).toBe(
      'calibrated',
    )
    expect(await roleOf({}, group('[AAA-1]', ', cases: [other]'))).toBe('predicted')
  })

  test('unconfirmed is never predicted; "up to" is a bound; a theorem is theory, a model of others analytic', async () => {
    expect(await roleOf({ rows: '[AAA-9]' })).toBe('unconfirmed')
    expect(await roleOf({ rows: '[AAA-1, AAA-9]' })).toBe('unconfirmed')
    expect(await roleOf({ rows: '[AAA-8]', published: '{ most: 2400 }', naive: '' })).toBe('bound')
    const formula = '{ value: =2 * 1154, formula: two by two }'
    expect(await roleOf({ rows: '[]', published: formula, naive: '' })).toBe('theory')
    expect(await roleOf({ rows: '[]', published: formula, naive: '', more: 'peer: amdahl' })).toBe('analytic')
  })

  test('no role is written: the key is unknown', () => {
    expect(faultsOf({ more: 'role: predicted' })[0]).toMatch(/^cases\/one\.yaml:11:1: role: unknown key; /)
  })

  test('figures are families, also by way of a third row', () => {
    const figures = new Figures([
      { rows: ['A-1', 'A-2'], why: '' },
      { rows: ['A-2', 'A-3'], why: '' },
    ])
    expect(figures.shared(['A-1', 'A-4'], ['A-3'])).toEqual(['A-1'])
  })
})

describe('what cannot be run yet', () => {
  const lacking = { scenario: SCENARIO().replace('vt-x }', 'native }'), more: 'lacks: native as an arm' }

  test('is judged as failing, with the mechanism and the reason, and is declared', async () => {
    const { all, summary } = await judge([caseText(lacking)])
    expect(all[0]).toMatchObject({ verdict: 'not run', predicted: null, role: 'predicted' })
    expect(all[0].why).toMatch(/^cases\/one\.yaml:\d+:\d+: arms\.native\.processor: no handler `native`; /)
    expect(summary).toMatchObject({ failing: 1, undeclared: [], predicted: { cases: 0, median: null } })
    const lines = validationTable(all, summary)
    expect(lines[1]).toMatch(/^not run +one +predicted +2000 +us +20 %$/)
    expect(lines[2]).toBe('    lacks: native as an arm')
  })

  test('is a mistake where no mechanism is said to be missing', () => {
    expect(faultsOf({ ...lacking, more: '' })[0]).toMatch(/no handler `native`/)
  })

  test('a failing case that nobody declared is counted, and stands first', async () => {
    const declared = caseText({ id: 'alpha', tolerance: '1 %', more: 'lacks: something' })
    const { all, summary } = await judge([declared, caseText({ id: 'beta', tolerance: '1 %' }), caseText()])
    expect(summary.undeclared).toEqual(['beta'])
    const order = validationTable(all, summary).flatMap((line) => /^(?:fails|holds) +(\w+)/.exec(line)?.[1] ?? [])
    expect(order).toEqual(['beta', 'alpha', 'one'])
    expect(summaryLines(summary).join(' ')).toContain('2 fail, 1 of them without a declared mechanism.')
  })

  test('a run that has no answer is a case without a value, and the others are judged', async () => {
    const scenario = SCENARIO('1e15')
    const price = scenario.replace('1e15', '{ value: 1e15, source: AAA-2 }').replace('syscall: 1 }', 'syscall: 1000 }')
    const { all } = await judge([caseText({ id: 'alpha', scenario: price }), caseText()])
    expect(all[0]).toMatchObject({ verdict: 'fails', predicted: null })
    expect(all[0].why).toMatch(/cycles at once/)
    expect(all[1].verdict).toBe('holds')
  })

  test('what rests on a reading chosen afterwards is told apart', async () => {
    const after = caseText({ id: 'after', published: '{ value: 2308 }', more: 'chosenAfter: another gives +38 %' })
    const { summary } = await judge([after, caseText()])
    expect(summary).toMatchObject({ chosenAfter: 1, predicted: { cases: 2 }, predictedBefore: { cases: 1 } })
    expect(summary.predicted.median).toBeCloseTo(0, 9)
    expect(summary.predictedBefore.median).toBeCloseTo(0.154, 9)
  })
})

describe('a mistake in a case is one line', () => {
  test.each<[string, Parts, string | RegExp]>([
    ['an arm', { quantity: 'softwere.total.cpu' }, /quantity: .*no arm `softwere`; did you mean `software`\?$/],
    ['a row', { quantity: 'software.totaal.cpu' }, /quantity: .*no row `totaal`; did you mean `total`\?$/],
    ['a column', { quantity: 'software.total.cpus' }, /quantity: .*no column `cpus`; did you mean `cpu_s`\?$/],
    [
      'its unit',
      { unit: '%' },
      'cases/one.yaml:4:11: quantity: comes to a time, and the unit is `%`; write one that fits',
    ],
    ['a sum of unlike things', { quantity: 'software.total.cpu + software.exits' }, /quantity: .*write the same kind/],
    ['the baseline', { quantity: 'software.total.saved' }, /compares with the first arm; name another arm$/],
    ['a name of one part', { quantity: 'software' }, /quantity: .*behind the arm write one of throughput, exits/],
    ['a measurement', { rows: '[AAA-7]' }, /rows: no row `AAA-7`; did you mean `AAA-1`/],
    ['no measurement', { rows: '[]' }, /rows: is empty; name the rows that the value is taken from, or the formula/],
    ['a bound taken as a value', { rows: '[AAA-8]' }, /published: `AAA-8` is only a bound \("up to"\)/],
    ['value and bound', { published: '{ value: 1, most: 2 }' }, /published.value: excludes `most` and `least`/],
    ['the naive', { naive: '' }, /naive: is missing; write what one would say without the mechanism/],
    ['a sign of nothing', { tolerance: 'sign' }, /tolerance: `sign` needs to know of what; write neutral: 0/],
    [
      'a spread the wrong way',
      { published: '{ value: 2, spread: [3, 1] }' },
      /spread that is not two numbers in order/,
    ],
    ['a group', { more: 'against: two' }, /against: no case `two`; known: `one`$/],
    [
      'a price without a source',
      { scenario: SCENARIO('5') },
      /does not say where it comes from; write { value, source }/,
    ],
    [
      'the unit of a value',
      { published: '{ value: 3 B }' },
      /published: comes to a number of bytes; write a number in us/,
    ],
  ])('%s', (_, parts, expected) => {
    const faults = faultsOf(parts)
    expect(faults).toHaveLength(1)
    if (typeof expected === 'string') expect(faults[0]).toBe(expected)
    else expect(faults[0]).toMatch(expected)
  })

  test('another name than its file, and a group that rows.yaml does not know', () => {
    const text = caseText().replace('group: machine', 'group: machines')
    const read = (path: string): string => (path.endsWith('rows.yaml') ? GROUPS : text)
    const load = () => loadCases(['rows.yaml', 'other.yaml'], { read, technologies: TECHNOLOGIES, rows: ROWS })
    expect(load).toThrow(/id: is `one` in the file `other`; give both one name/)
    expect(load).toThrow(/group: no group `machines` in rows.yaml; did you mean `machine`\?/)
  })

  test('measurements of one’s own stand in rows.yaml', async () => {
    const own = `${GROUPS}\nrows: [{ id: MINE-1, fact: f, value: '2000', unit: us, source: our rack, confirmed: true }]`
    expect(await judgeOne({ rows: '[MINE-1]' }, own)).toMatchObject({ role: 'predicted', verdict: 'holds' })
  })
})

test('every row has a case, sets a parameter, or is listed with why not', () => {
  const rows = `${GROUPS}\nunused: [{ rows: [AAA-2, AAA-3], why: nobody asks }]`
  expect(forgottenRows(folderOf([caseText()], rows))).toEqual(['CPU-02', 'AAA-8', 'AAA-9'])
})
