// Closing the accounts: what a run leaves behind, read off the host once it has stopped.
import { nearest, wholeOf } from '../../engine/exact.ts'
import type { Host } from './host.ts'
import type { LedgerStep } from './ledger.ts'
import { resourceTallies } from './resources.ts'
import type { LedgerEntry, Tallies, WorkTally } from './tallies.ts'

export function closeAccounts(host: Host, armName: string, replication: number): Tallies {
  const { window, setup, digest } = host
  const makespanNs = makespanOf(host)
  const windowNs = makespanNs ?? (setup.measureNs as number)
  const latencies = host.technologyNames.map((name) => [name, host.latencies.get(name)!.toJSON()] as const)
  return {
    arm: armName,
    replication,
    windowNs,
    makespanNs,
    ledger: ledgerEntries(host),
    idleCycles: window.idleCycles,
    restCycles: window.restCycles,
    jobEnds: window.jobEnds,
    edgeJobs: window.edgeJobs,
    work: workTallies(host),
    latencies: Object.fromEntries(latencies),
    resources: resourceTallies(host, windowNs),
    storedBytes: host.storage.storedBytes,
    movedBytes: host.storage.movedBytes,
    events: host.sim.eventCount,
    digest: digest.hex,
    notes: notesOf(host),
  }
}

/** null where the length of the window was given. */
function makespanOf({ setup: { measureNs }, window, sim }: Host): number | null {
  if (measureNs === null) return sim.now
  return measureNs === 'batches' ? window.closesNs - window.opensNs : null
}

function notesOf({ notes, generations }: Host): Record<string, number> {
  const measured = `prices: those of processor were measured on ${[...generations].sort().join(', ')}`
  const all = generations.size === 0 ? [...notes] : [...notes, [measured, 1] as const]
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function ledgerEntries({ ledger, items, technologyNames }: Host): LedgerEntry[] {
  const entries: LedgerEntry[] = []
  // What a reader knows as one step rests on an assumption if one of its formulas does.
  const named = ({ technology, place, name, takesVcpu }: LedgerStep) => `${technology} ${place} ${name} ${takesVcpu}`
  const onAssumptions = new Set(ledger.steps.filter(({ assumed }) => assumed).map(named))
  for (let entry = 0; entry < ledger.counted.length; entry++) {
    const sums = ledger.sumsOf(entry)
    if (sums.length === 1 && sums[0].items === 0 && sums[0].executed === 0) continue
    const { step: stepId, cause, work } = ledger.ofEntry(entry)
    const step = ledger.steps[stepId]
    const { technology, place, name, formula, bySize } = step
    const names = {
      group: items.works[work].group,
      work: items.works[work].name,
      technology,
      cause: cause === 0 ? technology : technologyNames[cause - 1],
      place,
      step: name,
      assumed: onAssumptions.has(named(step)),
      ...(bySize ? { bySize } : {}),
      ...(formula !== undefined && { formula }),
    }
    // A sum that no double holds is several entries, each of which is exact.
    for (const sum of sums) entries.push({ ...names, ...sum })
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
    const counts = { generated, finished, dropped, superseded, unfinished }
    const drawnMissing = nearest(wholeOf(items.drawnMissing, 2 * work))
    const sizes = { offered: items.offered[work], drawn: items.drawn[work], drawnMissing }
    return { group, work: name, technologies, ...counts, ...sizes }
  })
}
