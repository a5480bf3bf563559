import type { Result } from '@millrace/core'

/** Whether a result has what the protocol demands of an answer to the method; true for methods of one's own. */
export const fits = (result: Result, method: string): boolean => {
  const field = fields.get(method)
  return field === undefined || result[field] !== undefined
}

/** Whether a result is of a form that some method of the protocol answers with. */
export const isAnswer = (result: Result): boolean =>
  result['resultType'] !== undefined || [...fields.values()].some((field) => result[field] !== undefined)

const fields = new Map([
  ['tools/call', 'content'],
  ['tools/list', 'tools'],
  ['prompts/get', 'messages'],
  ['prompts/list', 'prompts'],
  ['resources/read', 'contents'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resourceTemplates'],
  ['completion/complete', 'completion'],
])
