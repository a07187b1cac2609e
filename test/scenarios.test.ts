// Properties of every scenario that ships: the same file gives the same bytes, whatever the order of its groups and arms;
// and the seed matters wherever something is drawn.
import type { Scenario } from '../src/language/asked.ts'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isMap, parseDocument, type Document } from 'yaml'
import { runScenario } from '../src/runs/run-scenario.ts'
import { loadScenario } from '../src/language/scenario.ts'
import { TECHNOLOGIES } from '../src/models/technologies/index.ts'
import { csv } from '../src/report/csv.ts'

const FOLDER = new URL('../scenarios/', import.meta.url)
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'))
const textOf = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')
const runnable = files.filter((file) => !/^sweep:/m.test(textOf(file)))

/** Loads a scenario; `text` stands for the file's own. */
function load(file: string, set: readonly string[] = [], text?: string): Scenario {
  const read = (path: string): Uint8Array =>
    text !== undefined && path.endsWith(`/${file}`) ? new TextEncoder().encode(text) : readFileSync(path)
  return loadScenario(`scenarios/${file}`, { read, technologies: TECHNOLOGIES, set })
}

const run = async (scenario: Scenario): Promise<string> => csv(await runScenario(scenario, TECHNOLOGIES))

/** A short run of a scenario: 20 ms of each of two replications, or one replication until idle. */
function short(file: string, set: readonly string[] = [], text?: string): Promise<string> {
  const { measureNs, vms } = load(file)
  // A run waits for its clones, so they are small.
  const clones = Object.keys(vms).filter((group) => vms[group].clones !== null)
  const sizes = clones.map((group) => `vms.${group}.clones.bytes=1 MiB`)
  const window =
    measureNs === null
      ? ['run.replications=1']
      : ['run.warmup=5 ms', 'run.measure=20 ms', 'run.replications=2', ...sizes]
  return run(load(file, [...window, ...set], text))
}

/** The cells of a CSV without those that name the run. */
function measured(text: string): string[] {
  const [header, ...rows] = text.trimEnd().split('\n')
  const columns = header.split(',')
  const naming = new Set(['id', 'seed'].map((column) => columns.indexOf(column)))
  return rows.map((row) =>
    row
      .split(',')
      .filter((_, i) => !naming.has(i))
      .join(','),
  )
}

/** The file with the items of a map in another order; the first `fixed` stay in front. */
function reordered(file: string, key: string, fixed: number): string {
  const document: Document = parseDocument(textOf(file))
  const map = document.get(key)
  if (!isMap(map)) return textOf(file)
  map.items = [...map.items.slice(0, fixed), ...map.items.slice(fixed).reverse()]
  return String(document)
}

/** Whether anything in a scenario is left to chance. */
function draws({ vms }: Scenario): boolean {
  const chance = /"kind":"(poisson|periodic|bursts)"|"(exponential|uniform|erlang|lognormal|weibull|pareto|empirical)":/
  return chance.test(JSON.stringify(vms))
}

describe.each(runnable)('%s', (file) => {
  let firstRun: Promise<string> | undefined
  const first = (): Promise<string> => (firstRun ??= short(file))

  test('two runs are the same, byte for byte', async () => {
    expect(await short(file)).toBe(await first())
  })

  test('another seed changes measured cells if anything is drawn, and else none', async () => {
    const other = measured(await short(file, ['seed=987654321']))
    if (draws(load(file))) expect(other).not.toEqual(measured(await first()))
    else expect(other).toEqual(measured(await first()))
  })

  test('the order of groups and of arms after the first changes no byte', async () => {
    const before = await first()
    expect(await short(file, [], reordered(file, 'vms', 0))).toBe(before)
    expect(await short(file, [], reordered(file, 'arms', 1))).toBe(before)
  })
})

/** Two groups, three arms: reordering has something to reorder even where the shipped files have one group. */
test('groups and arms in any order, and any seed, in a scenario of several', async () => {
  const arms = [
    'a: { processor: vt-x, nic: emulated }',
    'b: { processor: vt-x-ept, nic: sr-iov }',
    'c: { processor: amd-v, nic: vmdq }',
  ]
  const groups = ['x', 'y', 'z'].map(
    (name, i) =>
      `${name}: { count: ${i + 1}, vcpus: 1, traps: { syscall: 9000 /s }, packets: [{ direction: receive, rate: 9000 /s, bytes: ${500 * (i + 1)} }] }`,
  )
  const text = (armOrder: number[], groupOrder: number[], seed = 1): string => `
name: several
question: Does order matter?
seed: ${seed}
run: { warmup: 0 s, measure: 5 ms, replications: 2 }
host: { cores: 2, clock: 2 GHz, nic: { rate: 10 Gbit/s } }
arms:
${armOrder.map((i) => `  ${arms[i]}`).join('\n')}
vms:
${groupOrder.map((i) => `  ${groups[i]}`).join('\n')}
`
  const result = (written: string): Promise<string> =>
    run(loadScenario('several.yaml', { read: () => new TextEncoder().encode(written), technologies: TECHNOLOGIES }))
  const before = await result(text([0, 1, 2], [0, 1, 2]))
  expect(await result(text([0, 2, 1], [0, 1, 2]))).toBe(before)
  expect(await result(text([0, 1, 2], [2, 0, 1]))).toBe(before)
  expect(await result(text([0, 2, 1], [1, 2, 0]))).toBe(before)
  expect(measured(await result(text([0, 1, 2], [0, 1, 2], 2)))).not.toEqual(measured(before))
})
