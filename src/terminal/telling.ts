// What commands say to people. Names, messages and cells come from files of others, so nothing else writes such text: results
// that programs read go out as they are.
import { visible } from '../language/faults.ts'

/** Lines that were asked for. None holds a line break that is not shown as one. */
export function say(...lines: readonly string[]): void {
  process.stdout.write(shown(lines))
}

/** Lines about how it went. */
export function tell(...lines: readonly string[]): void {
  process.stderr.write(shown(lines))
}

function shown(lines: readonly string[]): string {
  return lines.map((line) => `${visible(line)}\n`).join('')
}
