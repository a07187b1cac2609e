// Demand on everything that can be saturated: cores, the VMs' vCPUs, links and devices.
import type { Host } from './host.ts'
import type { Work } from './items.ts'
import type { LedgerStep } from './ledger.ts'
import type { Setup } from './setup.ts'
import { isBatchWork, isGuestWork, type ResourceTally } from './tallies.ts'

/** What counted work asks of each resource within a window of this length, and what the resource can do. */
export function resourceTallies(host: Host, windowNs: number): ResourceTally[] {
  const { setup, clock, window, groups, loads } = host
  const closed = setup.measureNs === null
  const cores = {
    ...{ name: 'cores', closed, capacity: setup.host.cores * clock * windowNs },
    ...demandOf(host, perGroup(host, windowNs, () => true).demand),
    ...{ busy: window.busyCycles, backlogStart: window.start.cores, backlogEnd: window.end.cores },
  }
  const taken = perGroup(host, windowNs, ({ takesVcpu }) => takesVcpu)
  const vcpus = groups.map(({ name, count, vcpus: each }, i) => ({
    ...{ name: `${name}.vcpus`, closed, capacity: count * each * clock * windowNs },
    ...demandOf(
      host,
      taken.demand.map((demand, group) => (group === i ? demand : 0)),
    ),
    ...{ busy: taken.busy[i], backlogStart: window.start.groups[i], backlogEnd: window.end.groups[i] },
  }))
  const others = loads.all.map((load, i) => ({
    ...{ name: load.name, closed: closed || load.closed, capacity: load.servers * windowNs },
    ...demandOf(host, [...load.demandNs]),
    ...{ busy: window.busyNs[i], backlogStart: window.start.loads[i], backlogEnd: window.end.loads[i] },
  }))
  return [cores, ...vcpus.filter(({ capacity }) => capacity > 0), ...others]
}

function demandOf({ groups }: Host, byGroup: number[]): Pick<ResourceTally, 'demand' | 'demandOf'> {
  const named = groups.map(({ name }, i) => [name, byGroup[i]] as const).filter(([, demand]) => demand > 0)
  return { demand: byGroup.reduce((sum, demand) => sum + demand, 0), demandOf: Object.fromEntries(named) }
}

/**
 * Cycles of chosen steps by group. Items that were not finished ask for as much as those of their kind did, by their size where
 * the price goes by it; what they ask of the guest itself is known, since their sizes were drawn.
 */
function perGroup(
  host: Host,
  windowNs: number,
  isChosen: (step: LedgerStep) => boolean,
): { demand: number[]; busy: number[] } {
  const { ledger, items, groups, setup } = host
  const groupOfWork = items.works.map((work) => groups.findIndex(({ name }) => name === work.group))
  const share = items.works.map((_, work) =>
    items.finished[work] > 0 ? items.generated[work] / items.finished[work] : 1,
  )
  const shareOfSize = items.works.map((_, work) => {
    const finished = items.drawn[work] - items.drawnMissing[2 * work]
    return finished > 0 ? items.drawn[work] / finished : share[work]
  })
  const rate = items.works.map((work) => rateOfBatch(work, setup, windowNs))
  const demand = groups.map(() => 0)
  const busy = groups.map(() => 0)
  for (let entry = 0; entry < ledger.counted.length; entry++) {
    const { step, cause, work } = ledger.ofEntry(entry)
    if (!isChosen(ledger.steps[step])) continue
    const { bySize, technology } = ledger.steps[step]
    const isGuest = technology === 'guest' && cause === 0 && isGuestWork(items.works[work].name)
    const part = (bySize ? shareOfSize : share)[work]
    let counted = 0
    for (const sum of ledger.sumsOf(entry)) {
      counted += sum.counted
      busy[groupOfWork[work]] += sum.executed
    }
    demand[groupOfWork[work]] += (isGuest ? items.drawn[work] : counted * part) * rate[work]
  }
  return { demand, busy }
}

/**
 * Part of a kind of work that is asked for within the length of a window, on average: all of steady work. A batch is no rate, and
 * asks for nothing, unless it is said how often it comes.
 */
function rateOfBatch({ group, name }: Work, { measureNs, vms }: Setup, windowNs: number): number {
  if (!isBatchWork(name) || measureNs === null) return 1
  const perNs = name === 'clones' ? vms[group].clones?.perNs : undefined
  return perNs === undefined ? 0 : windowNs / perNs
}
