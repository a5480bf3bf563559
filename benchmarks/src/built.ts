import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const sdks = ['@modelcontextprotocol/sdk', '@modelcontextprotocol/server', 'zod']

interface Manifest {
  readonly name: string
  readonly dependencies?: { readonly [name: string]: string }
  readonly publishConfig: { readonly exports: object }
}

/**
 * A folder in which programs import our packages as JavaScript, the way they are published, beside the SDKs. Built
 * anew, since a `dist` that lies around may be of another day.
 *
 * @param benchmarks the folder of this package
 */
export const built = async (benchmarks: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const modules = join(folder, 'node_modules')
  for (const name of sdks) link(join(benchmarks, 'node_modules', name), join(modules, name))
  const packages = join(benchmarks, '../packages')
  for (const name of readdirSync(packages)) build(join(packages, name), modules)
  return folder
}

const build = (source: string, modules: string): void => {
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest
  const target = join(modules, manifest.name)
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, exports: publishConfig.exports }))
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (!range.startsWith('workspace:')) link(join(source, 'node_modules', name), join(modules, name))
  }
  const emit = [
    '--outDir',
    join(target, 'dist'),
    '--noCheck',
    '--declaration',
    'false',
    '--isolatedDeclarations',
    'false',
  ]
  execFileSync(process.execPath, [compiler, '-p', join(source, 'tsconfig.build.json'), ...emit], { encoding: 'utf8' })
}

const link = (from: string, to: string): void => {
  if (existsSync(to)) return
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(realpathSync(from), to)
}

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
