import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { CommandError } from '../../commandError.ts'
import type { Finding } from '../finding.ts'
import { chains } from './chains.ts'
import { handlers } from './handlers.ts'
import { importsOf } from './program.ts'
import type { Program } from './program.ts'
import { serving } from './serving.ts'
import type { Node } from './tree.ts'

/** Whether what was typed is a file of sources, or a folder. */
export const isSource = (typed: string): boolean => {
  const found = statSync(typed, { throwIfNoEntry: false })
  return found !== undefined && (found.isDirectory() || (found.isFile() && isProgram(typed)))
}

/** What could be better about the sources of a server. @throws CommandError when they cannot be read */
export const examineSource = async (typed: string): Promise<Finding[]> => {
  const paths = statSync(typed).isDirectory() ? programsIn(typed) : [typed]
  if (paths.length === 0) throw new CommandError(`${typed} has no JavaScript and no TypeScript in it.`)
  // Who only measures does not wait for a parser.
  const { parseSync } = await import('oxc-parser')
  return paths.flatMap((path) => {
    const text = readFileSync(path, 'utf8')
    const { program, errors } = parseSync(path, text)
    const [error] = errors
    if (error !== undefined) throw new CommandError(`${path} cannot be read: ${error.message}.`)
    const root = program as unknown as Node
    const name = path === typed ? basename(path) : relative(typed, path)
    const one: Program = { path: name, text, root, imports: importsOf(root) }
    return [chains, serving, handlers].flatMap((rule) => rule(one))
  })
}

const programsIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return isLeftOut(entry.name) ? [] : programsIn(path)
      return entry.isFile() && isProgram(entry.name) ? [path] : []
    })

const isProgram = (name: string): boolean =>
  /\.[cm]?[jt]sx?$/.test(name) && !/\.(?:d|test|spec|test-d)\.[cm]?[jt]sx?$/.test(name)
const isLeftOut = (name: string): boolean =>
  name.startsWith('.') || /^(?:node_modules|dist|build|coverage|test|tests|fixtures)$/.test(name)
