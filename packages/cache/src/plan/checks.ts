import {
  arrayOf,
  boolean,
  checkOptions,
  either,
  func,
  having,
  integer,
  number,
  off,
  oneOf,
  record,
  text,
} from '@millrace/core'
import type { Check } from '@millrace/core'
import type { CachedOptions, CacheRule } from './options.ts'

/**
 * Checks the options of `cached`.
 *
 * @throws TypeError naming the option, or when they cache nothing.
 */
export const checkCachedOptions = (options: CachedOptions = {}): void => {
  checkOptions('cached', options, all)
  const { ttlMs, tools = {}, lists, resources, prompts } = options
  checkOptions('cached.tools', tools, same(tools, setting))
  for (const [name, value] of Object.entries(tools)) checkTool(`cached.tools.${name}`, value, ttlMs !== undefined)
  checkRule('cached.lists', lists)
  checkRule('cached.prompts', prompts)
  checkResources(resources)
  // In a store that another cache fills, this one may be there to invalidate.
  if (options.store === undefined && !keepsAnything(options)) {
    throw new TypeError('cached: nothing would be cached; give ttlMs, or name tools, lists, resources or prompts')
  }
}

/** Tags, or a function that says them. */
export const invalidatesCheck: Check = either(arrayOf(text, 'strings that are not empty'), func)

/** Whether resources are given by URI, and not as one rule. */
export const isByUri = (resources: unknown): resources is { readonly [uri: string]: number | CacheRule | false } =>
  isRecord(resources) &&
  Object.keys(resources).length > 0 &&
  Object.keys(resources).every((key) => key.includes(':') || key.endsWith('*'))

const lifetime = number({ min: 1, unlimited: true })
const span = number({ min: 0, unlimited: true })
const setting = either(lifetime, record, off)

const rule: { readonly [option: string]: Check } = {
  ttlMs: either(lifetime, func),
  scope: oneOf('private', 'public'),
  varyBy: func,
  key: func,
  tags: invalidatesCheck,
  staleMs: span,
  staleIfErrorMs: span,
  earlyRefresh: either(number({ min: 0, max: 1000 }), off),
  hints: boolean,
}

const all: { readonly [option: string]: Check } = {
  ...rule,
  tools: record,
  lists: setting,
  resources: setting,
  prompts: setting,
  store: having('a store', 'get', 'set', 'delete', 'invalidate', 'clear', 'stats'),
  bus: having('a bus', 'publish', 'subscribe'),
  maxLoadMs: lifetime,
  storeTimeoutMs: lifetime,
  maxEntryBytes: integer({ min: 1, unlimited: true }),
  maxInputLength: integer({ min: 1, unlimited: true }),
  random: func,
  clock: having('a clock', 'now', 'after'),
}

const checkResources = (resources: CachedOptions['resources']): void => {
  if (!isByUri(resources)) return checkRule('cached.resources', resources)
  checkOptions('cached.resources', resources, same(resources, setting))
  for (const [uri, value] of Object.entries(resources)) checkRule(`cached.resources.${uri}`, value)
}

const keepsAnything = ({ ttlMs, tools = {}, lists, resources, prompts }: CachedOptions): boolean => {
  const rules = [lists, prompts, ...(isByUri(resources) ? Object.values(resources) : [resources])]
  const named = Object.values(tools).filter((tool) => !isRecord(tool) || tool['invalidates'] === undefined)
  return ttlMs !== undefined || [...rules, ...named].some((value) => value !== undefined && value !== false)
}

const checkTool = (path: string, value: unknown, isTtlGiven: boolean): void => {
  if (!isRecord(value) || value['invalidates'] === undefined) return checkRule(path, value, isTtlGiven)
  const other = Object.keys(value).find((name) => name !== 'invalidates' && value[name] !== undefined)
  if (other !== undefined) {
    throw new TypeError(`${path}: a tool that invalidates is not cached itself; take ${other} out`)
  }
  checkOptions(path, value, { invalidates: invalidatesCheck })
}

const checkRule = (path: string, value: unknown, isTtlGiven = false): void => {
  if (!isRecord(value)) return
  checkOptions(path, value, rule)
  if (value['ttlMs'] === undefined && !isTtlGiven) throw new TypeError(`${path}.ttlMs must be given`)
}

const same = (values: object, check: Check): { readonly [name: string]: Check } =>
  Object.fromEntries(Object.keys(values).map((name) => [name, check]))

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
