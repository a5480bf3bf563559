import type { Subject } from '../subject.ts'

export const pLimit: Subject = {
  name: 'p-limit',
  note: 'pLimit(10)',
  open: async ({ limit }) => {
    const { default: make } = await import('p-limit')
    const limited = make(limit)
    return { run: (_, work) => limited(work), isRefusal: () => false }
  },
}
