import { defineConfig } from 'vitest/config'

// Tests read the packages' sources, so no build is needed; Node's own loader needs the condition a second time
// for whatever vitest leaves to it. `import` stays out of externalConditions: it breaks CommonJS packages.
const source = '@millrace/source'
const conditions = [source, 'import', 'node', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source, 'node'] } },
  test: {
    include: [
      '{packages,examples}/*/{src,test}/**/*.test.ts',
      '{benchmarks,conformance}/src/**/*.test.ts',
      '{scripts,tests}/**/*.test.ts',
    ],
    execArgv: [`--conditions=${source}`],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/fixtures/**'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 95 },
    },
  },
})
