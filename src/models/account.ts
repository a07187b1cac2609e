// Closing the accounts: what a run leaves behind, read off the host once it has stopped.
import type { Host } from './host.ts'
import type { LedgerEntry, ResourceTally, Tallies, WorkTally } from './tallies.ts'

export function closeAccounts(host: Host, armName: string, replication: number): Tallies {
  const { window, setup, sim, digest } = host
  const makespanNs = setup.measureNs === null ? sim.now : null
  const windowNs = makespanNs ?? setup.measureNs!
  const ledger = ledgerEntries(host)
  const work = workTallies(host)
  const latencies = host.technologyNames.map((name) => [name, host.latencies.get(name)!.toJSON()] as const)
  return {
    arm: armName,
    replication,
    windowNs,
    makespanNs,
    ledger,
    idleCycles: window.idleCycles,
    straddlers: window.straddlers,
    work,
    latencies: Object.fromEntries(latencies),
    resources: resourceTallies(host, ledger, work, windowNs),
    storedBytes: host.storage?.storedBytes ?? null,
    movedBytes: host.storage?.movedBytes ?? null,
    digest: digest.hex,
    notes: notesOf(host),
  }
}

function notesOf({ notes, generations }: Host): Record<string, number> {
  const measured = `prices: processor's were measured on ${[...generations].sort().join(' and ')}`
  const all = generations.size === 0 ? [...notes] : [...notes, [measured, 1] as const]
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function ledgerEntries({ ledger, items, technologyNames }: Host): LedgerEntry[] {
  const entries: LedgerEntry[] = []
  for (let line = 0; line < ledger.counted.length; line++) {
    if (ledger.items[line] === 0 && ledger.executed[line] === 0) continue
    const { step: stepId, cause, work } = ledger.ofLine(line)
    const { technology, place, name, assumed } = ledger.steps[stepId]
    entries.push({
      group: items.works[work].group,
      work: items.works[work].name,
      technology,
      cause: cause === 0 ? technology : technologyNames[cause - 1],
      place,
      step: name,
      items: ledger.items[line],
      executed: ledger.executed[line],
      counted: ledger.counted[line],
      assumed,
    })
  }
  return entries
}

function workTallies({ items }: Host): WorkTally[] {
  return items.works.map(({ group, name, technologies }, work) => {
    const generated = items.generated[work]
    const finished = items.finished[work]
    const dropped = items.droppedOf[work]
    const superseded = items.supersededOf[work]
    const unfinished = generated - finished - dropped
    return { group, work: name, technologies, generated, finished, dropped, superseded, unfinished }
  })
}

function resourceTallies(
  host: Host,
  ledger: readonly LedgerEntry[],
  works: readonly WorkTally[],
  windowNs: number,
): ResourceTally[] {
  const { window, setup, clock, groups, devices } = host
  const closed = setup.measureNs === null
  // Items that were not finished will ask for as much as those of their kind that were.
  const share = new Map(works.map((w) => [`${w.group} ${w.work}`, w.finished > 0 ? w.generated / w.finished : 1]))
  const demand = (chosen: (entry: LedgerEntry) => boolean): number =>
    ledger.reduce((sum, e) => (chosen(e) ? sum + e.counted * (share.get(`${e.group} ${e.work}`) ?? 1) : sum), 0)
  const cores = {
    name: 'cores',
    closed,
    capacity: setup.host.cores * clock * windowNs,
    demand: demand(() => true),
    busy: window.busyCycles,
    backlogStart: window.start.cores,
    backlogEnd: window.end.cores,
  }
  const vcpus = groups.map(({ name, count, vcpus: each }, i) => ({
    name: `${name}.vcpus`,
    closed,
    capacity: count * each * clock * windowNs,
    demand: demand((e) => e.group === name && e.place === 'vcpu'),
    busy: ledger.reduce((sum, e) => (e.group === name && e.place === 'vcpu' ? sum + e.executed : sum), 0),
    backlogStart: window.start.groups[i],
    backlogEnd: window.end.groups[i],
  }))
  const others = devices.map(({ name, demandNs, servers, closed: closedDevice }, i) => ({
    name,
    closed: closed || closedDevice,
    capacity: servers * windowNs,
    demand: demandNs(),
    busy: window.busyNs[i],
    backlogStart: window.start.resources[i] ?? 0,
    backlogEnd: window.end.resources[i] ?? 0,
  }))
  return [cores, ...vcpus.filter(({ capacity }) => capacity > 0), ...others]
}
