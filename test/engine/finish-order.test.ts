// The order of finishing against a sorted array: by finish, then by entry, whatever is removed in between.
import { describe, expect, test } from 'vitest'
import { FinishOrder } from '../../src/engine/finish-order.ts'
import { RandomStream } from '../../src/engine/random.ts'

/** An order with room for `capacity` members. */
function roomy(capacity: number): FinishOrder {
  const order = new FinishOrder()
  order.reserve(capacity)
  return order
}

function insert(order: FinishOrder, member: number, finish: number): void {
  order.finish[member] = finish
  order.insert(member)
}

/** Removes the first until none is left. */
function drained(order: FinishOrder): number[] {
  const members: number[] = []
  for (; order.length > 0; order.remove(order.first)) members.push(order.first)
  return members
}

const visited = (order: FinishOrder) => Array.from({ length: order.length }, (_, i) => order.at(i))

describe('an order of finishing', () => {
  test('of nobody has no first and no members', () => {
    const order = new FinishOrder()
    expect([order.length, order.first, order.has(0), order.has(15)]).toEqual([0, -1, false, false])
    insert(order, 3, 1)
    order.remove(3)
    expect([order.length, order.first, order.has(3)]).toEqual([0, -1, false])
  })

  test('begins with the smallest finish; equal ones in the order of entry, not of number', () => {
    const order = new FinishOrder()
    for (const [member, finish] of [
      [5, 2],
      [1, 7],
      [9, 2],
      [0, 2],
      [2, -1],
    ])
      insert(order, member, finish)
    expect(order.first).toBe(2)
    expect(drained(order)).toEqual([2, 5, 9, 0, 1])
  })

  test('takes a member that comes back for the latest of its finish', () => {
    const order = new FinishOrder()
    for (const member of [0, 1, 2]) insert(order, member, 4)
    order.remove(0)
    insert(order, 0, 4)
    expect(drained(order)).toEqual([1, 2, 0])
  })

  test('knows who is in it, whatever number is asked for', () => {
    const order = roomy(40)
    for (const member of [0, 15, 39]) insert(order, member, member)
    const asked = [-1, 0, 1, 14, 15, 16, 38, 39, 40, 79, 80, 1000]
    expect(asked.filter((member) => order.has(member))).toEqual([0, 15, 39])
    order.remove(15)
    expect(asked.filter((member) => order.has(member))).toEqual([0, 39])
    expect(visited(order).toSorted((a, b) => a - b)).toEqual([0, 39])
  })

  test('keeps its members when room is made for more, and none is in the new room', () => {
    const order = new FinishOrder()
    for (let member = 0; member < 16; member++) insert(order, member, 16 - member)
    for (const capacity of [16, 17, 100, 50]) {
      order.reserve(capacity)
      expect(visited(order).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i))
      for (let member = 16; member < 100; member++) expect(order.has(member)).toBe(false)
    }
    for (let member = 16; member < 100; member++) insert(order, member, member)
    const backwards = Array.from({ length: 16 }, (_, i) => 15 - i)
    expect(drained(order)).toEqual([...backwards, ...Array.from({ length: 84 }, (_, i) => 16 + i)])
  })

  // A heap where the last member goes up when 7 is removed: its place is below 5, and 3 belongs above 5.
  test('moves whoever fills a gap up as well as down', () => {
    const order = new FinishOrder()
    const finishes = [0, 5, 1, 7, 6, 2, 3]
    finishes.forEach((finish, member) => insert(order, member, finish))
    order.remove(3)
    expect(drained(order).map((member) => finishes[member])).toEqual([0, 1, 2, 3, 5, 6])
  })

  test.each([1, 4, 1000])('with %i different finishes, inserted and removed at random', (finishes) => {
    const random = new RandomStream(`order ${finishes}`)
    const order = roomy(64)
    let expected: { member: number; finish: number }[] = []
    for (let i = 0; i < 4000; i++) {
      const member = random.below(64)
      if (order.has(member)) {
        order.remove(member)
        expected = expected.filter((entry) => entry.member !== member)
      } else {
        const finish = random.below(finishes)
        insert(order, member, finish)
        const place = expected.findIndex((entry) => entry.finish > finish)
        expected.splice(place < 0 ? expected.length : place, 0, { member, finish })
      }
      if (order.length !== expected.length || order.first !== (expected[0]?.member ?? -1)) {
        expect([i, order.length, order.first]).toEqual([i, expected.length, expected[0]?.member ?? -1])
      }
    }
    expect(expected.length).toBeGreaterThan(10)
    expect(drained(order)).toEqual(expected.map((entry) => entry.member))
  })
})
