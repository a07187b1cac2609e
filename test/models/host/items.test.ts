// Items and their units alone: what is generated, how it is closed, and what it leaves in the accounts.
import { NONE } from '../../../src/models/host/growing-table.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { Items } from '../../../src/models/host/items.ts'
import { Ledger } from '../../../src/models/host/ledger.ts'

let ledger: Ledger
let items: Items
let countedDone: number
let requestsDone: number[]

const MESSAGE = 0
const CLONE = 1

beforeEach(() => {
  ledger = new Ledger()
  ledger.step({ technology: 'nic', place: 'host', name: 'copy', takesVcpu: false, assumed: false })
  items = new Items(ledger)
  const work = { group: 'vm', technologies: ['nic'] }
  expect(items.declare({ ...work, name: 'packets.0', patient: false })).toBe(MESSAGE)
  expect(items.declare({ ...work, name: 'clones', patient: true })).toBe(CLONE)
  ledger.seal(1, 2)
  items.seal()
  countedDone = 0
  requestsDone = []
  items.onCountedDone = () => countedDone++
  items.newRequests(1000, (request) => requestsDone.push(request))
})

const counted = (work = MESSAGE): number => items.generate(0, work, 100, 0, true)
const uncounted = (work = MESSAGE): number => items.generate(0, work, 100, 0, false)
/** Generated, finished, dropped, superseded, and counted but open. */
const tally = (work = MESSAGE): number[] => [
  ...[items.generated[work], items.finished[work], items.droppedOf[work], items.supersededOf[work]],
  items.countedOpen,
]
const charge = (cycles: number, work = MESSAGE): number => ledger.charge(NONE, ledger.entryOf(0, 0, work), cycles, 1)

describe('an item', () => {
  test('is its own unit, of its VM, kind, size and time, of no request, and one packet of its own cause', () => {
    const unit = items.generate(3, CLONE, 1500, 77, true)
    expect([items.item[unit], items.vm[unit], items.cause[unit], items.packets[unit]]).toEqual([unit, 3, 0, 1])
    expect([items.size[unit], items.born[unit], items.work[unit], items.counted[unit]]).toEqual([1500, 77, CLONE, 1])
    expect([items.dropped[unit], items.weight[unit], items.open[unit]]).toEqual([0, 1, 1])
    expect([items.request[unit], items.head[unit], items.tail[unit]]).toEqual([NONE, NONE, NONE])
    expect(items.counted[uncounted()]).toBe(0)
  })

  test('is finished when it is closed; only a counted one is tallied', () => {
    const [one, other] = [counted(), uncounted()]
    expect(tally()).toEqual([1, 0, 0, 0, 1])
    items.close(other)
    expect(tally()).toEqual([1, 0, 0, 0, 1])
    expect(countedDone).toBe(0)
    items.close(one)
    expect(tally()).toEqual([1, 1, 0, 0, 0])
    expect(countedDone).toBe(1)
    expect(tally(CLONE)).toEqual([0, 0, 0, 0, 0])
  })

  test('that was dropped is not finished', () => {
    items.drop(counted())
    items.drop(uncounted())
    expect(tally()).toEqual([1, 0, 1, 0, 0])
    expect(countedDone).toBe(1)
  })

  test('that was superseded is dropped, and known to be superseded', () => {
    items.supersede(counted())
    items.supersede(uncounted())
    expect(tally()).toEqual([1, 0, 1, 1, 0])
  })

  test('that was dropped before is not superseded too', () => {
    const item = counted()
    const second = items.split(item, 50, 1)
    items.drop(second)
    items.supersede(item)
    expect(tally()).toEqual([1, 0, 1, 0, 0])
  })

  test('of which two units are superseded is superseded once', () => {
    const item = counted()
    const second = items.split(item, 50, 1)
    items.supersede(second)
    items.supersede(item)
    expect(tally()).toEqual([1, 0, 1, 1, 0])
  })

  test('that was dropped leaves nothing to the next one in its row', () => {
    const first = counted()
    items.cause[first] = 4
    items.packets[first] = 9
    items.bundle(first, 6, 2)
    items.charged(first, charge(3), 0)
    items.drop(first)
    const second = counted()
    expect(second).toBe(first)
    expect([items.cause[second], items.packets[second], items.weight[second], items.open[second]]).toEqual([0, 1, 1, 1])
    expect([items.request[second], items.head[second], items.tail[second]]).toEqual([NONE, NONE, NONE])
    items.close(second)
    expect(tally()).toEqual([7, 1, 6, 0, 0])
  })
})

