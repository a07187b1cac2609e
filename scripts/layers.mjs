// The table of folders in docs/ARCHITECTURE.md, from src/layers.json: `npm run layers` writes it, and a test compares it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const page = new URL('../docs/ARCHITECTURE.md', import.meta.url)
const BEGIN = '<!-- written by npm run layers -->\n'
const END = '<!-- end of what npm run layers writes -->'

/** The page with the table of these layers in its place. */
export function withLayers(text, layers) {
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (before < 0 || after < 0) throw new Error('docs/ARCHITECTURE.md has no place for the table of folders')
  return `${text.slice(0, before + BEGIN.length)}\n${table(layers)}\n${text.slice(after)}`
}

function table(layers) {
  const rows = layers.map(({ folder, idea, imports }) => {
    const name = folder === '' ? '`src/*.ts`' : `\`src/${folder}\``
    return `| ${name} | ${idea} | ${imports.map((other) => `\`${other}\``).join(', ') || 'nothing'} |\n`
  })
  return `| folder | its one idea | may import |\n| --- | --- | --- |\n${rows.join('')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const layers = JSON.parse(readFileSync(new URL('../src/layers.json', import.meta.url), 'utf8'))
  writeFileSync(page, withLayers(readFileSync(page, 'utf8'), layers))
}
