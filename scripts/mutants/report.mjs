// Says what was not noticed, line by line, and the score of each folder.
import { dirname } from 'node:path'
import { placeOf } from './instrument.mjs'
import { isNoticed } from './selection.mjs'

const short = (text) => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 70 ? `${line.slice(0, 67)}…` : line
}

const lineOf = (mutant) => {
  const { operator, original, replacement, status, killer } = mutant
  const note = status === 'survived' ? '' : ` (${[status, killer].filter(Boolean).join(': ')})`
  return `${placeOf(mutant)} ${operator}: ${short(original)} → ${short(replacement)}${note}`
}

export function report(all, { showAll }) {
  const judged = all.filter(({ equivalent }) => !equivalent)
  const shown = showAll ? judged : judged.filter(({ status }) => !isNoticed(status))
  for (const mutant of shown) console.log(lineOf(mutant))
  const equal = all.filter(({ equivalent }) => equivalent)
  const caught = equal.filter(({ status }) => isNoticed(status))
  for (const mutant of caught) console.log(`not equivalent, since noticed: ${lineOf(mutant)}`)
  console.log('')
  for (const [name, some] of groups(all)) console.log(scoreLine(name, some))
}

/** Folders of one kind of thing, then what is asked of engine and of models as wholes, then all. */
function groups(all) {
  const within = (name) => [name, all.filter(({ file }) => file.startsWith(`${name}/`))]
  const folders = [...new Set(all.map(({ file }) => dirname(file)))].sort()
  const wholes = ['src/engine', 'src/models'].filter((name) => !folders.includes(name) && within(name)[1].length > 0)
  const below = folders.map((name) => [name, all.filter(({ file }) => dirname(file) === name)])
  return [...below, ...wholes.map(within), ['all', all]]
}

function scoreLine(name, all) {
  const judged = all.filter(({ equivalent }) => !equivalent)
  const count = (...wanted) => judged.filter(({ status }) => wanted.includes(status)).length
  const noticed = count('killed', 'timeout')
  const share = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`
  const parts = [
    `${noticed} of ${judged.length} noticed (${count('timeout')} by time)`,
    `${count('survived')} survived`,
    `${count('no test passes it')} passed by no test`,
    `${all.length - judged.length} equivalent (${share(all.length - judged.length, all.length)})`,
  ]
  return `${name}: ${share(noticed, judged.length)}: ${parts.join(', ')}`
}
