import { once } from 'node:events'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { StdioServerHandle } from '@modelcontextprotocol/server/stdio'
import { chain, lifespan, loadSignals, only, resource } from 'millrace'
import type { LifespanOptions } from 'millrace'
import { announcement } from './announcement.ts'
import { isOverStdio, UnknownOption } from './arguments.ts'
import { explained, parts, startMs } from './database.ts'
import { listen, portOf } from './http.ts'
import { limits, notesLimit } from './limits.ts'
import { opsPortOf, opsTokenOf, seeing } from './seeing.ts'
import { createServer } from './server.ts'

const url = process.env['DATABASE_URL'] || undefined
const { place, pool, cities } = parts({
  url,
  onLoad: () => say('Loading the cities into PostgreSQL, once ...'),
})
const limited = limits(loadSignals())
const options: LifespanOptions = { startMs, drainMs: 2_000, signals: ['SIGINT', 'SIGTERM', 'SIGHUP'] }

try {
  const run = isOverStdio(process.argv.slice(2)) ? overStdio : overHttp
  await run()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof UnknownOption ? error.exitCode : 1
}

async function overHttp(): Promise<void> {
  const port = portOf(process.env)
  const opsPort = opsPortOf(process.env, port)
  const seen = seeing(opsTokenOf(process.env))
  const notes = notesLimit()
  const listener = await listen(port)
  const http = resource({
    needs: { pool, cities },
    start: ({ pool }): void => {
      seen.watch({ pool, queue: limited, rateLimit: { notes } })
      const entry = chain(seen.numbers, app.gate, only({ tool: 'add_note' }, notes))
      listener.serve(() => createServer(pool, chain(seen.guard, limited), entry))
    },
    close: () => listener.close(),
  })
  const app = lifespan({ place, pool, cities, http }, options)
  try {
    const dashboard = await seen.open(() => app, opsPort)
    const started = await app.start()
    process.stdout.write(announcement(started.cities, started.place.where, listener.url, dashboard))
  } catch (error) {
    await seen.close()
    await listener.close()
    if (app.state === 'idle') throw error
    // A signal that came while it was starting is no failure.
    if (app.state === 'failed') throw explained(error, url)
  }
  await app.stopped
  await seen.close()
}

async function overStdio(): Promise<void> {
  const stdio = resource({
    needs: { pool, cities },
    start: ({ pool }): StdioServerHandle => serveStdio(() => createServer(pool, limited, app.gate)),
    close: (connection) => connection.close(),
  })
  const app = lifespan({ place, pool, cities, stdio }, options)
  try {
    await app.start()
  } catch (error) {
    if (app.state === 'failed') throw explained(error, url)
  }
  await Promise.race([app.stopped, once(process.stdin, 'end'), once(process.stdin, 'close')])
  await app.stop('the client has gone')
}

/** Standard output belongs to the protocol when it runs over stdio. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
