// YAML text to a plain tree in which everything knows where it was written.
// YAML 1.2 core, one document, no tags; aliases are few, finite and share what they repeat.
import { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml'
import type { Document, Pair, ParsedNode, Range } from 'yaml'
import { quoted, type Fault, type Place } from './faults.ts'

export interface Scalar {
  readonly form: 'scalar'
  readonly at: Place
  readonly value: string | number | boolean | null
  /** As it stands in the file, without quotes. */
  readonly written: string
  readonly inQuotes: boolean
  /** Set where something wrong stood whose fault is already told. */
  readonly wrong?: true
}

export interface List {
  readonly form: 'list'
  readonly at: Place
  readonly items: readonly Tree[]
}

export interface Keyed {
  readonly form: 'map'
  readonly at: Place
  readonly entries: ReadonlyMap<string, Entry>
}

export interface Entry {
  /** Where the key stands. */
  readonly at: Place
  readonly value: Tree
}

export type Tree = Scalar | List | Keyed

const ALIASES_MAX = 100
/** Of a tree with its aliases written out. */
const TREE_SIZE_MAX = 100_000
/** Words and signs of a text. The parser takes up to a kilobyte and 20 µs for each. */
const LEXEMES_MAX = 150_000
const DEPTH_MAX = 64
const INDENT_MAX = 400
const SCALAR_LENGTH_MAX = 100_000

/** Turns a character's offset into a place. */
type Placing = (offset: number) => Place

/**
 * Reads the text of a file. `tree` is null when nothing can be made of it; then there is at least one fault, and none of these
 * quotes from the text.
 */
export function readDocument(text: string, file: string): { tree: Tree | null; faults: Fault[] } {
  const lines = new LineCounter()
  const place: Placing = (offset) => {
    const { line, col } = lines.linePos(offset)
    return { source: file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  return parse(text, lines, place)
}

/** Reads a value that was written on the command line. */
export function readValue(text: string, at: Place): { tree: Tree | null; faults: Fault[] } {
  return parse(text, new LineCounter(), () => at)
}

function parse(text: string, lines: LineCounter, place: Placing): { tree: Tree | null; faults: Fault[] } {
  const faults: Fault[] = []
  const beyond = beyondParsing(text)
  if (beyond !== null) {
    const { offset, what } = beyond
    for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
    lines.lineStarts.unshift(0)
    return { tree: null, faults: [{ place: place(offset), path: '', text: what }] }
  }
  const document = parsed(text, lines)
  if (document === null) return { tree: null, faults: [{ place: place(0), path: '', text: TOO_DEEP }] }
  // One slip makes the parser stumble several times, also in the lines right after it; the first time is the telling one.
  let stumbled = -1
  for (const error of document.errors) {
    const at = place(error.pos[0])
    const again = stumbled >= 0 && at.line <= stumbled + 1
    if (!again) faults.push({ place: at, path: '', text: SYNTAX[error.code] ?? SYNTAX_UNKNOWN })
    stumbled = at.line
  }
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    faults.push({ place: place(0), path: '', text: 'the file asks for another YAML than 1.2; remove the %YAML line' })
  }
  if (faults.length > 0) return { tree: null, faults }
  const tree = treeOf(document, place, faults)
  return { tree, faults }
}

/** null: the parser recursed until there was no stack left, in what looked flat. */
function parsed(text: string, lineCounter: LineCounter): Document.Parsed | null {
  const { stackTraceLimit } = Error
  try {
    // There may be as many errors as words, and nobody looks where in the library they arose.
    Error.stackTraceLimit = 0
    // Keys are compared below: the library compares each with all others, and does not know the path.
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

// The library recurses into what it reads and takes the process down with it when that is too deep, and it takes far more
// room than the text. So both are measured on its lexemes first: open brackets, indentation, block indicators within
// one line (inside brackets only `?` is one that nests), and how many words and signs there are.
function beyondParsing(text: string): { offset: number; what: string } | null {
  let [offset, open, indicators, questions, lexemes] = [0, 0, 0, 0, 0]
  let lineStart = true
  let inScalar = false
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '\x02' || lexeme === '\x18') continue
    if (lexeme === '\x1f') {
      inScalar = true
      continue
    }
    if (++lexemes > LEXEMES_MAX) return { offset, what: TOO_MUCH }
    if (!inScalar) {
      if (lexeme === '[' || lexeme === '{') open++
      if (lexeme === ']' || lexeme === '}') open--
      if (open <= 0 && (lexeme === '-' || lexeme === '?' || lexeme === ':')) indicators++
      if (lexeme === '?') questions++
      const indented = lineStart && lexeme.length > INDENT_MAX && /^ +$/.test(lexeme)
      const nested = Math.max(open, indicators, questions)
      if (nested > DEPTH_MAX || indented) return { offset, what: TOO_DEEP }
      lineStart = /[\r\n]$/.test(lexeme)
      if (lineStart) [indicators, questions] = [0, 0]
    }
    if (lexeme.length > SCALAR_LENGTH_MAX && (inScalar || /^["']/.test(lexeme))) return { offset, what: TOO_LONG }
    inScalar = false
    offset += lexeme.length
  }
  return null
}

const TOO_DEEP = `is nested more than ${DEPTH_MAX} levels deep; a scenario needs fewer than ten`
const TOO_LONG = `is one value of more than ${SCALAR_LENGTH_MAX} characters; shorten it, or close the quotes before it`
const TOO_MUCH = `is more than ${LEXEMES_MAX} words and signs up to here; write fewer, and long lists as a column of a CSV file`

/** By the code of the library's error. Its own messages quote from the file, which may not be for these eyes. */
const SYNTAX: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here; keep one scenario to a file and remove the `---`',
  TAB_AS_INDENT: 'a tab is used as indentation; indent with spaces',
  BAD_INDENT: 'a bracket is not closed, or what stands here is not indented enough; close it or indent it',
  MISSING_CHAR: 'a quote, bracket or comma is missing; add it',
  BLOCK_AS_IMPLICIT_KEY: 'a key stands inside a value; put it on a line of its own, or the value in quotes',
  MULTILINE_IMPLICIT_KEY: 'a key runs over several lines; keep it on one, or add the missing colon',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins nothing that YAML knows; write two, or use single quotes',
  UNEXPECTED_TOKEN: 'what stands here has no place in YAML; remove it, or put it in quotes',
  KEY_OVER_1024_CHARS: 'a key is longer than 1,024 characters; write a name, a colon and a value',
  TAG_RESOLVE_FAILED: 'a tag stands here, which is not part of the language; write the value alone',
}

const SYNTAX_UNKNOWN = 'is not YAML; write YAML 1.2'

interface Pass {
  readonly document: Document.Parsed
  readonly place: Placing
  readonly faults: Fault[]
  /** What each anchor stands for; 'open' while its own content is being read. */
  readonly anchors: Map<string, Tree | 'open'>
  /** Nodes of a tree with every alias written out, to bound what a few aliases of aliases can grow to. */
  readonly sizes: WeakMap<Tree, number>
  aliases: number
}

function treeOf(document: Document.Parsed, place: Placing, faults: Fault[]): Tree {
  const pass: Pass = { document, place, faults, anchors: new Map(), sizes: new WeakMap(), aliases: 0 }
  return convert(document.contents, '', 0, 0, pass)
}

function convert(node: ParsedNode | null | undefined, path: string, offset: number, depth: number, pass: Pass): Tree {
  const at = pass.place(node?.range?.[0] ?? offset)
  const complain = (text: string) => pass.faults.push({ place: at, path, text })
  const nothing: Scalar = { form: 'scalar', at, value: null, written: '', inQuotes: false }
  if (node === null || node === undefined) return nothing
  if (depth > DEPTH_MAX) {
    pass.faults.push({ place: at, path: '', text: TOO_DEEP })
    return { ...nothing, wrong: true }
  }
  if (isAlias(node)) return aliased(node.source, at, path, pass) ?? { ...nothing, wrong: true }
  if (node.tag !== undefined) complain(`tag ${quoted(node.tag)} is not part of the language; write the value alone`)
  const anchor = node.anchor
  if (anchor !== undefined) pass.anchors.set(anchor, 'open')
  const tree = isMap(node)
    ? mapOf(node.items, at, path, depth, pass)
    : isSeq(node)
      ? listOf(node.items, at, path, depth, pass)
      : scalarOf(node, at)
  if (anchor !== undefined) pass.anchors.set(anchor, tree)
  return tree
}

function aliased(name: string, at: Place, path: string, pass: Pass): Tree | null {
  const complain = (text: string) => pass.faults.push({ place: at, path, text })
  pass.aliases++
  if (pass.aliases > ALIASES_MAX) {
    if (pass.aliases === ALIASES_MAX + 1)
      complain(`is alias number ${pass.aliases}; use at most ${ALIASES_MAX} in a file`)
    return null
  }
  const target = pass.anchors.get(name)
  if (target === undefined) complain(`alias ${quoted('*' + name)} has no anchor before it; write the value itself`)
  if (target === 'open') complain(`alias ${quoted('*' + name)} contains itself; write the value itself`)
  return target === undefined || target === 'open' ? null : target
}

function scalarOf(node: ParsedNode, at: Place): Scalar {
  if (!isScalar(node)) return { form: 'scalar', at, value: null, written: '', inQuotes: false }
  const inQuotes = node.type !== 'PLAIN'
  const value = node.value as Scalar['value'] | bigint
  const written = node.source ?? String(value ?? '')
  return { form: 'scalar', at, value: typeof value === 'bigint' ? Number(value) : value, written, inQuotes }
}

function listOf(items: readonly ParsedNode[], at: Place, path: string, depth: number, pass: Pass): Tree {
  const trees = items.map((item, index) => convert(item, join(path, index), 0, depth + 1, pass))
  return counted({ form: 'list', at, items: trees }, trees, path, pass)
}

function mapOf(
  pairs: readonly Pair<ParsedNode, ParsedNode | null>[],
  at: Place,
  path: string,
  depth: number,
  pass: Pass,
): Tree {
  const entries = new Map<string, Entry>()
  for (const { key, value } of pairs) {
    const range = key?.range as Range | undefined
    const keyAt = range ? pass.place(range[0]) : at
    if (!isScalar(key) || key.tag !== undefined || key.anchor !== undefined) {
      pass.faults.push({
        place: keyAt,
        path,
        text: 'a key here is not a plain word; write a name, a colon and a value',
      })
      continue
    }
    const name = key.source ?? String(key.value)
    const before = entries.get(name)
    if (before !== undefined) {
      const text = `is already given on line ${before.at.line}; keep one of the two`
      pass.faults.push({ place: keyAt, path: join(path, name), text })
      continue
    }
    entries.set(name, { at: keyAt, value: convert(value, join(path, name), range?.[1] ?? 0, depth + 1, pass) })
  }
  const trees = [...entries.values()].map((entry) => entry.value)
  return counted({ form: 'map', at, entries }, trees, path, pass)
}

// Aliases share subtrees, so the written-out size is a sum, not a walk.
function counted(tree: List | Keyed, children: readonly Tree[], path: string, pass: Pass): Tree {
  let size = 1
  for (const child of children) size += pass.sizes.get(child) ?? 1
  pass.sizes.set(tree, size)
  if (size <= TREE_SIZE_MAX) return tree
  pass.faults.push({
    place: tree.at,
    path,
    text: `holds more than ${TREE_SIZE_MAX} values with its aliases; write fewer`,
  })
  return { form: 'scalar', at: tree.at, value: null, written: '', inQuotes: false, wrong: true }
}

/** The path of something inside something else. */
export function join(path: string, key: string | number): string {
  return path === '' || key === '' ? `${path}${key}` : `${path}.${key}`
}

/** What stands at the place, and where: its key, or the item itself. */
export function entryAt(tree: Tree, keys: readonly (string | number)[]): Entry | null {
  let entry: Entry = { at: tree.at, value: tree }
  for (const key of keys) {
    const { value } = entry
    const item = value.form === 'list' ? value.items[Number(key)] : undefined
    const inner = value.form === 'map' ? value.entries.get(String(key)) : item && { at: item.at, value: item }
    if (inner === undefined) return null
    entry = inner
  }
  return entry
}
