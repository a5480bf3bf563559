import { arrowFaults } from './arrows.ts'
import { houseOf } from './floors.ts'
import { packageFaults } from './packages.ts'
import { lengthFaults, privateFieldFaults } from './sources.ts'
import type { Tree } from './tree.ts'

/** A small repository that keeps every rule, for tests that break one. */
export function sound(): Map<string, string> {
  return new Map([
    ['package.json', JSON.stringify({ name: 'root', license: 'MIT', engines: { node: '>=20.19' } })],
    ['docs/architecture.md', page],
    ...pack('core', {}),
    ...pack('cache', { dependencies: { '@millrace/core': 'workspace:*', 'lru-cache': '1.0.0' } }),
    ...pack('queue', { dependencies: { '@millrace/core': 'workspace:*' } }),
    ...pack('mcp', {
      dependencies: { '@millrace/core': 'workspace:*' },
      peerDependencies: { '@modelcontextprotocol/sdk': '^1.0.0' },
      devDependencies: { zod: '1.0.0' },
    }),
    [
      'packages/cache/src/index.ts',
      "import type { Call } from '@millrace/core'\nimport { LRUCache } from 'lru-cache'\n",
    ],
    [
      'packages/mcp/src/table.ts',
      "import { Server } from '@modelcontextprotocol/sdk/server'\nserver._requestHandlers\n",
    ],
    ['packages/mcp/src/table.test.ts', "import { z } from 'zod'\n"],
    [
      'examples/atlas/package.json',
      JSON.stringify({ name: 'atlas', dependencies: { '@millrace/cache': 'workspace:*' } }),
    ],
    ['examples/atlas/src/main.ts', "import '@millrace/cache'\n"],
  ])
}

/** Its drawing. */
export const page = `
\`\`\`
2│ mcp   │ doors │
 ├───────┼───────┤
1│ cache │ kept  │
 │ queue │ waits │
 ├───────┼───────┤
0│ core  │ all   │
\`\`\`
| \`@millrace/core\` | centre | none |
| \`@millrace/cache\` | kept | \`lru-cache\` |
| \`@millrace/queue\` | waits | none |
| \`@millrace/mcp\` | doors | peer \`@modelcontextprotocol/sdk\` |
`

function pack(name: string, fields: object): [string, string][] {
  const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
  const manifest = {
    name: `@millrace/${name}`,
    version: '1.0.0',
    description: name,
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    files: ['dist'],
    scripts: { build: 'node ../../scripts/build.ts' },
    engines: { node: '>=20.19' },
    exports: { '.': { '@millrace/source': './src/index.ts', ...exports['.'] } },
    publishConfig: { access: 'public', exports },
    ...fields,
  }
  return [
    [`packages/${name}/package.json`, JSON.stringify(manifest)],
    [`packages/${name}/README.md`, '# It\n'],
    [`packages/${name}/src/index.ts`, 'export const one = 1\n'],
  ]
}

/** The sound repository with one file changed. */
export function planted(path: string, text: string | ((before: string) => string)): Tree {
  const tree = sound()
  tree.set(path, typeof text === 'string' ? text : text(tree.get(path)!))
  return tree
}

/** Everything the house rules find. */
export function faultsOf(tree: Tree): string[] {
  return [
    ...arrowFaults(tree, houseOf(tree)),
    ...packageFaults(tree),
    ...lengthFaults(tree),
    ...privateFieldFaults(tree),
  ]
}
