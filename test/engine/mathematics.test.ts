// The engine's own exponential, logarithms and arc tangent: "the same bytes everywhere" rests on them.
// The values are exact ones rounded to doubles, computed with 60 decimal digits (Python's decimal). Where fdlibm errs in
// the last bit, both are given, and fdlibm's is what must not change.
import { describe, expect, test } from 'vitest'
import { arcTangent, exponential, logarithm, logarithmOnePlus } from '../../src/engine/elementary.ts'
import { RandomStream } from '../../src/engine/random.ts'

const log: [x: number, rounded: string][] = [
  [1.1102230246251565e-16, 'c0425e4f7b2737fa'],
  [1e-16, 'c0426bb1bbb55516'],
  [1e-9, 'c034b927f32bffb8'],
  [0.001, 'c01ba18a998fffa0'],
  [0.1, 'c0026bb1bbb55515'],
  [0.3333333333333333, 'bff193ea7aad030b'],
  [0.5, 'bfe62e42fefa39ef'],
  [0.7071067811865476, 'bfd62e42fefa39ee'],
  [0.9, 'bfbaf8e8210a415c'],
  [0.999, 'bf5064670d979b73'],
  [0.9999999999999999, 'bca0000000000000'],
  [1.0000000000000002, '3cafffffffffffff'],
  [2.0, '3fe62e42fefa39ef'],
  [2.718281828459045, '3ff0000000000000'],
  [3.141592653589793, '3ff250d048e7a1bd'],
  [10.0, '40026bb1bbb55516'],
  [1000000.0, '402ba18a998fffa0'],
  [1e100, '406cc845b54b54f2'],
  [1.7976931348623157e308, '40862e42fefa39ef'],
  [0.6229016948897019, 'bfde4ba347bd50a3'],
  [0.7417869892607294, 'bfd31dc9e373ca1b'],
  [0.7951935655656966, 'bfcd556ee825f5d8'],
  [0.9424502837770503, 'bfae58e9ff1e0a6d'],
  [0.7398985747399307, 'bfd3478d35ee28af'],
  [0.922324996665417, 'bfb4b315ddc633f1'],
  [0.029005228283614737, 'c00c527de3f8d8aa'],
  [0.46562265437810535, 'bfe875cc79625280'],
  [0.9433567169983137, 'bfaddae9675ea96c'],
  [0.6489745531369242, 'bfdbabd0b61cde5a'],
  [0.9009004917506227, 'bfbab75e236ab125'],
  [0.11320596465314436, 'c0016da9bf47c86e'],
]
const exp: [x: number, rounded: string][] = [
  [-700.0, '00d14f2b0fb9307f'],
  [-50.5, '3b61ad9f47f3722a'],
  [-10.0, '3f07cd79b5647c9b'],
  [-1.0, '3fd78b56362cef38'],
  [-0.5, '3fe368b2fc6f960a'],
  [-0.001, '3feff7cfe56f1a9e'],
  [-1e-10, '3feffffffff24190'],
  [1e-10, '3ff000000006df38'],
  [0.001, '3ff0041919b7ee34'],
  [0.1, '3ff1aec7b35a00d4'],
  [0.3333333333333333, '3ff6546db1ba2d13'],
  [0.5, '3ffa61298e1e069c'],
  [0.6931471805599453, '4000000000000000'],
  [1.0, '4005bf0a8b145769'],
  [2.0, '401d8e64b8d4ddae'],
  [10.0, '40d5829dcf950560'],
  [50.5, '447cf65319c5751a'],
  [100.0, '48f3494a9b171bf5'],
  [700.0, '7f0d945df4f8ec8e'],
  [-1.2372380887134504, '3fd29262542cc724'],
  [-10.137086695206786, '3f04c0de578a66b3'],
  [1.7504343694372153, '40170745f7b0d0b8'],
  [2.9576475171240304, '403340ac2927a68b'],
  [-19.475432416443912, '3e2deabbed3dc251'],
  [-11.330807981446075, '3ee92922e7942c1e'],
  [-8.820705359555587, '3f235a1ddc238099'],
  [16.653814872342075, '41704b92f2c307d0'],
  [10.62901806516567, '40e42c911fc8c570'],
  [-13.615831505678472, '3eb47c33969d0616'],
  [11.885879657248179, '4101b98e427e9aae'],
  [-14.449303264043873, '3ea1cd9c38881457'],
]
const fdlibm: Record<string, string> = { bfde4ba347bd50a3: 'bfde4ba347bd50a4', '3f07cd79b5647c9b': '3f07cd79b5647c9a' }

