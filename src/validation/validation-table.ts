// What `offsim validate` prints: failures first, each with the mechanism that is missing; then what holds; then all in one line.
import { significant } from '../report/digits.ts'
import { grid, wrap } from '../report/grid.ts'
import type { Case } from './cases.ts'
import type { Judged } from './judging.ts'
import { ROLES } from './roles.ts'
import { failuresFirst, type Errors, type Summary } from './summary.ts'

const WIDTH = 110
const HEADER = ['verdict', 'case', 'role', 'predicted', 'published', 'unit', 'error', 'skill', 'tolerance']
const ALIGNMENTS = ['left', 'left', 'left', 'right', 'right', 'left', 'right', 'right', 'right'] as const

/** Lines for people. */
export function validationTable(all: readonly Judged[], summary: Summary): string[] {
  const sorted = failuresFirst(all)
  const [header, ...lines] = grid([HEADER, ...sorted.map(cellsOf)], ALIGNMENTS)
  const notes = sorted.map((one) =>
    notesOf(one).flatMap((note) => wrap(note, WIDTH - 4, '  ').map((line) => `    ${line}`)),
  )
  return [header, ...lines.flatMap((line, i) => [line, ...notes[i]]), '', ...summaryLines(summary)]
}

function cellsOf(one: Judged): string[] {
  const { id, unit, tolerance } = one.case
  return [
    one.verdict,
    id,
    one.role + (one.case.chosenAfter === null ? '' : ' *'),
    one.predicted === null ? '' : valueText(one.predicted),
    publishedText(one.case),
    unit,
    one.error === null ? '' : signedPercent(one.error),
    skillText(one.skill),
    tolerance === 'sign' ? 'sign' : percent(tolerance),
  ]
}

/** What was published, as a value, with its spread, or as a bound. */
export function publishedText({ value, spread, most, least, side, neutral }: Case): string {
  if (side !== null) return `${side === 'above' ? '>' : '<'} ${valueText(neutral ?? 0)}`
  if (value !== null) {
    return valueText(value) + (spread === null ? '' : ` (${valueText(spread[0])} to ${valueText(spread[1])})`)
  }
  const bounds = [least === null ? '' : `≥ ${valueText(least)}`, most === null ? '' : `≤ ${valueText(most)}`]
  return bounds.join(' ').trim()
}

function notesOf(one: Judged): string[] {
  const { lacks, formula } = one.case
  const notes: string[] = []
  if (one.verdict !== 'holds') {
    notes.push(lacks === null ? 'fails, and no missing mechanism is declared' : `lacks: ${lacks}`)
    if (one.why !== null) notes.push(`why: ${one.why}`)
    if (formula !== null) notes.push(`formula: ${formula}`)
  } else if (lacks !== null) notes.push(`holds, though it is declared to lack: ${lacks}`)
  if (one.difference !== null) notes.push(differenceText(one))
  return notes
}

export function differenceText({ difference, case: { unit } }: Judged): string {
  const { against, predicted, published, error } = difference!
  const values = `${valueText(predicted)} ${unit}, published ${valueText(published)}`
  return `difference to ${against}: ${values} (${signedPercent(error)})`
}

/** The last lines: numbers by role, errors of predictions, signs, skill. */
export function summaryLines(summary: Summary): string[] {
  const { roles, signs, skill, failing, undeclared, parameters, groups } = summary
  const counts = ROLES.filter((role) => roles[role].cases > 0).map((role) => {
    const { cases, holding, notRun } = roles[role]
    return `${cases} ${role} (${holding} hold${notRun === 0 ? '' : `, ${notRun} not run`})`
  })
  const total = Object.values(roles).reduce((sum, { cases }) => sum + cases, 0)
  const sentences = [
    `${total} cases of ${groups.length} groups: ${counts.join(', ')}; ${parameters} free parameters.`,
    `Predicted: ${errorText(summary.predicted)}${chosenText(summary)}.`,
    `Signs wrong: ${signs.wrong} of ${signs.cases}.`,
    skill.cases === 0 ? '' : `Skill above 0: ${skill.above} of ${skill.cases} (${percent(skill.above / skill.cases)}).`,
    skill.same === 0 ? '' : `${skill.same} more say what the naive says.`,
    failing === 0 ? 'Nothing fails.' : `${failing} fail, ${undeclared.length} of them without a declared mechanism.`,
  ]
  return wrap(sentences.filter((sentence) => sentence !== '').join(' '), WIDTH)
}

function chosenText({ chosenAfter, predictedBefore }: Summary): string {
  if (chosenAfter === 0) return ''
  return `; without those that rest on a reading chosen after outcomes were known (* ${chosenAfter}): ${errorText(predictedBefore)}`
}

export function errorText({ cases, median, upper }: Errors): string {
  if (median === null || upper === null) return 'none was run'
  return `median |error| ${percent(median)}, 75th percentile ${percent(upper)} of ${cases} that were run`
}

/** Four significant digits, whole ones in groups of three; no zeros that say nothing. */
export function valueText(value: number): string {
  const text = significant(value, 4)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
  return /^-?\d{5,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text
}

export function percent(share: number): string {
  return `${valueText(Number((100 * share).toPrecision(3)))} %`
}

export function signedPercent(share: number): string {
  return Math.abs(share) < 1e-9 ? '0 %' : `${share > 0 ? '+' : '−'}${percent(Math.abs(share))}`
}

export function skillText(skill: number | null): string {
  if (skill === null) return ''
  if (skill === -Infinity) return 'none'
  return `${skill < 0 ? '−' : ''}${Math.abs(skill).toFixed(2)}`
}
