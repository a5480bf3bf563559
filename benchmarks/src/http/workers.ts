// A server whose tool works for about a millisecond, in so many processes: `node workers.ts 2`. It tells its parent the
// port once all of them answer; it ends with its parent.
import cluster from 'node:cluster'
import { pbkdf2Sync } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { serve } from '@millrace/edge'
import { lineOf } from '../sdk/lines.ts'
import { echoTool } from './echo.ts'

/** So many rounds of hashing: the same work whoever else uses the processor, which spinning for a time would not be. */
const rounds = 6000

const line = await lineOf('v1')
const [count = '1'] = process.argv.slice(2)
const workers = Number(count)
const serving = await serve(
  () => {
    const server = line.mcpServer()
    server.registerTool('echo', echoTool, ({ text }) => {
      pbkdf2Sync(text as string, 'salt', rounds, 32, 'sha256')
      return { content: [{ type: 'text', text }] }
    })
    return server
  },
  // The cases take turns: a connection may be idle for minutes.
  { port: 0, workers, idleConnectionMs: 0 },
)

if (cluster.isPrimary) {
  while ((await serving.stats()).workers < workers) await wait(50)
  process.send?.({ port: Number(serving.url.port) })
  process.on('disconnect', () => void serving.close().then(() => process.exit(0)))
}
