// The example in docs/ runs, and its answer is Erlang's.
import { expect, test, vi } from 'vitest'

test('docs/examples/mmc.ts', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const { mmc } = await import('../../docs/examples/mmc.ts')
  // M/M/3, load 2: an arrival waits with probability 4/9, then 1000 ns on average.
  expect(lines[0]).toMatch(/^mean time in the system: 14\d\d ns$/)
  expect(Math.abs(mmc(3, 500, 1000, 2e8, 2) / (1000 + (4 / 9) * 1000) - 1)).toBeLessThan(0.02)
  vi.restoreAllMocks()
})
