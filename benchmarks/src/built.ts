import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const sdks = ['@modelcontextprotocol/sdk', '@modelcontextprotocol/server', 'zod']

interface Manifest {
  readonly name: string
  readonly dependencies?: { readonly [name: string]: string }
  readonly publishConfig: { readonly exports: object }
}

/**
 * A folder in which programs import our packages as JavaScript, the way they are published, beside the SDKs. They are
 * built first, since a `dist` that lies around may be of another day.
 *
 * @param benchmarks the folder of this package
 */
export const built = async (benchmarks: string): Promise<string> => {
  const root = join(benchmarks, '..')
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'pipe' })
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const modules = join(folder, 'node_modules')
  for (const name of sdks) link(join(benchmarks, 'node_modules', name), join(modules, name))
  const packages = join(root, 'packages')
  for (const name of readdirSync(packages)) install(join(packages, name), modules)
  return folder
}

const install = (source: string, modules: string): void => {
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest
  const target = join(modules, manifest.name)
  mkdirSync(target, { recursive: true })
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, exports: publishConfig.exports }))
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (!range.startsWith('workspace:')) link(join(source, 'node_modules', name), join(modules, name))
  }
  cpSync(join(source, 'dist'), join(target, 'dist'), { recursive: true })
}

const link = (from: string, to: string): void => {
  if (existsSync(to)) return
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(realpathSync(from), to)
}
