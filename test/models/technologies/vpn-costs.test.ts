// What encrypting costs, worked out from the published rows.
import { describe, expect, test } from 'vitest'
import type { Cost } from '../../../src/models/host/technology.ts'
import { costs } from '../../../src/models/technologies/vpn-costs.ts'
import { vpn } from '../../../src/models/technologies/vpn.ts'

const of = (key: keyof typeof costs): number => costs[key].value

describe('prices follow from their rows', () => {
  test('software: GCM at 0.296 bits a cycle (IPS-06)', () => {
    expect(of('software-aes.cyclesPerByte')).toBeCloseTo(8 / 0.296, 2)
  })

  test('instructions: 695 MB/s on a core of 2.40 GHz (IPS-01), within half a percent', () => {
    expect(of('aes-ni.cyclesPerByte') / (2.4e9 / 695e6)).toBeCloseTo(1, 3)
  })

  test('card: 3,144 MB/s (IPS-01); engine of the NIC: 190.5 Gbit/s (IPS-10)', () => {
    expect(of('lookaside.cardNsPerByte')).toBeCloseTo(1e9 / 3144e6, 3)
    expect(of('inline-nic.nsPerByte')).toBeCloseTo(8 / 190.5, 3)
  })

  test('one thread through the card does 249 MB/s of 16 KiB (IPS-01): 65.8 µs, within one percent', () => {
    const bytes = 16 * 1024
    const crossing = of('lookaside.crossingNs') + bytes * of('lookaside.busNsPerByte')
    const software = (of('lookaside.submitCycles') + of('lookaside.collectCycles')) / 2.4
    const ns = of('lookaside.crossings') * crossing + bytes * of('lookaside.cardNsPerByte') + software
    expect(ns / ((bytes / 249e6) * 1e9)).toBeCloseTo(1, 2)
  })

  test('instructions are eight times faster than software, and no suite in between is measured', () => {
    expect(of('software-aes.cyclesPerByte') / of('aes-ni.cyclesPerByte')).toBeCloseTo(8, 0)
  })
})

test('counts and bounds as published, choices in their order', () => {
  expect(of('lookaside.outstanding')).toBe(128)
  expect(of('lookaside.crossings')).toBe(3)
  expect(of('inline-nic.associations')).toBe(1000)
  expect(costs.place).toMatchObject({ value: 0, choices: ['vcpu', 'host'] })
  expect(costs['lookaside.completion']).toMatchObject({ value: 0, choices: ['interrupt', 'polling'] })
})

test('the unit of a cost says what it is', () => {
  const units: readonly (readonly [RegExp, string])[] = [
    [/^(place|lookaside\.completion)$/, 'choice'],
    [/\.cyclesPerByte$/, 'cycles/byte'],
    [/NsPerByte$|\.nsPerByte$/, 'ns/byte'],
    [/^packetCycles$|descriptorCycles$/, 'cycles/packet'],
    [/(submit|collect)Cycles$/, 'cycles/request'],
    [/(hostInterrupt|poll)Cycles$/, 'cycles'],
    [/(crossing|poll)Ns$|interruptGap$/, 'ns'],
    [/(outstanding|crossings|interruptTraps|associations)$/, 'count'],
  ]
  for (const [key, { unit }] of Object.entries(costs))
    expect([key, unit]).toEqual([key, units.find(([pattern]) => pattern.test(key))?.[1]])
})

test('a price is within its range, and has rows or a reason behind it', () => {
  for (const [key, { value, source, range }] of Object.entries<Cost>(costs)) {
    expect([key, source]).toEqual([key, expect.stringMatching(/^([A-Z]{3}-\d\d|assumption: .{9,})/)])
    if (range) expect(range[0] <= value && value <= range[1], key).toBe(true)
  }
})

test('requests and time between polls are at least one, so that something gets through', () => {
  expect(costs['lookaside.outstanding'].least).toBe(1)
  expect(costs['lookaside.pollNs'].least).toBe(1)
})

test('the technology’s handlers, and which of them are hardware', () => {
  expect(Object.entries(vpn.handlers).map(([name, { kind }]) => [name, kind])).toEqual([
    ['software-aes', 'software'],
    ['aes-ni', 'software'],
    ['lookaside', 'hardware'],
    ['inline-nic', 'hardware'],
  ])
  expect(vpn.name).toBe('vpn')
})
