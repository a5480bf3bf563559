import type { Call, Traits } from './call.ts'
import { asMiddleware, chainFor } from './middleware.ts'
import type { Middleware, Tools } from './middleware.ts'
import { checkOptions } from './options.ts'
import type { Check } from './options.ts'

/** Which calls a middleware is for. Of several fields a call must match all; of several values of a field, any. */
export interface Selector {
  /** Tool names, exact. Selects `tools/call` only. */
  readonly tool?: string | readonly string[]
  /** Methods: exact, or with a trailing `*` such as `resources/*`. */
  readonly method?: string | readonly string[]
  /** Tools that say all of this of themselves: `{ readOnly: true }`. One that says nothing is never selected. */
  readonly traits?: Traits
}

/** A tool's name, several, a selector, or a function that decides call by call: at once, a promise would be a yes. */
export type Selection = string | readonly string[] | Selector | ((call: Call) => boolean)

/**
 * Middleware for some calls only; the others go past it. What looks at the tools of a server when it is attached sees
 * the selected ones, or all where a function decides.
 *
 * @throws TypeError when the selection is not one, or selects nothing; when there is no middleware.
 */
export const only = (selection: Selection, ...middleware: readonly Middleware[]): Middleware => {
  const selected = typeof selection === 'function' ? undefined : select(selectorOf(selection))
  if (middleware.length === 0) {
    throw new TypeError("only: expected middleware after the selection, as in only('search', timeout()); got none")
  }
  const isSelected = selected ?? (selection as (call: Call) => boolean)
  const inner = chainFor('only', middleware)
  return asMiddleware((call, next) => (isSelected(call) ? inner(call, next) : next(call)), {
    parts: middleware,
    rejoin: (parts: readonly Middleware[]) => only(selection, ...parts),
    // What a function decides may be another thing the next time.
    covers: selected ?? never,
    narrow: selected && narrowing(selected),
    mentions: { only: namesIn(selection) },
  })
}

const never = () => false

const namesIn = (selection: Selection): readonly string[] => {
  if (typeof selection === 'function') return []
  if (typeof selection === 'string' || Array.isArray(selection)) return list<string>(selection as string)
  return list((selection as Selector).tool ?? [])
}

/** What a selector looks at. */
type Selectable = Pick<Call, 'method' | 'target' | 'traits'>
type Test = (call: Selectable) => boolean

const narrowing =
  (isSelected: Test) =>
  (tools: Tools): Tools => ({
    traits: (target) => {
      const traits = tools.traits(target)
      return traits !== undefined && isSelected({ method: 'tools/call', target, traits }) ? traits : undefined
    },
  })

const selectorOf = (selection: string | readonly string[] | Selector): Selector => {
  if (typeof selection === 'string' || Array.isArray(selection))
    return { tool: selection as string | readonly string[] }
  if (selection !== null && typeof selection === 'object') return selection as Selector
  throw new TypeError('only: expected a tool name, an array of them, { tool, method, traits } or a function')
}

const select = (selector: Selector): Test => {
  checkOptions('only', selector, { tool: names, method: methods, traits })
  const { tool, method, traits: wanted } = selector
  const tests: Test[] = []
  if (tool !== undefined) tests.push(byTool(list(tool)))
  if (method !== undefined) tests.push(byMethod(list(method)))
  if (wanted !== undefined) tests.push(byTraits(wanted))
  if (tests.length === 0) throw new TypeError('only: the selector is empty; give it tool, method or traits')
  return (call) => tests.every((test) => test(call))
}

const byTool = (tools: readonly string[]): Test => {
  const names = new Set(tools)
  return (call) => call.method === 'tools/call' && call.target !== undefined && names.has(call.target)
}

const byMethod = (patterns: readonly string[]): Test => {
  const exact = new Set(patterns)
  const prefixes = patterns.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1))
  return (call) => exact.has(call.method) || prefixes.some((prefix) => call.method.startsWith(prefix))
}

const byTraits = (traits: Traits): Test => {
  const wanted = Object.entries(traits).filter(([, value]) => value !== undefined) as Array<[keyof Traits, boolean]>
  return (call) => wanted.every(([trait, value]) => call.traits[trait] === value)
}

const names: Check = (value) =>
  list(value).length > 0 && list(value).every((one) => typeof one === 'string' && one !== '')
    ? undefined
    : 'a name or an array of names that is not empty'

const methods: Check = (value) =>
  names(value) ??
  ((list(value) as string[]).every((one) => !one.slice(0, -1).includes('*'))
    ? undefined
    : 'a method, with a * at its end or not at all')

const traitNames = ['readOnly', 'idempotent', 'destructive', 'openWorld'] satisfies Array<keyof Traits>

const traits: Check = (value) => {
  const given = value !== null && typeof value === 'object' ? Object.entries(value) : []
  const said = given.filter(([, wanted]) => wanted !== undefined)
  return said.length > 0 &&
    said.every(([name, wanted]) => traitNames.some((one) => one === name) && typeof wanted === 'boolean')
    ? undefined
    : `an object with at least one of ${traitNames.join(', ')}, each true or false`
}

const list = <Item>(value: Item | readonly Item[]): readonly Item[] =>
  Array.isArray(value) ? (value as readonly Item[]) : [value as Item]
