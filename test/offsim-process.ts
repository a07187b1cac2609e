// Runs the compiled command as a user's shell would.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { build } from '../scripts/build.mjs'
import { main } from '../src/cli.ts'

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

/** The same without a process of its own, in a second less: for what is refused before anything runs. */
export async function offsimHere(args: readonly string[], cwd = projectFolder): Promise<Finished> {
  const here = process.cwd()
  const streams = [process.stdout, process.stderr]
  const writes = streams.map((stream) => vi.spyOn(stream, 'write').mockImplementation(() => true))
  const listeners = streams.map((stream) => stream.listeners('error'))
  process.chdir(cwd)
  try {
    const code = await main(args)
    const [stdout, stderr] = writes.map(({ mock }) => mock.calls.map(([text]) => String(text)).join(''))
    return { code, stdout, stderr }
  } finally {
    process.chdir(here)
    for (const write of writes) write.mockRestore()
    streams.forEach((stream, i) => {
      for (const added of stream.listeners('error').slice(listeners[i].length)) stream.off('error', added as () => void)
    })
  }
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
