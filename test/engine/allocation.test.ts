// The engine allocates nothing per event: the collector stays idle over millions of them.
import { PerformanceObserver } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { Simulation, type EventHandle, type EventKind } from '../../src/engine/simulation.ts'

test('no collection during four million holds after a warm-up', async () => {
  const sim = new Simulation(1)
  const delays = sim.stream('delays')
  const handles = new Int32Array(8)
  let left = 0
  const kinds: EventKind[] = Array.from({ length: 8 }, (_, i) =>
    sim.event(`kind ${i}`, (arg) => {
      if (--left === 0) sim.stop()
      handles[i] = sim.after(delays.exponential(1), kinds[(arg + 1) & 7], (arg + 1) & 0xffff)
    }),
  )
  for (let i = 0; i < 10_000; i++) sim.after(delays.exponential(1), kinds[i & 7], i)
  left = 2_000_000
  sim.run(Infinity)

  const collections: number[] = []
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) collections.push(entry.startTime)
  })
  observer.observe({ entryTypes: ['gc'] })
  await new Promise((resolve) => setTimeout(resolve, 50))
  left = 4_000_000
  const start = performance.now()
  sim.run(Infinity)
  const end = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 50))
  observer.disconnect()
  expect(collections.filter((time) => time >= start && time <= end)).toEqual([])
  expect(sim.eventCount).toBe(6_000_000)
  expect(sim.cancel(handles[0] as EventHandle)).toBeTypeOf('boolean')
})
