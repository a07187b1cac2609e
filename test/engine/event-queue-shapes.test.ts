// The event queue on small shapes of events around the sizes where its parts grow, split and empty: each against a stable
// sort by time.
import { describe, expect, test } from 'vitest'
import { EventQueue, type EventHandle } from '../../src/engine/event-queue.ts'
import { RandomStream } from '../../src/engine/random.ts'

/** Numbers of events around those that the queue changes its ways at: 48, where events are crowded, and 256, where tables grow. */
const SIZES = [1, 2, 9, 48, 49, 50, 257, 400]

const SHAPES: Record<string, (i: number, size: number, random: RandomStream) => number> = {
  rising: (i) => i,
  falling: (i, size) => size - i,
  'all at one instant': () => 3,
  'two instants in turn': (i) => i % 2,
  'one instant, and one far off': (i, size) => (i === size >> 1 ? 1e9 : 1),
  'one instant, and one before': (i, size) => (i === size - 1 ? 0 : 1),
  'towards an instant from above': (i) => 1 + Math.pow(2, -i % 50),
  'from the middle to both sides': (i, size) => size + (i % 2 === 0 ? i : -i),
  'in clusters': (i) => 1000 * (i % 7) + i / 1000,
  'in nested clusters': (i, _, random) => Math.pow(1e-4, i % 12) * random.uniform(),
  'on neighbouring doubles': (i) => 1 + (i % 5) * 2 ** -52,
  'within the smallest doubles': (i) => 5e-324 * (i % 3),
  'over all doubles': (i) => Math.pow(10, ((i * 37) % 600) - 300),
}

/** A queue that knows what it must give next: what is earliest, and of that what was added first. */
class Expected {
  readonly queue = new EventQueue()
  private coming: { time: number; arg: number; handle: EventHandle }[] = []
  private added = 0

  constructor() {
    this.queue.until[0] = Infinity
  }

  get size(): number {
    return this.coming.length
  }

  add(time: number): void {
    this.queue.scheduled[0] = time
    const arg = this.added++
    this.coming.push({ time, arg, handle: this.queue.add(arg % 3, arg) })
  }

  /** Cancels those of the events that `which` chooses, by their place in the order of adding. */
  cancel(which: (place: number) => boolean): void {
    const gone = this.coming.filter((_, place) => which(place))
    this.coming = this.coming.filter((_, place) => !which(place))
    for (const { handle } of gone) if (!this.queue.cancel(handle)) throw new Error('cancel says that there was none')
    for (const { handle } of gone) if (this.queue.cancel(handle)) throw new Error('cancel says that it was there twice')
  }

  /** Takes `count` events, each of which must be the right one. */
  take(count: number): void {
    expect(this.queue.pending).toBe(this.size)
    const sorted = this.coming.toSorted((a, b) => a.time - b.time || a.arg - b.arg)
    const { queue } = this
    for (const { time, arg } of sorted.slice(0, count)) {
      const right = queue.take() && queue.now[0] === time && queue.kind === arg % 3 && queue.arg === arg
      if (!right) throw new Error(`took ${queue.arg} at ${queue.now[0]}, and not ${arg} at ${time}`)
    }
    this.coming = sorted.slice(count).sort((a, b) => a.arg - b.arg)
  }

  takeAll(): void {
    this.take(this.size)
    const { now, kind, arg } = this.queue
    const before = [now[0], kind, arg]
    // Nothing is left, and nothing is told of nothing.
    expect([this.queue.take(), this.queue.pending, now[0], this.queue.kind, this.queue.arg]).toEqual([
      false,
      0,
      ...before,
    ])
  }
}

