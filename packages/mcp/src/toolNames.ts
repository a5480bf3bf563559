import { originOf } from '@millrace/core'
import type { Call } from '@millrace/core'
import { HandlerCall } from './handlerCall.ts'
import { ServerCall } from './serverCall.ts'

/**
 * The tools of the server that a call is on its way through, without those that are disabled and those that a middleware
 * adds to the list.
 *
 * @returns undefined where they are not known: the call came through no `use(server, …)`, or its server is a low-level one
 *   whose list has not been read
 */
export const toolNames = (call: Call): readonly string[] | undefined => {
  const request = outermostOf(call)
  return request?.host.facts.toolNames(request.list)
}

/** The call that a server's table made of the request; undefined where no table did. */
export const outermostOf = (call: Call): ServerCall | undefined => {
  const origin = originOf(call)
  const outer = origin instanceof HandlerCall && origin.invocation.outer ? originOf(origin.invocation.outer) : origin
  return outer instanceof ServerCall ? outer : undefined
}
