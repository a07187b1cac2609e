// The slots of scheduled events: taken in turn, named by handles that go stale, linked in lists, and doubled when few are left.
import { describe, expect, test } from 'vitest'
import { EventSlots, SPARE_SLOTS, type EventHandle } from '../../src/engine/event-slots.ts'

const FIRST_SLOTS = 2 * SPARE_SLOTS
/** What a handle is: how often its slot was used, above 22 bits of slot. */
const handle = (uses: number, slot: number) => (uses * 2 ** 22 + slot) as EventHandle

/** Occupies a slot as its users do: room is made first where there is none. */
function occupied(slots: EventSlots, kind = 5, arg = 0): number {
  if (slots.spare <= 0) slots.grow()
  return slots.occupy(kind, arg)
}

/** Links slots to a list, the first one first. */
function listOf(slots: EventSlots, ...members: number[]): number {
  members.forEach((slot, i) => slots.link(slot, members[i + 1] ?? -1))
  return members[0] ?? -1
}

/** The slots of a list. */
function members(slots: EventSlots, list: number): number[] {
  const found: number[] = []
  for (let slot = list; slot >= 0; slot = slots.nextOf(slot)) found.push(slot)
  return found
}

describe('a slot', () => {
  test('holds kind, integer and time of its event until it is given back', () => {
    const slots = new EventSlots()
    const [a, b] = [occupied(slots, 3, -(2 ** 31)), occupied(slots, 0, 2 ** 31 - 1)]
    slots.time[a] = 1.5
    slots.time[b] = 2.5
    expect([slots.kindOf(a), slots.argOf(a), slots.kindOf(b), slots.argOf(b)]).toEqual([3, -(2 ** 31), 0, 2 ** 31 - 1])
    expect([slots.time[a], slots.time[b], slots.occupied, slots.dead]).toEqual([1.5, 2.5, 2, 0])
    slots.release(a)
    expect([slots.kindOf(a) < 0, slots.kindOf(b), slots.occupied]).toEqual([true, 0, 1])
  })

  test('that has been free for longest is taken first', () => {
    const slots = new EventSlots()
    expect(slots.occupied).toBe(0)
    expect([occupied(slots), occupied(slots), occupied(slots)]).toEqual([0, 1, 2])
    slots.release(1)
    slots.release(0)
    // All others come first: no handle of slot 1 is seen again until then.
    for (let slot = 3; slot < FIRST_SLOTS; slot++) {
      if (slots.occupy(5, 0) !== slot) throw new Error(`another slot than ${slot}`)
    }
    expect([slots.occupy(5, 0), slots.occupy(5, 0)]).toEqual([1, 0])
  })

  test('is spare while 4096 others are free', () => {
    const slots = new EventSlots()
    expect([SPARE_SLOTS, slots.spare]).toEqual([4096, 4096])
    for (let i = 0; i < 4096; i++) occupied(slots)
    expect([slots.spare, slots.occupied]).toEqual([0, 4096])
    slots.release(0)
    expect([slots.spare, slots.occupied]).toEqual([1, 4095])
  })
})

describe('a handle', () => {
  test('names a slot and its use, from 1 to 511 and then from 1 again: never 0', () => {
    const slots = new EventSlots()
    const seen: number[] = []
    // Each slot is used in turn, so slot 7 comes once a round.
    for (let round = 0; round < 513; round++) {
      for (let slot = 0; slot < FIRST_SLOTS; slot++) {
        if (slots.occupy(5, 0) !== slot) throw new Error(`another slot than ${slot}`)
        if (slot === 7) seen.push(slots.handleOf(slot))
        slots.release(slot)
      }
    }
    const uses = [...Array.from({ length: 511 }, (_, i) => i + 1), 1, 2]
    expect(seen).toEqual(uses.map((use) => handle(use, 7)))
  })

  test('takes its event back once: not twice, not after it happened, not that of a later use', () => {
    const slots = new EventSlots()
    const slot = occupied(slots)
    const first = slots.handleOf(slot)
    expect([slots.kill(first), slots.dead, slots.occupied, slots.kindOf(slot) < 0]).toEqual([true, 1, 0, true])
    expect([slots.kill(first), slots.dead, slots.occupied]).toEqual([false, 1, 0])
    slots.bury(slot)
    expect([slots.kill(first), slots.dead, slots.occupied]).toEqual([false, 0, 0])
    while (occupied(slots) !== slot) continue
    expect([slots.kill(first), slots.handleOf(slot)]).toEqual([false, handle(2, slot)])
    expect([slots.kill(slots.handleOf(slot)), slots.dead]).toEqual([true, 1])
  })

  test('that nobody was given takes nothing back', () => {
    const slots = new EventSlots()
    for (let i = 0; i < 10; i++) occupied(slots)
    // Slots that are free, beyond the last one, of a use to come, and of no use at all.
    const strange = [
      [0, 0],
      [0, 3],
      [2, 3],
      [511, 3],
      [0, 10],
      [1, 10],
      [0, FIRST_SLOTS],
      [0, FIRST_SLOTS + 1],
      [1, FIRST_SLOTS],
      [0, 2 ** 22 - 1],
    ].map(([use, slot]) => handle(use, slot))
    for (const other of [...strange, -1 as EventHandle, (-1 * handle(1, 3)) as EventHandle, NaN as EventHandle]) {
      expect([other, slots.kill(other)]).toEqual([other, false])
    }
    expect([slots.dead, slots.occupied]).toEqual([0, 10])
  })
})

