// Checks what would be published: builds, packs, and looks at the tarballs the way a user's tools do.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiFaults } from './packages/api.ts'
import { contentFaults } from './packages/content.ts'
import type { Packed } from './packages/pack.ts'
import { packAll } from './packages/pack.ts'
import { publintFaults, typesFaults } from './packages/publishable.ts'
import { importBytes, sizeFaults } from './packages/size.ts'
import { tool } from './packages/workspace.ts'

const checks: Readonly<Record<string, (packed: Packed) => string[] | Promise<string[]>>> = {
  content: contentFaults,
  publint: publintFaults,
  'types resolve': typesFaults,
  'API report': apiFaults,
  size: sizeFaults,
}

const into = mkdtempSync(join(tmpdir(), 'millrace-pack-'))
let failed = 0
try {
  for (const packed of packAll(into)) {
    const faults: string[] = []
    for (const [name, check] of Object.entries(checks))
      faults.push(...(await check(packed)).map((fault) => `${name}: ${fault}`))
    report(`${packed.name} (${await importBytes(packed)} bytes)`, faults)
  }
  report('no unused file, export or dependency (knip)', knipFaults())
} finally {
  rmSync(into, { recursive: true })
}
console.log(failed === 0 ? 'All packages can be published.' : `${failed} faults.`)
process.exitCode = failed === 0 ? 0 : 1

function report(subject: string, faults: readonly string[]): void {
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${subject}`)
  for (const fault of faults) console.log(`     ${fault}`)
  failed += faults.length
}

function knipFaults(): string[] {
  try {
    tool('knip', ['--no-progress'])
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}
