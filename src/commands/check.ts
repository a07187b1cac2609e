// `offsim check`: every fault of scenarios, and what plug-ins fail of the handler suite.
import { ScenarioError } from '../language/faults.ts'
import type { Technology } from '../models/host/technology.ts'
import { ReadFiles } from '../store/reading-files.ts'
import { asksForSweep, loadSweep } from '../points/points.ts'
import { UsageError, type Given } from './arguments.ts'
import { pluginsOf, suiteFailures } from './plugin-options.ts'
import { changesOf, load } from './scenario-options.ts'
import { scenarioFile } from './shipped-scenarios.ts'
import { say, tell } from '../terminal/telling.ts'

/** Lists every fault of scenarios without running them, and what plug-ins fail of the handler suite. */
export async function check(given: Given): Promise<number> {
  const files = (given['scenarios'] as readonly string[] | undefined) ?? []
  const extended = await pluginsOf(given)
  if (files.length + extended.plugins.length === 0)
    throw new UsageError('offsim check needs one or more scenarios: offsim check FILE.yaml …, or --plugin FILE.ts')
  const faults: string[] = []
  for (const file of files.map(scenarioFile)) {
    try {
      const content = contentOf(file, given, extended.technologies)
      if (given['quiet'] !== true) say(`${file}: no fault (${content})`)
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      faults.push(...error.faults)
    }
  }
  const failures = await suiteFailures(extended, given['quiet'] === true)
  tell(...faults, ...failures)
  if (faults.length > 0) return 2
  return failures.length > 0 ? 1 : 0
}

/** What is in a scenario, or in a sweep, that has no fault. */
function contentOf(file: string, given: Given, technologies: readonly Technology[]): string {
  const files = new ReadFiles(file)
  const options = { read: files.read, technologies, set: changesOf(given) }
  if (asksForSweep(file, options)) {
    const { size, factors } = loadSweep(file, options)
    return `a sweep of ${counted(factors, 'factor')}, ${size} ${size === 1 ? 'point' : 'points'}`
  }
  const { arms, vms } = load(file, given, technologies, files).scenario
  return `${counted(Object.keys(arms), 'arm')}, ${counted(Object.keys(vms), 'group')} of VMs`
}

function counted(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`
}
