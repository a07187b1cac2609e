// Models of others: their formulas by hand, symbols read off results where the assumptions hold, and mistakes.
import { describe, expect, test } from 'vitest'
import { peers, type Peer } from '../../src/answers/peers.ts'
import { ScenarioError } from '../../src/language/faults.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { json } from '../../src/report/json.ts'
import { table } from '../../src/report/table.ts'
import { runScenario } from '../../src/runs/run-scenario.ts'

interface Parts {
  readonly compare: string
  readonly arms?: string
  readonly loop?: string
  readonly costs?: string
  readonly rate?: string
}

const VPN = '{ host: { vpn: software-aes }, card: { vpn: aes-ni } }'
const LOOP =
  '{ repeat: 500, compute: { cycles: 10000 }, packets: [{ direction: transmit, count: 1, bytes: 1000, vpn: true }] }'

function load({ compare, arms = VPN, loop = LOOP, costs = '', rate = '10000 Gbit/s' }: Parts) {
  const text = `
name: peers
run: { warmup: 0 s, until: idle, replications: 1 }
host: { cores: 1, clock: 1 GHz, nic: { rate: ${rate} } }
arms: ${arms}
vms: { vm: { count: 1, vcpus: 1, loop: ${loop} } }
costs: { vpn.packetCycles: 0${costs} }
compare: ${compare}
`
  return loadScenario('peers.yaml', { read: () => text, technologies: TECHNOLOGIES })
}

const run = (parts: Parts) => runScenario(load(parts), TECHNOLOGIES)
const first = async (parts: Parts): Promise<Peer> => peers(await run(parts))[0]

function faultsOf(parts: Parts): readonly string[] {
  try {
    load(parts)
  } catch (error) {
    if (error instanceof ScenarioError) return error.faults
    throw error
  }
  return []
}

describe('formulas with the symbols of the papers', () => {
  test.each<[string, string, number]>([
    // MOD-03 and MOD-04: 15.78 and 8.64 %.
    ['Sync', 'accelerometer: { mode: sync, C: 2.0e9, alpha: 0.165844, n: 298951, o0: 10, L: 3, A: 6 }', 1.1578],
    ['Async', 'accelerometer: { C: 2.3e9, alpha: 0.19154, n: 101863, L: 2530 }', 1.0864],
    // 1 / (0.6 + (500 + 1000 + 1000) / 20000), and without the switch of threads for those who do not sleep.
    ['Sync-OS', 'accelerometer: { mode: sync-os, C: 20000, alpha: 0.4, n: 1, o0: 500, L: 1000, o1: 1000 }', 1 / 0.725],
    ['o1 is not paid by Async', 'accelerometer: { C: 20000, alpha: 0.4, n: 1, o0: 500, L: 1000, o1: 1000 }', 1 / 0.675],
    // Break-even at g = (o + L) / (C (1 - 1 / A)) = 200; half of the peak at A (o + L) / C = 1,400.
    ['LogCA at its break-even', 'logca: { g: 200, C: 10, o: 1000, L: 750, A: 8 }', 1],
    ['LogCA at half its peak', 'logca: { g: 1400, C: 10, o: 1000, L: 750, A: 8 }', 4],
    ['LogCA, work of a power of 2', 'logca: { g: 100, C: 1, beta: 2, o: 5000, A: 2 }', 1],
    ['LAWS, processor', 'laws: { gamma: 4, sigma: 0.1, alpha: 0.5 }', 1.25],
    ['LAWS, wire', 'laws: { gamma: 1, sigma: 1.6, alpha: 0.5 }', 1.25],
    ['LAWS, card', 'laws: { gamma: 1, sigma: 0.1, alpha: 4 }', 0.5],
    ['Amdahl', 'amdahl: { p: 0.75, s: 3 }', 2],
  ])('%s', async (_, model, speedUp) => {
    const peer = await first({ compare: `[{ ${model} }]` })
    expect(peer.formula).toBeCloseTo(speedUp, 4)
    expect(peer.isGiven).toBe(true)
  })
})

