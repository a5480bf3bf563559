import type { Method, Overrides } from './override.ts'

/** A number that is the same as long as nothing was registered, renamed or removed; NaN where nobody can tell. */
export type Registrations = () => number

/**
 * Counts what an `McpServer` announces, which it does by itself of all that is registered, changed or removed, whether
 * or not it has a client. Once somebody has put a method of their own in the place of those that announce, which may
 * never come to these, nobody can tell any more.
 */
export const registrations = (mcpServer: object, replaced: Overrides): Registrations => {
  const holder = mcpServer as { readonly [method: string]: unknown }
  const listeners: Array<Method | undefined> = announcing.map((method) => {
    let listener: Method | undefined
    replaced.replace(mcpServer, method, (announce) => {
      listener = (...args) => {
        count += 1
        return announce(...args)
      }
      return listener
    })
    return listener
  })
  let count = 0
  const isHeard = (method: string, index: number) =>
    listeners[index] !== undefined && holder[method] === listeners[index]
  return () => (announcing.every(isHeard) ? count : NaN)
}

const announcing = ['sendToolListChanged', 'sendPromptListChanged', 'sendResourceListChanged'] as const
