// Jobs and lines of jobs alone: rows that are used again, and who comes next.
import { describe, expect, test } from 'vitest'
import { Jobs } from '../../../src/models/host/jobs.ts'
import { NONE } from '../../../src/models/host/growing-table.ts'

describe('jobs', () => {
  test('a new job is of its unit and segment, charges nothing, has done nothing and is on no vCPU', () => {
    const jobs = new Jobs()
    for (const [number, unit, segment] of [
      [0, 5, 6],
      [1, 7, 8],
    ]) {
      const job = jobs.open(unit, segment)
      expect(job).toBe(number)
      expect([jobs.unit[job], jobs.segment[job]]).toEqual([unit, segment])
      expect([jobs.head[job], jobs.tail[job], jobs.vcpu[job], jobs.next[job]]).toEqual([NONE, NONE, NONE, NONE])
      expect([jobs.cycles[job], jobs.before[job], jobs.begun[job]]).toEqual([0, 0, 0])
    }
  })

  test('rows given back are used again, the last one first, and nothing of their former job is left', () => {
    const jobs = new Jobs()
    const [first, second, third] = [jobs.open(1, 1), jobs.open(2, 2), jobs.open(3, 3)]
    for (const column of [jobs.head, jobs.tail, jobs.cycles, jobs.before, jobs.vcpu, jobs.next]) column[second] = 17
    jobs.begun[second] = 1
    jobs.release(first)
    jobs.release(second)
    expect(jobs.open(8, 9)).toBe(second)
    expect([jobs.unit[second], jobs.segment[second]]).toEqual([8, 9])
    expect([jobs.head[second], jobs.tail[second], jobs.vcpu[second], jobs.next[second]]).toEqual([-1, -1, -1, -1])
    expect([jobs.cycles[second], jobs.before[second], jobs.begun[second]]).toEqual([0, 0, 0])
    expect(jobs.open(1, 1)).toBe(first)
    expect(jobs.open(1, 1)).toBe(third + 1)
  })

  test('there is room for more than 64 jobs, and none loses anything as room is made', () => {
    const jobs = new Jobs()
    const columns = (): (Int32Array | Float64Array | Uint8Array)[] => {
      const { unit, segment, head, tail, cycles, left, before, vcpu, user, begun, next } = jobs
      return [unit, segment, head, tail, cycles, left, before, vcpu, user, begun, next]
    }
    for (let job = 0; job < 200; job++) {
      expect(jobs.open(0, 0)).toBe(job)
      columns().forEach((column, i) => (column[job] = (job + i) % 120))
      if (job === 63) expect(columns().map(({ length }) => length)).toEqual(new Array(11).fill(64))
    }
    columns().forEach((column, i) => {
      expect([...column.subarray(0, 200)]).toEqual(Array.from({ length: 200 }, (_, job) => (job + i) % 120))
    })
  })
})
