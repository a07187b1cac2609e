// Whatever stands in a file, loading ends soon, with a scenario or with faults that are one line each.
import { ScenarioError } from '../../src/language/faults.ts'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'

/** Loads the text; anything but a scenario or a ScenarioError escapes. */
function faultsOf(text: string | Uint8Array, set: readonly string[] = []): readonly string[] {
  const read = (path: string) => {
    if (path === 'f.yaml') return text
    throw Object.assign(new Error('cannot'), { code: 'ENOENT' })
  }
  try {
    loadScenario('f.yaml', { read, technologies: TECHNOLOGIES, set })
    return []
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    expect(error.faults.length).toBeGreaterThan(0)
    for (const fault of error.faults) expect(fault).toMatch(/^(f\.yaml|--set )\P{Cc}*$/u)
    return error.faults
  }
}

const SCENARIO = readFileSync('scenarios/vdi-host.yaml', 'utf8')
const SNIPPETS = [
  '*a',
  '&a ',
  '&a [*a]',
  '!!int ',
  '? ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|',
  '>',
  '#',
  '\t',
  '\n',
  '---\n',
  '.nan',
  '.inf',
  '1e400',
  '0x1',
  '-1',
  'null',
  '~',
  'true',
  '<<',
  '__proto__',
  'constructor',
  ' /s',
  ' ms',
  ',',
  'scenario: f.yaml\n',
  '{ file: f.yaml, column: x }',
  '\u0000',
  '\u2028',
  '%YAML 1.1\n---\n',
  'loop: {}',
  '😀',
]

test('arbitrary text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void faultsOf(text)),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void faultsOf(bytes)),
    { numRuns: 300 },
  )
})

test('text made of what YAML is made of', () => {
  const words = fc.array(fc.constantFrom(...SNIPPETS, 'name', 'vms', 'host', 'run', 'arms'), { maxLength: 60 })
  fc.assert(
    fc.property(words, (parts) => void faultsOf(parts.join(''))),
    { numRuns: 1000 },
  )
})

test('a scenario with places overwritten', () => {
  const edit = fc.record({
    at: fc.nat(SCENARIO.length),
    cut: fc.nat(12),
    put: fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 6 })),
  })
  const mutated = fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    return edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), SCENARIO)
  })
  fc.assert(
    fc.property(mutated, (text) => void faultsOf(text)),
    { numRuns: 400 },
  )
})

test('arbitrary settings', () => {
  const key = fc.constantFrom(
    'vms',
    'desktop',
    'packets',
    '0',
    '9',
    'rate',
    'host',
    'nic',
    'arms',
    'costs',
    'x',
    '__proto__',
    '',
  )
  const path = fc.array(key, { maxLength: 5 }).map((keys) => keys.join('.'))
  const value = fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 8 }))
  const settings = fc.array(
    fc.tuple(path, value).map(([place, what]) => `${place}=${what}`),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(settings, (set) => void faultsOf(SCENARIO, set)),
    { numRuns: 400 },
  )
})

test.each([
  ['open brackets', '['.repeat(1_000_000)],
  ['open braces', '{a: '.repeat(500_000)],
  ['dashes', '- '.repeat(1_000_000)],
  ['keys in keys', 'a: '.repeat(500_000)],
  ['steps', Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
])('%s, a great many of them, are too deep', (_, text) => {
  expect(faultsOf(text)).toEqual([expect.stringMatching(/^f\.yaml:\d+:\d+: is nested more than 64 levels deep; /)])
})

test('aliases of aliases do not explode', () => {
  const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}]`)
  const faults = faultsOf(`l0: &l0 [1, 2, 3]\n${levels.join('\n')}\n`)
  expect(faults.filter((fault) => fault.includes('values with its aliases')).length).toBeGreaterThan(0)
})

test('a hundred aliases are allowed, and no more', () => {
  const file = (aliases: number) => `${SCENARIO}\nx: [&a 1${', *a'.repeat(aliases)}]\n`
  expect(faultsOf(file(100))).toHaveLength(1)
  expect(faultsOf(file(101))).toContainEqual(expect.stringContaining('is alias number 101; use at most 100'))
})

test('an alias stands for what its anchor holds', () => {
  const text = SCENARIO.replace('count: 60', 'count: &n 60').replace('count: 4, bytes', 'count: *n, bytes')
  const read = () => text
  expect(loadScenario('f', { read, technologies: TECHNOLOGIES }).vms.template.clones!.count).toBe(60)
})

test('a slip of syntax is one fault, and two far apart are two', () => {
  // Two stumbles in one line, and two in neighbouring lines, are one slip each.
  expect(faultsOf('a: "\\q \\y"\n')).toHaveLength(1)
  expect(faultsOf(SCENARIO.replace('cores: 16', 'cores 16'))).toHaveLength(1)
  expect(faultsOf(SCENARIO.replace('cores: 16', 'cores: @16').replace('count: 60', 'count: @60'))).toHaveLength(2)
})

test('names from the object prototype are names like any other', () => {
  const text = SCENARIO.replace('  template:', '  constructor:')
  expect(Object.keys(loadScenario('f', { read: () => text, technologies: TECHNOLOGIES }).vms)).toEqual([
    'constructor',
    'desktop',
  ])
  expect(faultsOf(SCENARIO.replace('nic: sr-iov', 'nic: toString'))[0]).toContain('no handler `toString`')
  expect(faultsOf(SCENARIO.replace('cores: 16', 'cores: 16\n  hasOwnProperty: 1'))[0]).toContain('unknown key')
})
