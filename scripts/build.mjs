// Compiles src/ to dist/ and bundles it when src/ has changed since. The compiler writes to a folder of its own, which is then
// renamed to dist/: a failed build leaves the old one in place, and two builds at once cannot mix.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const cache = join(root, '.cache')
const lockFile = join(cache, 'build.lock')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const bundler = join(root, 'scripts', 'bundle.mjs')

/** Whether dist/ was compiled from src/ as it is now. A few dozen stats: cheap enough for every start. */
export function isBuilt() {
  try {
    return readFileSync(join(dist, '.sources'), 'utf8') === sourcesNow()
  } catch {
    return false
  }
}

/** Names, sizes and times of all that is compiled. Touching, deleting and restoring a file all change it. */
function sourcesNow() {
  const hash = createHash('sha256')
  const files = ['tsconfig.json', 'tsconfig.build.json']
  for (const entry of readdirSync(join(root, 'src'), { recursive: true })) files.push(join('src', entry))
  for (const file of files.sort()) {
    const { mtimeMs, size } = statSync(join(root, file))
    if (/\.(ts|json)$/.test(file)) hash.update(`${file} ${size} ${Math.floor(mtimeMs)}\n`)
  }
  return hash.digest('hex')
}

/** Brings dist/ up to date. `onStart` is called if there is something to do. Throws an error with a message for the user. */
export function build(onStart = () => {}) {
  if (isBuilt()) return
  if (!existsSync(compiler)) {
    throw new Error(
      `${existsSync(dist) ? 'src/ is newer than dist/' : 'not compiled'}, and the compiler is missing: run npm ci (without --omit=dev)`,
    )
  }
  mkdirSync(cache, { recursive: true })
  takeLock()
  try {
    if (isBuilt()) return
    onStart()
    compile()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function compile() {
  const fresh = join(cache, `dist-${process.pid}`)
  const sources = sourcesNow()
  rmSync(fresh, { recursive: true, force: true })
  const args = [
    compiler,
    '-p',
    join(root, 'tsconfig.build.json'),
    '--outDir',
    fresh,
    '--noEmitOnError',
    '--pretty',
    'false',
  ]
  try {
    succeed('src/ does not compile', args)
    succeed('dist/ cannot be bundled', [bundler, fresh])
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    throw error
  }
  writeFileSync(join(fresh, '.sources'), sources)
  replaceDist(fresh)
}

/** Runs a script of Node; throws an error that begins with `otherwise` when it fails. */
function succeed(otherwise, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${otherwise}\n${stdout}${stderr}`.trimEnd())
}

/** Renames `fresh` to dist/. A folder cannot be renamed over another one, so the old one steps aside first. */
function replaceDist(fresh) {
  const old = join(cache, `old-${process.pid}`)
  for (let attempt = 1; ; attempt++) {
    if (existsSync(dist)) ignoring('ENOENT', () => renameSync(dist, old))
    try {
      renameSync(fresh, dist)
      rmSync(old, { recursive: true, force: true })
      return
    } catch (error) {
      if (attempt === 10) throw error
    }
  }
}

/** Waits until no other process builds. The lock of a process that has died is free. */
function takeLock() {
  const waiting = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned()) rmSync(lockFile, { force: true })
    else Atomics.wait(waiting, 0, 0, 50)
  }
}

function isAbandoned() {
  try {
    const ageMs = Date.now() - statSync(lockFile).mtimeMs
    const owner = Number(readFileSync(lockFile, 'utf8'))
    if (owner === 0) return ageMs > 5_000
    process.kill(owner, 0)
    return ageMs > 300_000 // the number may belong to another process by now
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

function ignoring(code, action) {
  try {
    action()
  } catch (error) {
    if (error.code !== code) throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build()
  } catch (error) {
    console.error(`offsim: ${error.message}`)
    process.exit(1)
  }
}
