// What is handed to a cluster: the script of a Slurm job, the manifests of a Kubernetes job. Both run `offsim chunk` on the
// sweep's folder, which all machines see, and `offsim merge` when the chunks are through.
import { stringify } from 'yaml'

/** Files that manifests are written to. */
export const MANIFESTS = ['chunks.yaml', 'merge.yaml'] as const

export interface Chunks {
  /** The sweep's folder, as jobs see it. */
  readonly folder: string
  readonly count: number
}

/** A shell script that runs one command; arguments are quoted. */
export function jobScript(args: readonly string[]): string {
  return `#!/bin/sh\nexec ${args.map(quoted).join(' ')}\n`
}

function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

export interface Manifests {
  readonly name: string
  readonly image: string
  /** Name of the volume claim that holds the folder. */
  readonly claim: string
  readonly mergeArgs: readonly string[]
}

/** An Indexed Job for the chunks, and the Job that merges them when it is done. */
export function kubernetesJobs({ folder, count }: Chunks, { name, image, claim, mergeArgs }: Manifests) {
  const container = (args: readonly string[]) => ({
    name: 'offsim',
    image,
    args,
    volumeMounts: [{ name: 'sweep', mountPath: folder }],
  })
  const volumes = [{ name: 'sweep', persistentVolumeClaim: { claimName: claim } }]
  const template = (args: readonly string[], restartPolicy: string) => {
    return { spec: { restartPolicy, containers: [container(args)], volumes } }
  }
  const chunks = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-chunks` },
    spec: {
      completionMode: 'Indexed',
      completions: count,
      parallelism: count,
      backoffLimitPerIndex: 5,
      maxFailedIndexes: count,
      // A node that is drained or lost is nobody's fault; a point that fails (exit code 1) is told by the merge.
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailIndex', onExitCodes: { containerName: 'offsim', operator: 'In', values: [1, 2] } },
        ],
      },
      template: template(['chunk', folder, '--of', String(count), '--workers', '1'], 'Never'),
    },
  }
  const merge = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-merge` },
    spec: { backoffLimit: 0, template: template(['merge', folder, ...mergeArgs], 'Never') },
  }
  // Clusters read YAML 1.1, in which `no` and 1e3 are other things than in 1.2.
  const inYaml = (manifest: object): string => stringify(manifest, { version: '1.1' })
  return { chunks: inYaml(chunks), merge: inYaml(merge) }
}
