// The display card by hand: a pixel a ns, its sessions, its line of displays, and its patience.
import { describe, expect, test } from 'vitest'
import { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import type { Setup, VmGroup } from '../../../src/models/host/setup.ts'
import { host as machine, run, setup, sum, vm } from '../build.ts'
import { finishes, record, type Finish } from '../finishes.ts'

const CARD = { display: 'pcoip-card' }
const BEHIND = 'display: updates encoded in software, since the card was behind'
/** Of the notes of a run: displays of a group that had no session, as they are told. */
const full = (group: string, displays: string): string =>
  `display: updates of ${group} encoded in software, since the card had no session free for ${displays}`
const SUPERSEDED = 'display: updates superseded before they were encoded'
/** Handing to and from the card is free, and encoding in software takes so long that it shows. */
const COSTS = {
  'display.encodeCyclesPerPixel': 1000,
  'display.cardPixelsPerS': 1e9,
  'display.cardSubmitCycles': 0,
  'display.cardCompleteCycles': 0,
  'display.uploadCyclesPerPixel': 0,
  'display.cardPatience': 1e9,
}
const screen = (timesNs: number[], changes: Partial<VmGroup> = {}): VmGroup =>
  vm({ screen: { arrivals: { kind: 'times', timesNs, isFromStart: true }, pixels: 1000 }, ...changes })

function drawn(vms: Record<string, VmGroup>, costs: Record<string, number> = {}): Setup {
  return setup({ host: machine({ cores: 8, nic: null }), vms, costs: { ...COSTS, ...costs } })
}

const draw = (atNs: number, display: number, pixels: number) => ({ atNs, display, pixels })
const done = (display: number, atNs: number): string => `${display} at ${atNs}`

/** Updates of eight displays in one group: when each was done or dropped, in order, and what was noted. */
function coded(updates: readonly ReturnType<typeof draw>[], costs: Record<string, number> = {}) {
  const host = new Host(drawn({ vm: screen([], { count: 8 }) }, costs), CARD, 0, TECHNOLOGIES)
  const { sim, items } = host
  const seen: Finish[] = []
  record(host, seen)
  const entry = host.via(
    'display',
    'enter',
    sim.event('done', (unit) => items.close(unit)),
  )
  const work = items.declare({ group: 'vm', name: 'screen', technologies: ['display'], patient: false })
  host.seal()
  const update = sim.event('update', (i) => {
    const { display, pixels } = updates[i]
    sim.fire(entry, items.generate(display, work, pixels, sim.now, true))
  })
  updates.forEach(({ atNs }, i) => sim.after(atNs, update, i))
  sim.run(Infinity)
  return { ends: seen.map(([, display, end]) => done(display, end)), notes: Object.fromEntries(host.notes), host }
}

test('codes one update after another, displays in order of arrival', () => {
  const updates = [draw(0, 3, 1000), draw(100, 1, 500), draw(200, 0, 2000), draw(5000, 1, 10)]
  expect(coded(updates).ends).toEqual([done(3, 1000), done(1, 1500), done(0, 3500), done(1, 5010)])
})

test('an update has the place in the line of the one that it supersedes', () => {
  const { ends, notes } = coded([draw(0, 0, 1000), draw(100, 1, 1000), draw(200, 2, 1000), draw(300, 1, 500)])
  expect(ends).toEqual([done(1, 300), done(0, 1000), done(1, 1500), done(2, 2500)])
  expect(notes).toEqual({ [SUPERSEDED]: 1 })
})

test('an update that it codes is not superseded, and the next one waits behind the other displays', () => {
  expect(coded([draw(0, 0, 1000), draw(50, 1, 1000), draw(100, 0, 1000)]).ends).toEqual([
    done(0, 1000),
    done(1, 2000),
    done(0, 3000),
  ])
})

test('a display that waited and was served waits like the first time', () => {
  const updates = [draw(0, 0, 1000), draw(100, 1, 1000), draw(1500, 1, 1000), draw(1600, 0, 1000), draw(1700, 1, 10)]
  // Display 1 is being coded from 1,000 on; what it draws at 1,500 waits, before display 0, and is replaced at 1,700.
  expect(coded(updates).ends).toEqual([done(0, 1000), done(1, 1700), done(1, 2000), done(1, 2010), done(0, 3010)])
})

test('a latency is that of the update that was coded, from its own arrival', () => {
  const { host } = coded([draw(0, 0, 1000), draw(100, 1, 1000), draw(600, 1, 1000)])
  expect(host.latencies.get('display')).toMatchObject({ count: 2, min: 1000, sum: 1000 + 1400 })
})

test('an update that it can begin at once has patience, even with none', () => {
  const { ends, notes } = coded([draw(0, 0, 1000), draw(1500, 0, 1000), draw(3000, 1, 1000)], {
    'display.cardPatience': 0,
  })
  expect(ends).toEqual([done(0, 1000), done(0, 2500), done(1, 4000)])
  expect(notes).toEqual({})
})

test('an update that it cannot begin within its patience is encoded in software', () => {
  // At 990 the first is nearly done; the others could begin at 1,000, 2,000 and 3,000.
  const updates = [draw(0, 0, 1000), draw(990, 1, 1000), draw(990, 2, 1000), draw(990, 3, 1000)]
  const { ends, notes } = coded(updates, { 'display.cardPatience': 1500 })
  expect(ends).toEqual([done(0, 1000), done(1, 2000), done(2, 3000), done(3, 990 + 1_000_000)])
  expect(notes).toEqual({ [BEHIND]: 1 })
})

test('patience is time: a faster card is behind by less', () => {
  const updates = [draw(0, 0, 1000), draw(490, 1, 1000), draw(490, 2, 1000), draw(490, 3, 1000)]
  const costs = { 'display.cardPatience': 1500, 'display.cardPixelsPerS': 2e9 }
  expect(coded(updates, costs).ends).toEqual([done(0, 500), done(1, 1000), done(2, 1500), done(3, 2000)])
})

test('what it has begun or superseded is no longer ahead', () => {
  const costs = { 'display.cardPatience': 2000 }
  // At 15,990 display 1’s 6,000 are nearly done.
  expect(coded([draw(0, 0, 10_000), draw(9990, 1, 6000), draw(15_990, 2, 10)], costs).notes).toEqual({})
  // Display 1’s 6,000 have become 100 when display 2 comes: it can begin at 10,100.
  const fewer = [draw(0, 0, 10_000), draw(9900, 1, 6000), draw(9950, 1, 100), draw(9990, 2, 10)]
  expect(coded(fewer, { 'display.cardPatience': 6050 }).ends.slice(-2)).toEqual([done(1, 10_100), done(2, 10_110)])
})

test('is behind by the update that took the place of another, once', () => {
  // Display 1’s 100 have become 5,000, so display 2 could begin at 15,000; replacing those once more changes nothing.
  const one = [draw(0, 0, 10_000), draw(9000, 1, 100), draw(9200, 1, 5000), draw(9990, 2, 10)]
  expect(coded(one, { 'display.cardPatience': 5500 }).notes).toEqual({ [SUPERSEDED]: 1 })
  expect(coded(one, { 'display.cardPatience': 4999 }).notes).toEqual({ [SUPERSEDED]: 1, [BEHIND]: 1 })
  const two = [draw(0, 0, 10_000), draw(9000, 1, 100), draw(9200, 1, 5000), draw(9400, 1, 5000), draw(9990, 2, 10)]
  expect(coded(two, { 'display.cardPatience': 5500 }).notes).toEqual({ [SUPERSEDED]: 2 })
})

test('is not behind by the update whose place the new one takes', () => {
  // The third takes the place of the second and could begin at 10,000, in 600; the second’s 6,000 will never be coded.
  const updates = [draw(0, 0, 10_000), draw(9200, 1, 6000), draw(9400, 1, 5000)]
  expect(coded(updates, { 'display.cardPatience': 5000 }).notes).toEqual({ [SUPERSEDED]: 1 })
})

test('is not behind by displays that wait after the one whose place the new update takes', () => {
  // At 9,900 display 1 draws anew and could begin at 10,000, before the 20,000 of display 2; display 3 only at 31,000.
  const updates = [draw(0, 0, 10_000), draw(100, 1, 1000), draw(200, 2, 20_000), draw(9900, 1, 1000)]
  const patience = { 'display.cardPatience': 10_950 }
  expect(coded(updates, patience).notes).toEqual({ [SUPERSEDED]: 1 })
  expect(coded([...updates, draw(9900, 3, 10)], patience).notes).toEqual({ [SUPERSEDED]: 1, [BEHIND]: 1 })
})

test('is behind by what is left of the update that it codes', () => {
  // The second could begin at 1,000 and has patience for 500.
  expect(coded([draw(0, 0, 1000), draw(10, 1, 1000)], { 'display.cardPatience': 500 }).notes).toEqual({ [BEHIND]: 1 })
})

test('is one for the displays of all groups', () => {
  const ends = finishes(drawn({ a: screen([0]), b: screen([0]) }), CARD).map(([, display, end]) => done(display, end))
  expect(ends).toEqual([done(0, 1000), done(1, 2000)])
})

test.each([0, 1, 2, 3])(
  'with %i sessions it serves so many displays, of groups with equal work the larger one first',
  (sessions) => {
    const vms = { b: screen([0]), a: screen([0], { count: 2 }), aWithoutScreen: vm({ count: 2 }) }
    const given = drawn(vms, { 'display.cardSessions': sessions })
    const byCard = finishes(given, CARD).filter(([, , end]) => end <= 3000)
    // VMs 2 and 3 have no screen.
    expect(byCard.map(([, display]) => display).sort()).toEqual([0, 1, 4].slice(0, sessions))
    const notes = {
      0: { [full('a', '2 of 2 displays')]: 2, [full('b', '1 of 1 display')]: 1 },
      1: { [full('a', '1 of 2 displays')]: 1, [full('b', '1 of 1 display')]: 1 },
      2: { [full('b', '1 of 1 display')]: 1 },
    }[sessions]
    expect(run(given, CARD).notes).toEqual(notes ?? {})
  },
)

test('updates without a session supersede each other as in software', () => {
  const given = drawn({ vm: screen([0, 100, 200]) }, { 'display.cardSessions': 0, 'display.encodeCyclesPerPixel': 3 })
  expect(finishes(given, CARD).map(([, , end]) => end)).toEqual([200, 3000, 6000])
  expect(sum(run(given, CARD), { place: 'vcpu', step: 'encode' })).toBe(6000)
})

test('what it hands back during the warm-up is not noted', () => {
  const given = { ...drawn({ vm: screen([0, 10_000, 20_000]) }, { 'display.cardSessions': 0 }), warmupNs: 9000 }
  expect(run(given, CARD).notes[full('vm', '1 of 1 display')]).toBe(2)
})

describe('sessions', () => {
  const CARDS = { ...CARD, nic: 'paravirtual' }
  /** Displays that the card serves, as `group index`. */
  const served = (vms: Record<string, VmGroup>, cardSessions: number) => {
    const host = new Host(drawn(vms, { 'display.cardSessions': cardSessions }), CARDS, 0, TECHNOLOGIES)
    const seen: string[] = []
    for (const { name, firstVm, count } of host.groups)
      for (let i = 0; i < count; i++) if (isServed(vms, cardSessions, firstVm + i)) seen.push(`${name} ${i}`)
    return seen
  }
  const isServed = (vms: Record<string, VmGroup>, cardSessions: number, display: number) =>
    finishes(drawn(vms, { 'display.cardSessions': cardSessions }), CARD).some(
      ([, of, end]) => of === display && end < 6000,
    )
  const pixels = (each: number, changes: Partial<VmGroup> = {}) =>
    vm({ screen: { arrivals: { kind: 'times', timesNs: [0] }, pixels: each }, ...changes })

  test.each(['video', 'a-video', 'Video', '0', 'zzz'])(
    'go to those that draw most, whatever they are called: %s',
    (name) => {
      const vms = { desk: pixels(500, { count: 2 }), [name]: pixels(900, { count: 2 }) }
      expect(served(vms, 3).sort()).toEqual(['desk 0', `${name} 0`, `${name} 1`].sort())
    },
  )

  test('count updates as well as their size', () => {
    const often = screen([0, 20_000, 40_000])
    expect(served({ a: pixels(2000), b: often }, 1)).toEqual(['b 0'])
    expect(served({ a: pixels(4000), b: often }, 1)).toEqual(['a 0'])
  })

  const claiming = (card: boolean | number, pixels: number, count: number) =>
    vm({ count, screen: { arrivals: { kind: 'times', timesNs: [0] }, pixels, card } })

  test('are for those that the scenario names first, and for none that it excludes', () => {
    const much = pixels(900, { count: 2 })
    expect(served({ much, few: claiming(true, 10, 2) }, 3)).toEqual(['few 0', 'few 1', 'much 0'])
    expect(served({ much, few: claiming(1, 10, 2) }, 3)).toEqual(['few 0', 'much 0', 'much 1'])
    expect(served({ much, few: claiming(1, 10, 2) }, 4)).toEqual(['few 0', 'much 0', 'much 1'])
    expect(served({ much: claiming(false, 900, 2), few: pixels(10) }, 3)).toEqual(['few 0'])
    expect(served({ much: claiming(0, 900, 2), few: pixels(10) }, 3)).toEqual(['few 0'])
    // Where even those that are named are too many, most work goes first.
    expect(served({ much: claiming(true, 900, 2), few: claiming(2, 10, 2) }, 3)).toEqual(['few 0', 'much 0', 'much 1'])
  })

  test('who has none by what the scenario says is no doubt; who missed out is', () => {
    const notes = (vms: Record<string, VmGroup>) => run(drawn(vms, { 'display.cardSessions': 1 }), CARD).notes
    expect(notes({ a: claiming(false, 900, 2), b: claiming(1, 10, 3) })).toEqual({})
    expect(notes({ a: pixels(900, { count: 2 }), b: claiming(true, 10, 1) })).toEqual({
      [full('a', '2 of 2 displays')]: 2,
    })
    expect(notes({ a: claiming(2, 10, 3) })).toEqual({ [full('a', '1 of 3 displays')]: 2 })
  })
})
