// The vCPUs without a host: which of them a job gets, what it stops, and who comes next. A cycle is a ns on each core.
import { describe, expect, test } from 'vitest'
import { ends, kernel, play, trap, user, type Scene, type Work } from './vcpu-scenes.ts'

describe('a job', () => {
  test('takes the lowest free vCPU', () => {
    const arrivals: Scene['arrivals'] = [
      [0, user('a', 100), user('b', 300), user('c', 200)],
      [250, user('d', 10), user('e', 20)],
    ]
    expect(ends({ vcpus: [3], arrivals })).toEqual([
      ['a', 0, 100],
      ['c', 2, 200],
      ['d', 0, 260],
      ['e', 2, 270],
      ['b', 1, 300],
    ])
  })

  test('takes a vCPU of its own VM, numbered through', () => {
    const mine = { ...user('mine', 100), vm: 1 }
    const theirs = { ...user('theirs', 100), vm: 2 }
    const arrivals: Scene['arrivals'] = [[0, user('first', 100), mine, theirs, { ...mine, name: 'second' }]]
    expect(ends({ vcpus: [2, 1, 3], arrivals })).toEqual([
      ['first', 0, 100],
      ['mine', 2, 100],
      ['theirs', 3, 100],
      ['second', 2, 200],
    ])
  })

  test('of the kernel stops the lowest user job, which goes on before all that wait', () => {
    const arrivals: Scene['arrivals'] = [
      [0, kernel('k', 500), user('a', 100), user('b', 100)],
      [10, user('later', 5)],
      [40, kernel('k2', 30)],
    ]
    // k2 stops a at 40 with 60 left; b ends at 100, behind which a would wait: it takes vCPU 1 at 70.
    expect(ends({ vcpus: [3], arrivals })).toEqual([
      ['k2', 1, 70],
      ['b', 2, 100],
      ['later', 2, 105],
      ['a', 1, 130],
      ['k', 0, 500],
    ])
  })

  test('of the kernel waits for kernel jobs, in order, and goes before those of users', () => {
    const arrivals: Scene['arrivals'] = [[0, kernel('a', 10), user('u', 10), kernel('b', 10), kernel('c', 10)]]
    expect(ends({ arrivals }).map(([name]) => name)).toEqual(['a', 'b', 'c', 'u'])
  })

  test('of the kernel stops none of another VM', () => {
    const theirs = { ...user('theirs', 100), vm: 1 }
    expect(ends({ vcpus: [1, 1], arrivals: [[0, kernel('a', 50), theirs, kernel('b', 10)]] })).toEqual([
      ['a', 0, 50],
      ['b', 0, 60],
      ['theirs', 1, 100],
    ])
  })

  test('of a user stops nothing', () => {
    const arrivals: Scene['arrivals'] = [
      [0, user('a', 100)],
      [50, user('b', 10)],
    ]
    expect(ends({ arrivals })).toEqual([
      ['a', 0, 100],
      ['b', 0, 110],
    ])
  })
})

