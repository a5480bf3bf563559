import { describe, expect, test } from 'vitest'
import { houseOf } from './floors.ts'
import { faultsOf, page, planted, sound } from './sound.ts'
import { privateFieldFaults } from './sources.ts'

test('a repository that keeps the rules has no fault', () => {
  expect(faultsOf(sound())).toEqual([])
})

describe('an import that the drawing lacks is found', () => {
  const lower = 'is not on a lower floor'
  test.for([
    ['of a higher floor', 'packages/core/src/index.ts', "import '@millrace/cache'", lower],
    ['of the same floor', 'packages/queue/src/a.ts', "import { cached } from '@millrace/cache'", lower],
    ['as a type', 'packages/queue/src/a.ts', "import type { Cached } from '@millrace/cache'", lower],
    ['inside a type', 'packages/queue/src/a.ts', "type A = import('@millrace/cache').Cached", lower],
    ['as a re-export', 'packages/queue/src/a.ts', "export * from '@millrace/cache'", lower],
    ['while running', 'packages/queue/src/a.ts', "await import('@millrace/cache')", lower],
    ['through require', 'packages/queue/src/a.ts', "createRequire(import.meta.url)('@millrace/cache')", lower],
    [
      'through a kept require',
      'packages/queue/src/a.ts',
      "const load = createRequire(x)\nload('@millrace/cache')",
      lower,
    ],
    ['as an augmentation', 'packages/queue/src/a.ts', "declare module '@millrace/cache' {}", lower],
    ['in a test', 'packages/queue/src/a.test.ts', "import '@millrace/cache'", lower],
    ['by a computed name', 'packages/queue/src/a.ts', 'await import(`@millrace/${name}`)', 'by a computed name'],
    ['across folders', 'packages/queue/src/a.ts', "import '../../core/src/index.ts'", 'reaches into another package'],
    ['of a test', 'packages/mcp/src/a.ts', "import './table.test.ts'", 'imports a test'],
    [
      'of what is not published',
      'packages/mcp/src/a.ts',
      "import '@millrace/core/src/index.ts'",
      'not a published entry',
    ],
    [
      'of what is not published, by an example',
      'examples/atlas/src/a.ts',
      "import '@millrace/cache/dist/index.js'",
      'not a published entry',
    ],
    [
      'across folders, by an example',
      'examples/atlas/src/a.ts',
      "import '../../../packages/core/src/index.ts'",
      'reaches into another package',
    ],
    ['of an example', 'packages/mcp/src/a.ts', "import 'atlas'", 'imports an example'],
    ['of an unlisted third party', 'packages/core/src/a.ts', "import 'zod'", 'package.json does not list'],
    ['of a tool for tests', 'packages/mcp/src/a.ts', "import 'zod'", 'package.json does not list'],
    ['of a builtin without node:', 'packages/core/src/a.ts', "import 'fs'", 'without node:'],
  ] as const)('%s', ([, path, text, fault]) => {
    expect(faultsOf(planted(path, text))).toEqual([expect.stringContaining(fault)])
  })

  test('the SDK outside mcp, at run time only', () => {
    const depends = (text: string): string =>
      text.replace('"dependencies":{', '"dependencies":{"@modelcontextprotocol/sdk":"1",')
    const tree = sound()
    tree.set('packages/cache/package.json', depends(tree.get('packages/cache/package.json')!))
    tree.set('docs/architecture.md', page.replace('`lru-cache`', '`lru-cache`, `@modelcontextprotocol/sdk`'))
    tree.set('packages/cache/src/a.ts', "import type { Tool } from '@modelcontextprotocol/sdk/types'")
    expect(faultsOf(tree)).toEqual([])
    tree.set('packages/cache/src/a.ts', "import { Tool } from '@modelcontextprotocol/sdk/types'")
    expect(faultsOf(tree)).toEqual([expect.stringContaining('at run time: only mcp and edge may')])
  })
})

