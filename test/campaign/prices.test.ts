// One folder of finished runs, asked by models with other prices: nothing that was made with the old ones comes back.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/answers/comparison.ts'
import { AllPoints, type Campaign, type PointTask } from '../../src/campaign/point-progress.ts'
import { Merger } from '../../src/campaign/merge.ts'
import { taskKeys } from '../../src/campaign/task-key.ts'
import type { Cost, Technology } from '../../src/models/host/technology.ts'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { loadSweep } from '../../src/points/points.ts'
import { csv } from '../../src/report/csv.ts'
import { runReplication } from '../../src/runs/replication.ts'
import { openSweepFolder } from '../../src/store/sweep-folder.ts'
import { readSweep, type SweepRecord } from '../../src/store/sweep-record.ts'
import { Store } from '../../src/store/store.ts'

const TEXT = `name: priced
seed: 3
run: { warmup: 0 s, measure: 20 ms, replications: 2 }
host: { cores: 2, clock: 2 GHz, nic: { rate: 1 Gbit/s } }
arms:
  software: { display: software-pcoip, nic: paravirtual }
  card: { display: pcoip-card, nic: paravirtual }
vms:
  desk: { count: 2, vcpus: 1, screen: { rate: 2000 /s, pixels: 1000 } }
costs: { display.cardSessions: 1 }
sweep: { grid: { vms.desk.count: [1, 2] } }
`

/** The shipped technologies with one cost changed. */
function changed(name: string, change: (cost: Cost) => Partial<Cost>): readonly Technology[] {
  const [technology, ...rest] = name.split('.')
  const key = rest.join('.')
  return TECHNOLOGIES.map((shipped) => {
    if (shipped.name !== technology) return shipped
    const cost: Cost = shipped.costs[key]
    return { ...shipped, costs: { ...shipped.costs, [key]: { ...cost, ...change(cost) } } }
  })
}
const dearer = (name: string) => changed(name, ({ value }) => ({ value: 12 * value + 12 }))

function campaignOf(technologies: readonly Technology[], folder: string, text = TEXT): Campaign {
  const sweep = loadSweep('s.yaml', { read: () => text, technologies })
  return { sweep, store: new Store(join(folder, 'units')), technologies, plugins: [] }
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'offsim-prices-'))

/** Does what is missing of a sweep; gives the rows, and which arms had to be simulated. */
function worked(campaign: Campaign): { rows: string[]; ids: string[]; simulated: Set<string> } {
  const allPoints = new AllPoints(campaign)
  const simulated = new Set<string>()
  for (let point = 0; point < campaign.sweep.size; point++) {
    for (let tasks = allPoints.at(point).missing(); tasks.length > 0; tasks = allPoints.at(point).missing()) {
      for (const task of tasks) {
        simulated.add(task.arm)
        campaign.store.append([{ key: task.key, json: done(task, campaign.technologies) }])
      }
    }
  }
  const found: Comparison[] = []
  new Merger(allPoints, {
    point: (_point, _cells, comparison) => void found.push(comparison),
    failed: (_point, _cells, error) => expect.unreachable(error),
  }).advance({ some: false, of: () => undefined })
  campaign.store.close()
  return { rows: found.map((comparison) => csv(comparison)), ids: found.map(({ id }) => id), simulated }
}

function done({ scenario, arm, replication }: PointTask, technologies: readonly Technology[]): string {
  return JSON.stringify(runReplication(scenario, arm, replication, technologies))
}

