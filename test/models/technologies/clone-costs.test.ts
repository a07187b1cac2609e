// What copies of disks cost, as published: sizes of commands, units, sources.
import { expect, test } from 'vitest'
import { clone } from '../../../src/models/technologies/clone.ts'

test('commands are of 64 KiB by the host, 16 MiB by XCOPY and 256 MiB by ODX (STO-06, STO-08); a stream, STO-01', () => {
  const MIB = 1024 * 1024
  expect(clone.costs['host-copy.commandBytes'].value).toBe(64 * 1024)
  expect(clone.costs['xcopy.commandBytes'].value).toBe(16 * MIB)
  expect(clone.costs['odx.commandBytes'].value).toBe(256 * MIB)
  expect(clone.costs['array-snapshot.metadataBytes'].value).toBe(4 * MIB)
  expect(clone.costs['streamRate'].value).toBe((2 * 11e9) / 20)
  const kinds = Object.entries(clone.handlers).map(([name, { kind }]) => `${name} ${kind}`)
  expect(kinds).toEqual(['host-copy software', 'xcopy hardware', 'odx hardware', 'array-snapshot hardware'])
})

test('the unit of a cost says what it is, its range holds its value, and rows or a reason are behind it', () => {
  const units: readonly (readonly [RegExp, string])[] = [
    [/Rate$/, 'bytes/s'],
    [/Ns$/, 'ns'],
    [/Bytes$/, 'bytes'],
    [/Cycles$/, 'cycles'],
    [/Share$/, 'fraction'],
  ]
  for (const [key, { value, unit, source, range, least }] of Object.entries(clone.costs)) {
    expect([key, unit]).toEqual([key, units.find(([pattern]) => pattern.test(key))?.[1]])
    expect([key, source]).toEqual([key, expect.stringMatching(/^([A-Z]{3}-\d\d|assumption: .{9,})/)])
    if (range) expect(range[0] <= value && value <= range[1], key).toBe(true)
    // What is divided by is not nothing.
    if (/(Rate|commandBytes|blockBytes)$/.test(key)) expect([key, least]).toEqual([key, 1])
  }
})
