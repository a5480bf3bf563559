import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Block } from './blocks.ts'

const run = promisify(execFile)

const settings = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: { noEmit: true, moduleDetection: 'force', customConditions: ['@millrace/source'] },
  include: ['*.ts'],
}

/** An empty folder where blocks become files: inside `tests`, so that they find the packages that `tests` depends on. */
export function workbench(): string {
  const parent = join(import.meta.dirname, '..', '.readme')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'blocks-'))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  return folder
}

/** Runs a block on the sources, without input, and gives what it printed. @throws when it fails or does not end. */
export async function runBlock(folder: string, block: Block): Promise<string> {
  const path = join(folder, `${nameOf(block)}.ts`)
  writeFileSync(path, block.code)
  const { stdout, stderr } = await run(process.execPath, ['--conditions=@millrace/source', path], { timeout: 30_000 })
  return stdout + stderr
}

/**
 * Compiles blocks, each on its own and, when it is not the first of its file, also as a continuation of the first.
 * Gives the errors of those that compile neither way.
 */
export async function typeErrors(folder: string, blocks: readonly Block[]): Promise<string[]> {
  const firsts = new Map<string, Block>()
  for (const block of blocks) {
    const first = firsts.get(block.file)
    writeFileSync(join(folder, `${nameOf(block)}.ts`), block.code)
    if (first) writeFileSync(join(folder, `${nameOf(block)}.continued.ts`), continued(first.code, block.code))
    else firsts.set(block.file, block)
  }
  const errors = await compile(folder)
  return blocks.flatMap((block) => {
    const alone = errors.filter((error) => error.startsWith(`${nameOf(block)}.ts(`))
    const after = errors.filter((error) => error.startsWith(`${nameOf(block)}.continued.ts(`))
    const isFirst = firsts.get(block.file) === block
    if (alone.length === 0 || (!isFirst && after.length === 0)) return []
    return [`${block.file}:${block.line} ${(isFirst ? alone : after)[0]}`]
  })
}

/** The second text after the first: imports together on top, then the first, then the second in a scope of its own. */
export function continued(first: string, second: string): string {
  const named = new Map<string, Set<string>>()
  const others = new Set<string>()
  const rest = [first, second].map((code) =>
    code.replaceAll(
      /^import\b[^]*?from ['"](.+?)['"];?$|^import ['"].+['"];?$/gm,
      (statement: string, module?: string) => {
        const names = /^import \{([^}]*)\}/.exec(statement)?.[1]
        if (names === undefined || module === undefined) others.add(statement)
        else for (const name of names.split(',')) add(named, module, name.trim())
        return ''
      },
    ),
  )
  const imports = [...named].map(([module, names]) => `import { ${[...names].join(', ')} } from '${module}'`)
  return [...others, ...imports, rest[0], `{\n${rest[1]!.replaceAll(/^export /gm, '')}\n}`].join('\n')
}

function add(named: Map<string, Set<string>>, module: string, name: string): void {
  const names = named.get(module) ?? new Set()
  if (name !== '') names.add(name)
  named.set(module, names)
}

async function compile(folder: string): Promise<string[]> {
  const compiler = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'tsc')
  try {
    await run(compiler, ['-p', 'tsconfig.json', '--pretty', 'false'], { cwd: folder })
    return []
  } catch (error) {
    return (error as { stdout: string }).stdout.split('\n').filter((line) => line !== '')
  }
}

function nameOf({ file, line }: Block): string {
  return `${file.replaceAll(/[^a-z0-9]+/gi, '-')}-${line}`
}
