import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/**
 * Sees to it that there is a Redis to start. In the repository its own tests know where to get one from; elsewhere it has
 * to be on the PATH.
 */
export async function hasRedis(): Promise<void> {
  const path = new URL('../../../packages/redis/src/fixtures/server.ts', import.meta.url)
  if (!existsSync(path)) return
  const { program } = (await import(pathToFileURL(path.pathname).href)) as { readonly program: () => Promise<string> }
  await program()
}
