// What a run leaves behind: which entries there are, what they are named after, and the rest of the tallies.
import { describe, expect, test } from 'vitest'
import { closeAccounts } from '../../../src/models/host/account.ts'
import { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import type { Tallies } from '../../../src/models/host/tallies.ts'
import { at, host, loop, run, runHost, setup, vm } from '../build.ts'

const times = (...timesNs: number[]) => ({ kind: 'times', timesNs, isFromStart: true }) as const
const compute = (cycles: number, ...when: number[]) => ({ compute: { arrivals: times(...when), cycles } })

describe('the ledger', () => {
  /** An unrun host whose ledger has two steps, for two technologies and two kinds of work. */
  function planted(enter: (host: Host, line: (step: number, cause: number, work: number) => number) => void): Tallies {
    const wired = new Host(setup({ vms: { b: vm(), a: vm() } }), { nic: 'sr-iov', processor: 'vt-x' }, 0, TECHNOLOGIES)
    for (const group of ['a', 'b']) wired.items.declare({ group, name: 'x', technologies: ['nic'], patient: false })
    wired.ledger.step({ technology: 'nic', place: 'host', name: 'copy', takesVcpu: false, assumed: true })
    wired.ledger.step({ technology: 'processor', place: 'host', name: 'halt', takesVcpu: true, assumed: false })
    wired.seal()
    enter(wired, (...of) => wired.ledger.entryOf(...of))
    return closeAccounts(wired, 'hardware', 3)
  }

  test('has an entry for what was executed or done, and none for the rest', () => {
    const { ledger } = planted(({ ledger: { executed, counted, items } }, line) => {
      executed[line(0, 0, 0)] = 70
      // Done for counted items at no cost; done and executed.
      items[line(1, 0, 0)] = 2
      executed[line(1, 1, 1)] = 40
      counted[line(1, 1, 1)] = 50
      items[line(1, 1, 1)] = 5
    })
    const copy = { technology: 'nic', place: 'host', step: 'copy', assumed: true }
    const halt = { technology: 'processor', place: 'host', step: 'halt', assumed: false }
    expect(ledger).toEqual([
      { ...copy, group: 'a', work: 'x', cause: 'nic', items: 0, executed: 70, counted: 0 },
      { ...halt, group: 'a', work: 'x', cause: 'processor', items: 2, executed: 0, counted: 0 },
      { ...halt, group: 'b', work: 'x', cause: 'nic', items: 5, executed: 40, counted: 50 },
    ])
  })

  test('of a run in which nothing happened is empty', () => {
    expect(planted(() => {}).ledger).toEqual([])
  })

  test('names the technology that caused a step, and the step’s own for what the VM generated', () => {
    const { ledger } = planted(({ ledger: { executed } }, line) => {
      for (const cause of [0, 1, 2]) executed[line(1, cause, 0)] = 1
    })
    expect(ledger.map(({ cause }) => cause)).toEqual(['processor', 'nic', 'processor'])
  })

  test('in a run: traps that packets cause are charged to the NIC, in the row of the processor', () => {
    const given = setup({ vms: { vm: vm({ packets: [at([0], { direction: 'transmit' })] }) } })
    const { ledger } = run(given, { nic: 'paravirtual', processor: 'vt-x' })
    const causes = ledger.filter(({ technology }) => technology === 'processor').map(({ cause }) => cause)
    expect(causes.length).toBeGreaterThan(0)
    expect(new Set(causes)).toEqual(new Set(['nic']))
  })
})

describe('work', () => {
  test('is generated = finished + dropped + unfinished, the superseded among the dropped', () => {
    const wired = new Host(setup(), { nic: 'sr-iov' }, 0, TECHNOLOGIES)
    const { items } = wired
    items.declare({ group: 'vm', name: 'screen', technologies: ['nic'], patient: false })
    wired.seal()
    const all = Array.from({ length: 10 }, () => items.generate(0, 0, 1, 0, true))
    all.slice(0, 4).forEach((item) => items.close(item))
    items.drop(all[4])
    all.slice(5, 7).forEach((item) => items.supersede(item))
    items.offered[0] = 12.5
    expect(closeAccounts(wired, '', 0).work).toEqual([
      {
        ...{ group: 'vm', work: 'screen', technologies: ['nic'], offered: 12.5 },
        ...{ generated: 10, finished: 4, dropped: 3, superseded: 2, unfinished: 3 },
        ...{ drawn: 10, drawnMissing: 6 },
      },
    ])
  })
})

describe('a run', () => {
  test('is known by its arm and replication, and in a window by its length', () => {
    const { tallies } = runHost(setup({ warmupNs: 100, measureNs: 700 }), {}, { replication: 4 })
    expect(tallies).toMatchObject({ arm: 'arm', replication: 4, windowNs: 700, makespanNs: null })
    expect(closeAccounts(runHost(setup(), {}).host, 'hardware', 9)).toMatchObject({ arm: 'hardware', replication: 9 })
  })

  test('until idle has its makespan as its window', () => {
    const given = setup({ measureNs: null, vms: { vm: vm({ loop: loop({ repeat: 3, cycles: 500 }) }) } })
    expect(run(given, {})).toMatchObject({ windowNs: 1500, makespanNs: 1500, idleCycles: 0 })
    expect(run(given, {}).resources[0]).toMatchObject({ name: 'cores', capacity: 1500 })
  })

  test('has idle cycles, edgeJobs and a digest as the host does', () => {
    const { host: stopped, tallies } = runHost(setup({ measureNs: 1000, vms: { vm: vm(compute(300, 900)) } }), {})
    expect([tallies.idleCycles, tallies.edgeJobs, tallies.digest]).toEqual([900, 1, stopped.digest.hex])
    expect(tallies.digest).not.toBe('0'.repeat(32))
  })

  test('has latencies of every technology of the arm, whether anything passed it or not', () => {
    const { latencies } = run(setup(), { vpn: 'aes-ni', nic: 'sr-iov' })
    expect(Object.entries(latencies).map(([name, { count }]) => [name, count])).toEqual([
      ['nic', 0],
      ['vpn', 0],
    ])
  })

  test('knows what was stored and moved, when something is', () => {
    const clones = { atNs: 0, count: 2, arrivals: null, bytes: 1000, concurrent: 1 }
    const array = { pathBytesPerS: 1e9, internalBytesPerS: 1e9 }
    const given = setup({ host: host({ array }), vms: { vm: vm({ clones }) } })
    expect(run(given, { clone: 'xcopy' })).toMatchObject({ storedBytes: 2000, movedBytes: 4000 })
    expect(run(given, {})).toMatchObject({ storedBytes: null, movedBytes: null })
  })
})

describe('notes', () => {
  const notes = (prepare: (host: Host) => void): [string, number][] =>
    Object.entries(run(setup(), {}, { prepare }).notes)

  test('are in order of their text', () => {
    const noted = notes((wired) => {
      wired.note('zebra', 2)
      wired.note('ant')
      wired.note('Bee', 3)
    })
    expect(noted).toEqual([
      ['Bee', 3],
      ['ant', 1],
      ['zebra', 2],
    ])
  })

  test('say which generations the prices of traps were measured on, in order, among the others', () => {
    const noted = notes((wired) => {
      wired.note('zebra')
      wired.note('ant')
      for (const generation of ['prescott', 'merom', 'prescott']) wired.generations.add(generation)
    })
    expect(noted).toEqual([
      ['ant', 1],
      ['prices: those of processor were measured on merom, prescott', 1],
      ['zebra', 1],
    ])
  })

  test('say nothing of prices when there are none, or of one’s own processor', () => {
    expect(notes(() => {})).toEqual([])
    const traps = { cpuid: times(0) }
    const measuredOn = (processor: 'as-measured' | 'merom'): string[] =>
      Object.keys(run(setup({ host: host({ processor }), vms: { vm: vm({ traps }) } }), { processor: 'vt-x' }).notes)
    expect(measuredOn('as-measured').filter((note) => note.startsWith('prices:'))).toHaveLength(1)
    expect(measuredOn('merom').filter((note) => note.startsWith('prices:'))).toEqual([])
  })
})
