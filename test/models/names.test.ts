// What is wired has a name: errors speak of events by theirs, and what several paths share is found again by it.
import { expect, test } from 'vitest'
import { QUIET } from '../../src/plugins/suite/handler-work.ts'
import { Host } from '../../src/models/host/host.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { wireWork } from '../../src/models/workload/open.ts'
import { loop, packet, vm } from './build.ts'

/** The names of all events of a host with every kind of work, and of what is shared in it. */
function names(technology: string, handler: string, costs: Record<string, number>): string[] {
  const arm = { nic: 'sr-iov', tcp: 'segmentation-offload', [technology]: handler }
  const requests = loop({ cycles: 1, traps: { halt: 1 }, packets: [{ ...packet(), count: 1 }] })
  const host = new Host({ ...QUIET, costs, vms: { ...QUIET.vms, loop: vm({ loop: requests }) } }, arm, 0, TECHNOLOGIES)
  const seen: string[] = []
  const event = host.sim.event.bind(host.sim)
  host.sim.event = (name, act) => {
    seen.push(name)
    return event(name, act)
  }
  const shared = host.shared.bind(host)
  host.shared = (name, make) => {
    seen.push(name)
    return shared(name, make)
  }
  wireWork(host)
  return seen
}

test.each(TECHNOLOGIES.flatMap(({ name, handlers }) => Object.keys(handlers).map((handler) => [name, handler])))(
  '%s: %s: every event and everything shared has a name',
  (technology, handler) => {
    for (const completion of [0, 1]) {
      const seen = names(technology, handler, { 'vpn.lookaside.completion': completion })
      expect(seen.length).toBeGreaterThan(10)
      expect(seen.filter((name) => name.trim() === '' || name.endsWith('.'))).toEqual([])
    }
  },
)
