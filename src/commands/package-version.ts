// The version of this program.
import { readFileSync } from 'node:fs'

/** As package.json says it. */
export function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
