import type { Call } from '@millrace/core'

/**
 * Whether running the call twice at the same time does no harm: the methods of the protocol that read, tools that say
 * they only read, and a handler whose tool says nothing of itself when the author put the middleware around it. A tool
 * of which nobody knows what it says may well say that it destroys.
 */
export const isReading = (call: Call): boolean => {
  if (call.method !== 'tools/call') return readingMethods.has(call.method)
  const { readOnly, destructive } = call.traits
  return destructive !== true && (readOnly === true || (readOnly === undefined && isOptedIn(call)))
}

/** Whether running the call again does no harm: what reads, and tools that say they are idempotent. */
export const isRepeatable = (call: Call): boolean => call.traits.idempotent === true || isReading(call)

/** Whether it is a tool's call of which nobody can say whether it may be repeated. */
export const isUnknown = ({ isUndescribed, method }: Call): boolean => isUndescribed === true && method === 'tools/call'

/** Warns, once for each factory, of a tool of which nobody knows whether it may be repeated. */
export const warnOfUndescribed = (factory: 'retry' | 'hedge', option: string, consequence: string): void => {
  if (warned.has(factory)) return
  warned.add(factory)
  process.emitWarning(
    `${factory} is wrapped around a handler whose server has no use(server, …), so nobody knows what its tool says of ` +
      `itself: ${consequence}. Write use(server), or ${factory}({ ${option}: () => true }) for what may be repeated.`,
    { type: 'MillraceWarning', code: 'MILLRACE_UNDESCRIBED' },
  )
}

const warned = new Set<string>()

const isOptedIn = ({ isWrapped, isUndescribed, traits }: Call): boolean =>
  isWrapped === true && isUndescribed !== true && traits.idempotent !== false

const readingMethods = new Set([
  'tools/list',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
  'server/discover',
])
