import type { Loaded } from './load.ts'

/** What is running, how to connect to it and how to see what the cache does, in a few lines. */
export function announcement(loaded: Loaded, where: string, url: string, dashboard: string): string {
  const { port } = new URL(url)
  const demo = port === '3000' ? 'npm run demo' : `PORT=${port} npm run demo`
  const config = { mcpServers: { atlas: { type: 'http', url } } }
  const took = loaded.tookMs === undefined ? '' : `, loaded in ${(loaded.tookMs / 1_000).toFixed(1)} s`
  return `Atlas is running: ${loaded.cities.toLocaleString('en')} cities${took}
  MCP endpoint  ${url}
  Dashboard     ${dashboard}
  Database      ${where}
  Client        ${JSON.stringify(config)}
  The cache     ${demo}   (cold and cached latency of the same calls)
`
}
