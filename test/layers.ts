// The folders of src, their ideas and whom each may import: read from src/layers.json, which docs/ARCHITECTURE.md shows.
import { textOf } from './project-files.ts'

export interface Layer {
  /** Below src; '' for src itself. */
  readonly folder: string
  readonly idea: string
  /** Folders whose files its own may import, beside its own. */
  readonly imports: readonly string[]
}

export const LAYERS = JSON.parse(textOf('src/layers.json')) as readonly Layer[]

/** The layer of a source file. */
export function layerOf(path: string): Layer | undefined {
  const folder = path.replace(/^src\//, '').replace(/\/?[^/]+$/, '')
  return LAYERS.find((layer) => layer.folder === folder)
}