describe('a trap', () => {
  test('stops the lowest vCPU that runs, though a lower one is free', () => {
    const arrivals: Scene['arrivals'] = [
      [0, user('short', 10), user('a', 100), user('b', 100)],
      [50, trap('t', 30)],
    ]
    expect(ends({ vcpus: [3], arrivals })).toEqual([
      ['short', 0, 10],
      ['t', 1, 80],
      ['b', 2, 100],
      ['a', 1, 130],
    ])
  })

  test('of an idle VM holds the lowest vCPU that waits for none, and then waits for those of the lowest', () => {
    const arrivals: Scene['arrivals'] = [[0, trap('a', 100), trap('b', 70), trap('c', 10), trap('d', 5)]]
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['b', 1, 70],
      ['a', 0, 100],
      ['c', 0, 110],
      ['d', 0, 115],
    ])
  })

  test('keeps its vCPU from jobs until it is done', () => {
    const arrivals: Scene['arrivals'] = [
      [0, trap('t', 100)],
      [10, user('u', 10), kernel('k', 10)],
    ]
    expect(ends({ arrivals })).toEqual([
      ['t', 0, 100],
      ['k', 0, 110],
      ['u', 0, 120],
    ])
  })

  test('lets the job that it stopped go on, unless that is a user’s and the kernel waits', () => {
    const arrivals = (held: Work): Scene['arrivals'] => [
      [0, held],
      [50, trap('t', 100)],
      [60, kernel('k', 10), user('u', 10)],
    ]
    expect(ends({ arrivals: arrivals(user('held', 80)) })).toEqual([
      ['t', 0, 150],
      ['k', 0, 160],
      ['held', 0, 190],
      ['u', 0, 200],
    ])
    expect(ends({ arrivals: arrivals(kernel('held', 80)) })).toEqual([
      ['t', 0, 150],
      ['held', 0, 180],
      ['k', 0, 190],
      ['u', 0, 200],
    ])
  })

  test('is followed by the next of its vCPU at once; what it leads to must find another', () => {
    const arrivals: Scene['arrivals'] = [[0, trap('a', 100, user('after a', 10)), trap('b', 100), trap('c', 100)]]
    expect(ends({ arrivals })).toEqual([
      ['a', 0, 100],
      ['b', 0, 200],
      ['c', 0, 300],
      ['after a', 0, 310],
    ])
    // Of two vCPUs the second waits for b until 100 too, and takes what a leads to: c comes behind a, on vCPU 0.
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['a', 0, 100],
      ['b', 1, 100],
      ['after a', 1, 110],
      ['c', 0, 200],
    ])
  })

  test('waits for a core like all urgent work, on as many cores as there are', () => {
    const arrivals: Scene['arrivals'] = [[0, trap('a', 100), trap('b', 100)]]
    expect(ends({ vcpus: [2], cores: 1, arrivals }).map(([, , atNs]) => atNs)).toEqual([100, 200])
  })
})

