// Slurm: submits the chunks of a sweep as an array job and its merge as a job that depends on it, and watches. What is done is
// asked of the sweep's folder; Slurm is asked only whether somebody is still at it.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from './arguments.ts'
import { jobScript } from '../campaign/cluster-jobs.ts'
import { makeFolder, OutputError, reason } from '../store/files.ts'
import { replaceFile } from './outputs.ts'

const LOOK_MS = 1000
/** A chunk that was given to Slurm this often and is still not done will not be done. */
const ROUNDS_MAX = 5

export interface SlurmTask {
  /** The sweep's folder, absolute. */
  readonly folder: string
  readonly chunks: number
  /** Runs offsim: the program and the arguments before its own. */
  readonly offsim: readonly string[]
  /** --plugin with each plug-in. */
  readonly pluginArgs: readonly string[]
  readonly mergeArgs: readonly string[]
  /** Numbers of the chunks that have tasks left, from the folder. */
  readonly missing: () => readonly number[]
  /** Whether the merged files are there; they are removed before each merge. */
  readonly isMerged: () => boolean
  readonly removeMerged: () => void
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** Has the sweep done by Slurm. Returns whether all of it is done and merged. */
export async function bySlurm(task: SlurmTask): Promise<boolean> {
  const { folder, chunks, offsim, pluginArgs, mergeArgs, missing, isMerged, removeMerged, say, signal } = task
  const jobs = join(folder, 'slurm')
  try {
    makeFolder(jobs)
  } catch (error) {
    throw new OutputError(`${jobs}: cannot be made: ${reason(error)}`)
  }
  const script = (name: string, args: readonly string[]) => {
    const file = join(jobs, name)
    replaceFile(file, jobScript([...offsim, ...args]), 0o755)
    return file
  }
  const chunkScript = script('chunk.sh', [
    'chunk',
    folder,
    '--of',
    String(chunks),
    '--workers',
    '1',
    '--quiet',
    ...pluginArgs,
  ])
  const mergeScript = script('merge.sh', ['merge', folder, ...mergeArgs, '--quiet', ...pluginArgs])
  for (let round = 0; round < ROUNDS_MAX && !signal.aborted; round++) {
    const left = missing()
    if (left.length === 0 && isMerged()) return true
    const output = `--output=${join(jobs, '%x-%A_%a.out')}`
    const submitted: string[] = []
    if (left.length > 0) {
      const array = sbatch(['--job-name=offsim-chunk', '--requeue', `--array=${left.join(',')}`, output, chunkScript])
      submitted.push(array)
      say(`Slurm job ${array}: ${left.length} of ${chunks} chunks`)
    }
    removeMerged()
    const after = submitted.map((job) => `--dependency=afterany:${job}`)
    const merge = sbatch(['--job-name=offsim-merge', '--requeue', ...after, output, mergeScript])
    submitted.push(merge)
    say(`Slurm job ${merge}: merge`)
    await through(submitted, task)
  }
  return missing().length === 0 && isMerged()
}

/** Waits until Slurm has nothing left of these jobs. */
async function through(jobs: readonly string[], { signal, say }: SlurmTask): Promise<void> {
  while (!signal.aborted) {
    const states = statesOf(jobs)
    if (states.length === 0) return
    // A job of a lost node is begun again after two minutes. Its tasks are known to be free, so it may begin at once.
    for (const { job, reason } of states) {
      if (reason !== 'BeginTime') continue
      slurm('scontrol', ['update', `JobId=${job}`, 'StartTime=now'])
      say(`Slurm job ${job}: was lost with its node, begun again`)
    }
    await sleep(LOOK_MS)
  }
  slurm('scancel', [...jobs])
}

function statesOf(jobs: readonly string[]): { job: string; state: string; reason: string }[] {
  const listed = slurm('squeue', ['--noheader', '--array', '--format=%i %T %r', `--jobs=${jobs.join(',')}`])
  return listed
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [job, state, reason = ''] = line.trim().split(' ')
      return { job, state, reason }
    })
}

function sbatch(args: readonly string[]): string {
  return slurm('sbatch', ['--parsable', ...args])
    .trim()
    .split(';')[0]
}

function slurm(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT')
      throw new UsageError(`--on slurm: there is no ${program} here; run it where jobs are submitted`)
    // Jobs that Slurm has forgotten are through; a controller that is busy is asked again.
    if (program === 'squeue' && /Invalid job id/.test(stderr)) return ''
    if (program === 'scontrol') return ''
    throw new UsageError(`--on slurm: ${program}: ${stderr.trim().split('\n')[0]}`)
  }
}
