import type { Subject } from '../subject.ts'

export const cockatiel: Subject = {
  name: 'cockatiel bulkhead',
  note: 'bulkhead(10, 20), execute(work, signal)',
  open: async ({ limit }) => {
    const { bulkhead, isBulkheadRejectedError, isTaskCancelledError } = await import('cockatiel')
    const policy = bulkhead(limit, 2 * limit)
    return {
      run: ({ signal }, work) => policy.execute(work, signal),
      isRefusal: (error) => isBulkheadRejectedError(error) || isTaskCancelledError(error),
    }
  },
}