describe('a package.json or a page that breaks a rule is found', () => {
  test.for([
    [
      'a dependency upwards',
      'packages/core/package.json',
      ['"files"', '"dependencies":{"@millrace/mcp":"workspace:*"},"files"'],
      'not on a lower floor',
    ],
    [
      'a sideways test dependency',
      'packages/queue/package.json',
      ['"files"', '"devDependencies":{"@millrace/cache":"workspace:*"},"files"'],
      'not on a lower floor',
    ],
    [
      'a dependency of core',
      'packages/core/package.json',
      ['"files"', '"dependencies":{"zod":"1"},"files"'],
      'is not in the table',
    ],
    [
      'a version instead of the workspace',
      'packages/queue/package.json',
      ['workspace:*', '^1.0.0'],
      'must be workspace:*',
    ],
    [
      'a third party that is not there',
      'docs/architecture.md',
      ['`lru-cache`', '`lru-cache`, `p-limit`'],
      'does not depend on it',
    ],
    [
      'a package that is not drawn',
      'docs/architecture.md',
      [' │ queue │ waits │\n', ''],
      'packages/queue is not drawn',
    ],
    [
      'a drawn package without a folder',
      'docs/architecture.md',
      [' │ queue', ' │ ghost │ . │\n │ queue'],
      'draws ghost',
    ],
    ['a missing row', 'docs/architecture.md', ['| `@millrace/queue` | waits | none |\n', ''], 'has no row'],
    ['side effects', 'packages/core/package.json', ['"sideEffects":false', '"sideEffects":true'], 'sideEffects'],
    ['CommonJS', 'packages/core/package.json', ['"type":"module"', '"type":"commonjs"'], 'is not ESM'],
    [
      'a require condition',
      'packages/core/package.json',
      ['"@millrace/source":"./src/index.ts",', '"@millrace/source":"./src/index.ts","require":"./a.cjs",'],
      'must be @millrace/source, types, default',
    ],
    ['main', 'packages/core/package.json', ['"files"', '"main":"a.js","files"'], 'main, module or types'],
    ['a private package', 'packages/core/package.json', ['"files"', '"private":true,"files"'], 'is private'],
    ['another version', 'packages/core/package.json', ['1.0.0', '1.0.1'], '2 versions: 1.0.0, 1.0.1'],
    ['another license', 'packages/core/package.json', ['MIT', 'ISC'], 'license MIT'],
    ['other engines', 'packages/core/package.json', ['>=20.19', '>=18'], 'engines.node >=20.19'],
    [
      'sources in what is published',
      'packages/core/package.json',
      ['["dist"]', '["dist","src"]'],
      'publish dist alone',
    ],
    ['a build of its own', 'packages/core/package.json', ['scripts/build.ts', 'build.ts'], 'built like the others'],
    ['an export of no source', 'packages/core/package.json', ['./src/index.ts', './src/main.ts'], 'does not exist'],
    [
      'restricted access',
      'packages/core/package.json',
      ['"access":"public"', '"access":"restricted"'],
      'publishConfig.access',
    ],
    ['a README that is too long', 'packages/core/README.md', ['# It', '# It\n'.repeat(130)], 'more than 120 lines'],
  ] as const)('%s', ([, path, [from, to], fault]) => {
    expect(faultsOf(planted(path, (before) => before.replace(from, to)))).toContainEqual(expect.stringContaining(fault))
  })

  test('other exports under publishConfig', () => {
    const more = '"publishConfig":{"exports":{"./more":"./dist/more.js"},"access":"public"},"x":'
    const tree = planted('packages/core/package.json', (before) => before.replace('"publishConfig":', more))
    expect(faultsOf(tree)).toContainEqual(expect.stringContaining('publishes other exports'))
  })

  test.for([
    ['that no source is for', {}],
    ['whose source Node would not find', { 'packages/core/src/bin.ts': "import 'node:fs'\n" }],
  ] as const)('a command %s', ([, files]) => {
    const tree = sound()
    const path = 'packages/core/package.json'
    tree.set(path, tree.get(path)!.replace('"publishConfig":', '"bin":{"core":"./dist/bin.js"},"publishConfig":'))
    for (const [name, text] of Object.entries(files)) tree.set(name, text)
    expect(faultsOf(tree)).toEqual([expect.stringContaining('has the command core from ./dist/bin.js')])
  })

  test('a missing README', () => {
    const tree = sound()
    tree.delete('packages/core/README.md')
    expect(faultsOf(tree)).toEqual(['packages/core has no README.md'])
  })
})

describe('a source that breaks a rule is found', () => {
  test('251 lines', () => {
    expect(faultsOf(planted('packages/core/src/long.ts', 'a\n'.repeat(250)))).toEqual([])
    expect(faultsOf(planted('packages/core/src/long.ts', 'a\n'.repeat(251)))).toEqual([
      'packages/core/src/long.ts has 251 lines, 250 are allowed',
    ])
  })

  test('a private field of the SDK in a second file, outside mcp, or nowhere', () => {
    const faults = (path: string, text: string): string[] => privateFieldFaults(planted(path, text))
    expect(faults('packages/mcp/src/b.ts', 'server._registeredTools')).toEqual([
      expect.stringContaining('it must be one file'),
    ])
    expect(faults('packages/cache/src/b.ts', "x['_requestHandlers']")).toEqual([
      expect.stringContaining('only mcp may'),
    ])
    expect(faults('packages/mcp/src/table.ts', '// _requestHandlers')).toEqual([expect.stringContaining('no file')])
    expect(faults('packages/mcp/src/b.ts', '// _requestHandlers is private')).toEqual([])
    expect(faults('packages/mcp/src/b.test.ts', 'server._requestHandlers')).toEqual([])
  })

  test('a file that does not parse', () => {
    expect(() => faultsOf(planted('packages/core/src/index.ts', 'import {'))).toThrow('packages/core/src/index.ts')
  })
})

test('a drawing without floors, or with a package twice, is refused', () => {
  expect(() => houseOf(planted('docs/architecture.md', 'words'))).toThrow('no floor found')
  const twice = page.replace('1│ cache', '1│ cache │ . │\n │ cache')
  expect(() => houseOf(planted('docs/architecture.md', twice))).toThrow('cache is drawn twice')
})
