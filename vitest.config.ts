// Tests mirror src; the slow properties over everything get their own time limit in the file that holds them.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One core less than there are, the default, would leave half of a small machine idle.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
})
