import type { TaskFunction } from './options.ts'
import type { TaskWithin } from './within.ts'

/**
 * The same function, run in a thread. It takes one argument more: within what it is run. What the SDK gives a tool's
 * handler beside the arguments is that, so an offloaded function is a handler as it is.
 */
export type Offloaded<Some extends TaskFunction> = (
  ...args: [...args: Parameters<Some>, within?: TaskWithin | undefined]
) => Promise<Awaited<ReturnType<Some>>>
