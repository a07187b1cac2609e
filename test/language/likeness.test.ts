// Arms that are like another: what they become, what follows when the other changes, and what cannot be.
import { describe, expect, test } from 'vitest'
import { canonical, identity } from '../../src/language/identity.ts'
import { loadSweep } from '../../src/points/points.ts'
import { TECHNOLOGIES } from '../answers/technologies.ts'
import { faultsOf, loaded, reader } from './loading.ts'

const scenario = (arms: string, more = '') => `
name: alike
run: { measure: 1 s }
host: { cores: 2, clock: 2 GHz, nic: { rate: 1 Gbit/s } }
arms: ${arms}
vms: { web: { count: 1, vcpus: 1 } }
${more}`
const armsOf = (arms: string, set: readonly string[] = []) => loaded({ f: scenario(arms) }, { set }).arms

const SOFTWARE = 'software: { nic: emulated, tcp: host-stack, display: software-pcoip }'
const WRITTEN = `{ ${SOFTWARE}, card: { nic: emulated, tcp: host-stack, display: pcoip-card } }`
const ALIKE = `{ ${SOFTWARE}, card: { like: software, display: pcoip-card } }`

test('an arm that is like another is the same scenario as the one written out', () => {
  const [alike, written] = [ALIKE, WRITTEN].map((arms) => loaded({ f: scenario(arms) }))
  expect(alike.arms['card']).toEqual({ nic: 'emulated', tcp: 'host-stack', display: 'pcoip-card' })
  expect(canonical(alike)).toBe(canonical(written))
  const made = { technologies: [], replications: 1 }
  expect(identity(alike, made)).toBe(identity(written, made))
})

describe('variants', () => {
  test('a chain of arms', () => {
    const arms = armsOf(
      `{ ${SOFTWARE}, card: { like: software, display: pcoip-card }, both: { like: card, nic: sr-iov } }`,
    )
    expect(arms['both']).toEqual({ nic: 'sr-iov', tcp: 'host-stack', display: 'pcoip-card' })
  })

  test('an arm may be like one that comes later, and the first one stays the baseline', () => {
    const found = loaded({ f: scenario(`{ card: { like: software, display: pcoip-card }, ${SOFTWARE} }`) })
    expect(found.baseline).toBe('card')
    expect(found.arms['card']['tcp']).toBe('host-stack')
  })

  test('a --set of the one changes the other, unless that says otherwise', () => {
    const arms = armsOf(ALIKE, ['arms.software.nic=vmdq', 'arms.software.display=pcoip-card'])
    expect(arms['card']).toMatchObject({ nic: 'vmdq', display: 'pcoip-card' })
  })

  test('--set can say what an arm is like', () => {
    const other = 'other: { nic: vmdq, tcp: toe, display: pcoip-card }'
    const arms = armsOf(`{ ${SOFTWARE}, ${other}, card: { like: software } }`, ['arms.card.like=other'])
    expect(arms['card']).toEqual(arms['other'])
  })

  test('an overlay may add an arm like one below', () => {
    const files = {
      over: 'scenario: f\narms: { card: { like: software, display: pcoip-card } }',
      f: scenario(`{ ${SOFTWARE} }`),
    }
    expect(loaded(files).arms['card']).toMatchObject({ nic: 'emulated', display: 'pcoip-card' })
  })

  test('a factor of a sweep reaches the arms that are like the swept one', () => {
    const text = scenario(ALIKE, 'sweep: { grid: { arms.software.nic: [emulated, sr-iov] } }')
    const sweep = loadSweep('f', { read: reader({ f: text }), technologies: TECHNOLOGIES })
    expect([0, 1].map((point) => sweep.scenario(point).arms['card']['nic'])).toEqual(['emulated', 'sr-iov'])
  })
})

test.each([
  ['card: { like: sofware }', 'f:5:94: arms.card.like: no arm `sofware`; did you mean `software`?'],
  ['card: { like: card }', 'f:5:94: arms.card.like: `card` is like `card` in turn; write one of them out'],
  ['card: { like: [software] }', 'f:5:94: arms.card.like: is not the name of an arm; write one'],
  ['card: { like: software, ncc: vmdq }', 'f:5:104: arms.card.ncc: unknown technology; did you mean `nic`?'],
  ['card: { like: software, nic: sriov }', 'f:5:109: arms.card.nic: no handler `sriov`; did you mean `sr-iov`?'],
])('%s is refused with one line', (arm, line) => {
  expect(faultsOf(() => armsOf(`{ ${SOFTWARE}, ${arm} }`))).toEqual([line])
})

test('arms that are like each other are each told so, and nothing else', () => {
  const faults = faultsOf(() => armsOf(`{ ${SOFTWARE}, a: { like: b }, b: { like: a } }`))
  expect(faults).toHaveLength(2)
  for (const fault of faults) expect(fault).toContain('in turn; write one of them out')
})

test('a mistake in an arm is told once, however many arms are like it', () => {
  const faults = faultsOf(() => armsOf('{ a: { nic: emulatd }, b: { like: a }, c: { like: b } }'))
  expect(faults).toEqual(['f:5:19: arms.a.nic: no handler `emulatd`; did you mean `emulated`?'])
})
