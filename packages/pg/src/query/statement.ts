import { kindOf } from '@millrace/core'
import type { Query } from '../rows.ts'
import type { Statement } from './execution.ts'

/** @throws TypeError for what is no query */
export const statementOf = (query: string | Query, values?: readonly unknown[]): Statement => {
  if (values !== undefined && !Array.isArray(values))
    throw new TypeError(`query: values must be an array, got ${kindOf(values)}`)
  if (typeof query === 'string') return { text: query, values: values as unknown[] }
  if (query === null || typeof query !== 'object' || typeof query.text !== 'string')
    throw new TypeError(`query: expected a text or an object with text, got ${kindOf(query)}`)
  const { text, values: own = values, name } = query
  return name === undefined ? { text, values: own as unknown[] } : { text, values: own as unknown[], name }
}
