// What a reader should know of an answer at other prices: how it was found, and what to doubt.
import type { Comparison } from '../answers/comparison.ts'
import { doubtOf, type PriceDoubt } from '../answers/price-doubt.ts'
import { percentage, significant } from './digits.ts'

/** One sentence: how many prices, how many points, and which prices took runs of their own. */
export function priceLines({ priceDoubt }: Comparison): string[] {
  if (priceDoubt === undefined || priceDoubt.prices.length === 0) return []
  const { prices, points, again } = priceDoubt
  const counted = again.prices.length === prices.length ? '' : ', priced again from the counts of this run'
  const varied = `${many(prices.length, 'price')} anywhere in ${prices.length === 1 ? 'its range' : 'their ranges'}, each value as likely`
  return [`at other prices: ${varied}, at ${points} points under the same luck${counted}${againPart(priceDoubt)}`]
}

function againPart({ again }: PriceDoubt): string {
  if (again.prices.length === 0) return ''
  const share =
    again.ofEvents === 0 ? '' : `, ${percentage((100 * again.events) / again.ofEvents)} % of the run’s events`
  return `; ${many(again.runs, 'short run')} of the work concerned${share}, for what decides about more than a price: ${again.prices.join(', ')}`
}

/** Where the sign rests on a price, and what was left as it is. */
export function priceDoubts(comparison: Comparison): string[] {
  const { priceDoubt, rows, arms } = comparison
  if (priceDoubt === undefined) return []
  const signs = rows
    .filter(({ technology }) => technology === 'total' && arms.length > 1)
    .flatMap((row) => {
      const doubt = doubtOf(comparison, row)!
      if (doubt.price === null || row.savedS === null || doubt.lowS * doubt.highS >= 0) return []
      const { low, high, unit } = priceDoubt.prices.find(({ name }) => name === doubt.price)!
      const range = `${significant(low)} to ${significant(high)} ${unit}`
      return [
        `${row.arm}: whether it gives back anything rests on prices, most on ${doubt.price}, which may be ${range}: measure that first`,
      ]
    })
  const held = priceDoubt.held.join(', ')
  return [
    ...signs,
    ...(held === ''
      ? []
      : [`at other prices only the price itself was changed, not what it decides about, of ${held}`]),
  ]
}

/** The same for machines. */
export function priceDoubtObject({ priceDoubt }: Comparison): object {
  if (priceDoubt === undefined) return {}
  const { prices, points, again, held, rows } = priceDoubt
  return {
    price_doubt: {
      points,
      prices: prices.map(({ name, value, low, high, unit }) => ({ name, value, low, high, unit })),
      short_runs: { runs: again.runs, prices: again.prices, events: again.events, of_events: again.ofEvents },
      held,
      rows: rows.map(({ arm, technology, lowS, highS, price, share }) => {
        return { arm, technology, low_cpu_s: lowS, high_cpu_s: highS, price, share }
      }),
    },
  }
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
