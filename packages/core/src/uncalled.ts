import { recommendedOrder } from './stage.ts'

/**
 * What to write in place of a factory of middleware that was not called, as in `use(server, cached)`; undefined for
 * anything else. It goes by name: what is called as a factory is and takes no `next` cannot be middleware. Where the
 * name is lost, as in a minified program, the first call says it.
 */
export const uncalled = (value: unknown): string | undefined =>
  typeof value === 'function' && value.length < 2 && names.has(value.name) && !('stage' in value)
    ? `${value.name}(…)`
    : undefined

const names: ReadonlySet<string> = new Set([
  ...recommendedOrder,
  'callLog',
  'chain',
  'only',
  'paginate',
  'recommended',
  'spans',
])
