/**
 * The methods that a shared server answers: what they come to depends on nothing that a server remembers of a client.
 * All others go to a server of their own, as the SDKs make it: they write something down (`initialize`,
 * `logging/setLevel`, `resources/subscribe`), open a stream (`subscriptions/listen`), or are nobody's.
 */
export const isShareable = (method: string): boolean => nameFields[method] !== undefined

/** The parameter that `Mcp-Name` repeats (2026-07-28); null for a method without one. */
export const nameFieldOf = (method: string): 'name' | 'uri' | null | undefined => nameFields[method]

const nameFields: { readonly [method: string]: 'name' | 'uri' | null | undefined } = {
  __proto__: null,
  'tools/call': 'name',
  'tools/list': null,
  'prompts/get': 'name',
  'prompts/list': null,
  'resources/read': 'uri',
  'resources/list': null,
  'resources/templates/list': null,
  'completion/complete': null,
}
