// Writes what people import into Prometheus and Grafana, and the tables of the docs, from the table of metrics.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitoring } from './files.ts'

const root = join(import.meta.dirname, '..', '..')
for (const { path, written } of monitoring((path) => readFileSync(join(root, path), 'utf8'))) {
  writeFileSync(join(root, path), written)
  console.log(`wrote ${path}`)
}
