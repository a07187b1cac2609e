// Faults of a scenario: where something was written, what is wrong with it, and what to write instead.
// Every fault becomes exactly one line, `FILE:LINE:COL: PATH: what is wrong; what to write instead`.

/** Where something was written. A line of 0 means that the source has no lines (`--set …`, a file that cannot be read). */
export interface Place {
  readonly source: string
  readonly line: number
  readonly column: number
  /** For a `--set`: the path it names, so that a message does not repeat it. */
  readonly path?: string
}

export interface Fault {
  readonly place: Place
  /** Keys joined by dots; '' for the document as a whole. */
  readonly path: string
  readonly text: string
}

/** Nobody reads on after so many. */
const FAULTS_SHOWN = 100

/** The scenario is wrong. `faults` holds one line for each fault, in the order of the file; the first hundred of them. */
export class ScenarioError extends Error {
  readonly faults: readonly string[]
  /** The same with their places, all of them. */
  readonly found: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    const lines = firstLines(inOrder(faults))
    super(lines.join('\n'))
    this.name = 'ScenarioError'
    this.found = faults
    this.faults = lines
  }
}

/** A place without line and column. */
export function wholeOf(source: string): Place {
  return { source, line: 0, column: 0 }
}

function firstLines(faults: readonly Fault[]): string[] {
  const lines = new Set<string>()
  for (const [position, fault] of faults.entries()) {
    lines.add(faultLine(fault))
    const left = faults.length - position - 1
    if (lines.size < FAULTS_SHOWN || left === 0) continue
    const more = left === 1 ? 'one more fault' : `${left} more faults`
    return [...lines, visible(`${faults[0].place.source}: has ${more}; mend these first`)]
  }
  return [...lines]
}

const PATH_LENGTH_MAX = 300
const TEXT_LENGTH_MAX = 4000

function faultLine({ place, path, text }: Fault): string {
  const where = place.line > 0 ? `${place.source}:${place.line}:${place.column}` : place.source
  const at = path === '' || path === place.path ? '' : `${cut(path, PATH_LENGTH_MAX)}: `
  return visible(`${where}: ${at}${cut(text, TEXT_LENGTH_MAX)}`)
}

function cut(text: string, most: number): string {
  return text.length > most ? text.slice(0, most - 1) + '…' : text
}

/** Sources in the order of their first fault, then line, then column. */
function inOrder(faults: readonly Fault[]): Fault[] {
  const rank = new Map<string, number>()
  for (const { place } of faults) if (!rank.has(place.source)) rank.set(place.source, rank.size)
  return faults.toSorted(
    (a, b) =>
      rank.get(a.place.source)! - rank.get(b.place.source)! ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  )
}

/** What somebody wrote, short enough for a message. */
export function quoted(text: string): string {
  return '`' + (text.length > 60 ? text.slice(0, 57) + '…' : text) + '`'
}

/** `a, b and c`, each as code. */
export function listed(names: readonly string[], last = 'and'): string {
  const words = names.map((name) => '`' + name + '`')
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** More names than these are no help in a message. */
const NAMES_MAX = 30
const NAMES_SHOWN = 5

/**
 * What to write in place of an unknown name: the nearest known ones, or all of them, or where many are to be found.
 * @param lister command that prints them
 */
export function remedy(name: string, known: readonly string[], lister?: string): string {
  const close = nearest(name, known)
  if (close.length > 0) return `did you mean ${listed(close, 'or')}?`
  if (known.length === 0) return 'remove it'
  if (known.length <= NAMES_MAX) return `known: ${listed(known)}`
  const shown = known.slice(0, NAMES_SHOWN).map((one) => '`' + one + '`')
  const rest = `${shown.join(', ')} and ${known.length - NAMES_SHOWN} more`
  return lister === undefined ? `known: ${rest}` : `${lister} lists what is known: ${rest}`
}

/** The known names (at most three) that are a slip of the fingers away from `name`. */
export function nearest(name: string, known: readonly string[]): string[] {
  if (name.length > 100) return []
  const most = Math.min(name.length - 1, Math.max(1, Math.floor(name.length / 3)))
  const similar = known.filter((candidate) => Math.abs(plain(candidate).length - plain(name).length) <= most)
  const slips = similar.map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
  const least = Math.min(...slips.map(({ distance }) => distance))
  if (least > most) return []
  return slips
    .filter(({ distance }) => distance === least)
    .map(({ candidate }) => candidate)
    .slice(0, 3)
}

// Case, hyphens and underscores are the usual slips and weigh nothing.
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '')
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      current[j] = Math.min(replaced, previous[j] + 1, current[j - 1] + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        current[j] = Math.min(current[j], beforePrevious[j - 2] + 1)
      }
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length]
}

// Text that somebody else wrote is shown so that nothing in it drives the terminal, turns the line around or is not seen at all.
// Here and nowhere else; data for programs (CSV, JSON, Parquet, JUnit) keeps what was written.

/** Control, format (bidi, zero-width), line and paragraph separators, halves of pairs, and whatever fonts draw as nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** As one line: `\u200b` in place of a character that is not seen. What was shown once stays as it is. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0)!.toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}