describe('units', () => {
  test('a further one is like its parent but for its size and packets', () => {
    const item = items.generate(3, CLONE, 1500, 77, true)
    items.cause[item] = 5
    const parent = items.split(item, 10, 1)
    items.entered[parent] = 88
    items.flow[parent] = 6
    items.batch[parent] = 7
    items.cause[parent] = 8
    const unit = items.split(parent, 400, 2)
    expect(new Set([item, parent, unit]).size).toBe(3)
    expect([items.item[unit], items.vm[unit], items.cause[unit], items.born[unit]]).toEqual([item, 3, 8, 77])
    expect([items.entered[unit], items.flow[unit], items.batch[unit]]).toEqual([88, 6, 7])
    expect([items.size[unit], items.packets[unit]]).toEqual([400, 2])
    expect(items.open[item]).toBe(3)
  })

  test('an item is finished when its last unit is closed, whichever that is', () => {
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const item = counted()
      const units = [item, items.split(item, 1, 1), items.split(item, 1, 1)]
      const before = items.finished[MESSAGE]
      items.close(units[order[0]])
      items.close(units[order[1]])
      expect(items.finished[MESSAGE]).toBe(before)
      items.close(units[order[2]])
      expect(items.finished[MESSAGE]).toBe(before + 1)
    }
  })

  test('an item of which one unit is lost is lost, once all are closed', () => {
    const item = counted()
    const second = items.split(item, 1, 1)
    items.drop(second)
    expect(tally()).toEqual([1, 0, 0, 0, 1])
    items.close(item)
    expect(tally()).toEqual([1, 0, 1, 0, 0])
  })

  test('rows are used again: a unit’s when it is closed, an item’s only when all of it is', () => {
    const item = counted()
    const [second, third] = [items.split(item, 1, 1), items.split(item, 1, 1)]
    items.close(second)
    expect(items.split(item, 1, 1)).toBe(second)
    items.close(item)
    const other = counted()
    expect([item, second, third]).not.toContain(other)
    items.close(third)
    items.close(second)
    expect([counted(), counted(), counted()].toSorted((a, b) => a - b)).toEqual([item, second, third])
  })

  test('there is room for more than 64, and none loses anything as room is made', () => {
    const columns = (): (Int32Array | Float64Array | Uint8Array)[] => [
      ...[items.item, items.vm, items.cause, items.size, items.packets, items.born, items.entered, items.next],
      ...[items.then, items.flow, items.batch, items.work, items.counted, items.dropped, items.weight],
      ...[items.request, items.open, items.head, items.tail],
    ]
    for (let unit = 0; unit < 200; unit++) {
      expect(uncounted()).toBe(unit)
      columns().forEach((column, i) => (column[unit] = (unit + i) % 120))
      if (unit === 63) expect(columns().map(({ length }) => length)).toEqual(new Array(19).fill(64))
    }
    columns().forEach((column, i) => {
      expect([...column.subarray(0, 200)]).toEqual(Array.from({ length: 200 }, (_, unit) => (unit + i) % 120))
    })
  })
})