describe.each(Object.entries(SHAPES))('%s', (name, timeOf) => {
  test('all at once, and once more in the queue that was used', () => {
    const random = new RandomStream(name)
    const events = new Expected()
    for (const size of SIZES) {
      const { queue } = events
      const start = queue.now[0]
      if (start > 1e6) break
      for (let i = 0; i < size; i++) events.add(start + timeOf(i, size, random))
      events.takeAll()
    }
    for (const size of SIZES) {
      const fresh = new Expected()
      for (let i = 0; i < size; i++) fresh.add(timeOf(i, size, random))
      fresh.takeAll()
    }
  })

  test('with as many more when a part has been taken: at the same times, between them, now, and beyond all', () => {
    const random = new RandomStream(name)
    for (const size of SIZES) {
      for (const share of [1 / size, 0.5, 1 - 1 / size]) {
        const events = new Expected()
        const times = Array.from({ length: size }, (_, i) => timeOf(i, size, random))
        for (const time of times) events.add(time)
        events.take(Math.floor(size * share))
        const now = events.queue.now[0]
        for (const time of times) events.add(Math.max(now, time))
        for (let i = 0; i < size; i++) events.add(now + (times[i] / 2) * random.uniform())
        for (let i = 0; i < 3; i++) events.add(now)
        events.add(2 * Math.max(...times))
        events.takeAll()
      }
    }
  })

  test('with every third cancelled before and after the first were taken', () => {
    const random = new RandomStream(name)
    for (const size of [9, 49, 300]) {
      const events = new Expected()
      for (let i = 0; i < size; i++) events.add(timeOf(i, size, random))
      events.cancel((place) => place % 3 === 0)
      events.take(Math.floor(events.size / 3))
      for (let i = 0; i < size; i++) events.add(events.queue.now[0] + timeOf(i, size, random))
      events.cancel((place) => place % 3 === 1)
      events.take(Math.floor(events.size / 2))
      events.cancel(() => true)
      events.takeAll()
    }
  })
})

test('a line at one instant that grows, moves on, and shrinks', () => {
  const events = new Expected()
  for (let i = 0; i < 200; i++) {
    for (let n = 0; n < 3; n++) events.add(7)
    events.take(1)
  }
  for (let i = 0; i < 150; i++) {
    events.add(7)
    events.take(3)
  }
  events.takeAll()
})

describe('thousands of cancelled events', () => {
  /** The slots of cancelled events that are still held. */
  const dead = (queue: EventQueue) => (queue as unknown as { slots: { dead: number } }).slots.dead

  test.each([
    ['near', 1],
    ['far', 1e6],
  ])('are swept away when they are more than the living and 4096; the living stay in order: %s', (_, distance) => {
    const random = new RandomStream('dead')
    const events = new Expected()
    // Some of all kinds of places: a sorted head, buckets, and the far future.
    for (let i = 0; i < 2000; i++) events.add(random.uniform())
    events.take(10)
    for (let i = 0; i < 500; i++) events.add(1 + random.below(50))
    const living = events.size
    for (let i = 0; i < 4096 + living; i++) events.add(0.5 + distance * random.uniform())
    events.cancel((place) => place >= living)
    // Not one more than is allowed.
    expect([dead(events.queue), events.queue.pending]).toEqual([4096 + living, living])
    events.add(0.75)
    events.cancel((place) => place === living)
    expect([dead(events.queue), events.queue.pending]).toEqual([0, living])
    events.take(300)
    for (let i = 0; i < 300; i++) events.add(events.queue.now[0] + random.uniform())
    events.takeAll()
  })

  test('leave nothing when all are', () => {
    const events = new Expected()
    for (let i = 0; i < 5000; i++) events.add(i % 100)
    events.take(1)
    events.cancel(() => true)
    events.takeAll()
    expect(dead(events.queue)).toBe(0)
    events.add(1000)
    events.takeAll()
  })
})

test('until holds for the event itself: what lies on it is taken, what lies beyond stays first', () => {
  const queue = new EventQueue()
  const add = (time: number, arg: number) => {
    queue.scheduled[0] = time
    return queue.add(0, arg)
  }
  add(5, 1)
  const cancelled = add(5.25, 2)
  add(5.5, 3)
  queue.cancel(cancelled)
  queue.until[0] = 4.999
  expect([queue.take(), queue.now[0], queue.pending]).toEqual([false, 0, 2])
  queue.until[0] = 5
  // The second take passes the cancelled event; what comes now at an earlier time is not lost behind it.
  expect([queue.take(), queue.now[0], queue.arg, queue.take(), queue.now[0]]).toEqual([true, 5, 1, false, 5])
  add(5.125, 4)
  queue.until[0] = 6
  expect([queue.take(), queue.arg, queue.take(), queue.arg, queue.now[0]]).toEqual([true, 4, true, 3, 5.5])
})
