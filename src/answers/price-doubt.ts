// The knowledge part of an answer: from where to where it would lie if every price that nobody knows exactly lay anywhere in its
// range, each as likely, under the same luck. And the price that carries most of it. docs/STATISTICS.md has method and limits.
import type { UncertainPrice } from './pricing.ts'

/** From where to where something lies at other prices. */
export interface Spread {
  /** The 2.5 % and the 97.5 % point, in processor seconds a replication. */
  readonly lowS: number
  readonly highS: number
  /** The price that carries most of it, and its share of the variance; null where no price moves it. */
  readonly price: string | null
  readonly share: number
}

/** What prices do to a row: to what it saves, or, where nothing is compared, to what it needs; and to its parts. */
export interface RowDoubt extends Spread {
  readonly arm: string
  readonly technology: string
  readonly steady: Spread
  readonly batch: Spread
}

/** How far an answer rests on prices. */
export interface PriceDoubt {
  readonly rows: readonly RowDoubt[]
  /** All prices with a range, whether they move anything or not. */
  readonly prices: readonly UncertainPrice[]
  readonly points: number
  /** Short runs that were made again, the prices they were made for, and their events, beside those of the run. */
  readonly again: {
    readonly runs: number
    readonly prices: readonly string[]
    readonly events: number
    readonly ofEvents: number
  }
  /** Prices that may decide about what happens, and stayed as they are: the runs for them would have taken too long. */
  readonly held: readonly string[]
}

/** The doubt of a row; undefined where none was asked for. */
export function doubtOf(
  { priceDoubt }: { readonly priceDoubt?: PriceDoubt },
  { arm, technology }: { readonly arm: string; readonly technology: string },
): RowDoubt | undefined {
  return priceDoubt?.rows.find((row) => row.arm === arm && row.technology === technology)
}
