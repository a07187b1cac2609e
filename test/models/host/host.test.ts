// The host before anything runs: its groups, its technologies, and how their paths are put together.
import { describe, expect, test } from 'vitest'
import type { EventKind } from '../../../src/engine/simulation.ts'
import { Host } from '../../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import type { Arm, Setup } from '../../../src/models/host/setup.ts'
import { step, type Costs, type Handler, type Technology } from '../../../src/models/host/technology.ts'
import { at, host, loop, run, runHost, setup, vm } from '../build.ts'

const made = (given: Setup = setup(), arm: Arm = {}, technologies: readonly Technology[] = TECHNOLOGIES): Host =>
  new Host(given, arm, 0, technologies)

const costs = {
  short: { value: 100, unit: 'cycles', source: 'assumption: for a test' },
  long: { value: 300, unit: 'cycles', source: 'assumption: for a test' },
} as const satisfies Costs
type Passed = NonNullable<Technology['passedBefore']>
const own = (name: string, passedBefore: Passed, handler: Partial<Handler> = {}): Technology => ({
  ...{ name, passedBefore, costs },
  handlers: { soft: { kind: 'software', transmit: [], receive: [], enter: [], ...handler } },
})

describe('groups', () => {
  test('stand in order of their names, their VMs numbered through', () => {
    const { groups, groupOfVm } = made(setup({ vms: { b: vm({ count: 2 }), c: vm(), a: vm({ count: 3, vcpus: 2 }) } }))
    expect(groups.map(({ name, firstVm, count }) => [name, firstVm, count])).toEqual([
      ['a', 0, 3],
      ['b', 3, 2],
      ['c', 5, 1],
    ])
    expect([...groupOfVm]).toEqual([0, 0, 0, 1, 1, 2])
    expect(groups[0]).toMatchObject({ vcpus: 2, compute: null, packets: [] })
  })

  test('may be none', () => {
    expect(made(setup({ vms: {} })).groupOfVm).toHaveLength(0)
  })
})

test('the clock is in cycles per ns, and the cores run at it', () => {
  const { clock, cores } = made(setup({ host: host({ cores: 3, clockHz: 2.5e9 }) }))
  expect([clock, cores.rate, cores.servers]).toEqual([2.5, 2.5, 3])
})

test('a host without a NIC has no port, and packets are an error', () => {
  const given = setup({ host: host({ nic: null }), vms: { vm: vm({ packets: [at([0])] }) } })
  expect(made(given).port).toBeNull()
  expect(made(given).loads.all).toEqual([])
  expect(() => run(given, {})).toThrow('packets need a port')
})

