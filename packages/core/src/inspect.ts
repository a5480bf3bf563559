import type { Middleware, Tools } from './middleware.ts'

/**
 * Shows a server's tools to a middleware and to what it is made of, each part as much as reaches it. For doors.
 *
 * @throws what an `inspect` throws because the middleware must not be used on such a server
 */
export const inspect = (middleware: Middleware, tools: Tools): void => {
  middleware.inspect?.(tools)
  if (middleware.parts === undefined) return
  const inner = middleware.narrow?.(tools) ?? tools
  for (const part of middleware.parts) inspect(part, inner)
}
