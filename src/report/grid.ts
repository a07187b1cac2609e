// Plain text in columns: cells padded to their column's width, and paragraphs wrapped under their first line. Characters that
// are not seen are written out here, before widths are taken and colours laid on.
import { visible } from '../language/faults.ts'

/** How a column is aligned; numbers go to the right. */
export type Alignment = 'left' | 'right'

/** Lines of cells, two spaces between columns. Every line has as many cells as there are alignments. */
export function grid(written: readonly (readonly string[])[], alignments: readonly Alignment[]): string[] {
  const lines = written.map((line) => line.map(visible))
  const widths = alignments.map((_, column) => Math.max(0, ...lines.map((line) => line[column].length)))
  return lines.map((line) =>
    line
      .map((cell, column) =>
        alignments[column] === 'left' ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** Breaks `text` at spaces (not before a %) into lines of at most `width`; all but the first are indented by `indent`. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of visible(text).split(/ (?!%)/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= width || line === '') line = longer
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line]
}
