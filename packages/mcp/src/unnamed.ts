import type { Middleware } from '@millrace/core'
import { mentionsOf } from './mentions.ts'

/** Whether a chain does something else for want of a name. */
export interface Naming {
  readonly needsNames: boolean
}

/** A cache asks for the name of every call, and keeps what has none apart. */
export const needsNames = (leaves: readonly Middleware[]): boolean =>
  leaves.some((one) => mentionsOf(one).length > 0) || !leaves.some(({ stage }) => stage === 'cached')

/** Warns, once, that somebody asks for the name of a wrapped handler that nobody has named. */
export const warnOfUnnamed = (chain: Naming): void => {
  if (hasWarned || !chain.needsNames) return
  hasWarned = true
  process.emitWarning(
    'A middleware asks for the name (call.target) of a handler that has none: it is wrapped, its server has no ' +
      'use(server, …), and its function has no name, so what is said of tools by name (perTool, priority, only, a function ' +
      "of the call) does not reach it. Write wrap({ name: 'search' }, …), or use(server).",
    { type: 'MillraceWarning', code: 'MILLRACE_UNNAMED' },
  )
}

let hasWarned = false
