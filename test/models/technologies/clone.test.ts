// Copies of disks by hand. The path moves 1 byte a ns, the array 4; one core of 1 GHz does a cycle a ns.
import { describe, expect, test } from 'vitest'
import { clone } from '../../../src/models/technologies/clone.ts'
import type { CloneWork, HostSetup, Setup } from '../../../src/models/host/setup.ts'
import { host, MS, run, runHost, setup, sum, vm } from '../build.ts'
import { finishes } from '../finishes.ts'
import { paper, sheet } from '../sheet.ts'

const ARRAY = { pathBytesPerS: 1e9, internalBytesPerS: 4e9 }
/** Three clones of 1,000 bytes at once, one at a time. */
const clones = (changes: Partial<CloneWork> = {}): CloneWork => {
  return { atNs: 0, count: 3, arrivals: null, bytes: 1000, concurrent: 1, ...changes }
}
const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const
/** No stream is slower than path or array. */
const FAST = { 'clone.streamRate': 1e12 }

function storing(work: CloneWork, costs: Record<string, number> = {}, changes: Partial<HostSetup> = {}): Setup {
  return setup({
    measureNs: null,
    host: host({ nic: null, array: ARRAY, ...changes }),
    vms: { vm: vm({ clones: work }) },
    costs: { ...FAST, ...costs },
  })
}
const ends = (given: Setup, arm: Record<string, string>): number[] => finishes(given, arm).map(([, , end]) => end)

describe('a sheet of paper: three clones', () => {
  test('host-copy: each byte read and written over the path, two at a time, an I/O of 7 cycles for each 100 bytes', () => {
    const costs = { 'clone.host-copy.commandBytes': 100, 'clone.host-copy.commandCycles': 7 }
    // Two move 4,000 bytes together until 4,000, the third its 2,000 until 6,000; 70 cycles for each lie beside that.
    const byHand = paper({
      steps: [['clone', 'clone', 'host', 'command', 3 * 10, 3 * 70]],
      vcpus: 0,
      devices: { path: 3 * 2000 },
      latency: { clone: [3, 4000 + 4000 + 6000] },
      done: [
        ['clones', 0, 4000],
        ['clones', 0, 4000],
        ['clones', 0, 6000],
      ],
      left: {},
      stored: [3 * 1000, 3 * 2000],
    })
    expect(sheet(storing(clones({ concurrent: 2 }), costs), { clone: 'host-copy' })).toEqual(byHand)
  })

  test('xcopy: inside the array, one at a time, with a command of 11 cycles for each 300 bytes', () => {
    const costs = { 'clone.xcopy.commandBytes': 300, 'clone.xcopy.commandCycles': 11 }
    // 2,000 bytes at 4 a ns: 0 to 500, 500 to 1,000 (asked for at 100), 2,000 to 2,500. 1,000 bytes are 4 commands.
    const byHand = paper({
      steps: [['clone', 'clone', 'host', 'command', 3 * 4, 3 * 44]],
      vcpus: 0,
      devices: { array: 3 * 500 },
      latency: { clone: [3, 500 + 900 + 500] },
      done: [
        ['clones', 0, 500],
        ['clones', 0, 1000],
        ['clones', 0, 2500],
      ],
      left: {},
      stored: [3 * 1000, 3 * 2000],
    })
    const work = clones({ arrivals: times(0, 100, 2000) })
    expect(sheet(storing(work, costs), { clone: 'xcopy' })).toEqual(byHand)
  })

  test('odx: three VMs’ clones at once share the array; a token of 13 cycles for each 400 bytes', () => {
    const costs = { ...FAST, 'clone.odx.commandBytes': 400, 'clone.odx.commandCycles': 13 }
    const work = clones({ count: 1 })
    const vms = { a: vm({ count: 2, clones: work }), b: vm({ clones: work }) }
    const given = setup({ measureNs: null, host: host({ nic: null, array: ARRAY }), vms, costs })
    // 6,000 bytes at 4 a ns; 1,000 bytes are 3 tokens.
    const byHand = paper({
      steps: [['clone', 'clone', 'host', 'command', 3 * 3, 3 * 39]],
      vcpus: 0,
      devices: { array: 3 * 500 },
      latency: { clone: [3, 3 * 1500] },
      done: [
        ['clones', 0, 1500],
        ['clones', 1, 1500],
        ['clones', 2, 1500],
      ],
      left: {},
      stored: [3 * 1000, 3 * 2000],
    })
    expect(sheet(given, { clone: 'odx' })).toEqual(byHand)
  })

  test('array-snapshot: command, metadata, set-up; the first writes come after it and nobody waits for them', () => {
    const costs = {
      'clone.array-snapshot.commandCycles': 101,
      'clone.array-snapshot.metadataBytes': 400,
      'clone.array-snapshot.setupNs': 1000,
      'clone.array-snapshot.firstWriteShare': 0.25,
      'clone.array-snapshot.blockBytes': 64,
    }
    // A quarter of 1,000 bytes is in 4 blocks: 256 bytes, moved twice. Metadata alone takes 100, first writes 128.
    //   first   command until 101, metadata 201, made 1,201; its writes begin
    //   second  admitted at 1,201; command 1,302; then both move: writes have 108 left, until 1,356; metadata 1,429;
    //           made 2,429, its writes until 2,557
    //   third   at 10,000 by itself: made at 11,201, writes until 11,329
    const byHand = paper({
      steps: [['clone', 'clone', 'host', 'command', 3, 3 * 101]],
      vcpus: 0,
      devices: { array: 3 * (100 + 128) },
      latency: { clone: [3, 1201 + 2429 + 1201] },
      done: [
        ['clones', 0, 1356],
        ['clones', 0, 2557],
        ['clones', 0, 11_329],
      ],
      left: {},
      stored: [3 * (400 + 256), 3 * (400 + 512)],
    })
    const work = clones({ arrivals: times(0, 0, 10_000) })
    expect(sheet(storing(work, costs), { clone: 'array-snapshot' })).toEqual(byHand)
  })
})