function bits(x: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

test.each(log)('log(%d)', (x, rounded) => {
  expect(bits(logarithm(x))).toBe(fdlibm[rounded] ?? rounded)
})
test.each(exp)('exp(%d)', (x, rounded) => {
  expect(bits(exponential(x))).toBe(fdlibm[rounded] ?? rounded)
})
test('the special cases', () => {
  expect([exponential(0), exponential(-800), exponential(800), exponential(Infinity)]).toEqual([
    1,
    0,
    Infinity,
    Infinity,
  ])
  expect([exponential(-Infinity), exponential(NaN), logarithm(NaN)]).toEqual([0, NaN, NaN])
  expect([logarithm(1), logarithm(0), logarithm(Infinity), logarithm(-1)]).toEqual([0, -Infinity, Infinity, NaN])
  expect([logarithmOnePlus(0), logarithmOnePlus(-1), logarithmOnePlus(Infinity)]).toEqual([0, -Infinity, Infinity])
  expect([logarithmOnePlus(-2), logarithmOnePlus(NaN), arcTangent(NaN)]).toEqual([NaN, NaN, NaN])
  expect([arcTangent(0), arcTangent(Infinity), arcTangent(-Infinity)]).toEqual([0, Math.PI / 2, -Math.PI / 2])
  // The smallest numbers there are, below the normal ones.
  expect([exponential(-745), logarithm(5e-324)]).toEqual([5e-324, -744.4400719213812])
})

test.each([
  // √3 is 60°, √2 − 1 is 22.5°, 2 − √3 is 15°.
  [1, Math.PI / 4],
  [Math.sqrt(3), Math.PI / 3],
  [1 / Math.sqrt(3), Math.PI / 6],
  [Math.SQRT2 - 1, Math.PI / 8],
  [2 - Math.sqrt(3), Math.PI / 12],
])('the arc tangent of %d', (x, angle) => {
  expect(arcTangent(x)).toBeCloseTo(angle, 15)
  expect(arcTangent(-x)).toBe(-arcTangent(x))
})

describe('within the last digit of what this machine has, over their whole range', () => {
  const uniform = (stream: RandomStream, low: number, high: number) => low + (high - low) * stream.uniform()
  const wide = (stream: RandomStream, decades: number) => Number(`1e${Math.floor(uniform(stream, -decades, decades))}`)
  test.each([
    ['e^x', exponential, Math.exp, (s: RandomStream) => uniform(s, -745, 709)],
    ['e^x near 0', exponential, Math.exp, (s: RandomStream) => uniform(s, -2, 2)],
    ['ln x', logarithm, Math.log, (s: RandomStream) => uniform(s, 1, 10) * wide(s, 300)],
    ['ln x near 1', logarithm, Math.log, (s: RandomStream) => uniform(s, 0, 3)],
    ['ln x beside 1', logarithm, Math.log, (s: RandomStream) => 1 + uniform(s, -1e-6, 1e-6)],
    ['ln (1 + x)', logarithmOnePlus, Math.log1p, (s: RandomStream) => uniform(s, 1, 10) * wide(s, 30)],
    ['ln (1 + x) near 0', logarithmOnePlus, Math.log1p, (s: RandomStream) => uniform(s, -0.999, 1)],
    ['arc tangent', arcTangent, Math.atan, (s: RandomStream) => uniform(s, -5, 5)],
    ['arc tangent, wide', arcTangent, Math.atan, (s: RandomStream) => uniform(s, 1, 10) * wide(s, 30)],
  ])('%s', (name, own, machine, draw) => {
    const stream = new RandomStream(name)
    let outside = 0
    for (let i = 0; i < 20_000; i++) {
      const x = draw(stream)
      const wanted = machine(x)
      if (!(Math.abs(own(x) - wanted) <= Math.max(5e-324, Math.abs(wanted) * Number.EPSILON))) outside++
    }
    expect(outside).toBe(0)
  })
})
