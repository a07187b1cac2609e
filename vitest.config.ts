// Tests mirror src; the slow properties over everything get their own time limit in the file that holds them.
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, begun first, so that all cores are busy to the end. */
const LONGEST = ['goldens', 'theory', 'cli', 'scenarios', 'sweep', 'plugins', 'readme', 'precision', 'reproduce']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return found < 0 ? LONGEST.length : found
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Files share their modules: loading them anew for each would take a quarter of the time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // One core less than there are, the default, would leave half of a small machine idle.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
})
