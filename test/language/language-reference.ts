// The tables of docs/SCENARIOS.md: every map of the language with its keys, made from the shapes that read them.
import { COLUMNS } from '../../src/language/columns.ts'
import { scenarioLanguage } from '../../src/language/scenario-language.ts'
import { COLUMN_FIELDS } from '../../src/language/shapes.ts'
import type { Column, Field, Keys, Measure, Shape } from '../../src/language/shapes.ts'

/** Maps whose keys are words of the models, and distributions, which are the same everywhere: told once, elsewhere. */
const TOLD_ELSEWHERE = ['technology', 'cost', 'distribution']

/** Markdown: one table for each map of the language, from the outside in; equal tables share their heading. */
export function languageReference(): string {
  const language = scenarioLanguage([])
  const tables = new Map<string, string[]>()
  for (const [heading, table] of tablesOf(language, '')) tables.set(table, [...(tables.get(table) ?? []), heading])
  tables.set(tableOf(COLUMN_FIELDS), ['`{ file, column }` of numbers'])
  tables.set(tableOf(logIn(language)!.fields), ['`arrivals: { file, column }`'])
  // Numbers in a distribution have the range of the number that it stands for.
  const ranges = /a (whole )?number, 0 to 10\^15/g
  tables.set(tableOf(distributionsIn(language)!.fields).replaceAll(ranges, 'a number in its range'), ['A distribution'])
  return [...tables].map(([table, headings]) => `### ${headings.join(', ')}\n\n${table}`).join('\n')
}

/** Markdown: one table for each map of a language whose files have this heading. */
export function tablesFor(language: Shape, heading: string): string {
  const sections = tablesOf(language, '').map(([title, table]) => [title === 'The file' ? heading : title, table])
  return sections.map(([title, table]) => `### ${title}\n\n${table}`).join('\n')
}

/** Markdown: the columns of results. */
export function columnReference(): string {
  const rows = COLUMNS.map(({ name, meaning, hasInterval }) => {
    return `| \`${name}\` | ${meaning} | ${hasInterval ? 'yes' : '–'} |\n`
  })
  return `| column | meaning | in \`expect\` |\n| --- | --- | --- |\n${rows.join('')}`
}

type Section = readonly [heading: string, table: string]

function tablesOf(shape: Shape, path: string): Section[] {
  switch (shape.form) {
    case 'keys': {
      if (TOLD_ELSEWHERE.includes(shape.noun)) return []
      const own: Section = [path === '' ? 'The file' : `\`${path}\``, tableOf(shape.fields)]
      // Every kind of trap takes the same.
      if (shape.noun === 'trap kind') return [own]
      const inner = Object.entries(shape.fields).flatMap(([key, field]) => {
        return tablesOf(field.shape, path === '' ? key : `${path}.${key}`)
      })
      return [own, ...inner]
    }
    case 'names':
      return tablesOf(shape.of, `${path}.${shape.noun.toUpperCase()}`)
    case 'items':
      return tablesOf(shape.of, `${path}[]`)
    case 'either':
      return shape.options.flatMap((option) => tablesOf(option, path))
    default:
      return []
  }
}

/** The log, wherever it comes first. */
function logIn(shape: Shape): Column | undefined {
  if (shape.form === 'column' && shape.of === 'times') return shape
  return inside(shape)
    .map(logIn)
    .find((found) => found !== undefined)
}

/** The map of distributions, wherever it comes first. */
function distributionsIn(shape: Shape): Keys | undefined {
  if (shape.form === 'keys' && shape.noun === 'distribution') return shape
  return inside(shape)
    .map(distributionsIn)
    .find((found) => found !== undefined)
}

function inside(shape: Shape): readonly Shape[] {
  if (shape.form === 'keys') return Object.values(shape.fields).map((field) => field.shape)
  if (shape.form === 'either') return shape.options
  return shape.form === 'names' || shape.form === 'items' ? [shape.of] : []
}

function tableOf(fields: Keys['fields']): string {
  const rows = Object.entries(fields).map(([key, field]) => {
    return `| \`${key}\` | ${described(field.shape)} | ${whenAbsent(field)} | ${field.says} |`
  })
  return ['| key | value | if absent | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n')
}

function whenAbsent({ required, fallback }: Field<unknown>): string {
  if (required) return 'an error'
  if (fallback === null) return '–'
  return fallback.text === '' ? 'empty' : `\`${fallback.text}\``
}

function described(shape: Shape): string {
  switch (shape.form) {
    case 'measure':
      return describedMeasure(shape)
    case 'choice':
      return shape.words.map((word) => `\`${word}\``).join(', ')
    case 'text':
      return shape.isName ? 'a name' : shape.noun
    case 'flag':
      return '`true`, `false`'
    case 'keys':
      return shape.noun === 'distribution' ? 'a distribution' : `a map: \`${shape.example}\``
    case 'names':
      return `a map from names to ${shape.noun}s`
    case 'items':
      return `a list; each item: ${described(shape.of)}`
    case 'either':
      return shape.options.map(described).join(' or ')
    case 'quantity':
      return 'a number, bare or with a unit'
    case 'column':
      return '`{ file, column }`'
  }
}

function describedMeasure({ noun, min, max }: Measure): string {
  return `${noun}, ${min.text} to ${max.text}`
}
