// `offsim sweep --on`.
import type { Given } from './arguments.ts'
export function onCluster(_given: Given, _folder: string): number {
  return 0
}
