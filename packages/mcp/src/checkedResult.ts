import { kindOf } from '@millrace/core'
import type { Result } from '@millrace/core'

/** @throws Error when a chain answered with something that no method may be answered with */
export const checkedResult = (result: Result, method: string): Result => {
  if (result !== null && typeof result === 'object') return result
  if (typeof result === 'function') {
    throw new Error(
      `${method} was answered with a function where an object belongs: is a middleware a factory that was not called, use(server, factory) for use(server, factory())?`,
    )
  }
  throw new Error(`${method} was answered with ${kindOf(result)} where an object belongs`)
}
