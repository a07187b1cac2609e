// The layers: engine ← models ← experiments ← sweeps ← report ← commands ← cli. An import against the arrow fails here.
// `cli` are the files that lie in src itself.
import { expect, test } from 'vitest'
import { importsOf, projectFiles, type Import } from './project-files.ts'

const LAYERS = ['engine', 'models', 'experiments', 'sweeps', 'report', 'commands', 'cli']
const sources = projectFiles('src', /\.ts$/)
const imports = sources.flatMap(importsOf)

/** What is wrong with an import, or nothing. */
function fault({ from, to }: Import): string | undefined {
  if (!to.startsWith('src/')) {
    const outside = /^\.\.|^(test|bench|scripts|dist)\//.test(to)
    return outside ? `${from} imports ${to}, which is no part of src` : undefined
  }
  const [user, used] = [layerOf(from), layerOf(to)]
  return used > user ? `${from} imports ${to}: ${LAYERS[user]} must not know ${LAYERS[used]}` : undefined
}

function layerOf(path: string): number {
  const [, folder, file] = path.split('/')
  return LAYERS.indexOf(file === undefined ? 'cli' : folder)
}

test('the import reader sees every way to import, and the rule refuses what it should', () => {
  expect(sources.length).toBeGreaterThan(20)
  expect(imports.length).toBeGreaterThan(40)
  expect(imports.some(({ typeOnly }) => typeOnly) && imports.some(({ typeOnly }) => !typeOnly)).toBe(true)
  const planted = { from: 'src/engine/simulation.ts', to: 'src/models/host.ts', typeOnly: true, later: false }
  expect(fault(planted)).toContain('engine must not know models')
  expect(fault({ ...planted, from: 'src/report/table.ts' })).toBeUndefined()
})

test('every source file belongs to a layer and lies no deeper than src/x/y.ts', () => {
  const misplaced = sources.filter((path) => layerOf(path) < 0 || path.split('/').length > 3)
  expect(misplaced).toEqual([])
})

test('no import goes against the arrow', () => {
  expect(imports.map(fault).filter(Boolean)).toEqual([])
})

test('no technology imports another: they meet in the host', () => {
  const table = importsOf('src/models/index.ts').map(({ to }) => to)
  const names = ['processor', 'iommu', 'nic', 'tcp', 'vlan', 'vpn', 'clone', 'display'].filter((name) =>
    table.includes(`src/models/${name}.ts`),
  )
  expect(names.length).toBeGreaterThanOrEqual(4)
  const owner = (path: string) =>
    names.find((name) => path === `src/models/${name}.ts` || path.startsWith(`src/models/${name}-`))
  const crossing = imports.filter(({ from, to }) => owner(from) && owner(to) && owner(from) !== owner(to))
  expect(crossing).toEqual([])
})

test('no files need each other in a circle', () => {
  const needs = new Map<string, string[]>(sources.map((path) => [path, []]))
  for (const { from, to, typeOnly } of imports) if (!typeOnly && needs.has(to)) needs.get(from)?.push(to)
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    else if (!done.has(path)) {
      for (const next of needs.get(path) ?? []) walk(next, [...trail, path])
      done.add(path)
    }
  }
  for (const path of sources) walk(path, [])
  expect(circles).toEqual([])
})
