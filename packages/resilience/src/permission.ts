import type { Call } from '@millrace/core'

/**
 * Whether running the call twice at the same time does no harm: the methods of the protocol that read, tools that say
 * they only read, and a handler that says nothing of itself when the author put the middleware around it.
 */
export const isReading = (call: Call): boolean => {
  if (call.method !== 'tools/call') return readingMethods.has(call.method)
  const { readOnly, destructive } = call.traits
  return destructive !== true && (readOnly === true || (readOnly === undefined && isOptedIn(call)))
}

/** Whether running the call again does no harm: what reads, and tools that say they are idempotent. */
export const isRepeatable = (call: Call): boolean => call.traits.idempotent === true || isReading(call)

const isOptedIn = ({ isWrapped, traits }: Call): boolean => isWrapped === true && traits.idempotent !== false

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
