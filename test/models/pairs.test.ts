// Handlers of one technology are really different: swapping any two of them changes numbers, and not just names.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { QUIET } from '../../src/plugins/suite/handler-work.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import type { Arm, Setup } from '../../src/models/host/setup.ts'
import { run } from './build.ts'

/** All kinds of work, on a divided port, with a NIC that hands out devices unless NICs are compared. */
const DIVIDED: Setup = {
  ...QUIET,
  host: { ...QUIET.host, nic: { rateBitPerS: 10e9, partitions: [{ name: 'all', rateBitPerS: 'auto' }] } },
  vms: Object.fromEntries(
    Object.entries(QUIET.vms).map(([name, group]) => [
      name,
      { ...group, packets: group.packets.map((stream) => ({ ...stream, partition: 'all' })) },
    ]),
  ),
}
const OTHERS: Arm = { processor: 'vt-x', nic: 'sr-iov', tcp: 'host-stack' }

/** The numbers of a run, without any name of a step or handler. */
function numbers(arm: Arm): string {
  const { ledger, latencies, storedBytes, movedBytes } = run(DIVIDED, arm)
  const cycles = TECHNOLOGIES.map(({ name }) =>
    ledger.reduce((sum, { technology, counted }) => (technology === name ? sum + counted : sum), 0),
  )
  const sojourns = Object.values(latencies).map(({ count, sum }) => [count, sum])
  return JSON.stringify([cycles, sojourns, storedBytes, movedBytes])
}

describe.each(TECHNOLOGIES.map(({ name, handlers }) => ({ name, handlers: Object.keys(handlers) })))(
  '$name',
  ({ name, handlers }) => {
    const pairs = handlers.flatMap((a, i) => handlers.slice(i + 1).map((b) => [a, b] as const))
    const seen = new Map<string, string>()
    const of = (handler: string): string => {
      if (!seen.has(handler)) seen.set(handler, numbers({ ...OTHERS, [name]: handler }))
      return seen.get(handler)!
    }

    test.each(pairs)('%s and %s are told apart', (a, b) => {
      expect(of(a)).not.toBe(of(b))
    })

    test.each(handlers)('%s has its line in docs/HANDLERS.md', (handler) => {
      const text = readFileSync(new URL('../../docs/HANDLERS.md', import.meta.url), 'utf8')
      const [, section = ''] = text.split(`\n## ${name}\n`)
      expect(section.split('\n## ')[0]).toMatch(new RegExp(`^- \`${handler}\`: .{20,}\\.$`, 'm'))
    })
  },
)