describe('admission', () => {
  const XCOPY = { clone: 'xcopy' }
  const FREE = { 'clone.xcopy.commandCycles': 0 }

  test.each([
    [1, [500, 1000, 1500, 2000]],
    // Together at half the rate each.
    [2, [1000, 1000, 2000, 2000]],
    [4, [2000, 2000, 2000, 2000]],
    [9, [2000, 2000, 2000, 2000]],
  ])('%i at a time of a VM', (concurrent, expected) => {
    expect(ends(storing(clones({ count: 4, concurrent }), FREE), XCOPY)).toEqual(expected)
  })

  test('is first come, first served', () => {
    // Asked for at 0, 10, 20: done at 500, 1,000, 1,500. Of the last two the other order would take 980 and 1,490.
    const { latencies } = run(storing(clones({ arrivals: times(0, 10, 20) }), FREE), XCOPY)
    expect(latencies['clone']).toMatchObject({ count: 3, min: 500, max: 1480, sum: 500 + 990 + 1480 })
  })

  test('goes on after a time without clones, and still one at a time', () => {
    const work = storing(clones({ arrivals: times(0, 0, 5000, 5000) }), FREE)
    expect(ends(work, XCOPY)).toEqual([500, 1000, 5500, 6000])
  })

  test('each VM by itself', () => {
    const vms = { vm: vm({ count: 2, clones: clones({ count: 2 }) }) }
    expect(finishes({ ...storing(clones(), FREE), vms }, XCOPY)).toEqual([
      ['clones', 0, 1000],
      ['clones', 1, 1000],
      ['clones', 0, 2000],
      ['clones', 1, 2000],
    ])
  })

  test('each group by its own number', () => {
    const vms = { a: vm({ clones: clones({ count: 2 }) }), b: vm({ clones: clones({ count: 2, concurrent: 2 }) }) }
    // a moves one and b two: 1,500 for all three; then a’s second by itself.
    expect(finishes({ ...storing(clones(), FREE), vms }, XCOPY).map(([, index, end]) => [index, end])).toEqual([
      [0, 1500],
      [1, 1500],
      [1, 1500],
      [0, 2000],
    ])
  })

  test('of a snapshot is over when it is made, before its first writes', () => {
    const costs = {
      'clone.array-snapshot.commandCycles': 0,
      'clone.array-snapshot.metadataBytes': 0,
      'clone.array-snapshot.setupNs': 100,
      'clone.array-snapshot.firstWriteShare': 1,
      'clone.array-snapshot.blockBytes': 1,
    }
    // Made at 100 and 200, writes of 2,000 bytes each from then on: 400 of the first are done when the second begins;
    // with 2 a ns each the first is done at 1,000, and what is left of the second, 400, at 1,100.
    expect(ends(storing(clones({ count: 2 }), costs), { clone: 'array-snapshot' })).toEqual([1000, 1100])
    const { latencies } = run(storing(clones({ count: 2 }), costs), { clone: 'array-snapshot' })
    expect(latencies['clone']).toMatchObject({ min: 100, max: 200 })
  })
})

