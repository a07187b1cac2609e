// What offsim says about cloning, encryption, displays and tags, against what is published or must be so.
import type { Scenario } from '../src/language/asked.ts'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Histogram } from '../src/engine/histogram.ts'
import type { ArmResult } from '../src/answers/arm-result.ts'
import type { Comparison } from '../src/answers/comparison.ts'
import { runScenario } from '../src/runs/run-scenario.ts'
import { loadScenario } from '../src/language/scenario.ts'
import { TECHNOLOGIES } from '../src/models/technologies/index.ts'
import type { LedgerEntry } from '../src/models/host/tallies.ts'
import { doubts } from '../src/report/doubts.ts'

const scenarioFile = (name: string) => new URL(`../scenarios/${name}`, import.meta.url)

/** Loads a scenario of the project's, or one that is written here. */
function load(what: string, set: readonly string[] = []): Scenario {
  const written = what.includes('\n') ? new TextEncoder().encode(what) : null
  const read = (path: string) => (path === 'here' ? written! : readFileSync(scenarioFile(path)))
  return loadScenario(written ? 'here' : `${what}.yaml`, { read, technologies: TECHNOLOGIES, set })
}

const answer = (what: string, set: readonly string[] = []): Promise<Comparison> =>
  runScenario(load(what, set), TECHNOLOGIES)

function armOf({ arms }: Comparison, name: string): ArmResult {
  return arms.find((arm) => arm.name === name)!
}

function rowOf({ rows }: Comparison, arm: string, technology: string) {
  return rows.find((row) => row.arm === arm && row.technology === technology)!
}

/** A sum over the ledgers of all replications of an arm. */
function sum(arm: ArmResult, of: (entry: LedgerEntry) => number): number {
  return arm.tallies.flatMap(({ ledger }) => ledger).reduce((total, entry) => total + of(entry), 0)
}

const stepsDone = (arm: ArmResult, technology: string, step: string) =>
  sum(arm, (entry) => (entry.technology === technology && entry.step === step ? entry.items : 0))

/** How often the models noted something, per replication. */
function noted(arm: ArmResult, what: RegExp): number {
  const counts = arm.tallies.flatMap(({ notes }) => Object.entries(notes).filter(([note]) => what.test(note)))
  return counts.reduce((total, [, count]) => total + count, 0) / arm.tallies.length
}

describe('clone storm: 200 clones of 24 GiB', () => {
  let storm: Comparison
  beforeAll(async () => {
    storm = await answer('clone-storm')
  })
  const makespanS = (arm: string) => armOf(storm, arm).makespanS!
  const cpuS = (arm: string) => rowOf(storm, arm, 'clone').armS

  test('the host is slowest and dearest, then xcopy and odx, then snapshots', () => {
    expect(makespanS('host')).toBeGreaterThan(1.5 * Math.max(makespanS('array'), makespanS('windows')))
    expect(Math.min(makespanS('array'), makespanS('windows'))).toBeGreaterThan(1.5 * makespanS('snapshot'))
    const hostS = rowOf(storm, 'array', 'clone').baselineS!
    expect(hostS).toBeGreaterThan(10 * cpuS('array'))
    expect(cpuS('array')).toBeGreaterThan(cpuS('windows'))
  })

  test('xcopy and odx take the same time within 10 %, odx with a tenth of the commands or less', () => {
    expect(Math.abs(makespanS('array') / makespanS('windows') - 1)).toBeLessThan(0.1)
    const commands = (arm: string) => stepsDone(armOf(storm, arm), 'clone', 'command')
    expect(commands('windows')).toBeGreaterThan(0)
    expect(commands('array')).toBeGreaterThanOrEqual(10 * commands('windows'))
  })

  test('200 snapshots in under ten minutes, at no more than 1 % of the bytes', () => {
    expect(makespanS('snapshot')).toBeLessThan(600)
    const bytes = (arm: string) => armOf(storm, arm).storedBytes!
    expect(bytes('host')).toBe(200 * 24 * 2 ** 30)
    expect(bytes('snapshot')).toBeLessThanOrEqual(0.01 * bytes('host'))
    expect(armOf(storm, 'snapshot').movedBytes!).toBeLessThanOrEqual(0.01 * armOf(storm, 'array').movedBytes!)
  })
})

