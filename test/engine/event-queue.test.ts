// The event queue against an oracle, a plainly sorted array, on the patterns that break event lists.
import { describe, expect, test } from 'vitest'
import { EventQueue, type EventHandle } from '../../src/engine/event-queue.ts'
import { RandomStream } from '../../src/engine/random.ts'

interface Entry {
  time: number
  order: number
  handle: EventHandle
}

/** The queue beside its oracle: every take is compared, in time and in the order of scheduling. */
class Checked {
  readonly queue = new EventQueue()
  private entries: Entry[] = []
  private added = 0

  constructor() {
    this.queue.until[0] = Infinity
  }

  get now(): number {
    return this.queue.now[0]
  }

  add(time: number): EventHandle {
    this.queue.scheduled[0] = time
    const order = this.added++
    const handle = this.queue.add(order & 7, order)
    // Binary search for the place behind all entries that are not later.
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.entries[middle].time > time) high = middle
      else low = middle + 1
    }
    this.entries.splice(low, 0, { time, order, handle })
    return handle
  }

  take(): void {
    const expected = this.entries.shift()
    if (this.queue.take() !== (expected !== undefined)) throw new Error('one of the two is empty')
    if (expected === undefined) return
    if (this.now !== expected.time || this.queue.arg !== expected.order || this.queue.kind !== (expected.order & 7)) {
      throw new Error(`took ${this.queue.arg} at ${this.now}, expected ${expected.order} at ${expected.time}`)
    }
    if (this.queue.cancel(expected.handle)) throw new Error('cancelled what has happened')
  }

  cancelOne(at: number): void {
    const [entry] = this.entries.splice(Math.floor(at * this.entries.length), 1)
    if (entry === undefined) return
    if (!this.queue.cancel(entry.handle) || this.queue.cancel(entry.handle))
      throw new Error('cancel said the wrong thing')
  }

  drain(): void {
    expect(this.queue.pending).toBe(this.entries.length)
    while (this.entries.length > 0) this.take()
    this.take()
    expect(this.queue.pending).toBe(0)
  }
}

const delays: Record<string, (r: RandomStream) => number> = {
  exponential: (r) => r.exponential(1),
  'heavy-tailed': (r) => Math.exp(20 * r.exponential(1)),
  'one far away': (r) => (r.uniform() < 0.01 ? 1e15 : r.uniform()),
  periodic: (r) => 10 * (1 + r.below(3)),
  'all at one instant': () => 0,
  'few distinct times': (r) => r.below(4),
  'mostly ties': (r) => (r.uniform() < 0.9 ? 1 : r.uniform()),
  bimodal: (r) => (r.uniform() < 0.5 ? 1e-6 * r.uniform() : 1e6 + r.uniform()),
  'next to nothing': (r) => 5e-324 * r.below(5),
  'triangle growing': (r) => Math.sqrt(r.uniform()),
}

describe('the total order', () => {
  for (const [name, delay] of Object.entries(delays)) {
    for (const size of [3, 60, 2000]) {
      test(`holds with ${name} delays, about ${size} pending, and cancellations`, () => {
        const random = new RandomStream(`${name} ${size}`)
        const checked = new Checked()
        for (let i = 0; i < size; i++) checked.add(delay(random))
        for (let i = 0; i < 6000; i++) {
          const dice = random.uniform()
          if (dice < 0.45) checked.take()
          else if (dice < 0.55) checked.cancelOne(random.uniform())
          else checked.add(checked.now + delay(random))
          // Now and then the queue runs empty or is flooded.
          if (random.uniform() < 0.001) for (let n = 0; n < size; n++) checked.take()
          if (random.uniform() < 0.001) for (let n = 0; n < size; n++) checked.add(checked.now + delay(random))
        }
        checked.drain()
      })
    }
  }

  test('holds at times where doubles are coarse', () => {
    const random = new RandomStream('coarse')
    const checked = new Checked()
    for (let i = 0; i < 2000; i++) checked.add(2 ** 53 + 2 * random.below(100))
    for (let i = 0; i < 5000; i++) {
      checked.take()
      checked.add(checked.now + 2 * random.below(50))
    }
    checked.drain()
  })
})

