import { defineConfig } from 'vitest/config'

// Tests read the packages' sources, so no build is needed; Node's own loader needs the condition a second time for
// whatever vitest leaves to it. `import` is not in the list: vitest hands the list on to Node, where it would also hold
// for `require` and break CommonJS packages such as pg.
const source = '@millrace/source'
const conditions = [source, 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      '{packages,examples}/*/{src,test}/**/*.test.ts',
      '{benchmarks,conformance}/src/**/*.test.ts',
      '{scripts,tests}/**/*.test.ts',
    ],
    // Nothing waits for time to pass; this is for a machine that has other things to do.
    testTimeout: 20_000,
    execArgv: [`--conditions=${source}`],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/fixtures/**'],
      reporter: ['text', 'json-summary'],
      reportOnFailure: true,
      thresholds: { lines: 95 },
    },
  },
})