describe('charges', () => {
  test('of its units are the item’s, and are counted when it is finished, not before', () => {
    const item = counted()
    const unit = items.split(item, 1, 1)
    const [first, second] = [charge(10), charge(20)]
    items.charged(unit, first, first)
    items.charged(item, second, second)
    items.close(unit)
    expect(ledger.counted[0]).toBe(0)
    items.close(item)
    expect([ledger.counted[0], ledger.items[0]]).toEqual([30, 2])
  })

  test('chains of several charges are kept whole and in order', () => {
    const item = counted()
    const [a, b] = [charge(1), charge(2)]
    ledger.next[a] = b
    const [c, d] = [charge(4), charge(8)]
    ledger.next[c] = d
    items.charged(item, a, b)
    items.charged(item, c, d)
    expect([items.head[item], items.tail[item]]).toEqual([a, d])
    expect([ledger.next[a], ledger.next[b], ledger.next[c], ledger.next[d]]).toEqual([b, c, d, NONE])
    items.close(item)
    expect(ledger.counted[0]).toBe(15)
  })

  test('of a job that charged nothing change nothing', () => {
    const item = counted()
    const each = charge(10)
    items.charged(item, NONE, NONE)
    expect(items.head[item]).toBe(NONE)
    items.charged(item, each, each)
    items.charged(item, NONE, NONE)
    expect([items.head[item], items.tail[item]]).toEqual([each, each])
    expect(ledger.next[each]).toBe(NONE)
    items.close(item)
    expect(ledger.counted[0]).toBe(10)
  })

  test('of a dropped item are not counted', () => {
    const item = counted()
    const each = charge(10)
    items.charged(item, each, each)
    items.drop(item)
    expect([ledger.counted[0], ledger.items[0]]).toEqual([0, 0])
  })

  test('of uncounted, finished and dropped items are given back: the table never grows', () => {
    for (let i = 0; i < 1000; i++) {
      const item = items.generate(0, MESSAGE, 1, 0, i % 3 > 0)
      for (let k = 0; k < 3; k++) {
        const each = charge(1)
        items.charged(item, each, each)
      }
      if (i % 3 === 1) items.drop(item)
      else items.close(item)
    }
    // At most three are in use at a time.
    expect(charge(1)).toBeLessThan(3)
    expect(ledger.entry.length).toBe(256)
  })
})

describe('requests of closed work', () => {
  test('an item stands for so many, in every count', () => {
    const [finished, dropped, superseded] = [counted(), counted(), counted()]
    items.bundle(finished, 5, 1)
    items.bundle(dropped, 7, 2)
    items.bundle(superseded, 11, 3)
    expect(tally()).toEqual([23, 0, 0, 0, 3])
    items.close(finished)
    items.drop(dropped)
    items.supersede(superseded)
    expect(tally()).toEqual([23, 5, 18, 11, 0])
  })

  test('bundling twice is as bundling the second time, and an uncounted item stays uncounted', () => {
    const item = counted()
    for (const weight of [5, 3]) items.bundle(item, weight, 1)
    items.bundle(uncounted(), 100, 1)
    expect(items.generated[MESSAGE]).toBe(3)
  })

  test('a request, from 0 on, hears of each of its items once it is done, counted or not, finished or dropped', () => {
    const all = [counted(), uncounted(), counted()]
    all.forEach((item, i) => items.bundle(item, 2, i))
    const second = items.split(all[0], 1, 1)
    items.close(all[0])
    expect(requestsDone).toEqual([])
    items.close(second)
    items.close(all[1])
    items.drop(all[2])
    expect(requestsDone).toEqual([0, 1, 2])
    items.close(counted())
    expect(requestsDone).toEqual([0, 1, 2])
  })

  test('a request may make its next item at once: the row it had is free, and the accounts are settled', () => {
    const item = counted()
    let next = NONE
    const request = items.newRequests(1, () => {
      expect(tally()).toEqual([1, 1, 0, 0, 0])
      next = counted()
    })
    items.bundle(item, 1, request)
    items.close(item)
    expect(next).toBe(item)
  })
})

test('requests are told to whom they belong, by their own numbers', () => {
  const heard: string[] = []
  const firsts = (
    [
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ] as const
  ).map(([name, count]) =>
    // prettier-ignore
    items.newRequests(count, (request) => heard.push(`${name}${request}`)),
  )
  expect(firsts).toEqual([1000, 1003, 1005])
  for (const request of [1000, 1002, 1003, 1004, 1005]) {
    const item = counted()
    items.bundle(item, 1, request)
    items.close(item)
  }
  expect(heard).toEqual(['a0', 'a2', 'b0', 'b1', 'c0'])
})

test('flows are numbered through', () => {
  expect([items.newFlows(3), items.newFlows(2), items.newFlows(1)]).toEqual([0, 3, 5])
})

test('a run waits for patient work that is neither finished nor dropped, and for no other', () => {
  counted()
  expect(items.patientOpen()).toBe(0)
  const clones = [counted(CLONE), counted(CLONE), counted(CLONE)]
  uncounted(CLONE)
  expect(items.patientOpen()).toBe(3)
  items.close(clones[0])
  expect(items.patientOpen()).toBe(2)
  items.drop(clones[1])
  items.supersede(clones[2])
  expect(items.patientOpen()).toBe(0)
})
