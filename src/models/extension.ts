// What a user's own handlers and technologies are written with: everything that a plug-in imports from `offsim`.
import type { Costs, Handler, Technology } from './technology.ts'

export type { EventKind } from '../engine/simulation.ts'
export type { RandomStream } from '../engine/random.ts'
export type { Host } from './host.ts'
export type { Items } from './items.ts'
export type { Wiring } from './wiring.ts'
export type { Bend, CausedTrap, Cost, Costs, Handler, Line, Passage, Path, Place, Price } from './technology.ts'
export type { Step, Technology } from './technology.ts'
export { step, trap } from './technology.ts'
export { Device } from './devices.ts'
export { NONE } from './ledger.ts'
export { dispatchBatch, Interrupts } from './interrupts.ts'
export { toViewer } from './display.ts'

/** Handlers, and the costs they need, for a technology that exists. */
export interface Addition {
  /** Its name: `nic`, `display` … */
  readonly technology: string
  readonly handlers: Readonly<Record<string, Handler>>
  /** New costs; those of the technology can be used by their names. */
  readonly costs?: Costs
}

/** What the default export of a plug-in holds, alone or in a list. */
export type Extension = Addition | Technology

/** The technologies with a user's own added; the names must be free, and a technology that is added to must exist. */
export function extended(technologies: readonly Technology[], extensions: readonly Extension[]): Technology[] {
  const own = extensions.filter((extension): extension is Technology => !('technology' in extension))
  const additions = extensions.filter((extension): extension is Addition => 'technology' in extension)
  return [...technologies, ...own].map((technology) =>
    additions
      .filter((addition) => addition.technology === technology.name)
      .reduce((before, { handlers, costs }) => {
        return {
          ...before,
          costs: { ...before.costs, ...costs },
          handlers: { ...before.handlers, ...handlers },
        }
      }, technology),
  )
}
