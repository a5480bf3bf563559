import type { Subject } from '../subject.ts'

export const opossum: Subject = {
  name: 'opossum capacity',
  note: 'capacity 10, no timeout; a refusal is no failure (errorFilter), else the breaker opens and refuses everything',
  open: async ({ limit }) => {
    const { default: CircuitBreaker } = await import('opossum')
    const breaker = new CircuitBreaker((work: () => Promise<void>) => work(), {
      capacity: limit,
      timeout: false,
      errorFilter: () => true,
    })
    return {
      run: (_, work) => breaker.fire(work),
      isRefusal: (error) => (error as { readonly code?: string }).code === 'ESEMLOCKED',
    }
  },
}