describe('symbols read off the results: the simulation meets the formula within 0.5 % where its assumptions hold', () => {
  const within = (peer: Peer, speedUp: number): void => {
    expect(peer.isGiven).toBe(false)
    expect(peer.formula! / speedUp).toBeCloseTo(1, 2)
    expect(Math.abs(peer.gap!)).toBeLessThan(0.005)
  }

  test('Amdahl and Accelerometer: half of the work made four times as fast', async () => {
    const costs = ', vpn.software-aes.cyclesPerByte: 10, vpn.aes-ni.cyclesPerByte: 2.5'
    const both = peers(await run({ compare: '[amdahl, accelerometer]', costs }))
    for (const peer of both) within(peer, 1.6)
    expect(both[0].symbols).toMatchObject({ p: 0.5, s: 4 })
    expect(both[1].symbols).toMatchObject({ alpha: 0.5, n: 500, o0: 2500 })
  })

  test('LogCA: a call of 700 bytes', async () => {
    const arms = '{ host: { vpn: software-aes }, card: { vpn: inline-nic } }'
    const costs =
      ', vpn.software-aes.cyclesPerByte: 10, vpn.inline-nic.descriptorCycles: 1750, vpn.inline-nic.nsPerByte: 1.25'
    const loop = '{ repeat: 100, packets: [{ direction: transmit, count: 1, bytes: 700, vpn: true }] }'
    const peer = await first({ compare: '[logca]', arms, costs, loop })
    within(peer, 7000 / (1750 + 875))
    expect(peer.symbols).toMatchObject({ g: 700, C: 10, o: 1750, A: 8 })
  })

  test.each([
    ['processor', '100 Gbit/s', 1000, 1.25],
    ['card', '100 Gbit/s', 12_500, 0.8],
    // 1,500 bytes take 9 us, ten work and two communicate.
    ['wire', '1333333333 bit/s', 1000, 10 / 9],
  ])('LAWS, bound by the %s', async (_, rate, packetNs, speedUp) => {
    const arms = '{ host: { tcp: host-stack }, toe: { tcp: toe } }'
    const packets = '[{ direction: transmit, count: 1, bytes: 1462 }]'
    const loop = `{ repeat: 2000, concurrent: 32, compute: { cycles: 8000 }, packets: ${packets} }`
    const prices = ', tcp.packetCycles: 2000, tcp.byteCycles: 0, tcp.ackCycles: 0, tcp.toe.messageCycles: 0'
    const costs = `${prices}, tcp.toe.packetNs: ${packetNs}`
    within(await first({ compare: '[laws]', arms, loop, costs, rate }), speedUp)
  })
})

test('a gap is told where a formula does not know what limits: Amdahl beside a card that is too slow', async () => {
  const arms = '{ host: { tcp: host-stack }, toe: { tcp: toe } }'
  const packets = '[{ direction: transmit, count: 1, bytes: 1462 }]'
  const loop = `{ repeat: 1000, concurrent: 32, compute: { cycles: 8000 }, packets: ${packets} }`
  const prices = ', tcp.packetCycles: 2000, tcp.byteCycles: 0, tcp.ackCycles: 0, tcp.toe.messageCycles: 0'
  const comparison = await run({ compare: '[amdahl]', arms, loop, costs: `${prices}, tcp.toe.packetNs: 12500` })
  expect(peers(comparison)[0].gap).toBeCloseTo(0.8 / 1.25 - 1, 2)
  const text = table(comparison, { width: 200, color: false })
  expect(text).toMatch(
    /^Beside it, formulas of others\n- amdahl, toe: 1\.25 times by its formula \(\+25\.00 %\), 0\.79\d+ simulated/m,
  )
  const object = JSON.parse(json(comparison, '0')) as { compare: object[] }
  expect(object.compare).toMatchObject([{ model: 'amdahl', arm: 'toe', symbols_from: 'results' }])
})

test('no number depends on it, and without it nothing is told', async () => {
  const [with_, without] = [await run({ compare: '[amdahl]' }), await run({ compare: '[]' })]
  expect(with_.id).toBe(without.id)
  expect(table(without, { width: 100, color: false })).not.toContain('formulas of others')
  expect(JSON.parse(json(without, '0'))).not.toHaveProperty('compare')
})

test('arms that do the same have nothing to be told', async () => {
  const arms = '{ host: { vpn: aes-ni }, card: { vpn: aes-ni } }'
  expect(await first({ compare: '[amdahl]', arms })).toMatchObject({ formula: null, simulated: null, gap: null })
})

describe('a mistake is one line', () => {
  test.each<[string, Partial<Parts>, RegExp]>([
    ['a name', { compare: '[acelerometer]' }, /compare\.0: no model `acelerometer`; did you mean `accelerometer`\?$/],
    ['a symbol', { compare: '[{ amdahl: { p: 0.5, s: 4, t: 1 } }]' }, /compare\.0\.amdahl\.t: unknown key; /],
    [
      'one that is missing',
      { compare: '[{ amdahl: { p: 0.5 } }]' },
      /compare\.0\.amdahl\.s: is missing; write a number/,
    ],
    ['a share above 1', { compare: '[{ amdahl: { p: 2, s: 4 } }]' }, /compare\.0\.amdahl\.p: `2` is above 1; /],
    [
      'two in one',
      { compare: '[{ amdahl: { p: 0.5, s: 4 }, laws: { gamma: 1, sigma: 1, alpha: 1 } }]' },
      /names more than one model/,
    ],
    [
      'one arm',
      { compare: '[amdahl]', arms: '{ host: { vpn: aes-ni } }' },
      /compare: holds a gain against formulas, and there is one arm/,
    ],
  ])('%s', (_, parts, expected) => {
    const faults = faultsOf({ compare: '[]', ...parts })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(expected)
  })
})
