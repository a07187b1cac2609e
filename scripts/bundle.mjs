// Bundles the compiled program: `node bundle.mjs DIST` writes DIST/program/, which the command and its threads run. They are
// two hundred modules, and to find and load them one by one takes longer than to simulate a small scenario.
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const dist = process.argv[2]

/** What loads files of its own while it runs. */
const LEFT_OUT = ['jiti', 'piscina']

const program = await rolldown({
  input: { cli: join(dist, 'cli.js'), worker: join(dist, 'runs', 'worker.js') },
  platform: 'node',
  external: LEFT_OUT,
  logLevel: 'warn',
})
await program.write({ dir: join(dist, 'program'), format: 'esm', chunkFileNames: '[name].js' })
await program.close()
