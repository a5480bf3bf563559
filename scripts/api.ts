// Writes packages/*/api.md from the built declarations.
import { writeFileSync } from 'node:fs'
import { apiReport, reportPath } from './packages/api.ts'
import { publicPackages, tool } from './packages/workspace.ts'

tool('turbo', ['run', 'build', '--output-logs=errors-only'])
for (const one of publicPackages()) {
  writeFileSync(reportPath(one), apiReport(one))
  console.log(`wrote the API of ${one.name}`)
}
