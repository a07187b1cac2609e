// `npm run goldens`: runs every scenario and rewrites the CSV beside it, and scenarios/versions.json.
//
// versions.json says, for each model version, what its goldens were: the id of each, its replications, and the
// SHA-256 of the file without the id and without the columns of the doubt. Numbers must not change under an old id, so a golden that differs while its id
// and replications stay is refused: raise MODEL_VERSION in src/models/host/version.ts, and say in CHANGELOG.md, under
// *Results that change*, which numbers moved and why.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './bootstrap.mjs'
import { build } from './build.mjs'

const folder = join(root, 'scenarios')
const versionsFile = join(folder, 'versions.json')

/** What versions.json remembers of a golden. */
export function entryOf(csv) {
  const [header, ...rows] = csv.trimEnd().split('\n')
  const columns = header.split(',')
  const [id, replications] = ['id', 'replications'].map((name) => rows[0].split(',')[columns.indexOf(name)])
  const withoutId = named(csv).replaceAll(`,${id},`, ',,')
  return { id, replications: Number(replications), sha256: createHash('sha256').update(withoutId).digest('hex') }
}

/** The columns that the id names. How far a number rests on prices depends on their ranges too, which may become better known. */
function named(csv) {
  const lines = csv.split('\n').map((line) => line.split(','))
  const isNamed = lines[0].map((column) => !column.startsWith('doubt_'))
  return lines.map((cells) => cells.filter((_, i) => isNamed[i] ?? true).join(',')).join('\n')
}

/** Names of the scenarios whose numbers differ from those that the same id stood for. */
export function changedUnderOldId(recorded, entries) {
  return Object.keys(entries).filter((name) => {
    const [old, now] = [recorded[name], entries[name]]
    return old?.id === now.id && old.replications === now.replications && old.sha256 !== now.sha256
  })
}

/** All scenarios that `run` takes, by name. */
export function scenarios() {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  const runs = files.filter((file) => !/^sweep:/m.test(readFileSync(join(folder, file), 'utf8')))
  return runs.map((file) => file.replace(/\.yaml$/, '')).sort()
}

async function main() {
  build(() => console.error('offsim: compiling …'))
  const { MODEL_VERSION } = await import('../dist/models/host/version.js')
  const csvs = Object.fromEntries(scenarios().map((name) => [name, runScenario(name)]))
  const entries = Object.fromEntries(Object.entries(csvs).map(([name, csv]) => [name, entryOf(csv)]))
  const versions = existsSync(versionsFile) ? JSON.parse(readFileSync(versionsFile, 'utf8')) : {}
  const changed = changedUnderOldId(versions[MODEL_VERSION] ?? {}, entries)
  if (changed.length > 0) {
    console.error(
      `The numbers of ${changed.join(', ')} changed under model version ${MODEL_VERSION}. Nothing was written.`,
    )
    console.error(
      'If that is meant: raise MODEL_VERSION in src/models/host/version.ts and tell CHANGELOG.md which and why.',
    )
    process.exit(1)
  }
  for (const [name, csv] of Object.entries(csvs)) replace(join(folder, `${name}.csv`), csv)
  replace(versionsFile, `${JSON.stringify({ ...versions, [MODEL_VERSION]: entries }, null, 2)}\n`)
  console.log(`${Object.keys(csvs).length} goldens of model version ${MODEL_VERSION} written`)
}

function runScenario(name) {
  const args = [join(root, 'bin', 'offsim'), 'run', join('scenarios', `${name}.yaml`), '--csv', '-', '--quiet']
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 30,
  })
  if (status === 0) return stdout
  console.error(`scenarios/${name}.yaml: exit code ${status}. Nothing was written.`)
  process.exit(1)
}

function replace(file, text) {
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
