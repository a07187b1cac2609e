// What a scenario says of limited things: who of a group is given one.
import { describe, expect, test } from 'vitest'
import { canonical } from '../../src/language/identity.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { loadSweep } from '../../src/points/points.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { faultsOf } from './loading.ts'

const TEXT = `name: limited
parameters: { watching: 3 }
run: { measure: 1 s }
host: { cores: 8, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms:
  software: { display: software-pcoip, vpn: aes-ni }
  hardware: { display: pcoip-card, vpn: inline-nic }
vms:
  desk: { count: 9, vcpus: 1, screen: { rate: 8 /s, pixels: 100 } }
  video: { count: 4, vcpus: 1, screen: { rate: 24 /s, pixels: 6000 }, packets: [{ direction: receive, rate: 9 /s, bytes: 100, vpn: true }] }
`
const load = (...set: string[]) => loadScenario('f.yaml', { read: () => TEXT, technologies: TECHNOLOGIES, set })
test.each([
  ['true', true],
  ['false', false],
  ['0', 0],
  ['3', 3],
  ['=watching', 3],
  ['4', 4],
])('screen.card and nic.associations may be %s', (written, meant) => {
  const { vms } = load(`vms.video.screen.card=${written}`, `vms.video.nic.associations=${written}`)
  expect(vms['video'].screen).toMatchObject({ card: meant })
  expect(vms['video'].nic).toEqual({ associations: meant })
})

test('what is not said is not there, and leaves the id as it was', () => {
  const { vms } = load()
  expect(vms['video'].screen).not.toHaveProperty('card')
  expect(vms['video']).not.toHaveProperty('nic')
  expect(canonical(load('vms.video.nic={}'))).toBe(canonical(load()))
  expect(canonical(load('vms.video.screen.card=true'))).not.toBe(canonical(load()))
})

describe('mistakes', () => {
  test.each([
    ['vms.video.screen.card=5', 'is for 5 of a group of 4; write a number from 0 to 4, or true for all'],
    ['vms.video.nic.associations=100', 'is for 100 of a group of 4; write a number from 0 to 4, or true for all'],
    ['vms.video.screen.card=-1', 'write true or false, or a whole number from 0 to 100,000'],
    ['vms.video.screen.card=1.5', 'write true or false, or a whole number from 0 to 100,000'],
    ['vms.video.screen.card=most', 'write true or false, or a whole number from 0 to 100,000'],
    ['vms.video.screen.crad=true', 'unknown key `crad`; did you mean `card`?'],
    ['vms.video.nic.sessions=1', 'unknown key `sessions`'],
    [
      'vms.desk.nic.associations=1',
      'is for tunnels, and the group has none; write vpn: true in its `packets`, or remove it',
    ],
  ])('%s', (set, said) => {
    const faults = faultsOf(() => load(set))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(said)
  })

  test('a group whose number of VMs is wrong is not also told that it has too few', () => {
    expect(faultsOf(() => load('vms.video.count=-4', 'vms.video.screen.card=5'))).toHaveLength(1)
  })
})

test('they may be factors of a sweep', () => {
  const text = `${TEXT}sweep: { grid: { vms.video.screen.card: [true, false, 2] } }\n`
  const sweep = loadSweep('s.yaml', { read: () => text, technologies: TECHNOLOGIES })
  const cards = [0, 1, 2].map((point) => sweep.scenario(point).vms['video'].screen!.card)
  expect(cards).toEqual([true, false, 2])
})
