// The port: how it is divided, and how long a packet takes to pass. One byte is 0.8 ns at 10 Gbit/s.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocatePartitions, PARTITION_RULE } from '../../../src/models/host/port.ts'
import type { Partition } from '../../../src/models/host/setup.ts'
import { at, host, run, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'

describe('partitions', () => {
  const allocated = (...rates: (number | 'auto')[]): number[] =>
    allocatePartitions(
      10e9,
      rates.map((rate, i) => ({ name: `p${i}`, rateBitPerS: rate === 'auto' ? rate : rate * 1e9 })),
    ).map((rate) => rate / 1e9)

  test.each<[(number | 'auto')[], number[]]>([
    // NIC-11: 2/2/2/2 Gb requested, 2/2/2/2 assigned.
    [
      [2, 2, 2, 2],
      [2, 2, 2, 2],
    ],
    [['auto'], [10]],
    [
      ['auto', 'auto', 'auto', 'auto'],
      [2.5, 2.5, 2.5, 2.5],
    ],
    [
      [3, 'auto', 'auto'],
      [3, 3.5, 3.5],
    ],
    [
      ['auto', 4, 'auto', 5.8],
      [0.1, 4, 0.1, 5.8],
    ],
    // 100 steps between three: 33 each, and the one that is left goes to the first.
    [
      ['auto', 'auto', 'auto'],
      [3.4, 3.3, 3.3],
    ],
    [[10], [10]],
    [[], []],
  ])('%j of 10 Gbit/s get %j', (asked, given) => {
    expect(allocated(...asked)).toEqual(given)
  })

  test('an error says what was asked for', () => {
    expect(() => allocated('auto', 'auto', 'auto', 'auto', 'auto')).toThrow(
      '5 partitions; a port is divided into at most 4',
    )
    expect(() => allocated(6, 5)).toThrow('11 Gbit/s fixed on a port of 10 Gbit/s; a port is divided into at most 4')
    expect(PARTITION_RULE).toMatch(/fixed requests first, the rest shared evenly by `auto`, in steps of 100 Mbit\/s$/)
  })

  test.each<[string, (number | 'auto')[]]>([
    ['a fifth partition', ['auto', 'auto', 'auto', 'auto', 'auto']],
    ['more than the port has', [6, 5]],
    ['nothing left for `auto`', [10, 'auto']],
    ['less than a step for each `auto`', [9.9, 'auto', 'auto']],
  ])('%s is an error that names the rule', (_, asked) => {
    expect(() => allocated(...asked)).toThrow(PARTITION_RULE)
  })

  test('for any mix: fixed requests are met, `auto` ones differ by a step at most, the port is never exceeded', () => {
    const step = 100e6
    const asked = fc.array(fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 100 })), { maxLength: 4 })
    fc.assert(
      fc.property(asked, (rates) => {
        const partitions: Partition[] = rates.map((rate, i) => ({
          name: `p${i}`,
          rateBitPerS: rate === 'auto' ? rate : rate * step,
        }))
        const fixed = rates.reduce<number>((total, rate) => total + (rate === 'auto' ? 0 : rate), 0)
        const autos = rates.filter((rate) => rate === 'auto').length
        fc.pre(fixed + autos <= 100)
        const given = allocatePartitions(10e9, partitions)
        const auto = given.filter((_, i) => rates[i] === 'auto')
        partitions.forEach(({ rateBitPerS }, i) => rateBitPerS !== 'auto' && expect(given[i]).toBe(rateBitPerS))
        if (autos > 0) {
          expect(Math.max(...auto) - Math.min(...auto)).toBeLessThanOrEqual(step)
          expect(given.reduce((total, rate) => total + rate, 0)).toBe(10e9)
        }
        expect(given.every((rate) => rate % step === 0 && rate > 0)).toBe(true)
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test('a packet passes its partition at the partition’s rate, beside the other ones', () => {
    // 1538 bytes at 2 Gbit/s take 6152 ns, at 8 Gbit/s 1538 ns.
    const partitions: Partition[] = [
      { name: 'slow', rateBitPerS: 2e9 },
      { name: 'fast', rateBitPerS: 'auto' },
    ]
    const packets = ['slow', 'fast'].map((partition) => at([0], { direction: 'transmit', partition }))
    const given = setup({ host: host({ nic: { rateBitPerS: 10e9, partitions } }), vms: { vm: vm({ packets }) } })
    expect(finishes(given, {})).toEqual([
      ['packets.1', 0, 1538],
      ['packets.0', 0, 6152],
    ])
  })

  test('each direction of a partition is a wire of its own', () => {
    // 1538 bytes at 4 Gbit/s take 3076 ns, out and in at the same time.
    const partitions: Partition[] = [{ name: 'half', rateBitPerS: 4e9 }]
    const packets = (['transmit', 'receive'] as const).map((direction) => at([0], { direction, partition: 'half' }))
    const given = setup({ host: host({ nic: { rateBitPerS: 10e9, partitions } }), vms: { vm: vm({ packets }) } })
    expect(finishes(given, {}).map(([, , end]) => end)).toEqual([3076, 3076])
    const wires = run(given, {}).resources.filter(({ name }) => name.startsWith('wire.'))
    expect(wires.map(({ name, demand }) => [name, demand]).sort()).toEqual([
      ['wire.half.receive', 3076],
      ['wire.half.transmit', 3076],
    ])
  })

  test('one that the port does not have is an error', () => {
    const given = setup({ vms: { vm: vm({ packets: [at([0], { partition: 'none' })] }) } })
    expect(() => run(given, {})).toThrow('the port has no partition none')
  })

  test('streams are shaped by the host unless the NIC does it', () => {
    const nic = { rateBitPerS: 10e9, partitions: [{ name: 'all', rateBitPerS: 'auto' as const }] }
    const packets = [at([0], { direction: 'transmit', partition: 'all' })]
    const shaped = (handler: string, divided: boolean): number => {
      const given = setup({
        host: host(divided ? { nic } : {}),
        vms: { vm: vm({ packets: divided ? packets : [at([0], { direction: 'transmit' })] }) },
        costs: { 'nic.shapeCyclesPerPacket': 400 },
      })
      return sum(run(given, { nic: handler }), { step: 'shape' })
    }
    const handlers = ['emulated', 'paravirtual', 'vmdq', 'sr-iov', 'flex-10']
    expect(handlers.map((handler) => shaped(handler, true))).toEqual([400, 400, 400, 0, 0])
    expect(handlers.map((handler) => shaped(handler, false))).toEqual([0, 0, 0, 0, 0])
  })
})
