// One script of all tests and sources, which can be evaluated again and again: each time everything is loaded anew.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const ENTRY = '\0mutants-entry'

/** `texts` has the sources that stand in for those on disk, by path. Returns the code and who imports whom. */
export async function bundle(root, { sources, tests, texts, kind }) {
  const imports = new Map()
  const bundled = await rolldown({
    input: ENTRY,
    platform: 'node',
    external: (id) =>
      id === 'vitest' || (!id.startsWith('.') && !id.startsWith('/') && id !== ENTRY && id !== 'offsim'),
    resolve: { alias: { offsim: join(root, 'src', 'index.ts') } },
    treeshake: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutants',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => (id === ENTRY ? entryOf(root, sources, tests) : textOf(root, id, texts, kind)),
        buildEnd() {
          for (const id of this.getModuleIds()) {
            const { importedIds, dynamicallyImportedIds } = this.getModuleInfo(id) ?? { importedIds: [] }
            const all = [...importedIds, ...(dynamicallyImportedIds ?? [])]
            imports.set(
              relative(root, id),
              all.map((path) => relative(root, path)),
            )
          }
        },
      },
    ],
  })
  const { output } = await bundled.generate({ format: 'cjs', codeSplitting: false, comments: false })
  await bundled.close()
  return { code: wrapped(output[0].code), imports }
}

/** Loads the mutated sources first, so that what they do while they load is told from what a test does. */
function entryOf(root, sources, tests) {
  const path = (file) => JSON.stringify(join(root, file))
  const loads = (file) => `require(${path(file)})`
  const table = tests.map((file) => `${JSON.stringify(file)}: () => ${loads(file)}`)
  return `__files.sources = () => { ${sources.map(loads).join('; ')} }\n__files.tests = { ${table.join(',\n')} }\n`
}

function textOf(root, id, texts, kind) {
  if (!/\.(ts|mjs)$/.test(id) || id.includes('node_modules')) return null
  const code = texts.get(relative(root, id))?.[kind] ?? readFileSync(id, 'utf8')
  const url = JSON.stringify(pathToFileURL(id).href)
  return { code: code.replaceAll(/import\.meta\.url/g, url), moduleType: id.endsWith('.ts') ? 'ts' : 'js' }
}

/** Sets which mutant is active (-1: none), and lets no active mutant be passed more than `limit` times. */
function wrapped(code) {
  return `(function (require, __files, __m, __c, __limit) {
let __hits = 0
const exports = {}, module = { exports }
function __hit() {
  if (++__hits > __limit) { __files.endless = true; throw new Error('endless: the mutant was passed too often') }
  return true
}
${code}
})`
}