describe('a list', () => {
  test('loses its dead slots wherever they are, and these are free again', () => {
    const orders = Array.from({ length: 16 }, (_, pattern) => [0, 1, 2, 3].filter((i) => (pattern >> i) & 1))
    for (const dead of orders) {
      const slots = new EventSlots()
      const all = [0, 1, 2, 3].map((kind) => occupied(slots, kind))
      const list = listOf(slots, ...all)
      for (const i of dead) slots.kill(slots.handleOf(all[i]))
      expect(slots.dead).toBe(dead.length)
      expect(members(slots, slots.living(list))).toEqual(all.filter((_, i) => !dead.includes(i)))
      expect([slots.dead, slots.occupied, slots.spare]).toEqual([0, 4 - dead.length, SPARE_SLOTS - 4 + dead.length])
    }
  })

  test('of nothing stays empty, negative as it is', () => {
    expect(new EventSlots().living(-1)).toBe(-1)
  })
})

describe('when none is spare', () => {
  test('there are twice as many slots, and what was in the old ones stays', () => {
    const slots = new EventSlots()
    for (let i = 0; i < SPARE_SLOTS; i++) {
      const slot = occupied(slots, i & 7, i)
      slots.time[slot] = i / 4
    }
    const list = listOf(slots, 9, 2, 4000)
    slots.grow()
    expect([slots.spare, slots.occupied, slots.time.length]).toEqual([2 * SPARE_SLOTS, SPARE_SLOTS, 2 * FIRST_SLOTS])
    for (let i = 0; i < SPARE_SLOTS; i++) {
      const kept = [slots.kindOf(i), slots.argOf(i), slots.time[i], slots.handleOf(i)]
      const expected = [i & 7, i, i / 4, handle(1, i)]
      if (kept.some((value, place) => value !== expected[place])) expect(kept).toEqual(expected)
    }
    expect(members(slots, list)).toEqual([9, 2, 4000])
    // The slots that were free are taken first, then the new ones, then what was given back meanwhile.
    slots.release(3)
    for (let slot = SPARE_SLOTS; slot < 2 * FIRST_SLOTS; slot++) {
      if (slots.occupy(5, 0) !== slot) throw new Error(`another slot than ${slot}`)
    }
    expect(slots.occupy(5, 0)).toBe(3)
    expect(slots.kill(handle(1, FIRST_SLOTS))).toBe(true)
    expect(slots.kill(handle(1, 2 * FIRST_SLOTS - 1))).toBe(true)
    expect(slots.kill(handle(0, 2 * FIRST_SLOTS))).toBe(false)
  })

  test('there are at most as many as a handle can name, but for one, and one that comes back is used again', () => {
    const slots = new EventSlots()
    // A list that links slots through themselves needs one that is free.
    for (let i = 0; i < 2 ** 22 - 1; i++) occupied(slots)
    expect(slots.occupied).toBe(4_194_303)
    expect(() => occupied(slots)).toThrow(new RangeError('more than 4194302 events are pending'))
    slots.release(1000)
    expect([occupied(slots), slots.occupied]).toEqual([2 ** 22 - 1, 4_194_303])
    expect(() => occupied(slots)).toThrow('events are pending')
  })
})
