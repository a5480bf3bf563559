import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root, tool } from '../packages/workspace.ts'
import type { NodeProgram } from './project.ts'

const leftOut = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo'])

/** A copy of the repository whose catalog has other versions, installed. */
export function copyWith(folder: string, versions: Readonly<Record<string, string>>): void {
  cpSync(root, folder, { recursive: true, filter: (path) => !leftOut.has(basename(path)) })
  const path = join(folder, 'pnpm-workspace.yaml')
  let text = readFileSync(path, 'utf8')
  for (const [name, version] of Object.entries(versions)) {
    const line = new RegExp(`^( +'?${name}'?: ).*$`, 'm')
    if (!line.test(text)) throw new Error(`pnpm-workspace.yaml has no ${name} in its catalog`)
    text = text.replace(line, `$1${version}`)
  }
  writeFileSync(path, text)
  tool('pnpm', ['install', '--no-frozen-lockfile', '--prefer-offline', '--loglevel=error'], folder)
}

/**
 * Runs the packages' own tests in a folder on one Node; gives what they printed when they fail.
 *
 * @param which their folders
 */
export function suite(folder: string, node: NodeProgram, which: readonly string[] = ['packages']): string | undefined {
  const args = [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...which, '--reporter=dot']
  try {
    execFileSync(node.path, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 900_000,
      env: { ...process.env, NO_COLOR: '1' },
    })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    return `${stdout}${stderr}`
  }
}
