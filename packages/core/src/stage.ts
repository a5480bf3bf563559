/** A place in the recommended order. A middleware that has one says so in its property `stage`. */
export type Stage = (typeof recommendedOrder)[number]

/** The recommended order of a chain, outermost first. Everything without a stage may stand anywhere. */
export const recommendedOrder = [
  'metrics',
  'gate',
  'authorize',
  'rateLimit',
  'staged',
  'fallback',
  'timeout',
  'cached',
  'limitResult',
  'hedge',
  'retry',
  'breaker',
  'queue',
] as const
