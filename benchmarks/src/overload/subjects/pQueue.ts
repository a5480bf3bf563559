import type { Priority } from '../scenario.ts'
import type { Subject } from '../subject.ts'

export const pQueue: Subject = {
  name: 'p-queue',
  note: 'concurrency 10, add(work, { signal, priority })',
  open: async ({ limit, hasPriorities }) => {
    const { default: PQueue } = await import('p-queue')
    const queue = new PQueue({ concurrency: limit })
    return {
      run: ({ signal, input }, work) => {
        const priority = hasPriorities ? rank[(input as { readonly priority: Priority }).priority] : 0
        return queue.add(work, { signal, priority })
      },
      isRefusal: (error) => error instanceof DOMException && error.name === 'AbortError',
    }
  },
}

const rank: Record<Priority, number> = { critical: 3, high: 2, normal: 1, low: 0 }