describe('what follows from a job', () => {
  test('stays on its vCPU, though a higher one is free', () => {
    const arrivals: Scene['arrivals'] = [[0, user('a', 10, user('b', 10, kernel('c', 10)))]]
    expect(ends({ vcpus: [2], arrivals }).map(([name, vcpu]) => [name, vcpu])).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 0],
    ])
  })

  test('takes a lower vCPU that is free', () => {
    const arrivals: Scene['arrivals'] = [[0, user('short', 5), user('a', 10, user('b', 10))]]
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['short', 0, 5],
      ['a', 1, 10],
      ['b', 0, 20],
    ])
  })

  test('waits behind those that waited before it, the kernel’s before users’', () => {
    const arrivals = (then: Work): Scene['arrivals'] => [[0, user('a', 10, then), user('waits', 10)]]
    expect(ends({ arrivals: arrivals(user('b', 10)) }).map(([name]) => name)).toEqual(['a', 'waits', 'b'])
    expect(ends({ arrivals: arrivals(kernel('b', 10)) }).map(([name]) => name)).toEqual(['a', 'b', 'waits'])
  })

  test('of the kernel stays, whatever waits or runs elsewhere', () => {
    const arrivals: Scene['arrivals'] = [[0, user('long', 100), user('a', 10, kernel('k', 30)), user('waits', 5)]]
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['a', 1, 10],
      ['k', 1, 40],
      ['waits', 1, 45],
      ['long', 0, 100],
    ])
  })

  test('of two of the kernel that follow, the second stops a user job elsewhere', () => {
    const then = [kernel('k1', 30), kernel('k2', 20)]
    expect(ends({ vcpus: [2], arrivals: [[0, user('long', 100), user('a', 10, ...then)]] })).toEqual([
      ['a', 1, 10],
      ['k2', 0, 30],
      ['k1', 1, 40],
      ['long', 0, 120],
    ])
  })

  test('of two that follow, the first stays and the second finds another vCPU, or waits', () => {
    const arrivals: Scene['arrivals'] = [[0, user('a', 10, user('b', 30), user('c', 20))]]
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['a', 0, 10],
      ['c', 1, 30],
      ['b', 0, 40],
    ])
    expect(ends({ vcpus: [1], arrivals })).toEqual([
      ['a', 0, 10],
      ['b', 0, 40],
      ['c', 0, 60],
    ])
  })

  test('a trap stops the vCPU that has just ended the step before it, not one that runs', () => {
    const arrivals: Scene['arrivals'] = [[0, user('long', 100), user('a', 10, trap('t', 20)), user('waits', 5)]]
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['a', 1, 10],
      ['t', 1, 30],
      ['waits', 1, 35],
      ['long', 0, 100],
    ])
  })

  test('a job and a trap: the trap stops the vCPU, and the job finds another, or waits for it', () => {
    const arrivals: Scene['arrivals'] = [[0, user('a', 10, trap('t', 50), kernel('k', 20))]]
    expect(ends({ vcpus: [1], arrivals })).toEqual([
      ['a', 0, 10],
      ['t', 0, 60],
      ['k', 0, 80],
    ])
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['a', 0, 10],
      ['k', 1, 30],
      ['t', 0, 60],
    ])
  })

  test('from a trap that holds a job takes a vCPU that is free', () => {
    const arrivals: Scene['arrivals'] = [
      [0, user('held', 80)],
      [50, trap('t', 100, user('u', 10))],
    ]
    expect(ends({ vcpus: [2], arrivals })).toEqual([
      ['t', 0, 150],
      ['u', 1, 160],
      ['held', 0, 180],
    ])
  })

  test('from a trap that holds a job: the kernel’s before that job, a user’s behind it', () => {
    const arrivals = (then: Work): Scene['arrivals'] => [
      [0, user('held', 80)],
      [50, trap('t', 100, then)],
    ]
    expect(ends({ arrivals: arrivals(kernel('k', 10)) }).map(([name]) => name)).toEqual(['t', 'k', 'held'])
    expect(ends({ arrivals: arrivals(user('u', 10)) }).map(([name]) => name)).toEqual(['t', 'held', 'u'])
    expect(ends({ arrivals: arrivals(trap('t2', 10)) })).toEqual([
      ['t', 0, 150],
      ['t2', 0, 160],
      ['held', 0, 190],
    ])
  })
})

test('what waits is all of a VM that does not run: in its lines, for traps, and stopped by one', () => {
  const arrivals: Scene['arrivals'] = [
    [0, user('runs', 100), user('held', 100), user('user', 10)],
    [10, trap('t', 50), trap('t2', 50), kernel('k', 20), kernel('k2', 20), { ...user('other', 10), vm: 1 }],
    [11, { ...user('theirs', 10), vm: 1 }],
  ]
  // t stops vCPU 0, t2 vCPU 1, so that nothing runs; t3 waits for t.
  const traps: Scene['arrivals'] = [...arrivals, [12, trap('t3', 50)]]
  const scene = { vcpus: [2, 1], arrivals: traps }
  expect(play({ ...scene, look: [20, 0] }).waiting).toEqual(['k', 'k2', 'user', 'runs', 't3', 'held'])
  expect(play({ ...scene, look: [20, 1] }).waiting).toEqual(['theirs'])
  expect(play({ ...scene, look: [1000, 0] }).waiting).toEqual([])
})

test('a vCPU whose job has just ended holds nothing that waits; what follows from it waits in line', () => {
  const fillers = [user('x', 50), user('y', 60)]
  const scene: Scene = { vcpus: [3], arrivals: [[0, ...fillers, user('a', 10, kernel('k', 5)), user('waits', 5)]] }
  expect(play({ ...scene, lookAfter: 'a' }).waiting).toEqual(['k', 'waits'])
})
