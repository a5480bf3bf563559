import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrap } from './wrap.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..', '..')

const program = `
import { wrap } from '@millrace/mcp'
import type { Middleware } from '@millrace/mcp'

const seen: string[] = []
const watch: Middleware = (call, next) => {
  seen.push(call.operation)
  return next(call)
}

class Tools {
  readonly prefix = 'city '
  @wrap(watch)
  async search({ city }: { city: string }) {
    return { content: [{ type: 'text' as const, text: this.prefix + city }] }
  }
  @wrap({ name: 'given' }, watch)
  static async details(_args: { id: number }) {
    return { content: [] }
  }
}

const { content } = await new Tools().search({ city: 'Bern' })
await Tools.details({ id: 1 })
console.log(JSON.stringify([content[0]?.text, seen, Tools.prototype.search.name]))
`

let folder: string
beforeAll(async () => {
  // Among the tests, which depend on the package as an author's program does.
  const parent = join(root, 'tests', '.readme')
  await mkdir(parent, { recursive: true })
  folder = await mkdtemp(join(parent, 'decorators-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe.each([
  ['standard decorators', {}],
  ['experimentalDecorators', { experimentalDecorators: true, emitDecoratorMetadata: false }],
])('@wrap under %s', (name, options) => {
  it('compiles and runs, with name, this and static methods', { timeout: 60_000 }, async () => {
    const file = name.replaceAll(' ', '-')
    await writeFile(join(folder, `${file}.mts`), program)
    const settings = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        target: 'es2022',
        types: ['node'],
        typeRoots: [join(root, 'node_modules', '@types')],
        customConditions: ['@millrace/source'],
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: true,
        rootDir: root,
        outDir: join(folder, 'out'),
        ...options,
      },
      files: [`${file}.mts`],
    }
    await writeFile(join(folder, `${file}.json`), JSON.stringify(settings))
    const compiler = join(root, 'node_modules', '.bin', 'tsc')
    await run(compiler, ['-p', `${file}.json`, '--pretty', 'false'], { cwd: folder }).catch(
      (error: { stdout: string }) => {
        throw new Error(error.stdout)
      },
    )
    const built = join(folder, 'out', folder.slice(root.length), `${file}.mjs`)
    const { stdout } = await run(process.execPath, ['--conditions=@millrace/source', built])
    expect(JSON.parse(stdout)).toEqual(['city Bern', ['tools/call search', 'tools/call given'], 'search'])
  })
})

describe('@wrap above something that is no method', () => {
  it.each([undefined, { get: () => 1 }])('says so: %j', (descriptor) => {
    expect(() => wrap()({}, 'field', descriptor as never)).toThrow(
      'wrap: expected a method to decorate, got a property or accessor: field',
    )
  })
})
