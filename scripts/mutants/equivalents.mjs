// Mutants that no test can notice, since what they do is the same: scripts/mutants/equivalents.yaml says which, and why.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** The reason of each equivalent mutant, by its number. An entry that fits no mutant is an error: the code has changed. */
export function equivalents(root, mutants) {
  const path = join(root, 'scripts', 'mutants', 'equivalents.yaml')
  const entries = existsSync(path) ? (parse(readFileSync(path, 'utf8')) ?? []) : []
  const found = new Map()
  for (const entry of entries) {
    const fitting = mutants.filter((mutant) => fits(mutant, entry))
    if (!entry.reason) throw new Error(`${path}: an entry without a reason: ${JSON.stringify(entry)}`)
    if (fitting.length === 0) throw new Error(`${path}: fits no mutant any more: ${JSON.stringify(entry)}`)
    if (fitting.length > 1 && entry.all !== true)
      throw new Error(`${path}: fits ${fitting.length} mutants; add column, or all: true: ${JSON.stringify(entry)}`)
    for (const { id } of fitting) found.set(id, entry.reason)
  }
  return found
}

/** Files are told by their name alone and lines by their text, so that an entry outlives moves. */
function fits(mutant, { file, text, operator, original, replacement, column }) {
  if (mutant.file.split('/').at(-1) !== file || mutant.text !== text) return false
  if (mutant.operator !== operator || (column !== undefined && mutant.column !== column)) return false
  return (original === undefined || mutant.original === original) && String(replacement) === mutant.replacement
}
