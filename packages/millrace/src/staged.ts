import { staged as stagedWith } from '@millrace/batch'
import type { StagedOptions as Options } from '@millrace/batch'
import type { Middleware } from '@millrace/core'
import { invoke, toolNames } from '@millrace/mcp'

/** Options of `staged`. */
export type StagedOptions = Omit<Options, 'invoke' | 'toolNames'>

/**
 * A tool that calls several tools of its server in one go, for `use(server, staged(), …)`: steps refer to each other's
 * results, each runs as soon as those it needs are done, and every one goes through the server's own chain as the same
 * caller.
 *
 * @throws TypeError when an option makes no sense, and at attaching when the server has a tool of this name
 */
export const staged = (options: StagedOptions = {}): Middleware & { readonly stage: 'staged' } =>
  stagedWith({ ...options, invoke, toolNames })