describe('technologies', () => {
  const arm = { tcp: 'host-stack', nic: 'sr-iov', 'a first': 'soft' }

  test('of an arm stand in order of their names; causes are numbered from 1', () => {
    const wired = made(setup(), arm, [...TECHNOLOGIES, own('a first', 'tcp')])
    expect(wired.technologyNames).toEqual(['a first', 'nic', 'tcp'])
    expect(['a first', 'nic', 'tcp'].map((name) => wired.causeOf(name))).toEqual([1, 2, 3])
    expect([...wired.latencies.keys()]).toEqual(['a first', 'nic', 'tcp'])
  })

  test('are wired once, and not at all when the arm does not name them', () => {
    const wired = made(setup(), { tcp: 'host-stack' })
    const wiring = wired.wiring('tcp')
    expect([wiring?.technology.name, wiring?.handlerName]).toEqual(['tcp', 'host-stack'])
    expect(wired.wiring('tcp')).toBe(wiring)
    expect(wired.wiring('nic')).toBeUndefined()
  })

  test('that nobody knows are an error', () => {
    expect(() => made(setup(), { warp: 'drive' }).wiring('warp')).toThrow('unknown technology warp')
  })

  test('lie before another in order of their names', () => {
    const mine = [own('zip', 'tcp'), own('audit', 'tcp'), own('mark', 'nic'), own('absent', 'tcp')]
    const wired = made(setup(), { zip: 'soft', audit: 'soft', mark: 'soft', tcp: 'host-stack' }, [
      ...TECHNOLOGIES,
      ...mine,
    ])
    expect(wired.passedBefore('tcp')).toEqual(['audit', 'zip'])
    expect(wired.passedBefore('nic')).toEqual(['mark'])
    expect(wired.passedBefore('vlan')).toEqual([])
  })

  test('that lie before another are passed by name on the way out, and the other way round on the way in', () => {
    const passed: string[] = []
    const seen = (name: string): Technology => {
      const path: Handler['transmit'] = ({ host: { sim } }, done) =>
        sim.event(name, (unit) => {
          passed.push(name)
          sim.fire(done, unit)
        })
      return own(name, 'tcp', { transmit: path, receive: path, enter: path })
    }
    const technologies = ['c', 'a', 'b'].map(seen)
    const order = (path: 'transmit' | 'receive' | 'enter'): string => {
      const wired = made(setup(), { a: 'soft', b: 'soft', c: 'soft' }, technologies)
      const done = wired.sim.event('done', () => passed.push('done'))
      const entry = wired.viaThoseBefore('tcp', path, done)
      const work = wired.items.declare({ group: 'vm', name: 'x', technologies: [], patient: false })
      wired.seal()
      passed.length = 0
      wired.sim.fire(entry, wired.items.generate(0, work, 1, 0, true))
      return passed.join(' ')
    }
    expect([order('transmit'), order('enter'), order('receive')]).toEqual([
      ...['a b c done', 'a b c done', 'c b a done'],
    ])
  })

  test('without which a unit goes on are passed by nothing', () => {
    const wired = made(setup(), { tcp: 'host-stack' })
    const done = wired.sim.event('done', () => {})
    expect(wired.via('nic', 'transmit', done)).toBe(done)
    expect(wired.via('tcp', 'complete', done)).toBe(done)
    expect(wired.via('tcp', 'transmit', done)).not.toBe(done)
    expect(wired.viaThoseBefore('tcp', 'transmit', done)).toBe(done)
  })
})

describe('sojourn times', () => {
  const passage = (before: Passed, cost: 'short' | 'long') => ({
    technology: own(`in ${before}`, before, { transmit: [step('vcpu', 'work', { each: cost })] }),
  })
  const packets = (...timesNs: number[]) => ({ packets: [at(timesNs, { direction: 'transmit', bytes: 10 })] })

  test('are from entering a technology to leaving it, with the wait for a vCPU, of counted items alone', () => {
    const { technology } = passage('tcp', 'long')
    // Window from 50: the message of 0 is not counted. The next ones come at 100 and 150, and wait: 0–300–600–900.
    const given = setup({ warmupNs: 50, vms: { vm: vm(packets(0, 100, 150)) } })
    const { latencies } = run(given, { 'in tcp': 'soft' }, { technologies: [...TECHNOLOGIES, technology] })
    expect(latencies['in tcp']).toMatchObject({ count: 2, sum: 500 + 750 })
  })

  test('of neighbours in one place are each technology’s own, at any clock', () => {
    const technologies = [...TECHNOLOGIES, passage('tcp', 'short').technology, passage('vpn', 'long').technology]
    const arm = { 'in tcp': 'soft', 'in vpn': 'soft' }
    // 100 and 300 cycles at 2 GHz are 50 and 150 ns, whatever they are joined with.
    const given = setup({ host: host({ clockHz: 2e9 }), vms: { vm: vm(packets(0)) } })
    const { latencies } = run(given, arm, { technologies })
    expect([latencies['in tcp'].sum, latencies['in vpn'].sum]).toEqual([50, 150])
  })

  test('are never below nothing', () => {
    const seen: number[] = []
    const technologies = [...TECHNOLOGIES, passage('tcp', 'short').technology]
    const prepare = ({ latencies, sim, items }: Host): void => {
      const histogram = latencies.get('in tcp')!
      const add = histogram.add.bind(histogram)
      histogram.add = (value, count) => {
        seen.push(value)
        add(value, count)
      }
      // As rounding may do: the mark of entering lies a trifle behind that of leaving.
      const generate = items.generate.bind(items)
      items.generate = (...args) => {
        const item = generate(...args)
        sim.after(50, late, item)
        return item
      }
      const late = sim.event('late', (item) => (items.entered[item] = sim.now + 50.001))
    }
    run(setup({ vms: { vm: vm(packets(0)) } }), { 'in tcp': 'soft' }, { technologies, prepare })
    expect(seen).toEqual([0])
  })

  test('are not taken where the path is not measured', () => {
    const wired = made(setup(), { tcp: 'host-stack' })
    const done = wired.sim.event('done', () => {})
    const entry = wired.via('tcp', 'transmit', done, false)
    const work = wired.items.declare({ group: 'vm', name: 'x', technologies: [], patient: false })
    wired.seal()
    wired.sim.fire(entry, wired.items.generate(0, work, 1, 0, true))
    wired.sim.run(Infinity)
    expect(wired.latencies.get('tcp')!.toJSON().count).toBe(0)
  })
})

