// A case is judged: what comes out beside what was published, how far off it is, and whether it knows more than the naive.
import type { Comparison } from '../answers/comparison.ts'
import { calculated, ExpressionFault } from '../units/expression.ts'
import { unitText } from '../units/quantity.ts'
import type { Case } from './cases.ts'
import { operandOf } from './case-quantities.ts'
import { inUnitOf } from './case-values.ts'
import type { Basis, Role } from './roles.ts'

/** `not run`: its scenario asks for what offsim does not have yet, which is a failure too. */
export type Verdict = 'holds' | 'fails' | 'not run'

/** A difference to another case: predicted and published, in the unit of both. */
export interface Difference {
  readonly against: string
  readonly predicted: number
  readonly published: number
  /** As a share of the published difference. */
  readonly error: number
}

export interface Judged {
  readonly case: Case
  readonly role: Role
  /** Rows of the case that its numbers rest on, with what rests on them. */
  readonly restsOn: readonly string[]
  /** In the unit of the case; null where it was not run, or has no such value. */
  readonly predicted: number | null
  /** Predicted less published as a share of what was published; of a bound, what is beyond it. */
  readonly error: number | null
  readonly naiveError: number | null
  /** 1 − |error| ÷ |error of the naive|: 1 is exact, 0 knows no more, below 0 less; null where only the sign counts. */
  readonly skill: number | null
  readonly difference: Difference | null
  /** Whether it lies on the other side of `neutral` than what was published; null where nothing is neutral. */
  readonly isSignWrong: boolean | null
  readonly verdict: Verdict
  /** Why it was not run, or has no value; else null. */
  readonly why: string | null
}

/** What a case comes to, or why it comes to nothing. */
export type Outcome = { readonly predicted: number } | { readonly why: string }

/** Evaluates the quantity of a case on the results of its scenario. */
export function outcomeOf(one: Case, comparison: Comparison): Outcome {
  try {
    const quantity = calculated(one.quantity, (name) =>
      Object.hasOwn(one.parameters, name)
        ? { quantity: one.parameters[name] }
        : operandOf(one.named.get(name)!, name, comparison),
    )
    const predicted = inUnitOf(quantity, one.unit)
    return predicted === null ? { why: `comes to ${unitText(quantity.unit)}` } : { predicted }
  } catch (error) {
    if (error instanceof ExpressionFault) return { why: error.message }
    throw error
  }
}

export function judged(one: Case, role: Role, basis: Basis, restsOn: readonly string[], outcome: Outcome): Judged {
  const shared = restsOn.flatMap((row) => (basis.get(row) ?? []).map((what) => `${row}: ${what}`))
  const known = { case: one, role, restsOn: shared, difference: null }
  if ('why' in outcome) {
    const nothing = { predicted: null, error: null, naiveError: null, skill: null, isSignWrong: null }
    return { ...known, ...nothing, verdict: one.scenario === null ? 'not run' : 'fails', why: outcome.why }
  }
  const { predicted } = outcome
  const error = one.side === null ? errorOf(one, predicted) : null
  const naiveError = one.naive === null || error === null ? null : errorOf(one, one.naive.value)
  const isSignWrong = signIsWrong(one, predicted)
  return {
    ...known,
    ...{
      predicted,
      error,
      naiveError,
      isSignWrong,
      skill: one.tolerance === 'sign' || error === null ? null : skillOf(error, naiveError),
    },
    verdict: holds(one, predicted, error, isSignWrong) ? 'holds' : 'fails',
    why: null,
  }
}

/** Judges differences, once all levels are known. */
export function withDifferences(all: readonly Judged[]): Judged[] {
  const byId = new Map(all.map((one) => [one.case.id, one]))
  return all.map((one) => {
    const other = one.case.against === null ? undefined : byId.get(one.case.against)
    return other === undefined ? one : { ...one, difference: differenceOf(one, other) }
  })
}

function differenceOf(one: Judged, other: Judged): Difference | null {
  if (one.predicted === null || other.predicted === null || one.case.unit !== other.case.unit) return null
  if (one.case.value === null || other.case.value === null) return null
  const predicted = one.predicted - other.predicted
  const published = one.case.value - other.case.value
  return published === 0 ? null : { against: other.case.id, predicted, published, error: predicted / published - 1 }
}

/** Predicted less published, as a share of what was published or of the case's `scale`; of a bound, what is beyond it. */
export function errorOf({ value, most, least, scale }: Case, predicted: number): number {
  if (value !== null) return (predicted - value) / Math.abs(scale ?? value)
  if (most !== null && predicted > most) return (predicted - most) / Math.abs(scale ?? most)
  if (least !== null && predicted < least) return (predicted - least) / Math.abs(scale ?? least)
  return 0
}

/** What differs by less is the same number, written down with fewer digits. */
const SAME = 1e-3

/** 0 where it says the same as the naive; null where there is none. */
export function skillOf(error: number, naiveError: number | null): number | null {
  if (naiveError === null) return null
  if (Math.abs(error - naiveError) < SAME) return 0
  return naiveError === 0 ? -Infinity : 1 - Math.abs(error) / Math.abs(naiveError)
}

function signIsWrong({ neutral, value, side }: Case, predicted: number): boolean | null {
  if (neutral === null) return null
  const published = side === null ? value && Math.sign(value - neutral) : side === 'above' ? 1 : -1
  return published === null ? null : Math.sign(predicted - neutral) !== published
}

function holds(
  { tolerance, spread }: Case,
  predicted: number,
  error: number | null,
  isSignWrong: boolean | null,
): boolean {
  if (tolerance === 'sign' || error === null) return isSignWrong === false
  const isWithin = spread !== null && spread[0] <= predicted && predicted <= spread[1]
  return isSignWrong !== true && (isWithin || Math.abs(error) <= tolerance)
}
