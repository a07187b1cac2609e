// An excerpt generates the items that the whole scenario generates, those of the work it keeps, from its beginning.
import { expect, test } from 'vitest'
import { TECHNOLOGIES } from '../../src/models/technologies/index.ts'
import { onlyWork, shortened } from '../../src/runs/excerpt.ts'
import { runReplication } from '../../src/runs/replication.ts'
import { loaded } from '../language/loading.ts'

const whole = loaded(
  {
    f: `
name: whole
run: { warmup: 10 ms, measure: 100 ms }
host: { cores: 4, clock: 3 GHz, nic: { rate: 10 Gbit/s }, array: { path: 8 Gbit/s, internal: 4 GB/s } }
arms: { only: { processor: vt-x, nic: sr-iov, tcp: host-stack, display: software-pcoip, clone: xcopy } }
vms:
  web:
    count: 2
    vcpus: 2
    compute: [{ rate: 300 /s, cycles: 100000 }, { rate: 200 /s, cycles: { exponential: 5000 } }]
    traps: { syscall: 900 /s }
    packets: [{ direction: receive, rate: 800 /s, bytes: { exponential: 900 } }, { direction: transmit, rate: 500 /s, bytes: 700 }]
    screen: { rate: 200 /s, pixels: { exponential: 9000 } }
  template: { count: 1, vcpus: 1, clones: { at: 20 ms, count: 8, bytes: 4 MiB, concurrent: 8 } }
`,
  },
  { technologies: TECHNOLOGIES },
)
const workOf = (scenario: typeof whole) => {
  const { work } = runReplication(scenario, 'only', 0, TECHNOLOGIES)
  return new Map(work.map((tally) => [`${tally.group} ${tally.work}`, tally]))
}

test.each(['web compute.1', 'web traps.syscall', 'web packets.1', 'web screen', 'template clones'])('%s', (kept) => {
  const all = workOf(whole)
  const excerpt = workOf(onlyWork(whole, new Set([kept])))
  for (const [kind, { generated, drawn }] of excerpt) {
    if (kind === kept)
      expect({ generated, drawn }).toEqual({ generated: all.get(kind)!.generated, drawn: all.get(kind)!.drawn })
    else expect(generated, kind).toBe(0)
  }
  expect(excerpt.get(kept)!.generated).toBeGreaterThan(0)
})

test('a short one has so much less of everything, and batches are in it', () => {
  const all = workOf(whole)
  const part = workOf(shortened(whole, 1 / 4, 100e6))
  expect(part.get('template clones')!.generated).toBe(2)
  expect(part.get('web packets.0')!.generated / all.get('web packets.0')!.generated).toBeCloseTo(0.25, 0)
})

test('a run until idle, and one until its batches are done, end as they did', () => {
  const ends = (measureNs: null | 'batches') => shortened({ ...whole, measureNs }, 1 / 4, 100e6).measureNs
  expect([ends(null), ends('batches')]).toEqual([null, 'batches'])
  const open = onlyWork({ ...whole, measureNs: 'batches' }, new Set(['web screen']))
  expect(shortened(open, 1 / 4, 100e6).measureNs).toBe(25e6)
})