describe('requests of closed work', () => {
  test('of several groups do not meet', () => {
    const vms = { a: vm({ loop: loop({ repeat: 3, cycles: 10 }) }), b: vm({ loop: loop({ repeat: 4, cycles: 10 }) }) }
    const { work } = run(setup({ measureNs: null, vms }), {})
    expect(work.map(({ finished }) => finished)).toEqual([3, 4])
  })
})

describe('what is shared', () => {
  test('is made once for each name, even when it is nothing', () => {
    const wired = made()
    let count = 0
    const make = (): undefined => {
      count++
    }
    wired.shared('a', make)
    wired.shared('a', make)
    wired.shared('b', make)
    expect(count).toBe(2)
    expect(wired.shared('c', () => 5)).toBe(5)
    expect(wired.shared('c', () => 6)).toBe(5)
  })

  test('is each host’s own', () => {
    const closed = (wired: Host): EventKind => wired.shared('x', () => wired.sim.event('x', () => {}))
    expect(closed(made())).toBe(closed(made()))
    expect(made().shared('x', () => 1)).toBe(1)
  })
})

test('notes are counted by their text, once each unless said otherwise', () => {
  const wired = made()
  wired.note('a')
  wired.note('b', 5)
  wired.note('a')
  wired.note('b', 2)
  expect([...wired.notes]).toEqual([
    ['a', 2],
    ['b', 7],
  ])
})

test('every kind of event has a name, by which errors speak of it', () => {
  const arrivals = { kind: 'times', timesNs: [], isFromStart: true } as const
  const guest = vm({ compute: { arrivals, cycles: 1 }, traps: { halt: arrivals }, packets: [at([])] })
  const looping = vm({ loop: loop({ cycles: 1, traps: { halt: 1 } }) })
  const { sim } = runHost(setup({ vms: { guest, looping } }), { processor: 'vt-x', tcp: 'host-stack' }).host
  const last = sim.event('last', () => {})
  const names = Array.from({ length: last + 1 }, (_, kind) => sim.nameOf(kind as EventKind))
  expect(names.filter((name) => name.trim() === '')).toEqual([])
  expect(names.some((name) => name.startsWith('cores: '))).toBe(true)
  expect(names).toEqual(expect.arrayContaining(['guest compute', 'guest traps.halt', 'guest packets.0', 'mark']))
})

test('sealed, the ledger has a line for each step, each cause and the VM itself, and each kind of work', () => {
  const wired = made(setup(), { nic: 'sr-iov', tcp: 'host-stack' })
  for (const name of ['x', 'y']) wired.items.declare({ group: 'vm', name, technologies: [], patient: false })
  wired.ledger.step({ technology: 'tcp', place: 'vcpu', name: 'segment', takesVcpu: true, assumed: false })
  wired.seal()
  expect(wired.ledger.counted).toHaveLength(1 * 3 * 2)
  expect(wired.items.generated).toHaveLength(2)
})

test('charges of items that are not counted are given back: the table does not grow with them', () => {
  // A warm-up of 1000 messages, each of three charges, and each done before the next one comes.
  const times = Array.from({ length: 1000 }, (_, i) => i * 5000)
  const vms = { vm: vm({ packets: [at(times, { direction: 'transmit' })] }) }
  const free = { 'tcp.packetCycles': 1000, 'tcp.byteCycles': 0, 'tcp.ackCycles': 0 }
  const { host: stopped } = runHost(setup({ warmupNs: 5e6, vms, costs: free }), { tcp: 'host-stack' })
  expect(stopped.ledger.steps.length).toBeGreaterThanOrEqual(3)
  expect(stopped.ledger.entry).toHaveLength(256)
})
