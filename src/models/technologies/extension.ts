// What a user's own handlers and technologies are written with: everything that a plug-in imports from `offsim`.
import type { Costs, Handler, Technology } from '../host/technology.ts'

export type { EventKind } from '../../engine/simulation.ts'
export type { RandomStream } from '../../engine/random.ts'
export type { Items } from '../host/items.ts'
export type { CausedTrap, Cost, Costs, Handler, Line, Passage, Path, PathFunction } from '../host/technology.ts'
export type { HostParts, Place, Price, Step, Technology, Wiring } from '../host/technology.ts'
export { step, trap } from '../host/technology.ts'
export { Device } from '../host/devices.ts'
export { NONE, Rows } from '../host/growing-table.ts'
export { Queues } from '../host/queues.ts'
export { bookStorage } from '../host/storage.ts'
export { dispatchBatch, Interrupts } from '../host/interrupts.ts'
export { toViewer } from './display.ts'

// Names of an earlier release, for plug-ins that were written then.
export type { HostParts as Host, PathFunction as Bend } from '../host/technology.ts'

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
