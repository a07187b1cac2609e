// Judged cases for machines: a row of CSV for each, and JSON with the summary.
import { csvText } from '../report/csv.ts'
import { MODEL_VERSION } from '../models/host/version.ts'
import type { Judged } from './judging.ts'
import { failuresFirst, type Summary } from './summary.ts'

type Value = string | number | null

/** Columns and what stands in them. Columns are only ever added, at the end. */
const COLUMNS: Readonly<Record<string, (one: Judged) => Value>> = {
  case: (one) => one.case.id,
  group: (one) => one.case.group,
  title: (one) => one.case.title,
  role: (one) => one.role,
  verdict: (one) => one.verdict,
  quantity: (one) => one.case.quantity,
  unit: (one) => one.case.unit,
  predicted: (one) => one.predicted,
  published: (one) => one.case.value,
  published_low: (one) => one.case.spread?.[0] ?? null,
  published_high: (one) => one.case.spread?.[1] ?? null,
  at_most: (one) => one.case.most,
  at_least: (one) => one.case.least,
  error: (one) => one.error,
  naive: (one) => one.case.naive?.value ?? null,
  naive_error: (one) => one.naiveError,
  skill: (one) => (one.skill === -Infinity ? null : one.skill),
  tolerance: (one) => one.case.tolerance,
  sign_wrong: (one) => (one.isSignWrong === null ? null : String(one.isSignWrong)),
  against: (one) => one.difference?.against ?? null,
  difference_predicted: (one) => one.difference?.predicted ?? null,
  difference_published: (one) => one.difference?.published ?? null,
  difference_error: (one) => one.difference?.error ?? null,
  rows: (one) => one.case.rows.join(' '),
  rests_on: (one) => one.restsOn.join('; '),
  chosen_after: (one) => one.case.chosenAfter,
  lacks: (one) => one.case.lacks,
  why: (one) => one.why,
  published_side: (one) => one.case.side,
}

/** One row a case, failures first. */
export function validationCsv(all: readonly Judged[]): string {
  const rows = failuresFirst(all).map((one) => Object.values(COLUMNS).map((of) => of(one) ?? ''))
  return csvText([Object.keys(COLUMNS), ...rows])
}

/** Cases and summary; `version` is that of offsim. */
export function validationJson(all: readonly Judged[], summary: Summary, version: string): string {
  const cases = failuresFirst(all).map((one) => ({
    ...Object.fromEntries(Object.entries(COLUMNS).map(([name, of]) => [name, of(one)])),
    ...{ rows: one.case.rows, rests_on: one.restsOn, sign_wrong: one.isSignWrong, reason: one.case.reason },
    ...{ formula: one.case.formula, naive_how: one.case.naive?.how ?? null, file: one.case.file },
  }))
  return `${JSON.stringify({ offsim: version, model_version: MODEL_VERSION, summary, cases }, null, 2)}\n`
}
