import { isMillraceError } from '@millrace/core'
import type { Call } from '@millrace/core'
import type { QueueOptions } from '@millrace/queue'
import type { Priority } from '../scenario.ts'
import type { Setting, Subject } from '../subject.ts'

/** Our queue, told what the setting and these options make of it. */
export const ours = (name: string, note: string, optionsFor: (setting: Setting) => QueueOptions): Subject => ({
  name,
  note,
  open: async (setting) => {
    const { queue } = await import('@millrace/queue')
    const middleware = queue({ ...(setting.hasPriorities ? { priority } : {}), ...optionsFor(setting) })
    return {
      run: async (call, work) => {
        await middleware(call, () => work().then(() => answer))
      },
      isRefusal: (error) => isMillraceError(error) || (error instanceof DOMException && error.name === 'AbortError'),
      limit: () => middleware.state().limit,
    }
  },
})

/** Nothing is said but, where a scenario is about that, what the limit is to begin with. */
export const unconfigured: Subject = ours('queue()', 'finds its limit', ({ limit, isLimitInitial }) =>
  isLimitInitial ? { maxConcurrent: { initial: limit } } : {},
)

export const configured: Subject = ours('queue({ maxConcurrent: 10 })', 'is told the limit', ({ limit }) => ({
  maxConcurrent: limit,
}))

const priority = (call: Call): Priority => (call.input as { readonly priority: Priority }).priority
const answer = { content: [] }
