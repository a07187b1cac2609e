// Formulas of others beside the results, for people and for programs.
import { peers, type Peer } from '../answers/peers.ts'
import type { Comparison } from '../answers/comparison.ts'

/** One line for each model and arm. */
export function peerLines(comparison: Comparison): string[] {
  return peers(comparison).map((peer) => {
    const { model, mode, arm, formula, simulated, gap } = peer
    const name = model === 'accelerometer' ? `${model} (${mode})` : model
    if (formula === null) return `${name}, ${arm}: nothing to say; it does all work as the baseline does`
    const beside = simulated === null ? 'nothing of the kind simulated' : `${rounded(simulated)} simulated`
    const apart = gap === null ? '' : `, a gap of ${gapText(gap)}`
    return `${name}, ${arm}: ${rounded(formula)} times by its formula (${gainText(formula)}), ${beside}${apart}; ${symbolsText(peer)}`
  })
}

/** The same as JSON; nothing where the scenario names no model. */
export function peerObjects(comparison: Comparison): object {
  const all = peers(comparison)
  if (all.length === 0) return {}
  const objects = all.map(({ model, mode, arm, symbols, isGiven, formula, simulated, gap }) => ({
    model,
    ...(model === 'accelerometer' ? { mode } : {}),
    arm,
    symbols,
    symbols_from: isGiven ? 'scenario' : 'results',
    speed_up: formula,
    simulated_speed_up: simulated,
    gap_percent: gap === null ? null : 100 * gap,
  }))
  return { compare: objects }
}

function symbolsText({ symbols, isGiven }: Peer): string {
  const values = Object.entries(symbols).map(([name, value]) => {
    return `${name} ${Number.isFinite(value) ? rounded(value) : 'without end'}`
  })
  return `${values.join(', ')}${isGiven ? '' : ' (read off)'}`
}

const rounded = (value: number): string => String(Number(value.toPrecision(5)))

function gainText(speedUp: number): string {
  const gain = 100 * (speedUp - 1)
  return `${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(2)} %`
}

function gapText(gap: number): string {
  const percent = Number((100 * gap).toPrecision(2))
  return Math.abs(percent) < 0.005 ? '0 %' : `${percent < 0 ? '−' : '+'}${Math.abs(percent)} %`
}
