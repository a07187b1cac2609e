// Demand on everything that can be saturated: cores, the VMs' vCPUs, links and devices.
import type { Host } from './host.ts'
import type { LedgerStep } from './ledger.ts'
import type { ResourceTally } from './tallies.ts'

/** What counted work asks of each resource within a window of this length, and what the resource can do. */
export function resourceTallies(host: Host, windowNs: number): ResourceTally[] {
  const { setup, clock, window, groups } = host
  const closed = setup.measureNs === null
  const every = sums(host, () => true)
  const cores = {
    name: 'cores',
    closed,
    capacity: setup.host.cores * clock * windowNs,
    demand: every.demand,
    busy: window.busyCycles,
    backlogStart: window.start.cores,
    backlogEnd: window.end.cores,
  }
  const vcpus = groups.flatMap(({ name, count, vcpus: each }, i) => {
    if (count === 0) return []
    const { demand, busy } = sums(host, ({ takesVcpu }, group) => takesVcpu && group === name)
    const backlog = { backlogStart: window.start.groups[i], backlogEnd: window.end.groups[i] }
    return [{ name: `${name}.vcpus`, closed, capacity: count * each * clock * windowNs, demand, busy, ...backlog }]
  })
  return [cores, ...vcpus, ...deviceTallies(host, windowNs, closed)]
}

function deviceTallies({ devices, window }: Host, windowNs: number, closed: boolean): ResourceTally[] {
  return devices.map((device, i) => ({
    name: device.name,
    closed: closed || device.closed,
    capacity: device.servers * windowNs,
    demand: device.demandNs(),
    busy: window.busyNs[i],
    backlogStart: window.start.resources[i],
    backlogEnd: window.end.resources[i],
  }))
}

/** Cycles of chosen lines of the ledger. Items that were not finished will ask for as much as those of their kind did. */
function sums(host: Host, isChosen: (step: LedgerStep, group: string) => boolean): { demand: number; busy: number } {
  const { ledger, items } = host
  const share = items.works.map((_, work) => {
    const asked = items.generated[work] - items.supersededOf[work]
    return items.finished[work] > 0 ? asked / items.finished[work] : 1
  })
  let demand = 0
  let busy = 0
  for (let line = 0; line < ledger.counted.length; line++) {
    const { step, work } = ledger.ofLine(line)
    if (!isChosen(ledger.steps[step], items.works[work].group)) continue
    demand += ledger.counted[line] * share[work]
    busy += ledger.executed[line]
  }
  return { demand, busy }
}
