// The layers: each folder has one idea and a list of folders that it may import (src/layers.json). An import that is not
// in the list, or any circle, types included, fails here.
import { expect, test } from 'vitest'
import { withLayers } from '../scripts/layers.mjs'
import { LAYERS, layerOf } from './layers.ts'
import { importsOf, projectFiles, textOf, type Import } from './project-files.ts'

const sources = projectFiles('src', /\.ts$/)
const imports = sources.flatMap(importsOf)

/** What is wrong with an import, or nothing. */
function fault({ from, to }: Import): string | undefined {
  if (!to.startsWith('src/')) {
    const outside = /^\.\.|^(test|bench|scripts|dist)\//.test(to)
    return outside ? `${from} imports ${to}, which is no part of src` : undefined
  }
  const [user, used] = [layerOf(from), layerOf(to)]
  if (user === undefined || used === undefined || user === used || user.imports.includes(used.folder)) return undefined
  return `${from} imports ${to}: ${user.folder || 'src'} must not know ${used.folder || 'src'}`
}

/** Circles in a graph, each as its path. */
function circlesIn(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (node: string, trail: readonly string[]): void => {
    if (trail.includes(node)) circles.push([...trail.slice(trail.indexOf(node)), node].join(' → '))
    else if (!done.has(node)) {
      for (const next of needs.get(node) ?? []) walk(next, [...trail, node])
      done.add(node)
    }
  }
  for (const node of needs.keys()) walk(node, [])
  return circles
}

test('the import reader sees every way to import, and the rule refuses what it should', () => {
  expect(sources.length).toBeGreaterThan(20)
  expect(imports.length).toBeGreaterThan(40)
  expect(imports.some(({ typeOnly }) => typeOnly) && imports.some(({ typeOnly }) => !typeOnly)).toBe(true)
  const planted = { from: 'src/engine/simulation.ts', to: 'src/models/host/host.ts', typeOnly: true, later: false }
  expect(fault(planted)).toContain('engine must not know models/host')
  expect(fault({ ...planted, from: 'src/runs/replication.ts' })).toBeUndefined()
  const graph = new Map([['a', ['b']], ['b', ['c']], ['c', []]]) // prettier-ignore
  expect(circlesIn(graph)).toEqual([])
  expect(circlesIn(graph.set('c', ['b']))).toEqual(['b → c → b'])
})

test('every source file lies in a folder that has its idea', () => {
  expect(sources.filter((path) => layerOf(path) === undefined)).toEqual([])
  const used = new Set(sources.map((path) => layerOf(path)))
  expect(LAYERS.filter((layer) => !used.has(layer))).toEqual([])
})

test('every folder says its idea in one sentence, and has at most 25 files', () => {
  for (const { folder, idea } of LAYERS) {
    expect(idea.length, folder).toBeGreaterThan(30)
    const files = sources.filter((path) => layerOf(path)?.folder === folder)
    expect(files.length, folder).toBeLessThanOrEqual(25)
  }
})

test('no file name stands twice', () => {
  const names = sources.map((path) => path.replace(/^.*\//, '')).filter((name) => name !== 'index.ts')
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

test('no import is outside the list of its folder, and no list allows what nobody imports', () => {
  expect(imports.map(fault).filter(Boolean)).toEqual([])
  const isUsed = (folder: string, allowed: string) =>
    imports.some(
      ({ from, to }) => layerOf(from)?.folder === folder && to.startsWith('src/') && layerOf(to)?.folder === allowed,
    )
  const unused = LAYERS.flatMap(({ folder, imports: list }) =>
    list.filter((allowed) => !isUsed(folder, allowed)).map((allowed) => `${folder} may import ${allowed}`),
  )
  expect(unused).toEqual([])
})

test('no technology imports another: they meet in the host', () => {
  const table = importsOf('src/models/technologies/index.ts').map(({ to }) => to)
  const folder = 'src/models/technologies'
  const names = ['processor', 'iommu', 'nic', 'tcp', 'vlan', 'vpn', 'clone', 'display'].filter((name) =>
    table.includes(`${folder}/${name}.ts`),
  )
  expect(names.length).toBeGreaterThanOrEqual(4)
  const owner = (path: string) =>
    names.find((name) => path === `${folder}/${name}.ts` || path.startsWith(`${folder}/${name}-`))
  const crossing = imports.filter(({ from, to }) => owner(from) && owner(to) && owner(from) !== owner(to))
  expect(crossing).toEqual([])
})

test('no files need each other in a circle, types included', () => {
  const needs = new Map<string, string[]>(sources.map((path) => [path, []]))
  for (const { from, to } of imports) if (needs.has(to)) needs.get(from)?.push(to)
  expect(circlesIn(needs)).toEqual([])
})

test('no folders need each other in a circle', () => {
  expect(circlesIn(new Map(LAYERS.map(({ folder, imports: list }) => [folder, list])))).toEqual([])
})

test('docs/ARCHITECTURE.md shows the folders', () => {
  const text = textOf('docs/ARCHITECTURE.md')
  expect(withLayers(text, LAYERS), 'write it again with npm run layers').toBe(text)
})
