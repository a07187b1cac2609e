// One word, one meaning: words that mean something else elsewhere, and metaphors that a reader would have to guess, do not
// stand in the source. docs/ARCHITECTURE.md says what each word means.
import { expect, test } from 'vitest'
import { projectFiles, textOf } from './project-files.ts'

const sources = projectFiles('src', /\.ts$/)

/** Words, where they may stand, and what to write instead. */
const WORDS: readonly { readonly word: RegExp; readonly only?: RegExp; readonly instead: string }[] = [
  { word: /\bgrounds?\b/i, instead: 'what it is: a campaign, a reader, the keys that are allowed' },
  { word: /\bcourses?\b/i, instead: 'progress' },
  { word: /\bcompan(y|ions)\b/, instead: 'others' },
  { word: /straddl/i, instead: 'runs across an edge' },
  { word: /\bin ?hand\b/i, instead: 'taken' },
  { word: /\bbends?\b/i, instead: 'path function' },
  { word: /\bstretch/i, instead: 'how long it is' },
  { word: /\bstranger/i, instead: 'unrelated' },
  // A unit is what passes a handler; what is simulated as a whole is a task.
  { word: /(?<![.'])\b[uU]nits?\b(?!\/)/, only: /^(?!src\/(runs|campaign|store|commands)\/)/, instead: 'task' },
  // A segment is a part of a path through the host. Files of the store are logs, a place in a scenario has keys.
  { word: /\b[sS]egments?\b/, only: /^src\/(models|plugins)\//, instead: 'log, key or part' },
  // A stream is of random numbers. Messages of one VM are a flow.
  { word: /\bstream\[|\bstreamed\b|\bPacketStream\b/, instead: 'flow' },
  // A line is of steps or of text; what waits stands in a queue, and sums of the ledger are entries.
  {
    word: /\b(Job|Unit)Lines?\b|\b(in|of|the) line\b(?! of)/,
    only: /^src\/(language|points|store|report|commands|cli)/,
    instead: 'queue',
  },
  { word: /\blineOf\b|\bofLine\b/, only: /^src\/store\//, instead: 'entryOf' },
]

/** A former name that plug-ins of an earlier release still use. */
const FORMER = ['src/models/technologies/extension.ts']

test('the rule sees a word where it may not stand, and not where it may', () => {
  expect(misused('src/runs/pool.ts', '// a batch of units\n')).toEqual(['src/runs/pool.ts:1 `units`: write task'])
  expect(misused('src/models/host/items.ts', '// a batch of units\n')).toEqual([])
  expect(misused('src/models/host/host.ts', 'const ground = 1\n')).toHaveLength(1)
})

test('each word has one meaning', () => {
  const checked = sources.filter((path) => !FORMER.includes(path))
  expect(checked.length).toBeGreaterThan(100)
  expect(checked.flatMap((path) => misused(path, textOf(path)))).toEqual([])
})

function misused(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, i) =>
    WORDS.flatMap(({ word, only, instead }) => {
      const found = only?.test(path) ? null : word.exec(line)
      return found ? [`${path}:${i + 1} \`${found[0]}\`: write ${instead}`] : []
    }),
  )
}
