// How far an answer rests on prices: asked after a run, from its tallies and a few short runs.
import type { Comparison } from '../answers/comparison.ts'
import type { PriceDoubt } from '../answers/price-doubt.ts'
import { POINTS, rowDoubts } from '../answers/price-spread.ts'
import { pricingOf, uncertainPrices } from '../answers/pricing.ts'
import { amountsOf } from '../answers/amounts.ts'
import { RepricedArm, runAgainFor } from '../answers/repricing.ts'
import type { Simulate } from './run-scenario.ts'
import { eventsOf, ShortRuns, type Asked } from './short-runs.ts'

/** The comparison with its doubt of prices. */
export async function withPriceDoubt(comparison: Comparison, simulate: Simulate): Promise<Comparison> {
  const { scenario, technologies } = comparison
  const pricings = comparison.arms.map(({ name }) => pricingOf(scenario, name, technologies))
  const prices = uncertainPrices(scenario, technologies, pricings)
  const asked = comparison.arms.map((arm, i): Asked => {
    return { arm, pricing: pricings[i], amounts: amountsOf(arm, pricings[i]), again: runAgainFor(pricings[i], prices) }
  })
  const again = new ShortRuns(comparison, asked)
  await again.all(simulate)
  const arms = asked.map(({ arm, pricing, amounts }): [string, RepricedArm] => {
    return [arm.name, new RepricedArm(amounts, pricing, prices, again.measured(arm))]
  })
  const { runs, events, held } = again
  const priceDoubt: PriceDoubt = {
    rows: rowDoubts(comparison, prices, new Map(arms)),
    prices,
    points: POINTS,
    again: { runs, prices: again.prices, events, ofEvents: eventsOf(comparison.arms) },
    held,
  }
  return { ...comparison, priceDoubt }
}
