// A job that has not begun is given another unit: it keeps its place, and all else is the new unit's. A pixel is 3 cycles.
import { expect, test } from 'vitest'
import { closeAccounts } from '../../../src/models/host/account.ts'
import { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { NONE } from '../../../src/models/host/growing-table.ts'
import { step } from '../../../src/models/host/technology.ts'
import { setup, sum, vm } from '../build.ts'

/** A first update at 0; a second waits since 100; a third of 500 pixels takes its job at `atNs`, if that has not begun. */
function superseding(atNs: number) {
  const given = setup({ vms: { vm: vm() }, costs: { 'display.encodeCyclesPerPixel': 3 } })
  const host = new Host(given, { display: 'software-pcoip' }, 0, TECHNOLOGIES)
  const { sim, items, segments } = host
  const marks: [unit: number, atNs: number][] = []
  const ends: [unit: number, atNs: number][] = []
  const done = sim.event('done', (unit) => {
    ends.push([unit, sim.now])
    items.close(unit)
  })
  const encode = host.wiring('display')!.line([step('user', 'encode', { perByte: 'encodeCyclesPerPixel' })], done)
  const entry = segments.mark((unit, nowNs) => marks.push([unit, nowNs]), encode)
  const work = items.declare({ group: 'vm', name: 'screen', technologies: ['display'], patient: false })
  host.seal()
  const update = (pixels: number): number => items.generate(0, work, pixels, sim.now, true)
  const units: number[] = []
  const arrive = sim.event('arrive', () => {
    units.push(update(1000))
    sim.fire(entry, units.at(-1)!)
  })
  let result = 0
  const take = sim.event('take', () => {
    units.push(update(500))
    result = segments.supersede(segments.latest, units[2])
    if (result !== NONE) items.supersede(result)
  })
  sim.after(0, arrive, 0)
  sim.after(100, arrive, 0)
  sim.after(atNs, take, 0)
  sim.run(Infinity)
  return { units, marks, ends, result, tallies: closeAccounts(host, 'arm', 0) }
}

test('the unit that it had is given back, and the new one is done in its place at its own price', () => {
  const { units, ends, result, tallies } = superseding(200)
  expect(result).toBe(units[1])
  expect(Object.fromEntries(ends)).toEqual({ [units[0]]: 3000, [units[2]]: 4500 })
  expect(sum(tallies, { step: 'encode' })).toBe(3000 + 1500)
  expect(sum(tallies, { step: 'encode' }, 'items')).toBe(2)
})

test('marks before the job are passed by the new unit when it comes', () => {
  const { units, marks } = superseding(200)
  expect(marks).toEqual([0, 100, 200].map((atNs, i) => [units[i], atNs]))
})

test('a job that has begun keeps its unit', () => {
  const { units, ends, marks, result } = superseding(3001)
  expect(result).toBe(NONE)
  expect(ends).toEqual([3000, 6000].map((atNs, i) => [units[i], atNs]))
  expect(marks).toHaveLength(2)
})
