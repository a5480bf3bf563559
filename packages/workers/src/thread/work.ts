import { constants, Script } from 'node:vm'
import { imported } from '../imported.ts'
import type { TaskOrder } from './protocol.ts'

/** What is to be run, found. */
export type Found = (...args: readonly unknown[]) => unknown

/** Where a module lacks what it was to export. */
export class NoExport extends Error {}

/** Finds what an order is about. What has been found once is kept: an import is awaited once. */
export const found = async ({ kind, code, name }: TaskOrder): Promise<Found> => {
  const key = `${kind} ${name} ${code}`
  const known = kept.get(key)
  if (known !== undefined) return known
  const work = kind === 'module' ? await exported(code, name) : compiled(code, name)
  if (kept.size === atMost) kept.clear()
  kept.set(key, work)
  return work
}

const kept = new Map<string, Found>()
const atMost = 1000

const exported = async (url: string, name: string): Promise<Found> => {
  const module = await imported(url)
  const work = module[name] ?? (module['default'] as { readonly [name: string]: unknown } | undefined)?.[name]
  if (typeof work !== 'function') {
    const names = Object.keys(module).join(', ')
    throw new NoExport(`there is no function '${name}' among its exports${names === '' ? '' : `: ${names}`}`)
  }
  return work as Found
}

const compiled = (source: string, name: string): Found => {
  // esbuild and tsx name inner functions with one of their own.
  const script = new Script(`'use strict';((__name) => (${source}\n))`, {
    filename: name,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const make = script.runInThisContext() as (name: <Value>(value: Value) => Value) => Found
  return make((value) => value)
}