describe('sixteen clones by vCenter, as measured', () => {
  const [oneAtATime, atOnce] = ['vcenter-16-clones-one-at-a-time', 'vcenter-16-clones-at-once']
  const sojourns = (comparison: Comparison) => {
    const histogram = new Histogram()
    histogram.merge(armOf(comparison, 'vcenter').tallies[0].latencies['clone'])
    return histogram
  }

  test('the two files differ in name, question and arrivals only', () => {
    const without = (name: string) => {
      const file = parse(readFileSync(scenarioFile(`${name}.yaml`), 'utf8')) as Record<string, object>
      const clones = (file['vms'] as Record<string, { clones: object }>)['template'].clones
      return {
        ...file,
        name: '',
        question: '',
        vms: { ...file['vms'], template: { clones: { ...clones, arrivals: 0 } } },
      }
    }
    expect(without(atOnce)).toEqual(without(oneAtATime))
  })

  test('one at a time they take 62.7 s each, within 3 %', async () => {
    const each = sojourns(await answer(oneAtATime))
    expect(each.count).toBe(16)
    for (const q of [0, 1]) expect(Math.abs(each.quantile(q) / 62.7e9 - 1)).toBeLessThan(0.03)
  })

  test('at once they finish in two waves: the first between 180 and 204 s, all in 366 s, within 5 %', async () => {
    const comparison = await answer(atOnce)
    const each = sojourns(comparison)
    const quantilesS = Array.from({ length: 16 }, (_, i) => each.quantile((i + 0.5) / 16) / 1e9)
    const [first, second] = [quantilesS.slice(0, 8), quantilesS.slice(8)]
    for (const seconds of first) {
      expect(seconds).toBeGreaterThan(180 * 0.95)
      expect(seconds).toBeLessThan(204 * 1.05)
    }
    for (const seconds of second) expect(seconds).toBeGreaterThan(345 * 0.95)
    expect(Math.abs(armOf(comparison, 'vcenter').makespanS! / 366 - 1)).toBeLessThan(0.05)
  })
})

describe('encryption: 16 KiB messages on one core of 2.4 GHz (IPS-01: 249, 695 and 3,144 MB/s)', () => {
  /** Encryption alone: what else a message passes costs nothing, and the wire takes no time to speak of. */
  const loop = (handler: string, concurrent: number, repeat: number) => `name: crypto
run: { warmup: 0 s, until: idle, replications: 1 }
host: { cores: 1, clock: 2.4 GHz, nic: { rate: 10000 Gbit/s } }
arms: { one: { tcp: segmentation-offload, vpn: ${handler} } }
vms:
  sender:
    count: 1
    vcpus: 1
    loop:
      repeat: ${repeat}
      concurrent: ${concurrent}
      packets: [{ direction: transmit, count: 1, bytes: 16 KiB, vpn: true }]
costs: { tcp.packetCycles: 0, tcp.byteCycles: 0, tcp.ackCycles: 0, vpn.packetCycles: 0 }
`
  const MBPerS = async (handler: string, concurrent: number, repeat: number, set: readonly string[] = []) => {
    const { makespanS } = armOf(await answer(loop(handler, concurrent, repeat), set), 'one')
    return (repeat * 16_384) / makespanS! / 1e6
  }

  test('look-aside with one request outstanding is slower than AES instructions, with 128 faster; within 15 %', async () => {
    const one = await MBPerS('lookaside', 1, 400, ['costs.vpn.lookaside.outstanding=1'])
    const instructions = await MBPerS('aes-ni', 1, 400)
    const many = await MBPerS('lookaside', 128, 20_000)
    expect(one).toBeLessThan(instructions)
    expect(many).toBeGreaterThan(instructions)
    expect(Math.abs(one / 249 - 1)).toBeLessThan(0.15)
    expect(Math.abs(instructions / 695 - 1)).toBeLessThan(0.15)
    expect(Math.abs(many / 3144 - 1)).toBeLessThan(0.15)
  })

  test('one outstanding request holds back many askers too', async () => {
    const one = await MBPerS('lookaside', 128, 2000, ['costs.vpn.lookaside.outstanding=1'])
    expect(one).toBeLessThan(300)
  })

  test('inline crypto beyond its associations falls back to software, and says so', async () => {
    const set = ['run.measure=5 ms', 'run.warmup=1 ms', 'run.replications=2', 'costs.vpn.inline-nic.associations=2']
    const few = await answer('vpn-gateway', set)
    const said = /encrypted in software, since the NIC had no association free/
    expect(doubts(few).filter((doubt) => said.test(doubt))).toHaveLength(1)
    // Two tunnels per gateway: the first has its two associations, the second none.
    const nic = armOf(few, 'nic')
    const [ciphered, all] = [stepsDone(nic, 'vpn', 'cipher'), rowOf(few, 'nic', 'vpn').items * nic.tallies.length]
    expect(ciphered / all).toBeGreaterThan(0.4)
    expect(ciphered / all).toBeLessThan(0.6)
    const enough = await answer('vpn-gateway', set.slice(0, -1))
    expect(doubts(enough).filter((doubt) => said.test(doubt))).toEqual([])
    expect(stepsDone(armOf(enough, 'nic'), 'vpn', 'cipher')).toBe(0)
  })
})

