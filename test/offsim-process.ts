// Runs the compiled command as a user's shell would.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from '../scripts/build.mjs'

export const projectFolder = fileURLToPath(new URL('..', import.meta.url))
const bin = join(projectFolder, 'bin', 'offsim')

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Compiles once, so that no test waits for it or sees its message. */
export function compile(): void {
  build()
}

/** Runs `offsim ...args` to its end, in the project's folder or in `cwd`. */
export function offsim(args: readonly string[], cwd = projectFolder, env: Record<string, string> = {}): Finished {
  const options = { cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], options)
  return { code: status, stdout, stderr }
}

/** Starts `offsim ...args` and leaves it running. */
export function start(args: readonly string[]) {
  return spawn(process.execPath, [bin, ...args], { cwd: projectFolder, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** A new folder with a small scenario, `small.yaml`, in it. */
export function folderWithScenario(measure = '5 ms', replications = 2): string {
  const folder = mkdtempSync(join(tmpdir(), 'offsim-test-'))
  writeFileSync(
    join(folder, 'small.yaml'),
    `name: small
question: What does a small run say?
seed: 1
run: { warmup: 1 ms, measure: ${measure}, replications: ${replications} }
host: { cores: 2, clock: 2 GHz }
arms:
  software: { processor: binary-translation }
  hardware: { processor: vt-x }
vms:
  guests:
    count: 2
    vcpus: 1
    compute: { rate: 1000 /s, cycles: { exponential: 100e3 } }
    traps: { syscall: 20000 /s, page-fault: 2000 /s }
`,
  )
  return folder
}
