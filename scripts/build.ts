// Builds one package, from its folder: JavaScript as one file per entry point, declarations as one file per source.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './packages/bundle.ts'
import { publicPackages, root } from './packages/workspace.ts'

const one = publicPackages().find(({ folder }) => folder === process.cwd())
if (one === undefined) throw new Error(`${process.cwd()} is no package that is published`)
rmSync(join(one.folder, 'dist'), { recursive: true, force: true })
const compiler = join(root, 'node_modules', '.bin', 'tsc')
const declarations = spawn(compiler, ['-p', 'tsconfig.build.json', '--emitDeclarationOnly'], { stdio: 'inherit' })
const [[status]] = await Promise.all([once(declarations, 'close') as Promise<[number | null]>, bundle(one)])
process.exitCode = status ?? 1
