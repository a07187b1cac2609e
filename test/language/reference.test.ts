// The language reference and the editors' schema say what the loader does, since all three come from one table.
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/language/scenario.ts'
import { DIMENSIONS, unitsOf, type DimensionName } from '../../src/units/units.ts'
import { TECHNOLOGIES as MODELS } from '../../src/models/technologies/index.ts'
import { loadSweep } from '../../src/points/points.ts'
import { fileSchema } from '../../src/points/sweep-schema.ts'
import { columnReference, languageReference } from './language-reference.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'

const DOCUMENT = 'docs/SCENARIOS.md'

test.each([
  ['language', languageReference],
  ['columns', columnReference],
])('docs/SCENARIOS.md holds the tables of %s (UPDATE_REFERENCE=1 rewrites them)', (name, reference) => {
  const [begin, end] = [`<!-- ${name}: begin -->\n`, `<!-- ${name}: end -->`]
  const text = readFileSync(DOCUMENT, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest.slice(rest.indexOf(end))
  const expected = `${before}${begin}\n${reference()}\n${after}`
  if (process.env.UPDATE_REFERENCE === '1') writeFileSync(DOCUMENT, expected)
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(expected)
})

test('scenarios/scenario.schema.json is the schema of the models as they are (UPDATE_REFERENCE=1 rewrites it)', () => {
  const file = 'scenarios/scenario.schema.json'
  const expected = `${JSON.stringify(fileSchema(MODELS), null, 2)}\n`
  if (process.env.UPDATE_REFERENCE === '1') writeFileSync(file, expected)
  expect(readFileSync(file, 'utf8')).toBe(expected)
})

test('docs/SCENARIOS.md names every unit', () => {
  const text = readFileSync(DOCUMENT, 'utf8')
  for (const dimension of Object.keys(DIMENSIONS) as DimensionName[]) {
    for (const unit of unitsOf(dimension)) expect(text).toContain(`\`${unit}\``)
  }
})

/** A log that the document names. */
const JOBS = 'TIMESTAMP\n2023-11-16 10:00:00\n2023-11-16 12:30:00\n'

test('every scenario in docs/SCENARIOS.md loads', () => {
  const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(/```yaml\n(name:[^`]*)```/g)].map(([, block]) => block)
  expect(blocks.length).toBeGreaterThanOrEqual(2)
  for (const block of blocks) {
    const own: Record<string, string> = { 'doc.yaml': block, 'jobs.csv.gz': JOBS }
    const read = (path: string) => own[path] ?? readFileSync(`scenarios/${path}`)
    const load = /^sweep:/m.test(block) ? loadSweep : loadScenario
    expect(() => load('doc.yaml', { read, technologies: TECHNOLOGIES })).not.toThrow()
  }
})

describe('the schema', () => {
  interface Node {
    readonly $ref?: string
    readonly definitions?: Record<string, Node>
    readonly properties?: Record<string, Node>
    readonly additionalProperties?: Node | boolean
    readonly anyOf?: readonly Node[]
    readonly items?: Node
    readonly required?: readonly string[]
    readonly minimum?: number
    readonly maximum?: number
    readonly pattern?: string
    readonly type?: string
    readonly enum?: readonly string[]
    readonly description?: string
    readonly then?: Node
    readonly else?: Node
  }
  const schema = fileSchema(TECHNOLOGIES) as Node
  const plain = schema.else as Node

  // Parts that occur in several places are definitions.
  function resolved(node: Node): Node {
    return node.$ref === undefined ? node : schema.definitions![node.$ref.replace('#/definitions/', '')]
  }

  function inside(node: Node, ...path: string[]): Node {
    return path.reduce((at, key) => {
      const options = [at, ...(at.anyOf ?? []).map(resolved)]
      const named = options.find((option) => option.properties?.[key] !== undefined)?.properties?.[key]
      const free = options.find((option) => typeof option.additionalProperties === 'object')?.additionalProperties
      return resolved(named ?? (free as Node))
    }, node)
  }

  test('holds the ranges that the loader checks', () => {
    const orCalculated = { type: ['integer', 'string'], pattern: '^=' }
    expect(inside(plain, 'host', 'cores')).toMatchObject({ ...orCalculated, minimum: 1, maximum: 4096 })
    expect(inside(plain, 'seed')).toMatchObject({ minimum: 0, maximum: 2 ** 53 - 1 })
    expect(inside(plain, 'run', 'replications')).toMatchObject({ minimum: 1, maximum: 100_000 })
    expect(inside(plain, 'host', 'clock').description).toContain('from 1 MHz to 100 GHz')
  })

  test('says which keys are needed, but not of an overlay', () => {
    expect(plain.required).toEqual(['name', 'run', 'host', 'arms', 'vms'])
    expect(schema.then!.required).toBeUndefined()
    expect(inside(plain, 'vms', 'any').required).toEqual(['count', 'vcpus'])
  })

  test('refers to definitions that exist', () => {
    const references = [...JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)].map(([, name]) => name)
    expect(references.length).toBeGreaterThan(0)
    expect(Object.keys(schema.definitions!)).toEqual(expect.arrayContaining(references))
  })

  test('knows the handlers', () => {
    expect(inside(plain, 'arms', 'any', 'iommu').enum).toEqual(['off', 'deferred', 'strict'])
  })

  test('has a description or a range for every number', () => {
    const numbers: Node[] = []
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return
      if (/number|integer/.test(String((node as Node).type))) numbers.push(node)
      Object.values(node).forEach(walk)
    }
    walk(schema)
    expect(numbers.length).toBeGreaterThan(50)
    for (const { minimum, maximum, description } of numbers) {
      // A parameter may be any number.
      if (description?.includes('bare or with its unit, or calculated')) continue
      expect([typeof minimum, typeof maximum]).toEqual(['number', 'number'])
    }
  })

  test('accepts a number with a unit as the loader does', () => {
    const pattern = new RegExp(inside(plain, 'host', 'clock').pattern as string)
    for (const good of ['2.93 GHz', '1e9 Hz', '.5 GHz', '+2 MHz']) expect(good).toMatch(pattern)
    for (const bad of ['2.93', '2.93GHz', '2.93 ghz', '-1 GHz', '2  GHz', '1 s']) expect(bad).not.toMatch(pattern)
  })
})
