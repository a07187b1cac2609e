// What a scenario says of what a screen shows.
import { describe, expect, test } from 'vitest'
import { canonical } from '../../src/language/identity.ts'
import { loadScenario } from '../../src/language/scenario.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { faultsOf } from './loading.ts'

const TEXT = `name: screens
run: { measure: 1 s }
host: { cores: 8, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms: { software: { display: software-pcoip }, chip: { display: chip-420 } }
vms: { desk: { count: 9, vcpus: 1, screen: { rate: 8 /s, pixels: 100 } } }
`
const load = (...set: string[]) => loadScenario('f.yaml', { read: () => TEXT, technologies: TECHNOLOGIES, set })
const at = (value: string): string => `vms.desk.screen.${value}`
const screenOf = (...set: string[]) => load(...set.map(at)).vms['desk'].screen

test('what is not said is not there, and leaves the id as it was', () => {
  expect(Object.keys(screenOf()!)).toEqual(['arrivals', 'pixels'])
  expect(canonical(load(at('content=text')))).not.toBe(canonical(load()))
})

test.each(['text', 'mixed', 'video'])('content: %s', (content) => {
  expect(screenOf(`content=${content}`)).toMatchObject({ content })
})

test('figures of one’s own, where nothing is drawn or decoded unless it is said', () => {
  expect(screenOf('content={ encode: 40, bytes: 0.1 }')!.content).toEqual({
    encode: 40,
    bytes: 0.1,
    decode: 0,
    draw: 0,
  })
  expect(screenOf('content={ encode: 4, bytes: 0, decode: 3, draw: 2 }')!.content).toMatchObject({ decode: 3, draw: 2 })
})

test('quality, what it is scaled from, and a cap', () => {
  const said = screenOf('content=video', 'quality=60', 'scaledFrom=50', 'frames=30 /s')
  expect(said).toMatchObject({ quality: 60, scaledFrom: 50, framesPerS: 30 })
})

describe('mistakes', () => {
  test.each([
    [['content=film'], 'no content `film`; known: `text`, `mixed` and `video`'],
    [['content={ encode: 40 }'], 'content.bytes: is missing'],
    [['content={ encode: -1, bytes: 1 }'], 'write a number from 0 to 10^6'],
    [['content=text', 'quality=60'], 'is said of a video; write content: video, or remove it'],
    [['scaledFrom=60'], 'is said of a video; write content: video, or remove it'],
    [['content=video', 'quality=0'], 'write a number from 1 to 100'],
    [['content=video', 'quality=101'], 'write a number from 1 to 100'],
    [['content=video', 'scaledFrom=1.5'], 'write a whole number from 1'],
    [['frames=30'], 'write a rate from 0.01 /s'],
    [['contents=text'], 'did you mean `content`?'],
  ])('%s', (set, said) => {
    const faults = faultsOf(() => load(...set.map(at)))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toContain(said)
  })
})
