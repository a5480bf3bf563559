// Installs the packed packages the way a user does and runs a smoke suite on every Node and at both ends of the peer
// ranges, then the packages' own tests on those Nodes that strip types and at the lower ends: `npm run test:matrix`.
// `--v1 1.x.y` and `--v2 2.x.y` try other lowest versions; outside the declared ranges npm refuses to install them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { NodeProgram } from './matrix/project.ts'
import { compile, installNodes, installProject, smoke } from './matrix/project.ts'
import { dependencySets, lowestDrivers } from './matrix/sets.ts'
import { copyWith, suite } from './matrix/suite.ts'
import { packAll } from './packages/pack.ts'
import { root } from './packages/workspace.ts'

const { values } = parseArgs({ options: { v1: { type: 'string' }, v2: { type: 'string' } } })
const into = mkdtempSync(join(tmpdir(), 'millrace-matrix-'))
const sets = dependencySets(values)
let failed = 0
let passed = 0
try {
  const nodes = installNodes(join(into, 'nodes'))
  smokeTests(nodes)
  ownTests(nodes.filter(({ version }) => Number.parseInt(version.slice(1), 10) >= 22))
} finally {
  rmSync(into, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function smokeTests(nodes: readonly NodeProgram[]): void {
  const packages = packAll(into)
  for (const [index, set] of sets.entries()) {
    const folder = join(into, `project-${index}`)
    console.log(`packed, ${set.name}: ${named(set.dependencies)}`)
    const problem = installProject(folder, packages, set)
    report('npm install', problem)
    if (problem !== undefined) continue
    for (const { compiler, errors } of compile(folder, set)) report(compiler, errors.join('\n'))
    for (const node of nodes) report(`Node ${node.version}`, smoke(folder, node))
  }
}

function ownTests(nodes: readonly NodeProgram[]): void {
  console.log('own tests, newest')
  for (const node of nodes) report(`Node ${node.version}`, suite(root, node))
  for (const [index, { name, dependencies }] of sets.slice(1).entries()) {
    // The tests are written for zod 4.
    const { zod: _, ...versions } = dependencies
    console.log(`own tests, ${name}: ${named(versions)}`)
    const folder = join(into, `copy-${index}`)
    copyWith(folder, versions)
    report(`Node ${nodes[0]!.version}`, suite(folder, nodes[0]!))
  }
  const drivers = lowestDrivers()
  console.log(`own tests, lowest drivers: ${named(drivers)}`)
  const folder = join(into, 'copy-drivers')
  copyWith(folder, drivers)
  const which = ['packages/pg', 'packages/redis', 'packages/undici']
  report(`Node ${nodes[0]!.version}`, suite(folder, nodes[0]!, which))
}

function named(dependencies: Readonly<Record<string, string>>): string {
  return Object.entries(dependencies)
    .map((pair) => pair.join(' '))
    .join(', ')
}

function report(subject: string, problem: string | undefined): void {
  const isOk = problem === undefined || problem === ''
  console.log(`  ${isOk ? 'ok  ' : 'FAIL'} ${subject}`)
  if (!isOk) console.log(problem.replaceAll(/^/gm, '       '))
  if (isOk) passed += 1
  else failed += 1
}
