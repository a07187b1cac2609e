// A user's own handlers and technologies beside the built-in ones: nothing that was there is lost.
import { describe, expect, test } from 'vitest'
import * as offsim from '../../../src/index.ts'
import { extended, type Addition } from '../../../src/models/technologies/extension.ts'
import { TECHNOLOGIES } from '../../../src/models/technologies/index.ts'
import { step, type Cost, type Handler, type Technology } from '../../../src/models/host/technology.ts'
import { at, run, setup, vm } from '../build.ts'

const price = (value: number): Cost => ({ value, unit: 'cycles', source: 'assumption: for this test' })
const handler = (cost: string): Handler => {
  const line = [step('host', 'own', { each: cost })]
  return { kind: 'software', transmit: line, receive: line }
}
const named = (technologies: readonly Technology[], name: string): Technology =>
  technologies.find((technology) => technology.name === name)!

const OWN: Addition = { technology: 'nic', handlers: { own: handler('ownCycles') }, costs: { ownCycles: price(101) } }

describe('an addition to a technology', () => {
  const nic = named(TECHNOLOGIES, 'nic')
  const after = extended(TECHNOLOGIES, [OWN])

  test('adds its handlers and costs, and keeps all others as they were', () => {
    const { handlers, costs, ...rest } = named(after, 'nic')
    const { handlers: handlersBefore, costs: costsBefore, ...restBefore } = nic
    expect(handlers).toEqual({ ...handlersBefore, own: OWN.handlers['own'] })
    expect(Object.keys(handlers)).toEqual(['emulated', 'paravirtual', 'vmdq', 'sr-iov', 'flex-10', 'own'])
    expect(costs).toEqual({ ...costsBefore, ownCycles: price(101) })
    expect(rest).toEqual(restBefore)
  })

  test('keeps what else a technology says of itself', () => {
    const { alternatives } = named(extended(TECHNOLOGIES, [{ technology: 'processor', handlers: {} }]), 'processor')
    expect(alternatives).toBe(named(TECHNOLOGIES, 'processor').alternatives)
  })

  test('leaves the other technologies alone, and in their order', () => {
    expect(after.map(({ name }) => name)).toEqual(TECHNOLOGIES.map(({ name }) => name))
    for (const technology of after) if (technology.name !== 'nic') expect(TECHNOLOGIES).toContain(technology)
  })

  test('changes nothing of what was given', () => {
    expect(nic.handlers).not.toHaveProperty('own')
    expect(nic.costs).not.toHaveProperty('ownCycles')
  })

  test('may use the costs that are there, and need none of its own', () => {
    const sharing: Addition = { technology: 'nic', handlers: { own: handler('hostInterruptCycles') } }
    expect(Object.keys(named(extended(TECHNOLOGIES, [sharing]), 'nic').costs)).toEqual(Object.keys(nic.costs))
  })

  test('may be one of several', () => {
    const more: Addition = {
      technology: 'nic',
      handlers: { more: handler('moreCycles') },
      costs: { moreCycles: price(7) },
    }
    const tcp: Addition = { technology: 'tcp', handlers: { own: handler('packetCycles') } }
    const all = extended(TECHNOLOGIES, [OWN, tcp, more])
    expect(Object.keys(named(all, 'nic').handlers).slice(-2)).toEqual(['own', 'more'])
    expect(named(all, 'nic').costs).toMatchObject({ ownCycles: price(101), moreCycles: price(7) })
    expect(Object.keys(named(all, 'tcp').handlers)).toContain('own')
    expect(Object.keys(named(all, 'tcp').costs)).toEqual(Object.keys(named(TECHNOLOGIES, 'tcp').costs))
  })

  test('is charged its price', () => {
    const given = setup({ vms: { vm: vm({ packets: [at([0, 1, 2], { direction: 'transmit' })] }) } })
    const { ledger } = run(given, { nic: 'own' }, { technologies: after })
    expect(
      ledger.map(({ technology, step: name, items, counted, assumed }) => [technology, name, items, counted, assumed]),
    ).toEqual([['nic', 'own', 3, 303, true]])
  })
})

describe('a technology of a user’s own', () => {
  const compression: Technology = {
    name: 'compression',
    passedBefore: 'tcp',
    costs: { bytes: price(2) },
    handlers: { software: handler('bytes') },
  }

  test('comes behind the built-in ones, as it is', () => {
    const after = extended(TECHNOLOGIES, [compression])
    expect(after.slice(0, -1)).toEqual(TECHNOLOGIES)
    expect(after.at(-1)).toBe(compression)
  })

  test('may be added to, wherever the addition stands', () => {
    const faster: Addition = {
      technology: 'compression',
      handlers: { card: handler('card') },
      costs: { card: price(3) },
    }
    for (const extensions of [
      [compression, faster],
      [faster, compression],
    ])
      expect(named(extended(TECHNOLOGIES, extensions), 'compression')).toEqual({
        ...compression,
        costs: { bytes: price(2), card: price(3) },
        handlers: { ...compression.handlers, card: faster.handlers['card'] },
      })
  })
})

test('no extensions, no change', () => {
  expect(extended(TECHNOLOGIES, [])).toEqual(TECHNOLOGIES)
})

test('what a plug-in is written with', () => {
  expect(Object.keys(offsim).sort()).toEqual(
    expect.arrayContaining(['Device', 'Interrupts', 'NONE', 'dispatchBatch', 'step', 'toViewer', 'trap']),
  )
  expect(offsim.step('vcpu', 'a step', { each: 'b' })).toEqual({ place: 'vcpu', name: 'a step', each: 'b' })
  expect(offsim.trap('halt')).toEqual({ trap: 'halt', times: 1 })
  expect(offsim.trap('halt', 'some')).toEqual({ trap: 'halt', times: 'some' })
})
