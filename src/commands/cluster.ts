// `offsim sweep --on slurm` and `--on kubernetes --emit DIR`: the same sweep, done by machines that share its folder.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError, type Given } from './arguments.ts'
import { kubernetesJobs } from '../campaign/cluster-jobs.ts'
import { makeFolder, reason } from '../store/files.ts'
import { placeOf } from '../store/output-place.ts'
import { replaceFile } from './outputs.ts'
import type { LoadedPlugins } from '../plugins/loading.ts'
import { openedFolder } from '../store/sweep-folder.ts'
import type { SweepRecord } from '../store/sweep-record.ts'
import { AllPoints } from '../campaign/point-progress.ts'
import { missingGroups } from '../campaign/working.ts'
import type { Sweep } from '../points/points.ts'
import { whole } from './options.ts'
import { bySlurm } from './slurm.ts'
import { say, tell } from '../terminal/telling.ts'
import { findingsBeside, toldOf, type Outputs } from './sweep-results.ts'

const CHUNKS = 16
const CHUNKS_MAX = 10_000

export interface ClusterTask {
  readonly given: Given
  readonly folder: string
  readonly record: SweepRecord
  readonly sweep: Sweep
  readonly plugins: LoadedPlugins
  readonly outputs: Outputs
}

/** Hands a sweep whose folder is made to a cluster. */
export async function onCluster(task: ClusterTask): Promise<number> {
  const { given } = task
  const on = given['on'] as string | undefined
  const emit = given['emit'] as string | undefined
  const chunks = Math.min(whole('chunks', given) ?? CHUNKS, task.sweep.size)
  if (chunks < 1 || chunks > CHUNKS_MAX)
    throw new UsageError(`--chunks ${chunks}: write a whole number from 1 to 10,000`)
  if (on === undefined) throw new UsageError('--emit writes manifests for a cluster; add --on kubernetes')
  if (on === 'kubernetes') {
    if (emit === undefined)
      throw new UsageError('--on kubernetes starts nothing itself; add --emit DIR for the manifests')
    return emitManifests(task, chunks, emit)
  }
  if (emit !== undefined) throw new UsageError('--emit is for --on kubernetes; leave it out')
  return onSlurm(task, chunks)
}

async function onSlurm({ given, folder, sweep, plugins, outputs }: ClusterTask, chunks: number): Promise<number> {
  const { hashes, technologies } = plugins
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt)
  const files = filesOf(outputs)
  try {
    const isDone = await bySlurm({
      folder: resolve(folder),
      chunks,
      offsim: [process.execPath, fileURLToPath(new URL('../../bin/offsim', import.meta.url))],
      pluginArgs: plugins.plugins.flatMap(({ file }) => ['--plugin', resolve(file)]),
      mergeArgs: files.flatMap(({ option, file }) => [option, file]),
      missing: () => {
        const opened = openedFolder(folder)
        const groups = missingGroups(new AllPoints({ sweep, store: opened.store, technologies, plugins: hashes }))
        opened.close()
        return [...new Set(groups.map((group) => group % chunks))].sort((a, b) => a - b)
      },
      removeMerged: () => files.forEach(({ file }) => removeOutput(file)),
      isMerged: () => findingsBeside(outputs.csv) !== null && files.every(({ file }) => existsSync(file)),
      say: (line) => given['quiet'] !== true && tell(`offsim: ${line}`),
      signal: stop.signal,
    })
    if (stop.signal.aborted) {
      tell(`offsim: interrupted; what was finished is kept in ${folder}, and the same command goes on from there`)
      return 130
    }
    if (!isDone) {
      tell(`offsim: Slurm did not finish the sweep; see ${join(folder, 'slurm')}, and offsim merge ${folder}`)
      return 1
    }
  } finally {
    process.off('SIGINT', interrupt)
  }
  const sums = files.map(({ file }) => `${file}: SHA-256 ${sha256Of(file)}`)
  return toldOf(findingsBeside(outputs.csv)!, given['quiet'] === true ? null : sums)
}

/** The files that the merge writes, with the options that name them. */
function filesOf({ csv, parquet, junit }: Outputs): { option: string; file: string }[] {
  const named = [
    ['--csv', csv],
    ['--parquet', parquet],
    ['--junit', junit],
  ] as const
  return named.flatMap(([option, file]) => (file === undefined ? [] : [{ option, file: resolve(file) }]))
}

/** Links stay, and so does all that is no file of ours to remove. */
function removeOutput(file: string): void {
  const place = placeOf(file)
  if (place.kind === 'file') rmSync(place.path, { force: true })
}

function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function emitManifests({ given, folder, record, plugins, outputs }: ClusterTask, chunks: number, emit: string): number {
  const mount = '/sweep'
  const name = `offsim-${record.sweep_id.slice(0, 8)}`
  const image = (given['image'] as string | undefined) ?? 'offsim'
  const files = filesOf({ ...outputs, csv: 'results.csv' }).flatMap(({ option, file }) => {
    return [option, `${mount}/${basename(file)}`]
  })
  const jobs = kubernetesJobs({ folder: mount, count: chunks }, { name, image, claim: name, mergeArgs: files })
  try {
    makeFolder(emit)
  } catch (error) {
    throw new UsageError(`--emit ${emit}: cannot be made: ${reason(error)}; name another folder`)
  }
  replaceFile(join(emit, 'chunks.yaml'), jobs.chunks)
  replaceFile(join(emit, 'merge.yaml'), jobs.merge)
  if (given['quiet'] !== true) {
    // Jobs look for plug-ins beside the sweep's record.
    const files = plugins.plugins.map(({ file }) => file)
    const inside = files.length === 0 ? '' : `, with ${files.join(', ')} in it,`
    say(
      `${join(emit, 'chunks.yaml')}, ${join(emit, 'merge.yaml')}: written. Put ${folder}${inside} on the volume of the claim ${name}, then`,
      `  kubectl apply -f ${join(emit, 'chunks.yaml')}`,
      `  kubectl wait --for=condition=complete --timeout=-1s job/${name}-chunks`,
      `  kubectl apply -f ${join(emit, 'merge.yaml')}`,
    )
  }
  return 0
}
