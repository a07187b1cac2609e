// The one grammar of calculations and conditions: exact, with units that are checked, and refusing in words.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calculated, condition, ExpressionFault, type Operand } from '../../src/units/expression.ts'
import { inBase, written } from '../../src/units/quantity.ts'
import { dimensionsOf } from '../../src/units/units.ts'

/** Parameters as they would be written. */
const PARAMETERS: Record<string, string> = {
  ...{ users: '80', video: '5 %', window: '2 s', each: '250 /s', link: '10 Gbit/s', size: '64 KiB', clock: '2 GHz' },
  ...{ odd: '7 %', zero: '0' },
}

function named(name: string): Operand {
  if (!Object.hasOwn(PARAMETERS, name)) throw new ExpressionFault(`no parameter ${name}`)
  const [number, unit = ''] = PARAMETERS[name].split(' ')
  return { quantity: written(number, unit === '' ? null : dimensionsOf(unit)[0], unit)! }
}

const number = (text: string) => inBase(calculated(text, named).amount, null)
const refusal = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof ExpressionFault) return error.message
    throw error
  }
  return ''
}

test.each([
  ['users*video', 4],
  ['100 * odd', 7],
  ['10000 * (1 - 0.9999)', 1],
  ['0.1 + 0.2', 0.3],
  ['1/3*3', 1],
  ['users - 3 - 2', 75],
  ['2 + 3 * 4 / 6', 4],
  ['-(2 - 5) * -2', -6],
  ['users*video + 1', 5],
  ['each * window', 500],
  ['clock / each', 8e6],
  ['size / 1 KiB', 64],
  ['window / 500 ms', 4],
  ['1e3*2', 2000],
  ['2 s/4 / 0.25 s', 2],
])('%s is exactly %d', (text, value) => {
  expect(number(text)).toBe(value)
})

test.each([
  ['link * window', 'bytes', 2.5e9],
  ['size * each', 'byteRate', 65_536 * 250],
  ['each * 1500 B', 'bitRate', 250 * 1500 * 8],
  ['window / 3', 'time', 2e9 / 3],
  ['1 / window', 'rate', 0.5],
  ['2 * video', 'share', 0.1],
] as const)('%s is a %s', (text, dimension, value) => {
  expect(inBase(calculated(text, named).amount, dimension)).toBe(value)
})

test.each([
  ['window + each', '`+` stands between a time and a rate; write the same kind on both sides'],
  ['window + 1', '`+` stands beside a number without the unit of a time; write its unit'],
  ['video - 1 s', '`-` stands between a share and a time; write the same kind on both sides'],
  ['users *', 'ends too early; write `=users * 5 %`'],
  ['users 5', '`5` is one too many; write `=users * 5 %`'],
  ['(users', 'a bracket is not closed; close it'],
  ['users / zero', 'divides by zero; write another divisor'],
  ['users < 5', 'comes to no number; write for example `=users * 5 %`'],
  ['users ** 2', '`*` stands where a value should; write `=users * 5 %`'],
  ['users; 1', '`; 1` cannot be read; write `=users * 5 %`'],
  [`${'('.repeat(70)}1${')'.repeat(70)}`, 'is nested more than 64 levels deep; write less'],
  [Array.from({ length: 12 }, () => '1e300').join('*'), 'comes to far too large a number; write less'],
  ['1'.repeat(1001), 'is longer than 1000 characters; shorten it'],
  ['constructor', 'no parameter constructor'],
])('%s is refused', (text, message) => {
  expect(refusal(() => calculated(text, named))).toBe(message)
})

describe('conditions', () => {
  const holds = (text: string, values: readonly number[] = []) =>
    condition(text, (name) =>
      /^f\d$/.test(name) ? { factor: Number(name[1]), first: 0, dimension: null } : named(name),
    )(values)

  test('are exact where doubles are not', () => {
    expect(holds('f0 + 0.2 == 0.3', [0.1])).toBe(true)
    expect(holds('100 * odd == f0', [7])).toBe(true)
    expect(holds('f0 * 3 <= 0.3', [0.1])).toBe(true)
  })

  test('of a division by zero are false', () => {
    expect(holds('1 / f0 > 3', [0])).toBe(false)
    expect(holds('1 / f0 < 3 or f0 == 0', [0])).toBe(true)
  })

  test('ask for every point anew', () => {
    const below = condition('f0 < users and not-a-word != other', (name) =>
      name === 'f0' ? { factor: 0, first: 0, dimension: null } : name === 'users' ? named(name) : { word: name },
    )
    expect([79, 80].map((value) => below([value]))).toEqual([true, false])
  })
})

test('a random sum of products is what integers say it is', () => {
  const small = fc.integer({ min: 1, max: 999 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('+', '-'), small, small), { minLength: 1, maxLength: 30 }),
      (terms) => {
        const text = terms.map(([sign, a, b]) => `${sign} ${a} * ${b} / 7`).join(' ')
        const sum = terms.reduce((all, [sign, a, b]) => all + (sign === '+' ? a * b : -a * b), 0)
        expect(number(`(0 ${text}) * 7`)).toBe(sum)
      },
    ),
    { numRuns: 200 },
  )
})

test('a number in decimal comes back as the double that it is written as', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e200, max: 1e200, noNaN: true }), (value) => {
      expect(number(`${value < 0 ? '-' : ''}${Math.abs(value)}`)).toBe(value === 0 ? 0 : value)
    }),
    { numRuns: 500 },
  )
})
