// The same bytes on every Node: three goldens on each major version, whose binaries come as npm packages.
// Usage: npm run test:nodes [-- 20 22]
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const VERSIONS = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24', '26']
const GOLDENS = ['vdi-host', 'fork-wait', 'vpn-gateway']

/** The program of a major version, installed under .cache when it is missing; null when the registry has none. */
function nodeOf(major) {
  const folder = join('.cache', 'nodes', major)
  mkdirSync(folder, { recursive: true })
  const npm = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${major}`]
  if (spawnSync('npm', npm, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return null
  return join(folder, 'node_modules', 'node', 'bin', 'node')
}

execFileSync('node', ['bin/offsim', '--version'], { stdio: 'ignore' })
let wrong = 0
for (const major of VERSIONS) {
  const node = nodeOf(major)
  if (node === null) {
    console.log(`node ${major}: not to be had`)
    wrong++
    continue
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  for (const name of GOLDENS) {
    const { stdout } = spawnSync(node, ['bin/offsim', 'run', `scenarios/${name}.yaml`, '--csv', '-'], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    })
    const same = stdout === readFileSync(`scenarios/${name}.csv`, 'utf8')
    console.log(`node ${version}: ${name} ${same ? 'has the same bytes' : 'DIFFERS'}`)
    if (!same) wrong++
  }
}
process.exitCode = wrong === 0 ? 0 : 1
