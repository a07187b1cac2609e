// Puts all mutants into the sources at once, each behind a switch: Stryker's instrumenter with its standard operators.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Instrumenter } from '@stryker-mutator/instrumenter'

const silent = () => {}
const log = {
  ...{ trace: silent, debug: silent, info: silent, warn: console.error, error: console.error, fatal: console.error },
  ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
}

/** `plugins: null` reads no further syntax; nothing is excluded or ignored. */
const OPTIONS = { plugins: null, excludedMutations: [], ignorers: [] }

/**
 * The mutants of the files, numbered from 0, and the text of each file in two kinds: `switched` makes mutant n where `__m`
 * is n, `counted` also counts in `__c[n]` how often the place was passed.
 */
export async function instrument(root, files) {
  const sources = files.map((name) => ({ name, mutate: true, content: readFileSync(join(root, name), 'utf8') }))
  const result = await new Instrumenter(log).instrument(sources, OPTIONS)
  const ignored = result.mutants.filter(({ status }) => status !== undefined)
  if (ignored.length > 0) throw new Error(`${ignored[0].fileName}: a comment has mutants ignored, which is not allowed`)
  const lines = new Map(sources.map(({ name, content }) => [name, content.split('\n')]))
  const mutants = result.mutants.map((mutant) => described(mutant, lines.get(mutant.fileName)))
  const texts = new Map(result.files.map(({ name, content }) => [name, { ...kinds(content) }]))
  return { mutants, texts }
}

function described({ id, fileName, location: { start, end }, mutatorName, replacement }, lines) {
  const cut = lines.slice(start.line, end.line + 1)
  cut[cut.length - 1] = cut.at(-1).slice(0, end.column)
  cut[0] = cut[0].slice(start.column)
  return {
    id: Number(id),
    file: fileName,
    line: start.line + 1,
    column: start.column + 1,
    operator: mutatorName,
    original: cut.join('\n'),
    replacement,
    text: lines[start.line].trim(),
  }
}

/**
 * Stryker asks a function for each mutant it passes and compares texts, which makes the simulations several times slower.
 * Here a number in the bundle's own scope is compared, and passing is counted only in the run that looks for it.
 */
function kinds(content) {
  const active = content
    .replace(/^stryNS_9fa48\(\);$/m, '')
    .replace(/stryMutAct_9fa48\("(\d+)"\)/g, '(__m === $1 && __hit())')
  const counting = (ids) => `(${ids.match(/\d+/g).map((id) => `__c[${id}]++`)})`
  const passed = /stryCov_9fa48\(("\d+"(?:, "\d+")*)\)/g
  return {
    switched: active.replace(passed, '0'),
    counted: active.replace(passed, (_, ids) => counting(ids)),
  }
}

/** What a mutant is called wherever it is written down. */
export function placeOf({ file, line, column }) {
  return `${file}:${line}:${column}`
}

/** Tells a mutant again after its line has moved. */
export function keyOf({ file, text, operator, original, replacement }) {
  const parts = [file.split('/').at(-1), text, operator, original, replacement]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
