// Queues of rows: first in first out, many beside each other, linked through the rows themselves.
import { describe, expect, test } from 'vitest'
import { NONE } from '../../../src/models/host/growing-table.ts'
import { Jobs } from '../../../src/models/host/jobs.ts'
import { Queues } from '../../../src/models/host/queues.ts'

describe('queues', () => {
  /** So many jobs, and two queues for them. */
  function queuesOf(count: number): Queues {
    const jobs = new Jobs()
    // As rows that were used before: each points at another one.
    for (let job = 0; job < count; job++) jobs.next[jobs.open(0, 0)] = count - 1
    return new Queues(jobs, 2)
  }
  const all = (queues: Queues, which: number): number[] => {
    const taken: number[] = []
    for (let job = queues.take(which); job !== NONE && taken.length < 100; job = queues.take(which)) taken.push(job)
    return taken
  }

  test('are first in, first out, each for itself', () => {
    const queues = queuesOf(6)
    for (const job of [2, 0, 4]) queues.append(job, 0)
    for (const job of [1, 3]) queues.append(job, 1)
    expect([queues.first[0], queues.first[1]]).toEqual([2, 1])
    expect(all(queues, 0)).toEqual([2, 0, 4])
    expect(all(queues, 1)).toEqual([1, 3])
  })

  test('are empty at first and after the last was taken, and can be filled again', () => {
    const queues = queuesOf(6)
    expect(queues.take(0)).toBe(NONE)
    queues.append(1, 0)
    expect([queues.take(0), queues.first[0], queues.take(0)]).toEqual([1, NONE, NONE])
    queues.append(2, 0)
    queues.append(3, 0)
    expect(all(queues, 0)).toEqual([2, 3])
  })

  test('an interrupted job goes before all others, the last one interrupted first', () => {
    const queues = queuesOf(6)
    queues.append(0, 0)
    queues.prepend(1, 0)
    queues.prepend(2, 0)
    queues.append(3, 0)
    expect(all(queues, 0)).toEqual([2, 1, 0, 3])
  })

  test('a job that was put back into an empty queue is followed by those that come', () => {
    const queues = queuesOf(6)
    queues.append(5, 0)
    queues.take(0)
    queues.prepend(4, 0)
    queues.append(1, 0)
    queues.append(2, 0)
    expect(all(queues, 0)).toEqual([4, 1, 2])
  })

  test('all of a queue are taken at once, as a chain, and the others stay', () => {
    const queues = queuesOf(6)
    for (const job of [2, 0]) queues.append(job, 0)
    queues.append(1, 1)
    expect([queues.takeAll(0), queues.takeAll(0), queues.takeAll(1)]).toEqual([2, NONE, 1])
    queues.append(3, 0)
    expect(all(queues, 0)).toEqual([3])
  })

  test('one alone needs no number', () => {
    const queue = new Queues({ next: Int32Array.of(2, 2, 2) })
    queue.append(1)
    queue.prepend(0)
    queue.append(2)
    expect([queue.take(), queue.takeAll(), queue.take()]).toEqual([0, 1, NONE])
  })
})
