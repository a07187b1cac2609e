// A line of jobs against a plain array: first in, first out, through every size and every place of the ring.
import { describe, expect, test } from 'vitest'
import { JobQueue } from '../../src/engine/job-queue.ts'
import { RandomStream } from '../../src/engine/random.ts'
import type { EventKind } from '../../src/engine/simulation.ts'

type Job = [amount: number, done: number, arg: number]

const push = (line: JobQueue, [amount, done, arg]: Job) => line.push(amount, done as EventKind, arg)

/** Takes the first job out. */
function taken(line: JobQueue): Job {
  const job: Job = [line.amount, line.done, line.arg]
  line.shift()
  return job
}

describe('a line', () => {
  test('gives each job back whole, in the order of arrival', () => {
    const line = new JobQueue()
    push(line, [1.5, 3, -7])
    push(line, [0.25, 4, 9])
    expect([line.length, line.total]).toEqual([2, 1.75])
    expect([taken(line), taken(line), line.length, line.total]).toEqual([[1.5, 3, -7], [0.25, 4, 9], 0, 0])
  })

  // The ring holds 16 at first: it is filled from each of its places to each number of jobs around 16, 32 and 64.
  test.each([1, 15, 16, 17, 31, 32, 33, 64, 65, 200])('of %i jobs that begins anywhere in the ring', (length) => {
    for (let begin = 0; begin < 16; begin++) {
      const line = new JobQueue()
      for (let i = 0; i < begin; i++) push(line, [1, 1, 1])
      for (let i = 0; i < begin; i++) line.shift()
      const jobs = Array.from({ length }, (_, i): Job => [i + 0.5, i + 1, i - 100])
      for (const job of jobs) push(line, job)
      expect(line.length).toBe(length)
      // 0.5 + 1.5 + … = length² / 2
      expect(line.total).toBe((length * length) / 2)
      expect(jobs.map(() => taken(line))).toEqual(jobs)
      expect(line.total).toBe(0)
    }
  })

  test('of any arrivals and departures', () => {
    const random = new RandomStream('line')
    const line = new JobQueue()
    const expected: Job[] = []
    for (let i = 0; i < 1000; i++) {
      if (random.uniform() < (i < 500 ? 0.55 : 0.45)) {
        const job: Job = [random.below(100), random.below(9), i]
        push(line, job)
        expected.push(job)
      } else if (expected.length > 0) expect(taken(line)).toEqual(expected.shift())
      expect([line.length, line.total]).toEqual([expected.length, expected.reduce((sum, [work]) => sum + work, 0)])
    }
    expect(expected.length).toBeGreaterThan(0)
  })
})
