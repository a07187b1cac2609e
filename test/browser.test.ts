// From a scenario's text to the CSV of its results nothing needs Node: a bundle for browsers gives the goldens' bytes in a
// context that has only what a browser's worker has.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, test } from 'vitest'
import type * as Page from './fixtures/browser/results.ts'

const ROOT = new URL('../', import.meta.url)

/** Names that are bound in Node alone. `global` is missing: libraries ask for it in order to find the page's. */
const OF_NODE = ['process', 'Buffer', '__dirname', '__filename', 'setImmediate']
const MARK = 'taken_from_node_'

/** A bundle for browsers, as a script that defines `offsim`, and what in it only Node has. */
async function bundled(entry: string): Promise<{ code: string; ofNode: string[] }> {
  const warnings: string[] = []
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`test/fixtures/browser/${entry}`, ROOT)),
    platform: 'browser',
    resolve: {
      alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync', 'csv-stringify/sync': 'csv-stringify/browser/esm/sync' },
    },
    // Renames what is not bound in the bundle: libraries bring a `Buffer` of their own, which is none of Node's.
    transform: { define: Object.fromEntries(OF_NODE.map((name) => [name, MARK + name])) },
    onLog: (_, { message }) => void warnings.push(message),
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'offsim' })
  await bundle.close()
  const [{ code, imports }] = output
  const marked = code.match(new RegExp(`${MARK}\\w+`, 'g')) ?? []
  return { code, ofNode: [...new Set([...imports, ...marked.map((name) => name.slice(MARK.length))]), ...warnings] }
}

test('what only Node has is found in a bundle', async () => {
  const { ofNode } = await bundled('uses-node.ts')
  for (const name of ['node:fs', 'crypto', 'process', 'Buffer', 'setImmediate']) expect(ofNode).toContain(name)
})

describe('text in, results out', () => {
  let bundle: Awaited<ReturnType<typeof bundled>>
  beforeAll(async () => {
    bundle = await bundled('results.ts')
  })

  test('the bundle uses nothing of Node', () => {
    expect(bundle.ofNode).toEqual([])
    expect(bundle.code).not.toMatch(/['"]node:|\brequire\(/)
  })

  test.each([
    ['fork-wait', []],
    ['display-office', []],
    ['vcenter-16-clones-at-once', ['inputs/vcenter-16-clones-16-at-once.csv']],
  ])('%s gives its golden', async (name, inputs) => {
    const files = [`${name}.yaml`, ...inputs].map((file) => `scenarios/${file}`)
    const page = createContext({ TextEncoder, TextDecoder, setTimeout, console, atob, btoa, URL, performance })
    runInContext(bundle.code, page)
    const { results } = page['offsim'] as typeof Page
    const csv = await results(files[0], Object.fromEntries(files.map((file) => [file, text(file)])))
    // How far an answer rests on prices is for those who run scenarios again at others; the page does not.
    expect(withoutDoubt(csv)).toEqual(withoutDoubt(text(`scenarios/${name}.csv`)))
  })
})

/** The lines of a CSV file without the columns of the range at other prices. */
function withoutDoubt(csv: string): string[] {
  const [header, ...lines] = csv.split('\n').map((line) => line.split(','))
  const kept = header.flatMap((column, i) => (column.startsWith('doubt_') ? [] : [i]))
  return [header, ...lines].map((cells) => kept.map((i) => cells[i]).join(','))
}

function text(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8')
}
