// Installs what is missing or out of date, so that `npm start` and `npm test` work in a bare clone.
// Plain Node without dependencies: it runs when nothing is installed yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.offsim-stamp')

/** Refuses a Node that cannot run offsim with one line. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`offsim: Node ${process.versions.node} is too old; use Node 20.19 or newer`)
  process.exit(2)
}

/** What an installation depends on: the locked packages and the kind of Node they were installed for. */
function wantedStamp() {
  const { modules } = process.versions
  const lock = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256').update(lock).update(`${modules} ${process.platform} ${process.arch}`).digest('hex')
}

/** Remembers that everything the lock file asks for, development tools included, is installed. */
export function writeStamp() {
  writeFileSync(stampFile, wantedStamp())
}

/** Installs unless the stamp says that it was done; npm's output goes to stderr. */
export function bootstrap() {
  requireNode()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wantedStamp()) return
  console.error('offsim: installing dependencies (about a minute) …')
  // A lock file can miss the binaries of other platforms, which `npm ci` refuses; `npm install` gets past that.
  if (npm('ci') !== 0 && npm('install', '--no-save') !== 0) {
    console.error('offsim: the dependencies could not be installed; npm says why above')
    process.exit(1)
  }
  writeStamp()
}

function npm(...command) {
  const windows = process.platform === 'win32'
  const args = [...command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  return spawnSync(windows ? 'npm.cmd' : 'npm', args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: cleanEnvironment(),
    shell: windows,
  }).status
}

/** The environment without what the outer npm put there: the inner one must not inherit its script or its flags. */
function cleanEnvironment() {
  const kept = /^npm_config_(registry|cafile|userconfig|globalconfig|cache|prefix|proxy|https_proxy|noproxy)$/i
  const inherited = /^npm_(config|lifecycle|package)_/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name) || !inherited.test(name)))
}
