import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

/** The names that the entry point of a package exports, from its own folder or from other packages. */
const namesIn = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) =>
    (names as string).split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
  )

const require = createRequire(import.meta.url)
const { dependencies } = require('../package.json') as { readonly dependencies: object }
const own = ['batching.ts', 'index.ts', 'metrics.ts', 'resources.ts'].flatMap((file) =>
  namesIn(join(import.meta.dirname, file)),
)
// Of the centre only what writing a middleware needs: the rest is for doors, stores and factories. The command is for a
// terminal, which no server loads.
const partly: ReadonlySet<string> = new Set(['@millrace/core', '@millrace/command'])
const packages = Object.keys(dependencies).filter((name) => !partly.has(name))

it.each(packages)('gives everything that %s gives, values and types', (name) => {
  const folder = dirname(require.resolve(`${name}/package.json`))
  const given = namesIn(join(folder, 'src', 'index.ts'))
  expect(given.length).toBeGreaterThan(5)
  expect(own).toEqual(expect.arrayContaining(given))
})

it('gives of the centre what writing a middleware needs', () => {
  const needed = ['asMiddleware', 'withCall', 'RejectedError', 'AbandonedError', 'onAbort', 'outcomeOf', 'CallPatch']
  expect(own).toEqual(expect.arrayContaining(needed))
})
