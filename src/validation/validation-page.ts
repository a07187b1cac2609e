// docs/VALIDATION.md: everything a sceptic wants to know of the cases, as Markdown.
import type { CaseFolder } from './cases.ts'
import type { Judged } from './judging.ts'
import type { Role } from './roles.ts'
import { failuresFirst, type Errors, type Summary } from './summary.ts'
import { percent, publishedText, signedPercent, skillText, summaryLines, valueText } from './validation-table.ts'

/** What the page says of all that was judged. `plot`: the picture's file, as seen from the page. */
export function validationPage(
  all: readonly Judged[],
  summary: Summary,
  folder: CaseFolder,
  { plot, command }: { readonly plot: string; readonly command: string },
): string {
  const ordered = failuresFirst(all)
  return [
    '# Validation',
    '',
    `Written by \`${command}\`; a test keeps it current. Each case is a file of \`scenarios/validation/\`: one published figure, its`,
    'rows of measurements, a tolerance with its reason, and a scenario. How they are written: `docs/CASES.md`.',
    '',
    ...summaryLines(summary),
    '',
    `![Predicted against published, and errors of predictions](${plot})`,
    '',
    ...HOW_TO_READ,
    ...section('Machines', INTRO.machines, machines(summary)),
    ...section('What fails', INTRO.failing, failing(ordered)),
    ...section('What could not be run', INTRO.notRun, notRun(ordered)),
    ...section('What was predicted', INTRO.predicted, levels(ordered, 'predicted')),
    ...section('What only the sign is asked of', INTRO.signs, signs(ordered)),
    ...section('Differences', INTRO.differences, differences(ordered)),
    ...section('Readings that were chosen', INTRO.chosen, chosen(ordered)),
    ...section('What was calibrated', INTRO.calibrated, levels(ordered, 'calibrated')),
    ...section('Bounds', INTRO.bounds, levels(ordered, 'bound')),
    ...section('What was not confirmed', INTRO.unconfirmed, levels(ordered, 'unconfirmed')),
    ...section('Theorems', INTRO.theory, formulas(ordered, 'theory')),
    ...section('Models of others', INTRO.analytic, formulas(ordered, 'analytic')),
    ...section('What was changed after a value had been seen', INTRO.changes, changes(folder)),
    ...section('Rows without a case', INTRO.unused, unused(folder)),
    ...section('What nobody ever measured', INTRO.unmeasured, unmeasured(folder)),
  ].join('\n')
}

const HOW_TO_READ = [
  '*Error*: simulated less published, as a share of what was published. *Skill*: 1 − |error| ÷ |error of the naive|, where the naive is what',
  'the release before the mechanisms says if it can run the case, else a model without the mechanism: 1 is exact, 0 knows no more. A *role* is',
  'computed from what a case rests on, and never written: `calibrated` when a price, a chosen parameter or a free parameter of its machine',
  'rests on the case’s own row or one of the same figure; `predicted` otherwise. Percentiles are by nearest rank. `*`: the case rests on a',
  'reading that was chosen when several outcomes were known.',
  '',
]

const INTRO = {
  machines:
    'One set of parameters gives all cases of a machine. Parameters are those that its rows set; prices of traps that were measured as they are charged count too.',
  failing:
    'Beyond its tolerance, on the wrong side, or without a value. None is left out and none is tuned. Numbers in brackets are those of the mechanisms in the issue “Models that predict”.',
  notRun:
    'Their scenarios stand as they should be written, and ask for what offsim does not have yet. They count as failures, nothing of them enters a percentile, and their role is what is known of them by now.',
  predicted: 'No row of the case had a part in the numbers that give it.',
  signs: 'Rows that do not carry more: what decides their size is not published. They enter no percentile.',
  differences: 'A level may be right by chance; what changes between two cases of a machine is harder.',
  chosen:
    'Several readings were computed, and one was kept. That is weaker evidence; medians are told with and without.',
  calibrated: 'How well the models fit what they were fitted to. It says that they can, and no more.',
  bounds: '“Up to” and “at least”: a value beyond is wrong, and one within says little. Errors are what lies beyond.',
  unconfirmed: 'Recalled, or retold without a source that was read. Never counted as predicted.',
  theory: 'No measurement: what must hold of any queue, wire or ledger.',
  analytic: 'The simulation against the published formula, where the assumptions of that hold.',
  changes: 'Tolerances, reasons and published values were written down before any of these scenarios was run.',
  unused: 'Every other row of `data/measurements.csv` is the row of a case, or sets a parameter.',
  unmeasured: 'Values for these stay assumptions, and `offsim models` says so.',
} as const

function section(title: string, intro: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', intro, '', ...lines, '']
}

