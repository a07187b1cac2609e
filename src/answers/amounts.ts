// Amounts: what an arm was charged by each formula for each kind of work, over all its replications or for a finished item.
import type { Formula } from '../models/host/technology.ts'
import type { LedgerEntry, Tallies } from '../models/host/tallies.ts'
import type { ArmResult } from './arm-result.ts'
import { IMPUTED_STEP } from './imputation.ts'
import type { Pricing } from './pricing.ts'
import { isOfTechnology } from './rows.ts'

/** What was charged by one formula for one kind of work. */
export interface Amount {
  readonly group: string
  readonly work: string
  readonly technology: string
  readonly formula: Formula
  /** A replication's mean; what was imputed for unfinished items is part of it. */
  readonly cycles: number
  /** How many times the step was done. */
  readonly items: number
}

/** By what an amount is known, the same in every arm and in every run. */
export type Amounts = ReadonlyMap<string, Amount>

/** The amounts of an arm's finished replications. */
export function amountsOf(arm: ArmResult, { formulas }: Pricing): Amounts {
  const all = arm.ledgers.flat().filter(isOfTechnology)
  const ofKind = ({ group, work, technology }: LedgerEntry) => [group, work, technology].join('\n')
  const own = new Map<string, number>()
  const imputed = new Map<string, number>()
  for (const entry of all) {
    const sums = entry.step === IMPUTED_STEP ? imputed : own
    sums.set(ofKind(entry), (sums.get(ofKind(entry)) ?? 0) + entry.counted)
  }
  // Items that were not finished are priced as those of their kind were, so they follow the same prices.
  const share = (entry: LedgerEntry): number => {
    const kind = ofKind(entry)
    const cycles = own.get(kind) ?? 0
    return cycles === 0 ? 1 : 1 + (imputed.get(kind) ?? 0) / cycles
  }
  return summed(all, formulas, (entry) => share(entry) / arm.ledgers.length)
}

function summed(
  ledger: readonly LedgerEntry[],
  formulas: Pricing['formulas'],
  weight: (entry: LedgerEntry) => number,
): Map<string, Amount> {
  const amounts = new Map<string, Amount>()
  for (const entry of ledger) {
    if (entry.step === IMPUTED_STEP) continue
    const formula = formulas.get(entry.formula ?? '') ?? byHand(entry)
    const { group, work, technology, cause } = entry
    const key = [group, work, cause, formula.id].join('\n')
    const { cycles, items } = amounts.get(key) ?? { cycles: 0, items: 0 }
    const times = weight(entry)
    amounts.set(key, {
      ...{ group, work, technology, formula },
      cycles: cycles + entry.counted * times,
      items: items + entry.items * times,
    })
  }
  return amounts
}

const handMade = new Map<string, Formula>()

/** What a plug-in charges past its steps has no formula, only what short runs say of it. */
function byHand({ technology, place, step }: LedgerEntry): Formula {
  const id = `by hand ${technology} ${place} ${step}`
  const formula = handMade.get(id) ?? { id, at: () => ({ each: 0, perPacket: 0, perByte: 0, times: 0 }) }
  handMade.set(id, formula)
  return formula
}

/** What a finished item of each kind of work was charged. */
export function perItem({ ledger, work }: Tallies, formulas: Pricing['formulas']): Amounts {
  const finished = new Map(work.map((tally) => [`${tally.group} ${tally.work}`, tally.finished]))
  return summed(ledger.filter(isOfTechnology), formulas, ({ group, work }) => {
    const items = finished.get(`${group} ${work}`) ?? 0
    return items === 0 ? 0 : 1 / items
  })
}
