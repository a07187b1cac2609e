// What a scenario takes end to end: one replication of its baseline arm, on one core, wiring included.
import { readFileSync } from 'node:fs'
import { simulate } from '../dist/runs/replication.js'
import { loadScenario } from '../dist/language/scenario.js'
import { Host } from '../dist/models/host/host.js'
import { TECHNOLOGIES } from '../dist/models/technologies/index.js'

export function scenario(file) {
  const asked = loadScenario(file, { read: (path) => readFileSync(path), technologies: TECHNOLOGIES })
  const start = performance.now()
  const host = new Host(asked, asked.arms[asked.baseline], 0, TECHNOLOGIES)
  simulate(host)
  const wall_s = (performance.now() - start) / 1000
  const events = host.sim.eventCount
  const items = host.items.generated.reduce((sum, generated) => sum + generated, 0)
  return { events, events_per_s: events / wall_s, items_per_s: items / wall_s, wall_s }
}