/** A Markdown table; nothing without rows. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)]
}

function machines({ groups }: Summary): string[] {
  const rows = groups.map(({ group, machine, parameters, cases, predicted, failing }) => {
    return [group, machine, String(parameters), String(cases), errorsCell(predicted), String(failing)]
  })
  return table(['group', 'machine', 'free parameters', 'cases', 'predicted: cases, median, 75th', 'failing'], rows)
}

function errorsCell({ cases, median, upper }: Errors): string {
  return median === null || upper === null ? '' : `${cases}, ${percent(median)}, ${percent(upper)}`
}

function failing(all: readonly Judged[]): string[] {
  const rows = all
    .filter(({ verdict }) => verdict === 'fails')
    .map((one) => [...nameCells(one), one.role, ...valueCells(one), one.case.lacks ?? 'not declared'])
  return table(['case', 'what', 'role', 'simulated', 'published', 'unit', 'error', 'lacks'], rows)
}

function notRun(all: readonly Judged[]): string[] {
  const rows = all
    .filter(({ verdict }) => verdict === 'not run')
    .map((one) => [
      ...nameCells(one),
      one.role,
      publishedText(one.case),
      one.case.unit,
      one.case.lacks ?? 'not declared',
    ])
  return table(['case', 'what', 'role', 'published', 'unit', 'lacks'], rows)
}

function wasRun(one: Judged): boolean {
  return one.predicted !== null
}

function levels(all: readonly Judged[], role: Role): string[] {
  const rows = all
    .filter((one) => one.role === role && wasRun(one) && one.case.tolerance !== 'sign')
    .map((one) => {
      const { naive, tolerance, reason } = one.case
      const naiveText = naive === null ? '' : `${valueText(naive.value)}: ${naive.how}`
      const rests = role === 'calibrated' ? one.restsOn.join('; ') : reason
      const allowed = tolerance === 'sign' ? 'sign' : percent(tolerance)
      return [...nameCells(one), ...valueCells(one), allowed, rests, naiveText, skillText(one.skill)]
    })
  const why = role === 'calibrated' ? 'rests on' : 'reason'
  return table(['case', 'what', 'simulated', 'published', 'unit', 'error', 'tolerance', why, 'naive', 'skill'], rows)
}

function signs(all: readonly Judged[]): string[] {
  const rows = all
    .filter((one) => one.case.tolerance === 'sign' && wasRun(one))
    .map((one) => {
      const side = one.isSignWrong === true ? 'wrong' : 'right'
      return [...nameCells(one), one.role, ...valueCells(one).slice(0, 3), side, one.case.reason]
    })
  return table(['case', 'what', 'role', 'simulated', 'published', 'unit', 'side', 'why only the sign'], rows)
}

function differences(all: readonly Judged[]): string[] {
  const rows = all.flatMap((one) => {
    if (one.difference === null) return []
    const { against, predicted, published, error } = one.difference
    const level = one.error === null ? '' : signedPercent(one.error)
    return [
      [one.case.id, against, valueText(predicted), valueText(published), one.case.unit, signedPercent(error), level],
    ]
  })
  return table(['case', 'less', 'simulated', 'published', 'unit', 'error', 'error of the level'], rows)
}

function chosen(all: readonly Judged[]): string[] {
  const rows = all.flatMap((one) => {
    if (one.case.chosenAfter === null) return []
    return [
      [
        ...nameCells(one).slice(0, 1),
        one.role,
        one.case.chosenAfter,
        one.error === null ? '' : signedPercent(one.error),
      ],
    ]
  })
  return table(['case', 'role', 'reading, and what others give', 'error'], rows)
}

function formulas(all: readonly Judged[], role: Role): string[] {
  const rows = all
    .filter((one) => one.role === role && wasRun(one))
    .map((one) => [...nameCells(one), one.case.formula ?? '', ...valueCells(one)])
  return table(['case', 'what', 'formula', 'simulated', 'value', 'unit', 'error'], rows)
}

function nameCells({ case: { id, title, chosenAfter } }: Judged): string[] {
  return [id + (chosenAfter === null ? '' : ' *'), title]
}

function valueCells({ predicted, error, case: one }: Judged): string[] {
  return [
    predicted === null ? '' : valueText(predicted),
    publishedText(one),
    one.unit,
    error === null ? '' : signedPercent(error),
  ]
}

function changes({ changes }: CaseFolder): string[] {
  return changes.length === 0 ? ['Nothing.'] : changes.map(({ case: id, what, why }) => `- \`${id}\`: ${what}; ${why}`)
}

function unused({ unused }: CaseFolder): string[] {
  return table(
    ['rows', 'why not'],
    unused.map(({ rows, why }) => [rows.join(', '), why]),
  )
}

function unmeasured({ unmeasured }: CaseFolder): string[] {
  return unmeasured.map((what) => `- ${what}`)
}
