// Runs at the end of `npm ci`: compiles, and leaves the stamp that `npm start` and `npm test` look for.
// Without the development tools (`--omit=dev`) there is nothing to compile with, and nothing is done.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { requireNode, root, writeStamp } from './bootstrap.mjs'
import { build } from './build.mjs'

if (existsSync(join(root, 'node_modules', 'typescript')) && existsSync(join(root, 'node_modules', 'vitest'))) {
  requireNode()
  try {
    build()
  } catch (error) {
    console.error(`offsim: ${error.message}`)
    process.exit(1)
  }
  writeStamp()
}