describe('the host’s part and the bytes', () => {
  const COPY = { clone: 'host-copy' }
  const commands = (bytes: number, cycles: number, more: Record<string, number> = {}): Record<string, number> => {
    return { 'clone.host-copy.commandBytes': bytes, 'clone.host-copy.commandCycles': cycles, ...more }
  }

  test('go on beside each other: a clone is done when both are', () => {
    expect(ends(storing(clones({ count: 1 }), commands(100, 300)), COPY)).toEqual([3000])
    expect(ends(storing(clones({ count: 1 }), commands(100, 100)), COPY)).toEqual([2000])
    expect(ends(storing(clones({ count: 1 }), commands(100, 0)), COPY)).toEqual([2000])
  })

  test('and each later one is also done when both are', () => {
    expect(ends(storing(clones(), commands(100, 300)), COPY)).toEqual([3000, 6000, 9000])
    expect(ends(storing(clones(), commands(100, 100)), COPY)).toEqual([2000, 4000, 6000])
  })

  /** When traps of 50 cycles are done that come while a thousand commands of 300 cycles are under way on the one core. */
  function trapsDone(sliceNs: number, at: number[], changes: Partial<HostSetup> = {}): number[] {
    const costs = { ...commands(100, 300, { 'clone.sliceNs': sliceNs }), 'processor.vt-x.syscall': 50 }
    const given = storing(clones({ count: 1 }), costs, changes)
    const vms = { vm: vm({ clones: clones({ count: 1, bytes: 100_000 }), traps: { syscall: times(...at) } }) }
    return finishes({ ...given, measureNs: MS, vms }, { ...COPY, processor: 'vt-x' })
      .filter(([work]) => work === 'traps.syscall')
      .map(([, , end]) => end)
  }

  test('commands give way to other work of the hypervisor after each slice', () => {
    // Slices of two commands: until 600, then the trap until 650, the next slice until 1,250.
    expect(trapsDone(600, [100, 700])).toEqual([650, 1300])
    // As much of 700 as is whole commands.
    expect(trapsDone(700, [100])).toEqual([650])
    expect(trapsDone(900, [100])).toEqual([950])
  })

  test('a slice has at least one command, and at most a hundredth of all', () => {
    expect(trapsDone(1, [100])).toEqual([350])
    expect(trapsDone(1e6, [100])).toEqual([3050])
  })

  test('commands are charged over the time of the copy, and not at its start', () => {
    // 400 commands of 100 cycles beside 80,000 bytes at 1 a ns: half of the commands in the first half of the copy, and as
    // many cycles executed in a window of any quarter.
    const work = clones({ count: 1, bytes: 40_000, isFromStart: true })
    const quarters = [0, 1, 2, 3].map((quarter) => {
      const given = storing(work, commands(100, 100))
      const tallies = run({ ...given, warmupNs: 20_000 * quarter, measureNs: 20_000 }, COPY)
      return sum(tallies, { step: 'command' }, 'executed')
    })
    expect(quarters).toEqual([10_000, 10_000, 10_000, 10_000])
  })

  test('a slice is time: a faster core does more of them in it', () => {
    // 600 ns of 2 GHz are four commands, done at 600; the trap takes 25.
    expect(trapsDone(600, [100], { clockHz: 2e9 })).toEqual([625])
  })

  test('slices change no sum: the last one is what is left', () => {
    // Ten commands in slices of three: 3, 3, 3, 1.
    const tallies = run(storing(clones({ count: 2 }), commands(100, 300, { 'clone.sliceNs': 900 })), COPY)
    expect(sum(tallies, { step: 'command' }, 'items')).toBe(20)
    expect(sum(tallies, { step: 'command' })).toBe(20 * 300)
    expect(tallies.makespanNs).toBe(6000)
  })

  test('part of a command is one', () => {
    expect(sum(run(storing(clones({ count: 1 }), commands(1001, 7)), COPY), { step: 'command' }, 'items')).toBe(1)
    expect(sum(run(storing(clones({ count: 1 }), commands(999, 7)), COPY), { step: 'command' }, 'items')).toBe(2)
  })

  test('a snapshot’s blocks are whole, and none where nothing is written', () => {
    const stored = (share: number): number =>
      run(
        storing(clones({ count: 1 }), {
          'clone.array-snapshot.metadataBytes': 10,
          'clone.array-snapshot.blockBytes': 100,
          'clone.array-snapshot.firstWriteShare': share,
        }),
        { clone: 'array-snapshot' },
      ).storedBytes! - 10
    expect([0, 0.1, 0.101, 1].map(stored)).toEqual([0, 100, 200, 1000])
  })
})

test('a clone that is done takes no room', () => {
  // One after another, so there is never more than one; room for 64 units is there from the start.
  const work = clones({ arrivals: times(...Array.from({ length: 200 }, (_, i) => 1e7 * i)) })
  for (const handler of Object.keys(clone.handlers)) {
    const { host: left } = runHost(storing(work, { 'clone.array-snapshot.setupNs': 1 }), { clone: handler })
    expect([handler, left.items.item.length]).toEqual([handler, 64])
  }
})

describe('bytes', () => {
  test('of clones outside the window are not counted', () => {
    const given = { ...storing(clones({ arrivals: times(0, 5000, 6000) })), warmupNs: 4000, measureNs: 10_000 }
    for (const handler of ['host-copy', 'xcopy', 'odx'])
      expect(run(given, { clone: handler })).toMatchObject({ storedBytes: 2000, movedBytes: 4000 })
  })

  test('are none where nothing is stored', () => {
    const given = setup({ host: host({ array: ARRAY }), vms: { vm: vm({}) } })
    expect(run(given, { clone: 'xcopy' })).toMatchObject({ storedBytes: null, movedBytes: null })
  })

  test('need an array', () => {
    const given = storing(clones(), {}, { array: null })
    for (const handler of Object.keys(clone.handlers))
      expect(() => run(given, { clone: handler })).toThrow('clones need an array')
  })
})