describe('until', () => {
  test('takes nothing later, and loses nothing by looking', () => {
    const queue = new EventQueue()
    for (let i = 0; i < 1000; i++) {
      queue.scheduled[0] = i
      queue.add(0, i)
    }
    let taken = 0
    for (let until = -1; until < 1000; until += 7) {
      queue.until[0] = until
      while (queue.take()) expect(queue.arg).toBe(taken++)
      expect(taken).toBe(Math.min(1000, until + 1))
      // An event before the ones that were looked at is still taken first.
      queue.scheduled[0] = until
      queue.add(0, taken)
      queue.until[0] = until
      expect(queue.take()).toBe(true)
      expect(queue.arg).toBe(taken)
    }
  })
})

/** Seconds that `work` takes, the least of three. */
function seconds(work: () => void): number {
  let least = Infinity
  for (let i = 0; i < 3; i++) {
    const start = performance.now()
    work()
    least = Math.min(least, (performance.now() - start) / 1000)
  }
  return least
}

describe('no pattern is quadratic', () => {
  // 100,000 events take some 20 ms; a quadratic queue would take minutes.
  const events = 100_000
  const patterns: Record<string, (i: number, random: RandomStream) => number> = {
    'one instant': () => 5,
    'one instant with earlier and later ones between': (i) =>
      i % 3 === 0 ? 5 : i % 3 === 1 ? 4 - i * 1e-6 : 5 + i * 1e-6,
    descending: (i) => 1e6 - i,
    'geometric towards an instant': (i) => 5 + 2 ** -(i % 50),
    'heavy-tailed': (_, random) => Math.exp(50 * random.exponential(1)),
  }
  for (const [name, timeOf] of Object.entries(patterns)) {
    test(name, () => {
      const taken = seconds(() => {
        const queue = new EventQueue()
        const random = new RandomStream(name)
        queue.until[0] = Infinity
        const add = (i: number) => {
          queue.scheduled[0] = queue.now[0] + timeOf(i, random)
          queue.add(0, i)
        }
        for (let i = 0; i < events; i++) add(i)
        for (let i = 0; i < events; i++) {
          queue.take()
          add(i)
        }
        while (queue.take());
      })
      expect(taken).toBeLessThan(3)
    })
  }
})

describe('handles', () => {
  const at = (queue: EventQueue, time: number) => {
    queue.scheduled[0] = time
    return queue.add(0, 0)
  }

  test('are positive integers of 31 bits, and 0 never cancels anything', () => {
    const queue = new EventQueue()
    for (let i = 0; i < 10_000; i++) {
      const handle = at(queue, i)
      expect(handle > 0 && handle < 2 ** 31 && Number.isInteger(handle)).toBe(true)
    }
    for (const strange of [0, -1, 2 ** 31 - 1]) expect(queue.cancel(strange as EventHandle)).toBe(false)
    expect(queue.pending).toBe(10_000)
  })

  test('do not name a new event within two million later ones', () => {
    const queue = new EventQueue()
    queue.until[0] = Infinity
    const first = at(queue, 0)
    queue.take()
    for (let i = 0; i < 2_000_000; i++) {
      if (at(queue, i) === first) throw new Error(`the handle came back after ${i} events`)
      queue.take()
    }
    expect(queue.cancel(first)).toBe(false)
  })

  test('far events cancelled by the million leave nothing behind', () => {
    const queue = new EventQueue()
    queue.until[0] = 1
    at(queue, 1e12)
    // With a leak the slots would run out: a handle can name four million.
    for (let i = 0; i < 6_000_000; i++) queue.cancel(at(queue, 1e9 + i))
    expect(queue.pending).toBe(1)
    queue.until[0] = Infinity
    expect(queue.take()).toBe(true)
    expect(queue.now[0]).toBe(1e12)
    expect(queue.take()).toBe(false)
  })

  test('run out with a clear error', () => {
    const queue = new EventQueue()
    expect(() => {
      for (let i = 0; i < 2 ** 22; i++) at(queue, 1)
    }).toThrow('4194302 events are pending')
  })
})