describe('an old folder', () => {
  test.each([
    // What both arms name, what one of them asks for, what traps cost without a processor, a count, a time.
    'display.encodeCyclesPerPixel',
    'display.cardSubmitCycles',
    'processor.native.interrupt',
    'nic.interruptTraps',
    'nic.interruptGap',
  ])('with another price of %s gives the rows of a new one, under another id', (name) => {
    const folder = newFolder()
    const before = worked(campaignOf(TECHNOLOGIES, folder))
    const [again, anew] = [folder, newFolder()].map((place) => worked(campaignOf(dearer(name), place)))
    expect(again.rows).toEqual(anew.rows)
    expect(again.ids.filter((id) => before.ids.includes(id))).toEqual([])
    // What it had before, it still has.
    expect(worked(campaignOf(TECHNOLOGIES, folder))).toEqual({ ...before, simulated: new Set() })
  })

  test('does nothing again for a price of a technology that no arm names, or one that the scenario gives', () => {
    const folder = newFolder()
    const before = worked(campaignOf(TECHNOLOGIES, folder))
    for (const name of ['vpn.packetCycles', 'processor.vt-x.exit', 'display.cardSessions'])
      expect(worked(campaignOf(dearer(name), folder))).toEqual({ ...before, simulated: new Set() })
  })

  test('knows whether a price was an assumption, which runs note', () => {
    const folder = newFolder()
    const before = worked(campaignOf(TECHNOLOGIES, folder))
    const measured = changed('display.drawCyclesPerPixel', () => ({ source: 'DSP-99: measured at last' }))
    const again = worked(campaignOf(measured, folder))
    expect(again.simulated.has('software')).toBe(true)
    // No number of a row has changed, so neither has its id.
    expect(again.rows).toEqual(before.rows)
  })

  test('goes on with more replications: those that are there are not made again, and the id is another', () => {
    const folder = newFolder()
    const two = worked(campaignOf(TECHNOLOGIES, folder))
    const text = TEXT.replace('replications: 2', 'replications: 3')
    const campaign = campaignOf(TECHNOLOGIES, folder, text)
    const missing = new AllPoints(campaign).at(0).missing()
    expect(missing.map(({ arm, replication }) => `${arm} ${replication}`)).toEqual(['software 2', 'card 2'])
    expect(worked(campaign).ids.filter((id) => two.ids.includes(id))).toEqual([])
  })
})

test('only prices of what an arm names are in the address of its runs', () => {
  const given = campaignOf(TECHNOLOGIES, newFolder()).sweep.scenario(0)
  const scenario = { ...given, arms: { ...given.arms, card: { ...given.arms['card'], vpn: 'aes-ni' } } }
  const [shipped, other] = [TECHNOLOGIES, dearer('vpn.packetCycles')].map((technologies) => {
    return taskKeys(scenario, { technologies, plugins: [] })
  })
  expect(other('software', 0)).toBe(shipped('software', 0))
  expect(other('card', 0)).not.toBe(shipped('card', 0))
})

describe('the folder of a sweep', () => {
  function recordOf(technologies: readonly Technology[], change: Partial<SweepRecord> = {}): SweepRecord {
    const file = join(newFolder(), 's.yaml')
    writeFileSync(file, TEXT)
    return { ...readSweep(file, { technologies, version: '1.0.0', plugins: [] }).record, ...change }
  }

  test('is refused to models with other prices, with what has changed', () => {
    const folder = join(newFolder(), 'out')
    openSweepFolder(folder, recordOf(TECHNOLOGIES)).close()
    openSweepFolder(folder, recordOf(TECHNOLOGIES)).close()
    expect(() => openSweepFolder(folder, recordOf(dearer('display.encodeCyclesPerPixel')))).toThrow(
      `${folder}: was begun with other models (costs.display.encodeCyclesPerPixel: 40, now 492); name another folder`,
    )
  })

  test('is refused to another version of the models', () => {
    const folder = join(newFolder(), 'out')
    openSweepFolder(folder, recordOf(TECHNOLOGIES, { model_version: 1 })).close()
    expect(() => openSweepFolder(folder, recordOf(TECHNOLOGIES, { model_version: 9 }))).toThrow(
      `${folder}: was begun with other models (model version: 1, now 9); name another folder, or go on with offsim 1.0.0`,
    )
  })
})
