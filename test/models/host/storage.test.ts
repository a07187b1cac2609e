// What moves bytes: evenly shared, no stream faster than one stream can be, and an account of what was asked of it.
import { describe, expect, test } from 'vitest'
import { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { Mover } from '../../../src/models/host/storage.ts'
import { host as machine, setup, vm } from '../build.ts'

/** Starts moves of [at ns, bytes] on a mover of so many bytes a ns, and looks at it at given times. */
function moved(
  moves: readonly (readonly [atNs: number, bytes: number, counted?: boolean])[],
  looks: readonly number[] = [],
  streamBytesPerS = 1e12,
  bytesPerNs = 1,
) {
  const host = new Host(setup({ host: machine({ nic: null }), vms: { a: vm(), b: vm() } }), {}, 0, TECHNOLOGIES)
  const { sim, items } = host
  const mover = new Mover(host, 'path', bytesPerNs * 1e9, streamBytesPerS)
  const work = items.declare({ group: 'b', name: 'clones', technologies: [], patient: true })
  host.seal()
  const ends: number[] = []
  const done = sim.event('done', (unit) => {
    ends[unit] = sim.now
  })
  const seen: { busy: number; backlog: number }[] = []
  const [load] = host.loads.all
  const look = sim.event('look', () => seen.push({ busy: load.server.busyNs, backlog: load.server.backlogNs }))
  const start = sim.event('start', (i) => {
    const [, bytes, counted = true] = moves[i]
    mover.move(bytes, items.generate(1, work, bytes, sim.now, counted), done)
  })
  moves.forEach(([atNs], i) => sim.after(atNs, start, i))
  for (const atNs of looks) sim.after(atNs, look, 0)
  sim.run(Infinity)
  return { ends, seen, load }
}

test('one move takes its bytes at the rate', () => {
  expect(moved([[0, 1000]]).ends).toEqual([1000])
})

test('moves share evenly, and the rate is shared anew when one is done', () => {
  // Together until the short one is done at 1,000, with 500 each; then the long one has 1,500 left.
  expect(
    moved([
      [0, 500],
      [0, 2000],
    ]).ends,
  ).toEqual([1000, 2500])
})

describe('a stream’s own rate', () => {
  test('limits one alone', () => {
    expect(moved([[0, 1000]], [], 0.25e9).ends).toEqual([4000])
  })

  test('limits each of several until their shares are less', () => {
    const together = (count: number): number[] =>
      moved(
        Array.from({ length: count }, () => [0, 1000] as const),
        [],
        0.25e9,
      ).ends
    expect(together(4)).toEqual([4000, 4000, 4000, 4000])
    expect(together(5)).toEqual([5000, 5000, 5000, 5000, 5000])
  })

  test('limits nothing where it is above the whole rate', () => {
    expect(moved([[0, 1000]], [], 5e9).ends).toEqual([1000])
  })
})

test('busy is the time that its work took at the whole rate, backlog what is left of it', () => {
  const { seen } = moved(
    [
      [0, 1000],
      [0, 1000],
    ],
    [500, 2500],
  )
  expect(seen).toEqual([
    { busy: 500, backlog: 1500 },
    { busy: 2000, backlog: 0 },
  ])
})

test('backlog and demand are times: at twice the rate half as long', () => {
  const { seen, load } = moved([[0, 1000]], [200], 1e12, 2)
  expect(seen).toEqual([{ busy: 200, backlog: 300 }])
  expect([...load.demandNs]).toEqual([0, 500])
})

test('a slow stream keeps it busy with its share only', () => {
  const { seen } = moved([[0, 1000]], [2000, 5000], 0.25e9)
  expect(seen).toEqual([
    { busy: 500, backlog: 500 },
    { busy: 1000, backlog: 0 },
  ])
})

test('demand is the time that counted units ask of it, by group; only closed work uses it', () => {
  const { load } = moved([
    [0, 1000],
    [0, 300, false],
    [50, 500],
  ])
  expect([...load.demandNs]).toEqual([0, 1500])
  expect(load).toMatchObject({ name: 'path', servers: 1, closed: true })
})
