import { cached, hedge, only, retry, retryBudget, timeout } from 'millrace'
import type { Call, Middleware } from 'millrace'

/** What stands between the tools and the API, outermost first. */
export function layers(): readonly Middleware[] {
  return [
    only(
      ['product', 'order'],
      // Two seconds for a caller, however often the API is asked.
      timeout({ timeoutMs: 2_000 }),
      cached({
        tools: {
          product: { ttlMs: 60_000, scope: 'public', staleIfErrorMs: 3_600_000, tags: tagOf },
          order: { invalidates: tagOf },
        },
      }),
      // A read that takes longer than nineteen of twenty before it is asked for a second time, beside the first.
      hedge({ minSamples: 20, minDelayMs: 30 }),
      // Reads are asked again, when the API says so; an order never.
      retry({ delaysMs: [20, 100], budget: retryBudget({ ratio: 0.5, minPerSecond: 5 }) }),
    ),
  ]
}

function tagOf(call: Call): readonly string[] {
  return [`product:${(call.input as { readonly id: number }).id}`]
}
