// Manifests against what the API of batch/v1 asks for, and in a form that old and new readers of YAML read alike.
import Ajv from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { kubernetesJobs } from '../../src/campaign/cluster-jobs.ts'

const object = (properties: Record<string, object>, required: readonly string[]) => ({
  ...{ type: 'object', properties, required, additionalProperties: false },
})
const list = (items: object) => ({ type: 'array', items, minItems: 1 })
const text = { type: 'string', minLength: 1 }
const label = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 }
const count = { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 }

/** The fields of a Job that are used here, as the API has them: their types, what is required, and which words there are. */
const template = object(
  {
    spec: object(
      {
        restartPolicy: { enum: ['Never', 'OnFailure'] },
        containers: list(
          object(
            {
              ...{ name: label, image: text, args: list({ type: 'string' }) },
              volumeMounts: list(
                object({ name: label, mountPath: { type: 'string', pattern: '^/[^:]*$' } }, ['name', 'mountPath']),
              ),
            },
            ['name', 'image'],
          ),
        ),
        volumes: list(
          object({ name: label, persistentVolumeClaim: object({ claimName: label }, ['claimName']) }, ['name']),
        ),
      },
      ['containers', 'restartPolicy'],
    ),
  },
  ['spec'],
)
const onExitCodes = object(
  {
    ...{ containerName: label, operator: { enum: ['In', 'NotIn'] } },
    values: { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 255, uniqueItems: true },
  },
  ['operator', 'values'],
)
const onPodConditions = {
  ...list(object({ type: text, status: { enum: ['True', 'False', 'Unknown'] } }, ['type', 'status'])),
  maxItems: 20,
}
const rule = object({ action: { enum: ['FailJob', 'FailIndex', 'Ignore', 'Count'] }, onExitCodes, onPodConditions }, [
  'action',
])
const job = object(
  {
    ...{ apiVersion: { const: 'batch/v1' }, kind: { const: 'Job' }, metadata: object({ name: label }, ['name']) },
    spec: object(
      {
        ...{ completionMode: { enum: ['Indexed', 'NonIndexed'] }, completions: count, parallelism: count, template },
        ...{ backoffLimit: count, backoffLimitPerIndex: count, maxFailedIndexes: count },
        podFailurePolicy: object({ rules: { ...list(rule), maxItems: 20 } }, ['rules']),
      },
      ['template'],
    ),
  },
  ['apiVersion', 'kind', 'metadata', 'spec'],
)

const jobs = (changes: Partial<Parameters<typeof kubernetesJobs>[1]> = {}, chunks = 16) =>
  kubernetesJobs(
    { folder: '/sweep', count: chunks },
    {
      name: 'offsim-0123abcd',
      image: 'offsim',
      claim: 'offsim-0123abcd',
      mergeArgs: ['--csv', '/sweep/results.csv'],
      ...changes,
    },
  )

describe('manifests', () => {
  test.each([
    ['as they usually are', jobs()],
    ['of one chunk', jobs({}, 1)],
    ['of a thousand chunks', jobs({}, 1000)],
    ['of another image', jobs({ image: 'registry.example.com:5000/lab/offsim@sha256:abc' })],
    [
      'with files that have the names of other things',
      jobs({ mergeArgs: ['--csv', 'no', '--junit', '1e3', '--parquet', 'null'] }),
    ],
  ])('%s pass', (_, { chunks, merge }) => {
    const validate = new Ajv({ allErrors: true }).compile(job)
    for (const manifest of [chunks, merge]) {
      // As kubectl reads them, and as others do.
      const [old, now] = (['1.1', '1.2'] as const).map((version) => parse(manifest, { version }) as object)
      expect(old).toEqual(now)
      expect(validate(old), JSON.stringify(validate.errors)).toBe(true)
    }
  })

  test('rules that go together: failures by index need Indexed, and exit codes are in order', () => {
    const { spec } = parse(jobs().chunks) as {
      spec: {
        completionMode: string
        completions: number
        maxFailedIndexes: number
        podFailurePolicy: { rules: { onExitCodes?: { values: number[] } }[] }
      }
    }
    expect(spec.completionMode).toBe('Indexed')
    expect(spec.maxFailedIndexes).toBeLessThanOrEqual(spec.completions)
    const values = spec.podFailurePolicy.rules.flatMap(({ onExitCodes }) => onExitCodes?.values ?? [])
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(values).not.toContain(0)
  })
})