describe('a display card', () => {
  const sixteen = ['run.measure=500 ms', 'run.warmup=100 ms', 'run.replications=2']

  test('with 64 sessions and 96 displays encodes the overflow in software, and says so', async () => {
    const comparison = await answer('display-office', [...sixteen, 'vms.desktop.count=96', 'host.cores=64'])
    const card = armOf(comparison, 'card')
    const updates = rowOf(comparison, 'card', 'display').items
    const overflow = noted(card, /encoded in software, since the card had no session free/)
    expect(overflow / updates).toBeGreaterThan(0.25)
    expect(overflow / updates).toBeLessThan(0.42)
    expect(stepsDone(card, 'display', 'encode')).toBeGreaterThan(0)
    expect(doubts(comparison).join('\n')).toMatch(/card had no session free/)
    const within = await answer('display-office', [...sixteen, 'vms.desktop.count=64', 'host.cores=64'])
    expect(noted(armOf(within, 'card'), /no session free/)).toBe(0)
  })

  test('whose pixel rate is exceeded hands updates back, and not all of them', async () => {
    const many = await answer('display-video', [...sixteen, 'vms.desktop.count=40', 'host.cores=64'])
    const card = armOf(many, 'card')
    const handedBack = noted(card, /since the card was behind/)
    expect(handedBack).toBeGreaterThan(0)
    expect(handedBack).toBeLessThan(rowOf(many, 'card', 'display').items)
    expect(stepsDone(card, 'display', 'encode')).toBeGreaterThan(0)
    // 40 × 14.4 million pixels/s against 300: what is left to the card keeps it busy.
    expect(stepsDone(card, 'display', 'submit')).toBeGreaterThan(0)
  })

  test('gives an office next to nothing, and those who watch a lot', async () => {
    const ofHost = async (name: string) => {
      const { savedS, baselineS } = rowOf(await answer(name, sixteen), 'card', 'host')
      return savedS! / baselineS!
    }
    expect(await ofHost('display-office')).toBeLessThan(0.01)
    expect(await ofHost('display-video')).toBeGreaterThan(0.4)
  })
})

describe('tags', () => {
  test('two VLANs on one port of a tagging switch are an error that names the rule', () => {
    const twice = () => load('vlan-tagging', ['vms.gold.packets.1.vlan=11'])
    expect(twice).toThrow(
      /is VLAN 11 on partition `gold` that carries VLAN 10; write 10: .*one VLAN per port or partition/,
    )
  })

  test('a tag where no arm names `vlan` passes free, and is among the doubts', async () => {
    const comparison = await answer(`name: tagged
run: { measure: 5 ms, replications: 2 }
host: { cores: 2, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms: { one: { nic: paravirtual }, other: { nic: sr-iov } }
vms: { server: { count: 1, vcpus: 1, packets: [{ direction: receive, rate: 20000 /s, bytes: 900, vlan: true }] } }
`)
    expect(doubts(comparison).join('\n')).toMatch(/vlan.*(free|at no cost)/)
    expect(comparison.rows.filter(({ technology }) => technology === 'vlan')).toEqual([])
  })
})

test('what single offloads give back does not add up to what all do together', async () => {
  const short = ['run.measure=300 ms', 'run.replications=3', 'vms.template.clones.at=100 ms', 'run.warmup=100 ms']
  const comparison = await answer('which-first', short)
  const savedS = (arm: string, technology = 'total') => rowOf(comparison, arm, technology).savedS!
  // Hardware assistance makes an emulated NIC's traps dearer; with a NIC of the VM's own they are gone.
  const caused = rowOf(comparison, 'only-processor', 'processor').caused.find(({ cause }) => cause === 'nic')!
  expect(caused.savedS).toBeLessThan(0)
  expect(savedS('hardware', 'processor')).toBeGreaterThan(2 * savedS('only-processor', 'processor'))
  for (const arm of ['only-vlan', 'only-vpn', 'only-nic', 'only-display', 'only-clone']) {
    expect(savedS(arm)).toBeGreaterThan(0)
  }
})
