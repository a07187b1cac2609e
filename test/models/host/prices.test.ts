// Prices: a scenario's word goes before a technology's own, and what was read is remembered.
import { describe, expect, test } from 'vitest'
import { Prices } from '../../../src/models/host/prices.ts'
import type { Technology } from '../../../src/models/host/technology.ts'

describe('the native price of a trap', () => {
  const cost = (value: number, source: string) => ({ value, unit: 'cycles', source })
  const processor: Technology = {
    ...{ name: 'processor', handlers: {} },
    costs: { 'native.syscall': cost(88, 'CPU-01'), 'native.halt': cost(7, 'assumption: for a test') },
  }
  const native = (kind: string, given: Readonly<Record<string, number>> = {}): unknown => {
    const prices = new Prices([{ name: 'first', costs: {}, handlers: {} }, processor], given)
    const found = prices.nativeTrap(kind)
    return found && { cycles: prices.named(found.name), assumed: found.assumed }
  }

  test('is the processor’s own, assumed where its source is an assumption', () => {
    expect(native('syscall')).toEqual({ cycles: 88, assumed: false })
    expect(native('halt')).toEqual({ cycles: 7, assumed: true })
  })

  test('is what a scenario says instead, which is no assumption', () => {
    expect(native('halt', { 'processor.native.halt': 0 })).toEqual({ cycles: 0, assumed: false })
    expect(native('halt', { 'processor.native.syscall': 1 })).toEqual({ cycles: 7, assumed: true })
  })

  test('is not there where nobody says it', () => {
    expect(native('cpuid')).toBeNull()
    expect(new Prices([], {}).nativeTrap('syscall')).toBeNull()
  })
})

describe('the price of a cost', () => {
  const card: Technology = {
    ...{ name: 'card', handlers: {} },
    costs: {
      measured: { value: 5, unit: 'cycles', source: 'NIC-01' },
      guessed: { value: 6, unit: 'cycles', source: 'assumption: for a test' },
    },
  }

  test('is the technology’s own, or what the scenario says of it by its full name', () => {
    const prices = new Prices([card], { 'card.measured': 50, 'other.guessed': 60 })
    expect([prices.value(card, 'measured'), prices.value(card, 'guessed')]).toEqual([50, 6])
    expect([prices.override(card, 'measured'), prices.override(card, 'guessed')]).toEqual([50, undefined])
  })

  test('may be one that the technology has not, if the scenario gives it; else it is a fault that names it', () => {
    expect(new Prices([card], { 'card.whole': 7 }).value(card, 'whole')).toBe(7)
    expect(() => new Prices([card], {}).value(card, 'whole')).toThrow('technology card has no cost whole')
  })

  test('rests on an assumption if its source says so and the scenario gives nothing', () => {
    const [own, given] = [new Prices([card], {}), new Prices([card], { 'card.guessed': 6 })]
    expect([own.isAssumed(card, 'measured'), own.isAssumed(card, 'guessed')]).toEqual([false, true])
    expect(given.isAssumed(card, 'guessed')).toBe(false)
    expect(() => own.isAssumed(card, 'whole')).toThrow('technology card has no cost whole')
  })

  test('is remembered by its full name, once it was asked for', () => {
    const prices = new Prices([card], { 'card.measured': 50 })
    prices.override(card, 'measured')
    prices.isAssumed(card, 'guessed')
    expect([...prices.used]).toEqual([])
    prices.value(card, 'guessed')
    prices.value(card, 'measured')
    expect([...prices.used]).toEqual([['card.guessed', 6], ['card.measured', 50]]) // prettier-ignore
  })
})
