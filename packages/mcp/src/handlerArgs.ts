import { kindOf } from '@millrace/core'
import type { Call } from '@millrace/core'
import { attemptOf, bind, contextOf, isContext } from './context.ts'
import type { Attempt } from './context.ts'
import type { HandlerCall } from './handlerCall.ts'
import { variablesOf } from './internals.ts'

/**
 * The arguments of a wrapped handler as the middleware left them, of the types that the SDK gives: the input, or the
 * URL of a resource with what its template reads out of it, and the context of the changed call.
 *
 * @throws TypeError for a change that the handler cannot be given
 */
export const changedArgs = (call: Call, origin: HandlerCall): readonly unknown[] => {
  const args = [...origin.invocation.args]
  const attempt = attemptOf(origin.sdk)
  if (origin.hasInput) {
    if (args[0] instanceof URL) changeUrl(args, call, origin)
    else args[0] = call.input
  }
  if (isContext(args.at(-1))) {
    const context = contextOf(call)
    const { run, registered, handler } = attempt ?? ({} as Partial<Attempt>)
    bind(context, { call, run, registered, handler, thrown: undefined, hasRun: true })
    args[args.length - 1] = context
  }
  return args
}

const changeUrl = (args: unknown[], call: Call, origin: HandlerCall): void => {
  if (call.input === origin.input) return
  const { uri = origin.target } = (call.input ?? {}) as { readonly uri?: unknown }
  if (uri === origin.target) return
  if (typeof uri !== 'string' || !URL.canParse(uri)) {
    throw new TypeError(
      `wrap: a middleware changed the URI of a resource to what is none: expected a URI, got ${show(uri)}`,
    )
  }
  args[0] = new URL(uri)
  const hasVariables = args.length > (isContext(args.at(-1)) ? 2 : 1)
  if (!hasVariables) return
  const registered = attemptOf(origin.sdk)?.registered
  const variables = registered === undefined ? undefined : variablesOf(registered, uri)
  if (variables === undefined || variables === null) {
    throw new TypeError(
      registered === undefined
        ? 'wrap: a middleware changed the URI of a resource template, whose variables are known only where the server has use(server, …)'
        : `wrap: a middleware changed the URI of a resource template to one that does not fit it: ${show(uri)}`,
    )
  }
  args[1] = variables
}

const show = (value: unknown): string => (typeof value === 'string' ? `'${value.slice(0, 80)}'` : kindOf(value))
