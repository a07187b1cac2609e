// All cases together: how many there are of each role, how far off predictions are, and which failures nobody has declared.
import type { WrittenRows } from './case-language.ts'
import type { CaseFolder } from './cases.ts'
import type { Judged } from './judging.ts'
import { ROLES, type Role } from './roles.ts'

/** How well predictions do: those that were run and are judged by more than their sign. */
export interface Errors {
  readonly cases: number
  /** Median and 75th percentile of |error|, by nearest rank; null without cases. */
  readonly median: number | null
  readonly upper: number | null
}

export interface GroupSummary {
  readonly group: string
  readonly machine: string
  readonly parameters: number
  readonly cases: number
  readonly predicted: Errors
  readonly failing: number
}

export interface Summary {
  readonly roles: Readonly<Record<Role, { readonly cases: number; readonly holding: number; readonly notRun: number }>>
  readonly predicted: Errors
  /** The same without cases that rest on a reading chosen after several outcomes were known. */
  readonly predictedBefore: Errors
  readonly chosenAfter: number
  /** Of cases that have a side to be on: how many lie on the wrong one. */
  readonly signs: { readonly cases: number; readonly wrong: number }
  /** Predictions that say something else than the naive beside them, how many of these know more; and those that say the same. */
  readonly skill: { readonly cases: number; readonly above: number; readonly same: number }
  /** Failing cases, those without a declared mechanism apart. */
  readonly failing: number
  readonly undeclared: readonly string[]
  readonly groups: readonly GroupSummary[]
  readonly parameters: number
}

export function summaryOf(all: readonly Judged[], groups: WrittenRows['groups']): Summary {
  const failing = all.filter((one) => one.verdict !== 'holds')
  const predictions = all.filter(isMeasuredPrediction)
  const before = predictions.filter((one) => one.case.chosenAfter === null)
  const sided = all.filter((one) => one.isSignWrong !== null && one.role !== 'theory')
  const skilled = predictions.filter((one) => one.skill !== null && one.skill !== 0)
  const names = [...new Set(all.map((one) => one.case.group))].sort()
  const summaries = names.map((name) => groupSummary(name, all, groups))
  return {
    roles: Object.fromEntries(
      ROLES.map((role) => [role, roleSummary(all.filter((one) => one.role === role))]),
    ) as Record<Role, ReturnType<typeof roleSummary>>,
    predicted: errorsOf(predictions),
    predictedBefore: errorsOf(before),
    chosenAfter: all.filter((one) => one.case.chosenAfter !== null).length,
    signs: { cases: sided.length, wrong: sided.filter((one) => one.isSignWrong).length },
    skill: {
      cases: skilled.length,
      above: skilled.filter((one) => one.skill! > 0).length,
      same: predictions.filter((one) => one.skill === 0).length,
    },
    failing: failing.length,
    undeclared: failing.filter((one) => one.case.lacks === null).map((one) => one.case.id),
    groups: summaries,
    parameters: summaries.reduce((sum, { parameters }) => sum + parameters, 0),
  }
}

function roleSummary(cases: readonly Judged[]) {
  return {
    cases: cases.length,
    holding: cases.filter((one) => one.verdict === 'holds').length,
    notRun: cases.filter((one) => one.verdict === 'not run').length,
  }
}

function groupSummary(name: string, all: readonly Judged[], groups: WrittenRows['groups']): GroupSummary {
  const cases = all.filter((one) => one.case.group === name)
  const own = Object.hasOwn(groups, name) ? groups[name] : null
  const parameters = own === null ? 0 : own.parameters.reduce((sum, { count }) => sum + count, 0)
  const machine = own === null ? '' : own.machine
  const failing = cases.filter((one) => one.verdict !== 'holds').length
  const predicted = errorsOf(cases.filter(isMeasuredPrediction))
  return { group: name, machine, parameters, cases: cases.length, predicted, failing }
}

function isMeasuredPrediction(one: Judged): boolean {
  return one.role === 'predicted' && one.error !== null && one.case.tolerance !== 'sign'
}

function errorsOf(cases: readonly Judged[]): Errors {
  const sizes = cases.map((one) => Math.abs(one.error!)).sort((a, b) => a - b)
  return { cases: cases.length, median: nearestRank(sizes, 0.5), upper: nearestRank(sizes, 0.75) }
}

/** The least of sorted values that a share of them does not exceed. */
export function nearestRank(sorted: readonly number[], share: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}

/** Rows that no case uses and no reason is given for. */
export function forgottenRows({ cases, rows, unused, groups }: CaseFolder): string[] {
  const used = new Set([
    ...cases.flatMap((one) => one.rows),
    ...unused.flatMap((one) => one.rows),
    ...Object.values(groups).flatMap(({ parameters }) => parameters.flatMap((parameter) => parameter.rows)),
  ])
  return [...rows.keys()].filter((row) => !used.has(row))
}

/** Failures first, those that nobody declared before the others; then by group and name. */
export function failuresFirst(all: readonly Judged[]): Judged[] {
  const rank = (one: Judged) => (one.verdict === 'holds' ? 2 : one.case.lacks === null ? 0 : 1)
  const key = (one: Judged) => `${one.case.group} ${one.case.id}`
  return all.toSorted((a, b) => rank(a) - rank(b) || (key(a) < key(b) ? -1 : 1))
}
